//! What happened: facts in the past tense, from the user, the host and the world.

use super::{Answer, CallError, Link, Proof, Ticket};
use crate::Secret;
use crate::api::OAuthResult;
use crate::launch::Look;

#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The host handed over the session's token; only the first one counts.
    TokenGiven(Secret),
    /// The host handed over a new token for a session that goes on.
    TokenRenewed(Secret),
    ConsentGiven,
    ConsentDeclined,
    /// The search field's text changed.
    Typed(String),
    /// The end of the list came into view.
    ListEndReached,
    /// A bank was chosen from the list, by its id.
    Picked(String),
    /// A login form was sent: field names and what stood in them.
    Submitted {
        form: Ticket,
        fields: Vec<(String, Secret)>,
    },
    /// The user wants to go to the bank's own site, or back to its window.
    BankSiteClicked,
    /// The browser gave no handle of the window that was asked for: none was opened, or one that cannot be spoken to.
    PopupBlocked(Ticket),
    /// The window gives no sign that it has gone to the bank.
    PopupSilent(Ticket),
    /// The browser has only one window, and took that.
    PopupTookThis(Ticket),
    /// The window is closed, or out of sight.
    PopupClosed(Ticket),
    /// The return page of a bank's own site spoke; `state` says of which login.
    OAuthReturned {
        state: String,
        result: OAuthResult,
    },
    /// What `Effect::MakeProof` asked for.
    ProofMade {
        ticket: Ticket,
        proof: Proof,
    },
    /// A question was answered: text, or the id of a choice.
    AnswerGiven {
        form: Ticket,
        answer: Secret,
    },
    ResendClicked,
    /// The time to answer a question has run out, as far as the device knows; it may say so again and again.
    QuestionExpired {
        form: Ticket,
    },
    /// Ids of the accounts that are to be connected.
    AccountsChosen {
        form: Ticket,
        accounts: Vec<String>,
    },
    TryNowClicked,
    BackClicked,
    WayChosen(super::WayOn),
    DoneClicked,
    CloseClicked,
    /// The user's bank is not in the list.
    NotListedClicked,
    /// A link out of the widget was opened.
    LinkFollowed(Link),
    /// The host wants one step back.
    HostAskedBack,
    /// The host's page says that the user is back from the bank's own site; the nonce says from which login.
    HostSawReturn(String),
    /// The host has chosen colours.
    LookChosen(Look),
    LangChosen(String),
    WentOffline,
    CameOnline,
    /// A call came back.
    Answered {
        ticket: Ticket,
        answer: Result<Answer, CallError>,
    },
    /// A timer ran out.
    Woke(Ticket),
}

impl Event {
    /// The question that this event answers, if it answers one.
    pub(super) fn ticket(&self) -> Option<Ticket> {
        match self {
            Event::Submitted { form, .. }
            | Event::AnswerGiven { form, .. }
            | Event::AccountsChosen { form, .. } => Some(*form),
            Event::Answered { ticket, .. }
            | Event::ProofMade { ticket, .. }
            | Event::PopupBlocked(ticket)
            | Event::PopupTookThis(ticket)
            | Event::PopupClosed(ticket)
            | Event::Woke(ticket) => Some(*ticket),
            Event::TokenGiven(_)
            | Event::TokenRenewed(_)
            | Event::ConsentGiven
            | Event::ConsentDeclined
            | Event::Typed(_)
            | Event::ListEndReached
            | Event::Picked(_)
            | Event::BankSiteClicked
            | Event::PopupSilent(_)
            | Event::OAuthReturned { .. }
            | Event::ResendClicked
            | Event::QuestionExpired { .. }
            | Event::TryNowClicked
            | Event::BackClicked
            | Event::WayChosen(_)
            | Event::DoneClicked
            | Event::CloseClicked
            | Event::NotListedClicked
            | Event::LinkFollowed(_)
            | Event::HostAskedBack
            | Event::HostSawReturn(_)
            | Event::LookChosen(_)
            | Event::LangChosen(_)
            | Event::WentOffline
            | Event::CameOnline => None,
        }
    }
}
