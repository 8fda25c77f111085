//! The art beside the sign-in form: squares crossing a night sky.

use std::fmt::Write as _;

use leptos::prelude::*;

const WIDTH: i32 = 36;
const HEIGHT: i32 = 44;

/// Squares that fall from the upper right: where the bright end is, and how long the tail.
const STREAKS: [(i32, i32, i32); 9] =
    [(6, 11, 7), (13, 5, 9), (14, 12, 5), (15, 10, 8), (31, 8, 4), (8, 24, 11), (22, 29, 14), (15, 31, 10), (3, 34, 8)];

/// How bright a square can be.
const SHADES: [&str; 6] = ["0.07", "0.14", "0.25", "0.4", "0.6", "0.9"];

/// The night sky. It is the same on every page and on both sides.
#[component]
pub(crate) fn Sky() -> impl IntoView {
    let mut paths: [String; 6] = Default::default();
    let mut square = |x: i32, y: i32, shade: usize| {
        if (0..WIDTH).contains(&x) && (0..HEIGHT).contains(&y) {
            // Writing to a string does not fail.
            let _ = write!(paths[shade.min(5)], "M{x}.2 {y}.1h.6l.1 .1v.6l-.1 .1h-.6l-.1-.1v-.6z");
        }
    };
    // Dust: a fixed sequence, so that both sides draw the same.
    let mut seed: u32 = 7;
    for _ in 0..110 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let x = (seed >> 8) % 36;
        let y = (seed >> 16) % 44;
        square(x.cast_signed(), y.cast_signed(), usize::from(seed >> 28 > 11));
    }
    for (x, y, length) in STREAKS {
        for step in 0..length {
            let fade = (step * 6 / length).clamp(0, 5).unsigned_abs() as usize;
            square(x + step, y - step, 5 - fade);
        }
    }
    view! {
        <svg class="sky" viewBox="0 0 36 44" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
            {paths.into_iter().zip(SHADES).map(|(d, shade)| view! { <path d=d opacity=shade /> }).collect_view()}
        </svg>
    }
}
