//! The states by name, each played up to by events and answers.

use super::answers::{
    self, accounts, all_fields, at_own_site, bank, choices, connected, error, listing, provider,
    question, refused, session, syncing,
};
use super::story::Story;
use super::{asides, guards};
use connect_core::Secret;
use connect_core::api::{
    AccountSelection, Challenge, ChallengeKind, Duplicates, LaunchOptions, Provider,
    ProviderStatus, SyncStatus, SyncStep, code, error_name,
};
use connect_core::flow::{CallError, Event, Machine};
use connect_core::launch::{Embedding, Launch, OAuthMode, Page};

type Make = Box<dyn FnOnce() -> Machine>;

pub fn all() -> Vec<(String, Make)> {
    let mut all: Vec<(String, Make)> = Vec::new();
    let mut add = |name: &str, make: fn() -> Story| {
        all.push((name.into(), Box::new(move || make().machine)));
    };
    add("starting", || Story::start(launch()));
    add("starting-retrying", || {
        Story::start(launch())
            .answer(listing(vec![]))
            .fail(CallError::Unreachable)
    });
    add("consent", || {
        Story::start(launch())
            .answer(listing(catalogue()))
            .answer(session(answers::consent()))
    });
    searches(&mut add);
    logins(&mut add);
    own_sites(&mut add);
    connections(&mut add);
    questions(&mut add);
    ends(&mut add);
    failures(&mut add);
    asides::asides(&mut add);
    guards::holds(&mut add);
    guards::links(&mut add);
    all
}

pub(super) type Add<'a> = &'a mut dyn FnMut(&str, fn() -> Story);

fn searches(add: Add) {
    add("search", || at_search(catalogue()));
    add("search-results", || {
        let found = [
            "Banque de Montréal",
            "Banque Nationale",
            "Banque Laurentienne",
        ];
        let typed = at_search(catalogue()).send(Event::Typed("banque".into()));
        typed.answer(listing(found.into_iter().map(bank).collect()))
    });
    add("broken", || at_search(catalogue()));
    add("search-empty", || at_search(Vec::new()));
    add("search-nothing-found", || {
        at_search(catalogue())
            .send(Event::Typed("Bank of Nowhere".into()))
            .answer(listing(vec![]))
    });
    add("search-offline", || {
        at_search(catalogue()).send(Event::WentOffline)
    });
    add("search-retrying", || {
        let typed = at_search(catalogue()).send(Event::Typed("demo".into()));
        typed.fail(CallError::Unreachable)
    });
}

fn logins(add: Add) {
    add("warning-down", || {
        at_bank(Provider {
            status: Some(ProviderStatus::Down),
            message: Some(answers::DOWN.into()),
            alternatives: answers::names(&["demo-2"]),
            ..bank("Demo")
        })
    });
    add("warning-degraded", || {
        at_bank(Provider {
            status: Some(ProviderStatus::Degraded),
            ..bank("Demo")
        })
    });
    add("warning-connected", || {
        let options = LaunchOptions {
            duplicates: Some(Duplicates::Warn),
            ..LaunchOptions::default()
        };
        open(options, catalogue())
            .send(Event::Picked("demo".into()))
            .answer(provider(Provider {
                connected: Some("i0".into()),
                ..bank("Demo")
            }))
    });
    add("login-loading", || {
        at_search(catalogue()).send(Event::Picked("demo".into()))
    });
    add("login", at_login);
    add("login-refused", || {
        sent().answer(error(error_name::LOGIN_FAILED))
    });
    add("login-not-sent", || sent().fail(CallError::Unreachable));
    add("login-all-fields", || at_bank(all_fields()));
}

