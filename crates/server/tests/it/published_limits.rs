//! What the contract says of lengths is what the server keeps: the longest text that is published is taken, one letter more is not.

use crate::support::{TestServer, check_problem};
use serde_json::{Value, json};

/// A body that is taken, and a text in it.
struct Field {
    path: &'static str,
    body: Value,
    text: &'static str,
    /// How a body with something wrong in it is answered there.
    refused: u16,
}

fn fields() -> Vec<Field> {
    let field = |path, body, text, refused| Field {
        path,
        body,
        text,
        refused,
    };
    let token = || json!({"user_id": "ann", "search": "a", "institution": "a"});
    let link = || json!({"customer_user": {"id": "ann"}, "link_tags": ["a"]});
    let start = || json!({"externalCustomerId": "ann", "institutionId": "demo", "institutionSearchString": "a"});
    let widget = || {
        json!({
            "jobTypes": ["transactions"], "userId": "ann", "targetOrigin": "http://localhost:1", "institutionId": "demo",
        })
    };
    vec![
        field("/v1/tokens", token(), "/user_id", 422),
        field("/v1/tokens", token(), "/search", 422),
        field("/v1/tokens", token(), "/institution", 422),
        field("/link-session", link(), "/customer_user/id", 400),
        field("/link-session", link(), "/link_tags/0", 400),
        field(
            "/bank-linking/connect/start",
            start(),
            "/externalCustomerId",
            400,
        ),
        field(
            "/bank-linking/connect/start",
            start(),
            "/institutionId",
            400,
        ),
        field(
            "/bank-linking/connect/start",
            start(),
            "/institutionSearchString",
            400,
        ),
        field("/widgetUrl", widget(), "/userId", 400),
        field("/widgetUrl", widget(), "/institutionId", 400),
    ]
}

#[tokio::test]
async fn a_text_may_be_as_long_as_is_published_and_no_longer() {
    let server = TestServer::start().await;
    let document: Value = server
        .get("/openapi.json")
        .await
        .json()
        .await
        .expect("JSON");
    for Field {
        path,
        body,
        text,
        refused,
    } in fields()
    {
        let longest = published(&document, path, text)["maxLength"].as_u64();
        let longest = usize::try_from(longest.expect("a limit")).expect("a length");
        let with = |length: usize| {
            let mut body = body.clone();
            // A letter of two bytes: characters are counted.
            *body.pointer_mut(text).expect("the text") = json!("é".repeat(length));
            server.ask(path, body)
        };
        let taken = with(longest).await.status();
        assert!(taken.is_success(), "{path} {text}: {taken}");
        check_problem(with(longest + 1).await, refused, "invalid_request").await;
    }
}

#[tokio::test]
async fn a_name_of_spaces_and_one_that_is_longer_than_published_name_no_connection() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for name in ["", "  ", &"a".repeat(257)] {
        let body = json!({
            "name": name, "type": "demo", "credentials": {"username": "a", "password": "b"},
        });
        let answer = user.send("POST".parse().expect("a method"), "/v1/institutions", body);
        check_problem(answer.await, 422, "invalid_request").await;
    }
}

/// The schema of one field of a body.
fn published<'a>(document: &'a Value, path: &str, field: &str) -> &'a Value {
    let body = &document["paths"][path]["post"]["requestBody"];
    let mut schema = followed(document, &body["content"]["application/json"]["schema"]);
    for part in field.split('/').skip(1) {
        schema = followed(
            document,
            match part.parse::<usize>() {
                Ok(_) => &schema["items"],
                Err(_) => &schema["properties"][part],
            },
        );
    }
    schema
}

fn followed<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document
            .pointer(reference.trim_start_matches('#'))
            .expect("a schema"),
        None => schema,
    }
}
