//! Pages of a list that everybody is shown alike, kept as the JSON they are sent as until something in them changes.
//!
//! Only on SQLite, as [`identities`](crate::identities) are and for the same reason: there this server is the only one that
//! writes, and each transaction that wrote to `lobbies` forgets them when it is committed. What asks for a page then is
//! nearly free, however many do.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use lru::LruCache;
use wire::PageQuery;

/// How many pages are kept.
const MOST: NonZeroUsize = NonZeroUsize::new(16).expect("not zero");
/// Bytes of a page that is kept at most: together they are a mebibyte.
const LARGEST: usize = 64 * 1024;
/// How long a page is kept at most. Nothing should need it: what changes is forgotten at once.
const TIME: TimeDelta = TimeDelta::seconds(1);

/// Pages of the list of lobbies.
pub struct Lists(Mutex<Memory>);

struct Memory {
    pages: LruCache<PageQuery, (Bytes, DateTime<Utc>)>,
    /// How often they were forgotten.
    forgotten: u64,
}

/// A state of the memory that a page is read under.
#[derive(Clone, Copy)]
pub(crate) struct Reading(u64);

impl Default for Lists {
    fn default() -> Self {
        Self(Mutex::new(Memory { pages: LruCache::new(MOST), forgotten: 0 }))
    }
}

impl Lists {
    /// A page, if it is kept.
    pub(crate) fn get(&self, page: PageQuery, now: DateTime<Utc>) -> Option<Bytes> {
        let mut memory = self.memory();
        let (json, read_at) = memory.pages.get(&page)?;
        (TimeDelta::zero()..TIME).contains(&(now - *read_at)).then(|| json.clone())
    }

    /// To be asked before the database is.
    pub(crate) fn read(&self) -> Reading {
        Reading(self.memory().forgotten)
    }

    /// Keeps what the database said, unless something changed since it was asked, or it is large.
    pub(crate) fn keep(&self, reading: Reading, page: PageQuery, json: &Bytes, read_at: DateTime<Utc>) {
        let mut memory = self.memory();
        if memory.forgotten == reading.0 && json.len() <= LARGEST {
            memory.pages.put(page, (json.clone(), read_at));
        }
    }

    /// Forgets them all.
    pub(crate) fn forget(&self) {
        let mut memory = self.memory();
        memory.forgotten += 1;
        memory.pages.clear();
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_800_000_000_000 + milliseconds).unwrap()
    }

    fn page(page: i64) -> PageQuery {
        PageQuery { page: Some(page), ..PageQuery::default() }
    }

    fn keep(lists: &Lists, n: i64, length: usize) {
        lists.keep(lists.read(), page(n), &Bytes::from(vec![b' '; length]), at(0));
    }

    #[test]
    fn a_page_is_kept_for_a_second_and_no_longer() {
        let lists = Lists::default();
        keep(&lists, 1, 9);
        assert!(lists.get(page(1), at(999)).is_some() && lists.get(page(2), at(0)).is_none());
        assert!(lists.get(page(1), at(1_000)).is_none() && lists.get(page(1), at(-1)).is_none());
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let lists = Lists::default();
        keep(&lists, 1, 9);
        let reading = lists.read();
        lists.forget();
        assert!(lists.get(page(1), at(0)).is_none());
        lists.keep(reading, page(1), &Bytes::from_static(b"old"), at(0));
        assert!(lists.get(page(1), at(0)).is_none());
    }

    #[test]
    fn neither_many_pages_nor_large_ones_are_kept() {
        let lists = Lists::default();
        for n in 1..=17 {
            keep(&lists, n, LARGEST);
        }
        assert!(lists.get(page(1), at(0)).is_none() && lists.get(page(2), at(0)).is_some());
        keep(&lists, 20, LARGEST + 1);
        assert!(lists.get(page(20), at(0)).is_none());
    }
}
