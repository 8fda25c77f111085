//! A node dies with everybody on it, and then Redis goes away for a while: everybody is told everything all the same.

mod list;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::time::{Instant, sleep, sleep_until};

use self::list::List;
use crate::answers::UserId;
use crate::check::{same, together};
use crate::cluster::Cluster;
use crate::member::Member;
use crate::place::Place;
use crate::proxy::{Cut, Proxy};
use crate::random::choices;
use crate::room::{Room, Writer, Written};
use crate::sockets::enough_files;

/// Who sits in each lobby.
const PLAYERS: usize = 10;
/// The longest pause between two things that happen in a lobby.
const PAUSE: Duration = Duration::from_secs(2);
/// How long everything goes on before anything is done to it.
const PEACE: Duration = Duration::from_secs(5);
/// How long Redis is away.
const AWAY: Duration = Duration::from_secs(10);
/// How long the nodes may take to find it again.
const AGAIN: Duration = Duration::from_secs(5);
/// Listeners of the list of lobbies on each node.
const LISTS: usize = 5;

/// A lobby and those who listen to it.
struct Scene {
    room: Room,
    /// The host, once more, directly on a node that lives.
    steady: Member,
    members: Vec<Member>,
}

/// Runs the drill, where there can be two nodes, and says in a few words what was done.
pub(crate) async fn run(place: &mut Place, count: usize, seed: u64) -> Result<String> {
    if place.url().is_none() {
        return Ok("left out, as an SQLite file has one server".to_owned());
    }
    let rooms = count.div_ceil(PLAYERS);
    enough_files(5 * rooms * PLAYERS)?;
    let mut cluster = Cluster::start(place).await?;
    let proxy = Proxy::before(vec![cluster.nodes[0].address.clone()], choices(seed, 1)).await?;
    let mut scenes = Scene::set_all(&cluster, &proxy, rooms).await?;
    let writers = write(&scenes, &cluster, "Before", seed);
    sleep(PEACE).await;

    let killed = Instant::now();
    cluster.nodes.remove(0).kill().await?;
    proxy.lead_to(cluster.addresses());
    let mut back = Duration::ZERO;
    for member in scenes.iter_mut().flat_map(|scene| &mut scene.members) {
        let knows = member.comes_to("comes back after a kill", |knows| knows.returns() > 0).await?;
        back = back.max(knows.since.map_or(Duration::MAX, |since| since.duration_since(killed)));
    }
    for scene in &mut scenes {
        scene.know_who_is_there().await.context("after a kill")?;
    }
    let known = killed.elapsed();
    let before = stop(writers).await?;
    for scene in &mut scenes {
        scene.hear_everything(&cluster).await.context("after a kill")?;
    }

    cluster.add_node(place).await?;
    proxy.lead_to(cluster.addresses());
    proxy.cut_all(Cut::Reset);
    for member in scenes.iter_mut().flat_map(|scene| &mut scene.members) {
        member.comes_to("comes back after a cut", |knows| knows.returns() > 1).await?;
    }
    for scene in &mut scenes {
        scene.know_who_is_there().await.context("on two nodes again")?;
    }
    let mut lists = Vec::new();
    for address in cluster.addresses().iter().flat_map(|address| [address; LISTS]) {
        lists.push(List::listen(address).await?);
    }
    let writers = write(&scenes, &cluster, "After", seed + 1);
    let returns = returns(&scenes);
    let (noticed, found, told) = without_redis(&mut cluster, &mut lists).await?;
    let after = stop(writers).await?;

    let mut events = 0;
    let mut titles = 0;
    let returned = self::returns(&scenes) - returns;
    for (mut scene, (before, after)) in scenes.into_iter().zip(before.into_iter().zip(after)) {
        scene.hear_everything(&cluster).await.context("after Redis came back")?;
        scene.know_who_is_there().await.context("after Redis came back")?;
        titles += before.and(after).check(&scene.room.ledger)?;
        events += scene.leave().await?;
    }
    cluster.end(place).await?;
    Ok(format!(
        "a node killed with {} sockets on it: all back on the other after {:.1} s, who is there right after {:.1} s; Redis away \
         for {} s: said so after {:.1} s, found again after {:.1} s, the lists told to resync after {:.1} s, {returned} sockets in \
         lobbies joined anew; {titles} changes, {events} events told once, in order and to everybody alike",
        rooms * PLAYERS,
        back.as_secs_f64(),
        known.as_secs_f64(),
        AWAY.as_secs(),
        noticed.as_secs_f64(),
        found.as_secs_f64(),
        told.as_secs_f64(),
    ))
}

