//! Live parts of pages for players. The server writes the page; a module of its own takes over the part alone, so that it carries
//! nothing of what stands around it. What the part shows at first comes with it, as an attribute.

#[cfg(feature = "hydrate")]
pub use browser::take_over_part;
#[cfg(feature = "ssr")]
pub(crate) use server::live_part;

#[cfg(feature = "ssr")]
mod server {
    use leptos::prelude::*;
    use serde::Serialize;

    use crate::FormToken;

    /// A part by its name, what it shows at first, and that drawn.
    pub(crate) fn live_part<T, V>(
        name: &'static str,
        state: &T,
        draw: impl FnOnce(Option<String>) -> V,
    ) -> impl IntoView
    where
        T: Serialize,
        V: IntoView,
    {
        let token = use_context::<FormToken>().map(|FormToken(token)| token);
        // A part that cannot say what it shows is whole as it is.
        let state = serde_json::to_string(state).ok();
        let view = draw(token.clone());
        view! { <div data-part=name data-state=state data-token=token>{view}</div> }
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::mount::hydrate_from;
    use leptos::prelude::*;
    use leptos::wasm_bindgen::JsCast as _;
    use serde::de::DeserializeOwned;
    use web_sys::HtmlElement;

    use crate::pages::{FriendsPart, PlayPart};

    /// Takes over the live part of a page for players that the server wrote, and tells whether there is one.
    pub fn take_over_part() -> bool {
        let part = document().query_selector("[data-part]").ok().flatten();
        let Some(part) = part.and_then(|part| part.dyn_into::<HtmlElement>().ok()) else { return false };
        match part.get_attribute("data-part").as_deref() {
            Some("play") => hydrate(part, |state, token| view! { <PlayPart state token /> }.into_any()),
            Some("friends") => hydrate(part, |state, token| view! { <FriendsPart state token /> }.into_any()),
            _ => (),
        }
        true
    }

    /// A state that cannot be read comes from another version of the server: the page stays as it is.
    fn hydrate<T: DeserializeOwned + 'static>(part: HtmlElement, draw: fn(T, Option<String>) -> AnyView) {
        let state = part.get_attribute("data-state").and_then(|state| serde_json::from_str(&state).ok());
        let token = part.get_attribute("data-token");
        if let Some(state) = state {
            hydrate_from(part, move || draw(state, token)).forget();
        }
    }
}
