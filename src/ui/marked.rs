//! A name with the parts that the user typed marked.

use super::{classed, named};
use leptos::prelude::*;
use std::ops::Range;

pub fn marked(name: &str, marks: &[Range<usize>]) -> AnyView {
    let mut parts = Vec::new();
    let mut from = 0;
    for mark in marks {
        parts.push(classed("SPAN", "", &name[from..mark.start]));
        parts.push(classed("MARK", "", &name[mark.clone()]));
        from = mark.end;
    }
    parts.push(classed("SPAN", "", &name[from..]));
    named(parts)
}
