//! What happens while the page is open: one socket a page, the topics heard over it, and whether it stands.

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::Topic;

pub(crate) use every::at_most_every_second;
pub(crate) use rows::{Change, FAREWELL, Record, Row, Rows};
pub(crate) use steady::steady;

mod every;
mod rows;
mod steady;

/// How the socket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the server opens no socket to itself"))]
pub(crate) enum Link {
    /// Being opened.
    Connecting,
    /// Changes arrive.
    Open,
    /// Lost; the next try comes after this many seconds.
    Waiting(u32),
    /// Closed by the server for a reason that another try does not change.
    Ended,
}

/// What a topic says.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the server opens no socket to itself"))]
pub(crate) enum Heard {
    /// Joined, for the first time or again: whatever happened before it was not heard.
    Joined,
    /// Joined again, and whatever happened meanwhile follows.
    Recovered,
    /// Something happened.
    Event(String, Value),
    /// Not for this page.
    Refused,
}

/// The socket of this page. One for all that is shown, made when the first part asks, closed with the pages it is for.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    link: RwSignal<Link>,
    #[cfg(feature = "hydrate")]
    client: StoredValue<Option<channels::client::Client>, LocalStorage>,
}

impl Live {
    /// Gives the parts below one socket.
    pub(crate) fn provide() -> Self {
        let live = Self {
            link: RwSignal::new(Link::Connecting),
            #[cfg(feature = "hydrate")]
            client: StoredValue::new_local(None),
        };
        #[cfg(feature = "hydrate")]
        live.close_with_owner();
        provide_context(live);
        live
    }

    /// How the socket stands.
    pub(crate) fn link(self) -> Signal<Link> {
        self.link.into()
    }
}

/// Hears a topic for as long as the part that asks is shown.
pub(crate) fn listen(topic: Topic, on: impl Fn(Heard) + Clone + 'static) {
    let live = expect_context::<Live>();
    // Effects run in the browser only, once the page is hydrated.
    Effect::new(move |_| live.join(topic, on.clone()));
}

/// Looks on at a topic for as long as the part that asks is shown: hears it as an admin whom it does not concern.
pub(crate) fn observe(topic: Topic, on: impl Fn(Heard) + Clone + 'static) {
    let live = expect_context::<Live>();
    Effect::new(move |_| live.observe(topic, on.clone()));
}

/// An event's payload, if it is what it should be. One that is not comes from another version of the server, and a
/// reload shows what it meant. (By way of its text: read from the value, the module would carry another parser of `T`.)
pub(crate) fn payload<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_str(&value.to_string()).ok()
}

#[cfg(feature = "hydrate")]
mod socket {
    use channels::client::{Client, Heard as Said, Status};
    use leptos::prelude::*;
    use serde_json::{Map, Value};
    use wire::Topic;

    use super::{Heard, Link, Live};

    impl Live {
        pub(super) fn close_with_owner(self) {
            on_cleanup(move || {
                if let Some(client) = self.client.try_update_value(Option::take).flatten() {
                    client.close();
                }
            });
        }

        fn client(self) -> Option<Client> {
            self.client.try_update_value(|client| {
                client
                    .get_or_insert_with(|| {
                        Client::connect("/socket/websocket", move |status| {
                            self.link.try_set(match status {
                                Status::Connecting => Link::Connecting,
                                Status::Open => Link::Open,
                                Status::Waiting { seconds } => Link::Waiting(seconds),
                                Status::Ended { .. } => Link::Ended,
                            });
                        })
                    })
                    .clone()
            })
        }

        /// Joins a topic until the owner of this call is cleaned up.
        pub(super) fn join(self, topic: Topic, on: impl Fn(Heard) + 'static) {
            self.join_with(topic, Map::new(), on);
        }

        /// The same, without being there.
        pub(super) fn observe(self, topic: Topic, on: impl Fn(Heard) + 'static) {
            self.join_with(topic, Map::from_iter([("observe".to_owned(), Value::Bool(true))]), on);
        }

        fn join_with(self, topic: Topic, payload: Map<String, Value>, on: impl Fn(Heard) + 'static) {
            let Some(client) = self.client() else { return };
            let subscription = client.join_with(&topic.to_string(), payload, move |said| match said {
                Said::Joined(_) => on(Heard::Joined),
                Said::Recovered => on(Heard::Recovered),
                Said::Event { event, payload } => on(Heard::Event(event, payload)),
                Said::Refused(_) => on(Heard::Refused),
                Said::Bytes { .. } | Said::Closed => (),
            });
            StoredValue::new_local(subscription);
        }

        /// Tries again now instead of after the wait.
        pub(crate) fn reconnect_now(self) {
            if let Some(client) = self.client() {
                client.reconnect_now();
            }
        }
    }
}

#[cfg(not(feature = "hydrate"))]
impl Live {
    #[expect(clippy::unused_self, reason = "the browser's side uses them")]
    fn join(self, _topic: Topic, _on: impl Fn(Heard) + 'static) {}

    #[expect(clippy::unused_self, reason = "the browser's side uses them")]
    fn observe(self, _topic: Topic, _on: impl Fn(Heard) + 'static) {}

    #[expect(clippy::unused_self, reason = "the browser's side uses it")]
    pub(crate) fn reconnect_now(self) {}
}
