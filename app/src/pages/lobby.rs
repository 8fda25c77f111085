//! One lobby: who sits in it, what is said about it, and what happened in it. Its log is there still when it has closed.

use chrono::{DateTime, TimeDelta};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use wire::{ApiError, Lobby, LobbyEvent, LobbyId, Topic, UserId};

use crate::clock::{Clock, Lasting, exact};
use crate::components::{Act, Badge, Bones, Failed, Icon, Outcome, Toast};
use crate::fns::{self, Problem};
use crate::live::at_most_every_second;
use crate::pages::events::{Names, Part, Told, Watch, name};
use crate::pages::lobbies::badges;

use forms::{Metadata, Rules};
use seats::Seats;

mod forms;
mod seats;

/// For how long the way back from an act is offered, with what its page takes to load.
const OFFERED: TimeDelta = TimeDelta::seconds(15);

/// The lobby that the address names.
#[component]
pub(crate) fn OneLobby() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse().ok())));
    // No lobby has this number.
    let id = move || id.get().unwrap_or(LobbyId(0));
    let query = use_query_map();
    let part = Memo::new(move |_| query.with(|query| Part::by(query.get_str("log"), query.get_str("before"))));
    // Each asks one thing: what is asked after an answer may be asked by a page that was rendered already.
    let lobby = Resource::new(id, |id| async move { (id, fns::lobby(id).await) });
    let log = Resource::new(
        move || (id(), part.get()),
        |(id, part)| async move { (part, fns::lobby_events(id, part.kind, part.before).await) },
    );
    view! {
        <Transition fallback=Bones>
            {move || Suspend::new(async move {
                match lobby.await {
                    // Of one that is there the forms stay as they are while another part of its log is looked at.
                    (id, Ok(Some(lobby))) => view! { <Shown id lobby=Some(lobby) log /> }.into_any(),
                    (id, Ok(None)) => match log.await {
                        (part, Ok(log)) if log.is_empty() && part == Part::default() => failed(none()).into_any(),
                        _ => view! { <Shown id lobby=None log /> }.into_any(),
                    },
                    (_, Err(problem)) => failed(problem).into_any(),
                }
            })}
        </Transition>
    }
}

/// A part of a lobby's log, and which one it is.
type Log = Resource<(Part, Result<Vec<LobbyEvent>, Problem>)>;

fn none() -> Problem {
    #[cfg(feature = "ssr")]
    fns::set_status(404);
    Problem(ApiError::new("not_found", "There is no such lobby."))
}

fn failed(problem: Problem) -> impl IntoView {
    view! {
        <Title text="Lobby · GameServer" />
        <h1 class="sr-only">"Lobby"</h1>
        <Failed what="The lobby did not load" problem />
    }
}

/// The lobby as it is now; none once it has closed.
#[derive(Clone, Copy)]
struct Now(RwSignal<Option<Lobby>>);

impl Now {
    /// A part of it, drawn again only when that part changes.
    fn map<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&Lobby) -> T + Send + Sync + 'static,
    ) -> Memo<Option<T>> {
        // Boxed: the module then holds one memo for each type, not for each caller.
        let part: Box<dyn Fn(&Lobby) -> T + Send + Sync> = Box::new(part);
        Memo::new(move |_| self.0.with(|lobby| lobby.as_ref().map(&part)))
    }

    /// What everybody is called who was in it, as far as its log or its seats say.
    fn names(self, logged: RwSignal<Names>) -> Memo<Names> {
        Memo::new(move |before: Option<&Names>| {
            let mut names = before.cloned().unwrap_or_default();
            let mut learn = |who: UserId, name: &String| match names.iter_mut().find(|(id, _)| *id == who) {
                Some((_, known)) => known.clone_from(name),
                None => names.push((who, name.clone())),
            };
            logged.with(|logged| logged.iter().for_each(|(who, name)| learn(*who, name)));
            self.0.with(|lobby| {
                for member in lobby.iter().flat_map(|lobby| lobby.members.iter().flatten()) {
                    if let Some(name) = &member.display_name {
                        learn(member.user_id, name);
                    }
                }
            });
            names
        })
    }

    /// Takes in what the server says, unless something newer was said already.
    fn hear(self, said: Option<Lobby>) {
        self.0.try_maybe_update(|now| {
            let is_news = match (&now, &said) {
                (Some(now), Some(said)) => now.revision <= said.revision && now != said,
                (now, None) => now.is_some(),
                // It has closed, which is final.
                (None, Some(_)) => false,
            };
            if is_news {
                *now = said;
            }
            (is_news, ())
        });
    }
}

