//! The start page.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{Auth, Failed, Icon};
use crate::fns;

/// What runs here, and where to go.
#[component]
pub(crate) fn Home() -> impl IntoView {
    let viewer = Resource::new(|| (), |()| fns::viewer());
    view! {
        <Title text="GameServer" />
        <Auth>
            <h1 class="auth-title">"A game server runs here."</h1>
            <p class="text-muted text-md mt-1 mb-6">"It signs players in, seats them in lobbies and tells everybody at once."</p>
            <Suspense>
                {move || Suspend::new(async move {
                    match viewer.await {
                        Ok(Some(viewer)) if viewer.is_admin => {
                            view! { <a class="btn btn-primary btn-lg w-full" href="/admin">"Open the dashboard"</a> }.into_any()
                        }
                        Ok(Some(viewer)) => {
                            view! {
                                <p class="mb-4">"You are signed in as " <b class="font-medium">{viewer.name}</b> "."</p>
                                <form method="post" action="/users/log-out">
                                    <button class="btn btn-quiet btn-lg w-full"><Icon name="log-out" />"Sign out"</button>
                                </form>
                            }
                                .into_any()
                        }
                        Ok(None) => {
                            view! { <a class="btn btn-primary btn-lg w-full" href="/users/log-in">"Sign in"</a> }.into_any()
                        }
                        Err(problem) => view! { <Failed what="Who you are could not be checked" problem /> }.into_any(),
                    }
                })}
            </Suspense>
            <p class="text-center text-sm text-muted mt-6">
                "Games talk to " <a class="text-link mono" href="/api/v1/health" rel="external">"/api/v1"</a> "."
            </p>
        </Auth>
    }
}
