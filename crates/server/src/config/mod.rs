//! What the operator says, parsed once: the command line, the clients, their origins and addresses.

pub mod aggregators;
mod audit_log;
pub mod clients;
pub mod exposed;
pub mod exposure;
pub mod files;
pub mod keeping;
mod limits;
pub mod oauth_redirect;
pub mod observing;
mod options;
pub mod origin;
pub mod public_url;
pub mod redirect_uri;
pub mod registry;
pub mod secret_file;
mod secrets;
pub mod security;
pub mod time_and_room;
pub mod tls;
pub mod values;
pub mod webhooks;

pub use options::{EXAMPLES, Options};
