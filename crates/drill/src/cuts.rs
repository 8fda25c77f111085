//! Connections are cut a thousand times while lobbies change, and nobody misses anything.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use rand::RngExt;
use tokio::time::{Instant, sleep};

use crate::check::same;
use crate::cluster::Cluster;
use crate::member::{Knows, Member, PATIENCE};
use crate::place::Place;
use crate::proxy::{Cut, Proxy};
use crate::random::{Choices, choices};
use crate::room::{Room, Writer};

/// Lobbies in which things happen.
const ROOMS: usize = 4;
/// Who sits in each of them. All but the host are cut.
const PLAYERS: usize = 6;
/// The longest pause between two things that happen in a lobby.
const PAUSE: Duration = Duration::from_millis(40);
/// The longest pause between two cuts.
const BETWEEN: Duration = Duration::from_millis(100);
/// Cuts after which nobody is let in until more was missed than is told one by one.
const OUTAGE: u32 = 400;
/// Events that are missed then.
const MISSED: u64 = 300;

/// A lobby, those who listen to it, and who writes in it.
struct Scene {
    room: Room,
    /// The host, over a connection that stays.
    steady: Member,
    members: Vec<Member>,
    writer: Writer,
}

/// Runs the drill on one engine and says in a few words what was done.
pub(crate) async fn run(place: &mut Place, count: u32, seed: u64) -> Result<String> {
    let cluster = Cluster::start(place).await?;
    let proxy = Proxy::before(cluster.addresses(), choices(seed, 1)).await?;
    let mut scenes = Vec::new();
    for n in 0..ROOMS {
        scenes.push(Scene::set(&cluster, &proxy, n, choices(seed, 10 + n as u64)).await?);
    }
    let begun = Instant::now();
    let outages = cut(&cluster, &proxy, &scenes, count, choices(seed, 2)).await?;
    let took = begun.elapsed();

    let (mut titles, mut events, mut returns, mut resyncs) = (0, 0, 0, 0);
    for scene in scenes {
        let (granted, all) = scene.end(&cluster).await?;
        titles += granted;
        // Everybody knows the same by now.
        events += all.first().map_or(0, |knows| knows.reader.seq());
        for knows in all {
            returns += knows.returns();
            resyncs += knows.reader.resyncs;
        }
    }
    let nodes = cluster.nodes.len();
    cluster.end(place).await?;
    Ok(format!(
        "{count} cuts and {outages} outages in {:.0} s, {} sockets on {nodes} node{}: {events} events, {titles} of them changes \
         of a lobby, told once, in order and to everybody alike, over {returns} returns, of which {resyncs} were told the \
         state anew",
        took.as_secs_f64(),
        ROOMS * (PLAYERS - 1),
        if nodes == 1 { "" } else { "s" },
    ))
}

impl Scene {
    async fn set(cluster: &Cluster, proxy: &Proxy, n: usize, mut lots: Choices) -> Result<Self> {
        let apis: Vec<_> = cluster.nodes.iter().map(|node| node.api.clone()).collect();
        let home = lots.random_range(0..apis.len());
        let room = Room::open(apis[home].clone(), format!("room-{n}"), PLAYERS).await?;
        let host = Member::listen(&room.players[0], &cluster.nodes[home].address, room.id, room.ledger.clone()).await?;
        let mut members = Vec::new();
        for player in &room.players[1..] {
            members.push(Member::listen(player, &proxy.address, room.id, room.ledger.clone()).await?);
        }
        let writer = room.write("Title", &apis, PAUSE, lots);
        Ok(Self { room, steady: host, members, writer })
    }

    /// Stops what happens, waits until everybody knows all of it, and compares.
    async fn end(self, cluster: &Cluster) -> Result<(usize, Vec<Knows>)> {
        let Self { room, mut steady, mut members, writer } = self;
        let written = writer.stop().await?;
        let seq = room.seq(&cluster.nodes[0].address).await?;
        steady.comes_to("hears everything", |knows| knows.reader.seq() >= seq).await?;
        for member in &mut members {
            member.comes_to("hears everything", |knows| knows.reader.seq() >= seq).await?;
        }
        // Sockets that were cut in silence are there until their server notices.
        let present = room.players.iter().map(|player| (player.id, 1)).collect();
        for member in &mut members {
            let knows = member.comes_to("knows who is there", |knows| knows.present() == present).await?;
            same("the last number", seq, knows.reader.seq())?;
        }
        let mut all = Vec::new();
        for member in members {
            all.push(member.leave().await?);
        }
        let steady = steady.leave().await?;
        same("times a connection that stays was made again", 0, steady.returns())?;
        Ok((written.check(&room.ledger)?, all))
    }
}

/// Cuts so many connections, and now and then all of them for longer. Gives how often that was.
async fn cut(cluster: &Cluster, proxy: &Proxy, scenes: &[Scene], count: u32, mut lots: Choices) -> Result<u32> {
    let (mut done, mut outages) = (0, 0);
    let mut last = Instant::now();
    while done < count {
        sleep(BETWEEN.mul_f64(lots.random())).await;
        let how = match lots.random_range(0..4) {
            0 => Cut::Halfway,
            1 => Cut::Silence(Duration::from_millis(lots.random_range(20..500))),
            _ => Cut::Reset,
        };
        if proxy.cut(lots.random_range(0..1000), how) {
            (done, last) = (done + 1, Instant::now());
            if done % OUTAGE == OUTAGE / 2 {
                outage(cluster, proxy, scenes).await?;
                outages += 1;
            }
        }
        ensure!(last.elapsed() < PATIENCE, "after {done} cuts: expected connections to cut, found none");
    }
    Ok(outages)
}

/// Nobody is let in until more has happened in every lobby than is told one by one.
async fn outage(cluster: &Cluster, proxy: &Proxy, scenes: &[Scene]) -> Result<()> {
    proxy.lead_to(Vec::new());
    proxy.cut_all(Cut::Reset);
    let begun = Instant::now();
    for scene in scenes {
        let Some(last) = scene.members.iter().map(|member| member.knows().reader.seq()).max() else { continue };
        while scene.steady.knows().reader.seq() < last + MISSED {
            if begun.elapsed() > PATIENCE {
                bail!("during an outage: expected {MISSED} events in lobby {}, found fewer", scene.room.id);
            }
            sleep(Duration::from_millis(20)).await;
        }
    }
    proxy.lead_to(cluster.addresses());
    Ok(())
}
