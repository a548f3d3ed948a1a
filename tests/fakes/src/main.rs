//! Runs the stand-ins for the demo and for tests in other languages:
//! `connect-fakes 127.0.0.1:9999 http://127.0.0.1:8080/oauth/return/enable-banking …`, the addresses that are registered at
//! Enable Banking. It ends when the process does that has started it.

use axum::Router;
use connect_fakes::{enable_banking, simplefin};
use std::error::Error;
use std::time::Duration;
use tokio::net::TcpListener;

const GLANCE: Duration = Duration::from_secs(1);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:9999".into());
    let registered: Vec<String> = arguments.collect();
    let registered: Vec<&str> = registered.iter().map(String::as_str).collect();
    let listener = TcpListener::bind(address).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    println!("SimpleFIN (fake): {origin}{}/create", simplefin::ROOT);
    println!("Enable Banking (fake): {origin}{}/", enable_banking::ROOT);
    let router = Router::new()
        .merge(simplefin::router())
        .merge(enable_banking::router(enable_banking::Fake::new(
            &registered,
        )));
    tokio::select! {
        served = async { axum::serve(listener, router).await } => served?,
        () = starter_ends() => {}
    }
    Ok(())
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
