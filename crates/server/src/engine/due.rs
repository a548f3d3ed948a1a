//! What the server does by itself: syncs that a stop has cut off go on, those that were put off are done again, permissions end,
//! and what was removed here is ended on the other side as well.

use crate::aggregators::{Cause, Held, Upstream};
use crate::audit::{Kind, Who};
use crate::engine::causes::{self, End as Ending};
use crate::engine::mark::{begin, fail, lost, put_off, touch};
use crate::engine::sync::Syncs;
use crate::engine::work::{Job, Run, due_after};
use crate::store::course;
use crate::store::due::{self, Left, Which};
use crate::store::forgotten::{self, Forgotten};
use crate::store::institutions::{self, Begin, Owner};
use connect_core::api::Institution;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// So often the other side is asked to end a connection, for nearly two days.
const MOST_TRIES: u32 = 14;

impl Syncs {
    /// Syncs that were followed by a server that is gone: the one before this one, or another one beside it. Tells how many go
    /// on and how many are put off.
    pub async fn go_on(&self) -> sqlx::Result<(usize, usize)> {
        let (mut going_on, mut later) = (0, 0);
        loop {
            let abandoned = due::left(&self.0.db, Which::Abandoned).await?;
            let mut taken = 0;
            for left in abandoned {
                match self.take_up(left).await? {
                    Some(true) => going_on += 1,
                    Some(false) => later += 1,
                    None => continue,
                }
                taken += 1;
            }
            if taken == 0 {
                return Ok((going_on, later));
            }
        }
    }

    /// Every now and then. What goes wrong with one of them keeps no other from its turn.
    pub async fn sweep(&self, now: Timestamp) -> sqlx::Result<()> {
        let db = &self.0.db;
        let mut failed = Ok(());
        let mut note = |done: sqlx::Result<()>| {
            if let Err(error) = done {
                tracing::error!(%error, "a connection is not looked after this time");
                failed = Err(error);
            }
        };
        for left in due::left(db, Which::LeftBehind(now)).await? {
            if !self.is_followed(&left.institution.id) {
                tracing::warn!(
                    institution = left.institution.id,
                    "a sync that nobody followed is taken up"
                );
                note(self.take_up(left).await.map(drop));
            }
        }
        for left in due::left(db, Which::PutOff(now)).await? {
            if !self.is_followed(&left.institution.id) {
                note(self.do_again(left).await);
            }
        }
        for left in due::left(db, Which::Ended(now)).await? {
            note(self.end_permission(left.institution).await);
        }
        failed
    }

    /// `false`: there is nothing to go on with. It is put off; a first login that was on its way is asked for again.
    /// `None`: somebody else was faster.
    async fn take_up(&self, left: Left) -> sqlx::Result<Option<bool>> {
        let Left {
            owner,
            mut institution,
            course,
        } = left;
        let Some(mut course) = course else {
            put_off(&mut institution);
            let written = self.write_by_itself(institution).await?;
            return Ok(written.then_some(false));
        };
        let has_something = course.current().is_some();
        let member = self.0.aggregators.find(&course.aggregator);
        if let Some(member) = member.filter(|_| has_something && !course.sends) {
            // Whoever has followed it so far, and may still do so, writes nothing more.
            course.due = course.due.max(Some(due_after(Duration::ZERO)));
            if !course::keep(&self.0.db, &institution, &mut course).await? {
                return Ok(None);
            }
            let run = Run {
                aggregator: member.aggregator.clone(),
                job: Job::Look,
                whose: self.who(&owner),
                course,
                owner,
            };
            self.spawn(institution, run);
            return Ok(Some(true));
        }
        let is_lost = course.sends && !has_something;
        match is_lost {
            true => fail(&mut institution, lost()),
            false => put_off(&mut institution),
        }
        touch(&mut institution);
        course.sends = false;
        course.due = (!is_lost).then(|| due_after(Duration::ZERO));
        let written = institutions::update_with(&self.0.db, &mut institution, &mut course).await?;
        if written {
            self.tell(&institution.id);
        }
        Ok(written.then_some(false))
    }

    /// What is kept for its aggregator stays as it is.
    async fn write_by_itself(&self, mut institution: Institution) -> sqlx::Result<bool> {
        touch(&mut institution);
        let written = institutions::update(&self.0.db, &mut institution).await?;
        if written {
            self.tell(&institution.id);
        }
        Ok(written)
    }

    async fn do_again(&self, left: Left) -> sqlx::Result<()> {
        let Left {
            owner,
            mut institution,
            course,
        } = left;
        let Some(mut course) = course else {
            // Of a version that kept nothing to go on with.
            fail(&mut institution, lost());
            return self.write_by_itself(institution).await.map(drop);
        };
        let Some(member) = self.0.aggregators.find(&course.aggregator) else {
            // Its aggregator may be back with the next start.
            course.due = Some(due_after(Duration::from_secs(3600)));
            course::keep(&self.0.db, &institution, &mut course).await?;
            return Ok(());
        };
        let job = Job::Refresh { interactive: false };
        begin(&mut institution, job.first_step());
        course.begin(due_after(Duration::ZERO));
        let begun =
            institutions::begin(&self.0.db, &owner, &mut institution, &mut course, u32::MAX);
        if begun.await? == Begin::Done {
            let run = Run {
                aggregator: member.aggregator.clone(),
                job,
                course,
                whose: self.who(&owner),
                owner,
            };
            self.spawn(institution, run);
        }
        Ok(())
    }

