//! Whether a sandbox may be seen by other machines.

use crate::config::values::switch;
use clap::Args;

#[derive(Clone, Debug, Args)]
pub struct Exposure {
    /// Let a sandbox listen on addresses that other machines reach, though
    /// everybody knows its secret
    #[arg(
        long,
        env = "CONNECT_SANDBOX_ANYWHERE",
        help_heading = "Sandbox",
        value_parser = switch
    )]
    pub sandbox_anywhere: bool,
}
