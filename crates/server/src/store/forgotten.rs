//! Connections that are gone here and are to be ended on the other side as well.

use super::sealing;
use crate::aggregators::Held;
use crate::crypto::random;
use crate::store::Db;
use crate::store::course::{self, Course, HELD, TABLE};
use crate::store::sql::{self, Row};
use jiff::Timestamp;

/// So many at a time.
const AT_A_TIME: u32 = 50;

pub struct Forgotten {
    pub id: String,
    pub aggregator: String,
    pub course: Course,
    /// How often it was tried.
    pub tries: u32,
}

/// Those whose time has come.
pub async fn due(db: &Db, now: Timestamp) -> sqlx::Result<Vec<Forgotten>> {
    let select = "SELECT * FROM forgotten WHERE due_at <= ? ORDER BY due_at, id LIMIT ?";
    let rows = sql::query(select)
        .bind(now.as_millisecond())
        .bind(AT_A_TIME)
        .fetch_all(db.reader())
        .await?;
    let all = rows.iter().map(|row| parse(db, row));
    Ok(all.filter_map(readable).collect())
}

fn parse(db: &Db, row: &Row) -> sqlx::Result<Forgotten> {
    let id: String = row.try_get("id")?;
    // It is sealed for the place that it came from.
    let kept = sealing::needed(db.vault(), row, TABLE, HELD, &id)?;
    Ok(Forgotten {
        aggregator: row.try_get("aggregator")?,
        course: course::read(&kept)?,
        tries: u32::try_from(row.try_get::<i64>("tries")?).unwrap_or(u32::MAX),
        id,
    })
}

/// A damaged row does not keep the others from their turn.
pub(super) fn readable<T>(row: sqlx::Result<T>) -> Option<T> {
    row.inspect_err(|error| tracing::error!(%error, "a row is left out"))
        .ok()
}

pub async fn remove(db: &Db, id: &str) -> sqlx::Result<()> {
    sql::query("DELETE FROM forgotten WHERE id = ?")
        .bind(id)
        .execute(db.writer())
        .await?;
    Ok(())
}

/// Takes one whose time has come; it is not due again before `until`. `false`: somebody else has it. `counts`: one of its
/// tries.
pub async fn claim(
    db: &Db,
    id: &str,
    counts: bool,
    now: Timestamp,
    until: Timestamp,
) -> sqlx::Result<bool> {
    let update = "UPDATE forgotten SET tries = tries + ?, due_at = ? WHERE id = ? AND due_at <= ?";
    let done = sql::query(update)
        .bind(i64::from(counts))
        .bind(until.as_millisecond())
        .bind(id)
        .bind(now.as_millisecond())
        .execute(db.writer())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Something that no connection here holds any more.
pub async fn insert(db: &Db, aggregator: &str, held: Held) -> sqlx::Result<()> {
    let id = random::hex::<16>();
    let mut course = Course::new(aggregator, "");
    course.standing = Some(held);
    sql::query("INSERT INTO forgotten (id, aggregator, held) VALUES (?, ?, ?)")
        .bind(&id)
        .bind(aggregator)
        .bind(course.sealed(db, &id))
        .execute(db.writer())
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::events::By;
    use crate::store::institutions::{self, New, Owner};
    use crate::store::keys::{self, Source};
    use crate::store::scratch::Scratch;
    use connect_core::api::Institution;

    async fn waiting(db: &Db) -> Vec<Forgotten> {
        let all = due(db, Timestamp::now()).await;
        all.expect("they are read")
    }

    #[tokio::test]
    async fn whatever_is_removed_waits_to_be_ended_also_with_another_key() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let owner = Owner {
            client: "shop".into(),
            user: "ann".into(),
            scope: None,
        };
        for (id, aggregator) in [("one", "any"), ("two", "sandbox")] {
            let institution = Institution {
                id: id.into(),
                ..Institution::default()
            };
            let mut course = Course::new(aggregator, "bank");
            course.standing = Some(Held::from_text("theirs"));
            let new = New {
                course,
                ..New::default()
            };
            let made = institutions::insert(&db, &owner, &institution, new).await;
            made.expect("it is written");
            assert!(
                institutions::delete(&db, id, By::Client)
                    .await
                    .expect("it works")
            );
        }
        // With the test banks nothing is left to end.
        let ids: Vec<String> = waiting(&db).await.into_iter().map(|one| one.id).collect();
        assert_eq!(ids, ["one"]);
        db.close().await;

        let Source::File(file) = scratch.keys() else {
            panic!("the keys are in a file");
        };
        let mut rotated = scratch.keys().read().expect("keys").expect("keys");
        rotated.rotate();
        keys::write(&file, &rotated).expect("it is written");
        let db = scratch.open().await;
        assert_eq!(sealing::reseal(&db).await.expect("it works"), 1);
        let forgotten = keys::forget_older(db.writer(), &rotated).await;
        forgotten.expect("it works");
        db.close().await;
        // The old one is gone.
        rotated.sealing.truncate(1);
        keys::write(&file, &rotated).expect("it is written");
        let db = scratch.open().await;
        let left = waiting(&db).await;
        let held = left[0].course.standing.as_ref().expect("it is held");
        assert_eq!(held.expose(), "theirs");
        assert!(left[0].course.trying.is_none());
        db.close().await;
    }
}
