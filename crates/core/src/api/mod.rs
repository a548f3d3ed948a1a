//! The backend contract's types, used by the widget and by the server: a change breaks both at compile time.
//! Source: the Institutions API of Wealthica's "Direct API"; fields marked "addition" are ours and optional for a backend.

mod institution;
mod oauth;
mod problem;
mod provider;
#[cfg(feature = "schema")]
pub mod schema;
mod session;

pub use institution::{
    Account, Challenge, ChallengeKind, Choice, CreateInstitution, Institution, SyncDetails,
    SyncError, SyncInstitution, SyncStatus, SyncStep, UpdateInstitution, Warning, error_name,
};
pub use oauth::{IDEMPOTENCY_KEY, KeptOAuth, OAuthResult, OAuthState, OAuthStatus, WIDGET_SUB};
pub use problem::{Problem, code};
pub use provider::{
    Field, FieldKind, FieldOption, Listing, Provider, ProviderPage, ProviderStatus, RecoveryUrls,
    Setup,
};
pub use session::{
    AccountSelection, Client, Consent, ConsentReason, Duplicates, LaunchOptions, Session,
    TokenRequest, TokenResponse, WaitFor,
};
