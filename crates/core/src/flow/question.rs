//! Security questions: any number in turn, each answered once, some sent anew.

use super::call::Meaning;
use super::state::{End, Wait};
use super::{
    Answer, Call, CallError, Connection, Event, Failure, Machine, Question, QuestionNotice, Report,
    Resend, State,
};
use crate::Secret;
use crate::api::{Challenge, ChallengeKind, Institution, Provider, SyncStatus, error_name};
use crate::code::code;

/// A code can be asked for again after so many milliseconds.
const RESEND_PAUSE: u32 = 30_000;
/// Whether the time is over is asked again after so many milliseconds.
const ASK_PAUSE: u32 = 2_000;

impl Machine {
    pub(super) fn ask_question(
        &mut self,
        provider: Provider,
        connection: Connection,
        kept: Vec<(String, Secret)>,
        challenge: Challenge,
        notice: Option<QuestionNotice>,
        version: u64,
    ) -> State {
        self.leave();
        let again = matches!(
            notice,
            Some(
                QuestionNotice::NotSent(_)
                    | QuestionNotice::ResendLater(_)
                    | QuestionNotice::SentAnew
            )
        );
        if !again {
            let refused = matches!(notice, Some(QuestionNotice::Refused(_)));
            self.tell_question(&provider, &connection, challenge.kind, refused);
        }
        if let Some(QuestionNotice::NotSent(trouble)) = notice {
            self.hold(trouble);
        }
        let resend = match (&challenge.resend, &notice) {
            (Some(true), Some(QuestionNotice::NotSent(_))) => Resend::Ready,
            (Some(true), Some(QuestionNotice::ResendLater(trouble))) => {
                Resend::Waiting(self.wake_after(trouble.pause(0)))
            }
            (Some(true), _) => Resend::Waiting(self.wake_after(RESEND_PAUSE)),
            _ => Resend::Never,
        };
        State::Question(Question {
            form: self.ticket(),
            provider,
            challenge,
            notice,
            resend,
            end: End::Unknown,
            connection,
            kept,
            version,
        })
    }

    pub(super) fn tell_question(
        &mut self,
        provider: &Provider,
        connection: &Connection,
        kind: ChallengeKind,
        again: bool,
    ) {
        self.tell(Report::QuestionAsked {
            bank: provider.bank(),
            institution: connection.id.clone(),
            kind,
            again,
        });
    }

    pub(super) fn question(&mut self, mut question: Question, event: Event) -> State {
        match event {
            Event::AnswerGiven { answer, .. } => self.answered(question, answer),
            Event::ResendClicked if question.resend == Resend::Ready => {
                let id = question.connection.id.clone();
                question.resend = Resend::Sending(self.call(Call::Resend { id }));
                State::Question(question)
            }
            Event::Answered { ticket, answer } if question.resend == Resend::Sending(ticket) => {
                self.sent_anew(question, answer)
            }
            Event::Woke(timer) if question.resend == Resend::Waiting(timer) => {
                question.resend = Resend::Ready;
                State::Question(question)
            }
            Event::QuestionExpired { form } if form == question.form => self.over(question),
            Event::Answered { ticket, answer } if question.end == End::Asked(ticket) => {
                self.heard_of_the_end(question, answer)
            }
            Event::Woke(timer) if question.end == End::AskedLater(timer) => {
                question.end = End::Unknown;
                State::Question(question)
            }
            Event::BackClicked => {
                let stays = self.forget(Some(question.connection));
                self.ask_login(question.provider, stays, None, question.kept)
            }
            _ => State::Question(question),
        }
    }

    /// By the backend's clock, once it has been heard, and by none before.
    fn over(&mut self, mut question: Question) -> State {
        match question.end {
            End::Heard => {
                let connection = Some(question.connection);
                let (failure, provider) = (Failure::QuestionExpired, Some(question.provider));
                self.fail(failure, provider, connection, question.kept)
            }
            End::Unknown => {
                let id = question.connection.id.clone();
                question.end = End::Asked(self.call(Call::Institution { id }));
                State::Question(question)
            }
            End::Asked(_) | End::AskedLater(_) => State::Question(question),
        }
    }

