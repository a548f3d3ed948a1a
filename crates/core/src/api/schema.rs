//! What the published contract says of types that cannot say it themselves.

use crate::Secret;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

/// An update changes one thing: the others are absent, null or, where that is asked for, not `true`.
pub fn one_change() -> Value {
    let change = |name: &str, schema: Value| {
        let mut properties = json!({
            "credentials": {"type": "null"},
            "security_answer": {"type": "null"},
            "resend": {"enum": [false, null]},
            "selected_accounts": {"type": "null"},
        });
        properties[name] = schema;
        json!({"required": [name], "properties": properties})
    };
    json!([
        change("credentials", json!({"type": "object"})),
        change(
            "security_answer",
            json!({"type": "string", "pattern": r"\S"})
        ),
        change("resend", json!({"const": true})),
        change("selected_accounts", json!({"type": "array", "minItems": 1})),
    ])
}

/// A text that is not to be shown.
impl JsonSchema for Secret {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "password"})
    }
}
