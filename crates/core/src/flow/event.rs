//! What happened: facts in the past tense, from the user, the host and the world.

use super::{Answer, CallError, Ticket};
use crate::Secret;

#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The host handed over the session's token.
    TokenGiven(Secret),
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
    /// A question was answered: text, or the id of a choice.
    AnswerGiven {
        form: Ticket,
        answer: Secret,
    },
    TryNowClicked,
    BackClicked,
    WayChosen(super::WayOn),
    DoneClicked,
    CloseClicked,
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
            Event::Submitted { form, .. } | Event::AnswerGiven { form, .. } => Some(*form),
            Event::Answered { ticket, .. } | Event::Woke(ticket) => Some(*ticket),
            Event::TokenGiven(_)
            | Event::Typed(_)
            | Event::ListEndReached
            | Event::Picked(_)
            | Event::TryNowClicked
            | Event::BackClicked
            | Event::WayChosen(_)
            | Event::DoneClicked
            | Event::CloseClicked => None,
        }
    }
}
