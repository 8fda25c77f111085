//! The entry of the WASM module for players, who need nothing of the dashboard: takes over the live part of a page.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the live part of the page the server rendered.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::take_over_part();
}

/// Nothing: the page says when it is there to be taken over.
fn main() {}
