//! One file: JSON, whose objects and arrays are flattened into paths.

use crate::{CATEGORIES, Language, Text};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Places are told by one digit, so that paths stand in the order of their texts.
const LONGEST_LIST: usize = 9;

pub fn language(tag: &str, json: &str) -> Result<Language, String> {
    let value: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let Value::Object(mut parts) = value else {
        return Err("it is no JSON object".into());
    };
    let name = taken(&mut parts, "name")?;
    let direction = taken(&mut parts, "direction")?;
    let mut texts = BTreeMap::new();
    for (part, value) in parts {
        flatten(&part, value, &mut texts)?;
    }
    Ok(Language {
        tag: tag.into(),
        name,
        direction,
        texts,
    })
}

fn taken(parts: &mut Map<String, Value>, name: &str) -> Result<String, String> {
    match parts.remove(name) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(format!("`{name}` is missing")),
    }
}

fn flatten(path: &str, value: Value, texts: &mut BTreeMap<String, Text>) -> Result<(), String> {
    match value {
        Value::String(text) => {
            texts.insert(path.into(), Text::Plain(text));
        }
        Value::Array(list) if list.len() > LONGEST_LIST => {
            return Err(format!("`{path}` has more than {LONGEST_LIST} texts"));
        }
        Value::Array(list) => {
            for (at, value) in list.into_iter().enumerate() {
                flatten(&format!("{path}.{at}"), value, texts)?;
            }
        }
        Value::Object(parts) if parts.contains_key("other") => {
            texts.insert(path.into(), Text::Counted(counted(path, parts)?));
        }
        Value::Object(parts) => {
            for (name, value) in parts {
                flatten(&format!("{path}.{name}"), value, texts)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            return Err(format!("`{path}` is no text"));
        }
    }
    Ok(())
}

fn counted(path: &str, parts: Map<String, Value>) -> Result<BTreeMap<String, String>, String> {
    let mut forms = BTreeMap::new();
    for (category, value) in parts {
        if !CATEGORIES.contains(&category.as_str()) {
            return Err(format!("`{path}.{category}` is no plural category of CLDR"));
        }
        match value {
            Value::String(text) => forms.insert(category, text),
            _ => return Err(format!("`{path}.{category}` is no text")),
        };
    }
    Ok(forms)
}
