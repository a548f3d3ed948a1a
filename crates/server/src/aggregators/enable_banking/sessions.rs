//! A session that stands, until its consent ends: balances, whether it still does, and its end.

use super::accounts;
use super::calls::Call;
use super::held::{Kept, KeptAccount, Session};
use super::meaning::{Standing, standing};
use super::trouble::{Trouble, ended};
use super::wire::{Ok as Nothing, Shown};
use super::{EnableBanking, login};
use crate::aggregators::{Cause, Failed, Held, Progress, Stage, Upstream};
use reqwest::Method;
use std::time::Duration;

impl EnableBanking {
    /// Balances of a session that stands. `is_new`: it has been told to nobody yet, so that accounts without balances are
    /// better than none.
    pub(super) async fn balances(
        &self,
        mut session: Session,
        is_new: bool,
    ) -> Result<Progress, Upstream> {
        let looked = match accounts::look(&self.calls, &session).await {
            Ok(looked) => looked,
            Err(trouble) => return trouble.at(session.held()),
        };
        session.headers.clear();
        self.end_replaced(&mut session).await;
        let stage = match looked.nothing {
            Some(failed) if !is_new => Stage::Failed(failed),
            _ => Stage::Done(looked.found),
        };
        Ok(Progress {
            held: session.held(),
            stage,
            after: Duration::ZERO,
        })
    }

    /// Those that cannot be ended now are kept for the next time.
    async fn end_replaced(&self, session: &mut Session) {
        let mut left = Vec::new();
        for id in std::mem::take(&mut session.replaces) {
            if self.end(&id).await.is_err() {
                left.push(id);
            }
        }
        session.replaces = left;
    }

    pub(super) async fn end(&self, id: &str) -> Result<(), Upstream> {
        let path = ["sessions", id];
        let call = Call {
            method: Method::DELETE,
            ..Call::get(&path)
        };
        match self.calls.make::<Nothing>(call).await {
            Ok(_) => Ok(()),
            Err(Trouble::Refused { failed, .. }) if failed.cause == Cause::ConsentEnded => Ok(()),
            Err(Trouble::Refused { code, .. }) if code == "WRONG_SESSION_STATUS" => Ok(()),
            Err(Trouble::Missing) => Ok(()),
            Err(trouble) => Err(trouble.upstream()),
        }
    }

    pub(super) async fn look_again(&self, held: &Held) -> Result<Progress, Upstream> {
        let Some(mut session) = Kept::read(held)?.session() else {
            // Nobody has come back with anything, so the way to the bank begins anew.
            return Ok(ended(held.clone(), Cause::LoginRefused.into()));
        };
        let path = ["sessions", session.id.as_str()];
        let shown: Shown = match self.calls.make(Call::get(&path)).await {
            Ok(shown) => shown,
            Err(trouble) => return trouble.at(held.clone()),
        };
        let failed = match standing(&shown.status) {
            Some(Standing::Stands) => None,
            Some(Standing::Ended(cause)) => Some(Failed::from(cause)),
            None => Some(Failed::from(Cause::Unknown {
                code: "unknown session status".into(),
            })),
        };
        if let Some(failed) = failed {
            return Ok(ended(held.clone(), failed));
        }
        session.consent_ends = login::ends(shown.access.as_ref()).or(session.consent_ends);
        for data in shown.accounts_data {
            let (Some(uid), Some(hash)) = (data.uid, data.identification_hash) else {
                continue;
            };
            let same = |account: &&mut KeptAccount| account.hashes.contains(&hash);
            let mut same: Vec<_> = session.accounts.iter_mut().filter(same).collect();
            // Of two currencies of one account it cannot be told which is meant.
            if let [account] = &mut same[..] {
                account.uid = Some(uid);
            }
        }
        self.balances(session, false).await
    }

    pub(super) async fn end_all(&self, held: &Held) -> Result<(), Upstream> {
        let Some(session) = Kept::read(held)?.session() else {
            return Ok(());
        };
        for id in session.ids() {
            self.end(id).await?;
        }
        Ok(())
    }
}
