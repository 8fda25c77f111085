//! The layout of pages one comes to from outside: art beside the form.

use leptos::prelude::*;

use crate::components::sky::Sky;
use crate::components::{Brand, Foot};
use crate::game::Game;

/// Art at the left from 1024 px, what there is to do beside it.
#[component]
pub(crate) fn Auth(children: Children) -> impl IntoView {
    let theme = Game::theme();
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <div class="min-h-dvh grid lg:grid-cols-[minmax(0,1fr)_minmax(0,1.05fr)]">
            <aside class="art" aria-label=theme.title.clone()>
                <Sky class="sky" />
                <a href="/" class="relative flex items-center gap-2.5 self-start max-w-full"><Brand /></a>
                <div class="relative">
                    <p class="display text-3xl text-balance">{theme.tagline.clone()}</p>
                    <p class="mt-3 text-md art-line clamp">{theme.description.clone()}</p>
                </div>
            </aside>
            <div class="flex flex-col min-h-dvh min-w-0 bg-base-100">
                <header class="flex items-center p-5 lg:p-6 min-h-19">
                    <a href="/" class="auth-brand lg:hidden flex items-center gap-2.5 min-w-0"><Brand /></a>
                </header>
                <main id="main" tabindex="-1" class="flex-1 grid place-items-center px-5 pb-8">
                    <div class="w-full max-w-[25rem]">{children()}</div>
                </main>
                <Foot class="p-5" />
            </div>
        </div>
    }
}
