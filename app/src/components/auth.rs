//! The layout of pages one comes to from outside: art beside the form.

use leptos::prelude::*;

use crate::components::sky::Sky;
use crate::components::{Mark, ThemeSwitch, Wordmark};

/// Art at the left from 1024 px, what there is to do beside it.
#[component]
pub(crate) fn Auth(children: Children) -> impl IntoView {
    view! {
        <a class="skip" href="#main" rel="external">"Skip to content"</a>
        <div class="min-h-dvh grid lg:grid-cols-[minmax(0,1fr)_minmax(0,1.05fr)]">
            <aside class="art" aria-label="GameServer">
                <Sky />
                <a href="/" class="relative flex items-center gap-2.5 self-start"><Wordmark /></a>
                <div class="relative">
                    <p class="display text-3xl">"Every seat," <br /> "live."</p>
                    <p class="mt-3 text-md art-line">"Players sign in, meet in lobbies and play. You watch it happen."</p>
                </div>
            </aside>
            <div class="flex flex-col min-h-dvh bg-base-100">
                <header class="flex items-center p-5 lg:p-6">
                    <a href="/" class="auth-brand lg:hidden flex items-center gap-2.5"><Wordmark /></a>
                    <span class="ml-auto"><ThemeSwitch /></span>
                </header>
                <main id="main" tabindex="-1" class="flex-1 grid place-items-center px-5 pb-8">
                    <div class="w-full max-w-[25rem]">{children()}</div>
                </main>
                <footer class="p-5">
                    <p class="text-xs text-muted flex items-center justify-center gap-1.5">
                        <Mark class="w-3.5 h-3.5" />
                        "Runs on GameServer"
                    </p>
                </footer>
            </div>
        </div>
    }
}
