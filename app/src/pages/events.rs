//! What is told on a topic, as it is told; of a lobby also what happened before, from its log.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use wire::{LobbyEvent, Topic};

use crate::address::address;
use crate::components::{Bones, CopyView, Empty, Failed, FilterBar, Heading, Segment};
use crate::fns::{self, Problem};

pub(super) use sentence::{Names, name};
pub(super) use told::Told;
pub(super) use watch::{Part, Watch};

mod lines;
mod sentence;
mod told;
mod watch;

const PATH: &str = "/admin/events";
/// Topics that are there on every server.
const ALWAYS: [&str; 4] = ["lobbies", "admin:lobbies", "admin:users", "admin:connections"];

/// The events of the topic that the address names.
#[component]
pub(crate) fn Events() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let topic = query.with(|query| query.get("topic")).unwrap_or_default();
        topic.trim().to_owned()
    });
    let segment = |name: &'static str| Segment {
        label: name,
        count: None,
        href: Signal::stored(address(PATH, &[("topic", Some(name))])),
        current: Signal::derive(move || asked.with(|asked| asked == name)),
    };
    // The log is read before the page is sent: what happened in a lobby is there without a script, too.
    let log = Resource::new(move || asked.get(), logged);
    view! {
        <Title text="Events · GameServer" />
        <Heading
            title="Events"
            line=|| "What is told on a topic, as its members hear it. Looking at a lobby or a player is noted in the audit log."
            actions=CopyView
        />
        <FilterBar
            path=PATH
            name="topic"
            label="Topic, as in lobby:7"
            value=asked
            keep=Vec::new()
            kind="Topics"
            segments=ALWAYS.map(segment).into()
        />
        <Transition fallback=Bones>
            {move || Suspend::new(async move {
                let log = log.await;
                let asked = asked.get_untracked();
                match (asked.parse(), log) {
                    (Ok(topic), Ok(log)) => view! { <Watch topic log=log.into_iter().map(Told::from).collect() title="Told" /> }.into_any(),
                    (Ok(_), Err(problem)) => view! { <Failed what="The log did not load" problem /> }.into_any(),
                    (Err(_), _) => none(&asked).into_any(),
                }
            })}
        </Transition>
    }
}

/// What happened in a lobby; of other topics nothing is kept.
async fn logged(topic: String) -> Result<Vec<LobbyEvent>, Problem> {
    match topic.parse() {
        Ok(Topic::Lobby(lobby)) => fns::lobby_events(lobby, None, None).await,
        _ => Ok(Vec::new()),
    }
}

fn none(asked: &str) -> impl IntoView {
    let title = if asked.is_empty() { "Choose a topic" } else { "There is no such topic" };
    view! {
        <section class="panel">
            <Empty icon="radio" title>
                <p>"A lobby's is " <code class="meta-chip">"lobby:7"</code> ", a player's " <code class="meta-chip">"user:40"</code> "."</p>
            </Empty>
        </section>
    }
}

fn none_yet() -> impl IntoView {
    view! {
        <Empty icon="radio" title="Nothing was told yet">
            <p>"What happens from now on stands here. Without a script, load the page again."</p>
        </Empty>
    }
}
