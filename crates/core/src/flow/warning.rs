//! What the user should know before they log in: a bank that is down or slow, or connected already.

use super::state::Goal;
use super::{Bank, Cause, Connection, Event, Failure, Machine, Report, State, Warning, WayOn};
use crate::api::{Duplicates, Provider, ProviderStatus};

impl Machine {
    /// The screen that stands before this bank's login, if one must.
    pub(super) fn warn(
        &mut self,
        provider: &Provider,
        connection: Option<&Connection>,
    ) -> Option<State> {
        let duplicates = self.session.options.duplicates.unwrap_or_default();
        let connected = provider.connected.is_some() && connection.is_none();
        let cause = match (provider.status, duplicates) {
            (_, Duplicates::Reject) if connected => {
                let failure = Failure::DuplicateConnection;
                return Some(self.fail(failure, Some(provider.clone()), None, Vec::new()));
            }
            (_, Duplicates::Warn) if connected => Cause::Connected,
            (Some(ProviderStatus::Down), _) => Cause::Down,
            (Some(ProviderStatus::Degraded), _) => Cause::Degraded,
            (Some(ProviderStatus::Ok) | None, _) => return None,
        };
        self.leave();
        let other = match self.alternative(provider) {
            Some(_) => Some(WayOn::Alternative),
            None => self.may_change_bank().then_some(WayOn::OtherBank),
        };
        let ways = match (cause, other) {
            (Cause::Down, Some(WayOn::Alternative)) => {
                let second = self.may_change_bank().then_some(WayOn::OtherBank);
                (WayOn::Alternative, second.or(Some(WayOn::GoOn)))
            }
            (Cause::Down, Some(other)) => (other, Some(WayOn::GoOn)),
            (Cause::Connected, Some(_)) if self.may_change_bank() => {
                (WayOn::OtherBank, Some(WayOn::GoOn))
            }
            (Cause::Down | Cause::Degraded | Cause::Connected, other) => (WayOn::GoOn, other),
        };
        Some(State::Warning(Warning {
            provider: provider.clone(),
            cause,
            ways,
            connection: connection.cloned(),
        }))
    }

    pub(super) fn warning(&mut self, warning: Warning, event: Event) -> State {
        let chosen = match &event {
            Event::WayChosen(way) => Some(*way),
            Event::BackClicked => Some(WayOn::OtherBank),
            _ => None,
        };
        let Warning {
            provider,
            connection,
            ways,
            ..
        } = &warning;
        let offered = |way: WayOn| way == ways.0 || Some(way) == ways.1;
        match chosen {
            Some(WayOn::GoOn) if offered(WayOn::GoOn) => {
                self.tell(Report::WarningAccepted(provider.bank()));
                self.ask_login(provider.clone(), connection.clone(), None, Vec::new())
            }
            Some(WayOn::Alternative) if offered(WayOn::Alternative) => {
                self.tell(Report::WarningDismissed(provider.bank()));
                self.take_alternative(provider.clone(), connection.clone())
            }
            Some(WayOn::OtherBank) if self.may_change_bank() => {
                self.tell(Report::WarningDismissed(provider.bank()));
                self.forget(connection.clone());
                self.show_search(None)
            }
            _ => State::Warning(warning),
        }
    }

    /// The next provider of the same bank that has not been tried.
    pub(super) fn alternative(&self, provider: &Provider) -> Option<String> {
        let untried = |id: &&String| **id != provider.id && !self.tried.contains(*id);
        provider.alternatives.iter().find(untried).cloned()
    }

    pub(super) fn take_alternative(
        &mut self,
        provider: Provider,
        connection: Option<Connection>,
    ) -> State {
        self.forget(connection);
        let next = self.alternative(&provider);
        self.tried.push(provider.id);
        match next {
            Some(id) => {
                let bank = Bank {
                    id: id.clone(),
                    name: provider.name.clone(),
                    ..Bank::default()
                };
                self.tell(Report::InstitutionSelected(bank));
                self.prepare(id, provider.name, None, Goal::Login)
            }
            None => self.show_search(None),
        }
    }
}
