//! Chance: any launch, then up to 80 steps of users, hosts and backends that may answer anything.

use crate::world;
use connect_core::Secret;
use connect_core::api::{
    AccountSelection, Consent, Duplicates, KeptOAuth, LaunchOptions, OAuthResult, OAuthStatus,
    Provider, ProviderStatus, WaitFor,
};
use connect_core::flow::{Answer, Call, CallError};
use connect_core::host::System;
use connect_core::launch::{Embedding, Kept, Launch, OAuthMode, PageData, Sieve};
use proptest::prelude::*;

pub const REDIRECT: &str = "https://shop.example/back";
pub const TYPED: &str = "typed-SENTINEL-5";

/// What happens next; numbers pick among what is there at that moment.
#[derive(Clone, Debug)]
pub enum Step {
    Token,
    NewToken,
    EmptyToken,
    Type(usize),
    ListEnd,
    Pick(usize),
    Submit,
    SubmitOldForm(usize),
    Answer,
    AnswerOldForm(usize),
    TryNow,
    Back,
    Way(usize),
    Done,
    Close,
    ConsentGiven,
    ConsentDeclined,
    BankSite,
    /// What the proof asked for is there.
    Proof,
    Popup(usize),
    /// The return page speaks: of this login, or of another.
    Returned(usize),
    Resend,
    Expire,
    Choose(usize),
    Offline,
    Online,
    NotListed,
    HostBack,
    /// The host's page says that the user is back: from this login, or from another.
    HostSaw(usize),
    Link(usize),
    Look(usize),
    /// A call comes back with an answer of its kind.
    Fits(usize, usize),
    /// A call comes back with any answer.
    Odd(usize, usize),
    Fails(usize, usize),
    /// A call of before comes back.
    Late(usize, usize),
    Wake(usize),
    WakeLate(usize),
    /// An answer to a question that was never asked.
    Never(u32, usize),
    /// A timer's end for a call, a call's answer for a form: nothing that a driver does.
    Mixed(u32, usize),
}

/// Most runs begin well: what lies behind a session that was refused is soon told.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let begins = (0..64_usize).prop_map(|what| vec![Step::Fits(1, 3), Step::Fits(0, what)]);
    let begins = prop_oneof![1 => Just(Vec::new()), 3 => begins];
    let all = (begins, prop::collection::vec(step(), 1..80));
    all.prop_map(|(begins, then)| begins.into_iter().chain(then).collect())
}

/// Makes a step out of two numbers.
type Made = fn(usize, usize) -> Step;

/// How often each step comes; the first are what a failing run is made simpler to.
/// A table, because `prop_oneof!` with so many arms is most of the time that a run takes.
const STEPS: &[(u32, Made)] = &[
    (24, Step::Fits),
    (8, |which, _| Step::Pick(which)),
    (8, |_, _| Step::Submit),
    (5, |_, _| Step::Answer),
    (8, |_, _| Step::ConsentGiven),
    (8, |_, _| Step::BankSite),
    (6, |_, _| Step::Proof),
    (4, |what, _| Step::Returned(what)),
    (6, |which, _| Step::Choose(which)),
    (4, |which, _| Step::Way(which)),
    (6, |which, _| Step::Wake(which)),
    (5, Step::Fails),
    (2, |_, _| Step::Back),
    (3, |_, _| Step::TryNow),
    (2, |_, _| Step::Online),
    (1, |_, _| Step::Offline),
    (3, |which, _| Step::Type(which)),
    (2, |_, _| Step::ListEnd),
    (1, |_, _| Step::Token),
    (1, |_, _| Step::NewToken),
    (1, |_, _| Step::EmptyToken),
    (2, |what, _| Step::Popup(what)),
    (2, |_, _| Step::Resend),
    (1, |_, _| Step::Expire),
    (2, |_, _| Step::HostBack),
    (3, |what, _| Step::HostSaw(what)),
    (1, |which, _| Step::Link(which)),
    (1, |which, _| Step::Look(which)),
    (3, Step::Odd),
    (2, Step::Late),
    (1, |which, _| Step::WakeLate(which)),
    (1, |which, _| Step::SubmitOldForm(which)),
    (1, |which, _| Step::AnswerOldForm(which)),
    (1, |ticket, what| {
        Step::Never(9_000 + ticket as u32 % 9, what)
    }),
    (1, |_, _| Step::ConsentDeclined),
    (1, |_, _| Step::Done),
    // A tenth of a step of weight 1 each: they end the run.
    (1, |which, _| match which {
        0..6 => Step::Close,
        6..12 => Step::NotListed,
        _ => Step::TryNow,
    }),
];

