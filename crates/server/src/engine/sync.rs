//! Runs syncs: walks a script's steps, writes each one down, tells waiting polls. Keeps open questions in memory only.

use crate::aggregators::sandbox::{Bank, Ending, Question, Script, stands_apart};
use crate::audit::{Audit, Kind, Who};
use crate::engine::course::{Errand, Following};
use crate::engine::mark::{duplicate, enter, fail, pose, touch};
use crate::engine::news::{Listener, News};
use crate::engine::tries::{Tries, too_often};
use crate::engine::unwritten::{End, Unwritten};
use crate::engine::work::{Closing, Continuation, LoginOf, Run, Work, outcome};
use crate::store::Db;
use crate::store::institutions::{self, Owner};
use connect_core::api::{Institution, SyncError, SyncStatus, SyncStep, error_name};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::AbortHandle;

#[derive(Clone)]
pub struct Syncs(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) db: Db,
    audit: Audit,
    /// How long a step of a test bank takes.
    step: Duration,
    news: News,
    live: Mutex<HashMap<String, Live>>,
    tries: Tries,
    pub(super) unwritten: Unwritten,
    /// Held from the look at the owner's other connections until this one is written down.
    pub(super) connecting: tokio::sync::Mutex<()>,
}

/// What is known of a sync beside its institution; holds no credential and no answer.
enum Live {
    /// `began` is the institution's version at the start: it tells this run from one that took over.
    Running {
        work: Box<Work>,
        login: Option<String>,
        began: u64,
        task: AbortHandle,
    },
    Asking {
        question: Question,
        login: Option<String>,
        until: Instant,
    },
}

impl Live {
    /// What nobody follows any more does not go on in the dark.
    fn stop(&self) {
        if let Live::Running { task, .. } = self {
            task.abort();
        }
    }
}

impl Syncs {
    #[cfg(test)]
    pub fn new(db: Db, step: Duration) -> Syncs {
        let audit = Audit::open(None).expect("no file is opened");
        Syncs::limited(db, audit, step, u32::MAX)
    }

    /// A question takes so many wrong answers, unless its bank says otherwise.
    pub fn limited(db: Db, audit: Audit, step: Duration, answers: u32) -> Syncs {
        Syncs(Arc::new(Inner {
            db,
            audit,
            step,
            news: News::new(),
            live: Mutex::default(),
            tries: Tries::new(answers),
            unwritten: Unwritten::default(),
            connecting: tokio::sync::Mutex::default(),
        }))
    }

    /// Hears the ids of institutions that have changed.
    pub fn listen(&self) -> Listener {
        self.0.news.listen()
    }

    /// The question that this institution's bank waits for, unless it has waited too long, and the login that it is about.
    pub fn open_question(&self, id: &str, now: Instant) -> Option<(Question, LoginOf)> {
        match self.live().get(id)? {
            Live::Asking {
                question,
                login,
                until,
            } if now < *until => Some((question.clone(), LoginOf::Run(login.clone()))),
            Live::Asking { .. } | Live::Running { .. } => None,
        }
    }

    /// What a sync of this institution does that is started without new credentials.
    /// `None`: another one begins or ends at this moment, and nobody can say yet what the bank has made of it.
    pub fn repetition(&self, institution: &Institution) -> Option<Continuation> {
        if let Some(Live::Running { work, login, .. }) = self.live().get(&institution.id) {
            return Some(Continuation {
                work: work.again(),
                login: LoginOf::Run(login.clone()),
                answered: None,
            });
        }
        if institution.sync_status == SyncStatus::Syncing {
            return None;
        }
        let asked = institution.sync_error.as_ref();
        let script = match (institution.sync_status, asked) {
            (SyncStatus::Error, Some(error)) if error.name == error_name::SECURITY_QUESTION => {
                Bank::of(&institution.provider).asking_again(error)
            }
            (SyncStatus::Error, Some(error)) => Script::failing(error.clone()),
            (SyncStatus::Retry, _) if institution.authorized != Some(true) => {
                Script::failing(SyncError {
                    name: error_name::LOGIN_FAILED.into(),
                    message: "The sync was cut off before the login; the bank needs it again."
                        .into(),
                    ..SyncError::default()
                })
            }
            _ => Script::connecting(&[SyncStep::Login]),
        };
        Some(Continuation {
            work: Work::Script(Box::new(script)),
            login: LoginOf::Institution,
            answered: None,
        })
    }

