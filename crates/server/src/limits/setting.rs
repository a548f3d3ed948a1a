//! One limit as the command line sets it.

use super::rate::{MOST, Rate};
use super::table::Limit;

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
