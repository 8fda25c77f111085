//! What happened over the span shown: the numbers behind sparklines and charts.

use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike as _, Utc};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{History, HistoryPoint};

use crate::components::{Change, Slots, scale};
use crate::fns;
use crate::words::figure;

/// How often it is asked whether a step is over.
const LOOK: Duration = Duration::from_secs(5);
/// The most slots a chart is drawn with.
const SLOTS: i64 = 300;
/// The most slots a small line is drawn with.
const TREND: usize = 60;
/// Words under a chart, beside the last one.
const WORDS: i32 = 4;

/// One number of a step; none, where there was nothing to measure.
pub(super) type Pick = fn(&HistoryPoint) -> Option<i64>;

/// The numbers of a span that ends now. It follows, a step at a time, while somebody looks.
#[derive(Clone, Copy)]
pub(super) struct Past {
    history: RwSignal<History>,
    minutes: i64,
}

impl Past {
    pub(super) fn new(history: History, minutes: i64) -> Self {
        let past = Self { history: RwSignal::new(history), minutes };
        past.follow();
        past
    }

    fn follow(self) {
        Effect::new(move |_| {
            let asked = StoredValue::new(js_sys::Date::now());
            let look = move || {
                let step = self.history.with_untracked(|history| history.step_seconds);
                let now = js_sys::Date::now();
                let passed = Duration::from_secs_f64((now - asked.get_value()).max(0.0) / 1000.0);
                // A hidden tab draws nothing: it catches up when it is looked at again.
                if document().hidden() || passed < Duration::from_secs(step.unsigned_abs().max(1)) {
                    return;
                }
                asked.set_value(now);
                spawn_local(async move {
                    // What was drawn stays while the server cannot be reached; the banner says so.
                    if let Ok(history) = fns::history(self.minutes).await {
                        self.history.try_set(history);
                    }
                });
            };
            if let Ok(interval) = set_interval_with_handle(look, LOOK) {
                on_cleanup(move || interval.clear());
            }
        });
    }

    /// Something of the numbers, drawn again only when it changes.
    pub(super) fn map<T>(self, part: impl Fn(&History) -> T + Send + Sync + 'static) -> Signal<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        // Boxed: the module then holds one memo for each type, not for each caller.
        let part: Box<dyn Fn(&History) -> T + Send + Sync> = Box::new(part);
        Memo::new(move |_| self.history.with(|history| part(history))).into()
    }

    /// Whether there is enough to draw a line.
    pub(super) fn is_drawable(self) -> Signal<bool> {
        self.map(|history| history.points.len() > 1)
    }

    /// One number of every step.
    pub(super) fn slots(self, pick: Pick) -> Signal<Slots> {
        self.map(move |history| slots(history, self.minutes, pick))
    }

    /// The same, few enough for a small line.
    pub(super) fn trend(self, pick: Pick) -> Signal<Slots> {
        self.map(move |history| thinned(&slots(history, self.minutes, pick), TREND))
    }

    /// A scale that all of these fit under.
    pub(super) fn top(self, picks: &'static [Pick]) -> Signal<i64> {
        self.map(move |history| {
            let all = history.points.iter().flat_map(|point| picks.iter().filter_map(move |pick| pick(point)));
            scale(all.max().unwrap_or(0))
        })
    }

    /// How a number changed from the first step to the last.
    pub(super) fn change(self, pick: Pick, write: fn(i64, i64) -> String) -> Signal<Option<Change>> {
        self.map(move |history| {
            let mut known = history.points.iter().filter_map(pick);
            let first = known.next()?;
            let last = known.next_back()?;
            (first != last).then(|| Change { up: last > first, by: write(first, last) })
        })
    }

    /// The words under a chart: when the span began, and so on until now.
    pub(super) fn times(self) -> Signal<Vec<String>> {
        self.map(move |history| {
            let Some(end) = history.points.last().map(|point| point.at) else { return Vec::new() };
            let span = TimeDelta::minutes(self.minutes);
            let mut words: Vec<_> = (0..WORDS).map(|n| clock(end - span * (WORDS - n) / WORDS)).collect();
            if let Some(first) = words.first_mut() {
                first.push_str(" UTC");
            }
            words.push("now".to_owned());
            words
        })
    }

    /// The steps as the rows of a table, the newest first. The cells are figures.
    pub(super) fn rows(self, cells: fn(&HistoryPoint) -> Vec<String>) -> Signal<String> {
        self.map(move |history| {
            let mut rows = String::new();
            for point in history.points.iter().rev() {
                // Writing to a string does not fail.
                let _ = write!(rows, "<tr><th scope=\"row\">{}</th>", clock(point.at));
                for cell in cells(point) {
                    let _ = write!(rows, "<td class=\"r\">{cell}</td>");
                }
                rows.push_str("</tr>");
            }
            rows
        })
    }
}

