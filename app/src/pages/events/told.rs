//! A line of the page: something that was told.

use chrono::{DateTime, Timelike as _, Utc};
use leptos::prelude::*;
use serde_json::Value;
use wire::LobbyEvent;

use super::sentence::{Names, sentence};
use crate::clock::exact;
use crate::components::Icon;

/// Something that was told, or a place where something may be missing.
#[derive(Clone)]
pub(in crate::pages) struct Told {
    /// Its number, where the topic has some.
    pub(super) seq: Option<i64>,
    event: String,
    payload: Value,
    at: DateTime<Utc>,
}

impl Told {
    /// An event as it comes over the socket.
    pub(super) fn live(event: String, mut payload: Value, at: DateTime<Utc>) -> Self {
        let seq = payload.as_object_mut().and_then(|members| members.remove("seq"));
        Self { seq: seq.and_then(|seq| seq.as_i64()), event, payload, at }
    }

    /// The topic was joined anew: what was told in between was not heard.
    pub(super) fn gap(at: DateTime<Utc>) -> Self {
        Self { seq: None, event: "–".to_owned(), payload: "joined anew: something may be missing here".into(), at }
    }

    /// The line: in a sentence with what players are called, or just as it was told.
    pub(super) fn draw(self, names: Option<Memo<Names>>) -> impl IntoView {
        let Self { seq, event, payload, at } = self;
        let time = format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second());
        let raw = match &payload {
            Value::String(words) => words.clone(),
            payload => payload.to_string(),
        };
        let (name, told) = (event.clone(), event.clone());
        let said = names.map(|names| {
            let (icon, _) = sentence(&event, &payload, &Vec::new());
            let words = move || names.with(|names| sentence(&event, &payload, names).1);
            view! {
                <Icon name=icon class="text-muted mt-0.5" />
                <p class="text-sm leading-5 wrap-any" data-sentence="">{words}</p>
            }
        });
        view! {
            <li class="told" class:told-said=names.is_some() data-event=name data-seq=seq.map(|seq| seq.to_string())>
                <time class="mono text-xs text-muted" datetime=at.to_rfc3339() title=exact(at)>{time}</time>
                <span class="num text-xs text-muted text-right">{seq.map(|seq| seq.to_string())}</span>
                {said}
                <details open=names.is_none()>
                    <summary class="mono text-xs">{told}</summary>
                    <code class="mono text-xs text-muted break-all">{raw}</code>
                </details>
            </li>
        }
    }
}

impl From<LobbyEvent> for Told {
    fn from(logged: LobbyEvent) -> Self {
        let LobbyEvent { seq, event, payload, at, .. } = logged;
        Self { seq: Some(seq), event, payload, at }
    }
}
