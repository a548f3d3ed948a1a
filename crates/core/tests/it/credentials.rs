//! The login: looked up, sent once, shown again with what may be kept.

use crate::story::{Story, fields};
use crate::world::{PASSWORD, USERNAME, bank, error, listing, login_of, refused, session, syncing};
use connect_core::api::{Field, FieldKind};
use connect_core::flow::{
    Answer, Call, CallError, Event, Failure, Notice, Report, Screen, State, Trouble, WayOn,
};

#[test]
fn a_login_is_sent_as_it_was_typed() {
    let mut story = Story::at_login();
    story.submit();
    let call = Call::Create {
        name: "Demo".into(),
        provider: "demo".into(),
        credentials: fields(),
        key: "seed-1".into(),
        job_types: Vec::new(),
        options: Vec::new(),
    };
    assert_eq!(story.pending().1, call);
    story.shows(Screen::Connecting);
}

#[test]
fn a_second_submit_of_the_same_form_changes_nothing() {
    let mut story = Story::at_login();
    let form = story.form();
    story.submit();
    let before = story.machine.state.clone();
    story.send(Event::Submitted {
        form,
        fields: fields(),
    });
    assert!(story.effects.is_empty());
    assert_eq!(story.machine.state, before);
}

#[test]
fn a_wrong_login_keeps_the_username_and_never_the_password() {
    let mut story = Story::polling();
    story.answer(error("LoginFailedError", 2));
    form_again(&story, Some(Notice::LoginRefused));
    let failure = Failure::InvalidCredentials;
    let told = &story.told[story.told.len() - 2];
    assert!(matches!(told, Report::Failed { failure: f, .. } if *f == failure));
    story.submit();
    let id = "i1".to_string();
    let credentials = fields();
    assert_eq!(story.pending().1, Call::Login { id, credentials });
}

#[test]
fn the_bank_s_own_words_about_a_wrong_login_stand_over_the_form_until_it_is_sent() {
    let mut story = Story::polling();
    let Answer::Institution(mut institution) = error("LoginFailedError", 2) else {
        panic!("an institution");
    };
    let said = "This token was used before.";
    if let Some(error) = &mut institution.sync_error {
        error.provider_message = Some(said.into());
    }
    story.answer(Answer::Institution(institution));
    assert_eq!(login(&story).words.as_deref(), Some(said));
    story.submit();
    story.answer(syncing(1));
    story.answer(error("LoginFailedError", 2));
    assert_eq!(login(&story).words, None);
}

#[test]
fn a_connection_removed_with_its_wrong_login_starts_over_at_post() {
    let mut story = Story::polling();
    story.fail(refused(404, "not_found"));
    form_again(&story, Some(Notice::LoginRefused));
    story.submit();
    assert!(matches!(story.pending().1, Call::Create { .. }));
    story.answer(syncing(1));
    story.polls(1);
}

#[test]
fn a_connection_removed_between_two_logins_starts_over_at_post() {
    let mut story = Story::polling();
    story.answer(error("LoginFailedError", 2));
    story.submit();
    assert!(matches!(story.pending().1, Call::Login { .. }));
    story.fail(refused(404, "not_found"));
    form_again(&story, Some(Notice::NotSent(Trouble::ServerError)));
    story.submit();
    assert!(matches!(story.pending().1, Call::Create { .. }));
}

#[test]
fn a_login_that_was_not_sent_can_be_sent_again() {
    for (error, trouble) in [
        (CallError::Unreachable, Trouble::Unreachable),
        (refused(503, "unavailable"), Trouble::ServerError),
        (CallError::Unreadable, Trouble::ServerError),
    ] {
        let mut story = Story::sent();
        story.fail(error);
        form_again(&story, Some(Notice::NotSent(trouble)));
        story.submit();
        assert!(matches!(story.pending().1, Call::Create { .. }));
    }
}

#[test]
fn an_answer_that_says_nothing_about_the_login_is_not_waited_on() {
    for odd in [Answer::Done, Answer::Unchanged, listing(&[])] {
        let mut story = Story::sent();
        story.answer(odd);
        form_again(&story, Some(Notice::NotSent(Trouble::ServerError)));
    }
}

#[test]
fn only_fields_of_the_form_that_cannot_be_secret_are_kept() {
    let field = |name: &str, kind: FieldKind| Field {
        name: name.into(),
        label: name.into(),
        kind,
        required: true,
        ..Field::default()
    };
    let mut provider = bank("Demo");
    provider.fields = vec![
        field("card", FieldKind::Text),
        field("code", FieldKind::Number),
        field("pin", FieldKind::Password),
    ];
    let mut story = Story::at_search(&["Demo"]);
    story.send(Event::Picked("demo".into()));
    story.answer(Answer::Provider(Box::new(provider)));
    let form = story.form();
    let secret = |text: &str| connect_core::Secret::new(text);
    story.send(Event::Submitted {
        form,
        fields: vec![
            ("card".into(), secret("4711")),
            ("code".into(), secret(PASSWORD)),
            ("pin".into(), secret(PASSWORD)),
            ("other".into(), secret(PASSWORD)),
        ],
    });
    story.fail(CallError::Unreachable);
    let kept = [("card".to_string(), secret("4711"))];
    assert_eq!(login(&story).kept, kept);
}

