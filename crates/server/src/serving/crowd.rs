//! Who is connected, from where, and who has waited longest without a request: the one that makes room for a new one.
//! Knows no socket.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use tokio::sync::Notify;

/// How many connections there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub in_all: usize,
    pub per_network: usize,
}

/// What one visitor commands: an IPv4 address, or the /64 that IPv6 hands out to one customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    pub fn of(address: IpAddr) -> Network {
        Network(match address.to_canonical() {
            IpAddr::V6(address) => {
                let customer = u128::from(address) >> 64 << 64;
                IpAddr::V6(Ipv6Addr::from(customer))
            }
            v4 => v4,
        })
    }
}

pub type Id = u64;

/// What came of a wish to come in.
#[derive(Debug, PartialEq, Eq)]
pub enum Entry {
    Free(Id),
    /// Another one had to make room.
    Instead(Id),
    /// All others are busy.
    Full,
}

struct Member {
    network: Option<Network>,
    /// Its turn among those that wait.
    turn: Option<u64>,
    leave: Arc<Notify>,
}

#[derive(Default)]
struct Visitor {
    open: usize,
    waiting: BTreeMap<u64, Id>,
}

pub struct Crowd {
    limits: Limits,
    last: u64,
    members: HashMap<Id, Member>,
    /// By their turns, the longest first.
    waiting: BTreeMap<u64, Id>,
    visitors: HashMap<Network, Visitor>,
}

impl Crowd {
    pub fn new(limits: Limits) -> Crowd {
        Crowd {
            limits,
            last: 0,
            members: HashMap::new(),
            waiting: BTreeMap::new(),
            visitors: HashMap::new(),
        }
    }

    /// A connection from that network, or from one that is not counted; `leave` tells it to make room.
    pub fn enter(&mut self, network: Option<Network>, leave: Arc<Notify>) -> Entry {
        let visitor = network.and_then(|network| self.visitors.get(&network));
        let crowded = visitor.filter(|visitor| visitor.open >= self.limits.per_network);
        let longest = match crowded {
            Some(visitor) => visitor.waiting.first_key_value(),
            None if self.members.len() >= self.limits.in_all => self.waiting.first_key_value(),
            None => return Entry::Free(self.admit(network, leave)),
        };
        let Some((_, &longest)) = longest else {
            return Entry::Full;
        };
        self.evict(longest);
        Entry::Instead(self.admit(network, leave))
    }

    /// It has a request now. `false`: it has had to leave.
    pub fn work(&mut self, id: Id) -> bool {
        let Some(member) = self.members.get_mut(&id) else {
            return false;
        };
        if let Some(turn) = member.turn.take() {
            self.waiting.remove(&turn);
            let network = member.network;
            if let Some(visitor) = network.and_then(|network| self.visitors.get_mut(&network)) {
                visitor.waiting.remove(&turn);
            }
        }
        true
    }

    /// It waits for the other end from now on.
    pub fn wait(&mut self, id: Id) {
        let Some(member) = self.members.get_mut(&id) else {
            return;
        };
        if member.turn.is_some() {
            return;
        }
        self.last += 1;
        member.turn = Some(self.last);
        self.waiting.insert(self.last, id);
        let network = member.network;
        if let Some(visitor) = network.and_then(|network| self.visitors.get_mut(&network)) {
            visitor.waiting.insert(self.last, id);
        }
    }

    pub fn leave(&mut self, id: Id) {
        // Among those that wait it is no longer then.
        if !self.work(id) {
            return;
        }
        let member = self.members.remove(&id);
        let Some(network) = member.and_then(|member| member.network) else {
            return;
        };
        if let Some(visitor) = self.visitors.get_mut(&network) {
            visitor.open -= 1;
            if visitor.open == 0 {
                self.visitors.remove(&network);
            }
        }
    }

    /// The one that has waited longest makes room, whoever it is.
    pub fn evict_one(&mut self) -> bool {
        let longest = self.waiting.first_key_value().map(|(_, &id)| id);
        longest.is_some_and(|id| {
            self.evict(id);
            true
        })
    }

    pub fn len(&self) -> usize {
        self.members.len()
    }

