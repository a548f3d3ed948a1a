//! The window in which a bank's own site stands: opened within the click, watched, closed again; and what its return page says.

use super::{json::Parsed, random, timer::Timer, window};
use connect_core::Secret;
use connect_core::api::{OAuthResult, OAuthStatus};
use connect_core::json::Json;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent, Window};

const WIDTH: i32 = 480;
const HEIGHT: i32 = 720;
/// How often a closed window is looked for, in milliseconds.
const LOOK: u32 = 400;
/// So many looks a window has to get to the bank: eight seconds.
const PATIENCE: u32 = 20;
const CHANNEL: &str = "connect-oauth";

/// A window that closes when it is dropped.
pub struct Popup {
    window: Window,
    watch: Rc<RefCell<Option<Timer>>>,
}

pub enum Opened {
    Window(Popup),
    /// The browser has only one window, and sends that.
    This,
    /// There is no handle: no window, or one that cannot be spoken to.
    Nothing,
}

/// What is seen of a window from here.
#[derive(Clone, Copy)]
pub enum Sight {
    Closed,
    /// It does not get to the bank, as far as can be seen.
    Silent,
}

impl Popup {
    /// Calls back once when it is closed, and once if it stays silent.
    pub fn open(address: &str, seen: impl Fn(Sight) + 'static) -> Opened {
        let here = window();
        let opened = here
            .open_with_url_and_target_and_features(address, &name(), &features())
            .ok()
            .flatten();
        let Some(popup) = opened.filter(|popup| !is_closed(popup)) else {
            return Opened::Nothing;
        };
        if popup == here || here.top().is_ok_and(|top| top.as_ref() == Some(&popup)) {
            return Opened::This;
        }
        OPEN.replace(popup.clone().into());
        let watch = Rc::new(RefCell::new(None));
        look(popup.clone(), watch.clone(), Rc::new(seen), PATIENCE);
        Opened::Window(Popup {
            window: popup,
            watch,
        })
    }

    pub fn send_to(&self, address: &str) {
        _ = self.window.location().replace(address);
        _ = self.window.focus();
    }
}

/// Its own for each load of the page, so that two widgets do not take each other's window.
pub fn name() -> String {
    NAME.with(Clone::clone)
}

thread_local! {
    static NAME: String = format!("connect-bank-{}", random::text());
    /// The window that was opened last.
    static OPEN: RefCell<JsValue> = const { RefCell::new(JsValue::NULL) };
}

/// Whether this is the bank's window.
pub fn is_open(window: &JsValue) -> bool {
    !window.is_null() && OPEN.with_borrow(|open| js_sys::Object::is(open, window))
}

impl Drop for Popup {
    fn drop(&mut self) {
        OPEN.replace(JsValue::NULL);
        self.watch.replace(None);
        _ = self.window.close();
    }
}

/// Calls back with `state` and result whenever the return page of this origin speaks, by message or by channel.
pub fn listen(heard: impl Fn(String, OAuthResult) + 'static) {
    let heard = Rc::new(heard);
    let own = window().location().origin().unwrap_or_default();
    let by_message = heard.clone();
    super::listen(
        "message",
        Box::new(move |event| {
            let event: MessageEvent = event.unchecked_into();
            if event.origin() == own
                && let Some((state, result)) = read(&event.data().into())
            {
                by_message(state, result);
            }
        }),
    );
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else {
        return;
    };
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some((state, result)) = read(&event.data().into()) {
            heard(state, result);
        }
    });
    channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // Both live as long as the page.
    listener.forget();
    std::mem::forget(channel);
}

/// `{connect_oauth: 1, state, code?, error?}`; anything else is nothing.
fn read(data: &Parsed) -> Option<(String, OAuthResult)> {
    data.part("connect_oauth")
        .filter(|version: &u8| *version == 1)?;
    let state = data.part("state")?;
    let (code, error): (Option<Secret>, Option<String>) = (data.part("code"), data.part("error"));
    let status = match (&code, error.as_deref()) {
        (Some(_), _) => OAuthStatus::Complete,
        (None, Some("access_denied")) => OAuthStatus::Denied,
        (None, _) => OAuthStatus::Error,
    };
    let result = OAuthResult {
        status,
        code,
        error,
        kept: None,
    };
    Some((state, result))
}

fn look(popup: Window, watch: Rc<RefCell<Option<Timer>>>, seen: Rc<dyn Fn(Sight)>, patience: u32) {
    let again = watch.clone();
    let timer = Timer::after(LOOK, move || {
        if is_closed(&popup) {
            return seen(Sight::Closed);
        }
        let patience = match patience {
            0 => 0,
            _ if is_elsewhere(&popup) => 0,
            1 => {
                seen(Sight::Silent);
                0
            }
            more => more - 1,
        };
        look(popup.clone(), again.clone(), seen.clone(), patience);
    });
    watch.replace(Some(timer));
}

/// Another site's window does not say where it is; a page of our own does.
fn is_elsewhere(popup: &Window) -> bool {
    let part = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into());
    match part(popup, "location").and_then(|location| part(&location, "href")) {
        Ok(href) => href.as_string().is_some_and(|href| href != "about:blank"),
        Err(_) => true,
    }
}

fn is_closed(popup: &Window) -> bool {
    popup.closed().unwrap_or(true)
}

/// In the middle of the screen on which the widget is.
fn features() -> String {
    let window = Parsed::from(JsValue::from(window()));
    let number = |name| window.part::<f64>(name).unwrap_or_default() as i32;
    let left = number("screenX") + ((number("outerWidth") - WIDTH) / 2).max(0);
    let top = number("screenY") + ((number("outerHeight") - HEIGHT) / 2).max(0);
    format!("popup,width={WIDTH},height={HEIGHT},left={left},top={top}")
}
