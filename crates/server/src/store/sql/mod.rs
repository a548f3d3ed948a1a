//! Statements that SQLite and PostgreSQL both take: one text, its parameters, and rows that are read by column.
//!
//! What both have in common is written down once: `?` or `?1` for a parameter, `IS NOT DISTINCT FROM` where something may
//! be null, `CASE`, `ON CONFLICT`, `RETURNING`. Every number is a 64-bit one, every truth a boolean.

mod pool;
mod row;
mod text;
mod value;

pub use pool::{On, Pool, Transaction};
pub use row::{FromRow, Row};
pub use value::Value;

use std::borrow::Cow;
use std::marker::PhantomData;

/// A statement with what is bound so far.
pub struct Query {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// A statement of which one column is wanted.
pub struct Scalar<T> {
    query: Query,
    column: PhantomData<fn() -> T>,
}

/// What a statement has done.
#[derive(Clone, Copy, Debug)]
pub struct Done(u64);

impl Done {
    pub fn rows_affected(self) -> u64 {
        self.0
    }
}

/// The text must not be made of what somebody else has said: that is bound.
pub fn query(text: impl Into<Cow<'static, str>>) -> Query {
    Query {
        text: text.into(),
        values: Vec::new(),
    }
}

pub fn query_scalar<T>(text: impl Into<Cow<'static, str>>) -> Scalar<T> {
    Scalar {
        query: query(text),
        column: PhantomData,
    }
}

impl Query {
    pub fn bind(mut self, value: impl Into<Value>) -> Query {
        self.values.push(value.into());
        self
    }

    pub async fn execute<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<Done> {
        on.into().execute(self.text, self.values).await.map(Done)
    }

    pub async fn fetch_all<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<Vec<Row>> {
        on.into().rows(self.text, self.values).await
    }

    pub async fn fetch_optional<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<Option<Row>> {
        on.into().row(self.text, self.values).await
    }

    pub async fn fetch_one<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<Row> {
        let row = self.fetch_optional(on).await?;
        row.ok_or(sqlx::Error::RowNotFound)
    }
}

impl<T: FromRow> Scalar<T> {
    pub fn bind(mut self, value: impl Into<Value>) -> Scalar<T> {
        self.query = self.query.bind(value);
        self
    }

    pub async fn fetch_all<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<Vec<T>> {
        let rows = self.query.fetch_all(on).await?;
        rows.iter().map(|row| row.at(0)).collect()
    }

    pub async fn fetch_optional<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<Option<T>> {
        let row = self.query.fetch_optional(on).await?;
        row.map(|row| row.at(0)).transpose()
    }

    pub async fn fetch_one<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<T> {
        self.query.fetch_one(on).await?.at(0)
    }
}
