//! A row of either database.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, Postgres, Row as _, Sqlite, Type};

pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What a column can be read as: `i64`, `bool`, `String`, `Vec<u8>` and their options.
pub trait FromRow: Sized {
    fn sqlite<I: ColumnIndex<SqliteRow>>(row: &SqliteRow, index: I) -> sqlx::Result<Self>;
    fn postgres<I: ColumnIndex<PgRow>>(row: &PgRow, index: I) -> sqlx::Result<Self>;
}

impl<T> FromRow for T
where
    T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
{
    fn sqlite<I: ColumnIndex<SqliteRow>>(row: &SqliteRow, index: I) -> sqlx::Result<T> {
        row.try_get(index)
    }

    fn postgres<I: ColumnIndex<PgRow>>(row: &PgRow, index: I) -> sqlx::Result<T> {
        row.try_get(index)
    }
}

impl Row {
    pub fn try_get<T: FromRow>(&self, column: &str) -> sqlx::Result<T> {
        match self {
            Row::Sqlite(row) => T::sqlite(row, column),
            Row::Postgres(row) => T::postgres(row, column),
        }
    }

    pub(super) fn at<T: FromRow>(&self, place: usize) -> sqlx::Result<T> {
        match self {
            Row::Sqlite(row) => T::sqlite(row, place),
            Row::Postgres(row) => T::postgres(row, place),
        }
    }
}
