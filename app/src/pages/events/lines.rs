//! The lines of a log, in the order of their numbers, however they come: what is told live may overtake what the log answers.

use super::told::Told;

/// Lines that are kept; older ones go.
const KEPT: usize = 200;

/// What is drawn, and what it is known by from one drawing to the next.
#[derive(Clone)]
pub(super) enum Line {
    /// Something that was told; without a number of its topic it has one of ours.
    Told(usize, Told),
    /// Between these two numbers something is missing.
    Gap(Gap),
}

/// Numbers that are missing between two others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Gap {
    /// The number that comes after it.
    pub(super) before: i64,
    /// The number that came before it.
    pub(super) after: i64,
    /// The log does not have them any more.
    pub(super) is_lost: bool,
}

impl Gap {
    /// How many they are.
    pub(super) fn count(self) -> i64 {
        self.before - self.after - 1
    }
}

/// What a line is known by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Seq(i64),
    Own(usize),
    Gap(Gap),
}

impl Line {
    pub(super) fn key(&self) -> Key {
        match self {
            Self::Told(number, told) => told.seq.map_or(Key::Own(*number), Key::Seq),
            Self::Gap(gap) => Key::Gap(*gap),
        }
    }
}

/// What was told, newest first.
#[derive(Clone, Default)]
pub(super) struct Lines {
    shown: Vec<(usize, Told)>,
    /// While the list is held still: what came meanwhile.
    held: Option<Vec<Told>>,
    /// How many have come: the number of the next one that has none.
    count: usize,
    /// What the log was asked for and has no more, by the number after it.
    lost: Vec<i64>,
}

impl Lines {
    /// Those of a log, which is newest first.
    pub(super) fn new(log: Vec<Told>) -> Self {
        let mut lines = Self::default();
        log.into_iter().rev().for_each(|told| lines.show(told));
        lines
    }

    /// Takes one in at its place, if it is not there yet.
    pub(super) fn add(&mut self, told: Told) {
        match &mut self.held {
            Some(held) if told.seq.is_none() || !held.iter().any(|known| known.seq == told.seq) => {
                if !self.shown.iter().any(|(_, known)| known.seq.is_some() && known.seq == told.seq) {
                    held.push(told);
                }
            }
            Some(_) => (),
            None => self.show(told),
        }
    }

    fn show(&mut self, told: Told) {
        let place = match told.seq {
            // What has no number stands where it came.
            None => 0,
            Some(seq) => {
                let is_known = self.shown.iter().any(|(_, known)| known.seq == Some(seq));
                if is_known {
                    return;
                }
                let is_older = |(_, known): &(usize, Told)| known.seq.is_some_and(|known| known < seq);
                let is_newest = !self.shown.iter().any(|(_, known)| known.seq.is_some_and(|known| known > seq));
                if is_newest { 0 } else { self.shown.iter().position(is_older).unwrap_or(self.shown.len()) }
            }
        };
        self.count += 1;
        self.shown.insert(place, (self.count, told));
        self.shown.truncate(KEPT);
    }

    /// Takes in what the log has, newest first; of those before a number, where such were asked for. What it does not have
    /// then is lost.
    pub(super) fn merge(&mut self, log: Vec<Told>, before: Option<i64>) {
        if let Some(before) = before
            && !log.iter().any(|told| told.seq == Some(before - 1))
        {
            self.lost.push(before);
        }
        log.into_iter().rev().for_each(|told| self.add(told));
    }

    /// Whether it is held still, and what waits then.
    pub(super) fn waiting(&self) -> Option<usize> {
        self.held.as_ref().map(Vec::len)
    }

    /// Holds still, or lets in what came meanwhile.
    pub(super) fn hold(&mut self, is_held: bool) {
        let waited = std::mem::replace(&mut self.held, is_held.then(Vec::new));
        waited.unwrap_or_default().into_iter().for_each(|told| self.show(told));
    }

    /// The number of the newest event that has one.
    pub(super) fn newest(&self) -> Option<i64> {
        let held = self.held.iter().flatten().filter_map(|told| told.seq).max();
        held.max(self.shown.iter().find_map(|(_, told)| told.seq))
    }

