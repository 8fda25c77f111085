//! Looks on at a topic, and lists what is told on it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use wire::{LobbyId, LogKind, Topic};

use super::lines::{Gap, Line, Lines};
use super::none_yet;
use super::sentence::Names;
use super::told::Told;
use crate::address::address;
use crate::clock::Clock;
use crate::components::{Icon, Panel};
use crate::fns;
use crate::live::{Heard, observe};
use crate::words::counted;

/// How often a page of the log is asked for at most, until it meets what is there.
const ROUNDS: usize = 4;

/// Which part of a lobby's log is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::pages) struct Part {
    /// Only events of this kind.
    pub(in crate::pages) kind: Option<LogKind>,
    /// Only those before this number: what is told live is not among them.
    pub(in crate::pages) before: Option<i64>,
}

impl Part {
    /// As the address has it.
    pub(in crate::pages) fn by(kind: Option<&str>, before: Option<&str>) -> Self {
        let before = before.and_then(|before| before.parse().ok()).filter(|before| *before > 0);
        Self { kind: kind.and_then(LogKind::by_name), before }
    }

    /// The address of this part of a lobby's log.
    fn address(self, lobby: LobbyId) -> String {
        let before = self.before.map(|before| before.to_string());
        address(
            &format!("/admin/lobbies/{lobby}"),
            &[("log", self.kind.map(LogKind::name)), ("before", before.as_deref())],
        )
    }
}

/// Asks the log of a lobby for what is not there yet, and asks on while more than a page of it is missing.
async fn catch_up(lines: RwSignal<Lines>, lobby: LobbyId, kind: Option<LogKind>) {
    let known = lines.with_untracked(Lines::newest);
    let mut before = None;
    for _ in 0..ROUNDS {
        let Ok(log) = fns::lobby_events(lobby, kind, before).await else { return };
        let oldest = log.last().map(|told| told.seq);
        lines.try_update(|lines| lines.merge(log.into_iter().map(Told::from).collect(), None));
        // Where all kinds are shown, a gap shows and can be filled.
        if kind.is_none() || oldest.is_none() || known.is_none() || oldest <= known {
            return;
        }
        before = oldest;
    }
}

/// The list, which follows.
#[component]
pub(in crate::pages) fn Watch(
    topic: Topic,
    log: Vec<Told>,
    /// What stands above it.
    title: &'static str,
    /// Which part of the log it is, where there is one.
    #[prop(optional)]
    part: Part,
    /// What players are called, where lines are told in sentences.
    #[prop(optional)]
    names: Option<Memo<Names>>,
    /// Who else is told whenever something may have happened. They say themselves that it is not there any more.
    #[prop(optional)]
    heard: Option<Callback<()>>,
) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let lines = RwSignal::new(Lines::new(log));
    // While the log is asked, what is missing may be on its way.
    let is_asking = RwSignal::new(false);
    let is_refused = RwSignal::new(false);
    let has_joined = StoredValue::new(false);
    let lobby = match topic {
        Topic::Lobby(lobby) => Some(lobby),
        _ => None,
    };
    let heard_by_none = heard.is_none();
    let follows = part.before.is_none();
    let tell = move || {
        if let Some(heard) = heard {
            heard.run(());
        }
    };
    let add = move |told| {
        lines.try_update(|lines| lines.add(told));
    };
    observe(topic, move |heard| match heard {
        Heard::Joined => {
            tell();
            is_refused.try_set(false);
            let again = has_joined.try_update_value(|joined| std::mem::replace(joined, true)) == Some(true);
            match lobby.filter(|_| follows) {
                Some(lobby) => {
                    is_asking.try_set(true);
                    spawn_local(async move {
                        catch_up(lines, lobby, part.kind).await;
                        is_asking.try_set(false);
                    });
                }
                None if again && lobby.is_none() => add(Told::gap(clock.now())),
                None => (),
            }
        }
        Heard::Event(event, payload) => {
            tell();
            let is_shown = part.kind.is_none_or(|kind| LogKind::of(&event) == Some(kind));
            if follows && is_shown {
                add(Told::live(event, payload, clock.now()));
            }
        }
        Heard::Refused => {
            tell();
            is_refused.try_set(heard_by_none);
        }
        Heard::Recovered => (),
    });
    let is_empty = Memo::new(move |_| lines.with(Lines::is_empty));
    let line = move |line: Line| match line {
        Line::Told(_, told) => told.draw(names).into_any(),
        Line::Gap(gap) => view! { <Missed lines lobby gap /> }.into_any(),
    };
    view! {
        <Show when=move || is_refused.get()>
            <div class="note note-bad mb-4" role="alert">
                <Icon name="circle-alert" />
                <p>"It is not there any more: what is below is what its log has."</p>
            </div>
        </Show>
        <Panel title aside=move || follows.then(|| view! { <Hold lines /> })>
            {lobby.filter(|_| names.is_some()).map(|lobby| view! { <Kinds lobby part /> })}
            <Show when=move || !is_empty.get() fallback=move || if part == Part::default() { none_yet().into_any() } else { none_here().into_any() }>
                <ol data-events="">
                    <For
                        each=move || lines.with(|lines| lines.drawn(lobby.is_some() && part.kind.is_none() && !is_asking.get()))
                        key=Line::key
                        children=line
                    />
                </ol>
            </Show>
            {lobby.map(|lobby| view! { <Ways lines lobby part /> })}
        </Panel>
    }
}

