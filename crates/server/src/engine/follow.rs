//! A sync from its first call to its end: one call after the other, and what must not be lost is written down in between.

use crate::aggregators::{Cause, Failed, Found, Progress, Question, Stage, Upstream};
use crate::audit;
use crate::engine::accounts;
use crate::engine::call::Call;
use crate::engine::causes::{self, End};
use crate::engine::mark::{duplicate, enter, fail, pose, put_off, step, too_often};
use crate::engine::retry;
use crate::engine::sync::Syncs;
use crate::engine::work::{Closing, Failing, Job, LEASE, Track, due_after};
use crate::store::course::{self, Asked, Course};
use crate::store::db::is_passing;
use crate::store::forgotten;
use connect_core::api::{Institution, SyncError, SyncStatus, SyncStep, error_name};
use jiff::Timestamp;
use std::time::{Duration, Instant};
use tracing::Instrument;

/// So often in a row an aggregator is asked once more how it goes before the sync is given up.
const MOST_FAILURES: u32 = 5;
/// Nothing goes on for longer.
const LONGEST: Duration = Duration::from_secs(3600);
/// Nobody takes longer to confirm something, unless the bank says so.
const APPROVAL_LIFETIME: Duration = Duration::from_secs(600);
/// So often a sync may want to be looked at once more without a pause.
const MOST_AT_ONCE: u32 = 16;
/// The least time between two looks that have shown the same.
const LEAST_PAUSE: Duration = Duration::from_millis(500);

/// Whoever takes it up looks no earlier than whoever has left it would have.
fn left_until_due(course: &Course) -> Duration {
    let Some(due) = course.due.and_then(|due| due.checked_sub(LEASE).ok()) else {
        return Duration::ZERO;
    };
    Duration::try_from(due.duration_since(Timestamp::now())).unwrap_or(Duration::ZERO)
}

impl Syncs {
    /// Goes on until the sync has ended, or another one has taken over.
    pub(super) async fn follow(&self, track: &mut Track, job: Job) -> sqlx::Result<()> {
        let began = Instant::now();
        let (mut is_new, mut failures) = (job.sends(), 0);
        let mut looks = matches!(job, Job::Look);
        let (mut asked_to_approve, mut last, mut hurries) = (None, None, 0);
        if looks {
            tokio::time::sleep(left_until_due(&track.course)).await;
        }
        let mut busy = self.0.busy.clone().read_owned().await;
        let makes = job.sends() && track.course.current().is_none();
        let mut said = self.calling(track, job).await;
        loop {
            let Progress { held, stage, after } = match said {
                Ok(progress) if !self.is_current(track) => {
                    // Removed, or taken over, while it was on its way: what it has made is nobody's.
                    if makes {
                        let aggregator = &track.course.aggregator;
                        forgotten::insert(&self.0.db, aggregator, progress.held).await?;
                        self.end_elsewhere_soon();
                    }
                    return Ok(());
                }
                Ok(progress) => progress,
                Err(Failing::Upstream(error))
                    if looks && passes(&error) && failures < MOST_FAILURES =>
                {
                    let pause = self.0.pause * 2u32.pow(failures);
                    failures += 1;
                    tracing::info!(aggregator = track.course.aggregator, %error, "asked once more");
                    drop(busy);
                    tokio::time::sleep(pause).await;
                    busy = self.0.busy.clone().read_owned().await;
                    said = self.calling(track, Job::Look).await;
                    continue;
                }
                Err(failing) => return self.end_badly(track, failing).await,
            };
            (looks, failures) = (true, 0);
            let course = &mut track.course;
            let before = course.clone();
            course.sends = false;
            // Who was not let in at all has left nothing to go on with.
            let refused =
                matches!(&stage, Stage::Failed(failed) if failed.cause == Cause::LoginRefused);
            match is_new {
                true if refused => {}
                true => course.trying = Some(held),
                false => course.go_on_with(held),
            }
            is_new = false;
            let is_late = began.elapsed() > LONGEST;
            // It is asked again at once a few times, and not for ever.
            hurries += u32::from(after.is_zero());
            let mut pause = match hurries > MOST_AT_ONCE {
                true => after.max(LEAST_PAUSE),
                false => after,
            };
            let goes_on = match stage {
                Stage::Working(_) if is_late => {
                    return self.end_badly(track, Upstream::Timeout.into()).await;
                }
                Stage::Working(at) => {
                    asked_to_approve = None;
                    if last.replace(at) == Some(at) {
                        pause = pause.max(LEAST_PAUSE);
                    }
                    let is_let_in =
                        at >= SyncStep::Accounts && track.institution.authorized != Some(true);
                    // The host may be told of the connection from here on.
                    if is_let_in && self.is_second(track).await? {
                        return self.end_as_second(track).await;
                    }
                    track.course.due = Some(due_after(pause));
                    self.enter(track, at, &before).await?
                }
                Stage::Approves(question) => {
                    let until = *asked_to_approve.get_or_insert_with(|| {
                        Instant::now() + question.lifetime.unwrap_or(APPROVAL_LIFETIME)
                    });
                    if Instant::now() >= until {
                        let failed = Failed {
                            message: Some("It was not confirmed in time.".into()),
                            ..Cause::LoginRefused.into()
                        };
                        return self.end_badly(track, failed.into()).await;
                    }
                    pause = match last.take() {
                        None => pause.max(LEAST_PAUSE),
                        Some(_) => pause,
                    };
                    track.course.due = Some(due_after(pause));
                    self.ask_to_approve(track, &question, &before).await?
                }
                Stage::Asks(questions) => return self.ask(track, questions).await,
                Stage::Done(found) => return self.end_well(track, found).await,
                Stage::Failed(failed) => return self.end_badly(track, failed.into()).await,
                Stage::GoTo(_) => {
                    let error = Upstream::Protocol("it sends to a page of its own".into());
                    return self.end_badly(track, error.into()).await;
                }
            };
            if !goes_on {
                return Ok(());
            }
            drop(busy);
            tokio::time::sleep(pause).await;
            busy = self.0.busy.clone().read_owned().await;
            said = self.calling(track, Job::Look).await;
        }
    }

