//! A Postgres of our own for the length of a test run: in a temporary folder, on a free port, never the one that
//! the machine may be running for somebody else.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use std::{fs, process, thread};

use anyhow::{Context, Result, bail};

use crate::tree::Tree;
use crate::{need, run};

/// A shell that looks after the server. It waits for the end of its standard input, which comes whenever the test run
/// ends, be it by Ctrl-C, by a crash or by `kill -9`; then it stops the server and removes the folder. It hears none
/// of the signals meant for the run, nor that its log has no reader any more, or it could not do so. `$1` is the folder of the programs, `$2` the one for the
/// data, `$3` the port.
const KEEPER: &str = r#"
trap '' HUP INT PIPE TERM
exec 3<&0 </dev/null
"$1/initdb" --pgdata "$2/data" --username postgres --auth trust --encoding UTF8 --locale C.UTF-8 --no-sync >"$2/initdb.log" 2>&1 || {
  cat "$2/initdb.log" >&2
  rm -rf "$2"
  exit 1
}
"$1/postgres" -D "$2/data" -k "$2" -p "$3" -c listen_addresses=127.0.0.1 -c max_connections=300 \
  -c fsync=off -c synchronous_commit=off -c full_page_writes=off 3<&- &
server=$!
(read -r _ <&3; kill -QUIT $server) &
watch=$!
wait $server
kill -KILL $watch 2>/dev/null
rm -rf "$2"
"#;

/// What the server says when it takes connections.
const READY: &str = "database system is ready to accept connections";

/// The running server. Dropping it stops it and removes its folder.
pub(crate) struct Postgres {
    keeper: Child,
    port: u16,
}

impl Postgres {
    /// Starts one. A free port may be taken by somebody else before the server has it, so there is a second try.
    pub(crate) fn start(tree: &Tree) -> Result<Self> {
        Self::once(tree).or_else(|_| Self::once(tree))
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn once(tree: &Tree) -> Result<Self> {
        let programs = need::postgres().context("PostgreSQL is not installed; the tests run on it as well")?;
        let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr())?.port();
        let mut keeper = run::program(tree, "sh");
        // Not below TMPDIR: the path of a Unix socket must be short, and the user postgres must get there.
        let folder = format!("/tmp/gameserver-postgres-{}-{port}", process::id());
        fs::DirBuilder::new().mode(0o700).create(&folder).with_context(|| format!("cannot make {folder}"))?;
        as_its_own_user(tree, &mut keeper, Path::new(&folder))?;
        keeper.args(["-c", KEEPER, "sh"]).arg(programs).arg(&folder).arg(port.to_string());
        // A group of its own, so that Ctrl-C on the terminal does not reach it.
        keeper.process_group(0).env("LC_ALL", "C.UTF-8").stdin(Stdio::piped()).stdout(Stdio::null());
        let mut keeper = keeper.stderr(Stdio::piped()).current_dir("/").spawn().context("cannot start sh")?;
        let log = listen(&mut keeper);
        let server = Self { keeper, port };
        wait_until_ready(&log)?;
        Ok(server)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The server refuses to run as root. Where we are root it gets the user that its package made.
fn as_its_own_user(tree: &Tree, keeper: &mut Command, folder: &Path) -> Result<()> {
    if run::read(run::program(tree, "id").arg("-u"))? != "0" {
        return Ok(());
    }
    let users = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    let (user, group) = ids_of("postgres", &users)
        .context("there is no user postgres, and PostgreSQL does not run as root; install Debian's postgresql-15")?;
    chown(folder, Some(user), Some(group))?;
    keeper.uid(user).gid(group);
    Ok(())
}

fn ids_of(name: &str, users: &str) -> Option<(u32, u32)> {
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// The log, read to its end so that the server never waits for a reader. The channel closes when the server is gone.
fn listen(keeper: &mut Child) -> Receiver<String> {
    let (to, log): (Sender<String>, _) = channel();
    if let Some(out) = keeper.stderr.take() {
        thread::spawn(move || {
            for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
                // Nobody listens any more once the server is ready.
                let _ = to.send(String::from_utf8_lossy(&line).into_owned());
            }
        });
    }
    log
}

fn wait_until_ready(log: &Receiver<String>) -> Result<()> {
    let end = Instant::now() + Duration::from_mins(1);
    let mut last = String::new();
    while let Ok(line) = log.recv_timeout(end.saturating_duration_since(Instant::now())) {
        if line.contains(READY) {
            return Ok(());
        }
        if !line.trim().is_empty() {
            last = line;
        }
    }
    bail!("PostgreSQL for the tests did not start; the last it said: {last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_are_those_of_the_user_asked_for() {
        let users =
            "root:x:0:0::/root:/bin/sh\npostgres2:x:9:9:::\npostgres:x:110:117:,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(ids_of("postgres", users), Some((110, 117)));
        assert_eq!(ids_of("nobody", users), None);
    }
}
