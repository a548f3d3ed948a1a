//! Writes a message as JSON, field by field. One writer for all systems: each type that is serialised costs kilobytes of WebAssembly.

/// An object that is being written.
pub(super) struct Object(String);

impl Object {
    pub(super) fn new() -> Object {
        Object(String::from("{"))
    }

    #[inline(never)]
    pub(super) fn text(&mut self, name: &str, value: &str) -> &mut Object {
        self.raw(name, &json(value))
    }

    /// Nothing, if there is none.
    #[inline(never)]
    pub(super) fn maybe(&mut self, name: &str, value: Option<&str>) -> &mut Object {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    /// `null`, if there is none.
    #[inline(never)]
    pub(super) fn or_null(&mut self, name: &str, value: Option<&str>) -> &mut Object {
        match value {
            Some(value) => self.text(name, value),
            None => self.raw(name, "null"),
        }
    }

    #[inline(never)]
    pub(super) fn number(&mut self, name: &str, value: u64) -> &mut Object {
        self.raw(name, &value.to_string())
    }

    #[inline(never)]
    pub(super) fn flag(&mut self, name: &str, value: bool) -> &mut Object {
        self.raw(name, if value { "true" } else { "false" })
    }

    #[inline(never)]
    pub(super) fn list(&mut self, name: &str, items: &[String]) -> &mut Object {
        self.raw(name, &format!("[{}]", items.join(",")))
    }

    /// What is JSON already.
    #[inline(never)]
    pub(super) fn raw(&mut self, name: &str, json: &str) -> &mut Object {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
        self.0.push_str(json);
        self
    }

    #[inline(never)]
    pub(super) fn end(&mut self) -> String {
        self.0.push('}');
        std::mem::take(&mut self.0)
    }
}

/// A text alone.
pub(super) fn json(value: &str) -> String {
    // Plain data is always JSON; what would say otherwise costs more than all messages.
    serde_json::to_string(value).unwrap_or_default()
}

/// An object without fields.
pub(super) const EMPTY: &str = "{}";