fn step() -> impl Strategy<Value = Step> {
    let all = STEPS.iter().map(|(often, _)| often).sum::<u32>();
    (0..all, 0..64_usize, 0..64_usize).prop_map(|(mut at, which, what)| {
        for (often, step) in STEPS {
            match at.checked_sub(*often) {
                None => return step(which, what),
                Some(rest) => at = rest,
            }
        }
        unreachable!("the number lies within the sum")
    })
}

/// Also what no driver does.
pub fn wild_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (step(), 0..4_u8, 0..60_u32, 0..64_usize);
    let step = step.prop_map(|(step, wild, ticket, what)| match wild {
        3 => Step::Mixed(ticket, what),
        _ => step,
    });
    prop::collection::vec(step, 1..80)
}

pub fn launches() -> impl Strategy<Value = Launch> {
    let redirect = || Some(REDIRECT.to_string());
    let of_page = |redirect_uri| {
        let data = PageData {
            redirect_uri,
            ..PageData::default()
        };
        world::launch_by("wealthica", data)
    };
    let native = world::launch;
    let moneykit = || Launch {
        oauth_redirect_uri: redirect(),
        ..world::launch_as(System::MoneyKit)
    };
    let flinks = || world::launch_as(System::Flinks);
    let ucw = || world::launch_as(System::Ucw);
    prop::sample::select(vec![
        native(),
        world::launch_without_token(),
        of_page(None),
        of_page(redirect()),
        Launch {
            embedding: Embedding::Popup,
            redirect_uri: redirect(),
            ..native()
        },
        Launch {
            embedding: Embedding::Alone,
            ..native()
        },
        Launch {
            embedding: Embedding::Alone,
            redirect_uri: redirect(),
            ..native()
        },
        Launch {
            embedding: Embedding::Alone,
            ..world::launch_without_token()
        },
        Launch {
            provider: Some("demo".into()),
            ..native()
        },
        Launch {
            institution: Some("i1".into()),
            ..native()
        },
        Launch {
            institution: Some("i1".into()),
            ..of_page(redirect())
        },
        Launch {
            search: TYPED.into(),
            ..native()
        },
        Launch {
            provider: Some("demo".into()),
            fixed_bank: true,
            ..native()
        },
        Launch {
            kept: Some(Kept {
                user: "u1".into(),
                institution: Some("i1".into()),
                login: None,
                fresh: true,
                errand: " ".into(),
            }),
            offline: true,
            ..native()
        },
        Launch {
            resume: Some("n1".into()),
            ..native()
        },
        Launch {
            oauth: OAuthMode::Redirect,
            provider: Some("oauth".into()),
            embedding: Embedding::Alone,
            ..native()
        },
        Launch {
            account_selection: Some(AccountSelection::Multiple),
            ..native()
        },
        moneykit(),
        Launch {
            resume: Some("n1".into()),
            ..moneykit()
        },
        Launch {
            handed_back: true,
            ..moneykit()
        },
        flinks(),
        Launch {
            consent: Some(Consent::default()),
            account_selection: Some(AccountSelection::Multiple),
            accounts: Sieve {
                currency: Some("cad".into()),
                hides: true,
            },
            most_logins: Some(2),
            ..flinks()
        },
        Launch {
            follow: Some("i1".into()),
            embedding: Embedding::Alone,
            ..flinks()
        },
        world::launch_as(System::Meld),
        ucw(),
        Launch {
            provider: Some("demo".into()),
            institution: Some("i1".into()),
            fixed_bank: true,
            ..ucw()
        },
        world::launch_as(System::UcwV2),
    ])
}

