//! Token buckets that all servers take from together: what is taken comes back evenly. The arithmetic is the generic cell
//! rate algorithm's: of a bucket nothing is kept but when it will be full again.

use crate::store::Db;
use crate::store::sql::{self, Row};
use std::time::Duration;

/// One of a limit's buckets.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// A hash of whose it is: nothing that somebody has typed is kept.
    name: String,
    /// So long one that was taken takes to come back, and so long all of them do.
    step: i64,
    room: i64,
}

impl Bucket {
    /// So many at once, which come back evenly within the period.
    pub fn new(name: String, most: u32, period: Duration) -> Bucket {
        let step = (microseconds(period) / i64::from(most.max(1))).max(1);
        Bucket {
            name,
            step,
            room: step * i64::from(most.max(1)),
        }
    }
}

/// One of those that were asked for, by its place among them, and how long nothing can be taken from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Empty {
    pub place: usize,
    pub wait: Duration,
}

/// Takes one of each, which all differ, or none at all.
pub async fn take(db: &Db, asked: &[Bucket]) -> sqlx::Result<Result<(), Empty>> {
    let mut buckets: Vec<(usize, &Bucket)> = asked.iter().enumerate().collect();
    // In one order, so that two who take of the same ones do not wait for each other.
    buckets.sort_by_key(|(_, bucket)| &bucket.name);
    if buckets.is_empty() {
        return Ok(Ok(()));
    }
    let now = now(db);
    let rows = vec![format!("(?, {now} + ?, ?, ?)"); buckets.len()].join(", ");
    let text = format!(
        "INSERT INTO limits (name, full_at, step, room) VALUES {rows} \
         ON CONFLICT (name) DO UPDATE SET step = excluded.step, room = excluded.room, \
         full_at = excluded.step + CASE WHEN limits.full_at > {now} THEN limits.full_at ELSE {now} END \
         WHERE limits.full_at + excluded.step <= {now} + excluded.room RETURNING name"
    );
    let mut query = sql::query_scalar::<String>(text);
    for (_, bucket) in &buckets {
        query = query.bind(&bucket.name).bind(bucket.step);
        query = query.bind(bucket.step).bind(bucket.room);
    }
    let mut transaction = db.begin().await?;
    if db.shared().is_some() {
        // Everybody who takes from one of these waits for the commit; a moment's counts may be lost with the machine.
        sql::query("SET LOCAL synchronous_commit = off")
            .execute(&mut transaction)
            .await?;
    }
    let taken = query.fetch_all(&mut transaction).await?;
    let mut buckets = buckets.into_iter();
    let refused = buckets.find(|(_, bucket)| !taken.contains(&bucket.name));
    let Some((place, refused)) = refused else {
        transaction.commit().await?;
        return Ok(Ok(()));
    };
    let left = left(db);
    let left: Option<i64> = sql::query_scalar(format!("SELECT {left} FROM limits WHERE name = ?"))
        .bind(&refused.name)
        .fetch_optional(&mut transaction)
        .await?;
    // It ends with nothing taken.
    drop(transaction);
    Ok(Err(Empty {
        place,
        wait: refused.wait(left.unwrap_or_default()),
    }))
}

/// Puts back one of each, which were taken before.
pub async fn give_back(db: &Db, taken: &[Bucket]) -> sqlx::Result<()> {
    // One by one, so that nobody waits here for two.
    for bucket in taken {
        sql::query("UPDATE limits SET full_at = full_at - step WHERE name = ?")
            .bind(&bucket.name)
            .execute(db.writer())
            .await?;
    }
    Ok(())
}

