//! A running sync: orders it, listens for news, knows when to stop waiting.

use super::call::Meaning;
use super::state::Wait;
use super::{
    Answer, Call, CallError, Connecting, Connection, Event, Failure, Machine, Notice, Place,
    Purpose, QuestionNotice, Report, State, Trouble,
};
use crate::Secret;
use crate::api::{Provider, code};

/// Without news for so long the wait is over, in milliseconds.
const DEADLINE: u32 = 180_000;
/// A pause of so many seconds is no silence.
const PATIENCE: u32 = 60;
/// The pauses before the calming lines, in milliseconds: after 10 s, 30 s, 1 min and 2 min.
const CALM: [u32; 4] = [10_000, 20_000, 30_000, 60_000];
/// The pause before a poll that follows one without news, in milliseconds: a backend that answers at once must not be flooded.
pub(super) const POLL_PAUSE: u32 = 300;

impl Machine {
    pub(super) fn connect(
        &mut self,
        provider: Provider,
        kept: Vec<(String, Secret)>,
        call: Call,
        wait: Wait,
    ) -> State {
        self.order(provider, kept, call, wait, Purpose::Connect)
    }

    /// Starts a new sync of a connection.
    pub(super) fn sync(
        &mut self,
        provider: Provider,
        connection: Connection,
        kept: Vec<(String, Secret)>,
        purpose: Purpose,
    ) -> State {
        let id = connection.id.clone();
        let wait = Wait::Sync(connection);
        self.order(provider, kept, Call::Sync { id }, wait, purpose)
    }

    fn order(
        &mut self,
        provider: Provider,
        kept: Vec<(String, Secret)>,
        call: Call,
        wait: Wait,
        purpose: Purpose,
    ) -> State {
        let creates = matches!(wait, Wait::Login(None));
        let state = self.wait(provider, kept, wait, purpose);
        let ticket = self.call(call);
        self.creating = creates.then_some(ticket);
        state
    }

    /// Shows that a sync is running, and asks nothing yet.
    pub(super) fn wait(
        &mut self,
        provider: Provider,
        kept: Vec<(String, Secret)>,
        wait: Wait,
        purpose: Purpose,
    ) -> State {
        self.leave();
        let refusal = match wait {
            Wait::Answer { .. } => Notice::AnswerRefused,
            Wait::Login(_) | Wait::Sync(_) | Wait::Poll { .. } => Notice::LoginRefused,
        };
        State::Connecting(Connecting {
            provider,
            purpose,
            refusal,
            too_late: false,
            step: None,
            retry: None,
            calm: 0,
            approval: None,
            kept,
            wait,
            attempt: 0,
            calm_timer: self.wake_after(CALM[0]),
            deadline: self.wake_after(DEADLINE),
        })
    }

    pub(super) fn connecting(&mut self, mut connecting: Connecting, event: Event) -> State {
        match event {
            Event::Answered { answer, .. } => self.sync_answered(connecting, answer),
            // Offline no news can come, nor in a long pause that the backend has asked for.
            Event::Woke(timer)
                if timer == connecting.deadline
                    && (self.offline || connecting.is_told_to_wait()) =>
            {
                connecting.deadline = self.wake_after(DEADLINE);
                State::Connecting(connecting)
            }
            Event::Woke(timer) if timer == connecting.deadline => {
                let connection = connecting.connection();
                let (provider, kept) = (Some(connecting.provider), connecting.kept);
                self.fail(Failure::Timeout, provider, connection, kept)
            }
            Event::Woke(timer) if timer == connecting.calm_timer => {
                connecting.calm += 1;
                if let Some(pause) = CALM.get(usize::from(connecting.calm)) {
                    connecting.calm_timer = self.wake_after(*pause);
                }
                State::Connecting(connecting)
            }
            // The pause before the next poll, or before the next try.
            Event::Woke(_) | Event::TryNowClicked => self.ask_for_news(connecting, event),
            Event::BackClicked => self.cancelled(connecting),
            _ => State::Connecting(connecting),
        }
    }

    fn sync_answered(
        &mut self,
        mut connecting: Connecting,
        answer: Result<Answer, CallError>,
    ) -> State {
        match (answer, &connecting.wait) {
            (Ok(Answer::Institution(institution)), _) => {
                connecting.attempt = 0;
                self.key = None;
                self.look(connecting, *institution)
            }
            // Taken, without a word on what became of it: that is asked for.
            (Ok(Answer::Done), Wait::Sync(_) | Wait::Answer { .. } | Wait::Login(Some(_))) => {
                self.taken(connecting)
            }
            (Ok(Answer::Unchanged), Wait::Poll { .. }) => {
                connecting.attempt = 0;
                self.wake_after(POLL_PAUSE);
                State::Connecting(connecting)
            }
            (answer, _) => {
                let meaning = CallError::of(answer).meaning();
                self.sync_call_failed(connecting, meaning)
            }
        }
    }

    fn taken(&mut self, mut connecting: Connecting) -> State {
        if let Some(connection) = connecting.connection() {
            let version = 0;
            connecting.retry = None;
            connecting.wait = Wait::Poll {
                connection,
                version,
            };
        }
        let state = State::Connecting(connecting);
        self.poll(&state);
        state
    }

