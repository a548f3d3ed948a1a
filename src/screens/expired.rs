//! The session has ended; the app that the user came from can begin another.

use super::ways::{About, ways};
use crate::driver::Flow;
use crate::text::Text;
use crate::ui::{Icon, badge, said, screen, title};
use connect_core::flow::WayOn;
use leptos::prelude::*;

pub fn expired(flow: Flow, text: Text) -> AnyView {
    let client = flow.with_untracked(|machine| machine.session.client.name.clone());
    let about = About {
        bank: "",
        client: &client,
        go_on: "",
    };
    let words = text.failures_session_expired();
    screen(
        "screen centred",
        vec![
            badge(Icon::Clock),
            title(words.title),
            said("lead", "alert", words.lead),
            ways(flow, text, None, (WayOn::Leave, None), about),
        ],
    )
}
