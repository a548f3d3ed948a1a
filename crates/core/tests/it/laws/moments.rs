//! Laws about a moment: what the last event ordered, and what is waited for now.

use crate::chance::{REDIRECT, TYPED};
use crate::run::Run;
use crate::story::Asked;
use crate::world::{HOST, OWN, state_of};
use connect_core::flow::{Banner, Call, Effect, Event, Report, Screen, State};
use connect_core::host::{Now, Outgoing, Speaker, System};

pub fn nothing_is_told_after_the_one_last_report(run: &Run) {
    let told = run.told();
    let last = told.iter().position(Report::is_terminal);
    assert!(last.is_none_or(|at| at + 1 == told.len()), "{told:#?}");
    assert_eq!(last.is_some(), matches!(run.state(), State::Ended(_)));
    // Only a connection that was given up before it had a name is still removed.
    let removes = |effect: &Effect| {
        matches!(
            effect,
            Effect::Call {
                call: Call::Delete { .. },
                ..
            }
        )
    };
    let was_over = run.event.is_some() && run.before.screen == Screen::Ended;
    assert!(
        !was_over || run.effects().iter().all(removes),
        "{:?}",
        run.effects()
    );
}

/// What waits, waits for a call that is under way or for a timer that leads to one; or for the network.
pub fn a_state_waits_for_something_that_can_come(run: &Run) {
    if run.story.machine.banner() == Some(Banner::Offline) {
        return;
    }
    let asks = |wanted: fn(&Call) -> bool| run.calls().any(|(_, call)| wanted(call));
    let sleeps = run.timers().next().is_some();
    match run.state() {
        State::Starting(_) => {
            let starts = |call: &Call| {
                matches!(
                    call,
                    Call::Session { .. } | Call::Institution { .. } | Call::OAuthResult { .. }
                )
            };
            assert!(asks(starts) || sleeps);
        }
        State::Search(search) => {
            let asks = asks(|call| matches!(call, Call::Providers { .. }));
            assert_eq!(search.is_asking(), asks);
            let watches_typing = 600;
            let sleeps = run.timers().any(|(_, millis)| millis != watches_typing);
            assert_eq!(search.retry.is_some(), sleeps);
            assert!(search.answered || asks || search.retry.is_some());
        }
        State::Preparing(_) => {
            assert!(asks(|call| matches!(call, Call::Provider { .. })) || sleeps);
        }
        State::Accounts(accounts) => {
            let saves = asks(|call| matches!(call, Call::SelectAccounts { .. }));
            assert_eq!(accounts.saving, saves);
        }
        State::Connecting(_) => {
            let only_watches = [10_000, 20_000, 30_000, 60_000, 180_000];
            let mut pauses = run.timers().filter(|(_, m)| !only_watches.contains(m));
            let asks = asks(|call| !matches!(call, Call::Create { .. })) || creates(run);
            assert!(asks || pauses.next().is_some());
            assert!(run.timers().any(|(_, millis)| millis == 180_000));
        }
        State::Consent(_)
        | State::Warning(_)
        | State::Credentials(_)
        | State::OAuth(_)
        | State::Question(_)
        | State::Success(_)
        | State::Failed(_)
        | State::Expired(_)
        | State::Ended(_) => {}
    }
}

fn creates(run: &Run) -> bool {
    run.calls().any(|(_, c)| matches!(c, Call::Create { .. }))
}