/// Those from which nothing could be taken; takes nothing.
pub async fn look(db: &Db, asked: &[Bucket]) -> sqlx::Result<Vec<Empty>> {
    let names: Vec<&str> = asked.iter().map(|bucket| &*bucket.name).collect();
    let all = all(db, &names).await?;
    let empty = |(place, bucket): (usize, &Bucket)| {
        let (_, left) = all.iter().find(|(name, _)| *name == bucket.name)?;
        let wait = bucket.wait(*left);
        (!wait.is_zero()).then_some(Empty { place, wait })
    };
    Ok(asked.iter().enumerate().filter_map(empty).collect())
}

/// Keeps this name for so long.
pub async fn note(db: &Db, name: &str, time: Duration) -> sqlx::Result<()> {
    let now = now(db);
    let text = format!(
        "INSERT INTO limits (name, full_at, step, room) VALUES (?, {now} + ?, 0, 0) \
         ON CONFLICT (name) DO UPDATE SET full_at = excluded.full_at"
    );
    sql::query(text)
        .bind(name)
        .bind(microseconds(time))
        .execute(db.writer())
        .await?;
    Ok(())
}

/// Whether this name is kept.
pub async fn is_noted(db: &Db, name: &str) -> sqlx::Result<bool> {
    let all = all(db, &[name]).await?;
    Ok(all.iter().any(|(_, left)| *left > 0))
}

/// Forgets the buckets that are full again, and those that a clock which was wrong for a while has left behind; tells how
/// many.
pub async fn clean(db: &Db) -> sqlx::Result<u64> {
    let now = now(db);
    let mut full = format!(
        "SELECT name FROM limits WHERE full_at <= {now} OR (step > 0 AND full_at > {now} + room)"
    );
    if db.shared().is_some() {
        // Whoever takes from one at this moment does so first, and is not waited for.
        full += " FOR UPDATE SKIP LOCKED";
    }
    let done = sql::query(format!("DELETE FROM limits WHERE name IN ({full})"))
        .execute(db.writer())
        .await?;
    Ok(done.rows_affected())
}

impl Bucket {
    fn wait(&self, left: i64) -> Duration {
        let wait = left + self.step - self.room;
        Duration::from_micros(u64::try_from(wait).unwrap_or_default())
    }
}

/// Names with the time until each is full.
async fn all(db: &Db, names: &[&str]) -> sqlx::Result<Vec<(String, i64)>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let places = vec!["?"; names.len()].join(", ");
    let left = left(db);
    let text = format!("SELECT name, {left} AS left_over FROM limits WHERE name IN ({places})");
    let query = names
        .iter()
        .fold(sql::query(text), |query, name| query.bind(*name));
    let rows = query.fetch_all(db.reader()).await?;
    let read = |row: &Row| Ok((row.try_get("name")?, row.try_get("left_over")?));
    rows.iter().map(read).collect()
}

/// In SQL, when a row's bucket is full, from now.
fn left(db: &Db) -> String {
    format!("full_at - {}", now(db))
}

fn now(db: &Db) -> String {
    format!("{} * 1000", db.now())
}

