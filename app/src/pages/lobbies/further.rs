//! What else the list of lobbies can be narrowed to: chips that are links, and fields for what has a value. Every view has an
//! address, and is reached without a script.

use leptos::prelude::*;
use serde_json::Value;
use wire::{AdminLobby, AdminLobbyFilter, LobbyFilter};

use crate::components::{Asked, Icon};
use crate::words::lower;

/// What the address calls them.
pub(super) const KEYS: [&str; 7] =
    ["is_hidden", "is_passworded", "hostless", "min_users", "max_users", "metadata_key", "metadata_value"];
/// Those that one has or has not.
const FLAGS: [(&str, &str, &str); 3] = [
    ("is_hidden", "Hidden", "eye-off"),
    ("is_passworded", "Password", "lock-keyhole"),
    ("hostless", "Hostless", "server"),
];

/// What is asked of the lobbies. What cannot be read asks for nothing.
pub(super) fn filter(asked: &Asked) -> AdminLobbyFilter {
    let text = |key| asked.given(key).map(str::to_owned);
    let flag = |key| asked.given(key).and_then(|value| value.parse().ok());
    let number = |key| asked.given(key).and_then(|value| value.trim().parse().ok());
    let metadata_key = text("metadata_key");
    AdminLobbyFilter {
        lobby: LobbyFilter {
            title: asked.search.clone(),
            state: asked.choice.clone(),
            is_passworded: flag("is_passworded"),
            is_locked: None,
            min_users: number("min_users"),
            max_users: number("max_users"),
            metadata_value: text("metadata_value").filter(|_| metadata_key.is_some()),
            metadata_key,
        },
        is_hidden: flag("is_hidden"),
        hostless: flag("hostless"),
    }
}

/// Whether a filter admits a lobby, as the server decides it by what this page asks for.
pub(super) fn admits(filter: &AdminLobbyFilter, lobby: &AdminLobby) -> bool {
    let AdminLobbyFilter { lobby: filter, is_hidden, hostless } = filter;
    let lobby = &lobby.lobby;
    let is_so = |asked: Option<bool>, is: bool| asked.is_none_or(|asked| asked == is);
    let free = lobby.member_count < lobby.max_users;
    let title = filter.title.as_ref().is_none_or(|part| lower(&lobby.title).contains(&lower(part)));
    let state = match filter.state.as_deref() {
        Some("open") => free && !lobby.is_locked,
        Some("full") => !free,
        Some("locked") => lobby.is_locked,
        _ => true,
    };
    let metadata = filter.metadata_key.as_ref().is_none_or(|key| {
        let found = lobby.metadata.get(key);
        found.is_some_and(|found| filter.metadata_value.as_ref().is_none_or(|value| says(found, value)))
    });
    title
        && state
        && metadata
        && filter.min_users.is_none_or(|seats| lobby.max_users >= seats)
        && filter.max_users.is_none_or(|seats| lobby.max_users <= seats)
        && is_so(filter.is_passworded, lobby.is_passworded)
        && is_so(*is_hidden, lobby.is_hidden)
        && is_so(*hostless, lobby.hostless)
}

/// Whether a value is what was asked for: a text itself, or what is neither text nor nested as JSON has it.
fn says(found: &Value, asked: &str) -> bool {
    match found {
        Value::String(text) => text == asked,
        Value::Number(number) => asked.parse::<f64>().ok().is_some_and(|asked| number.as_f64() == Some(asked)),
        Value::Bool(is) => asked == if *is { "true" } else { "false" },
        Value::Null => asked == "null",
        Value::Array(_) | Value::Object(_) => false,
    }
}

/// The chips, and the fields behind the last one.
#[component]
pub(super) fn Further(asked: Memo<Asked>) -> impl IntoView {
    let flag = move |(key, label, icon): (&'static str, &'static str, &'static str)| {
        let is_on = Signal::derive(move || asked.with(|asked| asked.given(key) == Some("true")));
        let href = move || asked.with(|asked| asked.with(&[(key, (!is_on.get()).then_some("true"))]));
        view! {
            <a class="chip chip-sm" href=href aria-current=move || is_on.get().then_some("true")>
                <Icon name=icon class="i-sm" />
                {label}
                {move || is_on.get().then(|| view! { <Icon name="x" class="i-sm" /><span class="sr-only">"(drop)"</span> })}
            </a>
        }
    };
    let drops = move || {
        asked.with(|asked| {
            let metadata = asked.given("metadata_key").map(|key| {
                let said = match asked.given("metadata_value") {
                    Some(value) => format!("{key} = {value}"),
                    None => format!("has {key}"),
                };
                (said, asked.with(&[("metadata_key", None), ("metadata_value", None)]))
            });
            let least = asked.given("min_users").map(|seats| (format!("{seats} seats or more"), asked.with(&[("min_users", None)])));
            let most = asked.given("max_users").map(|seats| (format!("{seats} seats or fewer"), asked.with(&[("max_users", None)])));
            let chip = |(said, href)| view! {
                <a class="chip chip-sm wrap-any" href=href aria-current="true">{said} <Icon name="x" class="i-sm" /><span class="sr-only">"(drop)"</span></a>
            };
            [metadata, least, most].into_iter().flatten().map(chip).collect_view()
        })
    };
    view! {
        <div class="flex flex-wrap items-start gap-2 mb-4" data-further="">
            <nav class="flex flex-wrap gap-2" aria-label="Also">{FLAGS.map(flag).collect_view()} {drops}</nav>
            <details class="unfold further">
                <summary class="chip chip-sm">
                    <Icon name="plus" class="i-sm" />
                    "Metadata or seats"
                </summary>
                {move || asked.with(fields)}
            </details>
        </div>
    }
}