pub fn no_state_leaves_a_question_open_behind_it(run: &Run) {
    let most = match run.state() {
        // The session, or the pause before it is asked for again, beside the first banks.
        State::Starting(_) => 2,
        // Beside the pause after typing.
        State::Search(_) => 2,
        State::Preparing(_) | State::Consent(_) => 1,
        // The code that is sent anew, or the pause before; whether the time is over, or the pause before that is asked.
        State::Question(_) => 2,
        // The accounts that were chosen.
        State::Accounts(_) => 1,
        // Beside the calm and the deadline.
        State::Connecting(_) => 3,
        // The window, what came of it, the deadline, and what is prepared.
        State::OAuth(_) => 4,
        State::Warning(_)
        | State::Credentials(_)
        | State::Success(_)
        | State::Failed(_)
        | State::Expired(_)
        | State::Ended(_) => 0,
    };
    // The pause before the next try of the user.
    let most = most + usize::from(run.story.machine.held().is_some());
    let open = || run.story.open.iter().filter(|(_, a)| !is_create(a));
    assert!(open().count() <= most, "{:?}", run.story.open);
    let fits = |(_, asked): &(_, Asked)| match (asked, run.state()) {
        (Asked::Timer(_), _) => true,
        (Asked::Proof | Asked::Popup(_) | Asked::Call(Call::KeepOAuth { .. }), state) => {
            matches!(state, State::OAuth(_))
        }
        (Asked::Call(Call::OAuthResult { .. }), state) => {
            matches!(state, State::OAuth(_) | State::Starting(_))
        }
        (Asked::Call(Call::Resend { .. }), state) => matches!(state, State::Question(_)),
        (Asked::Call(Call::SelectAccounts { .. }), state) => {
            matches!(state, State::Accounts(_))
        }
        (Asked::Call(Call::Session { .. }), state) => matches!(state, State::Starting(_)),
        (Asked::Call(Call::Institution { .. }), state) => {
            matches!(state, State::Starting(_) | State::Question(_))
        }
        (Asked::Call(Call::Providers { .. }), state) => {
            matches!(
                state,
                State::Starting(_) | State::Search(_) | State::Consent(_)
            )
        }
        (Asked::Call(Call::Provider { .. }), state) => matches!(state, State::Preparing(_)),
        (Asked::Call(_), state) => matches!(state, State::Connecting(_)),
    };
    assert!(open().all(fits), "{:?}", run.story.open);
}

/// A connection that is given up before it has a name goes on until it can be removed.
pub fn is_create(asked: &Asked) -> bool {
    matches!(asked, Asked::Call(Call::Create { .. }))
}

pub fn messages_and_addresses_carry_no_secret(run: &Run) {
    let system = run.story.machine.launch.system;
    for outgoing in words(run) {
        let (Outgoing::Post(sent)
        | Outgoing::PostText(sent)
        | Outgoing::Go(sent)
        | Outgoing::GoTop(sent)) = outgoing;
        // What the user searches for is told where the host's system has a message for it.
        let search = matches!(system, System::MoneyKit | System::Ucw | System::UcwV2)
            && run
                .news()
                .any(|news| *news == Report::Searched(TYPED.into()));
        let sent = if search {
            sent.replace(TYPED, "")
        } else {
            sent
        };
        assert!(!sent.contains("SENTINEL"), "{sent}");
    }
    for effect in run.effects() {
        let text = match effect {
            Effect::OpenPopup { address, .. }
            | Effect::SendPopup { address, .. }
            | Effect::Leave(address) => address.clone(),
            Effect::Keep(Some(kept)) => kept.to_text(),
            _ => continue,
        };
        assert!(!text.replace(TYPED, "").contains("SENTINEL"), "{text}");
    }
    if let State::Credentials(login) = run.state() {
        let mut kept = login.kept.iter();
        assert!(kept.all(|(name, _)| name == "username"), "{:?}", login.kept);
    }
}

pub fn the_window_goes_only_to_checked_addresses(run: &Run) {
    for outgoing in words(run) {
        let (Outgoing::Go(address) | Outgoing::GoTop(address)) = outgoing else {
            continue;
        };
        let begins = |with: &str| address.starts_with(with);
        let checked = run.opened() || run.story.machine.launch.redirect_checked;
        let own = begins(&format!("{OWN}/exit?"))
            || (run.opened() && begins(&format!("{OWN}/connected?")));
        assert!(
            own || (checked && begins(&format!("{REDIRECT}?"))),
            "{address}"
        );
    }
}

