//! Tokens for users that have none yet, as many as it makes.

use std::time::Duration;

use super::{Subject, cpu_each, percentiles};
use crate::bench::figures::Figure;
use crate::bench::load::{self, Asked};
use crate::bench::node::{CLIENT, NO_LIMITS, Node, Terms};
use crate::bench::wire;
use crate::process::Problem;

/// So many ask at the same time, each again as soon as it was answered.
const HANDS: usize = 8;
const TIME: Duration = Duration::from_secs(10);

/// Each token is counted as ever, and none is one too many.
const COUNTED: &str = "requests-per-address=off,tokens-per-client=1000000/1s";

pub fn measure(subject: &Subject) -> Result<Vec<Figure>, Problem> {
    let mut figures = minted(subject, NO_LIMITS, "minting")?;
    figures.extend(minted(subject, COUNTED, "minting with limits")?);
    Ok(figures)
}

fn minted(subject: &Subject, limits: &'static str, what: &str) -> Result<Vec<Figure>, Problem> {
    let place = subject.database.place()?;
    let terms = Terms {
        shipped: false,
        poll_timeout: 40,
        limits,
    };
    let node = Node::start(subject.program, &place, terms)?;
    let request = |name: &'static str| {
        move |number| {
            let body = format!(r#"{{"user_id":"{name}-{number}"}}"#);
            wire::request("POST /v1/tokens", CLIENT, &body)
        }
    };
    let mint = |request: &(dyn Fn(u64) -> String + Sync), time| {
        let asked = Asked {
            port: node.port,
            request,
            status: 200,
        };
        load::as_fast_as_it_goes(&asked, time, HANDS)
    };
    mint(&request("before"), TIME / 10)?;
    let begun = node.cpu()?;
    let mut times = mint(&request("user"), TIME)?;
    let cpu = cpu_each(node.cpu()? - begun, times.count());
    let [half, most] = percentiles(&format!("{what}, by {HANDS}"), &mut times);
    let a_second = Figure::told(format!("{what}: tokens a second"), times.a_second(), 0);
    let cpu = Figure::told(format!("{what}: ms of CPU a token"), cpu, 2);
    Ok(vec![a_second, half, most, cpu])
}
