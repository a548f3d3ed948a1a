//! What holds in every run, whatever users, hosts and backends do: each sequence of events is made
//! once and all laws look at it. `PROPTEST_CASES` says how many sequences; `cargo xtask test --deep` makes 100,000.

mod moments;
mod outlooks;
mod reports;
mod theme;

use crate::chance::{Step, launches, steps, wild_steps};
use crate::run::Run;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRunner};
use std::cell::{Cell, RefCell};
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const SEQUENCES: u32 = 10_000;
/// The tests that share the sequences, so that every core has work.
const PARTS: u32 = 6;

/// Its name, and what must not panic.
type Law = (&'static str, fn(&Run));

/// Laws by name, in a table.
macro_rules! laws {
    ($($law:path),* $(,)?) => { &[$((stringify!($law), $law)),*] };
}

/// They only read, and look at every moment.
const AT_EVERY_MOMENT: &[Law] = laws![
    moments::nothing_is_told_after_the_one_last_report,
    moments::a_state_waits_for_something_that_can_come,
    moments::no_state_leaves_a_question_open_behind_it,
    moments::messages_and_addresses_carry_no_secret,
    moments::the_window_goes_only_to_checked_addresses,
    moments::a_login_is_sent_once_for_each_submit_and_an_answer_for_each_answer,
    moments::a_window_opens_only_within_a_click_on_the_way_to_the_bank,
    moments::a_reload_finds_the_connection_under_way_and_nothing_else,
    moments::a_connection_of_before_is_never_removed,
    moments::offline_nothing_is_tried_by_itself,
    reports::an_unchecked_host_hears_at_most_the_end,
    reports::the_host_knows_the_screen,
    reports::a_report_follows_from_what_happened,
    reports::the_host_is_answered_once_whether_there_was_a_step_back,
    reports::only_the_hosts_word_about_this_very_login_counts,
];

/// They print all there is, or go on from there: for one moment by chance and for the last.
const AT_SOME_MOMENTS: &[Law] = laws![
    outlooks::the_x_always_ends_the_run_with_one_last_report,
    outlooks::every_way_on_leads_on,
    outlooks::the_pause_of_a_sync_leads_to_a_call,
    outlooks::what_nobody_waits_for_changes_nothing,
    outlooks::secrets_are_in_no_debug_print,
    outlooks::when_all_goes_well_there_is_no_dead_end_and_no_endless_wait,
];

/// What holds even when tickets are mixed up.
const AT_WILD_MOMENTS: &[Law] = laws![reports::there_is_at_most_one_last_report];

#[test]
fn every_law_holds_in_the_first_part() {
    hold(steps(), AT_EVERY_MOMENT, AT_SOME_MOMENTS);
}

#[test]
fn every_law_holds_in_the_second_part() {
    hold(steps(), AT_EVERY_MOMENT, AT_SOME_MOMENTS);
}

#[test]
fn every_law_holds_in_the_third_part() {
    hold(steps(), AT_EVERY_MOMENT, AT_SOME_MOMENTS);
}

#[test]
fn every_law_holds_in_the_fourth_part() {
    hold(steps(), AT_EVERY_MOMENT, AT_SOME_MOMENTS);
}

#[test]
fn mixed_up_tickets_break_nothing() {
    hold(wild_steps(), AT_WILD_MOMENTS, &[]);
}

#[test]
fn the_later_half_may_come_at_any_moment() {
    let late = (0..12_usize).prop_map(Some);
    hold_from(late, steps(), AT_WILD_MOMENTS, AT_SOME_MOMENTS);
}

/// Makes this part's sequences and shows each of them to the laws.
fn hold(steps: impl Strategy<Value = Vec<Step>>, every: &[Law], some: &[Law]) {
    hold_from(Just(None), steps, every, some);
}

/// The later half of the machine comes before this step; `None`: it is there from the start. Until then nobody looks.
fn hold_from(
    late: impl Strategy<Value = Option<usize>>,
    steps: impl Strategy<Value = Vec<Step>>,
    every: &[Law],
    some: &[Law],
) {
    listen();
    let total = std::env::var("PROPTEST_CASES").ok();
    let total = total.and_then(|total| total.parse().ok());
    let config = Config {
        cases: total.unwrap_or(SEQUENCES).div_ceil(PARTS),
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::XorShift,
        ..Config::default()
    };
    let (sequences, events) = (Cell::new(0), Cell::new(0));
    let cases = (launches(), steps, any::<Index>(), late);
    let outcome = TestRunner::new(config).run(&cases, |(launch, steps, sample, late)| {
        let law = Cell::new("");
        let look = |run: &Run, laws: &[Law]| {
            for (name, holds) in laws {
                law.set(name);
                holds(run);
            }
        };
        let sample = sample.index(steps.len());
        let all = AssertUnwindSafe(|| {
            let late = late.map(|late| late.min(steps.len() - 1));
            let mut run = match late {
                Some(_) => Run::first(launch),
                None => Run::start(launch),
            };
            for (at, step) in steps.iter().enumerate() {
                if late == Some(at) {
                    run.bring();
                }
                let looks = late.is_none_or(|late| late <= at);
                if looks {
                    look(&run, every);
                }
                run.step(step);
                if looks {
                    look(&run, every);
                    if at == sample || at + 1 == steps.len() {
                        look(&run, some);
                    }
                }
            }
            run.events
        });
        HEARS.set(true);
        let outcome = panic::catch_unwind(all);
        HEARS.set(false);
        sequences.set(sequences.get() + 1);
        events.set(events.get() + outcome.as_ref().unwrap_or(&0));
        let broken = |_| TestCaseError::fail(format!("{}: {}", law.get(), HEARD.take()));
        outcome.map(drop).map_err(broken)
    });
    if let Err(broken) = outcome {
        panic!("{broken}");
    }
    count(sequences.get(), events.get());
}

/// Adds up what the parts have seen; the last one prints it, past the test harness, which hides
/// what tests print.
fn count(sequences: u64, events: u64) {
    static SEEN: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
    let [parts, all, of] = [(0, 1), (1, sequences), (2, events)]
        .map(|(at, more): (usize, u64)| SEEN[at].fetch_add(more, Relaxed) + more);
    if parts == u64::from(PARTS) {
        let line = format!("laws: {all} sequences of {of} events\n");
        // Without a terminal or a pipe nobody reads it.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}

thread_local! {
    /// A law is looking: its panic is heard, not printed, because shrinking makes hundreds of them.
    static HEARS: Cell<bool> = const { Cell::new(false) };
    static HEARD: RefCell<String> = const { RefCell::new(String::new()) };
}

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if HEARS.get() {
                HEARD.set(panic.to_string());
            } else {
                usual(panic);
            }
        }));
    });
}
