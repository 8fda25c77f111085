//! The frame of the dashboard: rail, top bar, and what every page in it shares.

use leptos::html::{Input, Main};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_navigate};
use web_sys::HtmlInputElement;
use wire::{ApiError, Overview, Topic};

use crate::clock::Clock;
use crate::components::{Failed, FreshToken, Rail, Refused, Topbar};
use crate::fns::{self, Problem, Seat};
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
        // Boxed: the module then holds one memo for each type, not for each caller.
        let part: Box<dyn Fn(&Overview) -> T + Send + Sync> = Box::new(part);
        Memo::new(move |_| self.0.with(|counts| part(counts)))
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

/// Who looks, and the counts. The server asks for an admin before it counts.
async fn entry() -> Result<(Seat, Overview), Problem> {
    let counts = fns::overview().await?;
    match fns::viewer().await? {
        Some(seat) => Ok((seat, counts)),
        None => Err(Problem(ApiError::new("authentication_required", "You are signed out. Sign in again to go on."))),
    }
}

/// The dashboard, for admins: to others the server gives another page.
#[component]
pub(crate) fn Admin() -> impl IntoView {
    let entry = Resource::new(|| (), |()| entry());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match entry.await {
                    Ok((seat, counts)) => view! { <Frame seat counts /> }.into_any(),
                    Err(problem) => {
                        view! {
                            <main id="main" class="p-4 lg:p-6">
                                <h1 class="sr-only">"Dashboard"</h1>
                                <Failed what="The dashboard did not load" problem />
                            </main>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn Frame(seat: Seat, counts: Overview) -> impl IntoView {
    let Seat { viewer, form_token, typed } = seat;
    FreshToken::provide(form_token);
    Refused::provide(typed);
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

/// `g` and a letter go places, `/` goes to the search of a list; Escape closes the drawer and leaves the focus on its switch.
fn go_places(drawer: NodeRef<Input>) {
    let navigate = use_navigate();
    let goes = StoredValue::new(false);
    on_key(move |key, event| {
        let went = goes.try_get_value().unwrap_or_default();
        goes.try_set_value(key == "g");
        match key {
            "o" if went => navigate("/admin", NavigateOptions::default()),
            "l" if went => navigate("/admin/lobbies", NavigateOptions::default()),
            "u" if went => navigate("/admin/users", NavigateOptions::default()),
            "/" => {
                if let Some(search) = search_field() {
                    // Or it would be written there.
                    event.prevent_default();
                    let _ = search.focus();
                    search.select();
                }
            }
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

/// The field that searches the list on the page, where there is one that can be reached.
fn search_field() -> Option<HtmlInputElement> {
    let is_covered = document().query_selector("dialog:modal").ok().flatten().is_some();
    let field = document().query_selector("main [role='search'] input[type='search']").ok().flatten()?;
    field.dyn_into().ok().filter(|_| !is_covered)
}

fn close(drawer: NodeRef<Input>) {
    if let Some(drawer) = drawer.get_untracked() {
        drawer.set_checked(false);
    }
}
