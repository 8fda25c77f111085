//! The real binary, which writes into files of a folder of its own: `stdout`, and `stderr`, which is its log.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect};
use serde_json::Value;
use tempfile::TempDir;

use crate::app::form_token_in;

/// A running server.
pub(super) struct Running {
    child: Child,
    folder: TempDir,
    /// Where it answers.
    pub(super) base: String,
    client: Client,
}

impl Running {
    /// On a database, and with an environment of the test's own.
    pub(super) async fn start(database: Option<&str>, environment: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let into = |name: &str| File::create(folder.path().join(name)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_gameserver"));
        command.env_clear().current_dir(folder.path()).args(["serve", "--port", "0", "--host", "127.0.0.1"]);
        command.envs(environment.iter().copied());
        if let Some(url) = database {
            command.env("DATABASE_URL", url);
        }
        let child = command.stdout(into("stdout")).stderr(into("stderr")).spawn().unwrap();
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        let mut running = Self { child, folder, base: String::new(), client };
        for _ in 0..1200 {
            let greeting = running.read("stdout");
            if greeting.contains("first-admin?token=") && greeting.ends_with("\n\n") {
                let port = greeting.lines().next().unwrap().rsplit_once(':').unwrap().1.to_owned();
                running.base = format!("http://127.0.0.1:{port}");
                return running;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it did not start: {}", running.read("stderr"));
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let answer = self.request(Method::POST, path).json(body).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    /// Sends a form of the log-in page, or one that has the same token.
    pub(super) async fn form(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let page = self.request(Method::GET, "/users/log-in").send().await.unwrap();
        let cookie = page.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let html = page.text().await.unwrap();
        let token = form_token_in(&html).unwrap();
        let fields: Vec<_> = form.iter().copied().chain([("form_token", token)]).collect();
        let request = self.request(Method::POST, path).header("cookie", cookie).header("origin", &self.base);
        request.form(&fields).send().await.unwrap()
    }

    /// Stops it, and gives what it wrote: the greeting, and the log.
    pub(super) fn stop(mut self) -> (String, String) {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(self.child.wait().unwrap().success());
        (self.read("stdout"), self.read("stderr"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}
