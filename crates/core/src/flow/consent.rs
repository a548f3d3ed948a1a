//! The client asks the user's consent before anything else.

use super::{Answer, Consent, Event, Machine, Reason, Report, State, Ticket};

impl Machine {
    /// To the list, if the user has agreed: to mend a connection nobody must agree once more, to make a new one instead,
    /// they must. `asked` is a request for the list that is under way.
    pub(super) fn show_search(&mut self, asked: Option<Ticket>) -> State {
        let asks = self.session.options.consent.is_some() && !self.agreed;
        if asks && self.launch.institution.is_some() {
            self.leave();
            return self.ask_consent(None);
        }
        self.show_list(asked)
    }

    pub(super) fn ask_consent(&mut self, providers: Option<Ticket>) -> State {
        State::Consent(Consent { providers })
    }

    pub(super) fn consent(&mut self, mut consent: Consent, event: Event) -> State {
        match event {
            Event::Answered { ticket, answer } if consent.providers == Some(ticket) => {
                consent.providers = None;
                // What failed is asked for again by the list.
                if let Ok(Answer::Providers(listing)) = answer {
                    self.list.fill(listing, false);
                }
                State::Consent(consent)
            }
            Event::ConsentGiven => {
                self.agreed = true;
                self.tell(Report::ConsentGiven);
                match self.launch.institution {
                    // It was given up for another bank.
                    Some(_) => self.show_search(consent.providers),
                    None => self.enter(consent.providers),
                }
            }
            Event::ConsentDeclined => {
                self.leave();
                let report = self.left(State::Consent(consent), Reason::DeniedConsent);
                self.end(report)
            }
            _ => State::Consent(consent),
        }
    }
}
