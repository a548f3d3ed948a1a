//! What was measured, beside what is to be met: percentiles, and one table for both databases.

use std::time::Duration;

/// A number with its unit in `what`, and what it must be where something is to be met.
pub struct Figure {
    what: String,
    value: f64,
    digits: usize,
    target: Option<Target>,
}

#[derive(Clone, Copy)]
pub enum Target {
    AtMost(f64),
    Under(f64),
}

impl Figure {
    /// Told alone: it is this machine's.
    pub fn told(what: impl Into<String>, value: f64, digits: usize) -> Figure {
        Figure {
            what: what.into(),
            value,
            digits,
            target: None,
        }
    }

    pub fn judged(self, target: Target) -> Figure {
        Figure {
            target: Some(target),
            ..self
        }
    }

    /// `None`: nothing is to be met.
    fn is_met(&self) -> Option<bool> {
        Some(match self.target? {
            Target::AtMost(most) => self.value <= most,
            Target::Under(end) => self.value < end,
        })
    }

    fn shown(&self) -> String {
        let digits = self.digits;
        let verdict = match self.is_met() {
            Some(true) => " met",
            Some(false) => " NOT MET",
            None => "",
        };
        format!("{:.digits$}{verdict}", self.value)
    }

    fn to_be_met(&self) -> String {
        match self.target {
            Some(Target::AtMost(most)) => format!("at most {most}"),
            Some(Target::Under(end)) => format!("under {end}"),
            None => String::new(),
        }
    }
}

/// The same figures of each database, in the same order, side by side.
pub fn table(columns: &[(&str, Vec<Figure>)]) -> Vec<String> {
    let Some((_, first)) = columns.first() else {
        return Vec::new();
    };
    let names = columns.iter().map(|(name, _)| (*name).to_owned());
    let head: Vec<String> = [String::new()]
        .into_iter()
        .chain(names)
        .chain(["to be met".to_owned()])
        .collect();
    let rows = first.iter().enumerate().map(|(row, figure)| {
        let of = |(_, figures): &(&str, Vec<Figure>)| {
            figures.get(row).map_or_else(String::new, Figure::shown)
        };
        let values = columns.iter().map(of);
        [figure.what.clone()]
            .into_iter()
            .chain(values)
            .chain([figure.to_be_met()])
            .collect::<Vec<String>>()
    });
    let rows: Vec<Vec<String>> = [head].into_iter().chain(rows).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(String::len).max().unwrap_or(0)
    };
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate();
        let cells = cells.map(|(column, cell)| format!("{cell:<0$}", width(column)));
        let cells: Vec<String> = cells.collect();
        cells.join("   ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// The least of these that `share` of all are not above (the nearest rank); nothing is as good as 0.
pub fn percentile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    let rank = (share * times.len() as f64).ceil() as usize;
    let place = rank.saturating_sub(1);
    times.get(place).copied().unwrap_or_default()
}

/// The one in the middle: a moment in which the machine did something else counts for nothing.
pub fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let ms = Duration::from_millis;
        let mut hundred: Vec<Duration> = (1..=100).rev().map(ms).collect();
        assert_eq!(percentile(&mut hundred, 0.99), ms(99));
        assert_eq!(percentile(&mut hundred, 0.5), ms(50));
        assert_eq!(percentile(&mut hundred, 1.0), ms(100));
        assert_eq!(percentile(&mut [ms(7)], 0.99), ms(7));
        assert_eq!(percentile(&mut [], 0.99), ms(0));
    }

    #[test]
    fn one_slow_moment_is_not_in_the_middle() {
        assert_eq!(middle(vec![3.0, 90.0, 2.0]), 3.0);
        assert_eq!(middle(Vec::new()), 0.0);
    }

    #[test]
    fn what_is_to_be_met_is_said_to_be_or_not() {
        let met = |value, target| Figure::told("it", value, 1).judged(target).is_met();
        assert_eq!(met(1.2, Target::AtMost(1.2)), Some(true));
        assert_eq!(met(1.21, Target::AtMost(1.2)), Some(false));
        assert_eq!(met(9.99, Target::Under(10.0)), Some(true));
        assert_eq!(met(10.0, Target::Under(10.0)), Some(false));
        assert_eq!(Figure::told("it", 3.0, 1).is_met(), None);
    }

    #[test]
    fn both_databases_stand_side_by_side() {
        let figures = |value| {
            let search = Figure::told("p99 ms of a search", value, 1);
            vec![
                search.judged(Target::Under(10.0)),
                Figure::told("tokens a second", 812.4, 0),
            ]
        };
        let lines = table(&[("SQLite", figures(2.0)), ("PostgreSQL", figures(11.0))]);
        assert_eq!(
            lines,
            [
                "                     SQLite    PostgreSQL     to be met",
                "p99 ms of a search   2.0 met   11.0 NOT MET   under 10",
                "tokens a second      812       812",
            ]
        );
    }
}
