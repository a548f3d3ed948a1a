//! The bank "Flinks Capital": three text questions in turn, each asked again until it is answered.

use super::{Profile, Script, WRONG_ANSWER, login_failed};
use crate::words::Word;
use connect_core::api::{Challenge, ChallengeKind, SyncError, SyncStep, error_name};
use serde::{Deserialize, Serialize};

pub const PROFILE: Profile = Profile {
    id: "FlinksCapital",
    name: "Flinks Capital",
    color: "#1f4e9c",
    hint: Word::SandboxFlinks,
    logo: include_str!("flinks.svg"),
};

const QUESTIONS: [(&str, &str); 3] = [
    ("What city were you born in?", "Montreal"),
    ("What is the best country on earth?", "Canada"),
    ("What shape do people like most?", "Triangle"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    number: usize,
    answered_wrongly: bool,
}

pub fn login(username: &str, password: &str) -> Script {
    match (username.to_ascii_lowercase().as_str(), password) {
        ("greatday", "Everyday") => ask(SyncStep::Login, Question::FIRST),
        ("greatday_nomfa", "Everyday") => Script::connecting(&[SyncStep::Login]),
        _ => Script::refusing(SyncStep::Login, login_failed()),
    }
}

impl Question {
    pub const FIRST: Question = Question {
        number: 0,
        answered_wrongly: false,
    };

    pub fn asked(self) -> SyncError {
        let (prompt, _) = QUESTIONS[self.number];
        SyncError {
            name: error_name::SECURITY_QUESTION.into(),
            message: prompt.into(),
            challenge: Some(Challenge {
                kind: ChallengeKind::Text,
                prompt: prompt.into(),
                ..Challenge::default()
            }),
            provider_message: self.answered_wrongly.then(|| WRONG_ANSWER.into()),
            ..SyncError::default()
        }
    }

    /// The same however it was answered.
    pub fn key(self) -> String {
        format!("{}", self.number)
    }

    pub fn answer(self, answer: &str) -> Script {
        let (_, right) = QUESTIONS[self.number];
        let next = self.number + 1;
        if !answer.eq_ignore_ascii_case(right) {
            return ask(
                SyncStep::TwoFactor,
                Question {
                    answered_wrongly: true,
                    ..self
                },
            );
        }
        if next == QUESTIONS.len() {
            return Script::connecting(&[SyncStep::TwoFactor]);
        }
        ask(
            SyncStep::TwoFactor,
            Question {
                number: next,
                answered_wrongly: false,
            },
        )
    }
}

fn ask(at: SyncStep, question: Question) -> Script {
    Script::asking(at, super::Question::Flinks(question))
}
