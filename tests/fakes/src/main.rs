//! Runs the stand-ins for the demo and for tests in other languages: `connect-fakes --listen 127.0.0.1:PORT`.

use axum::Router;
use connect_fakes::simplefin;
use std::process::ExitCode;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let address = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--listen", address] => address.to_owned(),
        [] => "127.0.0.1:0".to_owned(),
        _ => return fail("usage: connect-fakes --listen 127.0.0.1:PORT"),
    };
    match serve(&address).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{address}: {error}")),
    }
}

async fn serve(address: &str) -> std::io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    println!("simplefin {origin}{}", simplefin::ROOT);
    let router = Router::new().merge(simplefin::router());
    axum::serve(listener, router).await
}

fn fail(words: &str) -> ExitCode {
    eprintln!("{words}");
    ExitCode::FAILURE
}
