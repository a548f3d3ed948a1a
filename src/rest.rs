//! What a person needs only after the list of banks: a file of its own, fetched as soon as the list can be used.
//! Nothing else names these functions, so that a tool can cut the program here.

use crate::driver::Flow;
use crate::screens::{
    accounts::accounts, connecting::connecting, consent::consent, credentials::credentials,
    ended::ended, expired::expired, failure::failure, oauth::oauth, question::question,
    success::success, warning::warning,
};
use crate::text::{Text, counted};
use connect_core::flow::{self, Effect, Report, Screen};
use connect_core::host::Now;
use leptos::prelude::*;

pub struct Rest {
    pub flow: &'static flow::Rest,
    pub begin: fn(Flow),
    pub draw: fn(Flow, Screen) -> AnyView,
    pub carry_out: fn(Flow, Effect),
    pub speak: fn(Flow),
    pub counted: fn(&str, &str, u32) -> String,
    pub tell: fn(Flow, &Report, &Now),
}

static REST: Rest = Rest {
    flow: &flow::REST,
    begin: Flow::begin_late,
    draw,
    carry_out: Flow::carry_out_late,
    speak: Flow::speak,
    counted,
    tell: Flow::say,
};

fn draw(flow: Flow, screen: Screen) -> AnyView {
    let text = Text::of(flow.language());
    match screen {
        Screen::Starting | Screen::Search => ().into_any(),
        Screen::Consent => consent(flow, text),
        Screen::Warning => warning(flow, text),
        Screen::Credentials => credentials(flow, text),
        Screen::OAuth => oauth(flow, text),
        Screen::Connecting => connecting(flow, text),
        Screen::Question => question(flow, text),
        Screen::Accounts => accounts(flow, text),
        Screen::Success => success(flow, text),
        Screen::Failure => failure(flow, text),
        Screen::SessionExpired => expired(flow, text),
        Screen::Ended => ended(flow, text),
    }
}

type Came = Box<dyn FnOnce(&'static Rest)>;

/// Calls back once it is there; never, if it cannot be had: then index.html's first script shows the user a way on.
#[cfg(not(feature = "split"))]
pub fn load(came: Came) {
    came(&REST);
}

#[cfg(feature = "split")]
pub use split::load;

#[cfg(feature = "split")]
#[allow(unsafe_code)]
mod split {
    //! The pair of names by which `wasm-split-cli` knows where to cut: what only the exported function reaches goes into
    //! the file `rest`, and the imported one reaches it there.

    use super::{Came, REST};
    use std::cell::Cell;
    use std::ffi::c_void;
    use std::ptr;

    type Done = unsafe extern "C" fn(*const c_void, bool);

    #[link(wasm_import_module = "__wasm_split_placeholder__")]
    unsafe extern "C" {
        fn __wasm_split_load_rest(done: Done, data: *const c_void);
        fn __wasm_split_00rest00_import_00000000000000000000000000000001_rest() -> *const c_void;
    }

    #[unsafe(no_mangle)]
    extern "C" fn __wasm_split_00rest00_export_00000000000000000000000000000001_rest()
    -> *const c_void {
        (&raw const REST).cast()
    }

    thread_local! {
        static CAME: Cell<Option<Came>> = const { Cell::new(None) };
    }

    pub fn load(came: Came) {
        CAME.set(Some(came));
        // SAFETY: the loader of xtask/js/rest.mjs calls `done` at most once, with what it was given.
        unsafe { __wasm_split_load_rest(done, ptr::null()) };
    }

    unsafe extern "C" fn done(_: *const c_void, came: bool) {
        if let Some(call) = CAME.take().filter(|_| came) {
            // SAFETY: the file that has come holds the function, and what it points to lives for ever.
            call(unsafe {
                let rest = __wasm_split_00rest00_import_00000000000000000000000000000001_rest();
                &*rest.cast()
            });
        }
    }
}
