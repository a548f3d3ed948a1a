//! Token buckets of this server's own, one for each key: what is taken from them comes back evenly. The arithmetic is
//! `governor`'s.

use super::rate::Rate;
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::Duration;

/// Whose bucket it is: a hash, so that nothing that somebody has typed is kept, and a long name takes no more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(pub(super) u64);

type Limiter<C> =
    RateLimiter<Key, HashMapStateStore<Key>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// The buckets of one limit. Without a rate they are never empty.
pub struct Buckets<C: Clock = MonotonicClock>(Option<(Limiter<C>, C)>);

impl<C: Clock + Clone> Buckets<C> {
    /// Of a cap there are no buckets: whoever keeps the things counts them.
    pub fn new(rate: Rate, clock: C) -> Buckets<C> {
        let Rate::Per { most, period } = rate else {
            return Buckets(None);
        };
        let most = NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period / most.get()).map(|quota| quota.allow_burst(most));
        let limiter = |quota| RateLimiter::new(quota, HashMapStateStore::default(), clock.clone());
        Buckets(quota.map(|quota| (limiter(quota), clock.clone())))
    }

    /// Takes one; the error is how long to wait until there is one.
    pub fn take(&self, key: Key) -> Result<(), Duration> {
        let Some((limiter, clock)) = &self.0 else {
            return Ok(());
        };
        let taken = limiter.check_key(&key);
        taken.map_err(|until| until.wait_time_from(clock.now()))
    }

    /// Forgets the buckets that are full again.
    pub fn clean(&self) {
        if let Some((limiter, _)) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |(limiter, _)| limiter.len())
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
    fn full_buckets_are_forgotten_and_others_are_not() {
        let (buckets, clock) = three_a_minute();
        clock.advance(MINUTE);
        for _ in 0..3 {
            assert_eq!(buckets.take(ANN), Ok(()));
        }
        assert_eq!(buckets.take(BOB), Ok(()));
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
        assert!((0..10_000).all(|_| buckets.take(ANN).is_ok()));
        assert_eq!(buckets.len(), 0);
    }
}
