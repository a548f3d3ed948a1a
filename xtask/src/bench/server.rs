//! `cargo xtask bench server`: what requests that wait cost the server, as memory of each and as CPU time of those who
//! do not wait.

use std::path::{Path, PathBuf};

use super::node::Node;
use crate::build;
use crate::process::Problem;
use crate::project;

/// So many wait while it is measured.
const CROWDS: [u32; 3] = [100, 1_000, 5_000];

/// So many connections are made among them.
const CONNECTIONS: u32 = 30;

/// What is to be met: bytes of one that waits in the largest crowd, and CPU time there as a multiple of that in the
/// smallest.
const MOST_BYTES: u64 = 10_000;
const MOST_GROWTH: f64 = 1.2;

struct Measured {
    crowd: u32,
    bytes_each: u64,
    milliseconds_each: f64,
}

pub fn run(arguments: &[String]) -> Result<(), Problem> {
    let peer = peer(arguments)?;
    build::server_in("release")?;
    report("this server", &project::server("release"))?;
    peer.map_or(Ok(()), |peer| report(&project::shown(&peer), &peer))
}

fn peer(arguments: &[String]) -> Result<Option<PathBuf>, Problem> {
    let peer = match arguments {
        [] => Some(None),
        [flag, program] if flag == "--peer" => PathBuf::from(program).canonicalize().ok().map(Some),
        _ => None,
    };
    peer.ok_or_else(|| {
        Problem::new("It is started with: cargo xtask bench server [--peer PROGRAM]")
    })
}

fn report(name: &str, program: &Path) -> Result<(), Problem> {
    println!(
        "\n{name}\n{:>9} {:>15} {:>19}",
        "waiting", "KB each", "ms of CPU a connection"
    );
    let mut all = Vec::new();
    for crowd in CROWDS {
        let measured = measure(program, crowd)?;
        let kilobytes = kilobytes(measured.bytes_each);
        println!(
            "{crowd:>9} {kilobytes:>15} {:>19.1}",
            measured.milliseconds_each
        );
        all.push(measured);
    }
    for line in verdict(&all) {
        println!("{line}");
    }
    Ok(())
}

fn measure(program: &Path, crowd: u32) -> Result<Measured, Problem> {
    let node = Node::start(program)?;
    let guest = node.guest("guest")?;
    node.connect(&guest, CONNECTIONS)?;
    let before = node.memory()?;
    let waiting = node.wait_for_news(crowd)?;
    let bytes = node.memory()?.saturating_sub(before);
    let begun = node.cpu()?;
    node.connect(&guest, CONNECTIONS)?;
    let spent = node.cpu()? - begun;
    // Else it was measured with fewer.
    waiting.all_wait()?;
    Ok(Measured {
        crowd,
        bytes_each: bytes / u64::from(crowd),
        milliseconds_each: spent.as_secs_f64() * 1_000.0 / f64::from(CONNECTIONS),
    })
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1_000, bytes % 1_000 / 100)
}

fn verdict(all: &[Measured]) -> Vec<String> {
    let (Some(few), Some(many)) = (all.first(), all.last()) else {
        return Vec::new();
    };
    let growth = many.milliseconds_each / few.milliseconds_each;
    let met = |is: bool| if is { "met" } else { "NOT MET" };
    vec![
        format!(
            "memory of each with {}: {} KB, at most {} ({})",
            many.crowd,
            kilobytes(many.bytes_each),
            kilobytes(MOST_BYTES),
            met(many.bytes_each < MOST_BYTES)
        ),
        format!(
            "CPU of a connection with {} against {}: {growth:.2} times, at most {MOST_GROWTH} ({})",
            many.crowd,
            few.crowd,
            met(growth <= MOST_GROWTH)
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::{Measured, peer, verdict};

    fn lines(few: f64, many: f64, bytes_each: u64) -> Vec<bool> {
        let measured = |crowd, milliseconds_each| Measured {
            crowd,
            bytes_each,
            milliseconds_each,
        };
        let lines = verdict(&[measured(100, few), measured(5_000, many)]);
        lines.iter().map(|line| line.ends_with("(met)")).collect()
    }

    #[test]
    fn what_is_to_be_met_is_said_to_be_or_not() {
        assert_eq!(lines(10.0, 12.0, 9_999), [true, true]);
        assert_eq!(lines(10.0, 12.1, 9_999), [true, false]);
        assert_eq!(lines(10.0, 10.0, 10_000), [false, true]);
    }

    #[test]
    fn it_measures_another_program_beside_it_and_nothing_else() {
        let read = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|text| (*text).into()).collect();
            peer(&arguments).ok().map(|peer| peer.is_some())
        };
        assert_eq!(read(&[]), Some(false));
        assert_eq!(read(&["--peer", "."]), Some(true));
        for wrong in [&["--peer"][..], &["--peer", "no/such/program"], &["3"]] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