fn own_sites(add: Add) {
    add("oauth", || at_bank(at_own_site()).proven());
    add("oauth-waiting", || {
        at_bank(at_own_site()).proven().send(Event::BankSiteClicked)
    });
    add("oauth-closed", || {
        let open = at_bank(at_own_site()).proven().send(Event::BankSiteClicked);
        open.popup(Event::PopupClosed)
    });
    add("oauth-blocked", || {
        let open = at_bank(at_own_site()).proven().send(Event::BankSiteClicked);
        open.popup(Event::PopupBlocked)
    });
    add("oauth-blocked-alone", || {
        alone()
            .send(Event::BankSiteClicked)
            .popup(Event::PopupBlocked)
    });
    add("oauth-leaving", || {
        let open = alone()
            .send(Event::BankSiteClicked)
            .popup(Event::PopupBlocked);
        open.send(Event::BankSiteClicked)
    });
}

fn connections(add: Add) {
    add("connecting", sent);
    add("connecting-calm", || {
        sent().answer(syncing(SyncStep::Accounts)).run_out(10_000)
    });
    add("connecting-very-calm", || {
        let first = sent()
            .answer(syncing(SyncStep::Transactions))
            .run_out(10_000)
            .run_out(20_000);
        first.run_out(30_000).run_out(60_000)
    });
    add("connecting-retrying", || {
        polling().fail(CallError::Unreachable)
    });
    add("connecting-offline", || polling().send(Event::WentOffline));
    add("refreshing", || {
        let launch = Launch {
            institution: Some("i1".into()),
            ..launch()
        };
        let known = answers::news(answers::connection(SyncStatus::Ok, 1));
        let open = Story::start(launch).answer(session(LaunchOptions::default()));
        open.answer(known)
            .answer(provider(bank("Demo")))
            .answer(syncing(SyncStep::Accounts))
    });
}

fn questions(add: Add) {
    add("question-text", || asked(text()));
    add("question-refused", || {
        let asked = asked(text());
        let form = asked.form();
        let answered = asked.send(Event::AnswerGiven {
            form,
            answer: Secret::new("Paris"),
        });
        answered.answer(answers::refused_answer(text()))
    });
    add("question-code", || asked(code_question()));
    add("question-code-ready", || {
        asked(code_question()).run_out(30_000)
    });
    add("question-code-sending", || {
        asked(code_question())
            .run_out(30_000)
            .send(Event::ResendClicked)
    });
    add("question-code-sent-anew", || {
        let resent = asked(code_question())
            .run_out(30_000)
            .send(Event::ResendClicked);
        resent.answer(question(code_question()))
    });
    add("question-expiring", || {
        asked(Challenge {
            expires_at: in_seconds(42.0),
            ..code_question()
        })
    });
    add("question-choice", || {
        asked(Challenge {
            choices: choices(&[
                "JavaScript",
                "Ruby",
                "C++",
                "A language that nobody else has heard of and that has a very long name",
            ]),
            ..of(
                ChallengeKind::Choice,
                "What is your favourite programming language?",
            )
        })
    });
    add("question-device", || {
        asked(Challenge {
            choices: choices(&[
                "Text message to •••42",
                "Call to •••42",
                "Email to a•••@example.com",
            ]),
            ..of(ChallengeKind::Device, "Choose one of your devices")
        })
    });
    add("question-image", || {
        asked(Challenge {
            image: answers::captcha(),
            ..of(ChallengeKind::Image, "Type the characters in the picture")
        })
    });
    add("question-image-choice", || {
        asked(Challenge {
            choices: answers::pictures(),
            ..of(
                ChallengeKind::ImageChoice,
                "Which picture did you choose when you signed up?",
            )
        })
    });
    add("question-approve", || asked(approval()));
    add("question-approve-expiring", || {
        asked(Challenge {
            expires_at: in_seconds(42.0),
            ..approval()
        })
        .run_out(10_000)
    });
}

fn ends(add: Add) {
    add("accounts-several", || chosen(AccountSelection::Multiple));
    add("accounts-single", || chosen(AccountSelection::Single));
    add("accounts-saving", || {
        choose_first(chosen(AccountSelection::Multiple))
    });
    add("accounts-not-sent", || {
        choose_first(chosen(AccountSelection::Multiple)).fail(CallError::Unreachable)
    });
    add("success", || polling().answer(connected(accounts())));
    add("success-no-accounts", || {
        polling().answer(connected(Vec::new()))
    });
    add("session-expired", || {
        polling().fail(refused(401, code::TOKEN_EXPIRED))
    });
}

