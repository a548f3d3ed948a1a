//! The open database: many who read and one who writes, in the order in which they come, so that none starves another.

use sqlx::SqlitePool;

#[derive(Clone)]
pub struct Db {
    readers: SqlitePool,
    writer: SqlitePool,
}

impl Db {
    pub fn new(readers: SqlitePool, writer: SqlitePool) -> Db {
        Db { readers, writer }
    }

    /// For whatever changes nothing; goes on while somebody writes.
    pub fn reader(&self) -> &SqlitePool {
        &self.readers
    }

    /// For whatever changes something: one connection, whose pool is the queue before it.
    pub fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}
