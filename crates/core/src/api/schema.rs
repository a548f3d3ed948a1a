//! What the published contract says of types that cannot say it themselves.

use crate::Secret;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

/// Nothing that ends a line or turns the direction of what stands behind it.
pub const PLAIN: &str = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$";

/// The same, and something in it that can be seen.
pub const NAME: &str = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u0020\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff][^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$";

pub const COUNTRY: &str = "^[A-Za-z]{2}$";

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