    /// A call that is on its way is not broken off: nobody would know what it has made.
    async fn calling(&self, track: &Track, job: Job) -> Result<Progress, Failing> {
        self.mark(track, true);
        let call = Call::begin(track, &job);
        let said = job.call(&*track.aggregator, &track.course);
        let said = said.instrument(call.span.clone()).await;
        call.end(&said, &self.0.audit.metrics);
        self.mark(track, false);
        said
    }

    /// The sync is in this step now. `false`: another one has taken over, or the institution is gone.
    async fn enter(&self, track: &mut Track, at: SyncStep, before: &Course) -> sqlx::Result<bool> {
        let institution = &mut track.institution;
        if institution.sync_status == SyncStatus::Syncing && step(institution) == Some(at) {
            return self.keep(track, before).await;
        }
        // It may have stood still until the user confirmed something.
        institution.sync_status = SyncStatus::Syncing;
        institution.sync_error = None;
        enter(institution, Some(at));
        self.write_progress(track).await
    }

    /// The user has to confirm something elsewhere; the sync goes on meanwhile.
    async fn ask_to_approve(
        &self,
        track: &mut Track,
        question: &Question,
        before: &Course,
    ) -> sqlx::Result<bool> {
        let (error, _) = pose(question, Timestamp::now());
        if is_told(&track.institution, &error) {
            return self.keep(track, before).await;
        }
        enter(&mut track.institution, Some(SyncStep::TwoFactor));
        fail(&mut track.institution, error);
        self.write_progress(track).await
    }

    /// Without news for anybody. `false`: another sync has taken over, or the institution is gone.
    async fn keep(&self, track: &mut Track, before: &Course) -> sqlx::Result<bool> {
        if track.course == *before {
            return Ok(true);
        }
        match course::keep(&self.0.db, &track.institution, &mut track.course).await {
            Err(error) if is_passing(&error) => {
                let id = &track.institution.id;
                tracing::warn!(institution = id, %error, "what an aggregator wants kept waits to be written down");
                Ok(true)
            }
            kept => kept,
        }
    }

    async fn ask(&self, track: &mut Track, questions: Vec<Question>) -> sqlx::Result<()> {
        let Some(first) = questions.first() else {
            let error = Upstream::Protocol("it asks, and no question".into());
            return self.end_badly(track, error.into()).await;
        };
        if !track.course.tries.may_ask(&questions, self.0.answers) {
            return self.end_badly(track, Failing::Barred).await;
        }
        let (error, until) = pose(first, Timestamp::now());
        enter(&mut track.institution, Some(SyncStep::TwoFactor));
        fail(&mut track.institution, error);
        track.course.asked = Some(Asked {
            questions,
            answered: 0,
            until,
        });
        track.course.due = None;
        let closing = Closing {
            removed: false,
            outcome: error_name::SECURITY_QUESTION,
        };
        self.close(track, closing).await;
        Ok(())
    }

