//! Attributes and listeners as plain pairs. As names in a `view!` each pair of a name and a type is compiled anew, half a kilobyte each.

use leptos::attr::{Attribute, NamedAttributeKey, NextAttribute};
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::Element;
use send_wrapper::SendWrapper;
use std::rc::Rc;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Event;

/// Attributes that never change while their element lives, and what hears its events.
#[derive(Clone)]
pub struct Attributes {
    values: Vec<(&'static str, String)>,
    heard: Vec<Heard>,
}

/// The name of an event, and what hears it.
type Heard = (&'static str, SendWrapper<Rc<dyn Fn(Event)>>);

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

    pub fn join(mut self, more: Attributes) -> Attributes {
        self.values.extend(more.values);
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

    fn listen(&self, element: &Element) -> Vec<Listener> {
        let listener = |(name, heard): &Heard| Listener::new(element, name, (**heard).clone());
        self.heard.iter().map(listener).collect()
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
    type State = (Element, Attributes, Vec<Listener>);
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
            Rndr::set_attribute(element, name, value);
        }
        let listeners = self.listen(element);
        (element.clone(), self, listeners)
    }

    fn rebuild(self, state: &mut Self::State) {
        let (element, before, listeners) = state;
        *listeners = self.listen(element);
        for (name, value) in &self.values {
            // What is set to what it was may load a picture again.
            if before.value(name) != Some(value) {
                Rndr::set_attribute(element, name, value);
            }
        }
        for (name, _) in &before.values {
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
        self.values.iter().map(key).collect()
    }
}

impl NextAttribute for Attributes {
    type Output<New: Attribute> = Vec<AnyAttribute>;

    fn add_any_attr<New: Attribute>(self, new: New) -> Vec<AnyAttribute> {
        vec![self.into_any_attr(), new.into_any_attr()]
    }
}
