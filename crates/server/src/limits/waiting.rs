//! Requests that wait for news, counted while they wait.

use super::bucket::Key;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Clone)]
pub struct Waiting {
    counted: Arc<Mutex<Counted>>,
    most_in_all: usize,
}

#[derive(Default)]
struct Counted {
    by_key: HashMap<Key, u32>,
    in_all: usize,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    User,
    Address,
    Server,
}

/// A place of a user's, of an address's and of the server's, until it is dropped: also when whoever waits goes away.
pub struct Place {
    waiting: Waiting,
    keys: [Key; 2],
}

impl Waiting {
    pub fn new(most_in_all: usize) -> Waiting {
        Waiting {
            counted: Arc::default(),
            most_in_all,
        }
    }

    /// Takes one of each, or none at all. Each comes with how many it may have.
    pub fn enter(&self, user: (Key, u32), address: (Key, u32)) -> Result<Place, Full> {
        let mut counted = self.counted();
        for ((key, most), full) in [(user, Full::User), (address, Full::Address)] {
            if counted.of(key) >= most {
                return Err(full);
            }
        }
        if counted.in_all >= self.most_in_all {
            return Err(Full::Server);
        }
        let keys = [user.0, address.0];
        for key in keys {
            *counted.by_key.entry(key).or_default() += 1;
        }
        counted.in_all += 1;
        Ok(Place {
            waiting: self.clone(),
            keys,
        })
    }

    pub fn in_all(&self) -> usize {
        self.counted().in_all
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn of(&self, key: Key) -> u32 {
        self.by_key.get(&key).copied().unwrap_or(0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counted = self.waiting.counted();
        for key in self.keys {
            match counted.by_key.get_mut(&key) {
                Some(taken) if *taken > 1 => *taken -= 1,
                _ => drop(counted.by_key.remove(&key)),
            }
        }
        counted.in_all -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: Key = Key(1);
    const BOB: Key = Key(2);
    const HERE: Key = Key(3);
    const THERE: Key = Key(4);

    #[test]
    fn a_place_is_free_again_when_whoever_waits_has_gone() {
        let waiting = Waiting::new(100);
        let enter = |user, address| waiting.enter((user, 2), (address, 3));
        let first = enter(ANN, HERE);
        let second = enter(ANN, HERE);
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(enter(ANN, THERE).err(), Some(Full::User));
        let third = enter(BOB, HERE);
        assert!(third.is_ok());
        assert_eq!(enter(BOB, HERE).err(), Some(Full::Address));
        assert!(enter(BOB, THERE).is_ok());
        drop(first);
        assert!(enter(ANN, HERE).is_ok());
        drop((second, third));
        let counted = waiting.counted();
        assert!(counted.by_key.is_empty() && counted.in_all == 0);
    }

    #[test]
    fn all_together_have_no_more_than_the_server() {
        let waiting = Waiting::new(2);
        let enter = |user| waiting.enter((Key(user), u32::MAX), (HERE, u32::MAX));
        let (first, second) = (enter(10), enter(11));
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(enter(12).err(), Some(Full::Server));
        drop(first);
        assert!(enter(12).is_ok());
    }
}
