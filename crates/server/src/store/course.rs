//! What is kept of a connection for the aggregator that it goes through, beside what its user is told.

use super::sealing;
use crate::aggregators::Held;
use crate::store::Db;
use connect_core::api::Institution;
use serde::{Deserialize, Serialize};
use sqlx::Row;

const TABLE: &str = "institutions";

/// A connection's other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub aggregator: String,
    /// `None`: no login has come so far.
    pub held: Option<Held>,
    /// The ids of all accounts that its user could choose from.
    pub offered: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    held: Option<String>,
    offered: Vec<String>,
}

/// `None`: it goes through no aggregator.
pub async fn find(db: &Db, id: &str) -> sqlx::Result<Option<Course>> {
    let row = sqlx::query("SELECT aggregator, held FROM institutions WHERE id = ?")
        .bind(id)
        .fetch_optional(db.reader())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(aggregator) = row.try_get("aggregator")? else {
        return Ok(None);
    };
    let kept = sealing::unsealed(db.vault(), &row, TABLE, "held", id)?;
    let kept: Option<Kept> = kept
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| sqlx::Error::Decode(error.into()))?;
    let (held, offered) = kept.map_or((None, Vec::new()), |kept| (kept.held, kept.offered));
    Ok(Some(Course {
        aggregator,
        held: held.map(Held::from_text),
        offered,
    }))
}

/// Before anything else happens. `false`: somebody else has written since the institution was read, or it is gone.
pub async fn keep(db: &Db, institution: &Institution, course: &Course) -> sqlx::Result<bool> {
    let kept = Kept {
        held: course.held.as_ref().map(|held| held.expose().to_owned()),
        offered: course.offered.clone(),
    };
    let text = serde_json::to_string(&kept).expect("what is kept holds only texts");
    let sealed = sealing::sealed(db.vault(), TABLE, "held", &institution.id, &text);
    let update = "UPDATE institutions SET aggregator = ?, held = ? WHERE id = ? AND version = ?";
    let done = sqlx::query(update)
        .bind(&course.aggregator)
        .bind(sealed)
        .bind(&institution.id)
        .bind(institution.version.cast_signed())
        .execute(db.writer())
        .await?;
    Ok(done.rows_affected() == 1)
}