    /// A sync through an aggregator, in place of the one that runs. `None`: another one begins or ends at this moment.
    pub fn refresh(&self, institution: &Institution, errand: Errand) -> Option<Continuation> {
        let runs = matches!(self.live().get(&institution.id), Some(Live::Running { .. }));
        let begins = institution.sync_status == SyncStatus::Syncing && !runs;
        (!begins).then_some(Continuation {
            work: Work::Aggregator(errand),
            login: LoginOf::Institution,
            answered: None,
        })
    }

    /// The code of this open question was sent anew; the caller writes the institution and then calls [`Syncs::tell`].
    pub fn resend(&self, institution: &mut Institution, question: Question) {
        let (error, until) = pose(&question, self.0.step);
        if let Some(Live::Asking {
            question: open,
            until: end,
            ..
        }) = self.live().get_mut(&institution.id)
        {
            (*open, *end) = (question, until);
        }
        fail(institution, error);
        touch(institution);
    }

    /// Marks an institution as syncing; the caller writes it and then calls [`Syncs::spawn`].
    pub fn begin(institution: &mut Institution, first: Option<SyncStep>) {
        institution.sync_status = SyncStatus::Syncing;
        institution.sync_error = None;
        institution.authorized = None;
        enter(institution, first);
    }

    /// Walks the script in a task of its own. The institution is as it stands in the database.
    pub fn spawn(&self, institution: Institution, run: Run) {
        self.purge();
        let (id, began) = (institution.id.clone(), institution.version);
        self.start(institution, run, began);
        self.tell(&id);
    }

    fn start(&self, institution: Institution, run: Run, began: u64) {
        let id = institution.id.clone();
        let mut live = self.live();
        if matches!(live.get(&id), Some(Live::Running { began: current, .. }) if *current > began) {
            return;
        }
        let (syncs, walked) = (self.clone(), Box::new(run.work.clone()));
        let login = run.login.clone();
        let task = tokio::spawn(async move {
            let (mut institution, whose) = (institution, run.whose.clone());
            if let Err(error) = syncs.run(&mut institution, run, began).await {
                tracing::error!(institution = institution.id, %error, "a sync has broken off");
                syncs.break_off(institution, began, &whose).await;
            }
        });
        let running = Live::Running {
            work: walked,
            login,
            began,
            task: task.abort_handle(),
        };
        live.insert(id, running).iter().for_each(Live::stop);
    }

    /// This question of this institution was answered, rightly or wrongly.
    pub fn tried(&self, id: &str, question: &Question) {
        self.0.tries.answered(id, question, Instant::now());
    }

    /// A new login begins: its questions are new ones.
    pub fn forget_tries(&self, id: &str) {
        self.0.tries.forget(id);
    }

    pub fn clean(&self) {
        self.0.tries.clean(Instant::now());
    }

    /// Forgets an institution that was removed, and tells those who wait for it.
    pub fn forget(&self, id: &str) {
        self.0.tries.forget(id);
        self.live().remove(id).iter().for_each(Live::stop);
        self.0.unwritten.remove(id);
        self.tell(id);
    }

    pub fn tell(&self, id: &str) {
        self.0.news.tell(id);
    }

