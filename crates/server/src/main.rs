//! The command `connect-server`: reads its options, runs until it is told to stop.

use clap::Parser;
use connect_server::{Options, Server, StartError};
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;
use tracing_subscriber::filter::LevelFilter;

/// How long running answers may take after the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let options = Options::parse();
    let level = options.log.parse().unwrap_or(LevelFilter::INFO);
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

#[tokio::main]
async fn run(options: Options) -> Result<(), StartError> {
    let server = Server::start(options).await?;
    told_to_stop().await;
    tracing::info!("stopping");
    if tokio::time::timeout(FAREWELL, server.stop()).await.is_err() {
        tracing::warn!("some answers were not finished within {FAREWELL:?}");
    }
    Ok(())
}

async fn told_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
