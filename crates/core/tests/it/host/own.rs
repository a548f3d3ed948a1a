//! Goldens of what only one system has.

use super::golden::{check_launch, compare, in_json, words};
use super::{open, open_and_log_in};
use crate::story::Story;
use crate::world::{
    TOKEN, account, connected, connected_with, error, launch_as, login_of, page, pairs, session,
    text_question,
};
use connect_core::api::Account;
use connect_core::flow::{Event, Link};
use connect_core::host::{self, System};
use connect_core::launch::{Embedding, Launch, Page};
use serde_json::Value;

#[test]
fn flinks_hears_of_logins_and_accounts_as_its_page_asks() {
    let connects = |story: &mut Story| {
        open_and_log_in(story);
        story.answer(connected(2));
    };
    let flinks = |parameters: &[(&str, &str)]| {
        let mut query = vec![
            ("authorizeToken", TOKEN),
            ("redirectUrl", "https://shop.example/back?a=1"),
        ];
        query.extend(parameters);
        Launch::new(Page {
            query: pairs(&query),
            fragment: Vec::new(),
            path: "/v2/".into(),
            ..page()
        })
    };
    check_launch("stringify", flinks(&[("stringify", "true")]), connects);
    check_launch("js_redirect", flinks(&[("jsRedirect", "true")]), connects);
    let inner = flinks(&[("innerRedirect", "true")]);
    check_launch("inner_redirect", inner, connects);
    let alone = Launch {
        embedding: Embedding::Alone,
        ..flinks(&[("jsRedirect", "true")])
    };
    check_launch("alone", alone, connects);
    let retries = flinks(&[("maximumRetry", "2")]);
    check_launch("too_many_attempts", retries, |story| {
        open_and_log_in(story);
        story.answer(error("LoginFailedError", 2));
        story.submit();
        story.answer(error("LoginFailedError", 3));
        story.send(Event::CloseClicked);
    });
    let chooses = flinks(&[
        ("accountSelectorEnable", "true"),
        ("accountSelectorCurrency", "CAD"),
    ]);
    check_launch("one_account", chooses, |story| {
        open_and_log_in(story);
        let money = |id: &str, currency: &str| Account {
            currency: Some(currency.into()),
            ..account(id, true)
        };
        let accounts = vec![money("a1", "CAD"), money("a2", "USD"), money("a3", "CAD")];
        story.answer(connected_with(accounts, 2));
        story.choose_accounts(&["a3"]);
        story.answer(connected_with(vec![money("a3", "CAD")], 3));
    });
    let consents = flinks(&[
        ("consentEnable", "true"),
        ("termsUrl", "https://shop.example/terms"),
    ]);
    check_launch("consent", consents, |story| {
        open(story);
        story.send(Event::LinkFollowed(Link::Terms));
        story.send(Event::ConsentGiven);
        story.send(Event::CloseClicked);
    });
    let follows = flinks(&[("requestId", "i1")]);
    check_launch("request_id", follows, |story| {
        story.answer(session());
        story.answer(text_question("Pet?", 2));
        story.answer(login_of("Demo"));
        story.answer_question();
        story.answer(connected(3));
    });
}

#[test]
fn a_window_of_moneykits_that_came_back_is_closed_by_its_page() {
    let launch = Launch {
        handed_back: true,
        ..launch_as(System::MoneyKit)
    };
    let greeting = host::greet(&launch);
    let story = Story::start(launch);
    let said = words(&story.machine, &story.effects);
    let received: Vec<Value> = greeting.into_iter().chain(said).map(in_json).collect();
    compare("moneykit", "handed_back", &received);
}