    async fn run(
        &self,
        institution: &mut Institution,
        Run {
            work,
            only_of,
            whose,
            ..
        }: Run,
        began: u64,
    ) -> sqlx::Result<()> {
        // One that has come about before is no second one.
        let only_of = only_of.filter(|_| institution.accounts.is_none());
        let script = match work {
            Work::Script(script) => *script,
            Work::Aggregator(errand) => {
                let (only_of, whose) = (&only_of, &whose);
                let of = Following {
                    only_of,
                    began,
                    whose,
                };
                return self.follow(institution, &errand, of).await;
            }
        };
        for (at, step) in script.steps.iter().enumerate() {
            if at > 0 {
                // The host may be told of the connection from here on.
                if *step == SyncStep::Accounts && self.is_second(institution, &only_of).await? {
                    let ending = Ending::Failed(duplicate());
                    return self.finish(institution, ending, began, &whose).await;
                }
                // It may have stood still until the user confirmed something.
                institution.sync_status = SyncStatus::Syncing;
                institution.sync_error = None;
                enter(institution, Some(*step));
                if let Some(approval) = script.approval_in(*step) {
                    fail(institution, approval.clone());
                }
                if !self.write_progress(institution).await? {
                    return Ok(());
                }
            }
            tokio::time::sleep(script.time_in(*step, self.0.step)).await;
        }
        let mut ending = script.ending;
        let _connecting = match only_of {
            Some(_) => Some(self.0.connecting.lock().await),
            None => None,
        };
        if matches!(ending, Ending::Connected(_)) && self.is_second(institution, &only_of).await? {
            ending = Ending::Failed(duplicate());
        }
        self.finish(institution, ending, began, &whose).await
    }

    pub(super) async fn is_second(
        &self,
        institution: &Institution,
        only_of: &Option<Owner>,
    ) -> sqlx::Result<bool> {
        let Some(owner) = only_of else {
            return Ok(false);
        };
        let all = institutions::connected(&self.0.db, owner, &institution.provider).await?;
        let mut others = all.iter().filter(|id| **id != institution.id);
        Ok(others.any(|id| !stands_apart(id)))
    }

    async fn finish(
        &self,
        institution: &mut Institution,
        ending: Ending,
        began: u64,
        whose: &Who,
    ) -> sqlx::Result<()> {
        let bank = Bank::of(&institution.provider);
        let never_synced = institution.accounts.is_none();
        let mut question = None;
        let mut removed = false;
        let ending = match ending {
            Ending::Asked(asked) if !self.0.tries.may_ask(&institution.id, &asked) => {
                Ending::Failed(too_often())
            }
            other => other,
        };
        let outcome = outcome(&ending);
        match ending {
            Ending::Connected(holdings) => {
                institution.sync_status = SyncStatus::Ok;
                holdings.add_to(&institution.id, &mut institution.accounts);
            }
            Ending::Crashed => institution.sync_status = SyncStatus::Retry,
            Ending::Asked(asked) => {
                enter(institution, Some(SyncStep::TwoFactor));
                let (error, until) = pose(&asked, self.0.step);
                fail(institution, error);
                question = Some((asked, until));
            }
            Ending::LoginRefused(_) if never_synced && bank.removes_refused_logins() => {
                removed = true;
            }
            Ending::LoginRefused(error) | Ending::Failed(error) => fail(institution, error),
        }
        touch(institution);
        let closing = Closing { removed, outcome };
        self.close_sync(institution, question, closing, began, whose)
            .await;
        Ok(())
    }

    /// What became of it is in the institution; unless another sync has taken over, it is told and written down.
    pub(super) async fn close_sync(
        &self,
        institution: &Institution,
        question: Option<(Question, Instant)>,
        Closing { removed, outcome }: Closing,
        began: u64,
        whose: &Who,
    ) {
        // The question is there before anybody can hear of it.
        let asks = question.is_some();
        if !self.end(&institution.id, question, began) {
            return;
        }
        if !asks {
            self.0.tries.forget(&institution.id);
        }
        let ended = Kind::SyncEnded.about(institution);
        self.0.audit.record(ended.outcome(outcome).by(whose));
        let end = match removed {
            true => End::Removed(institution.clone()),
            false => End::Kept(institution.clone()),
        };
        self.write_end(end).await;
    }

