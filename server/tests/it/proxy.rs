//! A network between a server and its database that can be taken away.

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
    /// Connections stand, and new ones are made, but nothing arrives.
    Silent,
}

/// A port in front of another one.
pub(crate) struct Proxy(watch::Sender<Network>);

impl Proxy {
    /// A port in front of the PostgreSQL of a URL, and the URL that goes through it.
    pub(crate) async fn before(url: &str) -> (Self, String) {
        let (user, rest) = url.split_once('@').unwrap();
        let (behind, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (network, watched) = watch::channel(Network::There);
        tokio::spawn(run(listener, address, behind.to_owned(), watched));
        (Self(network), format!("{user}@{address}/{database}"))
    }

    pub(crate) fn becomes(&self, network: Network) {
        self.0.send_replace(network);
    }
}

async fn run(first: TcpListener, address: SocketAddr, behind: String, mut network: watch::Receiver<Network>) {
    let mut first = Some(first);
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
                    tokio::spawn(pass(accepted.unwrap().0, behind.clone(), network.clone()));
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

async fn carry(mut from: tcp::ReadHalf<'_>, mut to: tcp::WriteHalf<'_>, mut network: watch::Receiver<Network>) {
    let mut bytes = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        let there = network.wait_for(|network| *network == Network::There).await.is_ok();
        if !there || to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
