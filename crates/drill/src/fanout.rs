//! How long it takes until everybody has heard of something, beside a bare WebSocket server that sends the same bytes; and
//! whether one who does not read holds up the others.
//!
//! Two things are measured. What a delivery costs the server's processor (`deliveries.rs`); and how long it takes: from the
//! request that caused it, and from the first listener who had it on, which is what telling the others costs. Both servers have
//! one and the same core. Clients share the machine, so that of the times only the ratios mean something.

mod bare;
mod deliveries;
mod listener;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

pub(crate) use self::bare::serve as serve_bare;

use self::bare::Bare;
use self::listener::{Heard, Listener, Seat};
use crate::bench::machine;
use crate::cost::Core;
use crate::gameserver::Gameserver;
use crate::place::Place;
use crate::player::Player;
use crate::sockets::{GIVEN_UP, Sleeper, enough_files};

/// What is told: each lobby is opened, and closed again as its host leaves.
const LOBBIES: usize = 300;
/// Bytes of a lobby's metadata: together more than lies between the server and one who does not read.
const METADATA: usize = 15 * 1024;
/// The longest anybody may be behind.
const PATIENCE: Duration = Duration::from_mins(1);

/// Who is listened to, and who listens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bare,
    Ours,
    OursStalled,
}

/// The times of one kind, in milliseconds.
#[derive(Clone, Copy)]
struct Times {
    /// After the request: half of the deliveries, and ninety-nine of a hundred.
    half: f64,
    most: f64,
    /// After the first: ninety-nine of a hundred.
    spread: f64,
}

/// Measures one engine and prints its table.
pub(crate) async fn run(place: &mut Place, listeners: usize, idle: usize) -> Result<String> {
    ensure!((2..=1_000).contains(&listeners), "a lobby has 128 seats at most: --listeners must be from 2 to 1000");
    enough_files(2 * listeners + idle)?;
    place.set("GAMESERVER_RATES_ON", "false");
    place.set("GAMESERVER_SOCKET_RATE", "100000");
    place.set("GAMESERVER_SOCKET_BURST", "100000");
    let server = Gameserver::start_on(place, Core::FIRST).await?;
    let opener = Player::several(&server.api, "opener", 1).await?.remove(0);
    let said = record(&server, &opener).await.context("what is said")?;
    let bare = Bare::start(Core::FIRST).await.context("the bare server")?;
    machine::describe(place).await?;
    let ratio = deliveries::run(&server, &bare, listeners, idle).await?;
    println!("| {listeners} listeners | p50 ms | p99 ms | p99 ms after the first |\n|---|--:|--:|--:|");
    let mut missed = 0;
    let mut measured = Vec::new();
    for kind in [Kind::Bare, Kind::Ours, Kind::OursStalled] {
        let address = if kind == Kind::Bare { &bare.address } else { &server.address };
        let sleeper = if kind == Kind::OursStalled { Some(Sleeper::join(address).await?) } else { None };
        let scene = Scene::set(address, listeners).await?;
        let begun = match kind {
            Kind::Bare => scene.repeat(&bare, &said).await?,
            Kind::Ours | Kind::OursStalled => scene.open_lobbies(&opener).await?,
        };
        let times = times(&begun, &scene.leave().await?);
        if let Some(sleeper) = sleeper {
            tokio::time::sleep(GIVEN_UP).await;
            missed = sleeper.wake(2 * LOBBIES).await?;
        }
        println!("| {} | {:.2} | {:.2} | {:.2} |", kind.name(), times.half, times.most, times.spread);
        measured.push(times);
    }
    println!();
    bare.stop().await?;
    server.kill().await?;
    place.check_log()?;
    let [theirs, ours, stalled] = measured[..] else { unreachable!("three kinds were measured") };
    Ok(format!(
        "{ratio:.2} of the bare server's deliveries on one topic; {} deliveries of each kind; p99 after the first {:.2} times the bare server's; with one stalled p99 is {:.2} times \
         that without (after the first {:.2} times), and the one that never read was cut off and missed {missed}",
        2 * LOBBIES * listeners,
        ours.spread / theirs.spread,
        stalled.most / ours.most,
        stalled.spread / ours.spread,
    ))
}