fn failures(add: Add) {
    add("failure-user_action_required", || {
        failed(error_name::USER_ACTION_REQUIRED)
    });
    add("failure-temporary_failure", || {
        failed(error_name::TEMPORARY_FAILURE)
    });
    add("failure-account_locked", || {
        failed(error_name::ACCOUNT_LOCKED)
    });
    add("failure-no_accounts", || {
        polling().answer(connected(answers::ineligible()))
    });
    add("failure-institution_unavailable", || {
        failed(error_name::INSTITUTION_UNAVAILABLE)
    });
    add("failure-consent_denied", || {
        failed(error_name::CONSENT_DENIED)
    });
    add("failure-duplicate_connection", || {
        failed(error_name::DUPLICATE_CONNECTION)
    });
    add("failure-provider_error", || failed("SomethingElseError"));
    add("failure-delayed", || {
        polling().answer(answers::news(answers::connection(SyncStatus::Retry, 4)))
    });
    add("failure-timeout", || polling().run_out(180_000));
    add("failure-server_error", || {
        sent().fail(refused(400, code::INVALID_REQUEST))
    });
    add("failure-unknown_provider", || {
        let picked = at_search(catalogue()).send(Event::Picked("demo".into()));
        picked.fail(refused(404, code::UNKNOWN_PROVIDER))
    });
    add("failure-unknown_institution", || {
        let launch = Launch {
            institution: Some("i1".into()),
            ..launch()
        };
        let open = Story::start(launch).answer(session(LaunchOptions::default()));
        open.fail(refused(404, code::NOT_FOUND))
    });
    add("failure-session_expired", || {
        unopened(refused(401, code::TOKEN_EXPIRED))
    });
    add("failure-invalid_token", || {
        unopened(refused(401, code::INVALID_TOKEN))
    });
    add("failure-origin_not_allowed", || {
        unopened(refused(403, code::ORIGIN_NOT_ALLOWED))
    });
    add("failure-redirect_uri_not_registered", || {
        unopened(refused(403, code::REDIRECT_URI_NOT_REGISTERED))
    });
    add("failure-oauth_denied", || returned("access_denied"));
    add("failure-oauth_error", || returned("server_error"));
    add("failure-oauth_unavailable", || {
        returned("temporarily_unavailable")
    });
    add("failure-oauth_expired", || {
        let open = at_bank(at_own_site()).proven().send(Event::BankSiteClicked);
        open.run_out(600_000)
    });
    add("failure-question_expired", || {
        let asked = asked(code_question());
        let form = asked.form();
        asked.send(Event::QuestionExpired { form })
    });
}

pub(super) fn launch() -> Launch {
    let pair = |name: &str, value: &str| (name.to_string(), value.to_string());
    Launch::new(Page {
        query: vec![pair("origin", "https://shop.example")],
        fragment: vec![pair("token", "none")],
        embedding: Embedding::Framed,
        own_origin: "https://connect.example".into(),
        api_url: "https://connect.example".into(),
        ..Page::default()
    })
}

pub(super) fn catalogue() -> Vec<Provider> {
    let popular = [
        "Demo",
        "Banque Nationale",
        "Flinks Capital",
        "Caisse Desjardins",
        "Ångström Sparbank",
        "First Credit Union of the Northern Territories",
    ];
    let mut banks: Vec<Provider> = popular
        .into_iter()
        .map(|name| Provider {
            popular: true,
            ..bank(name)
        })
        .collect();
    banks.push(Provider {
        url: Some("https://www.maintenance.example/login".into()),
        status: Some(ProviderStatus::Down),
        ..bank("Maintenance Bank")
    });
    banks.push(Provider {
        url: Some("https://www.northern.example".into()),
        ..bank("Northern Savings")
    });
    banks.push(Provider {
        country: Some("CA".into()),
        ..bank("Prairie Credit Union")
    });
    banks
}