    /// The number of the oldest one that is shown.
    pub(super) fn oldest(&self) -> Option<i64> {
        self.shown.iter().rev().find_map(|(_, told)| told.seq)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// What is drawn: with a line wherever numbers do not follow on one another, unless only some kinds of them are shown.
    pub(super) fn drawn(&self, with_gaps: bool) -> Vec<Line> {
        let mut lines = Vec::with_capacity(self.shown.len());
        let mut newer: Option<i64> = None;
        for (number, told) in &self.shown {
            if let (Some(before), Some(after)) = (newer, told.seq)
                && with_gaps
                && before > after + 1
            {
                lines.push(Line::Gap(Gap { before, after, is_lost: self.lost.contains(&before) }));
            }
            newer = told.seq.or(newer);
            lines.push(Line::Told(*number, told.clone()));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::*;

    fn told(seq: i64) -> Told {
        Told::live("user_joined".to_owned(), json!({ "user_id": 3, "seq": seq }), DateTime::default())
    }

    /// Events from one number down to another, as the log answers them.
    fn log(newest: i64, oldest: i64) -> Vec<Told> {
        (oldest..=newest).rev().map(told).collect()
    }

    /// The numbers in the order they are drawn; a gap as how many are missing, below zero.
    fn drawn(lines: &Lines) -> Vec<i64> {
        let number = |line: Line| match line {
            Line::Told(_, told) => told.seq.unwrap_or_default(),
            Line::Gap(gap) => -gap.count(),
        };
        lines.drawn(true).into_iter().map(number).collect()
    }

    #[test]
    fn what_the_log_answers_late_is_put_where_it_belongs() {
        let mut lines = Lines::new(log(10, 8));
        lines.add(told(13));
        assert_eq!(drawn(&lines), [13, -2, 10, 9, 8]);
        lines.merge(log(13, 8), None);
        assert_eq!(drawn(&lines), [13, 12, 11, 10, 9, 8], "each once, and none left out");
        assert_eq!((lines.newest(), lines.oldest()), (Some(13), Some(8)));
    }

    #[test]
    fn what_is_missing_is_said_until_it_was_asked_for() {
        let mut lines = Lines::new(log(10, 9));
        lines.merge(log(120, 71), None);
        assert_eq!(drawn(&lines)[49..], [71, -60, 10, 9]);
        lines.merge(log(70, 21), Some(71));
        assert_eq!(drawn(&lines)[99..], [21, -10, 10, 9]);
        lines.merge(log(20, 16), Some(21));
        lines.merge(Vec::new(), Some(16));
        let gap = lines.drawn(true).into_iter().find_map(|line| match line {
            Line::Gap(gap) => Some(gap),
            Line::Told(..) => None,
        });
        assert_eq!(gap, Some(Gap { before: 16, after: 10, is_lost: true }), "the log has those no more");
        assert!(!lines.drawn(false).iter().any(|line| matches!(line, Line::Gap(_))), "of one kind, others lie between");
    }

    #[test]
    fn while_it_is_held_still_what_comes_waits_and_is_lost_in_no_order() {
        let mut lines = Lines::new(log(2, 1));
        lines.hold(true);
        for seq in [5, 4, 5, 2] {
            lines.add(told(seq));
        }
        assert_eq!((drawn(&lines), lines.waiting(), lines.newest()), (vec![2, 1], Some(2), Some(5)));
        lines.merge(log(5, 1), None);
        lines.hold(false);
        assert_eq!((drawn(&lines), lines.waiting()), (vec![5, 4, 3, 2, 1], None));
    }

    #[test]
    fn what_has_no_number_stands_where_it_came_and_the_oldest_go() {
        let none = || Told::live("presence_diff".to_owned(), json!({}), DateTime::default());
        let mut lines = Lines::new(log(1, 1));
        lines.add(none());
        lines.add(told(3));
        lines.add(none());
        lines.merge(log(3, 1), None);
        assert_eq!(drawn(&lines), [0, 3, 0, 2, 1]);
        let many = Lines::new(log(300, 1));
        assert_eq!((many.drawn(true).len(), many.oldest()), (200, Some(101)));
    }
}
