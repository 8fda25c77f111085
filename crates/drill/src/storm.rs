//! A thousand join one topic at the same moment: each is let in, nobody is cut off, and what the others are told of one of them
//! is as much for the last as for the first.

mod joiner;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use channels::presence::State;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use self::joiner::{Heard, Joiner};
use crate::check::{same, together};
use crate::figures::{mean, number};
use crate::gameserver::Gameserver;
use crate::place::Place;
use crate::player::Player;
use crate::sockets::enough_files;

/// Sockets of one player, of whom the server permits ten.
const OF_ONE: usize = 8;
/// Sockets that are connected at the same time, before the storm.
const AT_ONCE: usize = 50;
/// By when everybody knows who came last.
const MOMENT: Duration = Duration::from_secs(1);
/// The title by which everybody knows that the storm is over.
const AFTER: &str = "After the storm";

/// What came of one storm.
struct Storm {
    /// Until the last was let in.
    took: Duration,
    /// Bytes that one who was there before was told, of the first tenth and of the last tenth of those who came.
    first: f64,
    last: f64,
    /// All frames and bytes that all sockets were sent.
    frames: usize,
    bytes: usize,
    /// How often a server that had too much to do was asked again.
    asked_again: usize,
}

/// Runs the drill on one engine and says in a few words what was done.
pub(crate) async fn run(place: &mut Place, count: usize) -> Result<String> {
    ensure!((20..=1_000).contains(&count), "a lobby has 128 seats at most: --count must be from 20 to 1000");
    enough_files(2 * count)?;
    place.set("GAMESERVER_RATES_ON", "false");
    place.set("GAMESERVER_SOCKET_ANONYMOUS_UNJOINED", "10 min");
    let server = Gameserver::start(place).await?;
    let players = Player::several(&server.api, "joiner", count.div_ceil(OF_ONE)).await?;
    let lobby = players[0].open(&json!({ "title": "Before", "max_users": players.len() })).await?.id;
    for player in &players[1..] {
        ensure!(player.join(lobby, &[]).await?, "a join was refused");
    }
    let mut done = Vec::new();
    let members: Vec<_> = (0..count).map(|n| Some(players[n / OF_ONE].token.clone())).collect();
    for (topic, tokens) in [("lobbies".to_owned(), vec![None; count]), (format!("lobby:{lobby}"), members)] {
        let title = format!("{AFTER} on {topic}");
        let (took, all) = break_out(&server, &players[0], &topic, tokens, &title).await.context(topic.clone())?;
        let storm = Storm::of(took, &all)?;
        let name = if topic == "lobbies" { "lobbies" } else { "one lobby" };
        done.push(format!(
            "{count} joined {name} in {:.0} ms, {} of them asked again, none lost; each cost one who was there {:.0} bytes, and of the last tenth {:.0}; \
             {} frames, {:.1} MiB to all",
            storm.took.as_secs_f64() * 1e3,
            storm.asked_again,
            storm.first,
            storm.last,
            storm.frames,
            number(storm.bytes) / 1024.0 / 1024.0,
        ));
    }
    server.kill().await?;
    place.check_log()?;
    Ok(done.join("; "))
}

/// Has everybody join at the same moment, one excepted who was there before and comes first in the answer.
async fn break_out(
    server: &Gameserver,
    host: &Player,
    topic: &str,
    tokens: Vec<Option<String>>,
    title: &str,
) -> Result<(Duration, Vec<Heard>)> {
    let (go, told) = watch::channel(false);
    let mut joiners = Vec::new();
    let bystander =
        Joiner::connect(server.address.clone(), tokens[0].clone(), topic.to_owned(), title.to_owned()).await?;
    let mut bystander = bystander.waits_for(watch::channel(true).1);
    bystander.is_let_in().await.context("who was there before")?;
    for some in tokens.chunks(AT_ONCE) {
        let some = some.iter().cloned();
        let connecting =
            some.map(|token| Joiner::connect(server.address.clone(), token, topic.to_owned(), title.to_owned()));
        for joiner in together(connecting).await? {
            joiners.push(joiner.waits_for(told.clone()));
        }
    }
    let begun = Instant::now();
    go.send_replace(true);
    for (n, joiner) in joiners.iter_mut().enumerate() {
        joiner.is_let_in().await.with_context(|| format!("socket {n}"))?;
    }
    let took = begun.elapsed();
    // Who came last is told to the others within a moment.
    sleep(MOMENT).await;
    let renamed = host.api.patch("/lobbies", Some(&host.token), &json!({ "title": title })).await?;
    renamed.accepted("a change of a lobby", 200)?;
    let mut all = vec![bystander.hears_the_end().await.context("who was there before")?];
    for (n, joiner) in joiners.into_iter().enumerate() {
        all.push(joiner.hears_the_end().await.with_context(|| format!("socket {n}"))?);
    }
    Ok((took, all))
}

impl Storm {
    /// Everybody must know of everybody, where they are told.
    fn of(took: Duration, all: &[Heard]) -> Result<Self> {
        let mut there = None::<State>;
        for (n, heard) in all.iter().enumerate() {
            let present = heard.present()?;
            let there = there.get_or_insert_with(|| present.clone());
            same(format!("sockets that socket {n} knows of"), there.iter().count(), present.iter().count())?;
        }
        let costs = all[0].costs()?;
        let tenth = costs.len().div_ceil(10);
        Ok(Self {
            took,
            first: mean(&costs[..tenth]),
            last: mean(&costs[costs.len() - tenth..]),
            frames: all.iter().map(|heard| heard.frames).sum(),
            bytes: all.iter().map(|heard| heard.bytes).sum(),
            asked_again: all.iter().map(|heard| heard.asked_again).sum(),
        })
    }
}
