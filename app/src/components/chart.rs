//! Charts: pure functions from points to SVG. No width is ever measured, so server and browser draw the same.
//!
//! A chart's values stand in slots of equal width, the newest at the right; an empty slot is a gap in the line.

use std::fmt::Write as _;

use leptos::prelude::*;

/// The side of a plot, in hundredths: coordinates are whole numbers, so that both sides round alike.
const SIDE: i64 = 10_000;
/// The lines across a plot, the lowest at zero.
const GRID: i64 = 4;

/// The values of one series, a slot each.
pub(crate) type Slots = Vec<Option<i64>>;

/// A small line scaled to its own range, under a figure that says the same.
#[component]
pub(crate) fn Sparkline(values: Signal<Slots>) -> impl IntoView {
    let range = move || {
        values.with(|values| {
            let all = || values.iter().flatten().copied();
            (all().min().unwrap_or(0), all().max().unwrap_or(0))
        })
    };
    let paths = Memo::new(move |_| {
        let (low, high) = range();
        // A line that does not move lies in the middle of nothing: at the foot.
        values.with(|values| (area(values, low, high.max(low + 1)), line(values, low, high.max(low + 1))))
    });
    view! {
        <svg class="spark" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            <path class="c-area" d=move || paths.get().0 />
            <path class="c-line" d=move || paths.get().1 />
        </svg>
    }
}

/// Lines over a common scale, each with its class.
#[component]
pub(crate) fn Lines(lines: Vec<(&'static str, Signal<Slots>)>, top: Signal<i64>) -> impl IntoView {
    let draw = |(class, values): (&'static str, Signal<Slots>)| {
        view! { <path class=class d=move || values.with(|values| line(values, 0, top.get())) /> }
    };
    lines.into_iter().map(draw).collect_view()
}

/// Bars over a scale of their own.
#[component]
pub(crate) fn Bars(values: Signal<Slots>, top: Signal<i64>) -> impl IntoView {
    view! { <path class="c-bar" d=move || values.with(|values| bars(values, top.get())) /> }
}

/// The name of a line beside the title of its chart.
#[component]
pub(crate) fn Key(class: &'static str, label: &'static str) -> impl IntoView {
    view! { <span class=format!("key {class}")>{label}</span> }
}

/// A plot with its axes, a summary in words, and its values as a table.
#[component]
pub(crate) fn Chart(
    /// What the chart shows, in a sentence.
    summary: Signal<String>,
    /// The value of the topmost line, and how values are written at the axis.
    top: Signal<i64>,
    write: fn(i64) -> String,
    /// The words under the plot, from left to right.
    times: Signal<Vec<String>>,
    /// The heads of the table, and its rows as HTML; they hold figures only.
    heads: &'static [&'static str],
    rows: Signal<String>,
    /// What is drawn, in a square of 100.
    children: Children,
) -> impl IntoView {
    let grid = "M0 0H100M0 25H100M0 50H100M0 75H100M0 100H100";
    let values = move || {
        let label = |n| view! { <span>{write(top.get() * (GRID - n) / GRID)}</span> };
        (0..=GRID).map(label).collect_view()
    };
    let words = move || times.get().into_iter().map(|time| view! { <span>{time}</span> }).collect_view();
    view! {
        <figure class="panel-body">
            <div class="plot" role="img" aria-label=summary>
                <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                    <path class="c-grid" d=grid />
                    {children()}
                </svg>
                <div class="ylab" aria-hidden="true">{values}</div>
            </div>
            <div class="xlab" aria-hidden="true">{words}</div>
            <details class="values">
                <summary>"Show values"</summary>
                <div class="values-scroll" tabindex="0" role="region" aria-label="Values">
                    <table class="table dense">
                        <thead>
                            <tr>{heads.iter().map(|head| view! { <th scope="col" class="r">{*head}</th> }).collect_view()}</tr>
                        </thead>
                        <tbody inner_html=rows></tbody>
                    </table>
                </div>
            </details>
        </figure>
    }
}

/// A top of the scale that the values fit under, with round figures at the lines below it.
pub(crate) fn scale(highest: i64) -> i64 {
    let mut unit = 1;
    loop {
        // Tenths of the unit, where there are whole ones.
        let steps: &[i64] = if unit == 1 { &[10, 20, 30, 40, 50] } else { &[10, 15, 20, 25, 30, 40, 50, 60, 80] };
        if let Some(step) = steps.iter().map(|step| unit * step / 10).find(|step| highest <= step * GRID) {
            return step * GRID;
        }
        unit *= 10;
    }
}

