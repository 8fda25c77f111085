//! The server under drill: a process of the real binary.

use std::env;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::api::Api;
use crate::cost::Core;
use crate::place::Place;

/// Longer than any start may take, migrations and a busy machine among it.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server on a free port. Dropping it kills it.
pub(crate) struct Gameserver {
    process: Child,
    /// Its REST API.
    pub(crate) api: Api,
    /// Where it listens, as `127.0.0.1:4000`.
    pub(crate) address: String,
    /// How long it took until it answered.
    pub(crate) started_in: Duration,
}

impl Gameserver {
    /// Starts one and waits until it answers.
    pub(crate) async fn start(place: &Place) -> Result<Self> {
        Self::start_as(place, Command::new(binary()?)).await
    }

    /// Starts one that has a single core.
    pub(crate) async fn start_on(place: &Place, core: Core) -> Result<Self> {
        Self::start_as(place, core.command(&binary()?)).await
    }

    async fn start_as(place: &Place, command: Command) -> Result<Self> {
        let start = Instant::now();
        let mut process = spawn(place, command)?;
        let greeted = tokio::time::timeout(PATIENCE, port(&mut process)).await;
        let Some(port) = greeted.context("the server did not start in time")?? else {
            let log = fs::read_to_string(place.log()).unwrap_or_default();
            bail!("the server did not start: {}", log.lines().last().unwrap_or("it said nothing"));
        };
        let address = format!("127.0.0.1:{port}");
        let api = Api::at(&address)?;
        api.get("/health", None).await?.accepted("the first request", 200)?;
        Ok(Self { process, api, address, started_in: start.elapsed() })
    }

    /// Kills it as `kill -9` does, and waits until it is gone.
    pub(crate) async fn kill(mut self) -> Result<()> {
        Ok(self.process.kill().await?)
    }

    /// Its process.
    pub(crate) fn process(&self) -> Result<u32> {
        self.process.id().context("the server has ended")
    }

    /// The memory it has, in MiB.
    pub(crate) fn memory(&self) -> Result<f64> {
        let process = self.process()?;
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: u32 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(f64::from(kib) / 1024.0)
    }
}

/// Starts one and kills it `after` a while, however far it has come.
pub(crate) async fn start_and_kill(place: &Place, after: Duration) -> Result<()> {
    let mut process = spawn(place, Command::new(binary()?))?;
    tokio::time::sleep(after).await;
    Ok(process.kill().await?)
}

/// Makes an account with a password, by the command line.
pub(crate) async fn make_admin(place: &Place, email: &str) -> Result<()> {
    let mut command = prepared(place, Command::new(binary()?))?;
    command.args(["admin", "create", "--email", email, "--data"]).arg(place.data()).stdin(Stdio::piped());
    let mut child = command.spawn().context("cannot start the command line")?;
    let mut password = child.stdin.take().context("no standard input")?;
    password.write_all(b"a password of drills\n").await?;
    drop(password);
    ensure!(child.wait().await?.success(), "no account was made for {email}");
    Ok(())
}

/// The server on a place.
fn spawn(place: &Place, command: Command) -> Result<Child> {
    let mut command = prepared(place, command)?;
    command.args(["serve", "--host", "127.0.0.1", "--port", "0", "--data"]).arg(place.data()).stdin(Stdio::null());
    command.spawn().context("cannot start the server")
}

/// The binary on a place, with nothing in its environment but what is given.
fn prepared(place: &Place, mut command: Command) -> Result<Command> {
    let log = File::options().create(true).append(true).open(place.log())?;
    command.env_clear().env("GAMESERVER_LOG", "warn").env("NO_COLOR", "1");
    if let Some(url) = place.url() {
        command.env("DATABASE_URL", url);
    }
    if let Some(mail) = place.mail() {
        command.env("SMTP_HOST", mail.ip().to_string()).env("SMTP_PORT", mail.port().to_string());
        command.env("SMTP_FROM", "noreply@games.example").env("GAMESERVER_MAIL_APART", "0 s");
        command.env("GAMESERVER_MAIL_PER_ADDRESS", "100000 / 1 h").env("GAMESERVER_MAIL_ALTOGETHER", "100000 / 1 h");
    }
    command.envs(place.settings().iter().map(|(variable, value)| (variable, value)));
    command.current_dir(place.folder()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
    Ok(command)
}

fn binary() -> Result<PathBuf> {
    let binary = env::var_os("GAMESERVER_BIN").map(PathBuf::from);
    binary.context("GAMESERVER_BIN names no server: `cargo xtask drill` sets it")
}

/// The port, from the greeting; none when the server ended before it greeted.
async fn port(process: &mut Child) -> Result<Option<u16>> {
    let mut lines = BufReader::new(process.stdout.take().context("no greeting")?).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(port) = port_in(&line) {
            // Read to its end, or the server could not write the rest.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(Some(port));
        }
    }
    Ok(None)
}

fn port_in(line: &str) -> Option<u16> {
    line.split_once(" serves on ")?.1.rsplit_once(':')?.1.trim_end_matches('/').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_in_the_first_line_of_the_greeting() {
        assert_eq!(port_in("GameServer 0.1.0 serves on http://localhost:34317"), Some(34317));
        assert_eq!(port_in("  curl http://localhost:34317/api/v1/login/device"), None);
    }
}