fn microseconds(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;

    const HOUR: Duration = Duration::from_secs(3600);

    fn bucket(name: &str, most: u32) -> Bucket {
        Bucket::new(name.into(), most, HOUR)
    }

    /// As if so much time had gone by.
    async fn later(db: &Db, time: Duration) {
        let moved = sql::query("UPDATE limits SET full_at = full_at - ?")
            .bind(microseconds(time))
            .execute(db.writer());
        moved.await.expect("it works");
    }

    async fn taken(db: &Db, asked: &[&Bucket]) -> Result<(), Empty> {
        let asked: Vec<Bucket> = asked.iter().map(|bucket| (*bucket).clone()).collect();
        take(db, &asked).await.expect("it works")
    }

    async fn rows(db: &Db) -> i64 {
        let count = sql::query_scalar("SELECT count(*) FROM limits").fetch_one(db.reader());
        count.await.expect("it works")
    }

    /// Nearly so long: the clock goes on meanwhile.
    fn is_about(wait: Duration, wanted: Duration) -> bool {
        wait <= wanted && wait > wanted - Duration::from_secs(60)
    }

    #[tokio::test]
    async fn so_many_are_taken_at_once_and_come_back_one_by_one() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let (ann, bob) = (bucket("ann", 3), bucket("bob", 3));
        let both = [bob.clone(), ann.clone()];
        for _ in 0..3 {
            assert_eq!(look(&db, &both).await.expect("it works"), []);
            assert_eq!(taken(&db, &[&ann]).await, Ok(()));
        }
        let seen = look(&db, &both).await.expect("it works");
        let refused = taken(&db, &[&bob, &ann]).await.expect_err("it is empty");
        assert_eq!((seen.len(), seen[0].place, refused.place), (1, 1, 1));
        for empty in [seen[0], refused] {
            assert!(is_about(empty.wait, HOUR / 3), "{empty:?}");
        }
        assert_eq!(taken(&db, &[&bob]).await, Ok(()));
        later(&db, HOUR / 4).await;
        let refused = taken(&db, &[&ann]).await.expect_err("it is empty");
        assert!(is_about(refused.wait, HOUR / 12), "{refused:?}");
        later(&db, HOUR / 12).await;
        assert_eq!(taken(&db, &[&ann]).await, Ok(()));
        assert!(taken(&db, &[&ann]).await.is_err());
        later(&db, HOUR * 60).await;
        for _ in 0..3 {
            assert_eq!(taken(&db, &[&ann]).await, Ok(()));
        }
        assert!(taken(&db, &[&ann]).await.is_err());
        db.close().await;
    }

    #[tokio::test]
    async fn of_several_each_is_taken_or_none() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let (few, many) = (bucket("few", 1), bucket("many", 3));
        assert_eq!(taken(&db, &[&many, &few]).await, Ok(()));
        for _ in 0..10 {
            let refused = taken(&db, &[&many, &few]).await.expect_err("it is empty");
            assert_eq!(refused.place, 1);
        }
        for _ in 0..2 {
            assert_eq!(taken(&db, &[&many]).await, Ok(()));
        }
        assert!(taken(&db, &[&many]).await.is_err());
        db.close().await;
    }

    #[tokio::test]
    async fn who_takes_at_the_same_moment_takes_no_more_in_all() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..40 {
            let db = db.clone();
            let both = match number % 2 {
                0 => vec![bucket("a", 10), bucket("b", 100)],
                _ => vec![bucket("b", 100), bucket("a", 10)],
            };
            tasks.spawn(async move { take(&db, &both).await.expect("it works").is_ok() });
        }
        let all = tasks.join_all().await;
        assert_eq!(all.into_iter().filter(|taken| *taken).count(), 10);
        db.close().await;
    }

    #[tokio::test]
    async fn full_buckets_and_old_notes_are_forgotten_and_others_are_not() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let (ann, bob) = (bucket("ann", 2), bucket("bob", 2));
        for bucket in [&ann, &ann, &bob] {
            assert_eq!(taken(&db, &[bucket]).await, Ok(()));
        }
        note(&db, "known", HOUR * 2).await.expect("it works");
        assert!(is_noted(&db, "known").await.expect("it works"));
        assert!(!is_noted(&db, "other").await.expect("it works"));
        later(&db, HOUR * 3 / 4).await;
        assert_eq!(clean(&db).await.expect("it works"), 1);
        assert_eq!(rows(&db).await, 2);
        // A clock was ahead.
        let ahead = "UPDATE limits SET full_at = full_at + 3600000000 WHERE name = 'ann'";
        let moved = sql::query(ahead).execute(db.writer()).await;
        moved.expect("it works");
        assert_eq!(clean(&db).await.expect("it works"), 1);
        later(&db, HOUR * 5 / 4).await;
        assert!(!is_noted(&db, "known").await.expect("it works"));
        assert_eq!(clean(&db).await.expect("it works"), 1);
        db.close().await;
    }
}
