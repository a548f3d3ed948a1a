//! What holds in every run, whatever users, hosts and backends do. `PROPTEST_CASES` says how many runs.

use crate::chance::{REDIRECT, Step, TYPED, launches, steps, wild_steps};
use crate::run::{Run, answered, chosen, submitted};
use crate::story::Asked;
use crate::world::{HOST, OWN};
use connect_core::Secret;
use connect_core::flow::{BankWindow, Banner, Call, Effect, Event, Report, State, WayOn, Ways};
use connect_core::host::{self, Outgoing};
use connect_core::launch::Launch;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[test]
fn nothing_is_told_after_the_one_last_report() {
    check(|run| {
        let told = run.told();
        let last = told.iter().position(Report::is_terminal);
        assert!(last.is_none_or(|at| at + 1 == told.len()), "{told:#?}");
        assert_eq!(last.is_some(), matches!(run.state(), State::Ended(_)));
        let was_over = matches!(run.before, State::Ended(_));
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
        assert!(
            !was_over || run.effects().iter().all(removes),
            "{:?}",
            run.effects()
        );
    });
}

#[test]
fn the_x_always_ends_the_run_with_one_last_report() {
    check(|run| {
        let mut closed = run.clone();
        closed.send(Event::CloseClicked);
        assert!(matches!(closed.state(), State::Ended(_)));
        let last = closed.told().iter().filter(|report| report.is_terminal());
        assert_eq!(last.count(), 1);
        let mut open = closed.story.open.iter();
        assert!(
            open.all(|(_, asked)| is_create(asked)),
            "{:?}",
            closed.story.open
        );
    });
}

#[test]
fn an_unchecked_host_hears_at_most_the_end() {
    check(|run| {
        let before = run.told().iter().take_while(|r| **r != Report::Opened);
        let early: Vec<_> = before.filter(|report| !report.is_terminal()).collect();
        assert!(run.opened() || early.is_empty(), "{early:?}");
        assert!(!run.opened() || run.told()[0] == Report::Opened);
    });
}

#[test]
fn there_is_always_a_way_on() {
    check(|run| {
        let run = &online(run);
        let calls = |wanted: fn(&Call) -> bool| run.calls().iter().any(|(_, call)| wanted(call));
        let back = run.story.machine.can_go_back();
        match run.state() {
            State::Starting(_) => {
                let call = |call: &Call| {
                    matches!(
                        call,
                        Call::Session { .. } | Call::Institution { .. } | Call::OAuthResult { .. }
                    )
                };
                assert!(calls(call) || !run.timers().is_empty(), "waits for nothing");
            }
            State::Search(search) => {
                let asks = calls(|call| matches!(call, Call::Providers { .. }));
                assert_eq!(search.is_asking(), asks);
                assert_eq!(search.retry.is_some(), !run.timers().is_empty());
                assert!(search.answered || asks || search.retry.is_some());
            }
            State::Preparing(_) => {
                let asks = calls(|call| matches!(call, Call::Provider { .. }));
                assert!(asks || !run.timers().is_empty(), "waits for nothing");
            }
            State::Consent(_) => {
                leads_on(run, Event::ConsentGiven);
                leads_on(run, Event::ConsentDeclined);
            }
            State::Warning(warning) => ways_lead_on(run, warning.ways),
            State::Credentials(credentials) => leads_on(run, submitted(credentials.form)),
            State::OAuth(oauth) => {
                if let Some(way) = oauth.ways.1 {
                    leads_on(run, Event::WayChosen(way));
                }
                leads_to_bank(run);
            }
            State::Accounts(accounts) if accounts.saving => {
                assert!(calls(|call| matches!(call, Call::SelectAccounts { .. })));
            }
            State::Accounts(accounts) => {
                let mut eligible = accounts.accounts.iter().filter(|a| a.is_eligible());
                let one = eligible.next().expect("something can be chosen");
                let mut next = run.clone();
                next.send(chosen(accounts.form, vec![one.id.clone()]));
                assert_eq!(next.calls().len(), 1);
            }
            State::Expired(_) => {
                leads_on(run, Event::TokenGiven(Secret::new("tok-SENTINEL-8")));
                leads_on(run, Event::WayChosen(WayOn::Leave));
            }
            State::Question(question) => {
                leads_on(run, answered(question.form));
            }
            State::Connecting(_) => brings_news(run),
            State::Success(_) => leads_on(run, Event::DoneClicked),
            State::Failed(failed) => ways_lead_on(run, failed.ways),
            State::Ended(_) => {}
        }
        if back {
            leads_on(run, Event::BackClicked);
        }
    });
}