    fn heard_of_the_end(
        &mut self,
        mut question: Question,
        answer: Result<Answer, CallError>,
    ) -> State {
        let meaning = match answer {
            Ok(Answer::Institution(institution)) if institution.version == question.version => {
                question.end = End::Heard;
                return State::Question(question);
            }
            Ok(Answer::Institution(institution)) => return self.moved_on(question, *institution),
            answer => CallError::of(answer).meaning(),
        };
        match meaning {
            Meaning::TokenExpired | Meaning::TokenInvalid => self.expire(State::Question(question)),
            Meaning::NotFound => self.gone(question),
            Meaning::Passing(trouble) => {
                question.end = End::AskedLater(self.wake_after(trouble.pause(2)));
                State::Question(question)
            }
            Meaning::No(_) => {
                question.end = End::AskedLater(self.wake_after(ASK_PAUSE));
                State::Question(question)
            }
        }
    }

    fn gone(&mut self, question: Question) -> State {
        let (provider, connection) = (Some(question.provider), Some(question.connection));
        let failure = Failure::UnknownInstitution;
        self.fail(failure, provider, connection, question.kept)
    }

    fn answered(&mut self, question: Question, answer: Secret) -> State {
        let Question {
            provider,
            challenge,
            connection,
            kept,
            version,
            ..
        } = question;
        self.tell(Report::AnswerSubmitted {
            bank: provider.bank(),
            institution: connection.id.clone(),
            kind: challenge.kind,
        });
        let answer = match challenge.kind {
            ChallengeKind::Code => Secret::new(code(answer.expose())),
            _ => answer,
        };
        let call = Call::Answer {
            id: connection.id.clone(),
            answer,
        };
        let wait = Wait::Answer {
            connection,
            challenge,
            version,
        };
        self.connect(provider, kept, call, wait)
    }

    fn sent_anew(&mut self, question: Question, answer: Result<Answer, CallError>) -> State {
        let meaning = match answer {
            Ok(Answer::Institution(institution)) => return self.asked_anew(question, *institution),
            Ok(Answer::Done) => {
                return self.ask_once_more(question, Some(QuestionNotice::SentAnew));
            }
            answer => CallError::of(answer).meaning(),
        };
        match meaning {
            Meaning::Passing(trouble) => {
                let notice = match trouble.seconds() {
                    Some(_) => QuestionNotice::ResendLater(trouble),
                    None => QuestionNotice::NotSent(trouble),
                };
                self.ask_once_more(question, Some(notice))
            }
            Meaning::TokenExpired | Meaning::TokenInvalid => self.expire(State::Question(question)),
            Meaning::NotFound => self.gone(question),
            // The bank sends nothing any more: a new login does.
            Meaning::No(_) => {
                let (provider, connection) = (question.provider, question.connection);
                let purpose = super::Purpose::Connect;
                self.sync(provider, connection, question.kept, purpose)
            }
        }
    }

    fn asked_anew(&mut self, mut question: Question, institution: Institution) -> State {
        let asks = institution.sync_status == SyncStatus::Error;
        let error = institution.sync_error.clone().unwrap_or_default();
        if asks && error.name == error_name::SECURITY_QUESTION {
            if let Some(challenge) = error.challenge {
                question.challenge = challenge;
            }
            question.version = institution.version;
            return self.ask_once_more(question, Some(QuestionNotice::SentAnew));
        }
        self.moved_on(question, institution)
    }

    /// The sync did not wait for this answer.
    fn moved_on(&mut self, question: Question, institution: Institution) -> State {
        let wait = Wait::Poll {
            connection: question.connection,
            version: question.version,
        };
        let purpose = super::Purpose::Connect;
        match self.wait(question.provider, question.kept, wait, purpose) {
            State::Connecting(connecting) => self.look(connecting, institution),
            other => other,
        }
    }

    pub(super) fn ask_once_more(
        &mut self,
        question: Question,
        notice: Option<QuestionNotice>,
    ) -> State {
        let Question {
            provider,
            connection,
            kept,
            challenge,
            version,
            ..
        } = question;
        self.ask_question(provider, connection, kept, challenge, notice, version)
    }
}
