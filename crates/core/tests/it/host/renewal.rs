//! What hosts hear of a consent that ends, and of a success that is not whole.

use super::{golden::check, open_and_log_in};
use crate::world::{connected_for_a_while, error, syncing};
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
