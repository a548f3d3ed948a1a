//! Runs syncs, each in a task of its own, and tells waiting polls. What another server needs to go on is written down; here is
//! only which syncs this one follows.

use crate::aggregators::Cause;
use crate::aggregators::registry::Aggregators;
use crate::audit::{Audit, Kind};
use crate::engine::mark::{put_off, touch};
use crate::engine::news::{Listener, News, Topic};
use crate::engine::retry;
use crate::engine::typing::Typing;
use crate::engine::unwritten::{End, Unwritten};
use crate::engine::work::{Closing, Run, Track};
use crate::store::Db;
use crate::store::db::Alone;
use crate::store::institutions::{self, Owner};
use crate::store::wire::Wire;
use crate::traces;
use connect_core::api::Institution;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::AbortHandle;

#[derive(Clone)]
pub struct Syncs(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) db: Db,
    pub(super) audit: Audit,
    pub(super) aggregators: Arc<Aggregators>,
    /// So many wrong answers a question takes, unless its bank says otherwise.
    pub(super) answers: u32,
    /// Before an aggregator that cannot be reached is asked once more; twice as long each time.
    pub(super) pause: Duration,
    news: News,
    live: Mutex<HashMap<String, Running>>,
    typing: Typing,
    pub(super) unwritten: Unwritten,
    /// Each sync holds it from a call to its aggregator until what came of it is written down.
    pub(super) busy: Arc<tokio::sync::RwLock<()>>,
    /// Held from the look at the owner's other connections until this one is written down.
    pub(super) connecting: tokio::sync::Mutex<()>,
}

/// So long a stop waits for them.
const LAST_CALLS: Duration = Duration::from_secs(3);

/// A sync that is followed here. `began` is the institution's version at the start: it tells this one from one that took
/// over.
struct Running {
    began: u64,
    task: AbortHandle,
    /// A call to the aggregator is on its way.
    calls: bool,
}

impl Running {
    /// What nobody follows any more does not go on in the dark, but for a call that is on its way.
    fn leave(&self) {
        if !self.calls {
            self.task.abort();
        }
    }
}

impl Syncs {
    pub fn new(
        db: Db,
        audit: Audit,
        aggregators: Arc<Aggregators>,
        (news, wire): (News, Wire),
        answers: u32,
        pause: Duration,
    ) -> Syncs {
        let typing = Typing::new(db.clone(), news.clone(), wire);
        Syncs(Arc::new(Inner {
            typing,
            db,
            audit,
            aggregators,
            answers,
            pause,
            news,
            live: Mutex::default(),
            unwritten: Unwritten::default(),
            busy: Arc::default(),
            connecting: tokio::sync::Mutex::default(),
        }))
    }

    /// What users have just typed.
    pub fn typing(&self) -> &Typing {
        &self.0.typing
    }

    /// Hears when this institution has changed.
    pub fn listen(&self, id: &str) -> Listener {
        self.0.news.listen([Topic::institution(id)])
    }

    pub fn tell(&self, id: &str) {
        self.0.news.tell(&Topic::institution(id));
    }

    /// Follows a sync in a task of its own. The institution and the course are as they stand in the database.
    pub fn spawn(&self, institution: Institution, run: Run) {
        let (id, began) = (institution.id.clone(), institution.version);
        self.start(institution, run, began);
        self.tell(&id);
    }

    fn start(&self, institution: Institution, run: Run, began: u64) {
        let id = institution.id.clone();
        let mut live = self.live();
        if live.get(&id).is_some_and(|running| running.began > began) {
            return;
        }
        self.0.typing.begin(&id);
        let first = institution.accounts.is_none();
        if first && run.job.sends() && run.course.current().is_none() {
            self.0.audit.metrics.begun(&run.course.aggregator);
        }
        let (syncs, cause) = (self.clone(), traces::Cause::now());
        let task = tokio::spawn(async move {
            let Run {
                aggregator,
                job,
                course,
                owner,
                whose,
            } = run;
            let mut track = Track {
                institution,
                course,
                aggregator,
                owner,
                whose,
                began,
                first,
                cause,
            };
            // What was typed is in the job alone, and goes with its first call.
            if let Err(error) = syncs.follow(&mut track, job).await {
                tracing::error!(institution = track.institution.id, %error, "a sync has broken off");
                syncs.break_off(track).await;
            }
        });
        let task = task.abort_handle();
        let running = Running {
            began,
            task,
            calls: false,
        };
        if let Some(before) = live.insert(id, running) {
            before.leave();
        }
    }

