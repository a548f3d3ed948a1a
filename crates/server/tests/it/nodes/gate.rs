//! Stands before servers as a load balancer does, or before a database that is not to be had for a while.

use connect_server::Address;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

/// Where a connection is led to.
#[derive(Clone, Debug)]
enum Target {
    /// In turns.
    Servers(Vec<SocketAddr>),
    Socket(PathBuf),
    Nowhere,
}

pub struct Gate {
    address: SocketAddr,
    target: watch::Sender<Target>,
}

impl Gate {
    /// To nowhere so far.
    pub async fn open() -> Gate {
        Gate::of(Target::Nowhere).await
    }

    /// To the PostgreSQL server that the stories are told over.
    pub async fn to_postgres(url: &str) -> Gate {
        let Ok(Address::Postgres(options)) = url.parse() else {
            panic!("{url} is no address of a PostgreSQL server");
        };
        let port = options.get_port();
        Gate::of(match options.get_socket() {
            Some(folder) => Target::Socket(folder.join(format!(".s.PGSQL.{port}"))),
            None => {
                let host = format!("{}:{port}", options.get_host());
                let mut found = tokio::net::lookup_host(host).await.expect("a host");
                Target::Servers(vec![found.next().expect("its address")])
            }
        })
        .await
    }

    async fn of(target: Target) -> Gate {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let (target, seen) = watch::channel(target);
        tokio::spawn(async move {
            let mut turn = 0;
            while let Ok((stream, _)) = listener.accept().await {
                turn += 1;
                tokio::spawn(lead(stream, seen.clone(), turn));
            }
        });
        Gate { address, target }
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same database through this gate.
    pub fn as_postgres(&self, url: &str) -> String {
        let (server, query) = url.split_once('?').unwrap_or((url, ""));
        let (start, database) = server.rsplit_once('/').unwrap_or((server, ""));
        let user = start
            .split_once("://")
            .and_then(|(_, rest)| rest.split_once('@'));
        let user = user.map_or("", |(user, _)| user);
        let kept = query.split('&').filter(|part| !part.starts_with("host="));
        let kept: Vec<&str> = kept.collect();
        format!(
            "postgres://{user}@{}/{database}?sslmode=disable&{}",
            self.address,
            kept.join("&")
        )
    }

    /// New connections are led to these in turns; those that are there stay where they are.
    pub fn leads_to(&self, addresses: &[&str]) {
        let servers = addresses.iter().map(|address| parsed(address)).collect();
        self.target.send_replace(Target::Servers(servers));
    }

    /// Every connection ends, and none comes about.
    pub async fn shut_for(&self, time: Duration) {
        let before = self.target.send_replace(Target::Nowhere);
        tokio::time::sleep(time).await;
        self.target.send_replace(before);
    }
}

fn parsed(address: &str) -> SocketAddr {
    let address = address.strip_prefix("http://").unwrap_or(address);
    address.parse().expect("an address and a port")
}

async fn lead(stream: TcpStream, mut seen: watch::Receiver<Target>, turn: usize) {
    let target = seen.borrow_and_update().clone();
    let shut = async move {
        let _ = seen
            .wait_for(|target| matches!(target, Target::Nowhere))
            .await;
    };
    match target {
        Target::Nowhere => {}
        Target::Socket(socket) => {
            if let Ok(other) = UnixStream::connect(socket).await {
                pass(stream, other, shut).await;
            }
        }
        Target::Servers(servers) => {
            // One that is gone is passed over, as a load balancer does.
            for at in 0..servers.len() {
                if let Ok(other) = TcpStream::connect(servers[(turn + at) % servers.len()]).await {
                    pass(stream, other, shut).await;
                    return;
                }
            }
        }
    }
}

async fn pass(
    mut one: TcpStream,
    mut other: impl AsyncRead + AsyncWrite + Unpin,
    shut: impl Future<Output = ()>,
) {
    tokio::select! {
        _ = copy_bidirectional(&mut one, &mut other) => {}
        () = shut => {}
    }
}
