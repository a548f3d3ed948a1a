//! What holds somebody back or warns them: pauses before the next try, pages that a link opened.

use super::answers::{self, at_own_site, bank, listing, provider, question, session, syncing};
use super::states::{
    Add, asked, at_bank, at_search, catalogue, choose_first, chosen, code_question, launch,
    polling, sent, submit, text,
};
use super::story::Story;
use connect_core::Secret;
use connect_core::api::{AccountSelection, LaunchOptions, OAuthResult, OAuthStatus, SyncStep};
use connect_core::flow::{CallError, Event};
use connect_core::launch::{Embedding, Launch};

/// Too many tries, or a server that is busy.
pub fn holds(add: Add) {
    add("starting-busy", || {
        Story::start(launch())
            .answer(listing(vec![]))
            .fail(asks_to_wait(503, 20))
    });
    add("search-too_many", || {
        let typed = at_search(catalogue()).send(Event::Typed("demo".into()));
        typed.fail(asks_to_wait(429, 240))
    });
    add("connecting-too_many", || {
        polling().fail(asks_to_wait(429, 45))
    });
    add("login-too_many", || sent().fail(asks_to_wait(429, 240)));
    add("login-busy", || sent().fail(asks_to_wait(503, 20)));
    add("question-too_many", || {
        let asked = asked(text());
        let form = asked.form();
        let answered = asked.send(Event::AnswerGiven {
            form,
            answer: Secret::new("Paris"),
        });
        answered.fail(asks_to_wait(429, 240))
    });
    add("question-code-too_many", || {
        let resent = asked(code_question())
            .run_out(30_000)
            .send(Event::ResendClicked);
        resent.fail(asks_to_wait(429, 240))
    });
    add("accounts-too_many", || {
        choose_first(chosen(AccountSelection::Multiple)).fail(asks_to_wait(429, 240))
    });
    add("oauth-too_many", || {
        let open = at_bank(at_own_site()).proven().send(Event::BankSiteClicked);
        let state = connect_core::base64(br#"{"sub":"widget","nonce":"nonce"}"#);
        let back = open.send(Event::OAuthReturned {
            state,
            result: OAuthResult {
                status: OAuthStatus::Complete,
                code: Some(Secret::new("code")),
                ..OAuthResult::default()
            },
        });
        back.fail(asks_to_wait(429, 240)).proven()
    });
}

/// Pages that stand alone, and one that is opened wrongly.
pub fn links(add: Add) {
    add("linked-consent", || linked(answers::consent()));
    add("linked-search", || linked(LaunchOptions::default()));
    add("linked-login", linked_login);
    add("linked-question", || {
        submit(linked_login()).answer(question(code_question()))
    });
    add("linked-connecting", || {
        submit(linked_login())
            .answer(syncing(SyncStep::Login))
            .fail(CallError::Unreachable)
    });
    add("failure-wrong_origin", || {
        Story::start(Launch {
            wrong_origin: Some("https://shop.example/".into()),
            ..launch()
        })
    });
}

fn linked(options: LaunchOptions) -> Story {
    let launch = Launch {
        embedding: Embedding::Alone,
        ..launch()
    };
    let listed = Story::start(launch).answer(listing(catalogue()));
    listed.answer(session(options))
}

fn linked_login() -> Story {
    let picked = linked(LaunchOptions::default()).send(Event::Picked("demo".into()));
    picked.answer(provider(bank("Demo")))
}

fn asks_to_wait(status: u16, seconds: u32) -> CallError {
    CallError::Refused {
        status,
        problem: Default::default(),
        retry_after: Some(seconds),
    }
}
