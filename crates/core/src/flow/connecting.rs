//! A running sync: orders it, listens for news, knows when to stop waiting.

use super::call::Meaning;
use super::state::Wait;
use super::{
    AccountSummary, Answer, Call, CallError, Connecting, Connection, Event, Failure, Machine,
    Notice, Patience, Place, QuestionNotice, Report, State, Success, Trouble,
};
use crate::Secret;
use crate::api::{Institution, Provider, SyncError, SyncStatus, SyncStep, code, error_name};

/// Without news for so long the wait is over, in milliseconds.
const DEADLINE: u32 = 180_000;
const TEN_SECONDS: u32 = 10_000;
const TWENTY_SECONDS: u32 = 20_000;
/// The pause before a poll that follows one without news, in milliseconds: a backend that answers at once must not be flooded.
const POLL_PAUSE: u32 = 300;

impl Machine {
    pub(super) fn connect(
        &mut self,
        provider: Provider,
        kept: Vec<(String, Secret)>,
        call: Call,
        wait: Wait,
    ) -> State {
        self.leave();
        let ticket = self.call(call);
        self.creating = matches!(wait, Wait::Login(None)).then_some(ticket);
        let refusal = match wait {
            Wait::Answer { .. } => Notice::AnswerRefused,
            Wait::Login(_) | Wait::Sync(_) | Wait::Poll { .. } => Notice::LoginRefused,
        };
        State::Connecting(Connecting {
            provider,
            refusal,
            step: None,
            retry: None,
            patience: Patience::Fresh,
            kept,
            wait,
            attempt: 0,
            patience_timer: self.wake_after(TEN_SECONDS),
            deadline: self.wake_after(DEADLINE),
        })
    }

    /// Starts a new sync of a connection.
    pub(super) fn sync(
        &mut self,
        provider: Provider,
        connection: Connection,
        kept: Vec<(String, Secret)>,
    ) -> State {
        let id = connection.id.clone();
        self.connect(provider, kept, Call::Sync { id }, Wait::Sync(connection))
    }

    pub(super) fn connecting(&mut self, mut connecting: Connecting, event: Event) -> State {
        match event {
            Event::Answered {
                answer: Ok(answer), ..
            } => self.sync_answered(connecting, answer),
            Event::Answered {
                answer: Err(error), ..
            } => self.sync_call_failed(connecting, error),
            Event::Woke(timer) if timer == connecting.deadline => {
                let connection = connecting.connection();
                self.fail(
                    Failure::Timeout,
                    Some(connecting.provider),
                    connection,
                    connecting.kept,
                )
            }
            Event::Woke(timer) if timer == connecting.patience_timer => {
                if connecting.patience == Patience::Fresh {
                    connecting.patience = Patience::TenSeconds;
                    connecting.patience_timer = self.wake_after(TWENTY_SECONDS);
                } else {
                    connecting.patience = Patience::ThirtySeconds;
                }
                State::Connecting(connecting)
            }
            // The pause before the next poll, or before the next try.
            Event::Woke(_) | Event::TryNowClicked => self.ask_for_news(connecting, event),
            Event::BackClicked => self.cancelled(connecting),
            _ => State::Connecting(connecting),
        }
    }

    fn sync_answered(&mut self, mut connecting: Connecting, answer: Answer) -> State {
        match (answer, &connecting.wait) {
            (Answer::Institution(institution), _) => {
                connecting.attempt = 0;
                self.news(connecting, *institution)
            }
            (Answer::Unchanged, Wait::Poll { .. }) => {
                connecting.attempt = 0;
                self.wake_after(POLL_PAUSE);
                State::Connecting(connecting)
            }
            _ => self.sync_call_failed(connecting, CallError::Unreadable),
        }
    }

    /// The backend sent the institution: what does it say?
    fn news(&mut self, mut connecting: Connecting, institution: Institution) -> State {
        let fresh = connecting.connection().is_none_or(|known| known.fresh);
        let known = match connecting.wait {
            Wait::Poll { version, .. } => Some(version),
            Wait::Login(_) | Wait::Answer { .. } | Wait::Sync(_) => None,
        };
        let connection = Connection {
            id: institution.id.clone(),
            fresh,
        };
        let (provider, kept) = (connecting.provider.clone(), connecting.kept.clone());
        match institution.sync_status {
            SyncStatus::Syncing => {
                let newer = known.is_none_or(|version| institution.version > version);
                let details = institution.sync_status_details;
                let step = details.and_then(|d| d.step);
                connecting.step = step.filter(|s| *s != SyncStep::Other).max(connecting.step);
                connecting.wait = Wait::Poll {
                    connection,
                    // A backend of several machines may answer with what it knew before.
                    version: institution.version.max(known.unwrap_or_default()),
                };
                if newer {
                    self.cancel(connecting.deadline);
                    connecting.deadline = self.wake_after(DEADLINE);
                    self.poll(&connecting);
                } else {
                    self.wake_after(POLL_PAUSE);
                }
                State::Connecting(connecting)
            }
            SyncStatus::Ok => self.connected(provider, institution),
            SyncStatus::Retry => self.fail(
                Failure::Delayed,
                Some(provider),
                Some(Connection {
                    fresh: false,
                    ..connection
                }),
                kept,
            ),
            SyncStatus::Error => {
                let error = institution.sync_error.unwrap_or_default();
                self.sync_failed(provider, connection, kept, error, connecting.refusal)
            }
        }
    }

