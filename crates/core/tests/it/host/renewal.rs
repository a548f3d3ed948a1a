//! What hosts hear of a login that is shown once more, of a consent that ends, and of a success that is not whole.

use super::{go_to_the_bank, golden::check, open_and_log_in, own_site};
use crate::world::{connected_for_a_while, error, provider, syncing};
use connect_core::flow::{Event, WayOn};

#[test]
fn an_access_is_renewed_and_something_could_not_be_read() {
    check("access_renewed", |story| {
        open_and_log_in(story);
        story.answer(error("ConsentExpiredError", 2));
        story.choose(WayOn::RenewAccess);
        story.submit();
        story.answer(syncing(3));
        story.answer(connected_for_a_while(4));
        story.send(Event::DoneClicked);
    });
}

#[test]
fn an_access_that_has_ended_is_left() {
    check("consent_expired", |story| {
        open_and_log_in(story);
        story.answer(error("ConsentExpiredError", 2));
        story.send(Event::CloseClicked);
    });
}

#[test]
fn a_bank_s_own_site_that_nobody_comes_back_from() {
    check("oauth_expired", |story| {
        go_to_the_bank(story);
        story.run_out(600_000);
        story.choose(WayOn::TryAgain);
        story.answer(provider(own_site()));
        story.send(Event::CloseClicked);
    });
}
