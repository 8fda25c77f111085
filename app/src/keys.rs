//! The keyboard: single keys act wherever no text is being written.

use leptos::ev::{KeyboardEvent, keydown};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// Runs `on` for every key pressed outside of text fields, without a modifier, while the part that asks is shown.
pub(crate) fn on_key(on: impl Fn(&str, &KeyboardEvent) + Clone + 'static) {
    Effect::new(move |_| {
        let on = on.clone();
        let handle = window_event_listener(keydown, move |event| {
            let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
            if !modified && !event.default_prevented() && !writes_text(&event) {
                on(&event.key(), &event);
            }
        });
        on_cleanup(move || handle.remove());
    });
}

fn writes_text(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return false };
    let checkable = target.get_attribute("type").is_some_and(|kind| kind == "checkbox" || kind == "radio");
    let tag = target.tag_name();
    target.is_content_editable() || matches!(tag.as_str(), "TEXTAREA" | "SELECT") || (tag == "INPUT" && !checkable)
}
