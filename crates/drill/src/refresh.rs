//! A great many refreshes over connections that break, and nobody is signed out.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use rand::RngExt;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::answers::Tokens;
use crate::api::Api;
use crate::check::{same, together};
use crate::database;
use crate::gameserver::Gameserver;
use crate::place::Place;
use crate::player::device;
use crate::random::{Choices, choices};

/// Players who refresh at the same time.
const AT_ONCE: usize = 32;
/// Of how many refreshes one is begun over a connection that is cut.
const CUT: u32 = 4;

/// What one player did.
#[derive(Default)]
struct Done {
    refreshes: u64,
    cuts: u64,
}

/// Runs the drill on one engine and says in a few words what was done.
pub(crate) async fn run(place: &Place, count: u32, players: u32, seed: u64) -> Result<String> {
    let server = Gameserver::start(place).await?;
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let each = count.div_ceil(players);
    let done = together((0..players).map(|n| {
        let (api, address, turns) = (server.api.clone(), server.address.clone(), turns.clone());
        async move {
            let _turn = turns.acquire_owned().await?;
            let random = choices(seed, 1_000 + u64::from(n));
            play(&api, &address, n, each, random).await.with_context(|| format!("player {n}"))
        }
    }));
    let done = done.await?;
    server.kill().await?;
    let ended = database::count(place, "select count(*) from sessions where ended_at is not null").await?;
    same("sessions that have ended", 0, ended)?;
    place.check_log()?;
    let sum = |of: fn(&Done) -> u64| done.iter().map(of).sum::<u64>();
    Ok(format!(
        "{} refreshes by {players} players, {} more over connections that were cut, 0 signed out",
        sum(|done| done.refreshes),
        sum(|done| done.cuts),
    ))
}

/// Refreshes over and over. Whatever became of the one that was cut, the token it was begun with must be good.
async fn play(api: &Api, address: &str, n: u32, refreshes: u32, mut random: Choices) -> Result<Done> {
    let mut done = Done::default();
    let mut tokens: Tokens = api.sign_in(&device("refresher", n as usize)).await?.read("a sign-in", 200)?;
    for _ in 0..refreshes {
        if random.random_ratio(1, CUT) {
            let after = Duration::from_micros(random.random_range(0..4_000));
            cut(address, &tokens.refresh_token, after, random.random_ratio(1, 3)).await?;
            done.cuts += 1;
        }
        let mut answer = api.refresh(&tokens.refresh_token).await?;
        while answer.status == 503 {
            // The machine is too slow for so many: no refresh, and nobody is signed out by it.
            tokio::time::sleep(Duration::from_secs(1)).await;
            answer = api.refresh(&tokens.refresh_token).await?;
        }
        tokens = answer.read("a refresh", 200)?;
        done.refreshes += 1;
    }
    api.get("/me", Some(&tokens.access_token)).await?.accepted("GET /me", 200)?;
    Ok(done)
}

/// Sends a refresh and hangs up after a while, sometimes with a part of the answer read.
async fn cut(address: &str, token: &str, after: Duration, reads: bool) -> Result<()> {
    let body = json!({ "refresh_token": token }).to_string();
    let request = format!(
        "POST /api/v1/refresh HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    if reads {
        let mut some = [0; 64];
        let _part = stream.read(&mut some).await?;
    } else {
        tokio::time::sleep(after).await;
    }
    Ok(())
}
