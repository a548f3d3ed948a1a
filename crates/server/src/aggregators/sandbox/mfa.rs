//! The bank "MFA Bank": each kind of question that a bank can ask, alone and in a chain.

use super::pictures;
use super::{Ending, GOOD_USER, Profile, Script, WRONG_ANSWER, login_failed};
use crate::words::Word;
use connect_core::api::{Challenge, ChallengeKind, Choice, SyncError, SyncStep, error_name};
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub const PROFILE: Profile = Profile {
    id: "mfa-bank",
    name: "MFA Bank",
    color: "#5b3a8c",
    hint: Word::SandboxMfa,
    logo: include_str!("mfa.svg"),
};

const CODE: &str = "1234";
const CAPTCHA: &str = "7K4P";
const SMS: &str = "sms";
const PHONE: &str = "•••42";
const APP: &str = "Banking app on Pixel";
const APPROVE: &str = "Confirm this login in your banking app.";
const CHAIN: [Ask; 4] = [Ask::Text, Ask::Choice, Ask::Code, Ask::ImageChoice];
/// How many wrong answers a strict code takes.
const STRICT: u32 = 2;
/// How long a code is good for.
const USUAL: Duration = Duration::from_secs(300);
/// How many steps' time a code is good for that ends soon, and the least that this may be.
const SOON: u32 = 12;
const SOONEST: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    ask: Ask,
    /// One of a chain.
    chained: bool,
    answered_wrongly: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Ask {
    Text,
    Choice,
    Code,
    /// A code that is good for a few seconds.
    BriefCode,
    /// A code after whose second wrong answer the bank ends the login.
    StrictCode,
    Device,
    CodeBySms,
    CodeByApp,
    Image,
    ImageChoice,
}

pub fn login(username: &str, password: &str) -> Script {
    let first = |ask| begin(ask, false);
    match (username, password) {
        (GOOD_USER, "text") => first(Ask::Text),
        (GOOD_USER, "choice") => first(Ask::Choice),
        (GOOD_USER, "code") => first(Ask::Code),
        (GOOD_USER, "expire") => first(Ask::BriefCode),
        (GOOD_USER, "strict") => first(Ask::StrictCode),
        (GOOD_USER, "device") => first(Ask::Device),
        (GOOD_USER, "image") => first(Ask::Image),
        (GOOD_USER, "image_choice") => first(Ask::ImageChoice),
        (GOOD_USER, "chain") => begin(CHAIN[0], true),
        (GOOD_USER, "approve") => approved(),
        (GOOD_USER, "approve_denied") => declined(),
        _ => Script::refusing(SyncStep::Login, login_failed()),
    }
}

/// The same anew, from its first question on.
pub fn asking_again(asked: &SyncError) -> Script {
    if asked.message == APPROVE {
        return approved();
    }
    if asked.message.starts_with("Question ") {
        return begin(CHAIN[0], true);
    }
    let singles = [
        (Ask::Choice, Ask::Choice),
        (Ask::Code, Ask::Code),
        (Ask::BriefCode, Ask::BriefCode),
        (Ask::StrictCode, Ask::StrictCode),
        (Ask::Device, Ask::Device),
        (Ask::CodeBySms, Ask::Device),
        (Ask::CodeByApp, Ask::Device),
        (Ask::Image, Ask::Image),
        (Ask::ImageChoice, Ask::ImageChoice),
    ];
    let same = singles
        .into_iter()
        .find(|(ask, _)| ask.prompt() == asked.message);
    begin(same.map_or(Ask::Text, |(_, first)| first), false)
}

/// What a connection was asked whose code nobody has entered.
pub fn old_question() -> Question {
    Question::first(Ask::Code, false)
}

fn begin(ask: Ask, chained: bool) -> Script {
    let question = Question::first(ask, chained);
    Script::asking(SyncStep::Login, super::Question::Mfa(question))
}

fn approved() -> Script {
    Script {
        approval: Some(approval()),
        ..Script::connecting(&[SyncStep::Login, SyncStep::TwoFactor])
    }
}

fn declined() -> Script {
    let error = SyncError {
        provider_message: Some("You declined in the app.".into()),
        ..login_failed()
    };
    let steps = vec![SyncStep::Login, SyncStep::TwoFactor];
    Script {
        approval: Some(approval()),
        ..Script::new(steps, Ending::LoginRefused(error))
    }
}

fn approval() -> SyncError {
    asked(Challenge {
        kind: ChallengeKind::Approve,
        prompt: APPROVE.into(),
        destination: Some(APP.into()),
        ..Challenge::default()
    })
}

impl Question {
    fn first(ask: Ask, chained: bool) -> Question {
        Question {
            ask,
            chained,
            answered_wrongly: false,
        }
    }

    pub fn asked(self) -> SyncError {
        let mut challenge = self.ask.challenge();
        if let Some(number) = self.number() {
            challenge.prompt = format!("Question {number} of 4: {}", challenge.prompt);
        }
        SyncError {
            provider_message: self.answered_wrongly.then(|| WRONG_ANSWER.into()),
            ..asked(challenge)
        }
    }

    /// The same however it was answered.
    pub fn key(self) -> String {
        format!("{:?} {}", self.ask, self.chained)
    }

    pub fn tries(self) -> Option<u32> {
        (self.ask == Ask::StrictCode).then_some(STRICT)
    }

