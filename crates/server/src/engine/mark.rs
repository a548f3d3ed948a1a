//! What a sync writes into an institution: steps, errors, questions with their time, and when it was.

use crate::aggregators::Question;
use crate::engine::clean;
use connect_core::api::{Institution, SyncDetails, SyncError, SyncStatus, SyncStep, error_name};
use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};
use std::time::Duration;

/// A bank does not wait longer for an answer, unless it says so.
const QUESTION_LIFETIME: Duration = Duration::from_secs(300);

pub fn enter(institution: &mut Institution, step: Option<SyncStep>) {
    if step >= Some(SyncStep::Accounts) {
        institution.authorized = Some(true);
    }
    institution.sync_status_details = Some(SyncDetails { date: now(), step });
}

pub fn touch(institution: &mut Institution) {
    let step = step(institution);
    institution.sync_status_details = Some(SyncDetails { date: now(), step });
}

/// Where its sync is, or was.
pub fn step(institution: &Institution) -> Option<SyncStep> {
    let details = institution.sync_status_details.as_ref();
    details.and_then(|details| details.step)
}

/// A new sync begins.
pub fn begin(institution: &mut Institution, first: SyncStep) {
    institution.sync_status = SyncStatus::Syncing;
    institution.sync_error = None;
    institution.authorized = None;
    enter(institution, Some(first));
}

pub fn fail(institution: &mut Institution, error: SyncError) {
    institution.sync_status = SyncStatus::Error;
    institution.sync_error = Some(error);
    institution.authorized = None;
}

/// The connection is well, and its last sync will be done again.
pub fn put_off(institution: &mut Institution) {
    institution.sync_status = SyncStatus::Retry;
    institution.sync_error = None;
}

pub fn duplicate() -> SyncError {
    SyncError {
        name: error_name::DUPLICATE_CONNECTION.into(),
        message: "This bank is connected already.".into(),
        ..SyncError::default()
    }
}

/// How a first login ends that was on its way when the server stopped: nobody has it any more but its user.
pub fn lost() -> SyncError {
    SyncError {
        name: error_name::LOGIN_FAILED.into(),
        message: "The login was lost on its way; the bank needs it again.".into(),
        ..SyncError::default()
    }
}

/// How a sync ends whose question is not asked again.
pub fn too_often() -> SyncError {
    SyncError {
        name: error_name::LOGIN_FAILED.into(),
        message: "The answer was wrong too often. Log in again.".into(),
        ..SyncError::default()
    }
}

/// RFC 3339, to the second.
fn now() -> String {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second())
        .unwrap_or(now)
        .to_string()
}

/// What a question says, and until when its answer is taken. A time that is told is a whole second.
pub fn pose(question: &Question, now: Timestamp) -> (SyncError, Timestamp) {
    let mut error = SyncError {
        name: error_name::SECURITY_QUESTION.into(),
        message: clean::line(&question.prompt, clean::SENTENCE),
        challenge: question.challenge.clone(),
        provider_message: question
            .words
            .as_deref()
            .map(|words| clean::line(words, clean::SENTENCE)),
        ..SyncError::default()
    };
    let after = |time: Duration| {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        now.checked_add(time).unwrap_or(Timestamp::MAX)
    };
    let Some(lifetime) = question.lifetime else {
        return (error, after(QUESTION_LIFETIME));
    };
    let up = TimestampRound::new()
        .smallest(Unit::Second)
        .mode(RoundMode::Ceil);
    let end = after(lifetime).round(up).unwrap_or(Timestamp::MAX);
    if let Some(challenge) = &mut error.challenge {
        challenge.expires_at = Some(end.to_string());
    }
    (error, end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use connect_core::api::Challenge;

    #[test]
    fn a_question_waits_five_minutes_and_tells_its_time_only_when_the_bank_does() {
        let now: Timestamp = "2026-01-02T03:04:05.5Z".parse().expect("a time");
        let mut question = Question {
            challenge: Some(Challenge::default()),
            ..Question::default()
        };
        let told = |error: SyncError| error.challenge.and_then(|challenge| challenge.expires_at);
        let (error, until) = pose(&question, now);
        assert_eq!(until.to_string(), "2026-01-02T03:09:05.5Z");
        assert_eq!(told(error), None);
        question.lifetime = Some(Duration::from_secs(20));
        let (error, until) = pose(&question, now);
        assert_eq!(until.to_string(), "2026-01-02T03:04:26Z");
        assert_eq!(told(error).as_deref(), Some("2026-01-02T03:04:26Z"));
    }
}
