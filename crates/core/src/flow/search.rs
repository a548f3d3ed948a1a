//! The list of banks: rows at every keystroke, from what is known first and from the backend a moment later.

use super::call::Meaning;
use super::later::Later;
use super::state::Goal;
use super::{Answer, Call, CallError, Event, Machine, Report, Search, State, Ticket};
use crate::api::{Listing, Provider};
use crate::search::{Query, Rank};

/// How many rows are shown from what is known.
const KNOWN_ROWS: usize = 30;
/// How many rows of a whole catalogue are drawn at a time.
const MORE_ROWS: usize = 60;
/// Whoever has typed nothing for so long is thought to have paused, in milliseconds.
const TYPING_PAUSE: u32 = 600;
/// How many banks are remembered at most.
const KNOWN_BANKS: usize = 2_000;

impl Machine {
    /// Shows the list as it was left, or asks for it; `asked` is a request for it that is under way.
    pub(super) fn show_list(&mut self, asked: Option<Ticket>) -> State {
        let keep = asked.filter(|ticket| self.open.contains(ticket));
        self.open.retain(|open| Some(*open) != keep);
        self.leave();
        self.open.extend(keep);
        let mut search = std::mem::take(&mut self.list);
        search.asking = keep;
        search.retry = None;
        search.pause = None;
        if !search.answered && search.asking.is_none() {
            self.ask(&mut search);
        }
        State::Search(search)
    }

    pub(super) fn searching(&mut self, mut search: Search, event: Event) -> State {
        match event {
            Event::Typed(query) => self.typed(&mut search, query),
            Event::ListEndReached => self.more(&mut search),
            Event::TryNowClicked => self.search_again(&mut search),
            Event::Woke(timer) if search.pause == Some(timer) => self.tell_search(&mut search),
            Event::Woke(timer) if search.retry.is_some_and(|r| r.timer == timer) => {
                self.search_again(&mut search);
            }
            Event::Answered {
                ticket,
                answer: Ok(Answer::Providers(listing)),
            } if search.asking == Some(ticket) => {
                let more = search.answered;
                search.asking = None;
                search.attempt = 0;
                search.fill(listing, more);
            }
            Event::Answered { ticket, answer } if search.asking == Some(ticket) => {
                search.asking = None;
                return self.search_failed(search, CallError::of(answer));
            }
            Event::Picked(id) => return self.picked(search, id),
            _ => {}
        }
        State::Search(search)
    }

    fn typed(&mut self, search: &mut Search, query: String) {
        if query == search.query {
            return;
        }
        self.stop_asking(search);
        search.query = query;
        if let Some(pause) = search.pause.take() {
            self.cancel(pause);
        }
        search.pause = Some(self.wake_after(TYPING_PAUSE));
        if !search.show_known() {
            self.ask(search);
        }
    }

    fn ask(&mut self, search: &mut Search) {
        search.answered = false;
        search.next = None;
        let call = Call::Providers {
            search: search.query.clone(),
            cursor: None,
        };
        search.asking = Some(self.call(call));
    }

    fn more(&mut self, search: &mut Search) {
        if search.whole {
            return search.show_whole(search.rows.len() + MORE_ROWS);
        }
        let idle = search.answered && search.asking.is_none() && search.retry.is_none();
        if let (true, Some(cursor)) = (idle, search.next.clone()) {
            let call = Call::Providers {
                search: search.query.clone(),
                cursor: Some(cursor),
            };
            search.asking = Some(self.call(call));
        }
    }

    fn search_again(&mut self, search: &mut Search) {
        let Some(retry) = search.retry.take() else {
            return;
        };
        self.cancel(retry.timer);
        if search.answered {
            self.more(search);
        } else {
            self.ask(search);
        }
    }

    fn search_failed(&mut self, mut search: Search, error: CallError) -> State {
        match error.meaning() {
            Meaning::Passing(trouble) => {
                search.retry = self.retry_after(trouble, search.attempt);
                search.attempt += 1;
                State::Search(search)
            }
            refused => {
                self.list = search;
                // The list is asked for again; what it is for is all that counts.
                let was = State::Search(Search::default());
                self.later(Later::Refused(Box::new(was), refused))
            }
        }
    }

