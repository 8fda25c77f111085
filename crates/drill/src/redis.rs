//! A Redis of a drill's own, which can be taken away and given back.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

/// How long it may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running `redis-server`, which keeps nothing, on a port of its own. Dropping it kills it.
pub(crate) struct Redis {
    process: Option<Child>,
    port: u16,
}

impl Redis {
    /// A new one.
    pub(crate) async fn start() -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        let mut redis = Self { process: None, port };
        redis.come_back().await?;
        Ok(redis)
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills it as `kill -9` does, and waits until it is gone.
    pub(crate) async fn go_away(&mut self) -> Result<()> {
        match self.process.take() {
            Some(mut process) => Ok(process.kill().await?),
            None => Ok(()),
        }
    }

    /// Starts it again, empty and at the same place.
    pub(crate) async fn come_back(&mut self) -> Result<()> {
        let mut command = Command::new("redis-server");
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--dir", "/tmp"]);
        command.args(["--save", "", "--appendonly", "no"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        self.process = Some(command.spawn().context("redis-server, which `cargo xtask drill` installs")?);
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            if start.elapsed() > PATIENCE {
                bail!("redis-server does not come");
            }
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}