    fn sync_failed(
        &mut self,
        provider: Provider,
        connection: Connection,
        kept: Vec<(String, Secret)>,
        error: SyncError,
        refusal: Notice,
    ) -> State {
        if error.name == error_name::SECURITY_QUESTION {
            // Only after an answer do the bank's words tell why it asks again.
            let answered = refusal == Notice::AnswerRefused;
            let words = error.provider_message.clone().filter(|_| answered);
            let notice = words.map(QuestionNotice::Refused);
            let challenge = error.question();
            return self.ask_question(provider, connection, kept, challenge, notice);
        }
        match Failure::of_sync(&error) {
            Failure::InvalidCredentials => {
                self.login_refused(provider, Some(connection), kept, refusal)
            }
            failure => self.fail(failure, Some(provider), Some(connection), kept),
        }
    }

    fn login_refused(
        &mut self,
        provider: Provider,
        connection: Option<Connection>,
        kept: Vec<(String, Secret)>,
        refusal: Notice,
    ) -> State {
        let place = Place::of(Some(&provider), connection.as_ref());
        self.tell(Report::Failed {
            failure: Failure::InvalidCredentials,
            place,
        });
        let incomplete = self.launch.institution.is_some() && provider.fields.is_empty();
        match connection {
            // A reconnect begins without the bank's own fields.
            Some(connection) if incomplete && !connection.fresh => {
                let (id, name) = (provider.id, provider.name);
                self.prepare(id, name, Some(connection.id), Some(refusal))
            }
            connection => self.ask_credentials(provider, connection, Some(refusal), kept),
        }
    }

    fn connected(&mut self, provider: Provider, institution: Institution) -> State {
        self.leave();
        let success = Success {
            provider,
            institution: institution.id,
            accounts: institution.accounts.unwrap_or_default(),
        };
        self.tell(Report::Connected {
            bank: success.provider.bank(),
            institution: success.institution.clone(),
            accounts: success.account_summaries(),
        });
        State::Success(success)
    }

    fn sync_call_failed(&mut self, mut connecting: Connecting, error: CallError) -> State {
        let not_found = match &connecting.wait {
            // The bank refused a new login and the backend has removed the connection.
            Wait::Poll { connection, .. } if connection.fresh => Failure::InvalidCredentials,
            Wait::Login(None) => Failure::UnknownProvider,
            Wait::Login(Some(_)) | Wait::Answer { .. } | Wait::Sync(_) | Wait::Poll { .. } => {
                Failure::UnknownInstitution
            }
        };
        let meaning = error.meaning();
        match (&connecting.wait, &meaning) {
            // The question has expired; a new sync asks one that counts.
            (Wait::Answer { connection, .. }, Meaning::No(problem))
                if problem.code == code::CONFLICT =>
            {
                return self.sync(connecting.provider, connection.clone(), connecting.kept);
            }
            // Removed between two logins: the next one makes a new connection.
            (Wait::Login(Some(connection)), Meaning::NotFound) if connection.fresh => {
                connecting.wait = Wait::Login(None);
                return self.not_sent(connecting, Trouble::ServerError);
            }
            _ => {}
        }
        let failure = match meaning.failure(not_found) {
            Ok(trouble) => match connecting.wait {
                Wait::Poll { .. } | Wait::Sync(_) => {
                    connecting.retry = self.retry_after(trouble, connecting.attempt);
                    connecting.attempt += 1;
                    return State::Connecting(connecting);
                }
                Wait::Login(_) | Wait::Answer { .. } => return self.not_sent(connecting, trouble),
            },
            Err(failure) => failure,
        };
        let connection = connecting.connection();
        let Connecting {
            provider,
            kept,
            refusal,
            ..
        } = connecting;
        match failure {
            Failure::InvalidCredentials => self.login_refused(provider, None, kept, refusal),
            failure => self.fail(failure, Some(provider), connection, kept),
        }
    }

    /// What the user typed is not kept anywhere, so only the user can send it again.
    fn not_sent(&mut self, connecting: Connecting, trouble: Trouble) -> State {
        let Connecting {
            provider,
            kept,
            wait,
            ..
        } = connecting;
        match wait {
            Wait::Answer {
                connection,
                challenge,
            } => {
                let notice = Some(QuestionNotice::NotSent(trouble));
                self.ask_question(provider, connection, kept, challenge, notice)
            }
            Wait::Login(connection) => {
                self.ask_credentials(provider, connection, Some(Notice::NotSent(trouble)), kept)
            }
            Wait::Sync(connection) | Wait::Poll { connection, .. } => {
                self.sync(provider, connection, kept)
            }
        }
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
        } else {
            self.poll(&connecting);
        }
        State::Connecting(connecting)
    }

    fn poll(&mut self, connecting: &Connecting) {
        if let Wait::Poll {
            connection,
            version,
        } = &connecting.wait
        {
            let (id, version) = (connection.id.clone(), *version);
            self.call(Call::Poll { id, version });
        }
    }

    fn cancelled(&mut self, connecting: Connecting) -> State {
        let stays = self.forget(connecting.connection());
        self.ask_credentials(connecting.provider, stays, None, connecting.kept)
    }
}

impl Connecting {
    pub(super) fn connection(&self) -> Option<Connection> {
        match &self.wait {
            Wait::Login(connection) => connection.clone(),
            Wait::Answer { connection, .. }
            | Wait::Sync(connection)
            | Wait::Poll { connection, .. } => Some(connection.clone()),
        }
    }
}

impl Success {
    pub(super) fn account_summaries(&self) -> Vec<AccountSummary> {
        self.accounts.iter().map(AccountSummary::from).collect()
    }
}
