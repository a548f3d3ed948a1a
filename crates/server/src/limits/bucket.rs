//! Token buckets, one for each key: what is taken from them comes back evenly. The arithmetic is `governor`'s.

use super::rate::Rate;
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::{HashMapStateStore, ShrinkableKeyedStateStore};
use governor::{Quota, RateLimiter};
use std::convert::Infallible;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Whose bucket it is: a hash, so that nothing that somebody has typed is kept, and a long name takes no more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(pub(super) u64);

type Store = Arc<HashMapStateStore<Key>>;
type Limiter<S, C> = RateLimiter<Key, S, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// The buckets of one limit. Without a rate they are never empty.
pub struct Buckets<C: Clock = MonotonicClock>(Option<Limited<C>>);

struct Limited<C: Clock> {
    taking: Limiter<Taking, C>,
    looking: Limiter<Looking, C>,
    clock: C,
}

impl<C: Clock + Clone> Buckets<C> {
    /// Of a cap there are no buckets: whoever keeps the things counts them.
    pub fn new(rate: Rate, clock: C) -> Buckets<C> {
        let Rate::Per { most, period } = rate else {
            return Buckets(None);
        };
        let most = NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period / most.get()).map(|quota| quota.allow_burst(most));
        let store = Store::default();
        Buckets(quota.map(|quota| Limited {
            taking: RateLimiter::new(quota, Taking(store.clone()), clock.clone()),
            looking: RateLimiter::new(quota, Looking(store), clock.clone()),
            clock,
        }))
    }

    /// Takes one; the error is how long to wait until there is one.
    pub fn take(&self, key: Key) -> Result<(), Duration> {
        let Some(limited) = &self.0 else {
            return Ok(());
        };
        let taken = limited.taking.check_key(&key);
        taken.map_err(|until| until.wait_time_from(limited.clock.now()))
    }

    /// Whether one could be taken.
    pub fn look(&self, key: Key) -> Result<(), Duration> {
        let Some(limited) = &self.0 else {
            return Ok(());
        };
        let seen = limited.looking.check_key(&key);
        seen.map_err(|until| until.wait_time_from(limited.clock.now()))
    }

    /// Forgets the buckets that are full again.
    pub fn clean(&self) {
        if let Some(limited) = &self.0 {
            limited.taking.retain_recent();
            limited.taking.shrink_to_fit();
        }
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |limited| limited.taking.len())
    }
}

struct Taking(Store);

impl StateStore for Taking {
    type Key = Key;

    fn measure_and_replace<T, F, E>(&self, key: &Key, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0.measure_and_replace(key, decide)
    }
}

impl ShrinkableKeyedStateStore<Key> for Taking {
    fn retain_recent(&self, drop_below: Nanos) {
        self.0.retain_recent(drop_below);
    }

    fn shrink_to_fit(&self) {
        self.0.shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The same buckets, for a limiter that decides and changes nothing.
struct Looking(Store);

impl StateStore for Looking {
    type Key = Key;

    fn measure_and_replace<T, F, E>(&self, key: &Key, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        // A store writes nothing down for an error, so the decision is handed out as one.
        let decided = self.0.measure_and_replace(key, |state| {
            Err::<(Infallible, Nanos), _>(decide(state).map(|(outcome, _)| outcome))
        });
        match decided {
            Ok(never) => match never {},
            Err(decision) => decision,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    const ANN: Key = Key(1);
    const BOB: Key = Key(2);
    const MINUTE: Duration = Duration::from_secs(60);

    fn three_a_minute() -> (Buckets<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Buckets::new(Rate::per(3, 60), clock.clone()), clock)
    }

    #[test]
    fn so_many_are_taken_at_once_and_come_back_one_by_one() {
        let (buckets, clock) = three_a_minute();
        for _ in 0..3 {
            assert_eq!(buckets.take(ANN), Ok(()));
        }
        assert_eq!(buckets.take(ANN), Err(MINUTE / 3));
        assert_eq!(buckets.take(BOB), Ok(()));
        clock.advance(MINUTE / 4);
        assert_eq!(buckets.take(ANN), Err(MINUTE / 12));
        clock.advance(MINUTE / 12);
        assert_eq!(buckets.take(ANN), Ok(()));
        assert_eq!(buckets.take(ANN), Err(MINUTE / 3));
        clock.advance(MINUTE * 60);
        for _ in 0..3 {
            assert_eq!(buckets.take(ANN), Ok(()));
        }
        assert!(buckets.take(ANN).is_err());
    }

    #[test]
    fn looking_takes_nothing() {
        let (buckets, clock) = three_a_minute();
        for _ in 0..10 {
            assert_eq!(buckets.look(ANN), Ok(()));
        }
        for _ in 0..3 {
            assert_eq!((buckets.look(ANN), buckets.take(ANN)), (Ok(()), Ok(())));
        }
        for _ in 0..10 {
            assert_eq!(buckets.look(ANN), Err(MINUTE / 3));
        }
        clock.advance(MINUTE / 3);
        assert_eq!((buckets.look(ANN), buckets.take(ANN)), (Ok(()), Ok(())));
        assert!(buckets.look(ANN).is_err());
    }

    #[test]
    fn full_buckets_are_forgotten_and_others_are_not() {
        let (buckets, clock) = three_a_minute();
        clock.advance(MINUTE);
        for _ in 0..3 {
            assert_eq!(buckets.take(ANN), Ok(()));
        }
        assert_eq!((buckets.take(BOB), buckets.look(Key(3))), (Ok(()), Ok(())));
        clock.advance(MINUTE * 2 / 3);
        buckets.clean();
        assert_eq!(buckets.len(), 1);
        clock.advance(MINUTE);
        buckets.clean();
        assert_eq!(buckets.len(), 0);
    }

    #[test]
    fn what_is_off_is_never_empty() {
        let buckets = Buckets::new(Rate::Off, FakeRelativeClock::default());
        assert!((0..10_000).all(|_| buckets.take(ANN).is_ok() && buckets.look(ANN).is_ok()));
        assert_eq!(buckets.len(), 0);
    }
}
