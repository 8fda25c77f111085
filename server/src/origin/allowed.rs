//! The other sites that act for a player here: web games that send the player's cookie along.

use std::str::FromStr;

use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderValue, Uri};

/// Origins, each as a browser writes it: `https://game.example`, with its port unless it is the scheme's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<HeaderValue>);

impl Origins {
    /// Whether a request says that it comes from one of them: letter for letter, as browsers write it.
    pub(crate) fn sent(&self, headers: &HeaderMap) -> bool {
        headers.get(ORIGIN).is_some_and(|origin| self.has(origin))
    }

    /// Whether an origin is one of them.
    pub(super) fn has(&self, origin: &HeaderValue) -> bool {
        self.0.contains(origin)
    }
}

impl FromStr for Origins {
    type Err = String;

    /// Reads a list with commas between. An error is a sentence about the first entry that is none.
    fn from_str(list: &str) -> Result<Self, String> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(origin).collect::<Result<_, _>>().map(Self)
    }
}

/// One entry, in the words of browsers.
fn origin(entry: &str) -> Result<HeaderValue, String> {
    let none = || format!("'{entry}' is no origin. Write it like https://game.example, without a path.");
    let uri: Uri = entry.parse().map_err(|_| none())?;
    let (Some(scheme), Some(authority), "/" | "", None) = (uri.scheme_str(), uri.authority(), uri.path(), uri.query())
    else {
        return Err(none());
    };
    let own_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return Err(none()),
    };
    if authority.as_str().contains(['@', '*']) || authority.host().is_empty() {
        return Err(none());
    }
    let port = authority.port_u16().filter(|port| *port != own_port).map(|port| format!(":{port}"));
    let origin = format!("{scheme}://{}{}", authority.host().to_ascii_lowercase(), port.unwrap_or_default());
    origin.parse().map_err(|_| none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_browsers_write_it() {
        let read = |list: &str| list.parse::<Origins>();
        assert_eq!(
            read("https://Game.example:443/, http://localhost:8080"),
            read("https://game.example,http://localhost:8080")
        );
        assert_eq!(read(" , "), Ok(Origins::default()));
        for wrong in ["*", "null", "game.example", "https://*.example", "https://a.example/path", "ftp://a.example"] {
            assert!(read(wrong).is_err_and(|told| told.contains(wrong)), "{wrong}");
        }
        assert!(read("https://user@a.example").is_err() && read("https://").is_err());
    }

    #[test]
    fn only_the_very_origin_is_allowed() {
        let allowed: Origins = "https://game.example,http://localhost:8080".parse().unwrap();
        let sent = |origin: &str| allowed.sent(&HeaderMap::from_iter([(ORIGIN, origin.parse().unwrap())]));
        assert!(sent("https://game.example") && sent("http://localhost:8080"));
        for other in [
            "https://game.example.evil.example",
            "https://evilgame.example",
            "https://sub.game.example",
            "https://game.example:8443",
            "http://game.example",
            "https://game.example/",
            "https://game.exampl",
            "http://localhost",
            "null",
            "*",
            "",
        ] {
            assert!(!sent(other), "{other}");
        }
        assert!(!allowed.sent(&HeaderMap::new()));
    }
}
