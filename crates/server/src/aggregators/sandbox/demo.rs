//! The bank "Demo": the combinations of user name and password that Wealthica's document lists, exactly.

use super::{Ending, Profile, Script, login_failed};
use crate::words::Word;
use connect_core::api::{Challenge, ChallengeKind, Choice, SyncError, SyncStep, error_name};
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub const PROFILE: Profile = Profile {
    id: "demo",
    name: "Demo",
    color: "#2f6b4f",
    hint: Word::SandboxDemo,
    logo: include_str!("demo.svg"),
};

const USERNAME: &str = "wealthica";
const LONGEST_WAIT_MS: u64 = 600_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// One of several choices.
    Browser,
    /// A text.
    Gem,
}

pub fn login(username: &str, password: &str) -> Script {
    match (username, password) {
        (error_name::USER_ACTION_REQUIRED, _) => Script::failing(user_action_required()),
        (error_name::TEMPORARY_FAILURE, _) => Script::failing(temporary_failure()),
        (USERNAME, USERNAME) => Script::connecting(&[SyncStep::Login]),
        (USERNAME, "crash") => Script::breaking(Ending::Crashed),
        (USERNAME, "error") => Script::breaking(Ending::Failed(unknown_error())),
        (USERNAME, other) => waiting(other).unwrap_or_else(|| {
            Script::asking(SyncStep::Login, super::Question::Demo(Question::Browser))
        }),
        _ => Script::refusing(SyncStep::Login, login_failed()),
    }
}

impl Question {
    pub fn asked(self) -> SyncError {
        let (message, challenge) = match self {
            Question::Browser => {
                let prompt = "Which language runs in every web browser?";
                let choices = [
                    ("javascript", "JavaScript"),
                    ("ruby", "Ruby"),
                    ("php", "PHP"),
                    (error_name::USER_ACTION_REQUIRED, "UserActionRequiredError"),
                ];
                (prompt, Some(choice(prompt, &choices)))
            }
            Question::Gem => ("Which language is named after a gem?", None),
        };
        SyncError {
            name: error_name::SECURITY_QUESTION.into(),
            message: message.into(),
            challenge,
            ..SyncError::default()
        }
    }

    pub fn answer(self, answer: &str) -> Script {
        let step = SyncStep::TwoFactor;
        if answer == error_name::USER_ACTION_REQUIRED {
            return Script {
                steps: vec![step],
                ..Script::failing(user_action_required())
            };
        }
        if answer.eq_ignore_ascii_case("ruby") {
            return Script::connecting(&[step]);
        }
        if self == Question::Browser && answer.eq_ignore_ascii_case("javascript") {
            return Script::asking(step, super::Question::Demo(Question::Gem));
        }
        Script::refusing(step, login_failed())
    }
}

/// `wait-login-120000` → the login takes two minutes.
fn parse_wait(password: &str) -> Option<(SyncStep, Duration)> {
    let (step, milliseconds) = password.strip_prefix("wait-")?.split_once('-')?;
    let step = match step {
        "login" => SyncStep::Login,
        "2fa" => SyncStep::TwoFactor,
        "investments" => SyncStep::Investments,
        "positions" => SyncStep::Positions,
        "transactions" => SyncStep::Transactions,
        "documents" => SyncStep::Documents,
        _ => return None,
    };
    let digits = !milliseconds.is_empty() && milliseconds.bytes().all(|b| b.is_ascii_digit());
    let milliseconds = digits.then(|| milliseconds.parse().unwrap_or(u64::MAX))?;
    Some((
        step,
        Duration::from_millis(milliseconds.min(LONGEST_WAIT_MS)),
    ))
}

/// The password `wait-{step}-{milliseconds}` connects and stays in that step.
pub fn waiting(password: &str) -> Option<Script> {
    let (step, time) = parse_wait(password)?;
    let first: &[SyncStep] = match step {
        SyncStep::TwoFactor => &[SyncStep::Login, SyncStep::TwoFactor],
        _ => &[SyncStep::Login],
    };
    Some(Script::connecting(first).holding(step, time))
}

fn choice(prompt: &str, choices: &[(&str, &str)]) -> Challenge {
    let choices = choices.iter().map(|(id, label)| Choice {
        id: (*id).into(),
        label: (*label).into(),
        image: None,
    });
    Challenge {
        kind: ChallengeKind::Choice,
        prompt: prompt.into(),
        choices: choices.collect(),
        ..Challenge::default()
    }
}

fn user_action_required() -> SyncError {
    SyncError {
        name: error_name::USER_ACTION_REQUIRED.into(),
        message: "Log in at the bank's own site and accept its new terms, then try again.".into(),
        ..SyncError::default()
    }
}

fn temporary_failure() -> SyncError {
    SyncError {
        name: error_name::TEMPORARY_FAILURE.into(),
        message: "The bank cannot be reached at the moment.".into(),
        ..SyncError::default()
    }
}

fn unknown_error() -> SyncError {
    SyncError {
        name: "UnknownError".into(),
        message: "Something unexpected happened at the bank.".into(),
        ..SyncError::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_names_a_step_and_a_time() {
        let ms = Duration::from_millis;
        assert_eq!(
            parse_wait("wait-login-120000"),
            Some((SyncStep::Login, ms(120_000)))
        );
        assert_eq!(parse_wait("wait-2fa-5"), Some((SyncStep::TwoFactor, ms(5))));
        assert_eq!(
            parse_wait("wait-documents-99999999999999999999"),
            Some((SyncStep::Documents, ms(600_000)))
        );
        for text in [
            "wait-",
            "wait-login",
            "wait-login-",
            "wait-login--5",
            "wait-accounts-5",
            "wait-lunch-5",
        ] {
            assert_eq!(parse_wait(text), None, "{text}");
        }
    }
}
