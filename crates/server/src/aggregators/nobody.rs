//! Stands for an aggregator that connections go through and that the operator's file has no longer.

use super::{Aggregator, Answer, Banks, Health, Held, Login, Misconfigured, Progress, Upstream};
use async_trait::async_trait;

pub struct Nobody;

fn gone() -> Upstream {
    Upstream::Misconfigured("no aggregator of the file reaches this bank any more".into())
}

#[async_trait]
impl Aggregator for Nobody {
    async fn check(&self) -> Result<Health, Misconfigured> {
        Err(Misconfigured(gone().to_string()))
    }

    async fn banks(&self) -> Result<Banks, Upstream> {
        Err(gone())
    }

    async fn begin(&self, _login: Login<'_>) -> Result<Progress, Upstream> {
        Err(gone())
    }

    async fn resume(&self, _held: &Held, _answer: Answer<'_>) -> Result<Progress, Upstream> {
        Err(gone())
    }

    async fn look(&self, _held: &Held) -> Result<Progress, Upstream> {
        Err(gone())
    }

    async fn refresh(&self, _held: &Held, _interactive: bool) -> Result<Progress, Upstream> {
        Err(gone())
    }

    async fn forget(&self, _held: &Held) -> Result<(), Upstream> {
        Err(gone())
    }
}
