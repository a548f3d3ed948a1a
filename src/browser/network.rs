//! Whether the browser is online.

use std::rc::Rc;

/// Calls back with `true` when the browser comes online, with `false` when it goes offline.
pub fn listen(heard: impl Fn(bool) + 'static) {
    let heard = Rc::new(heard);
    for (name, online) in [("online", true), ("offline", false)] {
        let heard = heard.clone();
        super::listen(name, Box::new(move |_| heard(online)));
    }
}
