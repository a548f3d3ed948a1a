//! A database for one test, in a folder that goes with it.

use crate::store::keys::Source;
use crate::store::{self, Address, Db, Manner, OpenError, Opener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("connect-scratch-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        Scratch(folder)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("connect.db")
    }

    pub fn keys(&self) -> Source {
        Source::File(self.0.join("connect.keys"))
    }

    pub async fn open(&self) -> Db {
        self.try_open(Opener::Server).await.expect("a database")
    }
}

impl Scratch {
    pub async fn try_open(&self, opener: Opener) -> Result<Db, OpenError> {
        let manner = Manner {
            opener,
            patience: Duration::from_secs(5),
            connections: 4,
        };
        store::open(&Address::File(self.file()), &self.keys(), manner).await
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
