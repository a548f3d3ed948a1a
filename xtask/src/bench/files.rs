//! How many files a process may have open, which is how many can wait here.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::process::Problem;

/// Enough for the largest crowd at the server, which counts two files for each of its connections.
const WANTED: u64 = 32_768;

/// The server's own arithmetic: what is beside connections, files for each, and which part of them may wait.
const RESERVE: u64 = 128;
const FILES_EACH: u64 = 2;

struct Limit {
    soft: u64,
    hard: u64,
}

impl Limit {
    fn read() -> Result<Limit, Problem> {
        let file = "/proc/self/limits";
        let text = std::fs::read_to_string(file).map_err(|error| {
            Problem::new(format!("It is measured on Linux alone: {file}: {error}"))
        })?;
        Limit::parse(&text)
            .ok_or_else(|| Problem::new("The system does not say how many files may be open."))
    }

    fn parse(text: &str) -> Option<Limit> {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("Max open files"))?;
        let mut numbers = line.split_whitespace().map(|word| match word {
            "unlimited" => Some(u64::MAX),
            word => word.parse().ok(),
        });
        Some(Limit {
            soft: numbers.next()??,
            hard: numbers.next()??,
        })
    }
}

/// Begins this command anew with a higher limit where there may be one: programs are often given 1,024 and may have more.
pub fn raise() -> Result<(), Problem> {
    let limit = Limit::read()?;
    let wanted = WANTED.min(limit.hard);
    if limit.soft >= wanted {
        return Ok(());
    }
    let own = std::env::current_exe()
        .map_err(|error| Problem::new(format!("Where is this program? {error}")))?;
    let script = format!("ulimit -Sn {wanted} && exec \"$@\"");
    let mut again = Command::new("sh");
    again.args(["-c", &script, "sh"]).arg(own);
    let error = again.args(std::env::args_os().skip(1)).exec();
    Err(Problem::new(format!("sh does not start: {error}")))
}

/// So many of `wanted` can wait at a server on this machine, in hundreds.
pub fn room(wanted: u32) -> Result<u32, Problem> {
    let limit = Limit::read()?;
    Ok(within(limit.hard, wanted))
}

fn within(files: u64, wanted: u32) -> u32 {
    let connections = files.saturating_sub(RESERVE) / FILES_EACH;
    // The server keeps a quarter free of polls; the hundred are for what is asked beside them.
    let polls = (connections / 4 * 3).saturating_sub(100) / 100 * 100;
    wanted.min(u32::try_from(polls).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Limit, WANTED, within};

    #[test]
    fn the_limit_is_read_as_linux_writes_it() {
        let text = "Limit                     Soft Limit           Hard Limit           Units     \n\
             Max processes             94983                94983                processes \n\
             Max open files            1024                 1048576              files     \n";
        let limit = Limit::parse(text).expect("it is there");
        assert_eq!((limit.soft, limit.hard), (1_024, 1_048_576));
        let all = Limit::parse("Max open files  unlimited unlimited files").expect("it is there");
        assert_eq!(all.hard, u64::MAX);
        assert!(Limit::parse("").is_none());
    }

    #[test]
    fn as_many_wait_as_the_server_lets_wait() {
        assert_eq!(within(WANTED, 10_000), 10_000);
        assert_eq!(within(u64::MAX, 10_000), 10_000);
        assert_eq!(within(20_000, 10_000), 7_300);
        assert_eq!(within(1_024, 10_000), 200);
        assert_eq!(within(64, 10_000), 0);
    }
}
