//! A network that can be taken away: between a server and its database, or between clients and servers.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, tcp};
use tokio::sync::watch;

/// What becomes of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// They arrive.
    There,
    /// Connections are cut, and refused.
    Cut,
    /// Connections stand, and new ones are made, but nothing arrives: what used one meanwhile never hears of the other
    /// end again, as behind a firewall that has forgotten it.
    Silent,
}

/// A port in front of others.
pub(crate) struct Proxy(watch::Sender<Network>);

impl Proxy {
    /// A port in front of the PostgreSQL of a URL, and the URL that goes through it.
    pub(crate) async fn before(url: &str) -> (Self, String) {
        let (user, rest) = url.split_once('@').unwrap();
        let (behind, database) = rest.split_once('/').unwrap();
        let (proxy, address) = Self::in_front_of(vec![behind.to_owned()]).await;
        (proxy, format!("{user}@{address}/{database}"))
    }

    /// A port in front of others, by their addresses: each connection goes to the one after the last's.
    pub(crate) async fn in_front_of(behind: Vec<String>) -> (Self, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (network, watched) = watch::channel(Network::There);
        tokio::spawn(run(listener, address, behind, watched));
        (Self(network), address)
    }

    pub(crate) fn becomes(&self, network: Network) {
        self.0.send_replace(network);
    }
}

async fn run(first: TcpListener, address: SocketAddr, behind: Vec<String>, mut network: watch::Receiver<Network>) {
    let (mut first, mut next) = (Some(first), behind.iter().cycle());
    while network.wait_for(|network| *network != Network::Cut).await.is_ok() {
        let listener = match first.take() {
            Some(listener) => listener,
            None => TcpListener::bind(address).await.unwrap(),
        };
        let mut watched = network.clone();
        loop {
            tokio::select! {
                _cut = watched.wait_for(|network| *network == Network::Cut) => break,
                accepted = listener.accept() => {
                    let behind = next.next().expect("there is one").clone();
                    tokio::spawn(pass(accepted.unwrap().0, behind, network.clone()));
                }
            }
        }
    }
}

async fn pass(mut client: TcpStream, behind: String, mut network: watch::Receiver<Network>) {
    let (to, fro) = (network.clone(), network.clone());
    let mut server = TcpStream::connect(behind).await.unwrap();
    let (client_reads, client_writes) = client.split();
    let (server_reads, server_writes) = server.split();
    tokio::select! {
        _cut = network.wait_for(|network| *network == Network::Cut) => {}
        () = carry(client_reads, server_writes, to) => {}
        () = carry(server_reads, client_writes, fro) => {}
    }
}

async fn carry(mut from: tcp::ReadHalf<'_>, mut to: tcp::WriteHalf<'_>, network: watch::Receiver<Network>) {
    let mut bytes = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if *network.borrow() == Network::Silent {
            std::future::pending::<()>().await;
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
