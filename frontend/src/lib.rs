//! The entry of the WASM module: takes over the page the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page the server rendered.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::take_over();
}
