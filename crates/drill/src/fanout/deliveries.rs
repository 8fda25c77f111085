//! What a delivery costs a core: members of lobbies hear what one of them says, and the bare server's sockets the same bytes.
//!
//! Counted is the processor time of the server's process alone, so that the listeners' own work is not in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::bare::{self, Bare};
use super::listener::{Heard, Listener, Seat, Socket};
use super::{PATIENCE, Times, times};
use crate::api::Api;
use crate::check::together;
use crate::cost::used;
use crate::figures::{middle, number};
use crate::gameserver::Gameserver;
use crate::player::{Player, device};

/// Sockets of one player, of whom the server permits ten.
const OF_ONE: usize = 8;
/// How often everybody is told something in a turn.
const ROUNDS: usize = 200;
/// Rounds before anything is measured.
const WARM_UP: usize = 20;
/// Turns of each server; the middle one counts.
const TURNS: usize = 3;
/// Bytes that a member says.
const WORDS: usize = 256;
/// What is in every frame that is counted.
const MARK: &str = r#""data":"#;
/// Sockets that connect at the same time.
const AT_ONCE: usize = 50;
/// How long those who join are told of one another.
const MOMENT: Duration = Duration::from_secs(2);

/// Lobbies, each with as many sockets.
struct Lobbies(Vec<Lobby>);

/// A lobby: who listens, and who speaks.
struct Lobby {
    topic: String,
    seats: Vec<Seat>,
    speaker: Seat,
}

/// Listeners, and somebody who speaks on each topic.
struct Party {
    listeners: Vec<Listener>,
    speakers: Vec<Speaker>,
    count: Arc<AtomicUsize>,
    /// When each round was begun.
    begun: Vec<Instant>,
}

/// Somebody whom everybody on a topic hears.
enum Speaker {
    Bare(bare::Speaker, Arc<str>),
    Ours(Socket, Arc<str>),
}

/// What came of the turns of one server.
struct Figures {
    /// Deliveries for each second that the process had of a core.
    rate: f64,
    half: f64,
    most: f64,
}

/// Measures `listeners` sockets on one topic, on a hundred, and on a hundred beside `idle` topics more, and prints a table.
/// Gives the ratio of the first.
pub(super) async fn run(server: &Gameserver, bare: &Bare, listeners: usize, idle: usize) -> Result<f64> {
    println!(
        "| {listeners} sockets on | deliveries/s of a core | bare server | ratio | µs a delivery | p50 ms | p99 ms | bare p50 \
         | bare p99 |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    );
    let one = Lobbies::open(server, "one", 1, listeners).await?;
    let ratio = compare(server, bare, &one, "1 topic").await?;
    let many = Lobbies::open(server, "many", 100.min(listeners / 2), listeners).await?;
    let topics = many.0.len();
    compare(server, bare, &many, &format!("{topics} topics")).await?;
    let idlers = listen_idly(server, idle).await?;
    compare(server, bare, &many, &format!("{topics} topics, and {idle} more on which nothing is said")).await?;
    drop(idlers);
    println!();
    Ok(ratio)
}

async fn compare(server: &Gameserver, bare: &Bare, lobbies: &Lobbies, name: &str) -> Result<f64> {
    let said = lobbies.record(&server.address).await.context("what is said")?;
    let mut ours = lobbies.party(&server.address, None).await.context("our listeners")?;
    let mut theirs = lobbies.party(&bare.address, Some((bare, &said))).await.context("the bare server's listeners")?;
    // Connections, caches and the branch predictor first.
    ours.speak(WARM_UP).await?;
    theirs.speak(WARM_UP).await?;
    let (mut our_rates, mut their_rates) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        their_rates.push(theirs.turn(bare.process).await?);
        our_rates.push(ours.turn(server.process()?).await?);
    }
    let (ours, theirs) = (ours.figures(our_rates).await?, theirs.figures(their_rates).await?);
    let ratio = ours.rate / theirs.rate;
    println!(
        "| {name} | {:.0} | {:.0} | {ratio:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
        ours.rate,
        theirs.rate,
        1e6 / ours.rate,
        ours.half,
        ours.most,
        theirs.half,
        theirs.most,
    );
    Ok(ratio)
}

/// Sockets of as many players, each on a topic of their own.
async fn listen_idly(server: &Gameserver, count: usize) -> Result<Vec<Socket>> {
    let mut sockets = Vec::with_capacity(count);
    for first in (0..count).step_by(AT_ONCE) {
        let joining = (first..count.min(first + AT_ONCE)).map(|n| {
            let (api, address) = (server.api.clone(), server.address.clone());
            async move {
                let player = Player::sign_in(&api, &device("idler", n)).await?;
                Seat { token: Some(player.token), topic: format!("user:{}", player.id), marks: "" }.take(&address).await
            }
        });
        sockets.extend(together(joining).await?);
    }
    Ok(sockets)
}

impl Lobbies {
    async fn open(server: &Gameserver, name: &str, lobbies: usize, sockets: usize) -> Result<Self> {
        let opening = (0..lobbies).map(|n| {
            let (api, name) = (server.api.clone(), format!("{name}-{n}"));
            let sockets = sockets / lobbies + usize::from(n < sockets % lobbies);
            async move { Lobby::open(&api, &name, sockets).await }
        });
        Ok(Self(together(opening).await?))
    }