    async fn end_well(&self, track: &mut Track, found: Found) -> sqlx::Result<()> {
        let _connecting = match self.is_only(track) {
            true => Some(self.connecting_alone(&track.owner).await?),
            false => None,
        };
        if self.is_second(track).await? {
            return self.end_as_second(track).await;
        }
        let Track {
            institution,
            course,
            ..
        } = track;
        institution.warnings = accounts::warnings(&institution.id, found.warnings);
        institution.consent_expires_at = found.consent_ends.map(|ends| ends.to_string());
        let found = found.accounts;
        let known = institution.accounts.take().unwrap_or_default();
        // Another login, to other accounts: what was chosen of those says nothing of these.
        if course.trying.is_some() && !accounts::has_any(&institution.id, &known, &found) {
            course.left_out.clear();
        }
        institution.accounts = Some(accounts::joined(
            &institution.id,
            &mut course.left_out,
            found,
        ));
        institution.sync_status = SyncStatus::Ok;
        institution.sync_error = None;
        institution.authorized = Some(true);
        course.settle();
        let former = course.former.take();
        self.end(track, "ok", false).await;
        // Only now: the new login stands.
        if let Some(former) = former {
            forgotten::insert(&self.0.db, &former.aggregator, former.held).await?;
            self.end_elsewhere_soon();
        }
        Ok(())
    }

    async fn end_as_second(&self, track: &mut Track) -> sqlx::Result<()> {
        self.end_with(track, duplicate(), false).await
    }

    async fn end_badly(&self, track: &mut Track, failing: Failing) -> sqlx::Result<()> {
        let stands = track.institution.accounts.is_some();
        let aggregator = &track.course.aggregator;
        let failed = match failing {
            Failing::Said(failed) => *failed,
            Failing::Upstream(error) => {
                match &error {
                    Upstream::Misconfigured(_) => tracing::error!(aggregator, "{error}"),
                    _ => tracing::warn!(aggregator, "{error}"),
                }
                causes::of_upstream(&error).into()
            }
            Failing::Barred => {
                track.course.barred = true;
                return self.end_with(track, too_often(), false).await;
            }
        };
        let removed = failed.removes && !stands;
        let goes_on = track.course.current().is_some();
        let put_off_until = retry::until(&failed.cause, track.course.put_off, Timestamp::now());
        match (causes::end(failed, stands, goes_on), put_off_until) {
            (End::Retry, Some(due)) => {
                put_off(&mut track.institution);
                let course = &mut track.course;
                // What stood before counts until this one has come about.
                if course.standing.is_none() && course.former.is_none() {
                    course.settle();
                }
                course.put_off += 1;
                course.due = Some(due);
                self.end(track, "retry", removed).await;
                Ok(())
            }
            (End::Retry, None) => self.end_with(track, retry::given_up(), removed).await,
            (End::Error(error), _) => self.end_with(track, *error, removed).await,
        }
    }

    async fn end_with(
        &self,
        track: &mut Track,
        error: SyncError,
        removed: bool,
    ) -> sqlx::Result<()> {
        let outcome = audit::error_outcome(&error.name);
        fail(&mut track.institution, error);
        track.course.fall_back();
        self.end(track, outcome, removed).await;
        Ok(())
    }

    /// Nothing is under way any more.
    async fn end(&self, track: &mut Track, outcome: &'static str, removed: bool) {
        let course = &mut track.course;
        course.sends = false;
        course.asked = None;
        course.tries = course::Tries::default();
        if track.institution.sync_status != SyncStatus::Retry {
            (course.put_off, course.due) = (0, None);
        }
        self.close(track, Closing { removed, outcome }).await;
    }
}

/// The same is told already.
fn is_told(institution: &Institution, error: &SyncError) -> bool {
    let Some(told) = &institution.sync_error else {
        return false;
    };
    let kind = |error: &SyncError| error.challenge.as_ref().map(|challenge| challenge.kind);
    (&told.name, &told.message, kind(told)) == (&error.name, &error.message, kind(error))
}

/// It may be another a moment later.
fn passes(error: &Upstream) -> bool {
    matches!(
        error,
        Upstream::Down(_) | Upstream::Timeout | Upstream::RateLimited(None)
    )
}
