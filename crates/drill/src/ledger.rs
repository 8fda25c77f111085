//! What happened in a lobby, as everybody who listens to it must be told.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::check::same;

/// How many missed events a server tells one by one, at least: of fewer nobody may be told the state in their place.
const KEPT: u64 = 256;

/// The events of one lobby by their number, as whoever heard of them first was told.
#[derive(Default)]
pub(crate) struct Ledger(Mutex<BTreeMap<u64, (String, Value)>>);

/// How far one listener heard it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reader {
    epoch: Option<String>,
    seq: u64,
    /// Times the state was told in the place of what was missed.
    pub(crate) resyncs: u32,
    /// Times everything that was missed followed.
    pub(crate) recoveries: u32,
}

impl Ledger {
    /// An event was heard. It must be what everybody else heard under this number.
    fn add(&self, seq: u64, event: &str, payload: &Value) -> Result<()> {
        let heard = (event.to_owned(), payload.clone());
        let mut events = self.lock();
        let known = events.entry(seq).or_insert_with(|| heard.clone());
        same(format!("event {seq}"), &*known, &heard)
    }

    /// The titles that the lobby was given, in the order of their numbers.
    pub(crate) fn titles(&self) -> Vec<String> {
        let events = self.lock();
        let titles = events.values().filter(|(event, _)| event == "lobby_updated");
        titles.map(|(_, payload)| payload["title"].as_str().unwrap_or_default().to_owned()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, (String, Value)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// The number of the last event that was heard, or was in the state.
    pub(crate) fn seq(&self) -> u64 {
        self.seq
    }

    /// The lobby was joined, and its state told.
    pub(crate) fn joined(&mut self, response: &Value) -> Result<()> {
        let epoch = response["epoch"].as_str().unwrap_or_default();
        let Some(seq) = response["seq"].as_u64() else { anyhow::bail!("a join: expected a number, found {response}") };
        if let Some(known) = &self.epoch {
            same("the epoch of a lobby", known.as_str(), epoch)?;
            let missed = seq.saturating_sub(self.seq);
            ensure!(missed > KEPT, "{missed} events after {}: expected each of them, found the state", self.seq);
            self.resyncs += 1;
        }
        (self.epoch, self.seq) = (Some(epoch.to_owned()), seq);
        Ok(())
    }

    /// The lobby was joined again, and what was missed follows.
    pub(crate) fn recovered(&mut self) -> Result<()> {
        ensure!(self.epoch.is_some(), "nothing was known that could be continued");
        self.recoveries += 1;
        Ok(())
    }

    /// An event came: it must be the next one. What has no number is not of the ledger.
    pub(crate) fn heard(&mut self, ledger: &Ledger, event: &str, payload: &Value) -> Result<()> {
        let Some(seq) = payload["seq"].as_u64() else { return Ok(()) };
        same("the number of an event", self.seq + 1, seq)?;
        self.seq = seq;
        ledger.add(seq, event, payload)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(seq: u64) -> Value {
        json!({ "epoch": "e", "seq": seq, "lobby": {} })
    }

    #[test]
    fn what_is_missing_or_comes_twice_or_is_another_is_found() {
        let ledger = Ledger::default();
        let heard = |reader: &mut Reader, seq: u64, title: &str| {
            let outcome = reader.heard(&ledger, "lobby_updated", &json!({ "seq": seq, "title": title }));
            outcome.map_err(|error| error.to_string())
        };
        let (mut one, mut other) = (Reader::default(), Reader::default());
        one.joined(&told(3)).unwrap();
        other.joined(&told(3)).unwrap();
        heard(&mut one, 4, "a").unwrap();
        heard(&mut one, 5, "b").unwrap();
        assert_eq!(heard(&mut one, 5, "b").unwrap_err(), "the number of an event: expected 6, found 5");
        assert_eq!(heard(&mut other, 5, "b").unwrap_err(), "the number of an event: expected 4, found 5");
        assert!(heard(&mut other, 4, "c").unwrap_err().starts_with("event 4: expected"));
        one.heard(&ledger, "message", &json!({ "data": 1 })).unwrap();
        assert_eq!((one.seq(), ledger.titles()), (5, vec!["a".to_owned(), "b".to_owned()]));
    }

    #[test]
    fn the_state_is_told_anew_only_where_too_much_was_missed() {
        let mut reader = Reader::default();
        assert!(reader.recovered().is_err());
        reader.joined(&told(3)).unwrap();
        reader.recovered().unwrap();
        reader.joined(&told(260)).unwrap();
        assert!(reader.joined(&told(516)).is_err(), "256 are told one by one");
        assert!(reader.joined(&json!({ "epoch": "f", "seq": 900 })).is_err());
        assert_eq!((reader.resyncs, reader.recoveries), (1, 1));
    }
}
