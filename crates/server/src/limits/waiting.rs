//! Requests that wait for news, counted while they wait.

use super::bucket::Key;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Clone, Default)]
pub struct Waiting(Arc<Mutex<HashMap<Key, u32>>>);

/// One of a user's places, until it is dropped: also when whoever waits goes away.
pub struct Place {
    waiting: Waiting,
    key: Key,
}

impl Waiting {
    pub fn enter(&self, key: Key, most: u32) -> Option<Place> {
        let mut all = self.all();
        let taken = all.get(&key).copied().unwrap_or(0);
        if taken >= most {
            return None;
        }
        all.insert(key, taken + 1);
        Some(Place {
            waiting: self.clone(),
            key,
        })
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Key, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.waiting.all();
        match all.get_mut(&self.key) {
            Some(taken) if *taken > 1 => *taken -= 1,
            _ => drop(all.remove(&self.key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_whoever_waits_has_gone() {
        let waiting = Waiting::default();
        let (ann, bob) = (Key(1), Key(2));
        let first = waiting.enter(ann, 2);
        let second = waiting.enter(ann, 2);
        assert!(first.is_some() && second.is_some());
        assert!(waiting.enter(ann, 2).is_none());
        assert!(waiting.enter(bob, 2).is_some());
        drop(first);
        assert!(waiting.enter(ann, 2).is_some());
        drop(second);
        assert!(waiting.all().is_empty());
    }
}
