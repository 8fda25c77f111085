//! Looks on at a topic, and lists what is told on it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::Topic;

use super::sentence::Names;
use super::told::Told;
use super::{logged, none_yet};
use crate::clock::now;
use crate::components::{Icon, Panel};
use crate::live::{Heard, observe};
use crate::words::counted;

/// Lines that are kept; older ones go.
const KEPT: usize = 200;

/// What was told, newest first, each with a number of its own.
#[derive(Clone, Copy)]
struct Lines {
    shown: RwSignal<Vec<(usize, Told)>>,
    /// While the list is held still: what came meanwhile.
    held: RwSignal<Option<Vec<Told>>>,
    last: StoredValue<usize>,
}

impl Lines {
    fn new(log: Vec<Told>) -> Self {
        let last = log.len();
        let shown = RwSignal::new((0..last).rev().zip(log).collect());
        Self { shown, held: RwSignal::new(None), last: StoredValue::new(last) }
    }

    fn add(self, told: Told) {
        let is_held = self.held.try_update(|held| held.as_mut().map(|held| held.push(told.clone())).is_some());
        if is_held == Some(false) {
            self.show(told);
        }
    }

    fn show(self, told: Told) {
        let Some(number) = self.last.try_update_value(|last| {
            *last += 1;
            *last
        }) else {
            return;
        };
        self.shown.try_update(|shown| {
            shown.insert(0, (number, told));
            shown.truncate(KEPT);
        });
    }

    /// Holds still, or lets in what came meanwhile.
    fn hold(self, is_held: bool) {
        let waited = self.held.try_update(|held| std::mem::replace(held, is_held.then(Vec::new))).flatten();
        waited.unwrap_or_default().into_iter().for_each(|told| self.show(told));
    }

    /// Adds what the log has beyond what is there.
    fn catch_up(self, log: Vec<Told>) {
        let known = self.newest();
        log.into_iter().rev().filter(|told| told.seq > known).for_each(|told| self.add(told));
    }

    /// The number of the newest event that has one.
    fn newest(self) -> Option<i64> {
        let held = self.held.with_untracked(|held| held.iter().flatten().filter_map(|told| told.seq).max());
        held.max(self.shown.with_untracked(|shown| shown.iter().filter_map(|(_, told)| told.seq).max()))
    }
}

/// The list, which follows.
#[component]
pub(in crate::pages) fn Watch(
    topic: Topic,
    log: Vec<Told>,
    /// What stands above it.
    title: &'static str,
    /// What players are called, where lines are told in sentences.
    #[prop(optional)]
    names: Option<Memo<Names>>,
    /// Who else is told whenever something may have happened. They say themselves that it is not there any more.
    #[prop(optional)]
    heard: Option<Callback<()>>,
) -> impl IntoView {
    let lines = Lines::new(log);
    let is_refused = RwSignal::new(false);
    let has_joined = StoredValue::new(false);
    let is_logged = matches!(topic, Topic::Lobby(_));
    let heard_by_none = heard.is_none();
    let tell = move || {
        if let Some(heard) = heard {
            heard.run(());
        }
    };
    observe(topic, move |heard| match heard {
        Heard::Joined => {
            tell();
            is_refused.try_set(false);
            let again = has_joined.try_update_value(|joined| std::mem::replace(joined, true)) == Some(true);
            if is_logged {
                spawn_local(async move {
                    if let Ok(log) = logged(topic.to_string()).await {
                        lines.catch_up(log.into_iter().map(Told::from).collect());
                    }
                });
            } else if again {
                lines.add(Told::gap(now()));
            }
        }
        Heard::Event(event, payload) => {
            tell();
            let told = Told::live(event, payload, now());
            // What the log told already.
            if !is_logged || told.seq.is_none() || told.seq > lines.newest() {
                lines.add(told);
            }
        }
        Heard::Refused => {
            tell();
            is_refused.try_set(heard_by_none);
        }
        Heard::Recovered => (),
    });
    let waits = move || lines.held.with(|held| held.as_ref().map(Vec::len));
    let word = move || match waits() {
        None => "Hold still".to_owned(),
        Some(0) => "Go on".to_owned(),
        Some(count) => {
            format!("Go on, {}", counted(i64::try_from(count).unwrap_or(i64::MAX), "new event", "new events"))
        }
    };
    let is_empty = Memo::new(move |_| lines.shown.with(Vec::is_empty));
    view! {
        <Show when=move || is_refused.get()>
            <div class="note note-bad mb-4" role="alert">
                <Icon name="circle-alert" />
                <p>"It is not there any more: what is below is what its log has."</p>
            </div>
        </Show>
        <Panel
            title
            aside=move || view! {
                <button
                    type="button"
                    class="btn btn-quiet btn-sm"
                    aria-pressed=move || waits().is_some().to_string()
                    on:click=move |_| lines.hold(waits().is_none())
                >
                    {move || if waits().is_some() { view! { <Icon name="play" /> } } else { view! { <Icon name="pause" /> } }}
                    {word}
                </button>
            }
        >
            <Show when=move || !is_empty.get() fallback=none_yet>
                <ol data-events="">
                    <For each=move || lines.shown.get() key=|(number, _)| *number children=move |(_, told)| told.draw(names) />
                </ol>
            </Show>
        </Panel>
    }
}
