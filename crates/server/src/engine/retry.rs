//! When a sync that was put off is done again: five minutes later, then each time after twice as long, up to an hour; and
//! given up after a day.

use crate::aggregators::Cause;
use connect_core::api::{SyncError, error_name};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

const FIRST: SignedDuration = SignedDuration::from_mins(5);
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// Nobody who says when to come back is waited for longer.
const MOST_PATIENT: SignedDuration = SignedDuration::from_hours(24);
/// About a day.
const MOST: u32 = 27;

/// `before`: so often it was put off already. `None`: it is given up.
pub fn until(cause: &Cause, before: u32, now: Timestamp) -> Option<Timestamp> {
    if before >= MOST {
        return None;
    }
    let usual = FIRST * 2i32.pow(before.min(4));
    let asked = match cause {
        Cause::RateLimited { after: Some(after) } => seconds(*after),
        _ => SignedDuration::ZERO,
    };
    let pause = usual.min(LONGEST).max(asked).min(MOST_PATIENT);
    now.checked_add(pause).ok()
}

fn seconds(time: Duration) -> SignedDuration {
    SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX)
}

/// How it ends then.
pub fn given_up() -> SyncError {
    SyncError {
        name: error_name::INSTITUTION_UNAVAILABLE.into(),
        message: "The bank could not be reached for a day.".into(),
        ..SyncError::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_an_hour_and_end_after_a_day() {
        let now = Timestamp::UNIX_EPOCH;
        let after = |before, cause: &Cause| {
            let until = until(cause, before, now);
            until.map(|until| until.as_second() / 60)
        };
        let down = |before| after(before, &Cause::BankDown);
        assert_eq!(
            [down(0), down(1), down(2), down(3), down(4), down(9)],
            [Some(5), Some(10), Some(20), Some(40), Some(60), Some(60)]
        );
        let minutes: i64 = (0..MOST).filter_map(down).sum();
        assert!((1440..1500).contains(&minutes), "{minutes}");
        assert_eq!(down(MOST), None);
        let limited = |seconds| Cause::RateLimited {
            after: Some(Duration::from_secs(seconds)),
        };
        assert_eq!(after(0, &limited(30)), Some(5));
        assert_eq!(after(0, &limited(7200)), Some(120));
        assert_eq!(after(0, &limited(u64::MAX)), Some(24 * 60));
    }
}
