//! Runs the stand-ins for the demo and for tests in other languages:
//! `connect-fakes 127.0.0.1:9999 [--only-bank NAME] http://127.0.0.1:8080/oauth/return/enable-banking …`: the addresses that are
//! registered at Enable Banking, and the one bank that it lists instead of its many. It ends when the process does that has
//! started it.

use axum::Router;
use connect_fakes::enable_banking::{self, APPLICATION, ROOT};
use connect_fakes::simplefin;
use std::error::Error;
use std::time::Duration;
use tokio::net::TcpListener;

const GLANCE: Duration = Duration::from_secs(1);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:9999".into());
    let mut registered: Vec<String> = arguments.collect();
    let only_bank = only_bank(&mut registered)?;
    let registered: Vec<&str> = registered.iter().map(String::as_str).collect();
    let mut bank_pages = enable_banking::Fake::new(&registered);
    if let Some(name) = only_bank {
        bank_pages = bank_pages.with_only_bank(&name);
    }
    let listener = TcpListener::bind(address).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    println!("SimpleFIN (fake): {origin}{}/create", simplefin::ROOT);
    println!(
        "Enable Banking (fake): {origin}{ROOT}\n  application_id = {APPLICATION:?}\n  base_url = \"{origin}{ROOT}\"\n  \
         private_key_file: tests/fakes/keys/enable_banking.pem",
    );
    let router = Router::new()
        .merge(simplefin::router())
        .merge(enable_banking::router(bank_pages));
    tokio::select! {
        served = async { axum::serve(listener, router).await } => served?,
        () = starter_ends() => {}
    }
    Ok(())
}

/// Takes it out of the arguments.
fn only_bank(arguments: &mut Vec<String>) -> Result<Option<String>, &'static str> {
    let Some(place) = arguments.iter().position(|one| one == "--only-bank") else {
        return Ok(None);
    };
    if place + 1 == arguments.len() {
        return Err("--only-bank is followed by a name");
    }
    let mut both = arguments.drain(place..place + 2);
    Ok(both.nth(1))
}

async fn starter_ends() {
    let starter = parent();
    while parent() == starter {
        tokio::time::sleep(GLANCE).await;
    }
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}
