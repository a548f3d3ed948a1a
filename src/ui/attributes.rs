//! Attributes as plain pairs. As names in a `view!` each pair of a name and a type of value is compiled anew, half a kilobyte each.

use leptos::attr::{Attribute, NamedAttributeKey, NextAttribute};
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::Element;

/// Attributes that never change while their element lives.
#[derive(Clone)]
pub struct Attributes(Vec<(&'static str, String)>);

/// For `{..attributes(&[…])}` in a `view!`; one without a value is left out.
pub fn attributes(pairs: &[(&'static str, &str)]) -> Attributes {
    let with_value = pairs.iter().filter(|(_, value)| !value.is_empty());
    Attributes(
        with_value
            .map(|(name, value)| (*name, value.to_string()))
            .collect(),
    )
}

/// The value of an attribute that is there or not.
pub fn flag(is: bool) -> &'static str {
    if is { "true" } else { "" }
}

impl Attributes {
    fn value(&self, name: &str) -> Option<&String> {
        let found = self.0.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| value)
    }
}

impl Attribute for Attributes {
    const MIN_LENGTH: usize = 0;
    type State = (Element, Attributes);
    type AsyncOutput = Attributes;
    type Cloneable = Attributes;
    type CloneableOwned = Attributes;

    fn html_len(&self) -> usize {
        0
    }

    fn to_html(self, _: &mut String, _: &mut String, _: &mut String, _: &mut String) {}

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Self::State {
        self.build(element)
    }

    fn build(self, element: &Element) -> Self::State {
        for (name, value) in &self.0 {
            Rndr::set_attribute(element, name, value);
        }
        (element.clone(), self)
    }

    fn rebuild(self, state: &mut Self::State) {
        let (element, before) = state;
        for (name, value) in &self.0 {
            // What is set to what it was may load a picture again.
            if before.value(name) != Some(value) {
                Rndr::set_attribute(element, name, value);
            }
        }
        for (name, _) in &before.0 {
            if self.value(name).is_none() {
                Rndr::remove_attribute(element, name);
            }
        }
        *before = self;
    }

    fn into_cloneable(self) -> Attributes {
        self
    }

    fn into_cloneable_owned(self) -> Attributes {
        self
    }

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Attributes {
        self
    }

    fn keys(&self) -> Vec<NamedAttributeKey> {
        let key = |(name, _): &(&'static str, String)| NamedAttributeKey::Attribute((*name).into());
        self.0.iter().map(key).collect()
    }
}

impl NextAttribute for Attributes {
    type Output<New: Attribute> = Vec<AnyAttribute>;

    fn add_any_attr<New: Attribute>(self, new: New) -> Vec<AnyAttribute> {
        vec![self.into_any_attr(), new.into_any_attr()]
    }
}