/// What is told, as it comes over the wire.
async fn record(server: &Gameserver, opener: &Player) -> Result<Vec<String>> {
    let scene = Scene::set(&server.address, 1).await?;
    scene.open_lobbies(opener).await?;
    let heard = scene.leave().await?;
    Ok(heard.into_iter().flatten().map(|heard| heard.text).collect())
}

/// Listeners who have joined.
struct Scene {
    listeners: Vec<Listener>,
    count: Arc<AtomicUsize>,
}

impl Scene {
    async fn set(address: &str, count: usize) -> Result<Self> {
        let (mut listeners, heard) = (Vec::with_capacity(count), Arc::new(AtomicUsize::new(0)));
        for n in 0..count {
            let listener = Listener::join(address, &Seat::on_the_list(), heard.clone(), n == 0).await;
            listeners.push(listener.with_context(|| format!("socket {n}"))?);
        }
        Ok(Self { listeners, count: heard })
    }

    /// Opens and leaves lobbies, one after another, and waits for everybody each time: when each was begun.
    async fn open_lobbies(&self, opener: &Player) -> Result<Vec<Instant>> {
        let lobby = json!({ "title": "Heard by all", "metadata": { "text": "x".repeat(METADATA) } });
        let mut begun = Vec::new();
        for _ in 0..LOBBIES {
            begun.push(Instant::now());
            opener.open(&lobby).await?;
            self.wait(begun.len()).await?;
            begun.push(Instant::now());
            opener.leave(&[]).await?;
            self.wait(begun.len()).await?;
        }
        Ok(begun)
    }

    /// Has the bare server say the same.
    async fn repeat(&self, bare: &Bare, said: &[String]) -> Result<Vec<Instant>> {
        let mut speaker = bare.speaker("lobbies").await?;
        let mut begun = Vec::new();
        for text in said {
            begun.push(Instant::now());
            speaker.say(text).await?;
            self.wait(begun.len()).await?;
        }
        Ok(begun)
    }

    /// Waits until everybody has heard so many.
    async fn wait(&self, events: usize) -> Result<()> {
        let (start, all) = (Instant::now(), events * self.listeners.len());
        while self.count.load(Ordering::Relaxed) < all {
            let found = self.count.load(Ordering::Relaxed);
            ensure!(start.elapsed() < PATIENCE, "heard by all together: expected {all}, found {found}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    async fn leave(self) -> Result<Vec<Vec<Heard>>> {
        let mut heard = Vec::new();
        for listener in self.listeners {
            heard.push(listener.leave().await?);
        }
        Ok(heard)
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Bare => "a bare WebSocket server",
            Self::Ours => "none stalled",
            Self::OursStalled => "one more, stalled",
        }
    }
}

/// What came when, once everybody has heard everything.
fn times(begun: &[Instant], heard: &[Vec<Heard>]) -> Times {
    let (mut after_request, mut after_first) = (Vec::new(), Vec::new());
    for (n, begun) in begun.iter().enumerate() {
        let came: Vec<Instant> = heard.iter().filter_map(|heard| heard.get(n)).map(|heard| heard.at).collect();
        let Some(first) = came.iter().min() else { continue };
        after_request.extend(came.iter().map(|at| at.saturating_duration_since(*begun)));
        after_first.extend(came.iter().map(|at| at.saturating_duration_since(*first)));
    }
    let percentile = |times: &mut Vec<Duration>, percent: usize| {
        times.sort_unstable();
        let rank = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times.get(rank).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
    };
    Times {
        half: percentile(&mut after_request, 50),
        most: percentile(&mut after_request, 99),
        spread: percentile(&mut after_first, 99),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_are_timed_from_the_request_and_from_the_first() {
        let begun = Instant::now();
        let at = |milliseconds| Heard { at: begun + Duration::from_millis(milliseconds), text: String::new() };
        let heard: Vec<_> = (10..=109).map(|milliseconds| vec![at(milliseconds)]).collect();
        let Times { half, most, spread } = times(&[begun], &heard);
        assert!([half - 59.0, most - 108.0, spread - 98.0].iter().all(|off| off.abs() < 1e-9));
    }
}
