//! Runs the stand-in for Enable Banking alone: `-- 127.0.0.1:PORT https://my.server/oauth/return/enable-banking …`, the
//! addresses that are registered there. It prints its `base_url`, and the paths of what the application needs.

use connect_fakes::enable_banking::{APPLICATION, Fake, ROOT, router};
use std::error::Error;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".into());
    let registered: Vec<String> = arguments.collect();
    let registered: Vec<&str> = registered.iter().map(String::as_str).collect();
    let listener = TcpListener::bind(address).await?;
    println!("base_url http://{}{ROOT}", listener.local_addr()?);
    println!("application_id {APPLICATION}");
    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/keys/enable_banking.pem");
    println!("private_key_file {key}");
    axum::serve(listener, router(Fake::new(&registered))).await?;
    Ok(())
}
