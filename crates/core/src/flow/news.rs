//! What the backend says of a connection, and which screen follows from it.

use super::connecting::POLL_PAUSE;
use super::state::Wait;
use super::{Connecting, Connection, Failure, Machine, Notice, QuestionNotice, Report, State};
use crate::api::{
    AccountSelection, Challenge, ChallengeKind, Institution, SyncError, SyncStatus, SyncStep,
    WaitFor, error_name,
};

impl Machine {
    pub(super) fn look(&mut self, connecting: Connecting, institution: Institution) -> State {
        let fresh = connecting.connection().is_none_or(|known| known.fresh);
        let connection = Connection {
            id: institution.id.clone(),
            fresh,
        };
        if connecting.is_new_to(&institution) {
            self.tell(Report::Syncing {
                bank: connecting.provider.bank(),
                institution: institution.id.clone(),
                fresh,
            });
        }
        match institution.sync_status {
            SyncStatus::Syncing if self.is_enough(&institution) => {
                let (provider, purpose) = (connecting.provider, connecting.purpose);
                self.settled(provider, connection, institution, purpose)
            }
            SyncStatus::Syncing => self.goes_on(connecting, connection, institution),
            SyncStatus::Ok => {
                let (provider, purpose) = (connecting.provider, connecting.purpose);
                self.settled(provider, connection, institution, purpose)
            }
            SyncStatus::Retry => {
                let stays = Connection {
                    fresh: false,
                    ..connection
                };
                let (provider, kept) = (Some(connecting.provider), connecting.kept);
                self.fail(Failure::Delayed, provider, Some(stays), kept)
            }
            SyncStatus::Error => self.sync_failed(connecting, connection, institution),
        }
    }

    /// The client need not wait for balances, and nothing is left to be chosen.
    fn is_enough(&self, institution: &Institution) -> bool {
        self.session.options.wait_for == Some(WaitFor::Authorized)
            && institution.authorized == Some(true)
            // While a sync runs the accounts are not all there, and none can be chosen.
            && self.selection() == AccountSelection::None
    }

    fn goes_on(
        &mut self,
        mut connecting: Connecting,
        connection: Connection,
        institution: Institution,
    ) -> State {
        let step = institution
            .sync_status_details
            .and_then(|details| details.step);
        connecting.step = step.filter(|s| *s != SyncStep::Other).max(connecting.step);
        connecting.approval = None;
        self.listen(connecting, connection, institution.version)
    }

    /// Polls on: at once after news; after a pause when a backend of several machines answers with what it knew before.
    fn listen(
        &mut self,
        mut connecting: Connecting,
        connection: Connection,
        version: u64,
    ) -> State {
        let known = match connecting.wait {
            Wait::Poll { version, .. } => Some(version),
            Wait::Login(_) | Wait::Answer { .. } | Wait::Sync(_) => None,
        };
        connecting.wait = Wait::Poll {
            connection,
            version: version.max(known.unwrap_or_default()),
        };
        if known.is_none_or(|known| version > known) {
            self.wait_longer(&mut connecting);
            let state = State::Connecting(connecting);
            self.poll(&state);
            return state;
        }
        self.wake_after(POLL_PAUSE);
        State::Connecting(connecting)
    }

    fn sync_failed(
        &mut self,
        mut connecting: Connecting,
        connection: Connection,
        institution: Institution,
    ) -> State {
        let version = institution.version;
        let error = institution.sync_error.unwrap_or_default();
        if error.name == error_name::SECURITY_QUESTION {
            // Only after an answer do the bank's words tell why it asks again.
            let answered = connecting.refusal == Notice::AnswerRefused;
            let words = error.provider_message.clone().filter(|_| answered);
            let challenge = error.question();
            if challenge.kind == ChallengeKind::Approve {
                if connecting.approval.is_none() {
                    let provider = connecting.provider.clone();
                    self.tell_question(&provider, &connection, challenge.kind, false);
                }
                connecting.approval = Some(challenge);
                return self.listen(connecting, connection, version);
            }
            let late = connecting.too_late.then_some(QuestionNotice::TooLate);
            let notice = words.map(QuestionNotice::Refused).or(late);
            let (provider, kept) = (connecting.provider, connecting.kept);
            return self.ask_question(provider, connection, kept, challenge, notice, version);
        }
        match Failure::of_sync(&error) {
            Failure::InvalidCredentials => {
                let mut state = self.login_refused(connecting, Some(connection));
                if let State::Credentials(login) = &mut state {
                    login.words = error.provider_message;
                }
                state
            }
            failure => {
                let (provider, kept) = (Some(connecting.provider), connecting.kept);
                self.fail(failure, provider, Some(connection), kept)
            }
        }
    }
}

impl Connecting {
    /// The first that is heard of a login or of a sync that was ordered.
    fn is_new_to(&self, institution: &Institution) -> bool {
        let ordered = matches!(self.wait, Wait::Login(_) | Wait::Sync(_));
        ordered && institution.sync_status == SyncStatus::Syncing
    }
}

impl SyncError {
    /// The question that a `SecurityQuestionError` asks; without a challenge its message is a text question.
    fn question(self) -> Challenge {
        self.challenge.unwrap_or(Challenge {
            kind: ChallengeKind::Text,
            prompt: self.message,
            ..Challenge::default()
        })
    }
}
