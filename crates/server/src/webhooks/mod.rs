//! Tells clients' servers what has happened, by the Standard Webhooks: each event to each address, signed, and again until
//! it has arrived.

mod payload;
mod sending;
mod sign;
#[cfg(test)]
mod tests;

pub use payload::{Payload, told};
pub use sending::Ways;

use crate::aggregators::Upstream;
use crate::config::clients::Clients;
use crate::config::webhooks::Webhook;
use crate::store::Db;
use crate::store::deliveries::{self, Delivery, Outcome};
use crate::store::events::Event;
use jiff::{SignedDuration, Timestamp};
use sending::Sent;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(1);
/// Whoever has taken a delivery has sent it by then, or is gone.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// So many addresses are called at the same moment, and so many events told to one in a row.
const AT_ONCE: usize = 16;
const IN_A_ROW: u32 = 20;

/// Until the next attempt, after the first, the second …: three days in all.
/// Source: "Standard Webhooks", Deliverability and reliability.
const PAUSES: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];
/// No receiver puts an event off for longer.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(24);

pub struct Webhooks {
    db: Db,
    ways: Ways,
    /// To these is being told at this moment, by client and address.
    busy: Mutex<HashSet<(String, String)>>,
}

impl Webhooks {
    /// In a sandbox addresses of this machine are called as well.
    pub fn new(db: Db, sandbox: bool) -> Result<Arc<Webhooks>, Upstream> {
        Ok(Arc::new(Webhooks {
            db,
            ways: Ways::new(sandbox)?,
            busy: Mutex::default(),
        }))
    }

    /// Goes on until the server is told to stop. What is on its way then is sent anew by the next one.
    pub async fn go_on(
        self: Arc<Self>,
        clients: impl Fn() -> Arc<Clients>,
        mut stopping: watch::Receiver<bool>,
    ) {
        let mut running = JoinSet::new();
        loop {
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
            while running.try_join_next().is_some() {}
            if let Err(error) = self.round(&clients(), Timestamp::now(), &mut running).await {
                tracing::error!(%error, "webhooks are not looked after this time");
            }
        }
    }

    /// Gives out what is new and sends what is due.
    pub async fn round(
        self: &Arc<Self>,
        clients: &Clients,
        now: Timestamp,
        running: &mut JoinSet<()>,
    ) -> sqlx::Result<()> {
        for client in deliveries::clients_with_news(&self.db).await? {
            let hooks = clients.find(&client);
            let hooks = hooks.as_ref().map_or(&[][..], |client| client.webhooks());
            let takes = |event: &Event| endpoints(hooks, &event.kind);
            while !deliveries::give_out(&self.db, &client, now, takes).await? {}
        }
        for (client, endpoint) in deliveries::due_endpoints(&self.db, now).await? {
            let key = (client, endpoint);
            if self.busy().len() >= AT_ONCE {
                break;
            }
            if !self.busy().insert(key.clone()) {
                continue;
            }
            let known = clients.find(&key.0);
            let webhook = known.and_then(|client| client.webhook(&key.1).cloned());
            let own = self.clone();
            running.spawn(async move {
                if let Err(error) = own.tell(&key, webhook, now).await {
                    tracing::error!(%error, "a webhook is not told this time");
                }
                own.busy().remove(&key);
            });
        }
        Ok(())
    }

    /// One after the other, in their order; after one that does not arrive the others wait for the next round.
    async fn tell(
        &self,
        (client, endpoint): &(String, String),
        webhook: Option<Webhook>,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        for delivery in deliveries::due(&self.db, client, endpoint, now, IN_A_ROW).await? {
            if !deliveries::claim(&self.db, &delivery, now, now + LEASE).await? {
                continue;
            }
            let sent = match &webhook {
                Some(webhook) => {
                    let payload = told(&self.db, &delivery.event).await?;
                    self.ways.send(webhook, &payload, Timestamp::now()).await
                }
                None => Sent::Unknown,
            };
            if !self.settle(&delivery, sent, now).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// `false`: it has not arrived.
    async fn settle(&self, delivery: &Delivery, sent: Sent, now: Timestamp) -> sqlx::Result<bool> {
        let words = sent.words();
        let (outcome, wait) = match &sent {
            Sent::Arrived(_) => (Some(Outcome::Delivered), None),
            Sent::Unknown => (Some(Outcome::Failed), None),
            Sent::Gone => {
                let client = &delivery.event.client;
                tracing::warn!(
                    client,
                    "a webhook has answered 410 and is told nothing more"
                );
                deliveries::close(&self.db, client, &delivery.endpoint, &words).await?;
                return Ok(false);
            }
            Sent::Refused(_, wait) => (None, *wait),
            Sent::Nowhere(_) => (None, None),
        };
        let outcome = outcome.unwrap_or_else(|| match pause(delivery.tries, wait) {
            Some(pause) => Outcome::Later(now + pause),
            None => Outcome::Failed,
        });
        if outcome == Outcome::Failed {
            let (client, event) = (&delivery.event.client, &delivery.event.id);
            tracing::error!(
                client,
                event,
                outcome = words,
                "an event has not arrived at a webhook"
            );
        }
        deliveries::settle(&self.db, delivery, outcome, &words).await?;
        Ok(outcome == Outcome::Delivered)
    }

    fn busy(&self) -> MutexGuard<'_, HashSet<(String, String)>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those of them that take events of this kind.
pub fn endpoints(hooks: &[Webhook], kind: &str) -> Vec<String> {
    let taking = hooks.iter().filter(|hook| hook.takes(kind));
    taking.map(|hook| hook.endpoint.clone()).collect()
}

/// How long after an attempt the next one is made, when so many were made before it; `wait` is what the receiver asks for.
fn pause(before: u32, wait: Option<Duration>) -> Option<SignedDuration> {
    let usual = PAUSES.get(before as usize).copied()?;
    let wait = wait.map_or(SignedDuration::ZERO, |wait| {
        SignedDuration::try_from(wait).unwrap_or(LONGEST_PAUSE)
    });
    Some(usual.max(wait.min(LONGEST_PAUSE)))
}
