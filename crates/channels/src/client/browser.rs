//! The client itself: the session, its link and its timers.
//!
//! No callback of the page is called while the state is borrowed, so that callbacks may join, leave and close as they
//! like. Nor is one dropped then: with it may go a [`Subscription`], which borrows.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use serde_json::{Map, Value};

use super::link::{Link, News};
use super::session::{Act, Beat, Held, Session};
use super::timer::{Timer, window};
use super::{HEARTBEAT, Heard, Status, backoff, in_version_2};
use crate::close;

/// A connection to the page's own server that comes back by itself. Clones are the same client; when the last one is
/// dropped, the connection closes.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

/// A topic that is listened to. Dropping it leaves the topic, unless others of the same client listen to it, too. It
/// does not keep the client alive.
#[must_use = "dropping it leaves the topic"]
pub struct Subscription {
    client: Weak<Inner>,
    id: u64,
    topic: String,
}

struct Inner {
    url: String,
    on_status: Box<dyn Fn(Status)>,
    state: RefCell<State>,
}

struct State {
    session: Session,
    subscriptions: BTreeMap<u64, Listener>,
    last_id: u64,
    link: Option<Link>,
    /// Connections in a row that failed before a single frame came.
    failures: u32,
    heartbeat: Option<Timer>,
    reconnect: Option<Timer>,
    rejoins: BTreeMap<String, Timer>,
    /// By the page, for good.
    closed: bool,
}

struct Listener {
    topic: String,
    on: Rc<dyn Fn(Heard)>,
}

impl Client {
    /// Connects to `path`, like `/socket/websocket`, of the page's own origin (`ws` or `wss` as the page is `http` or
    /// `https`), with `vsn=2.0.0`. The page's cookies go with it.
    ///
    /// `on_status` hears of every change, and of [`Status::Connecting`] before this returns.
    pub fn connect(path: &str, on_status: impl Fn(Status) + 'static) -> Self {
        let state = State {
            session: Session::new(),
            subscriptions: BTreeMap::new(),
            last_id: 0,
            link: None,
            failures: 0,
            heartbeat: None,
            reconnect: None,
            rejoins: BTreeMap::new(),
            closed: false,
        };
        let inner = Inner { url: address(path), on_status: Box::new(on_status), state: RefCell::new(state) };
        let client = Self(Rc::new(inner));
        client.0.connect();
        client
    }

    /// Joins now and after every reconnect, and again after an error of the topic, with growing waits. What is missed in
    /// between follows, or the state is told anew: there is no silent gap.
    ///
    /// Subscriptions of the same topic share one join. If it has been answered already, `on` hears that answer before
    /// this returns. It may be old by then: where the reply carries state which the topic's events change, keep that
    /// state in one place, or ask for it anew.
    pub fn join(&self, topic: &str, on: impl Fn(Heard) + 'static) -> Subscription {
        self.join_with(topic, Map::new(), on)
    }

    /// The same, and the join says more than how far the topic was heard. What the first of several subscriptions says is
    /// said for all of them.
    pub fn join_with(&self, topic: &str, payload: Map<String, Value>, on: impl Fn(Heard) + 'static) -> Subscription {
        let on: Rc<dyn Fn(Heard)> = Rc::new(on);
        let (id, held) = {
            let mut state = self.0.state.borrow_mut();
            state.last_id += 1;
            let id = state.last_id;
            state.subscriptions.insert(id, Listener { topic: topic.to_owned(), on: on.clone() });
            (id, state.session.hold_with(topic, payload))
        };
        match held {
            Held::Send(frame) => self.0.send(&frame),
            Held::Joined(response) => on(Heard::Joined(response)),
            Held::Awaited => {}
        }
        Subscription { client: Rc::downgrade(&self.0), id, topic: topic.to_owned() }
    }

    /// Drops the present connection or the wait for the next one and connects at once: for a button, or after signing
    /// in, when the cookie says somebody else.
    pub fn reconnect_now(&self) {
        self.0.state.borrow_mut().failures = 0;
        self.0.connect();
    }

    /// Closes for good. No callback is called any more.
    pub fn close(&self) {
        let listeners = {
            let mut state = self.0.state.borrow_mut();
            state.closed = true;
            state.disconnect();
            std::mem::take(&mut state.subscriptions)
        };
        drop(listeners);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let Some(client) = self.client.upgrade() else { return };
        let (listener, frame) = {
            let mut state = client.state.borrow_mut();
            (state.subscriptions.remove(&self.id), state.session.release(&self.topic))
        };
        if let Some(frame) = frame {
            client.send(&frame);
        }
        drop(listener);
    }
}

