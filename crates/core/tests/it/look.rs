//! Colours and language: what the client has chosen, over it what the page has, over that what its messages say.

use crate::story::Story;
use crate::world::{launch, listing, plain_session};
use connect_core::api::{Client, Session};
use connect_core::flow::{Answer, Effect, Event, Machine};
use connect_core::json::Read;
use connect_core::launch::{Launch, Look, Theme};
use connect_core::theme::ThemeTokens;
use serde_json::{Value, json};

#[test]
fn the_page_is_dressed_before_anything_else_is_done() {
    let page = look(Some(Theme::Dark), json!({"accent": "#0a0"}));
    let (_, effects) = Machine::start(Launch {
        look: page.clone(),
        ..launch()
    });
    assert_eq!(effects[0], Effect::Dress(page));
}

#[test]
fn what_was_chosen_nearer_to_the_user_wins_token_by_token() {
    let mut story = opened(
        json!({"accent": "red", "surface": "white", "radius": "4px", "font": "Inter"}),
        look(
            Some(Theme::Light),
            json!({"accent": "green", "surface": "black"}),
        ),
    );
    assert_eq!(story.look.theme, Some(Theme::Light));
    let dressed = [
        ("accent", "green"),
        ("font", "Inter"),
        ("radius", "4px"),
        ("surface", "black"),
    ];
    assert_eq!(tokens(&story), dressed);
    story.send(Event::LookChosen(look(None, json!({"accent": "blue"}))));
    assert_eq!(
        story.look.theme,
        Some(Theme::Light),
        "of which nothing is said"
    );
    let dressed = [
        ("accent", "blue"),
        ("font", "Inter"),
        ("radius", "4px"),
        ("surface", "black"),
    ];
    assert_eq!(tokens(&story), dressed);
}

#[test]
fn the_last_message_wins_and_the_others_stay() {
    let mut story = opened(json!({}), Look::default());
    for (theme, chosen) in [
        (Some(Theme::Dark), json!({"accent": "red"})),
        (None, json!({"surface": "white"})),
        (Some(Theme::Auto), json!({"accent": "blue"})),
    ] {
        story.send(Event::LookChosen(look(theme, chosen)));
    }
    assert_eq!(story.look.theme, Some(Theme::Auto));
    assert_eq!(tokens(&story), [("accent", "blue"), ("surface", "white")]);
}

#[test]
fn colours_that_come_before_the_session_stay_over_the_clients() {
    let mut story = Story::start(launch());
    story.send(Event::LookChosen(look(None, json!({"accent": "blue"}))));
    assert_eq!(tokens(&story), [("accent", "blue")]);
    story.answer(listing(&["Demo"]));
    story.answer(session(json!({"accent": "red", "radius": "4px"})));
    assert_eq!(tokens(&story), [("accent", "blue"), ("radius", "4px")]);
}

#[test]
fn colours_change_nothing_else() {
    for mut story in [
        Story::start(launch()),
        Story::at_search(&["Demo"]),
        Story::at_login(),
        Story::at_question(),
    ] {
        let (before, told) = (story.machine.state.clone(), story.told.len());
        story.send(Event::LookChosen(look(None, json!({"accent": "blue"}))));
        story.send(Event::LangChosen("fr".into()));
        assert_eq!(story.machine.state, before);
        assert!(story.effects.is_empty());
        assert_eq!(story.told.len(), told);
    }
}

#[test]
fn after_the_end_nothing_is_dressed() {
    let mut story = Story::at_search(&["Demo"]);
    story.send(Event::CloseClicked);
    let chosen = look(None, json!({"accent": "blue"}));
    assert!(story.machine.apply(Event::LookChosen(chosen)).is_empty());
}

#[test]
fn the_language_that_a_message_chooses_wins_over_the_pages() {
    let mut story = Story::start(Launch {
        lang: Some("fr".into()),
        ..launch()
    });
    assert_eq!(story.machine.launch.lang.as_deref(), Some("fr"));
    story.send(Event::LangChosen("it".into()));
    assert_eq!(story.machine.launch.lang.as_deref(), Some("it"));
}

/// The client has these tokens, the page was opened with this look; the list is shown.
fn opened(client: Value, page: Look) -> Story {
    let mut story = Story::start(Launch {
        look: page,
        ..launch()
    });
    story.answer(listing(&["Demo"]));
    story.answer(session(client));
    story
}

fn session(theme: Value) -> Answer {
    Answer::Session(Box::new(Session {
        client: Client {
            theme: read(&theme),
            ..Client::default()
        },
        ..plain_session()
    }))
}

fn look(theme: Option<Theme>, tokens: Value) -> Look {
    let tokens = read(&tokens);
    Look { theme, tokens }
}

fn read(tokens: &Value) -> ThemeTokens {
    ThemeTokens::read(tokens).expect("an object")
}

/// By name.
fn tokens(story: &Story) -> Vec<(&str, &str)> {
    let mut tokens: Vec<_> = story.look.tokens.iter().collect();
    tokens.sort_unstable();
    tokens
}
