//! Links out of the widget: the host hears of them, and nothing else changes.

use crate::story::Story;
use crate::world::{error, launch, launch_without_token};
use connect_core::api::{Consent, LaunchOptions};
use connect_core::flow::{Event, Link, Report};

#[test]
fn a_link_is_told_with_the_bank_that_the_user_is_at() {
    for link in [
        Link::Website,
        Link::ForgottenPassword,
        Link::ForgottenUsername,
    ] {
        let mut story = Story::at_login();
        let (before, open) = (story.machine.state.clone(), story.open.clone());
        story.send(Event::LinkFollowed(link));
        assert_eq!(heard(&story), [(Some("demo"), link)]);
        assert_eq!((&story.machine.state, &story.open), (&before, &open));
    }
    let mut failed = Story::polling();
    failed.answer(error("UserActionRequiredError", 2));
    failed.send(Event::LinkFollowed(Link::Website));
    assert_eq!(heard(&failed), [(Some("demo"), Link::Website)]);
}

#[test]
fn the_clients_terms_belong_to_no_bank() {
    let mut story = Story::with_options(LaunchOptions {
        consent: Some(Consent::default()),
        ..LaunchOptions::default()
    });
    story.send(Event::LinkFollowed(Link::Terms));
    story.send(Event::LinkFollowed(Link::Terms));
    assert_eq!(heard(&story), [(None, Link::Terms), (None, Link::Terms)]);
}

#[test]
fn nobody_hears_of_one_before_the_session_and_after_the_end() {
    let mut closed = Story::at_login();
    closed.send(Event::CloseClicked);
    let others = [Story::start(launch()), Story::start(launch_without_token())];
    for mut story in others.into_iter().chain([closed]) {
        story.send(Event::LinkFollowed(Link::Website));
        assert!(heard(&story).is_empty());
        assert!(story.effects.is_empty());
    }
}

fn heard(story: &Story) -> Vec<(Option<&str>, Link)> {
    let mut heard = Vec::new();
    for report in &story.told {
        if let Report::LinkOpened { bank, link } = report {
            heard.push((bank.as_ref().map(|bank| bank.id.as_str()), *link));
        }
    }
    heard
}