#[component]
fn Shown(id: LobbyId, lobby: Option<Lobby>, log: Log) -> impl IntoView {
    let now = Now(RwSignal::new(lobby.clone()));
    let is_there = now.map(|_| ());
    let ask = at_most_every_second(move || {
        spawn_local(async move {
            // What is shown stays while the server cannot be reached; the banner says so.
            if let Ok(said) = fns::lobby(id).await {
                now.hear(said);
            }
        });
    });
    let logged = RwSignal::new(Names::new());
    let names = now.names(logged);
    let heard = Callback::new(move |()| ask());
    let watch = move || {
        Suspend::new(async move {
            match log.await {
                (part, Ok(log)) => {
                    let called =
                        |event: &LobbyEvent| Some((LobbyEvent::concerns(&event.payload)?, event.name.clone()?));
                    logged.set(log.iter().filter_map(called).collect());
                    let log = log.into_iter().map(Told::from).collect();
                    view! {
                        // Over the foot of the page, by the name the log has.
                        <Undo id now names />
                        <Watch topic=Topic::Lobby(id) log part title="Event log" names heard />
                    }
                    .into_any()
                }
                (_, Err(problem)) => view! { <Failed what="The log did not load" problem /> }.into_any(),
            }
        })
    };
    let parts = lobby.map(|lobby| {
        view! {
            <Seats id now />
            <Metadata id now lobby=lobby.clone() />
            <Rules id now lobby />
        }
    });
    view! {
        <Head id now names />
        <Outcome />
        <Show when=move || is_there.get().is_none()>
            <div class="note mb-4" data-gone="">
                <Icon name="circle-off" />
                <p>"This lobby has closed. What happened in it stands below, for as long as its log is kept."</p>
            </div>
        </Show>
        <div class="grid gap-4 xl:grid-cols-2 items-start">
            <div class="grid gap-4 min-w-0" class:hidden=move || is_there.get().is_none()>
                {parts}
            </div>
            <div class="min-w-0">
                <Transition fallback=Bones>{watch}</Transition>
            </div>
        </div>
    }
}

#[component]
fn Head(id: LobbyId, now: Now, names: Memo<Names>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let title = now.map(|lobby| lobby.title.clone());
    let title = Memo::new(move |_| title.get().unwrap_or_else(|| format!("Lobby {id}")));
    let state = now.map(badges);
    let opened = now.map(|lobby| lobby.created_at);
    let host = now.map(|lobby| lobby.host_id);
    let host = move || Some([" · host ", &name(host.get()??, &names.get())].concat());
    let switch = now.map(|lobby| (lobby.is_locked, lobby.closing_at.is_some()));
    let acts = move || {
        let (is_locked, is_closing) = switch.get()?;
        let action = format!("/admin/lobbies/{id}/edit");
        let (label, icon, becomes) =
            if is_locked { ("Unlock", "door-open", "false") } else { ("Lock", "lock", "true") };
        let close = (!is_closing).then(|| {
            view! { <Act action=format!("/admin/lobbies/{id}/close") label="Close lobby" icon="trash-2" class="btn btn-danger btn-sm" /> }
        });
        Some(view! {
            <Act action label icon>
                <input type="hidden" name="is_locked" value=becomes />
            </Act>
            {close}
        })
    };
    view! {
        // By its number: what a title says is written as it is.
        <Title text=format!("Lobby {id} · GameServer") />
        <div class="flex flex-wrap items-end gap-x-4 gap-y-3 mb-5">
            <div class="min-w-0">
                <div class="flex flex-wrap items-center gap-x-3 gap-y-1.5">
                    <h1 class="wrap-any">{title}</h1>
                    {move || Badge::draw_all(state.get().unwrap_or_else(|| vec![Badge::CLOSED]))}
                </div>
                <p class="text-muted text-sm mt-0.5 num">
                    "Lobby " {id.to_string()}
                    {move || opened.get().map(|since| view! { " · open for " <Lasting since clock /> })}
                    {host}
                    " · " <a class="text-link" href="/admin/lobbies">"All lobbies"</a>
                </p>
            </div>
            <div class="sm:ml-auto flex flex-wrap items-center gap-2">{acts}</div>
        </div>
    }
}

/// The way back from what was done last, while there is one.
#[component]
fn Undo(id: LobbyId, now: Now, names: Memo<Names>) -> impl IntoView {
    let query = use_query_map();
    let clock = expect_context::<Clock>();
    let put_out = Memo::new(move |_| query.with(|query| put_out(query, clock)));
    let closing = now.map(|lobby| lobby.closing_at);
    move || {
        let action = move |act: &str| format!("/admin/lobbies/{id}/{act}");
        // None: it has closed, and there is no seat in it.
        let closing = closing.get()?;
        Some(match (closing, put_out.get()) {
            (Some(at), _) => view! {
                <Toast said=format!("This lobby closes at {}.", exact(at)) is_due=true>
                    <Act action=action("keep-open") label="Keep it open" icon="door-open" class="btn btn-primary btn-sm" />
                </Toast>
            }
            .into_any(),
            (None, Some(whom)) => view! {
                <Toast said=Signal::derive(move || format!("{} was put out.", name(whom, &names.get())))>
                    <Act action=action("reseat") label="Undo" icon="refresh-cw" class="btn btn-primary btn-sm">
                        <input type="hidden" name="user_id" value=whom.to_string() />
                    </Act>
                </Toast>
            }
            .into_any(),
            (None, None) => ().into_any(),
        })
    }
}

/// Who was put out a moment ago, as the address says. One that is loaded again tomorrow offers nothing any more.
fn put_out(query: &ParamsMap, clock: Clock) -> Option<UserId> {
    let at = query.get_str("at").and_then(|at| at.parse().ok()).and_then(|at| DateTime::from_timestamp(at, 0))?;
    let is_recent = clock.passed(at).abs() <= OFFERED;
    (query.get_str("done") == Some("kicked") && is_recent).then_some(())?;
    query.get_str("whom")?.parse().ok()
}
