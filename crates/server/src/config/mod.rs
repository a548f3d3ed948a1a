//! What the operator says, parsed once: the command line, the clients, their origins and addresses.

pub mod clients;
mod limits;
pub mod oauth_redirect;
mod options;
pub mod origin;

pub use options::{EXAMPLES, Options};
