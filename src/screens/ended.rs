//! After the result, for the case that nobody closes the window for the user, or that the browser does not open the app.

use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{actions, attributes, element, paragraph, screen, title};
use connect_core::flow::{Machine, State};
use connect_core::host::way_to_app;
use leptos::prelude::*;

pub fn ended(flow: Flow, text: Text) -> AnyView {
    let mut parts = vec![
        title(text.ended_title()),
        paragraph("lead", text.ended_lead()),
    ];
    parts.extend(flow.with_untracked(|machine| way(machine, text)));
    screen("screen centred late", parts)
}

/// Pressed by the user, what the browser refused to a program.
fn way(machine: &Machine, text: Text) -> Option<AnyView> {
    let State::Ended(report) = &machine.state else {
        return None;
    };
    let address = way_to_app(&machine.launch, report)?;
    let attributes = attributes(&[("class", "primary"), ("href", &address)]);
    let label = with(text.leave_to(), &machine.session.client.name);
    Some(actions(vec![element("A", attributes, label)]))
}
