//! The frame of the dashboard: rail, top bar, and what every page in it shares.

use leptos::html::{Input, Main};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_navigate};
use serde::{Deserialize, Serialize};
use wire::{Overview, Topic, Viewer};

use crate::clock::Clock;
use crate::components::{Auth, Failed, Icon, Rail, Topbar};
use crate::fns::{self, Problem};
use crate::keys::on_key;
use crate::live::{Heard, Live, at_most_every_second, listen};

/// The counts shown all over the dashboard. They follow what happens, at most once a second.
#[derive(Clone, Copy)]
pub(crate) struct Counts(RwSignal<Overview>);

impl Counts {
    /// A part of the counts, drawn again only when that part changes.
    pub(crate) fn map<T>(self, part: impl Fn(&Overview) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.0.with(&part))
    }

    /// The counts as they are now, for what is decided once.
    pub(crate) fn now(self) -> Overview {
        self.0.get_untracked()
    }

    fn follow(self) {
        let count = at_most_every_second(move || {
            spawn_local(async move {
                // The old counts stay while the server cannot be reached; the banner says so.
                if let Ok(counts) = fns::overview().await {
                    self.0.try_set(counts);
                }
            });
        });
        for topic in [Topic::AdminLobbies, Topic::AdminUsers] {
            let count = count.clone();
            listen(topic, move |heard| {
                if !matches!(heard, Heard::Refused) {
                    count();
                }
            });
        }
    }
}

/// Who comes to the dashboard.
#[derive(Clone, Serialize, Deserialize)]
enum Entry {
    Admin(Viewer, Box<Overview>),
    SomebodyElse(Viewer),
    Nobody,
}

async fn entry() -> Result<Entry, Problem> {
    match fns::viewer().await? {
        Some(viewer) if viewer.is_admin => Ok(Entry::Admin(viewer, Box::new(fns::overview().await?))),
        Some(viewer) => Ok(Entry::SomebodyElse(viewer)),
        None => Ok(Entry::Nobody),
    }
}

/// Lets admins in, and tells others why not.
#[component]
pub(crate) fn Admin() -> impl IntoView {
    let entry = Resource::new(|| (), |()| entry());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match entry.await {
                    Ok(Entry::Admin(viewer, counts)) => view! { <Frame viewer counts=*counts /> }.into_any(),
                    Ok(Entry::SomebodyElse(viewer)) => view! { <Forbidden viewer /> }.into_any(),
                    Ok(Entry::Nobody) => view! { <SignedOut /> }.into_any(),
                    Err(problem) => {
                        view! {
                            <Auth>
                                <h1 class="sr-only">"Dashboard"</h1>
                                <Failed what="The dashboard did not load" problem />
                            </Auth>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn Frame(viewer: Viewer, counts: Overview) -> impl IntoView {
    provide_context(Clock::from(counts.now));
    let counts = Counts(RwSignal::new(counts));
    provide_context(counts);
    Live::provide();
    counts.follow();

    let drawer = NodeRef::<Input>::new();
    let main = NodeRef::<Main>::new();
    go_places(drawer);
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        // On a new page the drawer has done its work, and reading starts at the top.
        if before.is_some_and(|before| before != path) {
            close(drawer);
            if let Some(main) = main.get_untracked() {
                let _ = main.focus();
            }
        }
        path
    });
    view! {
        <a class="skip" href="#main" rel="external">"Skip to content"</a>
        <div class="frame">
            <div class="frame-side">
                <label for="nav" class="frame-shade" aria-hidden="true"></label>
                <Rail />
            </div>
            <div class="flex flex-col min-w-0 min-h-dvh">
                <Topbar viewer drawer />
                <main id="main" tabindex="-1" class="flex-1 p-4 lg:p-6 max-w-[96rem] w-full" node_ref=main>
                    <Outlet />
                </main>
            </div>
        </div>
    }
}

/// `g` and a letter go places; Escape closes the drawer and leaves the focus on its switch.
fn go_places(drawer: NodeRef<Input>) {
    let navigate = use_navigate();
    let goes = StoredValue::new(false);
    on_key(move |key, _| {
        let went = goes.try_get_value().unwrap_or_default();
        goes.try_set_value(key == "g");
        match key {
            "o" if went => navigate("/admin", NavigateOptions::default()),
            "l" if went => navigate("/admin/lobbies", NavigateOptions::default()),
            "u" if went => navigate("/admin/users", NavigateOptions::default()),
            "Escape" => {
                if let Some(switch) = drawer.get_untracked()
                    && switch.checked()
                {
                    switch.set_checked(false);
                    let _ = switch.focus();
                }
            }
            _ => (),
        }
    });
}

fn close(drawer: NodeRef<Input>) {
    if let Some(drawer) = drawer.get_untracked() {
        drawer.set_checked(false);
    }
}

#[component]
fn Forbidden(viewer: Viewer) -> impl IntoView {
    fns::set_status(403);
    view! {
        <Title text="Not for this account · GameServer" />
        <Auth>
            <h1 class="auth-title">"This is for admins."</h1>
            <p class="text-md text-muted mt-2 mb-6">
                "You are signed in as " <b class="text-base-content font-medium">{viewer.name}</b>
                ", and that account may not open the dashboard. Sign in with another one, or ask an admin."
            </p>
            <form method="post" action="/users/log-out">
                <button class="btn btn-primary btn-lg w-full">
                    <Icon name="log-out" />
                    "Sign out"
                </button>
            </form>
            <p class="text-center text-sm mt-6"><a class="text-link" href="/">"Back to the start page"</a></p>
        </Auth>
    }
}

#[component]
fn SignedOut() -> impl IntoView {
    let path = use_location().pathname;
    let href = move || crate::address::address("/users/log-in", &[("next", Some(&path.get()))]);
    view! {
        <Title text="Signed out · GameServer" />
        <Auth>
            <h1 class="auth-title">"You are signed out."</h1>
            <p class="text-md text-muted mt-2 mb-6">"Sign in again to go on where you were."</p>
            <a class="btn btn-primary btn-lg w-full" href=href>"Sign in"</a>
        </Auth>
    }
}