/// What waits for the network goes on once it is there.
fn online(run: &Run) -> Run {
    let mut run = run.clone();
    if run.story.machine.banner() == Some(Banner::Offline) {
        run.send(Event::CameOnline);
    }
    run
}

#[track_caller]
fn ways_lead_on(run: &Run, (first, second): Ways) {
    leads_on(run, Event::WayChosen(first));
    if let Some(way) = second {
        leads_on(run, Event::WayChosen(way));
    }
}

/// The click opens a window, or goes there in this one; or it is on its way already.
#[track_caller]
fn leads_to_bank(run: &Run) {
    let mut next = run.clone();
    next.send(Event::BankSiteClicked);
    let opens =
        |effect: &Effect| matches!(effect, Effect::OpenPopup { .. } | Effect::FocusPopup(_));
    let leaves = matches!(next.state(), State::OAuth(oauth) if oauth.window == BankWindow::Leaving);
    assert!(
        leaves || next.effects().iter().any(opens),
        "{:?}",
        next.effects()
    );
}

/// Another screen follows, or at least another form.
#[track_caller]
fn leads_on(run: &Run, event: Event) {
    let mut next = run.clone();
    next.send(event);
    assert_ne!(next.state().key(), run.state().key());
}

/// "Connecting…" waits for a call, or for a pause that ends in one, and the deadline is always set.
fn brings_news(run: &Run) {
    let only_watches = [10_000, 20_000, 30_000, 60_000, 180_000];
    let timers = run.timers();
    assert!(timers.iter().any(|(_, millis)| *millis == 180_000));
    if run.calls().is_empty() {
        let pause = timers
            .iter()
            .find(|(_, millis)| !only_watches.contains(millis));
        let (pause, _) = *pause.expect("neither a call nor a pause before one");
        let mut next = run.clone();
        next.send(Event::Woke(pause));
        assert_eq!(next.calls().len(), 1, "the pause leads to no call");
    }
}

/// A connection that is given up before it has a name goes on until it can be removed.
fn is_create(asked: &Asked) -> bool {
    matches!(asked, Asked::Call(Call::Create { .. }))
}

