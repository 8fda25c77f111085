//! A line of the page: something that was told.

use chrono::{DateTime, Timelike as _, Utc};
use leptos::prelude::*;
use serde_json::Value;
use wire::LobbyEvent;

use crate::clock::exact;

/// Something that was told, or a place where something may be missing.
#[derive(Clone)]
pub(in crate::pages) struct Told {
    /// Its number, where the topic has some.
    pub(super) seq: Option<i64>,
    event: String,
    payload: String,
    at: DateTime<Utc>,
}

impl Told {
    /// An event as it comes over the socket.
    pub(super) fn live(event: String, mut payload: Value, at: DateTime<Utc>) -> Self {
        let seq = payload.as_object_mut().and_then(|members| members.remove("seq"));
        Self { seq: seq.and_then(|seq| seq.as_i64()), event, payload: payload.to_string(), at }
    }

    /// The topic was joined anew: what was told in between was not heard.
    pub(super) fn gap(at: DateTime<Utc>) -> Self {
        Self {
            seq: None, event: "–".to_owned(), payload: "joined anew: something may be missing here".to_owned(), at
        }
    }

    pub(super) fn draw(self) -> impl IntoView {
        let Self { seq, event, payload, at } = self;
        let time = format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second());
        let name = event.clone();
        view! {
            <li class="rowline items-start max-sm:flex-wrap" data-event=name data-seq=seq.map(|seq| seq.to_string())>
                <time class="mono text-xs text-muted shrink-0" datetime=at.to_rfc3339() title=exact(at)>{time}</time>
                <span class="num text-xs text-muted w-10 text-right shrink-0 max-sm:hidden">{seq.map(|seq| seq.to_string())}</span>
                <span class="font-medium text-sm leading-5 shrink-0">{event}</span>
                <code class="mono text-xs text-muted min-w-0 break-all max-sm:w-full">{payload}</code>
            </li>
        }
    }
}

impl From<LobbyEvent> for Told {
    fn from(logged: LobbyEvent) -> Self {
        let LobbyEvent { seq, event, payload, at } = logged;
        Self { seq: Some(seq), event, payload: payload.to_string(), at }
    }
}