    /// News came: the wait begins anew.
    pub(super) fn wait_longer(&mut self, connecting: &mut Connecting) {
        self.cancel(connecting.deadline);
        connecting.deadline = self.wake_after(DEADLINE);
    }

    fn sync_call_failed(&mut self, mut connecting: Connecting, meaning: Meaning) -> State {
        if !matches!(meaning, Meaning::Passing(_)) {
            self.key = None;
        }
        let not_found = match (&connecting.wait, &meaning) {
            // The question has expired; a new sync asks one that counts.
            (Wait::Answer { connection, .. }, Meaning::No(problem))
                if problem.code == code::CONFLICT =>
            {
                let (provider, connection) = (connecting.provider, connection.clone());
                let state = self.sync(provider, connection, connecting.kept, connecting.purpose);
                return match state {
                    State::Connecting(anew) => State::Connecting(Connecting {
                        too_late: true,
                        ..anew
                    }),
                    other => other,
                };
            }
            // Removed between two logins: the next one makes a new connection.
            (Wait::Login(Some(connection)), Meaning::NotFound) if connection.fresh => {
                connecting.wait = Wait::Login(None);
                return self.not_sent(connecting, Trouble::ServerError);
            }
            (_, Meaning::TokenExpired | Meaning::TokenInvalid) => {
                return self.expire(State::Connecting(connecting));
            }
            // The bank refused a new login and the backend has removed the connection.
            (Wait::Poll { connection, .. }, _) if connection.fresh => Failure::InvalidCredentials,
            (Wait::Login(None), _) => Failure::UnknownProvider,
            (Wait::Login(Some(_)) | Wait::Answer { .. } | Wait::Sync(_) | Wait::Poll { .. }, _) => {
                Failure::UnknownInstitution
            }
        };
        match (meaning.failure(not_found), &connecting.wait) {
            (Ok(trouble), Wait::Poll { .. } | Wait::Sync(_)) => {
                connecting.retry = self.retry_after(trouble, connecting.attempt);
                connecting.attempt += 1;
                State::Connecting(connecting)
            }
            (Ok(trouble), Wait::Login(_) | Wait::Answer { .. }) => {
                self.not_sent(connecting, trouble)
            }
            (Err(Failure::InvalidCredentials), _) => self.login_refused(connecting, None),
            (Err(failure), _) => {
                let connection = connecting.connection();
                let (provider, kept) = (Some(connecting.provider), connecting.kept);
                self.fail(failure, provider, connection, kept)
            }
        }
    }

    /// What the user typed is not kept anywhere, so only the user can send it again.
    fn not_sent(&mut self, connecting: Connecting, trouble: Trouble) -> State {
        let Connecting {
            provider,
            kept,
            wait,
            purpose,
            ..
        } = connecting;
        match wait {
            Wait::Answer {
                connection,
                challenge,
                version,
            } => {
                let notice = Some(QuestionNotice::NotSent(trouble));
                self.ask_question(provider, connection, kept, challenge, notice, version)
            }
            Wait::Login(connection) => {
                self.ask_login(provider, connection, Some(Notice::NotSent(trouble)), kept)
            }
            Wait::Sync(connection) | Wait::Poll { connection, .. } => {
                self.sync(provider, connection, kept, purpose)
            }
        }
    }

    pub(super) fn login_refused(
        &mut self,
        connecting: Connecting,
        connection: Option<Connection>,
    ) -> State {
        let Connecting {
            provider,
            kept,
            refusal,
            ..
        } = connecting;
        self.tell(Report::Failed {
            failure: Failure::InvalidCredentials,
            place: Place::of(Some(&provider), connection.as_ref()),
        });
        self.refusals += 1;
        if self
            .launch
            .most_logins
            .is_some_and(|most| self.refusals >= most)
        {
            return self.fail(
                Failure::TooManyAttempts,
                Some(provider),
                connection,
                Vec::new(),
            );
        }
        self.ask_login(provider, connection, Some(refusal), kept)
    }

    fn ask_for_news(&mut self, mut connecting: Connecting, event: Event) -> State {
        match (connecting.retry.take(), event) {
            (Some(retry), _) => self.cancel(retry.timer),
            (None, Event::TryNowClicked) => return State::Connecting(connecting),
            (None, _) => {}
        }
        if let Wait::Sync(connection) = &connecting.wait {
            let id = connection.id.clone();
            self.call(Call::Sync { id });
        }
        let state = State::Connecting(connecting);
        self.poll(&state);
        state
    }

    /// Asks for news of a sync that is known to run.
    pub(super) fn poll(&mut self, state: &State) {
        if let State::Connecting(connecting) = state
            && let Wait::Poll {
                connection,
                version,
            } = &connecting.wait
        {
            let (id, version) = (connection.id.clone(), *version);
            self.call(Call::Poll { id, version });
            // It is well while it waits for news.
            self.trouble = None;
        }
    }

    fn cancelled(&mut self, connecting: Connecting) -> State {
        let stays = self.forget(connecting.connection());
        self.ask_login(connecting.provider, stays, None, connecting.kept)
    }
}

impl Connecting {
    fn is_told_to_wait(&self) -> bool {
        let seconds = self.retry.and_then(|retry| retry.trouble.seconds());
        seconds.is_some_and(|seconds| seconds >= PATIENCE)
    }
}
