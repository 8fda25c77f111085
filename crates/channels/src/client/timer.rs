//! The page's timers.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Window;

/// A callback to come. Dropping it calls it off.
pub(super) struct Timer {
    id: i32,
    callback: Option<Closure<dyn FnMut()>>,
}

impl Timer {
    pub(super) fn after(milliseconds: u32, callback: impl FnOnce() + 'static) -> Self {
        let callback = Closure::once(callback);
        let id = set_timeout(callback.as_ref().unchecked_ref(), milliseconds);
        Self { id, callback: Some(callback) }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // Harmless once it has fired: the page never gives a number twice.
        window().clear_timeout_with_handle(self.id);
        free_later(self.callback.take());
    }
}

/// Drops something on a later turn of the event loop: a callback must not be freed while it runs, and what drops it is
/// often the callback itself.
pub(super) fn free_later<T: 'static>(thing: T) {
    // Frees itself by being called.
    let callback = Closure::once_into_js(move || drop(thing));
    set_timeout(callback.unchecked_ref(), 0);
}

pub(super) fn window() -> Window {
    web_sys::window().expect("this client lives in a page, and a page has a window")
}

fn set_timeout(callback: &js_sys::Function, milliseconds: u32) -> i32 {
    let milliseconds = i32::try_from(milliseconds).unwrap_or(i32::MAX);
    window()
        .set_timeout_with_callback_and_timeout_and_arguments_0(callback, milliseconds)
        .expect("setting a timer with a function and a number cannot fail")
}