    fn admit(&mut self, network: Option<Network>, leave: Arc<Notify>) -> Id {
        self.last += 1;
        let id = self.last;
        let member = Member {
            network,
            turn: None,
            leave,
        };
        self.members.insert(id, member);
        if let Some(network) = network {
            self.visitors.entry(network).or_default().open += 1;
        }
        self.wait(id);
        id
    }

    fn evict(&mut self, id: Id) {
        if let Some(member) = self.members.get(&id) {
            member.leave.notify_one();
        }
        self.leave(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        in_all: 5,
        per_network: 3,
    };

    fn network(text: &str) -> Option<Network> {
        Some(Network::of(text.parse().expect("an address")))
    }

    /// Comes in, and tells whether the newcomer was let in and whether this one was told to leave.
    struct Guest {
        entry: Entry,
        leave: Arc<Notify>,
    }

    impl Guest {
        fn of(crowd: &mut Crowd, network: Option<Network>) -> Guest {
            let leave = Arc::new(Notify::new());
            let entry = crowd.enter(network, leave.clone());
            Guest { entry, leave }
        }

        fn id(&self) -> Id {
            match self.entry {
                Entry::Free(id) | Entry::Instead(id) => id,
                Entry::Full => panic!("it was not let in"),
            }
        }

        fn was_told_to_leave(&self) -> bool {
            let told = std::pin::pin!(self.leave.notified());
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            told.poll(&mut context).is_ready()
        }
    }

    #[test]
    fn of_one_address_the_one_that_has_waited_longest_makes_room() {
        let mut crowd = Crowd::new(LIMITS);
        let a = network("192.0.2.1");
        let [first, second, third] = [0; 3].map(|_| Guest::of(&mut crowd, a));
        let other = Guest::of(&mut crowd, network("192.0.2.2"));
        crowd.work(first.id());
        crowd.work(second.id());
        crowd.wait(first.id());
        let new = Guest::of(&mut crowd, a);
        assert!(third.was_told_to_leave() && matches!(new.entry, Entry::Instead(_)));
        assert!(!crowd.work(third.id()));
        let new = Guest::of(&mut crowd, a);
        assert!(first.was_told_to_leave() && matches!(new.entry, Entry::Instead(_)));
        assert!(!second.was_told_to_leave() && !other.was_told_to_leave());
    }

    #[test]
    fn who_is_busy_stays_and_then_the_new_one_is_refused() {
        let mut crowd = Crowd::new(LIMITS);
        let a = network("192.0.2.1");
        let guests = [0; 3].map(|_| Guest::of(&mut crowd, a));
        for guest in &guests {
            crowd.work(guest.id());
        }
        assert_eq!(Guest::of(&mut crowd, a).entry, Entry::Full);
        crowd.leave(guests[0].id());
        assert!(matches!(Guest::of(&mut crowd, a).entry, Entry::Free(_)));
    }

    #[test]
    fn of_all_the_one_that_has_waited_longest_makes_room_and_a_proxy_has_no_limit_of_its_own() {
        let mut crowd = Crowd::new(LIMITS);
        let stranger = Guest::of(&mut crowd, network("192.0.2.1"));
        let proxied = [0; 4].map(|_| Guest::of(&mut crowd, None));
        assert_eq!(crowd.len(), 5);
        for guest in &proxied {
            crowd.work(guest.id());
        }
        let new = Guest::of(&mut crowd, None);
        assert!(stranger.was_told_to_leave() && matches!(new.entry, Entry::Instead(_)));
        crowd.work(new.id());
        assert_eq!(Guest::of(&mut crowd, None).entry, Entry::Full);
    }

    #[test]
    fn nothing_is_kept_of_those_who_have_left() {
        let mut crowd = Crowd::new(LIMITS);
        let guests = [0; 3].map(|_| Guest::of(&mut crowd, network("192.0.2.1")));
        crowd.work(guests[1].id());
        for guest in &guests {
            crowd.leave(guest.id());
            crowd.leave(guest.id());
        }
        assert!(crowd.members.is_empty() && crowd.waiting.is_empty() && crowd.visitors.is_empty());
        assert!(!crowd.evict_one());
    }

    #[test]
    fn a_customer_of_ipv6_is_one_visitor_and_ipv4_is_itself_in_both_ways_of_writing() {
        assert_eq!(network("2001:db8:0:1::1"), network("2001:db8:0:1:ffff::2"));
        assert_ne!(network("2001:db8:0:1::1"), network("2001:db8:0:2::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
