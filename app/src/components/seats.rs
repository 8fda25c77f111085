//! Seats: one square each, lit when taken; a meter where there are too many to count at a glance.

use std::fmt::Write as _;

use leptos::prelude::*;

/// Above this a meter stands for the squares.
const SQUARES: i64 = 12;

/// The seats of a lobby, with the figure beside them.
#[component]
pub(crate) fn Seats(
    /// Taken, and in all.
    #[prop(into)]
    of: Signal<(i64, i64)>,
) -> impl IntoView {
    let label = move || {
        let (taken, all) = of.get();
        format!("{taken} of {all} seats taken")
    };
    let taken = Memo::new(move |_| of.get().0);
    let all = Memo::new(move |_| of.get().1);
    let full = move || taken.get() >= all.get();
    let picture = move || {
        let all = all.get();
        if all <= SQUARES {
            view! {
                <svg class="pips" class:full=full viewBox=format!("0 0 {} 9", all * 11 - 2) width=all * 11 - 2 height="9">
                    <path class="on" d=move || squares(0, taken.get().min(all)) />
                    <path class="off" d=move || squares(taken.get().min(all), all) />
                </svg>
            }
            .into_any()
        } else {
            view! {
                <svg class="pips" class:full=full viewBox="0 0 104 8" width="104" height="8">
                    <rect class="rest" width="104" height="8" rx="2" />
                    <rect class="on" width=move || taken.get().min(all) * 104 / all height="8" rx="2" />
                </svg>
            }
            .into_any()
        }
    };
    view! {
        <span class="flex items-center gap-2.5">
            <span class="flex" role="img" aria-label=label>
                {picture}
            </span>
            <span class="num text-xs" aria-hidden="true">
                {taken}
                <span class="text-muted">"/" {all}</span>
            </span>
        </span>
    }
}

/// The squares of some seats.
fn squares(from: i64, to: i64) -> String {
    let mut path = String::new();
    for seat in from..to {
        // Writing to a string does not fail.
        let _ = write!(path, "M{0}.5 1.5a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1z", seat * 11);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_seat_is_one_square() {
        assert_eq!(squares(0, 8).matches('z').count(), 8);
        assert!(squares(7, 8).starts_with("M77.5 1.5"));
        assert_eq!(squares(4, 4), "");
    }
}
