//! How often, or how many: a limit's value, and how the command line says it.

use std::fmt;
use std::time::Duration;

/// What nobody comes near, and what can still be counted.
pub(super) const MOST: u32 = 1_000_000;
const LONGEST: Duration = Duration::from_secs(24 * 3600);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    Off,
    /// So many there may be.
    Cap(u32),
    /// So many at once, which come back evenly within the period.
    Per {
        most: u32,
        period: Duration,
    },
}

impl Rate {
    pub(super) const fn per(most: u32, seconds: u64) -> Rate {
        Rate::Per {
            most,
            period: Duration::from_secs(seconds),
        }
    }

    pub(super) fn parse(text: &str) -> Option<Rate> {
        if text == "off" {
            return Some(Rate::Off);
        }
        let Some((most, period)) = text.split_once('/') else {
            return Some(Rate::Cap(parse_number(text)?));
        };
        let unit = period.chars().last()?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return None,
        };
        let count = parse_number(period.strip_suffix(unit)?)?;
        let period = Duration::from_secs(u64::from(count) * seconds);
        let most = parse_number(most)?;
        (period <= LONGEST).then_some(Rate::Per { most, period })
    }
}

fn parse_number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits)?;
    (1..=MOST).contains(&number).then_some(number)
}

/// As the command line says it.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rate::Off => f.write_str("off"),
            Rate::Cap(most) => write!(f, "{most}"),
            Rate::Per { most, period } => match period.as_secs() {
                seconds if seconds % 3600 == 0 => write!(f, "{most}/{}h", seconds / 3600),
                seconds if seconds % 60 == 0 => write!(f, "{most}/{}m", seconds / 60),
                seconds => write!(f, "{most}/{seconds}s"),
            },
        }
    }
}
