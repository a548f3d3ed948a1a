//! Of refusals that are alike few are written, and all are counted: whoever floods the server shall not fill its logs.

use super::trail::Trail;
use crate::http::address::Address;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The first of each such time is written.
const WINDOW: Duration = Duration::from_secs(10);

/// Kinds that are remembered. What is of yet another kind is written.
const MOST: usize = 10_000;

#[derive(Default)]
pub struct Refusals(Mutex<HashMap<Like, Window>>);

/// What makes refusals alike. Nothing in it is a caller's own word, but for the address.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Like {
    address: Option<IpAddr>,
    client: Option<String>,
    method: &'static str,
    route: Option<String>,
    refused: Refused,
}

/// How somebody was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Refused {
    pub status: u16,
    pub code: Option<&'static str>,
    /// The limit that was reached, by its name.
    pub limit: Option<&'static str>,
}

struct Window {
    began: Instant,
    /// Those that are not written yet, and the last one's request.
    unwritten: u64,
    last: Arc<Trail>,
}

/// Refusals that one line stands for, with the last one's request.
pub struct Rest {
    pub refused: Refused,
    pub times: u64,
    pub trail: Arc<Trail>,
}

impl Refusals {
    /// For how many this one's line stands, itself among them. `None`: it is counted, and not written now.
    pub fn count(&self, refused: Refused, trail: &Arc<Trail>, now: Instant) -> Option<u64> {
        let like = Like::of(refused, trail);
        let mut all = self.all();
        let room = all.len() < MOST;
        match all.get_mut(&like) {
            Some(window) if now.duration_since(window.began) < WINDOW => {
                window.unwritten += 1;
                window.last = trail.clone();
                None
            }
            Some(window) => {
                window.began = now;
                Some(std::mem::take(&mut window.unwritten) + 1)
            }
            None => {
                if room {
                    all.insert(like, Window::new(trail, now));
                }
                Some(1)
            }
        }
    }

    /// Forgets those whose time is over; tells what of them is not written yet.
    pub fn ended(&self, now: Instant) -> Vec<Rest> {
        let over = |window: &Window| now.duration_since(window.began) >= WINDOW;
        let mut all = self.all();
        let ended = all.extract_if(|_, window| over(window));
        ended.filter_map(rest).collect()
    }

    /// Forgets all.
    pub fn all_ended(&self) -> Vec<Rest> {
        self.all().drain().filter_map(rest).collect()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Like, Window>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn rest((like, window): (Like, Window)) -> Option<Rest> {
    (window.unwritten > 0).then_some(Rest {
        refused: like.refused,
        times: window.unwritten,
        trail: window.last,
    })
}

impl Like {
    fn of(refused: Refused, trail: &Trail) -> Like {
        let counted = |address| Address(address).counted();
        Like {
            address: trail.address.map(counted),
            client: trail.who().map(|who| who.client),
            method: trail.method,
            route: trail.route.clone(),
            refused,
        }
    }
}

impl Window {
    fn new(trail: &Arc<Trail>, began: Instant) -> Window {
        Window {
            began,
            unwritten: 0,
            last: trail.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENIED: Refused = Refused {
        status: 401,
        code: Some("invalid_client"),
        limit: None,
    };

    fn trail(address: u32, route: &str) -> Arc<Trail> {
        let address = IpAddr::V4(address.into());
        let route = Some(route.to_owned());
        Arc::new(Trail::new("id".into(), Some(address), "GET", route))
    }

    fn total(rests: &[Rest]) -> u64 {
        rests.iter().map(|rest| rest.times).sum()
    }

    #[test]
    fn the_first_in_ten_seconds_is_written_and_the_next_one_says_how_many_there_were() {
        let (refusals, began) = (Refusals::default(), Instant::now());
        let here = trail(1, "/v1/tokens");
        let at = |milliseconds| {
            let now = began + Duration::from_millis(milliseconds);
            refusals.count(DENIED, &here, now)
        };
        assert_eq!(at(0), Some(1));
        assert!((1..=500).all(|number| at(number).is_none()));
        assert_eq!(at(9_999), None);
        assert_eq!(at(10_000), Some(502));
        assert_eq!(at(19_999), None);
        assert_eq!(at(20_000), Some(2));
        assert_eq!(at(50_000), Some(1));
        assert!(refusals.ended(began + Duration::from_secs(60)).is_empty());
        assert!(refusals.all().is_empty());
    }

    #[test]
    fn another_address_route_status_code_or_limit_is_another_kind() {
        let (refusals, now) = (Refusals::default(), Instant::now());
        let (here, there) = (trail(1, "/v1/tokens"), trail(2, "/v1/tokens"));
        let other = trail(1, "/v1/session");
        let limit = Refused {
            status: 429,
            code: Some("rate_limited"),
            limit: Some("polls-per-user"),
        };
        let another = Refused {
            limit: Some("polls-per-address"),
            ..limit
        };
        for (refused, trail) in [
            (DENIED, &here),
            (DENIED, &there),
            (DENIED, &other),
            (limit, &here),
            (another, &here),
        ] {
            assert_eq!(refusals.count(refused, trail, now), Some(1));
            assert_eq!(refusals.count(refused, trail, now), None);
        }
    }

    #[test]
    fn a_network_of_ipv6_floods_as_one() {
        let (refusals, now) = (Refusals::default(), Instant::now());
        let from = |address: &str| {
            let address = address.parse().expect("an address");
            let trail = Trail::new("id".into(), Some(address), "GET", None);
            refusals.count(DENIED, &Arc::new(trail), now)
        };
        assert_eq!(from("2001:db8:1:2::1"), Some(1));
        assert_eq!(from("2001:db8:1:2::2"), None);
        assert_eq!(from("2001:db8:1:3::1"), Some(1));
    }

    #[test]
    fn what_no_other_one_follows_is_told_once_its_time_is_over_or_at_the_end() {
        let (refusals, began) = (Refusals::default(), Instant::now());
        let (here, there) = (trail(1, "/v1/tokens"), trail(2, "/v1/tokens"));
        for _ in 0..4 {
            refusals.count(DENIED, &here, began);
        }
        let later = began + Duration::from_secs(9);
        for _ in 0..6 {
            refusals.count(DENIED, &there, later);
        }
        assert_eq!(total(&refusals.ended(later)), 0);
        assert_eq!(total(&refusals.ended(began + WINDOW)), 3);
        assert_eq!(total(&refusals.all_ended()), 5);
        assert_eq!(total(&refusals.all_ended()), 0);
        assert_eq!(refusals.count(DENIED, &here, later), Some(1));
    }

    #[test]
    fn of_more_kinds_than_are_remembered_each_refusal_is_written() {
        let (refusals, began) = (Refusals::default(), Instant::now());
        let most = u32::try_from(MOST).expect("a number");
        let count = |address, now| refusals.count(DENIED, &trail(address, "/"), now);
        assert!((0..most).all(|address| count(address, began) == Some(1)));
        assert!((0..3).all(|_| count(most, began) == Some(1)));
        assert_eq!(refusals.all().len(), MOST);
        // The others are still counted, and there is room again once they are over.
        assert_eq!(count(0, began), None);
        let later = began + WINDOW;
        assert_eq!(total(&refusals.ended(later)), 1);
        assert_eq!(count(most, later), Some(1));
        assert_eq!(count(most, later), None);
    }
}
