//! The login: shown, sent once, shown again with what can be kept.

use super::state::{Goal, Wait};
use super::{Call, Connection, Credentials, Event, Machine, Notice, Report, State};
use crate::Secret;
use crate::api::{FieldKind, Provider};

impl Machine {
    /// The bank's form, or the way to its own site.
    pub(super) fn ask_login(
        &mut self,
        provider: Provider,
        connection: Option<Connection>,
        notice: Option<Notice>,
        kept: Vec<(String, Secret)>,
    ) -> State {
        if provider.oauth {
            return self.ask_oauth(provider, connection, notice);
        }
        self.leave();
        self.hold_after(notice);
        State::Credentials(Credentials {
            form: self.ticket(),
            provider,
            notice,
            words: None,
            kept,
            connection,
        })
    }

    /// The same once more. An address at a bank's own site is good for a while only, so that it is asked for anew.
    pub(super) fn ask_login_anew(
        &mut self,
        provider: Provider,
        connection: Option<Connection>,
        kept: Vec<(String, Secret)>,
    ) -> State {
        if provider.oauth {
            return self.prepare(provider.id, provider.name, connection, Goal::LoginAnew);
        }
        self.ask_login(provider, connection, None, kept)
    }

    pub(super) fn credentials(&mut self, credentials: Credentials, event: Event) -> State {
        match event {
            Event::Submitted { mut fields, .. } => {
                if credentials.provider.setup.is_some() {
                    for (_, pasted) in &mut fields {
                        *pasted = Secret::new(pasted.expose().trim());
                    }
                }
                let kept = without_passwords(&credentials.provider, &fields);
                self.tell(Report::CredentialsSubmitted {
                    bank: credentials.provider.bank(),
                    institution: credentials.connection.as_ref().map(|c| c.id.clone()),
                });
                self.log_in(credentials.provider, credentials.connection, fields, kept)
            }
            Event::BackClicked if self.may_change_bank() => {
                self.forget(credentials.connection);
                self.show_search(None)
            }
            _ => State::Credentials(credentials),
        }
    }

    /// Sends a login, to the connection or for a new one.
    pub(super) fn log_in(
        &mut self,
        provider: Provider,
        connection: Option<Connection>,
        credentials: Vec<(String, Secret)>,
        kept: Vec<(String, Secret)>,
    ) -> State {
        let call = match &connection {
            Some(connection) => Call::Login {
                id: connection.id.clone(),
                credentials,
            },
            None => Call::Create {
                name: provider.name.clone(),
                provider: provider.id.clone(),
                credentials,
                key: self.creation_key(&provider.id),
                job_types: self.job_types(),
                options: self.launch.options.clone(),
            },
        };
        self.connect(provider, kept, call, Wait::Login(connection))
    }

    /// The same for a login that is sent again because its answer was lost.
    fn creation_key(&mut self, provider: &str) -> String {
        if let Some((_, key)) = self.key.as_ref().filter(|(of, _)| of == provider) {
            return key.clone();
        }
        self.keys += 1;
        let key = format!("{}-{}", self.launch.seed, self.keys);
        self.key = Some((provider.into(), key.clone()));
        key
    }

    fn job_types(&self) -> Vec<String> {
        let fixed = self.session.options.job_types.clone();
        fixed.unwrap_or_else(|| self.launch.job_types.clone())
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
