//! The REST API, from outside.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A server's REST API. Clones share their connections.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
    base: String,
}

/// No answer came: the connection could not be made, or broke.
pub(crate) type Lost = reqwest::Error;

/// A status and a body of JSON (null, where there is none).
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Api {
    /// The API of the server at an address.
    pub(crate) fn at(address: &str) -> Result<Self> {
        // Longer than the server gives any request.
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build()?;
        Ok(Self { client, base: format!("http://{address}/api/v1") })
    }

    /// The same server, over a connection of its own.
    pub(crate) fn apart(&self) -> Result<Self> {
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).pool_max_idle_per_host(1).build()?;
        Ok(Self { client, base: self.base.clone() })
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Result<Answer, Lost> {
        self.send(Method::GET, path, token, None).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Answer, Lost> {
        self.send(Method::POST, path, token, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Answer, Lost> {
        self.send(Method::PATCH, path, token, Some(body)).await
    }

    /// Signs in as the player of a device.
    pub(crate) async fn sign_in(&self, device: &str) -> Result<Answer, Lost> {
        self.post("/login/device", None, &json!({ "device_id": device })).await
    }

    /// One of the routes of web games, which lie beside the API.
    pub(crate) async fn auth(&self, path: &str, body: &Value) -> Result<Answer, Lost> {
        let response = self.client.post(self.at_root(path)).json(body).send().await?;
        let status = response.status().as_u16();
        let body = response.bytes().await?;
        Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default() })
    }

    /// Signs in with a password.
    pub(crate) async fn log_in(&self, email: &str, password: &str) -> Result<Answer, Lost> {
        self.post("/login", None, &json!({ "email": email, "password": password })).await
    }

    /// Exchanges a refresh token.
    pub(crate) async fn refresh(&self, token: &str) -> Result<Answer, Lost> {
        self.post("/refresh", None, &json!({ "refresh_token": token })).await
    }

    /// Gives a refresh token up.
    pub(crate) async fn sign_out(&self, token: &str) -> Result<Answer, Lost> {
        self.send(Method::DELETE, "/logout", None, Some(&json!({ "refresh_token": token }))).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Answer, Lost> {
        let response = self.raw(method, path, token, body).await?;
        let status = response.status().as_u16();
        let body = response.bytes().await?;
        Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default() })
    }

    /// The answer as it comes over the wire.
    pub(crate) async fn raw(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Response, Lost> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await
    }

    /// A page beside the API, as text.
    pub(crate) async fn fetch(&self, path: &str) -> Result<String, Lost> {
        self.page(path).send().await?.error_for_status()?.text().await
    }

    /// The bytes of a file as a browser loads it: packed by brotli.
    pub(crate) async fn packed_size(&self, path: &str) -> Result<f64> {
        let answer = self.page(path).header(ACCEPT_ENCODING, "br").send().await?.error_for_status()?;
        let packed = answer.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "br");
        ensure!(packed, "{path} comes unpacked: build it with --release");
        let bytes = answer.bytes().await?.len();
        Ok(f64::from(u32::try_from(bytes)?))
    }

    fn page(&self, path: &str) -> RequestBuilder {
        self.client.get(self.at_root(path))
    }

    fn at_root(&self, path: &str) -> String {
        format!("{}{path}", self.base.trim_end_matches("/api/v1"))
    }
}

impl Answer {
    /// The status and, of a refusal, its code: `200` or `403 full`.
    pub(crate) fn in_short(&self) -> String {
        match self.body["error"].as_str() {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }

    /// Itself, when it has this status.
    pub(crate) fn accepted(self, what: &str, status: u16) -> Result<Self> {
        if self.status == status { Ok(self) } else { bail!("{what}: expected {status}, found {}", self.in_short()) }
    }

    /// What it carries, when it has this status.
    pub(crate) fn read<T: DeserializeOwned>(self, what: &str, status: u16) -> Result<T> {
        let body = self.accepted(what, status)?.body;
        serde_json::from_value(body).with_context(|| format!("{what}: the answer has another shape"))
    }

    /// Whether it has the status 200; else it must be one of these refusals.
    pub(crate) fn granted(&self, what: &str, refusals: &[&str]) -> Result<bool> {
        let found = self.in_short();
        if self.status == 200 {
            Ok(true)
        } else if refusals.contains(&found.as_str()) {
            Ok(false)
        } else {
            bail!("{what}: expected 200 or one of {refusals:?}, found {found}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_was_not_expected_is_told() {
        let full = Answer { status: 403, body: json!({ "error": "full" }) };
        assert!(!full.granted("a join", &["403 full"]).unwrap());
        let told = full.granted("a join", &["404 not_found"]).unwrap_err().to_string();
        assert_eq!(told, r#"a join: expected 200 or one of ["404 not_found"], found 403 full"#);
    }
}