    /// At the server's end: a call that is on its way may bring something that nobody can ask for again.
    pub async fn finish(&self) {
        // Whoever waits for it lets nobody else begin.
        let over = tokio::time::timeout(LAST_CALLS, self.0.busy.write()).await;
        if over.is_err() {
            tracing::warn!("the server stops while an aggregator has not answered yet");
        }
        for (_, running) in self.live().drain() {
            running.task.abort();
        }
    }

    /// Forgets an institution that was removed, and tells those who wait for it.
    pub fn forget(&self, id: &str) {
        if let Some(running) = self.live().remove(id) {
            running.leave();
        }
        self.0.typing.forget(id);
        self.0.unwritten.remove(id);
        self.tell(id);
        self.end_elsewhere_soon();
    }

    pub(super) fn is_only(&self, track: &Track) -> bool {
        // One that has come about before is no second one.
        track.course.only && track.institution.accounts.is_none()
    }

    /// Nobody else looks at this owner's other connections meanwhile, here or at another server.
    pub(super) async fn connecting_alone(
        &self,
        owner: &Owner,
    ) -> sqlx::Result<(tokio::sync::MutexGuard<'_, ()>, Alone)> {
        let here = self.0.connecting.lock().await;
        let name = format!("connecting {} {}", owner.client, self.0.db.user(owner));
        Ok((here, self.0.db.alone(&name).await?))
    }

    pub(super) async fn is_second(&self, track: &Track) -> sqlx::Result<bool> {
        if !self.is_only(track) {
            return Ok(false);
        }
        let provider = &track.institution.provider;
        let all = institutions::connected(&self.0.db, &track.owner, provider).await?;
        Ok(all.iter().any(|id| *id != track.institution.id))
    }

    /// What became of it is in the track; unless another sync has taken over, it is told and written down.
    pub(super) async fn close(&self, track: &mut Track, Closing { removed, outcome }: Closing) {
        touch(&mut track.institution);
        if !self.is_over(&track.institution.id, track.began) {
            return;
        }
        let institution = track.institution.clone();
        let ended = Kind::SyncEnded.about(&institution);
        let whose = &track.whose;
        self.0.audit.record(ended.outcome(outcome).by(whose));
        let aggregator = &track.course.aggregator;
        self.0.audit.metrics.ended(aggregator, outcome, track.first);
        let end = match removed {
            true => End::Removed(institution),
            false => End::Kept(institution, Box::new(track.course.clone())),
        };
        self.write_end(end).await;
    }

    /// A sync that has failed here is done again later.
    async fn break_off(&self, mut track: Track) {
        put_off(&mut track.institution);
        let course = &mut track.course;
        course.sends = false;
        course.due = retry::until(&Cause::BrokenOff, course.put_off, Timestamp::now());
        course.put_off += 1;
        let closing = Closing {
            removed: false,
            outcome: "retry",
        };
        self.close(&mut track, closing).await;
    }

    /// No other sync has taken over, and the institution is there.
    pub(super) fn is_current(&self, track: &Track) -> bool {
        let live = self.live();
        let running = live.get(&track.institution.id);
        running.is_some_and(|running| running.began == track.began)
    }

    pub(super) fn mark(&self, track: &Track, calls: bool) {
        let mut live = self.live();
        if let Some(running) = live.get_mut(&track.institution.id)
            && running.began == track.began
        {
            running.calls = calls;
        }
    }

