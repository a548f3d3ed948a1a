//! Tells those who wait for something that it has changed, and nobody else; they look for themselves what it is.

use crate::crypto::digest::sha256;
use crate::store::wire::Wire;
use std::collections::BTreeMap;
use std::fmt;
#[cfg(test)]
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, broadcast};

/// Stands before a topic on the wire.
pub(super) const WORD: &str = "topic";

/// What somebody waits for: a hash of it, so that no two are the same, whatever clients call themselves and their users, and
/// none says whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Topic(u128);

impl Topic {
    /// A connection, by its id.
    pub fn institution(id: &str) -> Topic {
        Topic::of("institution", &[id])
    }

    /// A login at a bank's own site, by its nonce's SHA-256.
    pub fn login(nonce_sha256: &str) -> Topic {
        Topic::of("login", &[nonce_sha256])
    }

    pub fn session(session: &str) -> Topic {
        Topic::of("session", &[session])
    }

    pub fn user(client: &str, user: &str) -> Topic {
        Topic::of("user", &[client, user])
    }

    pub fn client(client: &str) -> Topic {
        Topic::of("client", &[client])
    }

    /// What has happened to a client's connections.
    pub fn events(client: &str) -> Topic {
        Topic::of("events", &[client])
    }

    /// Answers that another server has heard, by the connection's id.
    pub(super) fn given(id: &str) -> Topic {
        Topic::of("given", &[id])
    }

    fn of(kind: &str, texts: &[&str]) -> Topic {
        let hash = sha256(format!("{kind} {texts:?}").as_bytes());
        let half = hash.first_chunk().expect("it has 32 bytes");
        Topic(u128::from_be_bytes(*half))
    }