/// A plain form, which keeps whatever else is asked for.
fn fields(asked: &Asked) -> impl IntoView + use<> {
    let own = ["metadata_key", "metadata_value", "min_users", "max_users"];
    let kept = asked.kept().into_iter().filter(|(key, _)| !own.contains(key));
    let kept = kept.map(|(key, value)| view! { <input type="hidden" name=key value=value /> }).collect_view();
    let labels = ["Metadata key", "Its value", "Seats, at least", "Seats, at most"];
    let field = |(name, label): (&'static str, &'static str)| {
        let value = asked.given(name).unwrap_or_default().to_owned();
        let inputmode = name.ends_with("users").then_some("numeric");
        view! {
            <label class="field">
                <span>{label}</span>
                <input class="input input-sm w-full" name=name value=value autocomplete="off" inputmode=inputmode />
            </label>
        }
    };
    view! {
        <form class="panel grid grid-cols-2 gap-3 p-4 mt-2" method="get" action=asked.path()>
            {kept} {own.into_iter().zip(labels).map(field).collect_view()}
            <button class="btn btn-quiet btn-sm justify-self-start">"Apply"</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use wire::{Lobby, LobbyId};

    use super::*;

    fn lobby(member_count: i64, is_locked: bool) -> AdminLobby {
        let lobby = Lobby {
            id: LobbyId(1),
            title: "Dunes – ranked".into(),
            host_id: None,
            hostless: true,
            max_users: 2,
            is_hidden: false,
            is_locked,
            is_passworded: false,
            metadata: serde_json::Map::new(),
            member_count,
            revision: 1,
            created_at: DateTime::default(),
            closing_at: None,
            members: None,
            rules: None,
        };
        AdminLobby { lobby, host_name: None }
    }

    #[test]
    fn a_filter_admits_what_the_server_would_list() {
        let admitted = |state: &str, lobby: &AdminLobby| {
            let filter =
                LobbyFilter { title: Some("DUNES".into()), state: Some(state.into()), ..LobbyFilter::default() };
            admits(&filter.into(), lobby)
        };
        let states = |lobby: AdminLobby| ["open", "full", "locked"].map(|state| admitted(state, &lobby));
        assert_eq!(states(lobby(1, false)), [true, false, false]);
        assert_eq!(states(lobby(2, false)), [false, true, false]);
        assert_eq!(states(lobby(1, true)), [false, false, true]);
        assert_eq!(states(lobby(2, true)), [false, true, true]);
        let elsewhere = LobbyFilter { title: Some("harbour".into()), ..LobbyFilter::default() };
        assert!(!admits(&elsewhere.into(), &lobby(1, false)));
    }

    #[test]
    fn what_else_is_asked_is_asked_of_what_comes_live_too() {
        let mut seen = lobby(1, false);
        seen.lobby.metadata = serde_json::from_str(r#"{"mode":"ranked","rounds":13,"beta":true,"mmr":[1]}"#).unwrap();
        let any = AdminLobbyFilter::default;
        let with = |key: &str, value: Option<&str>| {
            let (metadata_key, metadata_value) = (Some(key.to_owned()), value.map(str::to_owned));
            LobbyFilter { metadata_key, metadata_value, ..LobbyFilter::default() }.into()
        };
        let sized = |min_users, max_users| LobbyFilter { min_users, max_users, ..LobbyFilter::default() }.into();
        for (filter, is) in [
            (AdminLobbyFilter { is_hidden: Some(true), ..any() }, false),
            (AdminLobbyFilter { is_hidden: Some(false), hostless: Some(true), ..any() }, true),
            (AdminLobbyFilter { hostless: Some(false), ..any() }, false),
            (sized(Some(2), Some(2)), true),
            (sized(Some(3), None), false),
            (sized(None, Some(1)), false),
            (with("mode", None), true),
            (with("mode", Some("ranked")), true),
            (with("rounds", Some("13")), true),
            (with("rounds", Some("13.0")), true),
            (with("beta", Some("true")), true),
            (with("mode", Some("casual")), false),
            (with("mmr", Some("[1]")), false),
            (with("map", None), false),
        ] {
            assert_eq!(admits(&filter, &seen), is, "{filter:?}");
        }
    }
}