    async fn end_permission(&self, mut institution: Institution) -> sqlx::Result<()> {
        if let Ending::Error(error) = causes::end(Cause::ConsentEnded.into(), true, true) {
            fail(&mut institution, *error);
        }
        let id = institution.id.clone();
        if self.write_by_itself(institution).await? {
            tracing::info!(institution = id, "its permission has ended");
        }
        Ok(())
    }

    /// Something was removed a moment ago.
    pub fn end_elsewhere_soon(&self) {
        if self.0.aggregators.is_empty() {
            return;
        }
        let syncs = self.clone();
        tokio::spawn(async move {
            if let Err(error) = syncs.end_elsewhere(Timestamp::now()).await {
                tracing::error!(%error, "what was removed waits to be ended on the other side");
            }
        });
    }

    pub(super) async fn end_elsewhere(&self, now: Timestamp) -> sqlx::Result<()> {
        let db = &self.0.db;
        for gone in forgotten::due(db, now).await? {
            let aggregator = &gone.aggregator;
            // One that is out of the file for a while is waited for.
            let is_there = self.0.aggregators.find(aggregator).is_some();
            let minutes = match is_there {
                true => 2i64.pow(gone.tries.min(9)),
                false => 60,
            };
            let until = now + SignedDuration::from_mins(minutes);
            if !forgotten::claim(db, &gone.id, is_there, now, until).await? || !is_there {
                continue;
            }
            match self.end_one(&gone).await {
                Ok(()) => {
                    forgotten::remove(db, &gone.id).await?;
                    self.0
                        .audit
                        .record(Kind::ConnectionForgotten.event().institution(&gone.id));
                }
                Err(error) if gone.tries + 1 >= MOST_TRIES => {
                    tracing::error!(aggregator, institution = gone.id, %error, "it could not be ended on the other side, and is not tried again");
                    forgotten::remove(db, &gone.id).await?;
                }
                Err(error) => {
                    tracing::warn!(aggregator, institution = gone.id, %error, "it could not be ended on the other side so far");
                }
            }
        }
        Ok(())
    }

    async fn end_one(&self, gone: &Forgotten) -> Result<(), Upstream> {
        let member = self.0.aggregators.find(&gone.aggregator);
        let member = member.ok_or_else(|| {
            Upstream::Misconfigured("this aggregator is in the file no longer".into())
        })?;
        let mut ended: Vec<&Held> = Vec::new();
        for held in [&gone.course.trying, &gone.course.standing]
            .into_iter()
            .flatten()
        {
            if !ended.contains(&held) {
                member.aggregator.forget(held).await?;
                ended.push(held);
            }
        }
        Ok(())
    }

    fn who(&self, owner: &Owner) -> Who {
        let identity = self.0.db.vault().identity();
        Who {
            client: owner.client.clone(),
            user: Some(identity.user(&owner.client, &owner.user)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::sync::tests::{owner, syncs};
    use crate::store::institutions::{self, New};
    use crate::store::scratch::Scratch;
    use connect_core::api::{Institution, SyncDetails, SyncStatus, error_name};
    use jiff::Timestamp;

    const THEN: i64 = 1_700_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a second of this century")
    }

    fn institution(status: SyncStatus) -> Institution {
        Institution {
            id: "left".into(),
            name: "Demo".into(),
            provider: "demo".into(),
            sync_status: status,
            sync_status_details: Some(SyncDetails {
                date: at(THEN).to_string(),
                step: None,
            }),
            ..Institution::default()
        }
    }

    #[tokio::test]
    async fn a_sync_that_nobody_follows_and_that_has_nothing_to_go_on_with_is_put_off_after_a_minute()
     {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let syncs = syncs(db.clone());
        let left = institution(SyncStatus::Syncing);
        let kept = institutions::insert(&db, &owner(), &left, New::default()).await;
        kept.expect("it is written");
        let status = async || {
            let found = institutions::find(&db, &owner(), "left").await;
            found.expect("it works").expect("it is there").sync_status
        };
        syncs.sweep(at(THEN + 60)).await.expect("it works");
        assert_eq!(status().await, SyncStatus::Syncing);
        syncs.sweep(at(THEN + 61)).await.expect("it works");
        assert_eq!(status().await, SyncStatus::Retry);
        db.close().await;
    }

    #[tokio::test]
    async fn a_connection_whose_permission_has_ended_says_so() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let syncs = syncs(db.clone());
        let begun = institution(SyncStatus::Syncing);
        let kept = institutions::insert(&db, &owner(), &begun, New::default()).await;
        kept.expect("it is written");
        let mut connected = Institution {
            consent_expires_at: Some(at(THEN + 10).to_string()),
            ..institution(SyncStatus::Ok)
        };
        let written = institutions::update(&db, &mut connected).await;
        assert!(written.expect("it works"));
        let error = async || {
            let found = institutions::find(&db, &owner(), "left").await;
            let found = found.expect("it works").expect("it is there");
            found.sync_error.map(|error| error.name)
        };
        syncs.sweep(at(THEN + 9)).await.expect("it works");
        assert_eq!(error().await, None);
        syncs.sweep(at(THEN + 10)).await.expect("it works");
        assert_eq!(error().await.as_deref(), Some(error_name::CONSENT_EXPIRED));
        db.close().await;
    }
}
