//! What a socket on which nothing happens costs the server's memory.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use crate::check::together;
use crate::figures::number;
use crate::gameserver::Gameserver;
use crate::place::{Databases, Engine, Place};
use crate::player::Player;
use crate::sockets::enough_files;

/// Sockets that connect at the same time.
const AT_ONCE: usize = 50;
/// Sockets that come and go before anything is measured, so that what is needed once is there.
const BEFORE: usize = 100;
/// How long nothing happens. Longer than the server waits until it pings a silent client, so that it has done so.
const REST: Duration = Duration::from_secs(30);
/// What is aimed at, for those who are nobody: bytes of a socket.
const AIM: f64 = 12.0 * 1024.0;

/// Runs the drill on one engine and says in a few words what was done.
pub(crate) async fn run(engine: Engine, databases: &Databases, count: usize) -> Result<String> {
    enough_files(count + BEFORE)?;
    let mut done = Vec::new();
    for signed_in in [false, true] {
        let mut place = Place::fresh(engine, databases).await?;
        place.set("GAMESERVER_RATES_ON", "false");
        let outcome = measure(&place, count, signed_in).await;
        let Memory { alone, with, without } = place.told(outcome)?;
        let each = (with - alone) * 1024.0 * 1024.0 / number(count);
        let whose = if signed_in { "of players, on lobbies and user:{id}" } else { "of nobody, on lobbies" };
        let aim = if each > AIM { ", more than the aim of 12" } else { "" };
        done.push(format!(
            "{count} idle sockets {whose}: {:.1} KiB each{aim} ({alone:.1} MiB without, {with:.1} with them, {without:.1} after \
             they left)",
            each / 1024.0
        ));
    }
    Ok(done.join("; "))
}

/// The server's memory, in MiB.
struct Memory {
    alone: f64,
    with: f64,
    without: f64,
}

async fn measure(place: &Place, count: usize, signed_in: bool) -> Result<Memory> {
    let server = Gameserver::start(place).await?;
    let mut tokens = vec![None; count];
    if signed_in {
        tokens = Player::several(&server.api, "idler", count).await?.into_iter().map(Some).collect();
    }
    drop(Idlers::connect(&server.address, &tokens[..BEFORE.min(count)]).await?);
    sleep(REST / 10).await;
    let alone = server.memory()?;
    let idlers = Idlers::connect(&server.address, &tokens).await?;
    sleep(REST).await;
    ensure!(idlers.0.len() == count, "{} of {count} sockets are left", idlers.0.len());
    let with = server.memory()?;
    drop(idlers);
    sleep(REST / 10).await;
    let without = server.memory()?;
    server.kill().await?;
    place.check_log()?;
    Ok(Memory { alone, with, without })
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Sockets that answer pings and do nothing else. Dropping them ends them.
struct Idlers(JoinSet<()>);

impl Idlers {
    async fn connect(address: &str, whose: &[Option<Player>]) -> Result<Self> {
        let mut idlers = JoinSet::new();
        for some in whose.chunks(AT_ONCE) {
            let joining = some.iter().map(|player| join(address.to_owned(), player.clone()));
            for mut socket in together(joining).await? {
                idlers.spawn(async move { while let Some(Ok(_)) = socket.next().await {} });
            }
        }
        Ok(Self(idlers))
    }
}

async fn join(address: String, player: Option<Player>) -> Result<Socket> {
    let token = player.as_ref().map_or_else(String::new, |player| format!("&token={}", player.token));
    let url = format!("ws://{address}/socket/websocket?vsn=2.0.0{token}");
    // Thousands of them are in this process, too.
    let config = WebSocketConfig::default().read_buffer_size(1024).write_buffer_size(0);
    let (mut socket, _) = connect_async_with_config(url, Some(config), false).await?;
    let own = player.map(|player| format!("user:{}", player.id));
    for topic in std::iter::once("lobbies".to_owned()).chain(own) {
        socket.send(Message::text(json!(["1", "1", topic, "phx_join", {}]).to_string())).await?;
        let reply = socket.next().await.context("the socket closed instead of answering a join")??.into_text()?;
        ensure!(reply.contains(r#""status":"ok""#), "a join of {topic}: expected the status ok, found {reply}");
    }
    Ok(socket)
}
