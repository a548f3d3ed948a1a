//! The login: looking up the bank's form, sending it once, showing it again with what can be kept.

use super::state::Wait;
use super::{
    Answer, Call, CallError, Connection, Credentials, Event, Failure, Machine, Notice, Preparing,
    Report, State,
};
use crate::Secret;
use crate::api::{FieldKind, Provider};

impl Machine {
    /// Looks up a bank's form. `institution`: the connection to log in to anew.
    pub(super) fn prepare(
        &mut self,
        id: String,
        name: String,
        institution: Option<String>,
        notice: Option<Notice>,
    ) -> State {
        self.leave();
        self.call(Call::Provider { id: id.clone() });
        State::Preparing(Preparing {
            name,
            retry: None,
            id,
            institution,
            notice,
            attempt: 0,
        })
    }

    pub(super) fn preparing(&mut self, mut preparing: Preparing, event: Event) -> State {
        match event {
            Event::Answered {
                answer: Ok(Answer::Provider(provider)),
                ..
            } => {
                let institution = preparing
                    .institution
                    .map(|id| Connection { id, fresh: false });
                if provider.oauth {
                    // A password typed here would be of no use to a bank that logs in at its own site.
                    let failure = Failure::InstitutionUnavailable;
                    return self.fail(failure, Some(*provider), institution, Vec::new());
                }
                self.ask_credentials(*provider, institution, preparing.notice, Vec::new())
            }
            Event::Answered { answer, .. } => match CallError::of(answer)
                .meaning()
                .failure(Failure::UnknownProvider)
            {
                Ok(trouble) => {
                    preparing.retry = self.retry_after(trouble, preparing.attempt);
                    preparing.attempt += 1;
                    State::Preparing(preparing)
                }
                Err(failure) => self.fail(failure, None, None, Vec::new()),
            },
            Event::Woke(_) | Event::TryNowClicked => {
                if let Some(retry) = preparing.retry.take() {
                    self.cancel(retry.timer);
                    let id = preparing.id.clone();
                    self.call(Call::Provider { id });
                }
                State::Preparing(preparing)
            }
            Event::BackClicked => self.show_search(None),
            _ => State::Preparing(preparing),
        }
    }

    pub(super) fn ask_credentials(
        &mut self,
        provider: Provider,
        institution: Option<Connection>,
        notice: Option<Notice>,
        kept: Vec<(String, Secret)>,
    ) -> State {
        self.leave();
        State::Credentials(Credentials {
            form: self.ticket(),
            provider,
            notice,
            kept,
            institution,
        })
    }

    pub(super) fn credentials(&mut self, credentials: Credentials, event: Event) -> State {
        match event {
            Event::Submitted { fields, .. } => self.submitted(credentials, fields),
            Event::BackClicked => {
                self.forget(credentials.institution);
                self.show_search(None)
            }
            _ => State::Credentials(credentials),
        }
    }

    fn submitted(&mut self, credentials: Credentials, fields: Vec<(String, Secret)>) -> State {
        let kept = without_passwords(&credentials.provider, &fields);
        let provider = credentials.provider;
        self.tell(Report::CredentialsSubmitted(provider.bank()));
        let call = match &credentials.institution {
            Some(connection) => Call::Login {
                id: connection.id.clone(),
                credentials: fields,
            },
            None => Call::Create {
                name: provider.name.clone(),
                provider: provider.id.clone(),
                credentials: fields,
            },
        };
        self.connect(provider, kept, call, Wait::Login(credentials.institution))
    }
}

/// What may stay in the form when it is shown again: names, never what may be secret.
fn without_passwords(provider: &Provider, fields: &[(String, Secret)]) -> Vec<(String, Secret)> {
    let keeps = |name: &str| {
        let fields = provider.login_fields();
        fields.iter().any(|field| {
            let open = matches!(
                field.kind,
                FieldKind::Text | FieldKind::Email | FieldKind::Select
            );
            field.name == name && open
        })
    };
    let kept = fields.iter().filter(|(name, _)| keeps(name));
    kept.cloned().collect()
}
