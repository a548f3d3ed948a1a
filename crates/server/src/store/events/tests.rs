//! Stories of what is written down as having happened, and in which order it is read.

use super::*;
use crate::store::institutions::{self, New as NewInstitution, Owner};
use crate::store::scratch::Scratch;
use connect_core::api::SyncDetails;

const DAY: i64 = 86_400;
const THEN: i64 = 1_900_000_000;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a second of this century")
}

async fn connect(db: &Db, id: &str, ends: i64) -> Institution {
    let owner = Owner {
        client: "shop".into(),
        user: "ann".into(),
        scope: None,
    };
    let mut institution = Institution {
        id: id.into(),
        sync_status: SyncStatus::Syncing,
        sync_status_details: Some(SyncDetails {
            date: at(THEN).to_string(),
            step: None,
        }),
        ..Institution::default()
    };
    let made = institutions::insert(db, &owner, &institution, NewInstitution::default()).await;
    made.expect("it is written");
    institution.sync_status = SyncStatus::Ok;
    institution.consent_expires_at = Some(at(ends).to_string());
    let written = institutions::update(db, &mut institution).await;
    assert!(written.expect("it works"));
    institution
}

async fn kinds(db: &Db) -> Vec<String> {
    let all = after(db, "shop", 0, 100).await.expect("they are read");
    all.into_iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn the_end_of_a_permission_is_announced_once_and_a_new_end_once_more() {
    let scratch = Scratch::new();
    let db = scratch.open().await;
    let week = SignedDuration::from_hours(7 * 24);
    let mut institution = connect(&db, "one", THEN + 10 * DAY).await;
    let announced = async |second| {
        let done = announce_ends(&db, at(second), week).await;
        done.expect("it works")
    };
    assert_eq!(announced(THEN + 3 * DAY - 1).await, 0);
    assert_eq!(announced(THEN + 3 * DAY).await, 1);
    assert_eq!(announced(THEN + 3 * DAY + 60).await, 0);
    institution.consent_expires_at = Some(at(THEN + 100 * DAY).to_string());
    let written = institutions::update(&db, &mut institution).await;
    assert!(written.expect("it works"));
    assert_eq!(announced(THEN + 4 * DAY).await, 0);
    assert_eq!(announced(THEN + 93 * DAY).await, 1);
    let all = kinds(&db).await;
    let soon = "connection.consent_ends_soon";
    assert_eq!(all, ["connection.connected", soon, soon]);
    db.close().await;
}

#[tokio::test]
async fn what_is_old_goes_with_its_numbers_and_the_next_one_goes_on_counting() {
    let scratch = Scratch::new();
    let db = scratch.open().await;
    for id in ["one", "two"] {
        connect(&db, id, THEN).await;
    }
    let now = Timestamp::now();
    let month = SignedDuration::from_hours(30 * 24);
    let gone = remove_old(&db, now - month).await;
    assert_eq!(gone.expect("it works"), 0);
    let gone = remove_old(&db, now + month).await;
    assert_eq!(gone.expect("it works"), 2);
    connect(&db, "three", THEN).await;
    let left = after(&db, "shop", 0, 9).await.expect("they are read");
    assert_eq!((left.len(), left[0].number), (1, 3));
    let places = places(&db, "shop").await.expect("they are read");
    assert_eq!(
        places,
        Places {
            last: 3,
            dropped: 2
        }
    );
    db.close().await;
}

#[tokio::test]
async fn a_change_that_is_not_written_tells_nothing() {
    let scratch = Scratch::new();
    let db = scratch.open().await;
    let mut institution = connect(&db, "one", THEN).await;
    institution.version += 5;
    institution.sync_status = SyncStatus::Error;
    let outrun = institutions::update(&db, &mut institution).await;
    assert!(!outrun.expect("it works"));
    assert_eq!(kinds(&db).await, ["connection.connected"]);
    db.close().await;
}