    /// Everybody, connected to a server; what is said on each topic is told to a bare one.
    async fn party(&self, address: &str, bare: Option<(&Bare, &[String])>) -> Result<Party> {
        let (count, mut listeners, mut speakers) = (Arc::<AtomicUsize>::default(), Vec::new(), Vec::new());
        let seats: Vec<_> = self.0.iter().flat_map(|lobby| lobby.seats.iter().cloned()).collect();
        for some in seats.chunks(AT_ONCE) {
            let joining = some.iter().cloned().map(|seat| {
                let (address, count) = (address.to_owned(), count.clone());
                async move { Listener::join(&address, &seat, count, false).await }
            });
            listeners.extend(together(joining).await?);
        }
        for (n, lobby) in self.0.iter().enumerate() {
            speakers.push(match bare {
                Some((bare, said)) => Speaker::Bare(bare.speaker(&lobby.topic).await?, said[n].as_str().into()),
                None => Speaker::Ours(lobby.speaker.take(address).await?, lobby.words().into()),
            });
        }
        tokio::time::sleep(MOMENT).await;
        Ok(Party { listeners, speakers, count, begun: Vec::new() })
    }

    /// What is told on each topic, as it comes over the wire.
    async fn record(&self, address: &str) -> Result<Vec<String>> {
        let mut said = Vec::new();
        for lobby in &self.0 {
            let mut listener = lobby.seats[0].take(address).await?;
            let mut speaker = Speaker::Ours(lobby.speaker.take(address).await?, lobby.words().into());
            speaker.speak().await?;
            said.push(loop {
                match listener.next().await.context("the socket ended")?? {
                    Message::Text(text) if text.contains(MARK) => break text.as_str().to_owned(),
                    _ => {}
                }
            });
        }
        Ok(said)
    }
}

impl Lobby {
    async fn open(api: &Api, name: &str, sockets: usize) -> Result<Self> {
        let players = Player::several(api, name, sockets.div_ceil(OF_ONE)).await?;
        let id = players[0].open(&json!({ "title": "Talk", "max_users": players.len() })).await?.id;
        for player in &players[1..] {
            ensure!(player.join(id, &[]).await?, "a join was refused");
        }
        let topic = format!("lobby:{id}");
        let seat = |player: &Player| Seat { token: Some(player.token.clone()), topic: topic.clone(), marks: MARK };
        let seats = (0..sockets).map(|n| seat(&players[n / OF_ONE])).collect();
        Ok(Self { seats, speaker: seat(&players[0]), topic })
    }

    fn words(&self) -> String {
        json!(["1", "2", self.topic, "message", { "text": "x".repeat(WORDS) }]).to_string()
    }
}

impl Party {
    /// Has something said on each topic so many times, and waits each time until everybody has heard it.
    async fn speak(&mut self, rounds: usize) -> Result<()> {
        for _ in 0..rounds {
            self.begun.push(Instant::now());
            for speaker in &mut self.speakers {
                speaker.speak().await?;
            }
            let (start, all) = (Instant::now(), self.begun.len() * self.listeners.len());
            while self.count.load(Ordering::Relaxed) < all {
                let found = self.count.load(Ordering::Relaxed);
                ensure!(start.elapsed() < PATIENCE, "heard by all together: expected {all}, found {found}");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            for speaker in &mut self.speakers {
                speaker.is_answered().await?;
            }
        }
        Ok(())
    }

    /// Deliveries for each second that the process had of a core.
    async fn turn(&mut self, process: u32) -> Result<f64> {
        let before = used(process)?;
        self.speak(ROUNDS).await?;
        let used = used(process)?.saturating_sub(before);
        Ok(number(ROUNDS * self.listeners.len()) / used.as_secs_f64())
    }

    /// Everybody leaves.
    async fn figures(self, rates: Vec<f64>) -> Result<Figures> {
        let mut heard = Vec::new();
        for listener in self.listeners {
            let all: Vec<Heard> = listener.leave().await?;
            heard.push(all.into_iter().skip(WARM_UP).collect());
        }
        let Times { half, most, .. } = times(&self.begun[WARM_UP..], &heard);
        Ok(Figures { rate: middle(rates), half, most })
    }
}

impl Speaker {
    async fn speak(&mut self) -> Result<()> {
        match self {
            Self::Bare(speaker, said) => speaker.say(said).await,
            Self::Ours(socket, words) => Ok(socket.send(Message::text(&**words)).await?),
        }
    }

    /// Reads up to the answer, where there is one.
    async fn is_answered(&mut self) -> Result<()> {
        let Self::Ours(socket, _) = self else { return Ok(()) };
        loop {
            match socket.next().await.context("a speaker's socket ended")?? {
                Message::Text(text) if text.contains("phx_reply") => {
                    ensure!(text.contains(r#""status":"ok""#), "expected to be heard, found {text}");
                    return Ok(());
                }
                _ => {}
            }
        }
    }
}
