//! `kill -9` in the middle of writes, over and over, on the same data.

mod account;
mod audit;
mod client;
mod correspondence;
mod lobbies;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use rand::RngExt;

use self::client::{Client, Plays};
use self::lobbies::Lobbies;
use crate::check::{same, together};
use crate::database;
use crate::gameserver::{self, Gameserver};
use crate::place::{Databases, Engine, Place};
use crate::random::{Choices, choices};
use crate::sink::Sink;

/// Clients that write without a pause.
const CLIENTS: usize = 8;
/// Servers that are killed while they start for the first time, each on data of its own.
const FIRST_STARTS: u32 = 10;
/// Of how many restarts one is killed, too, before the next succeeds.
const NOW_AND_THEN: u32 = 3;

/// Kills servers while they start for the first time.
pub(crate) async fn first_starts(engine: Engine, databases: &Databases, seed: u64) -> Result<()> {
    let mut random = choices(seed, 2);
    for n in 0..FIRST_STARTS {
        let place = Place::fresh(engine, databases).await?;
        place.told(first_start(&place, &mut random).await).with_context(|| format!("first start {n}"))?;
    }
    Ok(())
}

/// What outlives the servers that are killed.
struct World {
    lobbies: Arc<Lobbies>,
    sink: Arc<Sink>,
}

/// Runs the kills on one engine and says in a few words what was done.
pub(crate) async fn run(place: &mut Place, rounds: u32, seed: u64) -> Result<String> {
    let mut random = choices(seed, 3);
    let world = World { lobbies: Arc::default(), sink: Arc::new(Sink::open().await?) };
    place.mails_by(world.sink.address);
    let outcome = drill(place, &world, rounds, seed, &mut random).await;
    if outcome.is_err() {
        database::tell_letters(place).await?;
    }
    outcome
}

async fn drill(place: &Place, world: &World, rounds: u32, seed: u64, random: &mut Choices) -> Result<String> {
    let mut server = Gameserver::start(place).await?;
    let mut clients = Vec::new();
    for n in 0..CLIENTS {
        clients.push(Client::sign_in(&server.api, n, choices(seed, 100 + n as u64)).await?);
    }
    let mut restarts = Vec::new();
    for round in 0..rounds {
        let context = || format!("round {round}");
        (server, clients) = strike(place, server, clients, world, random, round).await.with_context(context)?;
        restarts.push(server.started_in);
        audit::run(&server.api, &mut clients, &world.lobbies).await.with_context(context)?;
    }
    audit::everybody(&server.api, &mut clients, &world.sink).await?;
    server.kill().await?;
    place.check_log()?;
    database::check(place).await?;
    let confirmed = clients.iter().map(Client::confirmed).sum::<usize>();
    let found = database::count(place, "select count(*) from users where email_confirmed_at is not null").await?;
    same("confirmed addresses", i64::try_from(confirmed)?, found)?;

    restarts.sort_unstable();
    let (median, longest) = (restarts.get(restarts.len() / 2), restarts.last());
    let sum = |count: fn(&Client) -> u64| clients.iter().map(count).sum::<u64>();
    let (letters, repeated, most) = world.sink.counts();
    Ok(format!(
        "{rounds} kills under {CLIENTS} clients and {FIRST_STARTS} during a first start, {} acknowledged answers of \
         which none was lost, {} requests left without one, {} users, {letters} letters of which {repeated} came more \
         than once ({most} times at most), restart in {:.0} ms (median) to {:.0} ms",
        sum(|client| client.answers),
        sum(|client| client.unanswered),
        sum(|client| client.users() as u64),
        median.map_or(0.0, in_ms),
        longest.map_or(0.0, in_ms),
    ))
}

/// A server that is killed while it makes its keys and tables must start on what it left.
async fn first_start(place: &Place, random: &mut Choices) -> Result<()> {
    let after = Duration::from_micros(random.random_range(0..150_000));
    gameserver::start_and_kill(place, after).await?;
    let server = Gameserver::start(place).await.with_context(|| format!("after a kill at {after:?}"))?;
    server.api.sign_in("device-of-a-drill-first").await?.accepted("a sign-in", 200)?;
    server.kill().await?;
    place.check_log()?;
    database::check(place).await
}

/// Lets the clients play, kills the server under them, and starts it again.
async fn strike(
    place: &Place,
    server: Gameserver,
    clients: Vec<Client>,
    world: &World,
    random: &mut Choices,
    round: u32,
) -> Result<(Gameserver, Vec<Client>)> {
    let killed = Arc::new(AtomicBool::new(false));
    let plays = match round % 4 {
        0 => Plays::Everything,
        2 => Plays::Letters,
        // A refresh is the answer whose loss would cost most.
        _ => Plays::Refreshes,
    };
    let api = server.api.clone();
    let playing = together(clients.into_iter().map(|mut client| {
        let (api, lobbies, sink, killed) = (api.clone(), world.lobbies.clone(), world.sink.clone(), killed.clone());
        async move { client.play(&api, &lobbies, &sink, &killed, plays).await.map(|()| client) }
    }));
    let after = match plays {
        Plays::Everything => Duration::from_millis(random.random_range(50..1_000)),
        Plays::Letters => Duration::from_millis(random.random_range(5..500)),
        Plays::Refreshes => Duration::from_micros(random.random_range(1_000..100_000)),
    };
    let striking = async {
        tokio::time::sleep(after).await;
        killed.store(true, Ordering::SeqCst);
        server.kill().await
    };
    let (clients, ()) = tokio::try_join!(playing, striking)?;
    if round.is_multiple_of(NOW_AND_THEN) {
        gameserver::start_and_kill(place, Duration::from_micros(random.random_range(0..100_000))).await?;
    }
    Ok((Gameserver::start(place).await?, clients))
}

fn in_ms(time: &Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
