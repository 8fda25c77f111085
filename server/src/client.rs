//! Where a request came from: its peer's address, or what a trusted proxy says of the client before it.
//!
//! Only `X-Forwarded-For` is read, which every proxy can be told to send; `Forwarded` (RFC 7239) is not. It is read from
//! the right, where each proxy adds the peer it saw: whatever a client wrote itself stands to the left of that.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use ipnet::IpNet;

use crate::router::Server;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client(pub(crate) IpAddr);

/// Finds it out once, for everything that asks later.
pub(crate) fn find(server: &Server, request: &mut Request) {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let address = server.proxies.client(peer.ip(), request.headers());
        request.extensions_mut().insert(Client(address));
    }
}

/// The proxies that are believed.
#[derive(Clone)]
pub(crate) struct Proxies {
    trusted: Arc<[IpNet]>,
    has_told: Arc<AtomicBool>,
}

impl Proxies {
    pub(crate) fn new(trusted: &[IpNet]) -> Self {
        Self { trusted: trusted.into(), has_told: Arc::default() }
    }

    /// The client of a request: the last address, from the right, that is no trusted proxy's.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        // On a socket of both families an IPv4 peer has an IPv6 address.
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            if headers.contains_key(FORWARDED_FOR) && !self.has_told.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    "requests from {peer} name the client they come from (X-Forwarded-For), and are not believed: all \
                     of them count as one client. If {peer} is your proxy, set TRUSTED_PROXIES={peer}"
                );
            }
            return peer;
        }
        let named: Vec<&str> = headers
            .get_all(FORWARDED_FOR)
            .iter()
            .flat_map(|line| line.to_str().unwrap_or_default().split(','))
            .map(str::trim)
            .collect();
        let mut client = peer;
        for name in named.into_iter().rev() {
            // What is no address was written by nobody we trust.
            let Some(address) = address(name) else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}

/// An address, with or without a port.
fn address(name: &str) -> Option<IpAddr> {
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let ip = bare.parse().ok().or_else(|| name.parse::<SocketAddr>().ok().map(|at| at.ip()))?;
    Some(IpAddr::to_canonical(&ip))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Mutex, PoisonError};

    use super::*;

    /// Held by whoever asks for a client: the first to log something must not do so while another begins to listen, or
    /// tracing takes it for something that nobody hears.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    fn client(trusted: &[&str], peer: &str, lines: &[&str]) -> String {
        let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        Proxies::new(&trusted).client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn nobody_is_believed_unless_they_are_trusted() {
        assert_eq!(client(&[], "192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(client(&["10.0.0.0/8"], "192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
    }

    #[test]
    fn the_client_is_the_last_one_that_is_no_proxy_of_ours() {
        let ours = &["10.0.0.0/8", "2001:db8::/32"];
        for (lines, expected) in [
            (&["203.0.113.9"][..], "203.0.113.9"),
            // What the client itself claimed stands further left.
            (&["198.51.100.7, 203.0.113.9"], "203.0.113.9"),
            (&["198.51.100.7", "203.0.113.9, 10.1.1.1"], "203.0.113.9"),
            (&["203.0.113.9:4711, 10.1.1.1:80"], "203.0.113.9"),
            (&["2001:db9::1, [2001:db8::2]:443"], "2001:db9::1"),
            (&["::ffff:203.0.113.9"], "203.0.113.9"),
            // All of them are ours: the one furthest away.
            (&["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
            // What cannot be read ends the trust.
            (&["203.0.113.9, unknown, 10.2.2.2"], "10.2.2.2"),
            (&["garbage"], "10.0.0.1"),
            (&[""], "10.0.0.1"),
            (&[], "10.0.0.1"),
        ] {
            assert_eq!(client(ours, "10.0.0.1", lines), expected, "{lines:?}");
        }
        assert_eq!(client(ours, "::ffff:10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
    }

    #[test]
    fn a_proxy_that_is_not_trusted_is_told_of_once() {
        #[derive(Clone, Default)]
        struct Log(Arc<Mutex<Vec<u8>>>);
        impl Write for Log {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
        let proxies = Proxies::new(&[]);
        let headers: HeaderMap =
            [(FORWARDED_FOR.parse().unwrap(), "203.0.113.9".parse().unwrap())].into_iter().collect();
        tracing::subscriber::with_default(subscriber, || {
            for peer in ["192.0.2.1", "192.0.2.2", "192.0.2.1"] {
                proxies.client(peer.parse().unwrap(), &headers);
            }
        });
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(log.matches("set TRUSTED_PROXIES=192.0.2.1").count(), 1, "{log}");
        assert_eq!(log.lines().count(), 1, "{log}");
    }
}
