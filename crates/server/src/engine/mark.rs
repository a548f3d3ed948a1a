//! What a sync writes into an institution: steps, errors, questions with their time, and when it was.

use crate::aggregators::sandbox::Question;
use connect_core::api::{Institution, SyncDetails, SyncError, SyncStatus, SyncStep, error_name};
use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};
use std::time::{Duration, Instant};

/// A bank does not wait longer for an answer, unless it says so.
const QUESTION_LIFETIME: Duration = Duration::from_secs(300);

pub fn enter(institution: &mut Institution, step: Option<SyncStep>) {
    if step >= Some(SyncStep::Accounts) {
        institution.authorized = Some(true);
    }
    institution.sync_status_details = Some(SyncDetails { date: now(), step });
}

pub fn touch(institution: &mut Institution) {
    let step = institution
        .sync_status_details
        .as_ref()
        .and_then(|details| details.step);
    institution.sync_status_details = Some(SyncDetails { date: now(), step });
}

pub fn fail(institution: &mut Institution, error: SyncError) {
    institution.sync_status = SyncStatus::Error;
    institution.sync_error = Some(error);
    institution.authorized = None;
}

pub fn duplicate() -> SyncError {
    SyncError {
        name: error_name::DUPLICATE_CONNECTION.into(),
        message: "This bank is connected already.".into(),
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
pub fn pose(question: &Question, step: Duration) -> (SyncError, Instant) {
    let mut error = question.asked();
    let Some(lifetime) = question.lifetime(step) else {
        return (error, Instant::now() + QUESTION_LIFETIME);
    };
    let lifetime = SignedDuration::try_from(lifetime).unwrap_or(SignedDuration::MAX);
    let now = Timestamp::now();
    let end = now
        .checked_add(lifetime)
        .and_then(|end| {
            end.round(
                TimestampRound::new()
                    .smallest(Unit::Second)
                    .mode(RoundMode::Ceil),
            )
        })
        .unwrap_or(Timestamp::MAX);
    if let Some(challenge) = &mut error.challenge {
        challenge.expires_at = Some(end.to_string());
    }
    let left = Duration::try_from(end.duration_since(now)).unwrap_or(Duration::ZERO);
    (error, Instant::now() + left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregators::sandbox::DemoQuestion;

    #[test]
    fn a_question_waits_five_minutes_and_tells_so_only_when_the_bank_does() {
        let step = Duration::from_millis(250);
        let five_minutes = Duration::from_secs(300);
        let before = Instant::now();
        let (error, until) = pose(&Question::Demo(DemoQuestion::Browser), step);
        assert!(until >= before + five_minutes && until <= Instant::now() + five_minutes);
        let told = error.challenge.and_then(|challenge| challenge.expires_at);
        assert_eq!(told, None);
    }
}
