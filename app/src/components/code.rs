//! A block of code to copy.

use leptos::prelude::*;

use crate::components::bar::Copy;

/// Code, ink in both themes, with a button that copies it once the page is hydrated.
#[component]
pub(crate) fn Code(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    view! {
        <div class="relative">
            <pre class="code" tabindex="0">{text}</pre>
            <Show when=move || ready.get()>
                <Copy text=move || text.get_untracked() label="Copy" icon="copy" class="copy" />
            </Show>
        </div>
    }
}
