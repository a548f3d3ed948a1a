//! What became of syncs that could not be written down at once: polls hear of it from here.

use crate::store::course::Course;
use connect_core::api::Institution;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How a sync has ended. The version is the one that was written last.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Kept(Institution, Box<Course>),
    /// A connection whose first login was wrong is not kept.
    Removed(Institution),
}

impl End {
    pub(super) fn institution(&self) -> &Institution {
        match self {
            End::Kept(institution, _) | End::Removed(institution) => institution,
        }
    }

    /// As it is told before it is written: with the version that it will have. `None`: it is gone.
    pub fn told(&self) -> Option<Institution> {
        match self {
            End::Kept(institution, _) => Some(Institution {
                version: institution.version + 1,
                ..institution.clone()
            }),
            End::Removed(_) => None,
        }
    }
}

/// By the institutions' ids.
#[derive(Default)]
pub struct Unwritten(Mutex<HashMap<String, End>>);

impl Unwritten {
    pub fn get(&self, id: &str) -> Option<End> {
        self.all().get(id).cloned()
    }

    pub fn remove(&self, id: &str) {
        self.all().remove(id);
    }

    pub(super) fn keep(&self, end: End) {
        let id = end.institution().id.clone();
        self.all().insert(id, end);
    }

    /// Unless it is another one by now.
    pub(super) fn written(&self, end: &End) {
        let mut all = self.all();
        let id = &end.institution().id;
        if all.get(id) == Some(end) {
            all.remove(id);
        }
    }

    pub(super) fn ends(&self) -> Vec<End> {
        self.all().values().cloned().collect()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, End>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