    /// Somebody follows this institution's sync, or what became of it waits to be written down.
    pub fn is_followed(&self, id: &str) -> bool {
        let live = self.live();
        let runs = live.get(id).is_some_and(|one| !one.task.is_finished());
        runs || self.0.unwritten.get(id).is_some()
    }

    /// How many are followed here.
    pub fn running(&self) -> usize {
        let live = self.live();
        let runs = live.values().filter(|one| !one.task.is_finished());
        runs.count()
    }

    /// `false`: another sync has taken over already.
    fn is_over(&self, id: &str, began: u64) -> bool {
        let mut live = self.live();
        let is_this = live.get(id).is_some_and(|running| running.began == began);
        if is_this {
            live.remove(id);
        }
        is_this
    }

    fn live(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::aggregators::sandbox::{self, Sandbox};
    use crate::audit::Who;
    use crate::engine::work::Job;
    use crate::store::course::Course;
    use connect_core::Secret;
    use connect_core::api::SyncStatus;

    pub fn syncs(db: Db) -> Syncs {
        let audit = Audit::open(None).expect("no file is opened");
        let step = Duration::from_secs(600);
        let aggregators = Arc::new(Aggregators::default().with_sandbox(step));
        Syncs::new(
            db,
            audit,
            aggregators,
            Default::default(),
            u32::MAX,
            Duration::ZERO,
        )
    }

    pub fn owner() -> Owner {
        Owner {
            client: "shop".into(),
            user: "ann".into(),
            scope: None,
        }
    }

    #[tokio::test]
    async fn a_sync_that_was_replaced_or_removed_stops() {
        let scratch = crate::store::scratch::Scratch::new();
        let db = scratch.open().await;
        let syncs = syncs(db.clone());
        let run = |version| {
            let institution = Institution {
                id: "any".into(),
                name: "Demo".into(),
                provider: "demo".into(),
                sync_status: SyncStatus::Syncing,
                version,
                ..Institution::default()
            };
            let credentials = ["username", "password"]
                .map(|name| (name.to_owned(), Secret::new("wealthica")))
                .into();
            let run = Run {
                aggregator: Arc::new(Sandbox::new(Duration::from_secs(600))),
                job: Job::Login {
                    user: "any".into(),
                    bank: "demo".into(),
                    credentials,
                    psu: Default::default(),
                },
                course: Course::new(sandbox::ID, "demo"),
                owner: owner(),
                whose: Who {
                    client: "shop".into(),
                    user: None,
                },
            };
            syncs.spawn(institution, run);
            let live = syncs.live();
            live.get("any").expect("it runs").task.clone()
        };
        let stopped = async |task: &AbortHandle| {
            while !task.is_finished() {
                tokio::task::yield_now().await;
            }
        };
        let (first, second) = (run(1), run(2));
        stopped(&first).await;
        let late = run(1);
        assert_eq!(late.id(), second.id());
        syncs.forget("any");
        stopped(&second).await;
        db.close().await;
    }

    #[tokio::test]
    async fn answers_to_several_questions_wait_for_the_last_one() {
        let scratch = crate::store::scratch::Scratch::new();
        let db = scratch.open().await;
        let syncs = syncs(db.clone());
        let give = async |before, text: &str| {
            let all = syncs
                .typing()
                .give("any", before, Secret::new(text))
                .await?;
            Some(all.iter().map(|one| one.expose().to_owned()).collect())
        };
        let texts = |texts: &[&str]| -> Option<Vec<String>> {
            Some(texts.iter().map(|text| (*text).to_owned()).collect())
        };
        assert_eq!(give(0, "one").await, texts(&["one"]));
        assert_eq!(give(1, "two").await, texts(&["one", "two"]));
        assert_eq!(give(0, "anew").await, texts(&["anew"]));
        // Another server has heard the first one.
        assert_eq!(give(2, "third").await, None);
        assert_eq!(give(1, "second").await, None);
        db.close().await;
    }
}
