//! What holds in every run, whatever users, hosts and backends do. `PROPTEST_CASES` says how many runs.

use crate::chance::{REDIRECT, Step, TYPED, launches, steps, wild_steps};
use crate::run::{Run, answered, submitted};
use crate::story::Asked;
use crate::world::{HOST, OWN};
use connect_core::flow::{Call, Effect, Event, Report, State};
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
        let calls = |wanted: fn(&Call) -> bool| run.calls().iter().any(|(_, call)| wanted(call));
        match run.state() {
            State::Starting(_) => {
                let call =
                    |call: &Call| matches!(call, Call::Session { .. } | Call::Institution { .. });
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
                leads_on(run, Event::BackClicked);
            }
            State::Credentials(credentials) => {
                leads_on(run, submitted(credentials.form));
                leads_on(run, Event::BackClicked);
            }
            State::Question(question) => {
                leads_on(run, answered(question.form));
                leads_on(run, Event::BackClicked);
            }
            State::Connecting(_) => {
                brings_news(run);
                leads_on(run, Event::BackClicked);
            }
            State::Success(_) => leads_on(run, Event::DoneClicked),
            State::Failed(failed) => {
                let (first, second) = failed.ways();
                leads_on(run, Event::WayChosen(first));
                second
                    .into_iter()
                    .for_each(|way| leads_on(run, Event::WayChosen(way)));
            }
            State::Ended(_) => {}
        }
    });
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
    let only_watches = [10_000, 20_000, 180_000];
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
            State::Search(_) | State::Preparing(_) => 1,
            // Beside the patience and the deadline.
            State::Connecting(_) => 3,
            State::Credentials(_)
            | State::Question(_)
            | State::Success(_)
            | State::Failed(_)
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
            (Asked::Call(Call::Session { .. } | Call::Institution { .. }), state) => {
                matches!(state, State::Starting(_))
            }
            (Asked::Call(Call::Providers { .. }), state) => {
                matches!(state, State::Starting(_) | State::Search(_))
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
        assert_eq!(count(login), logins);
        assert_eq!(count(|call| matches!(call, Call::Answer { .. })), answers);
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
