//! What is in an element: words, or parts.

use leptos::prelude::*;

pub enum Content {
    Words(Words),
    Parts(AnyView),
}

/// The whole of what an element says.
pub enum Words {
    Fixed(String),
    /// They change with the state.
    Following(Signal<String>),
}

impl From<&str> for Content {
    fn from(words: &str) -> Content {
        String::from(words).into()
    }
}

impl From<String> for Content {
    fn from(words: String) -> Content {
        Content::Words(Words::Fixed(words))
    }
}

impl From<Signal<String>> for Content {
    fn from(words: Signal<String>) -> Content {
        Content::Words(Words::Following(words))
    }
}

impl From<AnyView> for Content {
    fn from(parts: AnyView) -> Content {
        Content::Parts(parts)
    }
}

impl From<Vec<AnyView>> for Content {
    fn from(parts: Vec<AnyView>) -> Content {
        Content::Parts(parts.into_any())
    }
}

impl From<Option<AnyView>> for Content {
    fn from(part: Option<AnyView>) -> Content {
        Content::Parts(part.into_any())
    }
}

/// Nothing, for good.
impl From<()> for Content {
    fn from((): ()) -> Content {
        Content::Parts(().into_any())
    }
}