/// Runs of neighbours that have a value: their slots and values.
fn runs(values: &[Option<i64>]) -> impl Iterator<Item = Vec<(i64, i64)>> {
    let mut slot = 0;
    values.split(Option::is_none).filter_map(move |run| {
        let first = slot;
        slot += i64::try_from(run.len()).unwrap_or(0) + 1;
        let run: Vec<_> = (first..).zip(run.iter().flatten().copied()).collect();
        (!run.is_empty()).then_some(run)
    })
}

/// A coordinate, written with two digits behind the point.
fn put(path: &mut String, start: &str, coordinate: i64) {
    // Writing to a string does not fail.
    let _ = write!(path, "{start}{}.{:02}", coordinate / 100, coordinate % 100);
}

fn x(values: &[Option<i64>], slot: i64) -> i64 {
    let last = i64::try_from(values.len()).unwrap_or(i64::MAX) - 1;
    slot * SIDE / last.max(1)
}

fn y(value: i64, low: i64, high: i64) -> i64 {
    SIDE - (value - low).clamp(0, high - low) * SIDE / (high - low).max(1)
}

fn line(values: &[Option<i64>], low: i64, high: i64) -> String {
    let mut path = String::new();
    for run in runs(values) {
        for (n, (slot, value)) in run.iter().enumerate() {
            put(&mut path, if n == 0 { "M" } else { "L" }, x(values, *slot));
            put(&mut path, " ", y(*value, low, high));
        }
        if run.len() == 1 {
            // The round end of a line without length is a dot.
            path.push_str("h0");
        }
    }
    path
}

fn area(values: &[Option<i64>], low: i64, high: i64) -> String {
    let mut path = String::new();
    for run in runs(values) {
        let (first, last) = (run.first().map_or(0, |run| run.0), run.last().map_or(0, |run| run.0));
        put(&mut path, "M", x(values, first));
        path.push_str(" 100");
        for (slot, value) in run {
            put(&mut path, "L", x(values, slot));
            put(&mut path, " ", y(value, low, high));
        }
        put(&mut path, "L", x(values, last));
        path.push_str(" 100z");
    }
    path
}

fn bars(values: &[Option<i64>], top: i64) -> String {
    let mut path = String::new();
    let count = i64::try_from(values.len()).unwrap_or(i64::MAX).max(1);
    // A third of a slot stays free.
    let (pitch, width) = (SIDE / count, SIDE * 2 / 3 / count);
    for (slot, value) in (0..).zip(values).filter_map(|(slot, value)| Some((slot, (*value)?))) {
        if value > 0 {
            put(&mut path, "M", slot * SIDE / count + (pitch - width) / 2);
            put(&mut path, " ", y(value, 0, top));
            path.push_str("V100");
            put(&mut path, "h", width);
            put(&mut path, "V", y(value, 0, top));
            path.push('z');
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_from_edge_to_edge_and_breaks_where_nothing_was() {
        let values = [Some(0), Some(10), None, Some(5), Some(10)];
        assert_eq!(line(&values, 0, 10), "M0.00 100.00L25.00 0.00M75.00 50.00L100.00 0.00");
        assert_eq!(line(&[None, Some(3), None], 0, 10), "M50.00 70.00h0", "a lone value is a dot");
        assert_eq!(line(&[], 0, 10), "");
    }

    #[test]
    fn an_area_stands_on_the_foot_of_the_plot() {
        assert_eq!(area(&[Some(2), Some(4)], 2, 4), "M0.00 100L0.00 100.00L100.00 0.00L100.00 100z");
    }

    #[test]
    fn bars_share_the_width_and_nothing_has_none() {
        assert_eq!(
            bars(&[Some(5), Some(0), None, Some(10)], 10),
            "M4.17 50.00V100h16.66V50.00zM79.17 0.00V100h16.66V0.00z"
        );
    }

    #[test]
    fn what_lies_outside_of_the_scale_stays_in_the_plot() {
        assert_eq!(line(&[Some(-5), Some(25)], 0, 10), "M0.00 100.00L100.00 0.00");
    }

    #[test]
    fn a_scale_is_round_and_high_enough() {
        assert_eq!([0, 4, 5, 17, 21, 39, 41, 81, 401, 1_376].map(scale), [4, 4, 8, 20, 40, 40, 60, 100, 600, 1_600]);
        assert_eq!(scale(i64::from(u32::MAX)), 6_000_000_000);
    }
}
