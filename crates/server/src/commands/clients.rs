//! `connect-server clients …`: whether the file of clients can be used.

use super::{ClientsFile, Trouble};
use crate::config::clients;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Clients {
    /// Say whether the file can be used, without starting anything
    Check(ClientsFile),
}

impl Clients {
    pub fn run(self) -> Result<(), Trouble> {
        match self {
            Clients::Check(ClientsFile { file }) => check(&file),
        }
    }
}

fn check(file: &std::path::Path) -> Result<(), Trouble> {
    let clients = clients::Clients::read(file).map_err(Trouble::new)?;
    println!("{}: {} clients, all right", file.display(), clients.len());
    Ok(())
}
