//! Security questions: any number in turn, each answered once.

use super::state::Wait;
use super::{Call, Connection, Event, Machine, Question, QuestionNotice, Report, State};
use crate::Secret;
use crate::api::{Challenge, ChallengeKind, Provider, SyncError};

impl Machine {
    pub(super) fn ask_question(
        &mut self,
        provider: Provider,
        connection: Connection,
        kept: Vec<(String, Secret)>,
        challenge: Challenge,
        notice: Option<QuestionNotice>,
    ) -> State {
        self.leave();
        self.tell(Report::QuestionAsked {
            bank: provider.bank(),
            kind: challenge.kind,
        });
        State::Question(Question {
            form: self.ticket(),
            provider,
            challenge,
            notice,
            connection,
            kept,
        })
    }

    pub(super) fn question(&mut self, question: Question, event: Event) -> State {
        let Question {
            provider,
            challenge,
            connection,
            kept,
            ..
        } = question;
        match event {
            Event::AnswerGiven { answer, .. } => {
                self.tell(Report::AnswerSubmitted(provider.bank()));
                let call = Call::Answer {
                    id: connection.id.clone(),
                    answer,
                };
                let wait = Wait::Answer {
                    connection,
                    challenge,
                };
                self.connect(provider, kept, call, wait)
            }
            Event::BackClicked => {
                let stays = self.forget(Some(connection));
                self.ask_credentials(provider, stays, None, kept)
            }
            _ => State::Question(Question {
                provider,
                challenge,
                connection,
                kept,
                ..question
            }),
        }
    }
}

impl SyncError {
    /// The question that a `SecurityQuestionError` asks; without a challenge its message is a text question.
    pub(super) fn question(self) -> Challenge {
        self.challenge.unwrap_or(Challenge {
            kind: ChallengeKind::Text,
            prompt: self.message,
            ..Challenge::default()
        })
    }
}
