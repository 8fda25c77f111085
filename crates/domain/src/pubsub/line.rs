//! Puts the events of a logged topic back into the order of their numbers.
//!
//! A number is given in the transaction that made the event, but two transactions can be committed in one order and told
//! in another, by two tasks or two nodes; and what a process did not live to tell is not told at all. So whoever tells
//! looks at the numbers: the next one is told, an earlier one is known already, and for a later one the log has what is
//! between.

/// How far a topic was told within this process.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The last number that was told. None as long as nobody has read where the topic stands.
    told: Option<u64>,
    /// The highest number that is known of.
    seen: u64,
    /// The log is being read. What comes meanwhile is found there, too.
    is_filling: bool,
}

/// What is to be done with a numbered event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is the next one.
    Tell,
    /// It was told, or will be by whoever reads the log.
    Leave,
    /// Somebody must read the log now, from [`Line::missing`] on.
    ReadLog,
}

impl Line {
    /// An event came by itself.
    pub(super) fn take(&mut self, seq: u64) -> Step {
        self.seen = self.seen.max(seq);
        match self.told {
            Some(told) if seq <= told => Step::Leave,
            Some(told) if seq == told + 1 && !self.is_filling => {
                self.told = Some(seq);
                Step::Tell
            }
            None => Step::Leave,
            Some(_) => self.read_log(),
        }
    }

    /// The log has events up to this number.
    pub(super) fn stands_at(&mut self, seq: u64) -> Step {
        self.seen = self.seen.max(seq);
        let told = *self.told.get_or_insert(seq);
        if self.seen > told { self.read_log() } else { Step::Leave }
    }

    /// An event was read from the log.
    pub(super) fn fill_in(&mut self, seq: u64) -> Step {
        self.seen = self.seen.max(seq);
        if self.told.is_some_and(|told| seq == told + 1) {
            self.told = Some(seq);
            Step::Tell
        } else {
            Step::Leave
        }
    }

    /// The number after which events are missing. Once none is, the log need not be read any further.
    pub(super) fn missing(&mut self) -> Option<u64> {
        let after = self.told.filter(|told| self.seen > *told);
        self.is_filling = after.is_some();
        after
    }

    fn read_log(&mut self) -> Step {
        if self.is_filling {
            return Step::Leave;
        }
        self.is_filling = true;
        Step::ReadLog
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_in_order_is_told_and_nothing_twice() {
        let mut line = Line::default();
        assert_eq!(line.stands_at(4), Step::Leave);
        assert_eq!(
            [5, 6, 6, 5, 4].map(|seq| line.take(seq)),
            [Step::Tell, Step::Tell, Step::Leave, Step::Leave, Step::Leave]
        );
    }

    #[test]
    fn of_a_gap_the_log_is_read_once() {
        let mut line = Line::default();
        line.stands_at(4);
        assert_eq!([6, 5, 7].map(|seq| line.take(seq)), [Step::ReadLog, Step::Leave, Step::Leave]);
        assert_eq!(line.missing(), Some(4));
        assert_eq!([5, 6].map(|seq| line.fill_in(seq)), [Step::Tell, Step::Tell]);
        assert_eq!(line.missing(), Some(6), "the last one came while the log was read");
        assert_eq!(line.fill_in(7), Step::Tell);
        assert_eq!(line.missing(), None);
        assert_eq!(line.take(8), Step::Tell);
    }

    #[test]
    fn what_comes_before_anybody_knows_where_the_topic_stands_is_read_from_the_log() {
        let mut line = Line::default();
        assert_eq!(line.take(6), Step::Leave);
        assert_eq!(line.stands_at(5), Step::ReadLog, "it was read before the sixth was written");
        assert_eq!(line.missing(), Some(5));
    }
}
