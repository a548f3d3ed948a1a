//! What every aggregator's tests share: an outcome in one line, tables that print themselves, and the faults that any
//! upstream can have.

use super::{Cause, Progress, Stage, Upstream};
use connect_fakes::serving::{Answer, Fake};
use serde_json::Value;

/// What a step has come to, in one line.
pub fn outcome(result: &Result<Progress, Upstream>) -> String {
    let progress = match result {
        Ok(progress) => progress,
        Err(upstream) => return format!("{upstream:?}"),
    };
    match &progress.stage {
        Stage::GoTo(_) => "GoTo".into(),
        Stage::Working(step) => format!("Working({step:?})"),
        Stage::Approves(_) => "Approves".into(),
        Stage::Asks(questions) => format!("Asks({})", questions.len()),
        Stage::Done(found) => {
            let (accounts, warnings) = (found.accounts.len(), found.warnings.len());
            format!("Done(accounts: {accounts}, warnings: {warnings})")
        }
        Stage::Failed(failed) => match &failed.cause {
            Cause::ActionNeeded { at: Some(at) } => format!("Failed(ActionNeeded at {at})"),
            cause => format!("Failed({cause:?})"),
        },
    }
}

/// Rows of upstream → ours, printed whole before anything is said to be wrong.
pub struct Table {
    title: &'static str,
    rows: Vec<[String; 3]>,
}

impl Table {
    pub fn new(title: &'static str) -> Table {
        let rows = Vec::new();
        Table { title, rows }
    }

    /// `None` of what is expected: nobody has said what it maps to.
    pub fn row(&mut self, upstream: &str, ours: &str, expected: Option<&str>) {
        let verdict = match expected {
            Some(expected) if ours.starts_with(expected) => "as expected".to_owned(),
            Some(expected) => format!("WRONG, expected {expected}"),
            None => "UNMAPPED".to_owned(),
        };
        self.rows
            .push([upstream.to_owned(), ours.to_owned(), verdict]);
    }

    /// To be seen with `--nocapture`.
    pub fn finish(self) {
        let count = |start: &str| {
            let rows = self.rows.iter();
            rows.filter(|[_, _, verdict]| verdict.starts_with(start))
                .count()
        };
        let (wrong, unmapped) = (count("WRONG"), count("UNMAPPED"));
        println!("\n{}", self.title);
        for [upstream, ours, verdict] in &self.rows {
            println!("  {upstream:<44} → {ours:<72} {verdict}");
        }
        let all = self.rows.len();
        println!("  {all} rows, {unmapped} unmapped, {wrong} wrong\n");
        assert_eq!((wrong, unmapped), (0, 0), "see the table above");
    }
}

/// What any upstream may answer to any call. `good` is what it answers when all is well.
pub fn faults(good: &str) -> Vec<(&'static str, Answer)> {
    let html = "<!doctype html><title>Maintenance</title><h1>We are back soon</h1>";
    let page = Answer::Reply {
        status: 200,
        headers: vec![("content-type", "text/html".into())],
        body: html.into(),
    };
    let long = format!("{{\"padding\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
    let half = good.as_bytes()[..good.len() / 2].to_vec();
    vec![
        ("400", Answer::status(400)),
        ("401", Answer::status(401)),
        ("403", Answer::status(403)),
        ("404", Answer::status(404)),
        ("409", Answer::status(409)),
        ("422", Answer::status(422)),
        ("429", Answer::status(429)),
        (
            "429 with Retry-After",
            Answer::status(429).and("retry-after", "77"),
        ),
        ("500", Answer::status(500)),
        ("503", Answer::status(503)),
        ("no answer", Answer::Never),
        ("cut body", Answer::Cut(half.clone())),
        ("half a body", Answer::json(200, half)),
        ("empty body", Answer::json(200, "")),
        ("HTML instead of JSON", page),
        ("10 MB body", Answer::json(200, long)),
        (
            "redirect",
            Answer::status(302).and("location", "http://127.0.0.1:1/"),
        ),
        ("JSON null", Answer::json(200, "null")),
        ("JSON of another form", Answer::json(200, "[1,2]")),
    ]
}

/// The good answer with each of its values, however deep, once null and once left out.
pub fn holes(good: &str) -> Vec<(String, Answer)> {
    let good: Value = serde_json::from_str(good).expect("what is good is JSON");
    let mut places = Vec::new();
    walk(&good, String::new(), &mut places);
    let each = places.into_iter().flat_map(|place| {
        let mut null = good.clone();
        *null.pointer_mut(&place).expect("it was found there") = Value::Null;
        let mut without = good.clone();
        remove(&mut without, &place);
        [
            (format!("{place} is null"), json(null)),
            (format!("{place} is missing"), json(without)),
        ]
    });
    each.collect()
}

/// Plays each fault to one call of the adapter: `path_ends` is where that call goes, `expected` what it comes to.
/// None of the outcomes, however it is printed, holds one of the secrets.
pub async fn play(
    title: &'static str,
    fake: &Fake,
    path_ends: &str,
    faults: Vec<(String, Answer)>,
    expected: impl Fn(&str) -> Option<&'static str>,
    secrets: &[&str],
    call: impl AsyncFn() -> Result<Progress, Upstream>,
) {
    let mut table = Table::new(title);
    for (name, answer) in faults {
        fake.next(path_ends, answer);
        let result = call().await;
        let printed = format!("{result:?}");
        let leaks = secrets.iter().any(|secret| printed.contains(secret));
        let ours = match leaks {
            true => "A SECRET IN WHAT IS PRINTED".into(),
            false => outcome(&result),
        };
        table.row(&name, &ours, expected(&name));
    }
    table.finish();
}

/// For [`play`].
pub fn named(faults: Vec<(&'static str, Answer)>) -> Vec<(String, Answer)> {
    let named = faults
        .into_iter()
        .map(|(name, answer)| (name.to_owned(), answer));
    named.collect()
}

fn walk(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let inside = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
                places.push(inside.clone());
                walk(value, inside, places);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                let inside = format!("{place}/{index}");
                places.push(inside.clone());
                walk(value, inside, places);
            }
        }
        _ => {}
    }
}

fn remove(value: &mut Value, place: &str) {
    let (parent, last) = place
        .rsplit_once('/')
        .expect("a pointer begins with a slash");
    let last = last.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent).expect("it was found there") {
        Value::Object(members) => drop(members.remove(&last)),
        Value::Array(items) => drop(items.remove(last.parse().expect("an index"))),
        _ => unreachable!("only these have members"),
    }
}

fn json(value: Value) -> Answer {
    Answer::json(200, value.to_string())
}
