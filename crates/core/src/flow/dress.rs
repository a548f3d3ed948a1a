//! How the page is to look: what the client has chosen, and over it what the page has.

use super::{Effect, Machine};
use crate::launch::Look;

impl Machine {
    pub(super) fn dress(&mut self) {
        self.out.push(Effect::Dress(self.chosen_look()));
    }

    pub fn chosen_look(&self) -> Look {
        let client = self.session.client.theme.clone();
        Look {
            theme: self.look.theme,
            tokens: client.with(&self.look.tokens),
        }
    }
}