impl Inner {
    fn connect(self: &Rc<Self>) {
        self.state.borrow_mut().disconnect();
        if self.state.borrow().closed {
            return;
        }
        let client = Rc::downgrade(self);
        let link = Link::open(&self.url, move |news| {
            if let Some(client) = client.upgrade() {
                client.news(news);
            }
        });
        match link {
            Ok(link) => {
                self.state.borrow_mut().link = Some(link);
                (self.on_status)(Status::Connecting);
            }
            Err(_) => self.lost(1006),
        }
    }

    fn news(self: &Rc<Self>, news: News) {
        match news {
            News::Opened => {
                let frames = self.state.borrow_mut().session.opened();
                for frame in &frames {
                    self.send(frame);
                }
                self.beat_later();
                (self.on_status)(Status::Open);
            }
            News::Text(text) => {
                let act = {
                    let mut state = self.state.borrow_mut();
                    state.failures = 0;
                    state.session.heard(&text)
                };
                match act {
                    Some(Act::Tell { topic, heard }) => self.tell(&topic, &heard),
                    Some(Act::JoinLater { topic, attempt }) => self.join_later(topic, attempt),
                    Some(Act::Send(frame)) => self.send(&frame),
                    // The page pushes nothing.
                    #[cfg(feature = "client-native")]
                    Some(Act::Answered { .. }) => {}
                    None => {}
                }
            }
            News::Closed(code) => self.lost(code),
        }
    }

    /// The connection is gone: wait, and try again.
    fn lost(self: &Rc<Self>, code: u16) {
        let status = {
            let mut state = self.state.borrow_mut();
            state.disconnect();
            if close::may_return(code) {
                let wait = backoff::wait(state.failures, js_sys::Math::random());
                state.failures = state.failures.saturating_add(1);
                state.reconnect = Some(self.timer(wait, Self::connect));
                Status::Waiting { seconds: wait.div_ceil(1000) }
            } else {
                Status::Ended { code }
            }
        };
        (self.on_status)(status);
    }

    fn beat_later(self: &Rc<Self>) {
        let timer = self.timer(HEARTBEAT, Self::beat);
        self.state.borrow_mut().heartbeat = Some(timer);
    }

    fn beat(self: &Rc<Self>) {
        let beat = self.state.borrow_mut().session.beat();
        match beat {
            Beat::Send(frame) => {
                self.send(&frame);
                self.beat_later();
            }
            Beat::Dead => self.connect(),
        }
    }

    fn join_later(self: &Rc<Self>, topic: String, attempt: u32) {
        let wait = backoff::wait(attempt, js_sys::Math::random());
        let name = topic.clone();
        let timer = self.timer(wait, move |client| {
            let frame = {
                let mut state = client.state.borrow_mut();
                state.rejoins.remove(&name);
                state.session.join(&name)
            };
            if let Some(frame) = frame {
                client.send(&frame);
            }
        });
        self.state.borrow_mut().rejoins.insert(topic, timer);
    }

    fn tell(&self, topic: &str, heard: &Heard) {
        let ids: Vec<_> = {
            let state = self.state.borrow();
            state.subscriptions.iter().filter(|(_, listener)| listener.topic == topic).map(|(id, _)| *id).collect()
        };
        for id in ids {
            // One that has been dropped by another's callback hears nothing.
            let on = self.state.borrow().subscriptions.get(&id).map(|listener| listener.on.clone());
            if let Some(on) = on {
                on(heard.clone());
            }
        }
    }

    fn send(&self, frame: &str) {
        if let Some(link) = &self.state.borrow().link {
            link.send(frame);
        }
    }

    /// A timer that does not keep the client alive.
    fn timer(self: &Rc<Self>, milliseconds: u32, callback: impl FnOnce(&Rc<Self>) + 'static) -> Timer {
        let client = Rc::downgrade(self);
        Timer::after(milliseconds, move || {
            if let Some(client) = client.upgrade() {
                callback(&client);
            }
        })
    }
}

impl State {
    /// Without a link and without anything that would act on one.
    fn disconnect(&mut self) {
        self.link = None;
        self.heartbeat = None;
        self.reconnect = None;
        self.rejoins.clear();
        self.session.closed();
    }
}

/// The socket's address, from the page's.
fn address(path: &str) -> String {
    let location = window().location();
    let scheme = if location.protocol().is_ok_and(|protocol| protocol == "http:") { "ws" } else { "wss" };
    let host = location.host().unwrap_or_default();
    in_version_2(&format!("{scheme}://{host}{path}"))
}
