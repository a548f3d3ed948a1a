//! How often, or how many: a limit's value, and how the command line says it.

use super::table::Limit;
use std::fmt;
use std::time::Duration;

/// What nobody comes near, and what can still be counted.
const MOST: u32 = 1_000_000;
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

    fn parse(text: &str) -> Option<Rate> {
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

/// One `NAME=RATE` of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    One(Limit, Rate),
    /// No limit but those that are set after it.
    AllOff,
}

impl Setting {
    pub fn parse(text: &str) -> Result<Setting, String> {
        let (name, rate) = text
            .split_once('=')
            .ok_or("must be NAME=RATE, such as logins-per-user=60/1h")?;
        if name == "all" {
            return match rate {
                "off" => Ok(Setting::AllOff),
                _ => Err("all can only be off".into()),
            };
        }
        let limit = Limit::named(name).ok_or_else(|| {
            let names: Vec<&str> = Limit::all().map(Limit::name).collect();
            format!("{name:?} is no limit; there are all, {}", names.join(", "))
        })?;
        let usual = limit.usual();
        let rate = Rate::parse(rate).filter(|rate| match rate {
            Rate::Off => true,
            Rate::Cap(_) => matches!(usual, Rate::Cap(_)),
            Rate::Per { .. } => matches!(usual, Rate::Per { .. }),
        });
        let rate = rate.ok_or_else(|| match usual {
            Rate::Cap(_) => format!("{name} must be a number from 1 to {MOST}, or off"),
            _ => format!(
                "{name} must be a number from 1 to {MOST} and a time up to 24h, such as 20/10s, 20/1m or 20/1h, or off"
            ),
        })?;
        Ok(Setting::One(limit, rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_reads_as_it_is_written() {
        for text in ["6000/1m", "3/10s", "30/1h", "1/24h", "1000000/1s", "off"] {
            let rate = Rate::parse(text).expect(text);
            assert_eq!(rate.to_string(), text);
        }
        assert_eq!(Rate::parse("60/60s"), Rate::parse("60/1m"));
        assert_eq!(Rate::parse("5"), Some(Rate::Cap(5)));
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in [
            "", "/", "0", "-1", "+1", "1.5", "1e3", "1000001", "0/1m", "5/", "5/m", "5/0m", "5/1d",
            "5/1", "5/25h", "5/1m/1m", " 5", "5 /1m", "5/1 m", "OFF", "5/1é",
        ] {
            assert_eq!(Rate::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_setting_names_a_limit_and_has_its_kind_of_value() {
        let polls = Setting::parse("polls-per-user=3");
        assert_eq!(polls, Ok(Setting::One(Limit::PollsPerUser, Rate::Cap(3))));
        let logins = Setting::parse("logins-per-user=off");
        assert_eq!(logins, Ok(Setting::One(Limit::LoginsPerUser, Rate::Off)));
        assert_eq!(Setting::parse("all=off"), Ok(Setting::AllOff));
        for (text, said) in [
            ("logins-per-user", "NAME=RATE"),
            ("logins=5/1m", "there are all, requests-per-address, "),
            ("logins-per-user=5", "5/1m"),
            ("polls-per-user=5/1m", "a number from 1"),
            ("all=5", "only be off"),
        ] {
            let refused = Setting::parse(text).expect_err(text);
            let said = said.replace("5/1m", "20/1m");
            assert!(refused.contains(&said), "{refused}");
        }
    }
}
