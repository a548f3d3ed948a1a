//! An aggregator for tests: its banks and its moods stand in a file that a test writes.

use super::{
    Aggregator, Answer, Bank, Banks, Health, Held, Login, Misconfigured, Progress, Upstream,
};
use async_trait::async_trait;
use serde::Deserialize;
use std::path::PathBuf;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// JSON of a [`World`]; as long as there is none it cannot be reached.
    world: PathBuf,
    /// Where it would be.
    #[serde(default)]
    _url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct World {
    misconfigured: Option<String>,
    banks: Vec<Bank>,
}

pub struct Stub(PathBuf);

impl Stub {
    pub fn new(settings: Settings) -> Result<Stub, Misconfigured> {
        match settings.world.is_absolute() {
            true => Ok(Stub(settings.world)),
            false => Err(Misconfigured("`world` must be a whole path".into())),
        }
    }

    fn world(&self) -> Result<World, Upstream> {
        let text = std::fs::read_to_string(&self.0);
        let text = text.map_err(|_| Upstream::Down("no connection".into()))?;
        serde_json::from_str(&text).map_err(|error| Upstream::Protocol(error.to_string()))
    }
}

#[async_trait]
impl Aggregator for Stub {
    async fn check(&self) -> Result<Health, Misconfigured> {
        match self.world().ok().and_then(|world| world.misconfigured) {
            Some(words) => Err(Misconfigured(words)),
            None => Ok(Health {
                says: vec!["a stub".into()],
            }),
        }
    }

    async fn banks(&self) -> Result<Banks, Upstream> {
        self.world().map(|world| Banks::Whole(world.banks))
    }

    async fn begin(&self, _: Login<'_>) -> Result<Progress, Upstream> {
        Err(nothing())
    }

    async fn resume(&self, _: &Held, _: Answer<'_>) -> Result<Progress, Upstream> {
        Err(nothing())
    }

    async fn look(&self, _: &Held) -> Result<Progress, Upstream> {
        Err(nothing())
    }

    async fn refresh(&self, _: &Held, _: bool) -> Result<Progress, Upstream> {
        Err(nothing())
    }

    async fn forget(&self, _: &Held) -> Result<(), Upstream> {
        Err(nothing())
    }
}

fn nothing() -> Upstream {
    Upstream::Protocol("a stub connects nobody".into())
}
