//! Many sockets on one topic: everything is heard once and in order, and who does not read holds up nobody.

mod listener;
mod sleeper;

use std::fmt;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use self::listener::Listener;
pub(crate) use self::sleeper::Sleeper;
use crate::answers::LobbyId;
use crate::check::same;
use crate::gameserver::Gameserver;
use crate::place::Place;
use crate::player::Player;

/// Sockets of one player, of whom the server permits ten: every second one is signed in, the others are nobody's.
const OF_ONE: usize = 8;
/// Lobbies that are opened and left with next to nothing in them.
const SMALL: usize = 100;
/// Lobbies with as much metadata as fits: together more than lies between the server and one who does not read.
const LARGE: usize = 300;
/// Bytes of that metadata; 16 KiB are allowed.
const METADATA: usize = 15 * 1024;
/// Lobbies after which everybody is waited for: the server keeps no more than 64 messages for a slow listener.
const AT_ONCE: usize = 16;
/// The longest anybody may be behind.
const PATIENCE: Duration = Duration::from_mins(1);
/// By when the server has given up on one who does not read: after five seconds of a write, and one more to say so.
pub(crate) const GIVEN_UP: Duration = Duration::from_secs(8);

/// What is heard on `lobbies`: the event and the lobby.
#[derive(Clone, PartialEq, Eq)]
struct Heard {
    event: String,
    lobby: LobbyId,
}

/// Runs the drill on one engine and says in a few words what was done.
pub(crate) async fn run(place: &Place, count: usize) -> Result<String> {
    ensure!(count >= 2, "one socket reads and one does not: --count must be 2 or more");
    enough_files(count)?;
    let server = Gameserver::start(place).await?;
    let players = Player::several(&server.api, "listener", count.div_ceil(2 * OF_ONE)).await?;
    let opener = Player::several(&server.api, "opener", 1).await?.remove(0);
    let alone = server.memory()?;

    let sleeper = Sleeper::join(&server.address).await?;
    let heard = Arc::new(AtomicUsize::new(0));
    let mut listeners = Vec::new();
    for n in 1..count {
        let token = players.get(n % (2 * players.len())).map(|player| player.token.as_str());
        listeners
            .push(Listener::join(&server.address, token, heard.clone()).await.with_context(|| format!("socket {n}"))?);
    }
    let joined = server.memory()?;

    let start = Instant::now();
    let mut expected = Vec::new();
    open_lobbies(&opener, SMALL, &json!({}), &mut expected, (&heard, count - 1)).await?;
    let large = json!({ "text": "x".repeat(METADATA) });
    open_lobbies(&opener, LARGE, &large, &mut expected, (&heard, count - 1)).await?;
    let took = start.elapsed();
    let told = server.memory()?;

    tokio::time::sleep(GIVEN_UP).await;
    let missed = sleeper.wake(expected.len()).await?;
    let given_up = server.memory()?;
    for (n, listener) in listeners.into_iter().enumerate() {
        let found = listener.leave().await.with_context(|| format!("socket {}", n + 1))?;
        compare(n + 1, &expected, &found)?;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let left = server.memory()?;
    server.kill().await?;
    place.check_log()?;
    Ok(format!(
        "{} events on {count} sockets in {:.0} s, heard once and in order by {} of them; the one that never read was \
         cut off and missed {missed}; server memory {alone:.0} MiB alone, {joined:.0} MiB with the sockets, {told:.0} \
         MiB after the events, {given_up:.0} MiB after the cut, {left:.0} MiB without sockets",
        expected.len(),
        took.as_secs_f64(),
        count - 1,
    ))
}

/// Opens and leaves lobbies, one after another, and waits for all listeners now and then.
async fn open_lobbies(
    opener: &Player,
    lobbies: usize,
    metadata: &Value,
    expected: &mut Vec<Heard>,
    (heard, listeners): (&AtomicUsize, usize),
) -> Result<()> {
    for n in 1..=lobbies {
        let lobby = opener.open(&json!({ "title": "Heard by all", "metadata": metadata })).await?.id;
        opener.leave(&[]).await?;
        for event in ["lobby_created", "lobby_deleted"] {
            expected.push(Heard { event: event.to_owned(), lobby });
        }
        if n % AT_ONCE == 0 || n == lobbies {
            let all = expected.len() * listeners;
            wait_for(heard, all).await?;
        }
    }
    Ok(())
}

/// Waits until so much was heard by all listeners together.
async fn wait_for(heard: &AtomicUsize, all: usize) -> Result<()> {
    let start = Instant::now();
    while heard.load(Ordering::Relaxed) < all {
        let found = heard.load(Ordering::Relaxed);
        ensure!(start.elapsed() < PATIENCE, "events heard by all sockets together: expected {all}, found {found}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}

fn compare(socket: usize, expected: &[Heard], found: &[Heard]) -> Result<()> {
    for (n, expected) in expected.iter().enumerate() {
        same(format!("event {n} on socket {socket}"), Some(expected), found.get(n))?;
    }
    same(format!("events on socket {socket}"), expected.len(), found.len())
}

/// This process and the server each need an open file for every socket.
pub(crate) fn enough_files(count: usize) -> Result<()> {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let limit = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    let needed = count + 200;
    ensure!(
        limit.is_none_or(|limit| limit >= needed),
        "{count} sockets need {needed} open files: run `ulimit -n {needed}` first"
    );
    Ok(())
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.event, self.lobby)
    }
}
