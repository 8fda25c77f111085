//! A picture for everybody: five by five pixels, mirrored, from the user's id.

use std::fmt::Write as _;

use leptos::prelude::*;
use wire::{Face, UserId};

/// The eight hues, ground and figure, each with the chroma that looks alike beside the others.
const HUES: [(&str, &str); 8] = [
    ("oklch(0.36 0.075 20)", "oklch(0.84 0.11 20)"),
    ("oklch(0.36 0.065 60)", "oklch(0.85 0.11 60)"),
    ("oklch(0.36 0.06 100)", "oklch(0.87 0.12 100)"),
    ("oklch(0.36 0.07 145)", "oklch(0.86 0.13 145)"),
    ("oklch(0.36 0.056 205)", "oklch(0.85 0.09 205)"),
    ("oklch(0.36 0.062 240)", "oklch(0.85 0.1 240)"),
    ("oklch(0.36 0.075 285)", "oklch(0.82 0.1 285)"),
    ("oklch(0.36 0.068 330)", "oklch(0.85 0.11 330)"),
];

/// The picture of a user.
#[component]
pub(crate) fn Avatar(
    id: UserId,
    /// Another size.
    #[prop(default = "av")]
    class: &'static str,
) -> impl IntoView {
    let seed = scatter(id);
    let (ground, figure) = HUES[usize::from(seed.to_le_bytes()[7] & 7)];
    view! {
        <svg class=class viewBox="0 0 7 7" shape-rendering="crispEdges" aria-hidden="true">
            <path fill=ground d="M0 0h7v7h-7z" />
            <path fill=figure d=pixels(seed) />
        </svg>
    }
}

/// The picture a player uploaded, or else the one everybody has.
#[component]
pub(crate) fn Portrait(face: Face, #[prop(default = "av")] class: &'static str) -> impl IntoView {
    match face.picture {
        Some(url) => view! { <img class=class src=url alt="" /> }.into_any(),
        None => view! { <Avatar id=face.id class /> }.into_any(),
    }
}

/// Neighbouring ids must not look alike: every bit of the id changes half of the seed's (splitmix64).
fn scatter(id: UserId) -> u64 {
    let mut seed = id.0.cast_unsigned().wrapping_add(0x9e37_79b9_7f4a_7c15);
    seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    seed ^ (seed >> 31)
}

/// The lit pixels: three columns from the seed's bits, the outer two mirrored.
fn pixels(seed: u64) -> String {
    // Never an empty picture, nor a lone pixel: few lit ones change places with the dark ones.
    let lit = seed & 0x7fff;
    let bits = if lit.count_ones() < 5 { lit ^ 0x7fff } else { lit };
    let mut path = String::new();
    for row in 0..5 {
        for column in 0..3 {
            if bits >> (row * 3 + column) & 1 == 1 {
                for x in [Some(column + 1), (column < 2).then_some(5 - column)].into_iter().flatten() {
                    // Writing to a string does not fail.
                    let _ = write!(path, "M{x} {}h1v1h-1z", row + 1);
                }
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_mirrored_and_never_empty() {
        assert_eq!(
            pixels(0b000_000_000_011_111),
            "M1 1h1v1h-1zM5 1h1v1h-1zM2 1h1v1h-1zM4 1h1v1h-1zM3 1h1v1h-1zM1 2h1v1h-1zM5 2h1v1h-1zM2 2h1v1h-1zM4 2h1v1h-1z"
        );
        assert_eq!(pixels(0).matches('z').count(), 25);
    }

    #[test]
    fn neighbours_look_different() {
        let pictures: std::collections::HashSet<_> = (1..200).map(|id| pixels(scatter(UserId(id)))).collect();
        assert!(pictures.len() > 190);
    }
}
