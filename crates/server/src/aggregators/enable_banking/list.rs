//! The list of banks, and what is remembered of it.

use super::calls::{Call, Calls};
use super::trouble::Trouble;
use super::wire::{Aspsp, Aspsps};
use super::{EnableBanking, PsuType, banks};
use crate::aggregators::Upstream;
use std::sync::{Arc, PoisonError};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many countries are asked for at the same time.
const SIDE_BY_SIDE: usize = 4;

impl EnableBanking {
    /// Country by country: the whole list may be longer than what is read of one answer.
    pub(super) async fn list(&self) -> Result<Vec<Aspsp>, Upstream> {
        let mut countries = self.settings.countries.clone();
        if countries.is_empty() {
            countries = self.application().await?.countries;
        }
        let turns = Arc::new(Semaphore::new(SIDE_BY_SIDE));
        let psu_type = self.settings.psu_type;
        let mut lists = JoinSet::new();
        for (at, country) in countries.into_iter().enumerate() {
            let (calls, turns) = (self.calls.clone(), turns.clone());
            lists.spawn(async move {
                let _turn = turns.acquire().await;
                (at, calls.banks_of(&country, psu_type).await)
            });
        }
        let mut lists = lists.join_all().await;
        lists.sort_by_key(|(at, _)| *at);
        let mut all = Vec::new();
        for (_, list) in lists {
            all.extend(list.map_err(|trouble| self.calls.for_operator(trouble))?);
        }
        self.remember(&all);
        Ok(all)
    }

    /// As it was listed, or, after a restart, as its country is listed now.
    pub(super) async fn aspsp(&self, id: &str) -> Result<Option<Aspsp>, Trouble> {
        if let Some(aspsp) = self.remembered(id) {
            return Ok(Some(aspsp));
        }
        let Some((country, _)) = banks::parts(id) else {
            return Ok(None);
        };
        let all = self.calls.banks_of(country, self.settings.psu_type).await?;
        self.remember(&all);
        Ok(all.into_iter().find(|aspsp| aspsp.id() == id))
    }

    fn remember(&self, all: &[Aspsp]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(all.iter().map(|aspsp| (aspsp.id(), aspsp.clone())));
    }

    fn remembered(&self, id: &str) -> Option<Aspsp> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).cloned()
    }
}

impl Calls {
    async fn banks_of(&self, country: &str, psu_type: PsuType) -> Result<Vec<Aspsp>, Trouble> {
        let query = [
            ("country", country),
            ("psu_type", psu_type.name()),
            ("service", "AIS"),
        ];
        let call = Call {
            query: &query,
            ..Call::get(&["aspsps"])
        };
        let list: Aspsps = self.make(call).await?;
        let fitting = list.aspsps.into_iter().filter(|bank| bank.is_for(psu_type));
        Ok(fitting.collect())
    }
}
