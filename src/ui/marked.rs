//! A name with the parts that the user typed marked.

use super::classed;
use leptos::prelude::*;
use std::ops::Range;

pub fn marked(name: &str, marks: &[Range<usize>]) -> AnyView {
    let mut parts = Vec::new();
    let mut from = 0;
    for mark in marks {
        parts.push(name[from..mark.start].to_string().into_any());
        let text = name[mark.clone()].to_string();
        parts.push(classed("MARK", "", text.into_any()));
        from = mark.end;
    }
    parts.push(name[from..].to_string().into_any());
    parts.into_any()
}
