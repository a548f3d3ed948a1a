//! The page that tells of other systems' endpoints names all that the published contract has of them.

use crate::support::TestServer;
use serde_json::Value;

const PAGE: &str = include_str!("../../../../../docs/server-endpoints.md");

/// Every name of a field in this schema, as deep as it goes.
fn fields(document: &Value, schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(entries) => {
            if let Some(reference) = schema["$ref"].as_str().and_then(|r| r.strip_prefix('#')) {
                // What the contract itself has is told elsewhere.
                let own = ["Account", "Institution", "Problem"];
                if !own
                    .iter()
                    .any(|name| reference.ends_with(&format!("/{name}")))
                {
                    let schema = document.pointer(reference).expect("a schema");
                    fields(document, schema, found);
                }
            }
            if let Some(Value::Object(properties)) = entries.get("properties") {
                found.extend(properties.keys().cloned());
            }
            entries
                .values()
                .for_each(|inner| fields(document, inner, found));
        }
        Value::Array(all) => all.iter().for_each(|inner| fields(document, inner, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_address_and_every_field_is_told() {
    let server = TestServer::start().await;
    let document: Value = server
        .get("/openapi.json")
        .await
        .json()
        .await
        .expect("JSON");
    let mut told = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for operation in item.as_object().expect("operations").values() {
            let tag = operation["tags"][0].as_str().unwrap_or_default();
            if !tag.ends_with("other systems") && path != "/v1/logins/{id}" {
                continue;
            }
            assert!(PAGE.contains(path.as_str()), "{path}");
            let mut names = Vec::new();
            fields(&document, &operation["requestBody"], &mut names);
            let replies = operation["responses"].as_object().expect("replies");
            let good = replies.iter().filter(|(status, _)| status.starts_with('2'));
            good.for_each(|(_, reply)| fields(&document, reply, &mut names));
            for name in names {
                let whole = |c: char| !c.is_alphanumeric() && c != '_';
                assert!(PAGE.split(whole).any(|word| word == name), "{path}: {name}");
                told += 1;
            }
        }
    }
    assert!(told > 40, "{told}");
}
