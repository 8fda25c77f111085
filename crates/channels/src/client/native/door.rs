//! Where a client connects to, and as whom.

use std::fmt;

use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, HeaderName};
use tokio_tungstenite::tungstenite::http::{HeaderValue, Request};

use crate::client::in_version_2;

/// An address and headers. Says nothing of them when it is printed: a token may be among them.
#[derive(Clone)]
pub struct Door(Request<()>);

/// An address that is no URL of a socket, or a header that cannot be sent. Repeats nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadDoor(&'static str);

impl Door {
    /// The socket of this URL, like `ws://127.0.0.1:4000/socket/websocket`; `vsn=2.0.0` is added to it.
    ///
    /// # Errors
    /// When it is no such URL.
    pub fn to(url: &str) -> Result<Self, BadDoor> {
        let request = in_version_2(url).into_client_request().ok();
        let request = request.filter(|request| request.uri().scheme_str() == Some("ws"));
        request.map(Self).ok_or(BadDoor("the address is not that of a plain socket, ws://host:port/path"))
    }

    /// With an access token, sent as a bearer.
    ///
    /// # Errors
    /// When it has characters that a header cannot have.
    pub fn with_token(self, token: &str) -> Result<Self, BadDoor> {
        self.with_header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// With this header besides.
    ///
    /// # Errors
    /// When it has characters that a header cannot have.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, BadDoor> {
        let name: HeaderName =
            name.parse().map_err(|_| BadDoor("the header's name has characters that it cannot have"))?;
        let value: HeaderValue = value.parse().map_err(|_| BadDoor("the header has characters that it cannot have"))?;
        self.0.headers_mut().insert(name, value);
        Ok(self)
    }

    pub(super) fn request(&self) -> Request<()> {
        self.0.clone()
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door")
    }
}

impl fmt::Display for BadDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for BadDoor {}