fn open(options: LaunchOptions, banks: Vec<Provider>) -> Story {
    Story::start(launch())
        .answer(listing(banks))
        .answer(session(options))
}

pub(super) fn at_search(banks: Vec<Provider>) -> Story {
    open(LaunchOptions::default(), banks)
}

pub(super) fn at_bank(chosen: Provider) -> Story {
    let picked = at_search(catalogue()).send(Event::Picked(chosen.id.clone()));
    picked.answer(provider(chosen))
}

fn at_login() -> Story {
    at_bank(Provider {
        hint: answers::hint(),
        ..bank("Demo")
    })
}

pub(super) fn sent() -> Story {
    submit(at_login())
}

pub(super) fn submit(story: Story) -> Story {
    let form = story.form();
    let fields = vec![("username".into(), Secret::new("user_good"))];
    story.send(Event::Submitted { form, fields })
}

pub(super) fn polling() -> Story {
    sent().answer(syncing(SyncStep::Login))
}

pub(super) fn asked(challenge: Challenge) -> Story {
    polling().answer(question(challenge))
}

fn of(kind: ChallengeKind, prompt: &str) -> Challenge {
    Challenge {
        kind,
        prompt: prompt.into(),
        ..Challenge::default()
    }
}

pub(super) fn text() -> Challenge {
    of(ChallengeKind::Text, "What city were you born in?")
}

pub(super) fn code_question() -> Challenge {
    Challenge {
        destination: Some("•••42".into()),
        numeric: Some(true),
        length: Some(6),
        resend: Some(true),
        ..of(ChallengeKind::Code, "6-digit code")
    }
}

fn approval() -> Challenge {
    of(
        ChallengeKind::Approve,
        "Open the Demo app on your phone and confirm the login of 09:41.",
    )
}

fn in_seconds(seconds: f64) -> Option<String> {
    let then = js_sys::Date::now() + seconds * 1_000.0;
    let date = js_sys::Date::new(&then.into());
    Some(date.to_iso_string().into())
}

pub(super) fn chosen(selection: AccountSelection) -> Story {
    let options = LaunchOptions {
        account_selection: Some(selection),
        ..LaunchOptions::default()
    };
    let login = open(options, catalogue())
        .send(Event::Picked("demo".into()))
        .answer(provider(bank("Demo")));
    submit(login).answer(connected(accounts()))
}

pub(super) fn choose_first(story: Story) -> Story {
    let form = story.form();
    let accounts = vec!["1234".into()];
    story.send(Event::AccountsChosen { form, accounts })
}

fn failed(name: &str) -> Story {
    polling().answer(error(name))
}

fn unopened(error: CallError) -> Story {
    Story::start(launch()).answer(listing(vec![])).fail(error)
}

/// A page of its own, which may go to the bank itself.
fn alone() -> Story {
    let launch = Launch {
        embedding: Embedding::Alone,
        oauth: OAuthMode::Auto,
        ..launch()
    };
    let open = Story::start(launch)
        .answer(listing(catalogue()))
        .answer(session(LaunchOptions::default()));
    open.send(Event::Picked("demo".into()))
        .answer(provider(at_own_site()))
        .proven()
}

fn returned(error: &str) -> Story {
    use connect_core::api::{OAuthResult, OAuthStatus};
    let open = at_bank(at_own_site()).proven().send(Event::BankSiteClicked);
    let status = match error {
        "access_denied" => OAuthStatus::Denied,
        _ => OAuthStatus::Error,
    };
    let state = connect_core::base64(br#"{"sub":"widget","nonce":"nonce"}"#);
    let result = OAuthResult {
        status,
        error: Some(error.into()),
        ..OAuthResult::default()
    };
    open.send(Event::OAuthReturned { state, result })
}