/// Holds the list still. It needs the browser, so it shows with hydration; its place is kept.
#[component]
fn Hold(lines: RwSignal<Lines>) -> impl IntoView {
    let is_ready = RwSignal::new(false);
    Effect::new(move |_| is_ready.set(true));
    let waiting = Memo::new(move |_| lines.with(Lines::waiting));
    let waits = move || {
        let waits = i64::try_from(waiting.get().unwrap_or_default()).unwrap_or(i64::MAX);
        (waits > 0).then(|| counted(waits, "new event waits", "new events wait"))
    };
    view! {
        <span class="text-xs text-muted num" data-waits="">{waits}</span>
        <button
            type="button"
            class="btn btn-quiet btn-sm"
            class:invisible=move || !is_ready.get()
            aria-pressed=move || waiting.get().is_some().to_string()
            on:click=move |_| lines.update(|lines| lines.hold(lines.waiting().is_none()))
        >
            {move || if waiting.get().is_some() { view! { <Icon name="play" /> } } else { view! { <Icon name="pause" /> } }}
            "Hold still"
        </button>
    }
}

/// A place where events are missing, and the way to have them.
#[component]
fn Missed(lines: RwSignal<Lines>, lobby: Option<LobbyId>, gap: Gap) -> impl IntoView {
    let is_asked = RwSignal::new(false);
    let load = move |_| {
        let Some(lobby) = lobby else { return };
        is_asked.set(true);
        spawn_local(async move {
            match fns::lobby_events(lobby, None, Some(gap.before)).await {
                Ok(log) => {
                    let log = log.into_iter().map(Told::from).collect();
                    lines.try_update(|lines| lines.merge(log, Some(gap.before)));
                }
                Err(_) => {
                    is_asked.try_set(false);
                }
            }
        });
    };
    let missed = counted(gap.count(), "event", "events");
    let said = if gap.is_lost { [&missed, " no longer in the log"].concat() } else { [&missed, " missed"].concat() };
    view! {
        <li class="rowline text-sm text-muted" data-gap=gap.count().to_string()>
            <Icon name="triangle-alert" />
            <span>{said}</span>
            {(!gap.is_lost).then(|| view! {
                <button type="button" class="btn btn-quiet btn-xs" disabled=move || is_asked.get() on:click=load>"Load"</button>
            })}
        </li>
    }
}

/// What the log can be narrowed to.
#[component]
fn Kinds(lobby: LobbyId, part: Part) -> impl IntoView {
    let kind = |(label, kind): (&'static str, Option<LogKind>)| {
        let href = Part { kind, before: None }.address(lobby);
        view! { <a href=href aria-current=(kind == part.kind).then_some("true")>{label}</a> }
    };
    let kinds = [
        ("All", None),
        ("Seats", Some(LogKind::Seats)),
        ("Messages", Some(LogKind::Messages)),
        ("Changes", Some(LogKind::Changes)),
    ];
    view! {
        <div class="px-4 pt-3 pb-2">
            <nav class="seg" aria-label="Event log">{kinds.map(kind).collect_view()}</nav>
        </div>
    }
}

/// The ways to what happened before, and back to the newest.
#[component]
fn Ways(lines: RwSignal<Lines>, lobby: LobbyId, part: Part) -> impl IntoView {
    // Numbers begin at one.
    let before = Memo::new(move |_| lines.with(Lines::oldest).filter(|oldest| *oldest > 1));
    let older = move || {
        before.get().map(|oldest| {
            let href = Part { before: Some(oldest), ..part }.address(lobby);
            view! { <a class="btn btn-quiet btn-xs" href=href>"Older"</a> }
        })
    };
    let newest = part.before.map(|_| {
        let href = Part { before: None, ..part }.address(lobby);
        view! { <a class="btn btn-quiet btn-xs" href=href>"Newest"</a> }
    });
    let is_any = move || part.before.is_some() || before.get().is_some();
    view! { <nav class="paging" aria-label="Pages of the log" class:hidden=move || !is_any()>{newest} <span class="ml-auto">{older}</span></nav> }
}

fn none_here() -> impl IntoView {
    view! { <p class="px-4 py-6 text-sm text-muted">"Nothing of that is in the log."</p> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_log_has_an_address() {
        let part = Part::by(Some("seats"), Some("41"));
        assert_eq!(part, Part { kind: Some(LogKind::Seats), before: Some(41) });
        assert_eq!(part.address(LobbyId(7)), "/admin/lobbies/7?log=seats&before=41");
        for nonsense in ["", "-1", "x"] {
            assert_eq!(Part::by(Some(nonsense), Some(nonsense)), Part::default(), "{nonsense}");
        }
        assert_eq!(Part::default().address(LobbyId(7)), "/admin/lobbies/7");
    }
}
