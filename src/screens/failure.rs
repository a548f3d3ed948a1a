//! What happened, whose move it is, and the ways on.

use crate::driver::Flow;
use crate::text::{Failures, Text, Words, with};
use crate::ui::{Icon, icon, primary, quiet, title};
use connect_core::flow::{self, Event, State, WayOn};
use leptos::prelude::*;

pub fn failure(flow: Flow, text: &'static Text) -> AnyView {
    flow.with_untracked(|machine| {
        let State::Failed(failed) = &machine.state else {
            return ().into_any();
        };
        let bank = failed
            .provider
            .as_ref()
            .map_or("", |provider| &provider.name);
        let client = &machine.session.client.name;
        let words = words(&text.failures, &failed.failure);
        let (first, second) = failed.ways();
        let label = |way: WayOn| match way {
            WayOn::TryAgain => text.try_again.to_string(),
            WayOn::EditLogin => text.edit_login.to_string(),
            WayOn::OtherBank => text.other_bank.to_string(),
            WayOn::Leave if client.is_empty() => text.leave.to_string(),
            WayOn::Leave => with(text.leave_to, client),
        };
        let choose = move |way: WayOn| Box::new(move || flow.send(Event::WayChosen(way)));
        let reference = failed
            .failure
            .reference()
            .map(|reference| with(text.reference, reference));
        let picture = match failed.failure {
            flow::Failure::Delayed | flow::Failure::Timeout | flow::Failure::SessionExpired => {
                Icon::Clock
            }
            _ => Icon::Alert,
        };
        view! {
            <section class="screen centred">
                <span class="badge">{icon(picture)}</span>
                {title(with(words.title, bank))}
                <p class="lead" role="alert">{with(words.lead, bank)}</p>
                {reference.map(|reference| view! { <small>{reference}</small> })}
                <div class="actions">
                    {primary(label(first), choose(first))}
                    {second.map(|way| quiet(label(way), choose(way)))}
                </div>
            </section>
        }
        .into_any()
    })
}

fn words(texts: &Failures, failure: &flow::Failure) -> Words {
    use flow::Failure;
    match failure {
        Failure::UserActionRequired => texts.user_action_required,
        Failure::TemporaryFailure => texts.temporary_failure,
        Failure::AccountLocked => texts.account_locked,
        Failure::NoAccounts => texts.no_accounts,
        Failure::InstitutionUnavailable => texts.institution_unavailable,
        Failure::ConsentDenied => texts.consent_denied,
        Failure::DuplicateConnection => texts.duplicate_connection,
        Failure::Delayed => texts.delayed,
        Failure::InvalidCredentials | Failure::Provider { .. } => texts.provider_error,
        Failure::UnknownProvider => texts.unknown_provider,
        Failure::UnknownInstitution => texts.unknown_institution,
        Failure::SessionExpired => texts.session_expired,
        Failure::InvalidToken => texts.invalid_token,
        Failure::OriginNotAllowed => texts.origin_not_allowed,
        Failure::RedirectNotRegistered => texts.redirect_not_registered,
        Failure::Timeout => texts.timeout,
        Failure::Server { .. } => texts.server,
    }
}
