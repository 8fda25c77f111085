//! Counting again when something happens, but not for every single thing.

use std::time::Duration;

use leptos::prelude::*;

/// A function that runs `work` when called: at once if the last run is a second ago, else when it will be, once for all
/// calls until then. A hidden tab waits until it is looked at.
pub(crate) fn at_most_every_second(work: impl Fn() + Clone + 'static) -> impl Fn() + Clone + 'static {
    let last = StoredValue::new(f64::NEG_INFINITY);
    let due = StoredValue::new(false);
    move || {
        if due.try_get_value() != Some(false) {
            return;
        }
        due.set_value(true);
        let wait = (last.get_value() + 1000.0 - js_sys::Date::now()).clamp(0.0, 1000.0);
        let work = work.clone();
        set_timeout(
            move || {
                // No frame is drawn in a hidden tab, so the work waits with it.
                request_animation_frame(move || {
                    if due.try_get_value() == Some(true) {
                        due.set_value(false);
                        last.set_value(js_sys::Date::now());
                        work();
                    }
                });
            },
            Duration::from_secs_f64(wait / 1000.0),
        );
    }
}