    /// The step is a test bank's usual one.
    pub fn lifetime(self, step: Duration) -> Option<Duration> {
        match self.ask {
            Ask::BriefCode => Some(SOONEST.max(step * SOON)),
            Ask::Code | Ask::StrictCode | Ask::CodeBySms | Ask::CodeByApp => Some(USUAL),
            Ask::Text | Ask::Choice | Ask::Device | Ask::Image | Ask::ImageChoice => None,
        }
    }

    /// The question as it stands once its code was sent anew.
    pub fn resent(self) -> Option<Question> {
        let resend = self.ask.challenge().resend == Some(true);
        resend.then_some(Question::first(self.ask, self.chained))
    }

    pub fn answer(self, answer: &str) -> Script {
        let step = SyncStep::TwoFactor;
        let next = if self.ask.accepts(answer) {
            self.next(answer)
        } else {
            Some(Question {
                answered_wrongly: true,
                ..self
            })
        };
        match next {
            Some(question) => Script::asking(step, super::Question::Mfa(question)),
            None => Script::connecting(&[step]),
        }
    }

    fn next(self, answer: &str) -> Option<Question> {
        let ask = match (self.ask, self.number()) {
            (Ask::Device, _) if answer == SMS => Some(Ask::CodeBySms),
            (Ask::Device, _) => Some(Ask::CodeByApp),
            (_, number) => CHAIN.get(number?).copied(),
        };
        ask.map(|ask| Question::first(ask, self.chained))
    }

    /// Its place in the chain, from 1 on.
    fn number(self) -> Option<usize> {
        let at = CHAIN.iter().position(|ask| *ask == self.ask);
        at.filter(|_| self.chained).map(|at| at + 1)
    }
}

impl Ask {
    fn prompt(self) -> &'static str {
        match self {
            Ask::Text => "Which animal barks: a cat or a dog?",
            Ask::Choice => "Which of these is a colour?",
            Ask::Code => "Enter the code that we sent you.",
            Ask::BriefCode => "Enter the code that we sent you. It is good for a few seconds only.",
            Ask::StrictCode => "Enter the code that we sent you. You can try twice.",
            Ask::Device => "Where shall we send your code?",
            Ask::CodeBySms => "Enter the code from the text message.",
            Ask::CodeByApp => "Enter the code that your banking app shows.",
            Ask::Image => "Type the characters in the picture.",
            Ask::ImageChoice => "Choose the picture of the red apple.",
        }
    }

    fn accepts(self, answer: &str) -> bool {
        match self {
            Ask::Text => ["dog", "a dog"].contains(&answer.to_lowercase().as_str()),
            Ask::Choice => answer == "blue",
            Ask::Code | Ask::BriefCode | Ask::StrictCode | Ask::CodeBySms | Ask::CodeByApp => {
                answer == CODE
            }
            Ask::Device => answer == SMS || answer == "app",
            Ask::Image => answer.eq_ignore_ascii_case(CAPTCHA),
            Ask::ImageChoice => answer == "apple",
        }
    }

    fn challenge(self) -> Challenge {
        let bare = Challenge {
            prompt: self.prompt().into(),
            ..Challenge::default()
        };
        match self {
            Ask::Text => bare,
            Ask::Choice => Challenge {
                kind: ChallengeKind::Choice,
                choices: vec![
                    choice("table", "Table"),
                    choice("blue", "Blue"),
                    choice("seven", "Seven"),
                ],
                ..bare
            },
            Ask::Code | Ask::BriefCode | Ask::StrictCode | Ask::CodeBySms => code(bare, PHONE),
            Ask::CodeByApp => code(bare, APP),
            Ask::Device => Challenge {
                kind: ChallengeKind::Device,
                choices: vec![
                    choice(SMS, &format!("Text message to {PHONE}")),
                    choice("app", APP),
                ],
                ..bare
            },
            Ask::Image => Challenge {
                kind: ChallengeKind::Image,
                image: Some(pictures::address(pictures::CAPTCHA)),
                length: u8::try_from(CAPTCHA.len()).ok(),
                ..bare
            },
            Ask::ImageChoice => Challenge {
                kind: ChallengeKind::ImageChoice,
                choices: vec![
                    picture("boat", "A blue boat", pictures::BOAT),
                    picture("house", "A yellow house", pictures::HOUSE),
                    picture("apple", "A red apple", pictures::APPLE),
                    picture("tree", "A green tree", pictures::TREE),
                ],
                ..bare
            },
        }
    }
}

fn asked(challenge: Challenge) -> SyncError {
    SyncError {
        name: error_name::SECURITY_QUESTION.into(),
        message: challenge.prompt.clone(),
        challenge: Some(challenge),
        ..SyncError::default()
    }
}

fn code(challenge: Challenge, destination: &str) -> Challenge {
    Challenge {
        kind: ChallengeKind::Code,
        length: u8::try_from(CODE.len()).ok(),
        numeric: Some(true),
        destination: Some(destination.into()),
        resend: Some(true),
        ..challenge
    }
}

fn choice(id: &str, label: &str) -> Choice {
    Choice {
        id: id.into(),
        label: label.into(),
        image: None,
    }
}

fn picture(id: &str, label: &str, svg: &str) -> Choice {
    Choice {
        image: Some(pictures::address(svg)),
        ..choice(id, label)
    }
}
