//! `connect-server clients …`: whether the file of clients can be used, and new secrets for it.

use super::{ClientsFile, Trouble};
use crate::config::clients::{self, Client, OpenSystem};
use crate::crypto::digest::sha256_hex;
use crate::crypto::random;
use clap::Subcommand;
use std::path::Path;

#[derive(Debug, Subcommand)]
pub enum Clients {
    /// Say whether a server would take the file, without starting anything
    Check {
        #[command(flatten)]
        file: ClientsFile,
        /// As a sandbox would, which takes http:// addresses and no clients
        #[arg(long)]
        sandbox: bool,
    },
    /// Make a new secret, and the line by which the file knows it
    Secret,
}

impl Clients {
    pub fn run(self) -> Result<(), Trouble> {
        match self {
            Clients::Check { file, sandbox } => check(&file.file, sandbox),
            Clients::Secret => {
                secret();
                Ok(())
            }
        }
    }
}

fn check(file: &Path, sandbox: bool) -> Result<(), Trouble> {
    let clients = clients::Clients::read(file).map_err(Trouble::new)?;
    if !sandbox {
        clients.check_encryption().map_err(Trouble::new)?;
        if clients.is_empty() {
            return Err(Trouble::new("--clients: the list is empty"));
        }
    }
    let count = counted(clients.len(), "client");
    println!("{}: {count}; a server takes it", file.display());
    for client in clients.all() {
        println!("{}", summary(client));
        for warning in warnings(client) {
            println!("  warning: {warning}");
        }
    }
    Ok(())
}

fn summary(client: &Client) -> String {
    let origins = counted(client.origins().len(), "origin");
    let secrets = counted(client.secrets(), "secret");
    let disabled = if client.disabled { ", disabled" } else { "" };
    format!("{}: {origins}, {secrets}{disabled}", client.id)
}

/// What is allowed and may not be meant.
fn warnings(client: &Client) -> Vec<String> {
    let mut all = Vec::new();
    if client.secrets() > 1 {
        all.push("two secrets: take the old one out when nobody uses it any more".into());
    }
    if client.origins().is_empty() {
        all.push("no origins: no other site can embed its widget, and nothing binds its tokens to a page".into());
    }
    for (field, address) in client.unencrypted() {
        all.push(format!(
            "{field}: {address} is not https; only a sandbox starts with it"
        ));
    }
    let local = client.origins().iter().filter(|origin| origin.is_local());
    for origin in local {
        all.push(format!(
            "origins: {origin} is each user's own machine; it is for trying things out"
        ));
    }
    if client.opens_by_link() && !client.origins().is_empty() {
        all.push("links: whoever has a link with one of its tokens connects their bank to the token's user".into());
    }
    if client.disabled {
        return all;
    }
    for system in client.open_systems() {
        let system = match system {
            OpenSystem::Flinks => "flinks",
            OpenSystem::Ucw => "ucw",
        };
        all.push(format!(
            "open_systems: whoever reaches its {system} pages is let in without a token"
        ));
    }
    all
}

/// 256 bits: what nobody can guess needs no slow hash.
fn secret() {
    let secret = random::token();
    println!("The secret, for its own server; it is in no file and shown only now:");
    println!("  {secret}");
    println!("Its line in clients.json:");
    println!("  \"secret_sha256\": \"{}\"", sha256_hex(secret.as_bytes()));
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