#[test]
fn no_state_leaves_a_question_open_behind_it() {
    check(|run| {
        let most = match run.state() {
            // The session, or the pause before it is asked for again, beside the first banks.
            State::Starting(_) => 2,
            State::Search(_) | State::Preparing(_) | State::Consent(_) => 1,
            // The code that is sent anew, or the pause before; the accounts that were chosen.
            State::Question(_) | State::Accounts(_) => 1,
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
        let open: Vec<_> = run
            .story
            .open
            .iter()
            .filter(|(_, a)| !is_create(a))
            .collect();
        assert!(open.len() <= most, "{:?}", run.story.open);
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
            (Asked::Call(Call::Session { .. } | Call::Institution { .. }), state) => {
                matches!(state, State::Starting(_))
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
        assert!(open.into_iter().all(fits), "{:?}", run.story.open);
    });
}

#[test]
fn secrets_are_in_no_message_and_in_no_debug_print() {
    check(|run| {
        let secrets = |text: &str| text.replace(TYPED, "").contains("SENTINEL");
        let printed = format!(
            "{:?} {:?} {:?}",
            run.story.machine,
            run.effects(),
            run.event
        );
        assert!(!secrets(&printed), "{printed}");
        for outgoing in words(run) {
            let sent = format!("{outgoing:?}");
            assert!(!sent.contains("SENTINEL"), "{sent}");
        }
        let kept = format!("{:?}", run.story.kept.as_ref().map(|kept| kept.to_text()));
        assert!(!secrets(&kept), "{kept}");
        if let State::Credentials(login) = run.state() {
            let kept: Vec<&str> = login.kept.iter().map(|(name, _)| name.as_str()).collect();
            assert!(kept.iter().all(|name| *name == "username"), "{kept:?}");
        }
    });
}

#[test]
fn the_window_goes_only_to_checked_addresses() {
    check(|run| {
        for outgoing in words(run) {
            let Outgoing::Go(address) = outgoing else {
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
    });
}

#[test]
fn a_login_is_sent_once_for_each_submit_and_an_answer_for_each_answer() {
    check(|run| {
        let form = match &run.before {
            State::Credentials(credentials) => Some(credentials.form),
            State::Question(question) => Some(question.form),
            _ => None,
        };
        let (logins, answers) = match &run.event {
            Some(Event::Submitted { form: sent, .. }) => (usize::from(form == Some(*sent)), 0),
            Some(Event::AnswerGiven { form: sent, .. }) => (0, usize::from(form == Some(*sent))),
            _ => (0, 0),
        };
        let count = |wanted: fn(&Call) -> bool| {
            let is = |effect: &&Effect| matches!(effect, Effect::Call { call, .. } if wanted(call));
            run.effects().iter().filter(is).count()
        };
        let login = |call: &Call| matches!(call, Call::Create { .. } | Call::Login { .. });
        assert_eq!(count(|call| matches!(call, Call::Answer { .. })), answers);
        match &run.event {
            // Only the answer to this very login counts.
            Some(Event::OAuthReturned { state, result }) => {
                let counts = matches!(run.before, State::OAuth(_))
                    && *state == run.oauth_state()
                    && result.code.is_some();
                assert!(count(login) <= usize::from(counts));
            }
            Some(Event::Answered { .. }) => {
                let looks = matches!(
                    run.before,
                    State::OAuth(_) | State::Preparing(_) | State::Starting(_)
                );
                assert!(count(login) <= usize::from(looks));
            }
            _ => assert_eq!(count(login), logins),
        }
    });
}

#[test]
fn a_window_opens_only_within_a_click_on_the_way_to_the_bank() {
    check(|run| {
        let goes =
            |effect: &Effect| matches!(effect, Effect::OpenPopup { .. } | Effect::FocusPopup(_));
        let opened = run.effects().iter().any(goes);
        assert!(!opened || run.event == Some(Event::BankSiteClicked));
        for effect in run.effects() {
            if let Effect::OpenPopup {
                address: Some(address),
                ..
            }
            | Effect::SendPopup { address, .. }
            | Effect::Leave(address) = effect
            {
                assert!(
                    address.starts_with("https://bank.example/authorize?"),
                    "{address}"
                );
            }
        }
    });
}

#[test]
fn a_reload_finds_the_connection_under_way_and_nothing_else() {
    check(|run| match (run.state(), &run.story.kept) {
        (State::Ended(_) | State::Success(_) | State::Search(_), kept) => assert_eq!(*kept, None),
        (_, Some(kept)) => {
            assert_eq!(
                (kept.user.as_str(), kept.institution.as_str()),
                ("u1", "i1")
            );
        }
        (_, None) => {}
    });
}

#[test]
fn offline_nothing_is_tried_by_itself() {
    check(|run| {
        let offline = run.story.machine.banner() == Some(Banner::Offline);
        if let (true, Some(Event::Woke(_)), State::Search(_) | State::Preparing(_)) =
            (offline, &run.event, &run.before)
        {
            assert_eq!(run.effects(), []);
        }
    });
}

#[test]
fn what_nobody_waits_for_changes_nothing() {
    check(|run| {
        let mut next = run.clone();
        let ticket = connect_core::flow::Ticket(9_999);
        next.send(Event::Woke(ticket));
        assert!(next.effects().is_empty());
        assert_eq!(next.state(), run.state());
    });
}

#[test]
fn mixed_up_tickets_break_nothing() {
    check_steps(wild_steps(), |run| {
        let last = run.told().iter().filter(|report| report.is_terminal());
        assert!(last.count() <= 1);
    });
}

fn check(law: impl Fn(&Run)) {
    check_steps(steps(), law);
}

/// Looks at every moment of many runs.
fn check_steps(steps: impl Strategy<Value = Vec<Step>>, law: impl Fn(&Run)) {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let runs = (launches(), steps);
    let outcome = TestRunner::new(config).run(&runs, |(launch, steps): (Launch, _)| {
        let mut run = Run::start(launch);
        law(&run);
        for step in &steps {
            run.step(step);
            law(&run);
        }
        Ok(())
    });
    if let Err(broken) = outcome {
        panic!("{broken}");
    }
}

/// What the last event sent to a host.
fn words(run: &Run) -> Vec<Outgoing> {
    let launch = &run.story.machine.launch;
    assert!(launch.origin.as_ref().is_none_or(|o| o.as_str() == HOST));
    let told = run.effects().iter().filter_map(|effect| match effect {
        Effect::Tell(report) => Some(host::word(launch, report)),
        _ => None,
    });
    told.flatten().collect()
}
