//! From here on all goes well: whatever went before must not stand in the way.

use crate::run::{Run, answered, came_back, chosen, submitted};
use crate::story::Asked;
use crate::world::{self, TOKEN};
use connect_core::Secret;
use connect_core::api::{KeptOAuth, OAuthResult, OAuthStatus, Provider};
use connect_core::flow::{Answer, BankWindow, Banner, Call, Effect, Event, State, WayOn};
use connect_core::launch::Launch;

/// So many good events are enough from anywhere.
const ENOUGH: usize = 40;

impl Run {
    /// The browser is online, each call and each question is answered well, the user goes on by the
    /// primary way and comes back from the bank: until the connection stands, or the way leads out.
    #[track_caller]
    pub fn heal(&mut self) {
        for _ in 0..ENOUGH {
            let Some(event) = self.good_event() else {
                return;
            };
            self.send(event);
            self.come_back_from_the_bank();
        }
        panic!("after {ENOUGH} good events still {:#?}", self.state());
    }

    fn good_event(&self) -> Option<Event> {
        match self.story.machine.banner() {
            Some(Banner::Offline) => return Some(Event::CameOnline),
            Some(Banner::TryingAgain(_)) => return Some(Event::TryNowClicked),
            None | Some(Banner::Trying(_)) => {}
        }
        if let Some((ticket, call)) = self.calls().next() {
            return Some(came_back(ticket, Ok(well(call))));
        }
        if let Some(timer) = self.story.machine.held() {
            return Some(Event::Woke(timer));
        }
        if let Some(ticket) = self.asked(|asked| *asked == Asked::Proof) {
            return Some(self.proof_made(ticket));
        }
        let token = || Event::TokenRenewed(Secret::new(TOKEN));
        Some(match self.state() {
            State::Starting(_) | State::Expired(_) => token(),
            State::Consent(_) => Event::ConsentGiven,
            State::Search(search) => {
                let demo = search.rows.iter().find(|row| row.id == "demo");
                match (demo.or(search.rows.first()), search.query.as_str()) {
                    (Some(row), _) => Event::Picked(row.id.clone()),
                    (None, "") => Event::Typed("d".into()),
                    (None, _) => Event::Typed(String::new()),
                }
            }
            State::Warning(warning) => Event::WayChosen(warning.ways.0),
            State::Credentials(login) => submitted(login.form),
            State::OAuth(oauth) => match self.asked(|a| matches!(a, Asked::Popup(_))) {
                Some(_) if oauth.window == BankWindow::Open => Event::OAuthReturned {
                    state: world::state_of(&self.nonce()),
                    result: world::oauth_result(OAuthStatus::Complete),
                },
                _ => Event::BankSiteClicked,
            },
            State::Connecting(_) | State::Preparing(_) => {
                let next = self.timers().min_by_key(|(_, millis)| *millis);
                Event::Woke(next.expect("waits for a call or for a timer").0)
            }
            State::Question(question) => answered(question.form),
            State::Accounts(accounts) => {
                let mut eligible = accounts.accounts.iter().filter(|a| a.is_eligible());
                let one = eligible.next().expect("something can be chosen");
                chosen(accounts.form, vec![one.id.clone()])
            }
            // Whoever has no session gets one.
            State::Failed(failed) if failed.ways.0 == WayOn::Leave && !self.opened() => token(),
            State::Failed(failed) if failed.ways.0 != WayOn::Leave => {
                Event::WayChosen(failed.ways.0)
            }
            State::Failed(_) | State::Success(_) | State::Ended(_) => return None,
        })
    }

    /// The window that was at the bank loads the widget anew.
    fn come_back_from_the_bank(&mut self) {
        let leaves = |effect: &Effect| matches!(effect, Effect::Leave(_));
        if self.effects().iter().any(leaves) {
            *self = Run::start(Launch {
                token: Some(Secret::new(TOKEN)),
                resume: Some(self.nonce()),
                kept: self.story.kept.clone(),
                ..self.story.machine.launch.clone()
            });
        }
    }
}

/// The best that a backend can answer.
fn well(call: &Call) -> Answer {
    match call {
        Call::Session { .. } => world::session(),
        Call::Providers { .. } => world::listing(&["Demo", "Oauth"]),
        Call::Provider { id } if id == "oauth" => world::provider(world::oauth_bank()),
        Call::Provider { id } => world::provider(Provider {
            id: id.clone(),
            ..world::bank("Demo")
        }),
        Call::Create { .. }
        | Call::Login { .. }
        | Call::Answer { .. }
        | Call::Resend { .. }
        | Call::Sync { .. } => world::syncing(1),
        Call::Poll { version, .. } => world::connected(version + 1),
        Call::Institution { .. } | Call::SelectAccounts { .. } => world::connected(1),
        Call::OAuthResult { .. } => Answer::OAuth(Box::new(OAuthResult {
            kept: Some(KeptOAuth {
                provider: "oauth".into(),
                ..KeptOAuth::default()
            }),
            ..world::oauth_result(OAuthStatus::Complete)
        })),
        Call::KeepOAuth { .. } | Call::Delete { .. } => Answer::Done,
    }
}