/// What the last event sent to a host.
fn words(run: &Run) -> impl Iterator<Item = Outgoing> {
    let launch = &run.story.machine.launch;
    assert!(launch.origin.as_ref().is_none_or(|o| o.as_str() == HOST));
    let session = &run.story.machine.session;
    let word = move |report| Speaker::default().word(launch, session, report, &Now::default());
    run.news().flat_map(word)
}

pub fn a_login_is_sent_once_for_each_submit_and_an_answer_for_each_answer(run: &Run) {
    let count = |wanted: fn(&Call) -> bool| {
        let is = |effect: &&Effect| matches!(effect, Effect::Call { call, .. } if wanted(call));
        run.effects().iter().filter(is).count()
    };
    let logins = count(|call| matches!(call, Call::Create { .. } | Call::Login { .. }));
    let answers = count(|call| matches!(call, Call::Answer { .. }));
    let form = run.before.form;
    match &run.event {
        Some(Event::Submitted { form: sent, .. }) => {
            let counts = run.before.screen == Screen::Credentials && form == Some(*sent);
            let counts = counts && !run.before.held;
            assert_eq!((logins, answers), (usize::from(counts), 0));
        }
        Some(Event::AnswerGiven { form: sent, .. }) => {
            let counts = run.before.screen == Screen::Question && form == Some(*sent);
            let counts = counts && !run.before.held;
            assert_eq!((logins, answers), (0, usize::from(counts)));
        }
        // Only the answer to this very login counts.
        Some(Event::OAuthReturned { state, result }) => {
            let counts = run.before.screen == Screen::OAuth
                && *state == state_of(&run.nonce())
                && result.code.is_some();
            assert!(logins <= usize::from(counts) && answers == 0);
        }
        // What came of a login at the bank's own site.
        Some(Event::Answered { .. }) => {
            let looks = matches!(run.before.screen, Screen::OAuth | Screen::Credentials);
            assert!(logins <= usize::from(looks) && answers == 0);
        }
        _ => assert_eq!((logins, answers), (0, 0)),
    }
}

pub fn a_window_opens_only_within_a_click_on_the_way_to_the_bank(run: &Run) {
    for effect in run.effects() {
        let address = match effect {
            Effect::OpenPopup { address, .. }
            | Effect::SendPopup { address, .. }
            | Effect::Leave(address) => address,
            _ => continue,
        };
        // The click itself, or what it waits for.
        let clicked = run.event == Some(Event::BankSiteClicked) || run.before.goes_to_bank;
        assert!(clicked, "{:?}", run.event);
        let bank = "https://bank.example/authorize?";
        assert!(address.starts_with(bank), "{address:?}");
    }
}

pub fn a_reload_finds_the_connection_under_way_and_nothing_else(run: &Run) {
    match (run.state(), &run.story.kept) {
        (State::Ended(_) | State::Success(_) | State::Search(_), kept) => assert_eq!(*kept, None),
        (_, Some(kept)) => {
            assert_eq!(kept.user, "u1");
            assert!(kept.institution.as_ref().is_none_or(|id| id == "i1"));
            assert!(
                kept.login
                    .as_ref()
                    .is_none_or(|nonce| *nonce == run.nonce())
            );
        }
        (_, None) => {}
    }
}

/// Whoever renews an access and leaves in the middle keeps the one that they had.
pub fn a_connection_of_before_is_never_removed(run: &Run) {
    let removes = |effect: &Effect| {
        let call = match effect {
            Effect::Call { call, .. } => call,
            _ => return false,
        };
        matches!(call, Call::Delete { .. })
    };
    assert!(run.makes || !run.effects().iter().any(removes));
}

pub fn offline_nothing_is_tried_by_itself(run: &Run) {
    let offline = run.story.machine.banner() == Some(Banner::Offline);
    let woke = matches!(run.event, Some(Event::Woke(_)));
    let looks = run.before.screen == Screen::Search
        || (run.before.screen == Screen::Credentials && run.before.form.is_none());
    let tells = |effect: &Effect| matches!(effect, Effect::Tell(_));
    assert!(!(offline && woke && looks) || run.effects().iter().all(tells));
}
