//! The task behind a client: it alone has the session and the socket.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::pin::pin;
use std::time::Duration;

use futures_util::{Sink, SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::http::{Request, StatusCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::{Door, PushError, Settings};
use crate::client::session::{Act, Beat, Held, Session};
use crate::client::{Heard, Status, backoff};
use crate::close;
use crate::codec::{Frame, Payload};

/// How long the server is waited for to have read that the client goes.
const FAREWELL: Duration = Duration::from_secs(1);
/// A close frame without a code, by RFC 6455.
const NO_CODE: u16 = 1005;
/// No close frame, by RFC 6455.
const LOST: u16 = 1006;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Answer = oneshot::Sender<Result<Payload, PushError>>;

/// What the owner wishes.
#[derive(Debug)]
pub(super) enum Command {
    Join(Listener),
    /// Some subscriptions were dropped.
    Left,
    Push {
        topic: String,
        event: String,
        payload: Payload,
        answer: Answer,
    },
    ComeBy(Door),
    Reconnect,
    Close,
}

/// Why a connection, or the wait for one, is over.
enum End {
    /// By the owner, for good.
    Closed,
    /// To be made anew at once.
    Anew,
    /// With this close code.
    Lost(u16),
}

pub(super) struct Worker {
    door: Door,
    settings: Settings,
    session: Session,
    listeners: Vec<Listener>,
    /// Those that wait for their answers, with their topics, by their refs.
    pushes: BTreeMap<String, (String, Answer)>,
    /// When topics are to be joined that failed.
    rejoins: BTreeMap<String, Instant>,
    /// Connections in a row that failed before a single frame came.
    failures: u32,
    /// Frames to be sent, in this order.
    outbox: Vec<Frame>,
    commands: mpsc::UnboundedReceiver<Command>,
    status: watch::Sender<Status>,
}

/// A subscription's other end.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) topic: String,
    pub(super) to: mpsc::UnboundedSender<Heard>,
}

impl Worker {
    pub(super) fn new(
        door: Door,
        settings: Settings,
        commands: mpsc::UnboundedReceiver<Command>,
        status: watch::Sender<Status>,
    ) -> Self {
        Self {
            door,
            settings,
            session: Session::new(),
            listeners: Vec::new(),
            pushes: BTreeMap::new(),
            rejoins: BTreeMap::new(),
            failures: 0,
            outbox: Vec::new(),
            commands,
            status,
        }
    }

    /// Connects again and again, until the owner has enough.
    pub(super) async fn run(mut self) {
        loop {
            let mut end = self.once().await;
            if let End::Lost(code) = end {
                end = self.pause(code).await;
            }
            if matches!(end, End::Closed) {
                return;
            }
        }
    }

    /// One connection, from its beginning to its end.
    async fn once(&mut self) -> End {
        self.status.send_replace(Status::Connecting);
        let connecting = connect(self.door.request(), self.settings.patience);
        let end = match self.meanwhile(connecting).await {
            Ok(Ok(socket)) => self.talk(socket).await,
            Ok(Err(code)) => End::Lost(code),
            Err(end) => end,
        };
        self.session.closed();
        self.rejoins.clear();
        self.outbox.clear();
        // Whoever waits for an answer learns by this that it will not come.
        self.pushes.clear();
        end
    }

    /// Waits for something, and does meanwhile what the owner wishes.
    async fn meanwhile<T>(&mut self, other: impl Future<Output = T>) -> Result<T, End> {
        let mut other = pin!(other);
        loop {
            tokio::select! {
                done = &mut other => return Ok(done),
                command = self.commands.recv() => self.obey(command)?,
            }
        }
    }

    /// The wait after a connection that ended with this code.
    async fn pause(&mut self, code: u16) -> End {
        if !close::may_return(code) {
            self.status.send_replace(Status::Ended { code });
            return match self.meanwhile(std::future::pending()).await {
                Ok(()) => End::Anew,
                Err(end) => end,
            };
        }
        let wait = self.wait(self.failures);
        self.failures = self.failures.saturating_add(1);
        let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
        self.status.send_replace(Status::Waiting { seconds });
        self.meanwhile(sleep(wait)).await.err().unwrap_or(End::Anew)
    }

    async fn talk(&mut self, socket: Socket) -> End {
        let (mut writer, mut reader) = socket.split();
        self.outbox.extend(self.session.opened().into_iter().map(text));
        self.status.send_replace(Status::Open);
        let heartbeat = self.settings.heartbeat;
        let mut beats = interval_at(Instant::now() + heartbeat, heartbeat);
        // Two beats in a row would leave the first no time to be answered.
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if let Err(code) = self.send(&mut writer).await {
                return End::Lost(code);
            }
            let rejoin = self.rejoins.values().min().copied();
            let done = tokio::select! {
                message = reader.next() => self.heard(message),
                command = self.commands.recv() => self.obey(command),
                _ = beats.tick() => match self.session.beat() {
                    Beat::Send(frame) => {
                        self.outbox.push(text(frame));
                        Ok(())
                    }
                    Beat::Dead => Err(End::Anew),
                },
                () = sleep_until(rejoin.unwrap_or_else(Instant::now)), if rejoin.is_some() => {
                    self.rejoin();
                    Ok(())
                }
            };
            if let Err(end) = done {
                // What was said last still goes, and the close frame, or the answer to the server's.
                let _ = timeout(FAREWELL, async {
                    let _ = self.send(&mut writer).await;
                    writer.close().await
                })
                .await;
                return end;
            }
        }
    }

    async fn send(&mut self, writer: &mut (impl Sink<Message> + Unpin)) -> Result<(), u16> {
        if self.outbox.is_empty() {
            return Ok(());
        }
        let frames = std::mem::take(&mut self.outbox);
        let written = timeout(self.settings.patience, async {
            for frame in frames {
                writer.feed(message(frame)).await?;
            }
            writer.flush().await
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(LOST),
        }
    }

    fn heard(&mut self, message: Option<Result<Message, Error>>) -> Result<(), End> {
        let act = match message {
            Some(Ok(Message::Text(text))) => self.session.heard(&text),
            Some(Ok(Message::Binary(bytes))) => self.session.heard_bytes(&bytes),
            Some(Ok(Message::Close(frame))) => {
                return Err(End::Lost(frame.map_or(NO_CODE, |frame| frame.code.into())));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return Ok(()),
            Some(Err(_)) | None => return Err(End::Lost(LOST)),
        };
        self.failures = 0;
        match act {
            Some(Act::Tell { topic, heard }) => self.tell(&topic, &heard),
            Some(Act::JoinLater { topic, attempt }) => {
                let at = Instant::now() + self.wait(attempt);
                self.rejoins.insert(topic, at);
            }
            Some(Act::Send(frame)) => self.outbox.push(text(frame)),
            Some(Act::Answered { reference, answer }) => {
                if let Some((_, push)) = self.pushes.remove(&reference) {
                    // Whoever asked may have stopped to wait.
                    let _ = push.send(answer.map_err(PushError::Refused));
                }
            }
            None => {}
        }
        Ok(())
    }

    fn tell(&mut self, topic: &str, heard: &Heard) {
        if !matches!(heard, Heard::Event { .. } | Heard::Bytes { .. }) {
            // Of another membership: the server answers in order, and will not answer these any more.
            self.pushes.retain(|_, (pushed, _)| pushed != topic);
        }
        for listener in self.listeners.iter().filter(|listener| listener.topic == topic) {
            // One that was dropped is about to be taken away.
            let _ = listener.to.send(heard.clone());
        }
    }

    /// What the owner wishes; `None` is that it is there no more.
    fn obey(&mut self, command: Option<Command>) -> Result<(), End> {
        match command {
            Some(Command::Join(listener)) => {
                match self.session.hold(&listener.topic) {
                    Held::Send(frame) => self.outbox.push(text(frame)),
                    Held::Joined(response) => drop(listener.to.send(Heard::Joined(response))),
                    Held::Awaited => {}
                }
                self.listeners.push(listener);
            }
            Some(Command::Left) => {
                for listener in self.listeners.extract_if(.., |listener| listener.to.is_closed()) {
                    self.outbox.extend(self.session.release(&listener.topic).map(text));
                }
            }
            Some(Command::Push { topic, event, payload, answer }) => match self.session.push(&topic, &event, payload) {
                Some((reference, Ok(frame))) => {
                    self.outbox.push(frame);
                    self.pushes.insert(reference, (topic, answer));
                }
                Some((_, Err(error))) => drop(answer.send(Err(PushError::TooLong(error)))),
                None => drop(answer.send(Err(PushError::NotJoined))),
            },
            Some(Command::ComeBy(door)) => self.door = door,
            Some(Command::Reconnect) => {
                self.failures = 0;
                return Err(End::Anew);
            }
            Some(Command::Close) | None => return Err(End::Closed),
        }
        Ok(())
    }

    /// Joins what has waited long enough.
    fn rejoin(&mut self) {
        let now = Instant::now();
        for (topic, _) in self.rejoins.extract_if(.., |_, at| *at <= now) {
            self.outbox.extend(self.session.join(&topic).map(text));
        }
    }

    fn wait(&self, attempt: u32) -> Duration {
        let times = f64::from(backoff::wait(attempt, lot())) / f64::from(backoff::FIRST);
        self.settings.first_wait.mul_f64(times)
    }
}

/// Connects, or says with which code it would have been closed, had it been let in.
async fn connect(door: Request<()>, patience: Duration) -> Result<Socket, u16> {
    match timeout(patience, connect_async_with_config(door, None, true)).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(Error::Http(refusal))) => Err(match refusal.status() {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => close::SIGNED_OUT.code,
            _ => LOST,
        }),
        Ok(Err(_)) | Err(_) => Err(LOST),
    }
}

fn text(frame: String) -> Frame {
    Frame::Text(frame.into())
}

fn message(frame: Frame) -> Message {
    match frame {
        // Frames are our own JSON: they are text.
        Frame::Text(text) => Message::Text(text.try_into().unwrap_or_default()),
        Frame::Binary(bytes) => Message::Binary(bytes),
    }
}

/// From 0 to 1, otherwise each time: by the keys that the standard library makes for hash maps.
fn lot() -> f64 {
    let bits = u32::try_from(RandomState::new().hash_one(()) >> 32).unwrap_or_default();
    f64::from(bits) / f64::from(u32::MAX)
}
