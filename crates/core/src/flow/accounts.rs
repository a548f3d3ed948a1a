//! The accounts found: the user chooses among them, where the client asks for a choice.

use super::call::Meaning;
use super::{
    Accounts, Answer, Call, CallError, Connection, Details, Event, Failure, Ineligible, Machine,
    Purpose, Report, State, Success, Trouble,
};
use crate::api::{Account, AccountSelection, Institution, Provider};

impl Machine {
    pub(super) fn selection(&self) -> AccountSelection {
        let fixed = self.session.options.account_selection;
        fixed.or(self.launch.account_selection).unwrap_or_default()
    }

    /// The sync has ended well, or well enough: the accounts are looked at, and the connection stands.
    pub(super) fn settled(
        &mut self,
        provider: Provider,
        connection: Connection,
        institution: Institution,
        purpose: Purpose,
    ) -> State {
        let details = Details::of(&institution);
        let mut accounts = institution.accounts.unwrap_or_default();
        let found = accounts.len();
        self.launch.accounts.sift(&mut accounts);
        if !accounts.is_empty() && !accounts.iter().any(Account::is_eligible) {
            let found = accounts.iter().map(Ineligible::from).collect();
            let failure = Failure::NoAccounts { found };
            return self.fail(failure, Some(provider), Some(connection), Vec::new());
        }
        let several = match self.selection() {
            AccountSelection::Single => false,
            AccountSelection::Multiple => true,
            AccountSelection::None => {
                return self.connected(provider, connection.id, accounts, details, purpose);
            }
        };
        // A refresh is no new choice.
        if accounts.is_empty() || purpose == Purpose::Refresh {
            return self.connected(provider, connection.id, accounts, details, purpose);
        }
        self.leave();
        self.tell(Report::AccountsAsked {
            bank: provider.bank(),
            found,
            shown: accounts.len(),
        });
        State::Accounts(Accounts {
            form: self.ticket(),
            provider,
            accounts,
            details,
            several,
            chosen: None,
            saving: false,
            notice: None,
            purpose,
            connection,
        })
    }

    pub(super) fn accounts(&mut self, mut accounts: Accounts, event: Event) -> State {
        match event {
            Event::AccountsChosen {
                accounts: chosen, ..
            } => {
                if !accounts.allows(&chosen) {
                    return self.ask_accounts(accounts, None);
                }
                accounts.chosen = Some(chosen.clone());
                let bank = accounts.provider.bank();
                self.tell(Report::AccountsSelected {
                    bank,
                    accounts: chosen.clone(),
                });
                let id = accounts.connection.id.clone();
                self.call(Call::SelectAccounts {
                    id,
                    accounts: chosen,
                });
                accounts.saving = true;
                State::Accounts(accounts)
            }
            Event::Answered {
                answer: Ok(Answer::Institution(institution)),
                ..
            } => {
                let Accounts {
                    provider,
                    connection,
                    purpose,
                    details,
                    ..
                } = accounts;
                let details = details.renewed(Details::of(&institution));
                let selected = institution.accounts.unwrap_or_default();
                self.connected(provider, connection.id, selected, details, purpose)
            }
            Event::Answered {
                answer: Ok(Answer::Done),
                ..
            } => {
                let chosen = accounts.chosen.unwrap_or_default();
                let selected = accounts.accounts.into_iter();
                let selected = selected.filter(|account| chosen.contains(&account.id));
                let (connection, purpose) = (accounts.connection, accounts.purpose);
                self.connected(
                    accounts.provider,
                    connection.id,
                    selected.collect(),
                    accounts.details,
                    purpose,
                )
            }
            Event::Answered { answer, .. } => match CallError::of(answer).meaning() {
                Meaning::Passing(trouble) => self.ask_accounts(accounts, Some(trouble)),
                Meaning::TokenExpired | Meaning::TokenInvalid => {
                    accounts.saving = false;
                    self.expire(State::Accounts(accounts))
                }
                Meaning::NotFound => self.accounts_failed(accounts, Failure::UnknownInstitution),
                Meaning::No(problem) => {
                    self.accounts_failed(accounts, Failure::of_problem(problem))
                }
            },
            _ => State::Accounts(accounts),
        }
    }

    /// Asks once more.
    pub(super) fn ask_accounts(&mut self, accounts: Accounts, notice: Option<Trouble>) -> State {
        self.leave();
        if let Some(trouble) = notice {
            self.hold(trouble);
        }
        State::Accounts(Accounts {
            form: self.ticket(),
            saving: false,
            notice,
            ..accounts
        })
    }

    fn accounts_failed(&mut self, accounts: Accounts, failure: Failure) -> State {
        let connection = Some(accounts.connection);
        self.fail(failure, Some(accounts.provider), connection, Vec::new())
    }

    fn connected(
        &mut self,
        provider: Provider,
        institution: String,
        accounts: Vec<Account>,
        details: Details,
        purpose: Purpose,
    ) -> State {
        self.leave();
        let accounts = accounts.into_iter().filter(Account::is_eligible);
        let success = Success {
            provider,
            purpose,
            institution,
            accounts: accounts.collect(),
            details,
        };
        self.tell(Report::Connected(success.made()));
        let success = State::Success(success);
        if self.launch.skip_success {
            return self.closed(success);
        }
        success
    }
}

impl Accounts {
    /// One or more of the eligible accounts, and no more than one where only one may be chosen.
    fn allows(&self, chosen: &[String]) -> bool {
        let eligible = |id: &String| self.accounts.iter().any(|a| a.id == *id && a.is_eligible());
        !chosen.is_empty() && (self.several || chosen.len() == 1) && chosen.iter().all(eligible)
    }
}

impl From<&Account> for Ineligible {
    fn from(account: &Account) -> Ineligible {
        Ineligible {
            name: account.name.clone(),
            mask: account.mask.clone(),
            reason: account.reason.clone(),
        }
    }
}