    /// Once for each text that the user has stopped at.
    pub(super) fn tell_search(&mut self, search: &mut Search) {
        if let Some(pause) = search.pause.take() {
            self.cancel(pause);
        }
        if search.query != search.told && !Query::new(&search.query).is_empty() {
            search.told.clone_from(&search.query);
            self.tell(Report::Searched(search.query.clone()));
        }
    }

    fn stop_asking(&mut self, search: &mut Search) {
        self.trouble = None;
        if let Some(ticket) = search.asking.take() {
            self.cancel(ticket);
        }
        if let Some(retry) = search.retry.take() {
            self.cancel(retry.timer);
        }
    }

    fn picked(&mut self, mut search: Search, id: String) -> State {
        let Some(provider) = search.rows.iter().find(|row| row.id == id) else {
            return State::Search(search);
        };
        let (bank, name) = (provider.bank(), provider.name.clone());
        self.stop_asking(&mut search);
        self.tell_search(&mut search);
        self.list = search;
        self.tell(Report::InstitutionSelected(bank));
        self.tried.clear();
        self.refusals = 0;
        self.prepare(id, name, None, Goal::Login)
    }
}

impl Search {
    /// The search begins with this text; what has come for another one is no answer to it.
    pub(super) fn begin_with(&mut self, query: String) {
        self.query = query;
        self.answered = self.show_known();
    }

    /// Takes the backend's rows for the present query: in place of the shown ones, or behind them.
    pub(super) fn fill(&mut self, listing: Listing, behind: bool) {
        match listing {
            Listing::Page(page) => {
                self.remember(&page.items);
                self.next = page.next;
                if behind {
                    let seen = |new: &Provider| self.rows.iter().any(|row| row.id == new.id);
                    let new: Vec<Provider> =
                        page.items.into_iter().filter(|item| !seen(item)).collect();
                    self.rows.extend(new);
                } else {
                    self.rows = page.items;
                }
                self.total = page.total.max(self.rows.len() as u32);
            }
            Listing::Whole(providers) => {
                self.known = providers;
                self.whole = true;
                self.next = None;
                self.show_whole(MORE_ROWS);
            }
        }
        self.answered = true;
        if Query::new(&self.query).is_empty() {
            self.first = Some((self.rows.clone(), self.next.clone(), self.total));
        }
    }

    /// Shows at once what is known of the new query; true if that is all there is.
    fn show_known(&mut self) -> bool {
        if Query::new(&self.query).is_empty()
            && let Some((rows, next, total)) = self.first.clone()
        {
            (self.rows, self.next, self.total) = (rows, next, total);
            self.answered = true;
            return true;
        }
        if self.whole {
            self.show_whole(MORE_ROWS);
            self.answered = true;
            return true;
        }
        let (rows, _) = self.known_rows(KNOWN_ROWS);
        // Rows of the last query are a calmer sight than an empty list for the blink until the answer.
        if !rows.is_empty() {
            self.rows = rows;
        }
        false
    }

    /// A whole catalogue is drawn piece by piece: thousands of rows at once would take seconds.
    fn show_whole(&mut self, most: usize) {
        let (rows, total) = self.known_rows(most);
        self.rows = rows;
        self.total = total as u32;
    }

    /// The first rows of what is known of the query, and how many there are in all.
    fn known_rows(&self, most: usize) -> (Vec<Provider>, usize) {
        let query = Query::new(&self.query);
        let found = self.known.iter().filter(|known| query.matches(&known.name));
        if query.is_empty() {
            let (popular, other): (Vec<&Provider>, Vec<&Provider>) = found.partition(|p| p.popular);
            let total = popular.len() + other.len();
            let rows = popular.into_iter().chain(other).take(most);
            return (rows.cloned().collect(), total);
        }
        // Insertion by rank; the sorts of the standard library are 10 KB of WebAssembly.
        let mut ranked: Vec<(Rank, &Provider)> = Vec::new();
        for provider in found {
            let rank = query.rank(&provider.name, provider.popular);
            let at = ranked.partition_point(|(other, _)| *other <= rank);
            ranked.insert(at, (rank, provider));
        }
        let total = ranked.len();
        let rows = ranked.into_iter().map(|(_, provider)| provider);
        (rows.take(most).cloned().collect(), total)
    }

    fn remember(&mut self, providers: &[Provider]) {
        for provider in providers {
            if self.known.len() < KNOWN_BANKS && self.known.iter().all(|k| k.id != provider.id) {
                self.known.push(provider.clone());
            }
        }
    }
}
