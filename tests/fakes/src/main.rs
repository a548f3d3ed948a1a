//! Runs the stand-in for a SimpleFIN server at an address of this machine: `connect-fakes 127.0.0.1:9999`.
//! It ends when the process does that has started it.

use connect_fakes::simplefin::Fake;
use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

const GLANCE: Duration = Duration::from_secs(1);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:9999".into());
    let fake = Fake::at(address.parse::<SocketAddr>()?).await?;
    let base = fake.base();
    println!("SimpleFIN (fake) at {base}, tokens at {base}/simplefin/create");
    let starter = parent();
    while parent() == starter {
        tokio::time::sleep(GLANCE).await;
    }
    Ok(())
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}
