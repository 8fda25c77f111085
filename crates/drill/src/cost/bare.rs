//! The least that can be done for a request: axum, and bytes that lie ready.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use super::core::Core;
use crate::api::Api;
use crate::bench::scene::{Recorded, Scene};

/// A process that answers with recorded bytes. Dropping it kills it.
pub(super) struct Bare {
    child: Child,
    process: u32,
    /// Where it is.
    pub(super) api: Api,
    _answers: NamedTempFile,
}

/// An answer to be given again.
#[derive(Serialize, Deserialize)]
struct Ready {
    path: String,
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Bare {
    /// Records the server's answer to each request, and starts a process that gives the same.
    pub(super) async fn start(scene: &Scene, api: &Api) -> Result<Self> {
        let mut ready = Vec::new();
        for Recorded { path, answer } in scene.record(api).await? {
            let status = answer.status().as_u16();
            let headers = answer.headers().iter().filter(|(name, _)| !is_given_anyway(name));
            let headers = headers.map(|(name, value)| Ok((name.to_string(), value.to_str()?.to_owned())));
            let headers = headers.collect::<Result<_>>()?;
            ready.push(Ready { path, status, headers, body: answer.text().await? });
        }
        let mut answers = NamedTempFile::new()?;
        answers.write_all(&serde_json::to_vec(&ready)?)?;

        let mut command = Core::FIRST.command(&std::env::current_exe()?);
        command.arg("bare").arg(answers.path()).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().context("the bare handlers")?;
        let mut address = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut address).await?;
        let process = child.id().context("it has ended")?;
        Ok(Self { child, process, api: Api::at(address.trim())?, _answers: answers })
    }

    pub(super) fn process(&self) -> u32 {
        self.process
    }

    pub(super) async fn stop(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// What the HTTP server writes by itself.
fn is_given_anyway(name: &HeaderName) -> bool {
    ["content-length", "date", "connection", "transfer-encoding"].contains(&name.as_str())
}

impl Core {
    /// A program that runs on this core alone, by `taskset` of util-linux.
    pub(crate) fn command(self, program: &Path) -> Command {
        let mut command = Command::new("taskset");
        command.arg("--cpu-list").arg(self.0.to_string()).arg(program);
        command
    }
}

type Answers = Arc<HashMap<String, (StatusCode, Vec<(HeaderName, HeaderValue)>, Bytes)>>;

/// Serves the answers of a file on a free port, which it prints, until it is killed.
pub(crate) async fn serve(file: &Path) -> Result<()> {
    let ready: Vec<Ready> = serde_json::from_slice(&fs::read(file)?)?;
    let mut answers = HashMap::new();
    for Ready { path, status, headers, body } in ready {
        let headers = headers.into_iter().map(|(name, value)| Ok((name.parse()?, value.parse()?)));
        let headers = headers.collect::<Result<Vec<_>>>()?;
        answers.insert(path, (StatusCode::from_u16(status)?, headers, Bytes::from(body)));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout().lock(), "{}", listener.local_addr()?)?;
    let router = Router::new().fallback(answer).with_state(Arc::new(answers));
    Ok(axum::serve(listener, router).await?)
}

/// Reads the request's body, as any handler must, and gives what lies ready.
async fn answer(State(answers): State<Answers>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let _read = axum::body::to_bytes(request.into_body(), 64 * 1024).await;
    let Some((status, headers, body)) = answers.get(&path) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = Response::new(Body::from(body.clone()));
    *response.status_mut() = *status;
    response.headers_mut().extend(headers.iter().cloned());
    response
}