    /// As another server says it.
    pub(super) fn parse(text: &str) -> Option<Topic> {
        u128::from_str_radix(text, 16).ok().map(Topic)
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// All who wait in this process, and the way to other servers. Its clones are the same.
#[derive(Clone, Default)]
pub struct News {
    waiting: Arc<Mutex<Waiting>>,
    wire: Wire,
}

#[derive(Default)]
struct Waiting {
    last: u64,
    /// Side by side by topic: those of one topic are a range.
    listeners: BTreeMap<(Topic, u64), Arc<Notify>>,
    #[cfg(test)]
    told: AtomicUsize,
}

/// Hears everything of its topics from the moment on at which it was made, until it is dropped.
pub struct Listener {
    news: News,
    number: u64,
    topics: Box<[Topic]>,
    /// Keeps one word until it is heard, so that none is lost between a look and the wait.
    told: Arc<Notify>,
}

impl News {
    pub fn new(wire: Wire) -> News {
        News {
            wire,
            ..News::default()
        }
    }

    /// Whatever has happened here is told here, and to the other servers.
    pub fn tell(&self, topic: &Topic) {
        self.tell_here(topic);
        if !self.wire.is_alone() {
            self.wire.say(format!("{WORD} {topic}"));
        }
    }

    /// What another server has said.
    pub(super) fn tell_here(&self, topic: &Topic) {
        let waiting = self.waiting();
        let told: Vec<_> = waiting.of(topic).cloned().collect();
        #[cfg(test)]
        waiting.told.fetch_add(told.len(), Ordering::Relaxed);
        drop(waiting);
        told.iter().for_each(|listener| listener.notify_one());
    }

    /// Something may have been missed.
    pub(super) fn tell_everybody(&self) {
        let waiting = self.waiting();
        let all: Vec<_> = waiting.listeners.values().cloned().collect();
        drop(waiting);
        all.iter().for_each(|listener| listener.notify_one());
    }

    pub fn listen(&self, topics: impl Into<Box<[Topic]>>) -> Listener {
        let (topics, told) = (topics.into(), Arc::new(Notify::new()));
        let mut waiting = self.waiting();
        waiting.last += 1;
        let number = waiting.last;
        for topic in &topics {
            let key = (*topic, number);
            waiting.listeners.insert(key, told.clone());
        }
        drop(waiting);
        Listener {
            news: self.clone(),
            number,
            topics,
            told,
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whatever is written into clients' feeds, for as long as the server runs.
pub async fn pass_on(mut happened: broadcast::Receiver<Arc<str>>, news: News) {
    loop {
        match happened.recv().await {
            Ok(client) => news.tell(&Topic::events(&client)),
            Err(broadcast::error::RecvError::Lagged(_)) => news.tell_everybody(),
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

impl Waiting {
    fn of(&self, topic: &Topic) -> impl Iterator<Item = &Arc<Notify>> {
        let all = (*topic, 0)..=(*topic, u64::MAX);
        self.listeners.range(all).map(|(_, listener)| listener)
    }
}

impl Listener {
    /// Until there is news, or at once if there was some since the last time. May be given up and called again.
    pub async fn news(&mut self) {
        self.told.notified().await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut waiting = self.news.waiting();
        for topic in &self.topics {
            waiting.listeners.remove(&(*topic, self.number));
        }
    }
}

#[cfg(test)]
impl News {
    /// How many wait, each as often as it has topics.
    pub fn waiting_for_topics(&self) -> usize {
        self.waiting().listeners.len()
    }

    /// How often somebody was told since the start.
    pub fn times_told(&self) -> usize {
        self.waiting().told.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::sync::atomic::AtomicU64;
    use std::task::{Context, Wake, Waker};
    use tokio::task::JoinSet;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Woken>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn institution(number: usize) -> Topic {
        Topic::institution(&number.to_string())
    }

    fn hears(listener: &mut Listener) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        pin!(listener.news()).poll(&mut context).is_ready()
    }

    #[test]
    fn of_a_thousand_who_wait_a_change_wakes_the_one_that_waits_for_it() {
        let news = News::default();
        let mut listeners: Vec<Listener> = (0..1000)
            .map(|number| news.listen([institution(number)]))
            .collect();
        let all: Vec<Arc<Woken>> = listeners.iter().map(|_| Arc::default()).collect();
        let mut waits: Vec<_> = listeners
            .iter_mut()
            .map(|listener| Box::pin(listener.news()))
            .collect();
        for (wait, woken) in waits.iter_mut().zip(&all) {
            let waker = Waker::from(woken.clone());
            let mut context = Context::from_waker(&waker);
            assert!(wait.as_mut().poll(&mut context).is_pending());
        }
        news.tell(&institution(517));
        news.tell(&Topic::session("517"));
        let woken = |number: usize| all[number].0.load(Ordering::Relaxed);
        assert_eq!((0..1000).map(woken).sum::<usize>(), 1);
        assert_eq!(woken(517), 1);
        drop(waits);
        drop(listeners);
        assert_eq!(news.waiting_for_topics(), 0);
    }

    #[test]
    fn what_comes_between_a_look_and_the_wait_is_heard_and_two_words_are_one() {
        let news = News::default();
        let mut listener = news.listen([institution(1), institution(2)]);
        assert!(!hears(&mut listener));
        news.tell(&institution(1));
        news.tell(&institution(2));
        assert!(hears(&mut listener) && !hears(&mut listener));
    }

    #[test]
    fn a_word_to_a_wait_that_is_given_up_is_for_the_next_one() {
        let news = News::default();
        let mut listener = news.listen([institution(1)]);
        {
            let mut given_up = pin!(listener.news());
            let mut context = Context::from_waker(Waker::noop());
            assert!(given_up.as_mut().poll(&mut context).is_pending());
            news.tell(&institution(1));
        }
        assert!(hears(&mut listener));
    }

    #[test]
    fn no_name_of_a_client_or_a_user_makes_two_topics_one() {
        assert_ne!(Topic::user("a", "b\", \"c"), Topic::user("a\", \"b", "c"));
        assert_ne!(Topic::user("a", "b"), Topic::client("a"));
        assert_ne!(Topic::institution("1"), Topic::login("1"));
    }

    /// Each of many waits until it has seen the last of many changes; a lost word would let it wait for ever.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_change_is_lost_however_looks_waits_and_changes_come_together() {
        const TOPICS: usize = 8;
        const CHANGES: u64 = 2_000;
        let news = News::default();
        let versions: Arc<Vec<AtomicU64>> =
            Arc::new((0..TOPICS).map(|_| AtomicU64::new(0)).collect());
        let mut tasks = JoinSet::new();
        for number in 0..TOPICS * 8 {
            let (news, versions) = (news.clone(), versions.clone());
            tasks.spawn(async move {
                let topic = number % TOPICS;
                let mut listener = news.listen([institution(topic)]);
                while versions[topic].load(Ordering::Acquire) < CHANGES {
                    listener.news().await;
                    // Half of them begin anew each time, as a poll does.
                    if number % 2 == 0 {
                        listener = news.listen([institution(topic)]);
                    }
                }
            });
        }
        for topic in 0..TOPICS {
            let (news, versions) = (news.clone(), versions.clone());
            tasks.spawn(async move {
                for _ in 0..CHANGES {
                    versions[topic].fetch_add(1, Ordering::Release);
                    news.tell(&institution(topic));
                    tokio::task::yield_now().await;
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.expect("it ends");
        }
        assert_eq!(news.waiting_for_topics(), 0);
    }
}
