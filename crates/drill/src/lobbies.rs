//! What lobbies cost, and how little that depends on how many there are.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use crate::bench::load::{self, Asks};
use crate::bench::{machine, table};
use crate::check::same;
use crate::database;
use crate::gameserver::Gameserver;
use crate::place::Place;
use crate::player::Player;

/// How many connections play at the same time.
const CONNECTIONS: [usize; 3] = [1, 8, 64];
/// How many lobbies there are beside what is measured, all of them full.
const FULL: [u32; 3] = [100, 10_000, 100_000];
/// Connections that ask beside so many lobbies.
const BESIDE: usize = 8;
/// What is measured only after this time.
const WARM_UP: Duration = Duration::from_secs(1);

/// What a connection does again and again.
#[derive(Clone, Copy)]
enum Does {
    /// One player opens a lobby, another joins it, and both leave: four requests, counted and timed as one round.
    Round,
    /// `GET /lobbies`: the first 25.
    List,
    /// `POST /lobbies/quick_join`, then `POST /lobbies/leave`: two requests, counted and timed as one.
    QuickJoin,
}

impl fmt::Display for Does {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Round => "open + join + leave + leave",
            Self::List => "list",
            Self::QuickJoin => "quick join + leave",
        })
    }
}

/// One connection, and the two who use it.
struct Pair {
    does: Does,
    host: Player,
    guest: Player,
}

impl Asks for Pair {
    async fn ask(&self) -> Result<()> {
        match self.does {
            Does::Round => {
                let lobby = self.host.open(&json!({ "title": "Bench" })).await?.id;
                self.guest.join(lobby, &[]).await?;
                self.guest.leave(&[]).await?;
                self.host.leave(&[]).await.map(drop)
            }
            Does::List => self.host.api.get("/lobbies", None).await?.accepted("GET /lobbies", 200).map(drop),
            Does::QuickJoin => {
                self.guest.quick_join().await?;
                self.guest.leave(&[]).await.map(drop)
            }
        }
    }
}

/// Measures one engine, prints its tables, and says in a few words what was done.
pub(crate) async fn run(place: &Place, seconds: u64) -> Result<String> {
    let time = Duration::from_secs(seconds);
    machine::describe(place).await?;
    let server = Gameserver::start(place).await?;
    let pairs = pairs(&server, Does::Round, CONNECTIONS.into_iter().max().unwrap_or_default()).await?;
    table::head();
    for connections in CONNECTIONS {
        let some = pairs.iter().take(connections).map(Pair::apart).collect::<Result<Vec<_>>>()?;
        let measured = load::measure(some, WARM_UP, time).await.with_context(|| Does::Round.to_string())?;
        table::row(Does::Round, connections, &measured);
    }
    server.kill().await?;

    let mut there = 0;
    for full in FULL {
        database::write(place, &fill(there, full)).await.context("full lobbies")?;
        there = full;
        beside(place, full, time).await.with_context(|| format!("beside {full} lobbies"))?;
    }
    place.check_log()?;
    println!();
    Ok(format!("{} measurements of {seconds} s", CONNECTIONS.len() + 2 * FULL.len()))
}

/// The list and quick join, where so many lobbies are full and one has room.
async fn beside(place: &Place, full: u32, time: Duration) -> Result<()> {
    let server = Gameserver::start(place).await?;
    let host = Player::sign_in(&server.api, "device-of-a-drill-the-host-with-room").await?;
    let room = host.open(&json!({ "max_users": 128 })).await?.id;
    for does in [Does::List, Does::QuickJoin] {
        let clients = pairs(&server, does, BESIDE).await?;
        let clients = clients.iter().map(Pair::apart).collect::<Result<Vec<_>>>()?;
        let measured = load::measure(clients, WARM_UP, time).await.with_context(|| does.to_string())?;
        table::row(format!("{does}, {full} full lobbies"), BESIDE, &measured);
    }
    let guest = Player::sign_in(&server.api, "device-of-a-drill-a-last-guest").await?;
    same("where quick join finds room", room, guest.quick_join().await?.id)?;
    guest.leave(&[]).await?;
    host.leave(&[]).await?;
    server.kill().await
}

async fn pairs(server: &Gameserver, does: Does, count: usize) -> Result<Vec<Pair>> {
    let hosts = Player::several(&server.api, "host", count).await?;
    let guests = Player::several(&server.api, "guest", count).await?;
    Ok(hosts.into_iter().zip(guests).map(|(host, guest)| Pair { does, host, guest }).collect())
}

impl Pair {
    /// The same two over a connection of their own.
    fn apart(&self) -> Result<Self> {
        let api = self.host.api.apart()?;
        Ok(Self { does: self.does, host: self.host.at(&api), guest: self.guest.at(&api) })
    }
}

/// Makes lobbies of one seat each, with who sits in it, from so many up to so many.
fn fill(from: u32, to: u32) -> Vec<String> {
    vec![
        format!(
            "insert into users (device_hash, is_guest, created_at, updated_at)
             with recursive n (i) as (select {from} + 1 union all select i + 1 from n where i < {to})
             select 'full-' || n.i, u.is_guest, u.created_at, u.updated_at
             from n, (select is_guest, created_at, updated_at from users order by id limit 1) as u"
        ),
        format!(
            "insert into lobbies (title, host_id, max_users, member_count, is_hidden, is_locked, created_at)
             select 'Full', u.id, 1, 1, 1 = 0, 1 = 0, u.created_at from users u
             where u.device_hash like 'full-%' and not exists (select 1 from lobby_members m where m.user_id = u.id)"
        ),
        "insert into lobby_members (user_id, lobby_id, joined_at, seat)
         select l.host_id, l.id, l.created_at, 1 from lobbies l
         where not exists (select 1 from lobby_members m where m.user_id = l.host_id)"
            .to_owned(),
        "analyze".to_owned(),
    ]
}
