//! Laws about what can come next: they go on from a moment, or print all that is there.

use super::moments::is_create;
use crate::chance::TYPED;
use crate::run::{Run, answered, chosen, submitted};
use connect_core::Secret;
use connect_core::flow::{BankWindow, Banner, Call, Effect, Event, State, Ticket, WayOn, Ways};

pub fn the_x_always_ends_the_run_with_one_last_report(run: &Run) {
    let closed = run.after(Event::CloseClicked);
    assert!(matches!(closed.state(), State::Ended(_)));
    let last = closed.told().iter().filter(|report| report.is_terminal());
    assert_eq!(last.count(), 1);
    let mut open = closed.story.open.iter();
    assert!(
        open.all(|(_, asked)| is_create(asked)),
        "{:?}",
        closed.story.open
    );
}

pub fn every_way_on_leads_on(run: &Run) {
    let run = &run.released();
    match run.state() {
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
        State::Accounts(accounts) if !accounts.saving => {
            let mut eligible = accounts.accounts.iter().filter(|a| a.is_eligible());
            let one = eligible.next().expect("something can be chosen");
            let next = run.after(chosen(accounts.form, vec![one.id.clone()]));
            let sends = |call: &Call| matches!(call, Call::SelectAccounts { .. });
            assert_eq!(next.calls().filter(|(_, call)| sends(call)).count(), 1);
        }
        State::Expired(_) => {
            leads_on(run, Event::TokenRenewed(Secret::new("tok-SENTINEL-8")));
            leads_on(run, Event::WayChosen(WayOn::Leave));
        }
        State::Question(question) => leads_on(run, answered(question.form)),
        State::Success(_) => leads_on(run, Event::DoneClicked),
        State::Failed(failed) => ways_lead_on(run, failed.ways),
        State::Starting(_)
        | State::Search(_)
        | State::Preparing(_)
        | State::Connecting(_)
        | State::Accounts(_)
        | State::Ended(_) => {}
    }
    if run.story.machine.can_go_back() {
        leads_on(run, Event::BackClicked);
    }
}

fn ways_lead_on(run: &Run, (first, second): Ways) {
    assert_ne!(Some(first), second, "two buttons for one way");
    leads_on(run, Event::WayChosen(first));
    if let Some(way) = second {
        leads_on(run, Event::WayChosen(way));
    }
}

/// The click opens a window, or goes there in this one; or it is on its way already.
fn leads_to_bank(run: &Run) {
    let next = run.after(Event::BankSiteClicked);
    let opens = |effect: &Effect| matches!(effect, Effect::OpenPopup { .. });
    let goes = [BankWindow::Opening, BankWindow::Leaving];
    let leaves = matches!(next.state(), State::OAuth(oauth) if goes.contains(&oauth.window));
    assert!(
        leaves || next.effects().iter().any(opens),
        "{:?}",
        next.effects()
    );
}

/// Another screen follows, or at least another form.
fn leads_on(run: &Run, event: Event) {
    let next = run.after(event);
    assert_ne!(next.state().key(), run.state().key());
}

pub fn the_pause_of_a_sync_leads_to_a_call(run: &Run) {
    let offline = run.story.machine.banner() == Some(Banner::Offline);
    if offline || !matches!(run.state(), State::Connecting(_)) || run.calls().next().is_some() {
        return;
    }
    let only_watches = [10_000, 20_000, 30_000, 60_000, 180_000];
    let mut pauses = run.timers().filter(|(_, m)| !only_watches.contains(m));
    let (pause, _) = pauses.next().expect("neither a call nor a pause");
    assert_eq!(run.after(Event::Woke(pause)).calls().count(), 1);
}

pub fn what_nobody_waits_for_changes_nothing(run: &Run) {
    let next = run.after(Event::Woke(Ticket(9_999)));
    assert!(next.effects().is_empty());
    assert_eq!(next.state(), run.state());
}

pub fn secrets_are_in_no_debug_print(run: &Run) {
    let printed = format!(
        "{:?} {:?} {:?}",
        run.story.machine,
        run.effects(),
        run.event
    );
    assert!(
        !printed.replace(TYPED, "").contains("SENTINEL"),
        "{printed}"
    );
}

pub fn when_all_goes_well_there_is_no_dead_end_and_no_endless_wait(run: &Run) {
    run.clone().heal();
}