/// An answer of the kind that a backend gives to this call.
pub fn fitting(call: &Call, what: usize) -> Answer {
    match call {
        Call::Session { .. } => world::session_with(options(what)),
        Call::Providers { .. } => match what % 6 {
            0 => world::listing(&[]),
            1 => world::catalogue(&["Demo", "Acme"]),
            2 => world::page_of(&["Acme", "Derby"], Some("c1"), 4),
            _ => world::listing(&["Demo", "Oauth", "Down"]),
        },
        Call::Provider { id } => provider(id, what),
        Call::OAuthResult { .. } => oauth(what),
        Call::KeepOAuth { .. } => Answer::Done,
        Call::Poll { .. } if what.is_multiple_of(5) => Answer::Unchanged,
        _ => institution(what),
    }
}

fn options(what: usize) -> LaunchOptions {
    let mut options = LaunchOptions::default();
    match what % 14 {
        0 => options.consent = Some(Consent::default()),
        1 => options.account_selection = Some(AccountSelection::Single),
        2 => options.wait_for = Some(WaitFor::Authorized),
        3 => options.duplicates = Some(Duplicates::Warn),
        4 => options.duplicates = Some(Duplicates::Reject),
        5 => options.allow_change_institution = Some(false),
        6 => options.account_selection = Some(AccountSelection::Multiple),
        7 => options.search = Some("d".into()),
        8 => options.institution = Some("i1".into()),
        _ => {}
    }
    options
}

fn provider(id: &str, what: usize) -> Answer {
    let provider = match id {
        "oauth" => world::oauth_bank(),
        "down" if what.is_multiple_of(3) => world::bank_that_is(ProviderStatus::Degraded),
        "down" => world::bank_that_is(ProviderStatus::Down),
        _ if what.is_multiple_of(5) => world::bank_with_setup(),
        _ if what.is_multiple_of(4) => Provider {
            connected: Some("i0".into()),
            ..world::bank("Demo")
        },
        _ => world::bank("Demo"),
    };
    world::provider(provider)
}

fn oauth(what: usize) -> Answer {
    use OAuthStatus::{Complete, Denied, Error, Pending};
    let status = [Complete, Pending, Denied, Error, Pending][what % 5];
    let kept = what.is_multiple_of(2).then(|| KeptOAuth {
        provider: "oauth".into(),
        institution: what.is_multiple_of(3).then(|| "i1".into()),
        code_verifier: Secret::new(world::VERIFIER),
        ..KeptOAuth::default()
    });
    Answer::OAuth(Box::new(OAuthResult {
        kept,
        ..world::oauth_result(status)
    }))
}

fn institution(what: usize) -> Answer {
    let version = (what / 8) as u64;
    match what % 16 {
        0 => world::connected(version),
        1 => world::connected_for_a_while(version),
        2 => world::delayed(version),
        3 | 4 => world::error("LoginFailedError", version),
        5 => world::error("NoAccountsError", version),
        6 => world::error("TemporaryFailureError", version),
        7 if what.is_multiple_of(3) => world::error("PurpleError", version),
        7 => world::error("ConsentExpiredError", version),
        8 | 9 => world::text_question("Pet?", version),
        10 => world::choice_question("Language?", version),
        11 => world::challenge(world::code_challenge(), version),
        12 => world::challenge(world::approval(), version),
        13 => {
            let accounts = vec![
                world::account("a1", !what.is_multiple_of(3)),
                world::account("a2", false),
            ];
            world::connected_with(accounts, version)
        }
        _ => world::syncing(version),
    }
}

/// An answer of any kind.
pub fn any(what: usize) -> Answer {
    match what % 8 {
        0 => world::session(),
        1 => world::listing(&["Demo"]),
        2 => world::login_of("Demo"),
        3 => Answer::Unchanged,
        4 => Answer::Done,
        5 => oauth(what / 8),
        _ => institution(what / 8),
    }
}

/// All that can go wrong with a call.
pub fn failing(what: usize) -> CallError {
    match what % 12 {
        0 => world::refused(401, "token_expired"),
        1 => world::refused(401, "invalid_token"),
        2 => world::refused(403, "origin_not_allowed"),
        3 => world::refused(400, "redirect_uri_not_registered"),
        4 | 5 => world::refused(404, "not_found"),
        6 => world::refused(409, "conflict"),
        7 => world::refused(500, "internal"),
        8 => world::busy(503, 7),
        9 => world::busy(429, 3_600),
        10 => CallError::Unreadable,
        _ => CallError::Unreachable,
    }
}
