//! What a test bank tells of its logins.

use crate::text::Text;
use crate::ui::classed;
use connect_core::api::Provider;
use leptos::prelude::*;

pub fn hint(text: Text, provider: &Provider) -> AnyView {
    let Some(hint) = provider.hint.clone() else {
        return ().into_any();
    };
    let heading = classed("STRONG", "", text.test_bank());
    let hint = classed("P", "", hint);
    classed("ASIDE", "hint", vec![heading, hint])
}
