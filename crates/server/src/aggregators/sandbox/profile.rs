//! What a test bank tells of itself before anybody logs in.

use crate::words::{Word, english};
use connect_core::api::Provider;

pub struct Profile {
    pub id: &'static str,
    pub name: &'static str,
    pub color: &'static str,
    /// Which credentials do what.
    pub hint: Word,
    /// SVG.
    pub logo: &'static str,
}

impl Profile {
    pub fn describe(&self, provider: &mut Provider) {
        provider.logo = Some(format!("/logos/{}.svg", self.id));
        provider.color = Some(self.color.into());
        provider.hint = Some(english(self.hint));
    }
}
