//! The session has ended in the middle: a new token from the host goes on where it was.

use super::state::Wait;
use super::{
    Effect, Event, Expired, Failure, Machine, Notice, QuestionNotice, Report, State, Trouble, WayOn,
};
use crate::Secret;

impl Machine {
    /// Shows that the session has ended, and remembers where the user was.
    pub(super) fn expire(&mut self, was: State) -> State {
        self.leave();
        self.tell(Report::TokenRefused);
        self.tell(Report::Failed {
            failure: Failure::SessionExpired,
            place: was.place(),
        });
        State::Expired(Expired { was: Box::new(was) })
    }

    pub(super) fn expired(&mut self, expired: Expired, event: Event) -> State {
        match event {
            Event::WayChosen(WayOn::Leave) | Event::DoneClicked => {
                self.closed(State::Expired(expired))
            }
            _ => State::Expired(expired),
        }
    }

    pub(super) fn renewed(&mut self, state: State, token: Secret) -> State {
        match state {
            State::Failed(_) if !self.verified => self.open_session(token),
            State::Expired(expired) => {
                self.out.push(Effect::UseToken(token));
                self.revive(*expired.was)
            }
            state => self.take_new_token(state, token),
        }
    }

    fn revive(&mut self, was: State) -> State {
        let not_sent = Trouble::ServerError;
        match was {
            State::Preparing(preparing) => self.prepare(
                preparing.id,
                preparing.name,
                preparing.connection,
                preparing.goal,
            ),
            State::Connecting(connecting) => match connecting.wait {
                Wait::Sync(connection) => self.sync(
                    connecting.provider,
                    connection,
                    connecting.kept,
                    connecting.purpose,
                ),
                Wait::Poll { .. } => {
                    let (kept, purpose) = (connecting.kept, connecting.purpose);
                    let mut state = self.wait(connecting.provider, kept, connecting.wait, purpose);
                    if let State::Connecting(revived) = &mut state {
                        revived.approval = connecting.approval;
                        revived.refusal = connecting.refusal;
                        revived.too_late = connecting.too_late;
                        revived.step = connecting.step;
                    }
                    self.poll(&state);
                    state
                }
                Wait::Login(connection) => {
                    let notice = Some(Notice::NotSent(not_sent));
                    self.ask_login(connecting.provider, connection, notice, connecting.kept)
                }
                Wait::Answer {
                    connection,
                    challenge,
                    version,
                } => {
                    let notice = Some(QuestionNotice::NotSent(not_sent));
                    let (provider, kept) = (connecting.provider, connecting.kept);
                    self.ask_question(provider, connection, kept, challenge, notice, version)
                }
            },
            State::Question(question) => {
                self.ask_once_more(question, Some(QuestionNotice::NotSent(not_sent)))
            }
            State::Accounts(accounts) => self.ask_accounts(accounts, None),
            State::Starting(starting) => self.look_up_again(starting),
            State::OAuth(oauth) => self.revive_oauth(oauth),
            State::Consent(_)
            | State::Search(_)
            | State::Warning(_)
            | State::Credentials(_)
            | State::Success(_)
            | State::Failed(_)
            | State::Expired(_)
            | State::Ended(_) => self.show_search(None),
        }
    }
}