#[test]
fn a_bank_without_fields_asks_for_username_and_password() {
    let story = Story::at_login();
    let fields = login(&story).fields();
    let asked: Vec<_> = fields.iter().map(|f| (f.name.as_str(), f.kind)).collect();
    let password = ("password", FieldKind::Password);
    assert_eq!(asked, [("username", FieldKind::Text), password]);
}

#[test]
fn a_form_that_cannot_be_looked_up_is_asked_for_again() {
    let mut story = Story::at_search(&["Demo"]);
    story.send(Event::Picked("demo".into()));
    story.fail(CallError::Unreachable);
    story.run_out(500);
    story.answer(Answer::Done);
    story.send(Event::TryNowClicked);
    story.answer(login_of("Demo"));
    story.shows(Screen::Credentials);
    assert_eq!(login(&story).provider, bank("Demo"));
}

#[test]
fn back_leads_to_the_list_from_the_form_and_from_the_wait_for_it() {
    let mut story = Story::at_login();
    story.send(Event::BackClicked);
    assert_eq!(story.rows(), ["Demo", "Acme"]);
    story.send(Event::Picked("acme".into()));
    let (late, _) = story.pending();
    story.send(Event::BackClicked);
    assert_eq!(story.rows(), ["Demo", "Acme"]);
    story.send(Event::Answered {
        ticket: late,
        answer: Ok(login_of("Acme")),
    });
    story.shows(Screen::Search);
}

#[test]
fn going_back_after_a_wrong_login_removes_the_new_connection() {
    let mut story = Story::polling();
    story.answer(error("LoginFailedError", 2));
    story.send(Event::BackClicked);
    assert_eq!(story.removed(), ["i1"]);
    story.shows(Screen::Search);
}

#[test]
fn a_connection_of_before_is_never_removed() {
    let mut story = Story::reconnecting();
    story.answer(error("LoginFailedError", 3));
    story.answer(login_of("Demo"));
    story.submit();
    story.answer(syncing(4));
    story.send(Event::BackClicked);
    assert!(story.removed().is_empty());
    form_again(&story, None);
    story.send(Event::BackClicked);
    assert!(story.removed().is_empty());
}

#[test]
fn a_bank_that_is_gone_when_its_login_is_sent_leads_to_the_list() {
    let mut story = Story::sent();
    story.fail(refused(404, "unknown_provider"));
    story.fails_with("unknown_provider", WayOn::OtherBank, Some(WayOn::Leave));
}

#[test]
fn a_session_that_ends_while_the_form_is_looked_up_has_its_own_screen() {
    for code in ["token_expired", "invalid_token"] {
        let mut story = Story::at_search(&["Demo"]);
        story.send(Event::Picked("demo".into()));
        story.fail(refused(401, code));
        story.shows(Screen::SessionExpired);
        let mut story = Story::sent();
        story.fail(refused(401, code));
        story.shows(Screen::SessionExpired);
    }
}

#[test]
fn a_token_may_preselect_the_bank() {
    let mut story = Story::start(crate::world::launch());
    story.answer(listing(&["Demo"]));
    let Answer::Session(mut session) = session() else {
        unreachable!("session() is a session")
    };
    session.options.provider = Some("acme".into());
    story.answer(Answer::Session(session));
    assert_eq!(story.pending().1, Call::Provider { id: "acme".into() });
}

/// Demo's form is shown with the username that was typed and nothing else.
#[track_caller]
pub fn form_again(story: &Story, notice: Option<Notice>) {
    let login = login(story);
    assert_eq!(login.notice, notice);
    let kept: Vec<(&str, &str)> = login
        .kept
        .iter()
        .map(|(name, value)| (name.as_str(), value.expose()))
        .collect();
    assert_eq!(kept, [("username", USERNAME)]);
    assert_eq!(story.calls(), 0);
}

#[track_caller]
fn login(story: &Story) -> &connect_core::flow::Credentials {
    match &story.machine.state {
        State::Credentials(credentials) => credentials,
        other => panic!("no login form in {other:?}"),
    }
}

#[test]
fn a_bank_that_logs_in_at_its_own_site_gets_no_password() {
    let mut provider = bank("Demo");
    provider.oauth = true;
    let mut story = Story::at_search(&["Demo"]);
    story.send(Event::Picked("demo".into()));
    story.answer(Answer::Provider(Box::new(provider)));
    story.fails_with(
        "institution_unavailable",
        WayOn::OtherBank,
        Some(WayOn::TryAgain),
    );
    story.choose(WayOn::TryAgain);
    assert!(!matches!(story.machine.state, State::Credentials(_)));
}
