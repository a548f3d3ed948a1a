//! Attributes and listeners as plain pairs. As names in a `view!` each pair of a name and a type is compiled anew, half a kilobyte each.

use super::content::Words;
use leptos::attr::{Attribute, NamedAttributeKey, NextAttribute};
use leptos::prelude::{Get, RenderEffect, Signal};
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::Element;
use send_wrapper::SendWrapper;
use std::rc::Rc;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Event;

/// An element's attributes and its words, and what hears its events.
#[derive(Clone)]
pub struct Attributes {
    values: Vec<(&'static str, String)>,
    /// What changes with the state.
    following: Vec<(&'static str, Signal<String>)>,
    heard: Vec<Heard>,
}

/// In the place of an attribute's name: what the element says. It is written to the element and to no text node, because a browser that
/// translates the page puts nodes of its own in the place of those, and what is written to a node that is gone nobody sees.
const WORDS: &str = "";

/// The name of an event, and what hears it.
type Heard = (&'static str, SendWrapper<Rc<dyn Fn(Event)>>);

/// What changes with the state as long as its element lives.
type Followed = (&'static str, RenderEffect<String>);

/// Hears an event of an element until it is dropped.
pub struct Listener {
    element: Element,
    name: &'static str,
    callback: Closure<dyn Fn(Event)>,
}

/// For `{..attributes(&[…])}` in a `view!`; one without a value is left out.
pub fn attributes(pairs: &[(&'static str, &str)]) -> Attributes {
    let with_value = pairs.iter().filter(|(_, value)| !value.is_empty());
    Attributes {
        values: with_value
            .map(|(name, value)| (*name, value.to_string()))
            .collect(),
        following: Vec::new(),
        heard: Vec::new(),
    }
}

/// The value of an attribute that is there or not.
pub fn flag(is: bool) -> &'static str {
    if is { "true" } else { "" }
}

impl Attributes {
    /// One that is there even without a value.
    pub fn and(mut self, name: &'static str, value: &str) -> Attributes {
        self.values.push((name, value.to_string()));
        self
    }

    /// One that changes with the state; empty, it is not there.
    pub fn following(mut self, name: &'static str, value: Signal<String>) -> Attributes {
        self.following.push((name, value));
        self
    }

    pub fn saying(self, words: Words) -> Attributes {
        match words {
            Words::Fixed(words) => self.and(WORDS, &words),
            Words::Following(words) => self.following(WORDS, words),
        }
    }

    pub fn join(mut self, more: Attributes) -> Attributes {
        self.values.extend(more.values);
        self.following.extend(more.following);
        self.heard.extend(more.heard);
        self
    }

    pub fn on(mut self, name: &'static str, heard: impl Fn(Event) + 'static) -> Attributes {
        self.heard.push((name, SendWrapper::new(Rc::new(heard))));
        self
    }

    fn value(&self, name: &str) -> Option<&String> {
        let found = self.values.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| value)
    }

    fn has(&self, name: &str) -> bool {
        let follows = self.following.iter().any(|(other, _)| *other == name);
        follows || self.value(name).is_some()
    }

    /// `before`: what stood there until now.
    fn follow(&self, element: &Element, before: impl Fn(&str) -> Option<String>) -> Vec<Followed> {
        let followed = |(name, value): &(&'static str, Signal<String>)| {
            let (element, name, value) = (element.clone(), *name, *value);
            let write = move |before: Option<String>| {
                let now = value.get();
                if before.as_ref() != Some(&now) {
                    match (name, now.as_str()) {
                        (WORDS, _) => write(&element, WORDS, &now),
                        (_, "") => remove(&element, name),
                        _ => write(&element, name, &now),
                    }
                }
                now
            };
            (name, RenderEffect::new_with_value(write, before(name)))
        };
        self.following.iter().map(followed).collect()
    }

    fn listen(&self, element: &Element) -> Vec<Listener> {
        let listener = |(name, heard): &Heard| Listener::new(element, name, (**heard).clone());
        self.heard.iter().map(listener).collect()
    }
}

fn write(element: &Element, name: &str, value: &str) {
    match name {
        WORDS => element.set_text_content(Some(value)),
        _ => Rndr::set_attribute(element, name, value),
    }
}

fn remove(element: &Element, name: &str) {
    match name {
        WORDS => element.set_text_content(None),
        _ => Rndr::remove_attribute(element, name),
    }
}

impl Listener {
    fn new(element: &Element, name: &'static str, heard: Rc<dyn Fn(Event)>) -> Listener {
        let callback = Closure::<dyn Fn(Event)>::new(move |event| heard(event));
        let function = callback.as_ref().unchecked_ref();
        _ = element.add_event_listener_with_callback(name, function);
        Listener {
            element: element.clone(),
            name,
            callback,
        }
    }
}

impl Drop for Listener {
    /// An event that comes once the element is gone would call what is no more: a picture's that is loaded too late.
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        _ = self
            .element
            .remove_event_listener_with_callback(self.name, function);
    }
}

impl Attribute for Attributes {
    const MIN_LENGTH: usize = 0;
    type State = (Element, Attributes, Vec<Listener>, Vec<Followed>);
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
        for (name, value) in &self.values {
            write(element, name, value);
        }
        let listeners = self.listen(element);
        let followed = self.follow(element, |_| None);
        (element.clone(), self, listeners, followed)
    }

    fn rebuild(self, state: &mut Self::State) {
        let (element, before, listeners, followed) = state;
        *listeners = self.listen(element);
        for (name, value) in &self.values {
            // What is set to what it was may load a picture again, or take a translation away.
            if before.value(name) != Some(value) {
                write(element, name, value);
            }
        }
        let follows = before.following.iter().map(|(name, _)| name);
        for name in before.values.iter().map(|(name, _)| name).chain(follows) {
            if !self.has(name) {
                remove(element, name);
            }
        }
        *followed = self.follow(element, |name| {
            let followed = followed.iter().find(|(other, _)| *other == name);
            let stood = followed.and_then(|(_, effect)| effect.take_value());
            stood.or_else(|| before.value(name).cloned())
        });
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
        self.values.iter().map(key).collect()
    }
}

impl NextAttribute for Attributes {
    type Output<New: Attribute> = Vec<AnyAttribute>;

    fn add_any_attr<New: Attribute>(self, new: New) -> Vec<AnyAttribute> {
        vec![self.into_any_attr(), new.into_any_attr()]
    }
}
