//! The command `connect-server`: reads its options, runs until it is told to stop.

use clap::Parser;
use connect_server::{Command, CommandLine, Logs, Options, Server, StartError};
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

/// How long running answers may take after the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// How it ends where somebody has to change something, and where it may be started again as it is.
const OPERATOR: u8 = 2;
const LATER: u8 = 1;

fn main() -> ExitCode {
    let CommandLine { command, options } = CommandLine::parse();
    let done = run(command, options);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let start = error.downcast_ref::<StartError>();
            ExitCode::from(match start.is_some_and(StartError::is_passing) {
                true => LATER,
                false => OPERATOR,
            })
        }
    }
}

#[tokio::main]
async fn run(command: Option<Command>, options: Options) -> Result<(), Box<dyn Error>> {
    let logs = Logs::start(&options)?;
    let done = match command {
        Some(command) => command.run().await.map_err(Into::into),
        None => serve(options, &logs).await,
    };
    logs.close().await;
    done
}

async fn serve(options: Options, logs: &Logs) -> Result<(), Box<dyn Error>> {
    let mut hangups = Hangups::listen(&options)?;
    keep_no_memory();
    let stopped = told_to_stop();
    tokio::pin!(stopped);
    // Whoever is told to stop while it starts ends as well as later.
    let server = tokio::select! {
        biased;
        () = &mut stopped => return Ok(()),
        server = Server::start(options) => server?,
    };
    loop {
        tokio::select! {
            () = &mut stopped => break,
            () = hangups.next() => {
                server.reload();
                logs.reload();
            }
        }
    }
    tracing::info!("stopping");
    if tokio::time::timeout(FAREWELL, server.stop()).await.is_err() {
        tracing::warn!("some answers were not finished within {FAREWELL:?}");
    }
    Ok(())
}

/// SIGHUP: the operator wants files to be read and opened again. It ends a server that has none, as it does everything
/// that runs in a terminal which is closed.
struct Hangups {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Hangups {
    #[cfg(unix)]
    fn listen(options: &Options) -> std::io::Result<Hangups> {
        use tokio::signal::unix::{SignalKind, signal};
        let has_files = options.clients.is_some()
            || options.audit.file().is_some()
            || options.tls.both().is_some()
            || options.observing.log_level_file.is_some();
        let signal = has_files.then(|| signal(SignalKind::hangup())).transpose();
        Ok(Hangups { signal: signal? })
    }

    #[cfg(not(unix))]
    fn listen(_: &Options) -> std::io::Result<Hangups> {
        Ok(Hangups {})
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}

/// What this process knows for a moment must not end up in a file because it has crashed.
#[cfg(unix)]
fn keep_no_memory() {
    if let Err(error) = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0) {
        tracing::warn!(%error, "a crash may write this process's memory to a file");
    }
}

#[cfg(not(unix))]
fn keep_no_memory() {}

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
