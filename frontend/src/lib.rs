//! The entry of the dashboard's WASM module: takes over the page the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page the server rendered. Tools that know one module only build it with `parts`, and it takes over what
/// `parts.rs` does as well.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    if cfg!(feature = "parts") && app::take_over_part() {
        return;
    }
    app::take_over();
}