/// Takes Redis away for a while. Gives how long it took until the nodes said so, until they had found it again, and until whoever
/// listens to the list was told to join anew.
async fn without_redis(cluster: &mut Cluster, lists: &mut [List]) -> Result<(Duration, Duration, Duration)> {
    sleep(PEACE).await;
    let gone = Instant::now();
    cluster.redis.as_mut().context("no Redis")?.go_away().await?;
    let noticed = cluster.say_of_redis("unreachable").await?;
    sleep_until(gone + AWAY).await;
    let joins = lists.iter().map(List::joins).collect::<Vec<_>>();
    cluster.redis.as_mut().context("no Redis")?.come_back().await?;
    let back = Instant::now();
    let found = cluster.say_of_redis("ok").await?;
    ensure!(found <= AGAIN, "Redis was back: expected the nodes to find it within {AGAIN:?}, found {found:?}");
    for (list, joins) in lists.iter_mut().zip(joins) {
        list.joins_again(joins).await?;
    }
    let told = back.elapsed();
    sleep(PEACE).await;
    Ok((noticed, found, told))
}

impl Scene {
    async fn set_all(cluster: &Cluster, proxy: &Proxy, rooms: usize) -> Result<Vec<Self>> {
        let steady = cluster.nodes.last().context("no node")?;
        let rooms = (0..rooms).map(|n| Room::open(steady.api.clone(), format!("room-{n}"), PLAYERS));
        let mut scenes = Vec::new();
        for room in together(rooms).await? {
            let steady = Member::listen(&room.players[0], &steady.address, room.id, room.ledger.clone()).await?;
            let mut members = Vec::new();
            for player in &room.players {
                members.push(Member::listen(player, &proxy.address, room.id, room.ledger.clone()).await?);
            }
            scenes.push(Self { room, steady, members });
        }
        Ok(scenes)
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Member> {
        std::iter::once(&mut self.steady).chain(&mut self.members)
    }

    /// Waits until everybody knows that each is there, the host twice.
    async fn know_who_is_there(&mut self) -> Result<()> {
        let mut present: BTreeMap<UserId, usize> = self.room.players.iter().map(|player| (player.id, 1)).collect();
        present.insert(self.room.players[0].id, 2);
        for member in self.all() {
            member.comes_to("knows who is there", |knows| knows.present() == present).await?;
        }
        Ok(())
    }

    /// Waits until everybody has heard whatever has happened, and asks each node who sits in the lobby.
    async fn hear_everything(&mut self, cluster: &Cluster) -> Result<()> {
        let seq = self.room.seq(&cluster.nodes[0].address).await?;
        for member in self.all() {
            let knows = member.comes_to("hears everything", |knows| knows.reader.seq() >= seq).await?;
            same("the last number", seq, knows.reader.seq())?;
        }
        let players: Vec<_> = self.room.players.iter().map(|player| player.id).collect();
        for node in &cluster.nodes {
            let mut seated = self.room.seated(&node.api).await?;
            seated.retain(|id| *id != self.room.visitor());
            same("who sits in the lobby", &players, &seated)?;
        }
        Ok(())
    }

    /// Ends it. Gives the number of its events, each of which everybody has heard.
    async fn leave(self) -> Result<u64> {
        let mut seq = 0;
        for member in std::iter::once(self.steady).chain(self.members) {
            seq = member.leave().await?.reader.seq();
        }
        Ok(seq)
    }
}

fn returns(scenes: &[Scene]) -> u32 {
    scenes.iter().flat_map(|scene| &scene.members).map(|member| member.knows().returns()).sum()
}

fn write(scenes: &[Scene], cluster: &Cluster, name: &'static str, seed: u64) -> Vec<Writer> {
    let apis: Vec<_> = cluster.nodes.iter().map(|node| node.api.clone()).collect();
    let numbered = (100..).zip(scenes);
    numbered.map(|(n, scene)| scene.room.write(name, &apis, PAUSE, choices(seed, n))).collect()
}

async fn stop(writers: Vec<Writer>) -> Result<Vec<Written>> {
    let mut written = Vec::new();
    for writer in writers {
        written.push(writer.stop().await?);
    }
    Ok(written)
}
