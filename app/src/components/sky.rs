//! The art of pages for players: squares crossing a night sky.

use std::fmt::Write as _;

use leptos::prelude::*;

const WIDTH: i32 = 36;
const HEIGHT: i32 = 44;

/// Squares that fall from the upper right: where the bright end is, and how long the tail.
const STREAKS: [(i32, i32, i32); 9] = [
    (6, 11, 8),
    (13, 5, 10),
    (15, 11, 9),
    (31, 8, 6),
    (8, 24, 14),
    (22, 28, 15),
    (15, 31, 12),
    (4, 33, 8),
    (25, 17, 7),
];

/// How bright a square can be.
const SHADES: [&str; 6] = ["0.07", "0.14", "0.26", "0.42", "0.62", "0.92"];

/// The night sky. It is the same on every page.
#[component]
pub(crate) fn Sky(class: &'static str) -> impl IntoView {
    let mut paths: [String; 6] = Default::default();
    let mut square = |x: i32, y: i32, shade: usize| {
        if (0..WIDTH).contains(&x) && (0..HEIGHT).contains(&y) {
            // Writing to a string does not fail.
            let _ = write!(paths[shade.min(5)], "M{x}.2 {y}.1h.6l.1 .1v.6l-.1 .1h-.6l-.1-.1v-.6z");
        }
    };
    // Dust: a fixed sequence, so that it stays where it is.
    let mut seed: u32 = 7;
    for _ in 0..110 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let x = (seed >> 8) % 36;
        let y = (seed >> 16) % 44;
        square(x.cast_signed(), y.cast_signed(), usize::from(seed >> 28 > 11));
    }
    for (x, y, length) in STREAKS {
        for step in 0..length {
            // Only the head is bright.
            let fade = (step * 5 / length).unsigned_abs() as usize + usize::from(step > 0);
            square(x + step, y - step, 5_usize.saturating_sub(fade));
        }
    }
    view! {
        <svg class=class viewBox="0 0 36 44" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
            {paths.into_iter().zip(SHADES).map(|(d, shade)| view! { <path d=d opacity=shade /> }).collect_view()}
        </svg>
    }
}
