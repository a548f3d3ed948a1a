//! The adapter against this very server's sandbox, and against literal answers of services that are not ours.

mod banks;
mod fake;
mod faults;
mod settings;
mod tokens;
mod upstream;
mod walk;
mod words;

use super::{InstitutionsApi, Settings};
use crate::aggregators::{
    Aggregator, Answer, Held, Login, Progress, Psu, Question, Stage, Upstream, Way,
};
use connect_core::Secret;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory that goes when the test ends.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Directory {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("connect-institutions-api-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(path.join("dist")).expect("a directory for the test");
        Directory(path)
    }

    fn write(&self, file: &str, text: &str) -> String {
        let path = self.0.join(file);
        std::fs::write(&path, text).expect("a file for the test");
        path.to_str().expect("a plain path").into()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn settings(text: &str) -> Settings {
    toml::from_str(text).expect("settings")
}

fn credentials(username: &str, password: &str) -> BTreeMap<String, Secret> {
    let pair = |(name, text): (&str, &str)| (String::from(name), Secret::new(text));
    BTreeMap::from([("username", username), ("password", password)].map(pair))
}

async fn log_in(
    api: &InstitutionsApi,
    bank: &str,
    credentials: &BTreeMap<String, Secret>,
    renews: Option<&Held>,
) -> Result<Progress, Upstream> {
    let login = Login {
        user: "u1",
        bank,
        way: Way::Credentials(credentials),
        renews,
        psu: &Psu::default(),
    };
    api.begin(login).await
}

async fn answer(api: &InstitutionsApi, held: &Held, text: &str) -> Result<Progress, Upstream> {
    let texts = [Secret::new(text)];
    api.resume(held, Answer::Texts(&texts)).await
}

/// Looks until something else than work has come.
async fn follow(api: &InstitutionsApi, mut progress: Progress) -> Progress {
    while let Stage::Working(_) = progress.stage {
        progress = api.look(&progress.held).await.expect("an answer");
    }
    progress
}

fn question(progress: &Progress) -> &Question {
    match &progress.stage {
        Stage::Asks(questions) => &questions[0],
        Stage::Approves(question) => question,
        other => panic!("it asks nothing: {other:?}"),
    }
}

/// In a few words, for tables.
fn said(stage: &Stage) -> String {
    match stage {
        Stage::GoTo(_) => "a page".into(),
        Stage::Working(step) => format!("working {step:?}"),
        Stage::Approves(_) => "approves".into(),
        Stage::Asks(questions) => {
            let question = &questions[0];
            let again = question.words.as_ref().map_or("", |_| " again");
            {
                let kind = question
                    .challenge
                    .as_ref()
                    .map_or("text", |told| told.kind.name());
                format!("{kind}{again}")
            }
        }
        Stage::Done(found) => {
            let eligible = found.accounts.iter().filter(|a| a.ineligible.is_none());
            format!("done {}/{}", eligible.count(), found.accounts.len())
        }
        Stage::Failed(failed) => {
            let removed = if failed.removes { " removed" } else { "" };
            format!("{:?}{removed}", failed.cause)
        }
    }
}