/// The time of a day, as in `14:05`.
fn clock(at: DateTime<Utc>) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// One number of every step of a span that ends with the newest one.
fn slots(history: &History, minutes: i64, pick: Pick) -> Slots {
    let step = history.step_seconds.max(1);
    let count = (minutes * 60 / step).clamp(1, SLOTS);
    let mut slots = vec![None; usize::try_from(count).unwrap_or(0)];
    let Some(last) = history.points.last() else { return slots };
    for point in &history.points {
        let before = (last.at - point.at).num_seconds() / step;
        if let Some(slot) = usize::try_from(count - 1 - before).ok().and_then(|slot| slots.get_mut(slot)) {
            *slot = pick(point);
        }
    }
    slots
}

/// Neighbours brought together to their mean, so that no more than so many are left; the newest are whole.
fn thinned(slots: &[Option<i64>], most: usize) -> Slots {
    let together = slots.len().div_ceil(most).max(1);
    let mean = |slots: &[Option<i64>]| {
        let known = i64::try_from(slots.iter().flatten().count()).unwrap_or(0);
        slots.iter().flatten().sum::<i64>().checked_div(known)
    };
    let mut thinned: Slots = slots.rchunks(together).map(mean).collect();
    thinned.reverse();
    thinned
}

/// A change in hundredths of where it began; as a plain figure, where that says nothing.
pub(super) fn percent(first: i64, last: i64) -> String {
    match (last - first).abs().saturating_mul(100).checked_div(first) {
        Some(percent @ 1..1000) => format!("{percent} %"),
        _ => plain(first, last),
    }
}

/// A change as a figure.
pub(super) fn plain(first: i64, last: i64) -> String {
    figure((last - first).abs())
}

/// A change of a time.
pub(super) fn time(first: i64, last: i64) -> String {
    format!("{} ms", millis((last - first).abs()))
}

/// Microseconds as milliseconds: with a digit behind the point below ten.
pub(super) fn millis(micros: i64) -> String {
    if micros < 9_950 { tenths((micros + 50) / 100) } else { figure((micros + 500) / 1000) }
}

/// Microseconds at an axis: as exact as they are.
pub(super) fn axis_millis(micros: i64) -> String {
    let digits = format!("{}.{:03}", micros / 1000, micros % 1000);
    format!("{} ms", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// Events of a step as a figure a second: with a digit behind the point below ten.
pub(super) fn per_second(count: i64, step_seconds: i64) -> String {
    let rate = count * 10 / step_seconds.max(1);
    if rate < 100 { tenths(rate) } else { figure(rate / 10) }
}

fn tenths(tenths: i64) -> String {
    if tenths % 10 == 0 { figure(tenths / 10) } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps of a minute at these minutes, with as many requests.
    fn history(minutes: &[i64]) -> History {
        let point = |minute: &i64| HistoryPoint {
            at: DateTime::from_timestamp(1_800_000_000 + minute * 60, 0).unwrap_or_default(),
            requests: *minute,
            ..HistoryPoint::default()
        };
        History { step_seconds: 60, points: minutes.iter().map(point).collect() }
    }

    #[test]
    fn the_newest_step_stands_at_the_right_and_what_is_missing_is_a_gap() {
        let requests: Pick = |point| Some(point.requests);
        let slots_of = |minutes: &[i64]| slots(&history(minutes), 5, requests);
        assert_eq!(slots_of(&[7, 8, 9]), [None, None, Some(7), Some(8), Some(9)]);
        assert_eq!(slots_of(&[6, 9]), [None, Some(6), None, None, Some(9)]);
        assert_eq!(slots_of(&[1, 2, 8, 9]), [None, None, None, Some(8), Some(9)], "what is older is left out");
        assert_eq!(slots_of(&[]), [None; 5]);
        assert_eq!(slots(&history(&[1]), 100_000, requests).len(), 300);
    }

    #[test]
    fn a_small_line_has_the_mean_of_neighbours() {
        let slots = [Some(1), Some(2), Some(4), None, None, Some(9), Some(7)];
        assert_eq!(thinned(&slots, 7), slots);
        assert_eq!(thinned(&slots, 4), [Some(1), Some(3), None, Some(8)]);
        assert_eq!(thinned(&[None; 300], 60), [None; 60]);
    }

    #[test]
    fn figures_have_a_digit_behind_the_point_only_where_it_counts() {
        assert_eq!(
            [0, 49, 420, 2_100, 8_449, 9_949, 9_950, 19_400].map(millis),
            ["0", "0", "0.4", "2.1", "8.4", "9.9", "10", "19"]
        );
        assert_eq!([0, 50, 2_500, 30_000].map(axis_millis), ["0 ms", "0.05 ms", "2.5 ms", "30 ms"]);
        assert_eq!(
            [(0, 60), (25, 60), (590, 60), (30_720, 60)].map(|(n, step)| per_second(n, step)),
            ["0", "0.4", "9.8", "512"]
        );
    }

    #[test]
    fn a_change_is_told_by_what_says_the_most() {
        assert_eq!(percent(100, 114), "14 %");
        assert_eq!(percent(100, 98), "2 %");
        assert_eq!(percent(0, 9), "9", "of nothing there are no hundredths");
        assert_eq!(percent(2, 1_200), "1,198");
        assert_eq!(percent(1_000, 1_001), "1", "less than a hundredth");
        assert_eq!(time(8_400, 7_800), "0.6 ms");
    }
}