    /// A run that has failed is done again within the hour, like one that the server's end has cut off.
    async fn break_off(&self, mut institution: Institution, began: u64, whose: &Who) {
        institution.sync_status = SyncStatus::Retry;
        institution.sync_error = None;
        touch(&mut institution);
        if self.end(&institution.id, None, began) {
            let ended = Kind::SyncEnded.about(&institution);
            self.0.audit.record(ended.outcome("retry").by(whose));
            self.write_end(End::Kept(institution)).await;
        }
    }

    /// Somebody follows this institution's sync, or what became of it waits to be written down.
    pub fn is_followed(&self, id: &str) -> bool {
        let runs = |live: &Live| matches!(live, Live::Running { task, .. } if !task.is_finished());
        self.live().get(id).is_some_and(runs) || self.0.unwritten.get(id).is_some()
    }

    /// This run is over, and what it asks is open. `false`: another sync has taken over already.
    fn end(&self, id: &str, question: Option<(Question, Instant)>, began: u64) -> bool {
        let mut live = self.live();
        let login = match live.get(id) {
            Some(Live::Running {
                began: current,
                login,
                ..
            }) if *current == began => login.clone(),
            _ => return false,
        };
        live.remove(id);
        if let Some((question, until)) = question {
            let asking = Live::Asking {
                question,
                login,
                until,
            };
            live.insert(id.into(), asking);
        }
        true
    }

    fn purge(&self) {
        let now = Instant::now();
        self.live().retain(|_, live| match live {
            Live::Asking { until, .. } => now < *until,
            Live::Running { .. } => true,
        });
    }

    fn live(&self) -> MutexGuard<'_, HashMap<String, Live>> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregators::sandbox::DemoQuestion;

    fn syncs() -> Syncs {
        let pool = sqlx::SqlitePool::connect_lazy("sqlite::memory:").expect("a plain address");
        let vault = crate::crypto::vault::Vault::new(crate::crypto::keys::Keys::new());
        let db = Db::new(pool.clone(), pool, vault);
        Syncs::new(db, Duration::from_secs(600))
    }

    #[tokio::test]
    async fn a_sync_that_was_replaced_or_removed_stops() {
        let syncs = syncs();
        let run = |version| {
            let institution = Institution {
                id: "any".into(),
                name: "Demo".into(),
                provider: "demo".into(),
                authorized: None,
                sync_status: SyncStatus::Syncing,
                sync_error: None,
                sync_status_details: None,
                accounts: None,
                login_id: None,
                exchange_code: None,
                consent_expires_at: None,
                warnings: Vec::new(),
                version,
            };
            let run = Run {
                work: Work::Script(Box::new(Script::connecting(&[SyncStep::Login]))),
                login: None,
                only_of: None,
                whose: Who {
                    client: "shop".into(),
                    user: None,
                },
            };
            syncs.spawn(institution, run);
            match syncs.live().get("any") {
                Some(Live::Running { task, .. }) => task.clone(),
                _ => panic!("it does not run"),
            }
        };
        let stopped = async |task: &AbortHandle| {
            while !task.is_finished() {
                tokio::task::yield_now().await;
            }
        };
        let (first, second) = (run(1), run(2));
        stopped(&first).await;
        assert!(!second.is_finished());
        let late = run(1);
        assert_eq!(late.id(), second.id());
        syncs.forget("any");
        stopped(&second).await;
    }

    #[tokio::test]
    async fn a_question_is_open_until_its_time_is_over() {
        let syncs = syncs();
        let until = Instant::now() + Duration::from_secs(300);
        let question = Question::Demo(DemoQuestion::Browser);
        let asking = Live::Asking {
            question: question.clone(),
            login: None,
            until,
        };
        syncs.live().insert("any".into(), asking);
        let open = |now| syncs.open_question("any", now);
        let expected = (question, LoginOf::Run(None));
        assert_eq!(open(until - Duration::from_millis(1)), Some(expected));
        assert_eq!(open(until), None);
    }
}
