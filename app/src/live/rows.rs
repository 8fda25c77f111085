//! The rows of a live table: changed in place, never moved; new ones wait until they are let in.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{Meta, Page};

/// How long a changed row glows.
const GLOW: Duration = Duration::from_millis(1600);
/// A row glows at most once in this many milliseconds.
const GLOW_AGAIN: f64 = 2000.0;
/// How long a removed row stays, greyed.
pub(crate) const FAREWELL: Duration = Duration::from_secs(6);

/// What a row shows. Lists come newest first, so the id is also the order.
pub(crate) trait Record: Clone + PartialEq + Send + Sync + 'static {
    /// Its id, higher the newer it is.
    fn id(&self) -> i64;

    /// Whether a row that a fresh answer does not have is greyed before it leaves: where that can only mean that its record
    /// is no more. Elsewhere it may merely not belong here any longer, and leaves at once.
    const IS_GONE_WHEN_LOST: bool = false;

    /// Whether this is what `other` was before. Events and answers can overtake one another.
    fn precedes(&self, other: &Self) -> bool {
        let _ = other;
        false
    }
}

/// One row.
#[derive(Clone)]
pub(crate) struct Row<T> {
    pub(crate) id: i64,
    value: ArcRwSignal<T>,
    /// It has just changed.
    pub(crate) glows: ArcRwSignal<bool>,
    /// It was removed, and is about to leave.
    pub(crate) gone: ArcRwSignal<bool>,
    glowed_at: ArcStoredValue<f64>,
}

impl<T: Record> Row<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            id: value.id(),
            value: ArcRwSignal::new(value),
            glows: ArcRwSignal::new(false),
            gone: ArcRwSignal::new(false),
            glowed_at: ArcStoredValue::new(f64::NEG_INFINITY),
        }
    }

    /// What the row shows now.
    pub(crate) fn first(&self) -> T {
        self.value.get_untracked()
    }

    /// A part of what the row shows, drawn again only when that part changes.
    pub(crate) fn map<U>(&self, part: impl Fn(&T) -> U + Send + Sync + 'static) -> Memo<U>
    where
        U: PartialEq + Send + Sync + 'static,
    {
        let value = self.value.clone();
        Memo::new(move |_| value.with(&part))
    }

    /// Shows what it is now.
    pub(crate) fn set(&self, value: T) {
        if self.value.with_untracked(|old| *old != value && !value.precedes(old)) {
            self.value.set(value);
            self.glow();
        }
    }

    fn glow(&self) {
        let now = js_sys::Date::now();
        if now - self.glowed_at.get_value() >= GLOW_AGAIN {
            self.glowed_at.set_value(now);
            let glows = self.glows.clone();
            glows.set(true);
            set_timeout(move || glows.set(false), GLOW);
        }
    }
}

/// Whether a record belongs to a view.
type Admits<T> = Box<dyn Fn(&T) -> bool + Send + Sync>;

/// Something that happened to a record.
pub(crate) enum Change<T> {
    /// It was made.
    Made(T),
    /// It is now like this.
    Changed(T),
    /// It is no more.
    Gone,
}

impl<T: Record> Change<T> {
    /// What two changes of one record come to. A removal is the last, whatever arrives after it.
    fn then(self, next: Self) -> Self {
        let newer = |one: T, other: T| if other.precedes(&one) { one } else { other };
        match (self, next) {
            (Self::Gone, _) | (_, Self::Gone) => Self::Gone,
            (Self::Changed(one), Self::Changed(other)) => Self::Changed(newer(one, other)),
            (Self::Made(one) | Self::Changed(one), Self::Made(other) | Self::Changed(other)) => {
                Self::Made(newer(one, other))
            }
        }
    }
}

/// The rows of a live table.
pub(crate) struct Rows<T: Record> {
    /// What the table shows.
    pub(crate) shown: RwSignal<Vec<Row<T>>>,
    /// What it would show, had it been loaded now.
    waiting: RwSignal<BTreeMap<i64, T>>,
    /// What happened since the last frame, the latest for each record.
    unseen: StoredValue<BTreeMap<i64, Change<T>>>,
    /// While rows are asked for: what happened meanwhile, which the answer may not know yet.
    meanwhile: StoredValue<Option<BTreeSet<i64>>>,
    /// They were asked for last without an answer.
    owed: StoredValue<bool>,
    admits: StoredValue<Admits<T>>,
    meta: RwSignal<Meta>,
}

#[expect(clippy::expl_impl_clone_on_copy, reason = "deriving would ask that the records are `Copy`")]
impl<T: Record> Clone for Rows<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Record> Copy for Rows<T> {}

impl<T: Record> Rows<T> {
    /// The rows of a page, under a filter that says which others would belong to it.
    pub(crate) fn new(page: Page<T>, admits: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        Self {
            shown: RwSignal::new(page.data.into_iter().map(Row::new).collect()),
            waiting: RwSignal::default(),
            unseen: StoredValue::default(),
            meanwhile: StoredValue::default(),
            owed: StoredValue::default(),
            admits: StoredValue::new(Box::new(admits)),
            meta: RwSignal::new(page.meta),
        }
    }

    /// Where in the list the rows are, with those that came and went since.
    pub(crate) fn meta(self) -> Signal<Meta> {
        self.meta.into()
    }

    /// Whether these are the newest rows of the list.
    pub(crate) fn is_first_page(self) -> bool {
        self.meta.with_untracked(|meta| meta.page == 1)
    }

    /// How many rows wait.
    pub(crate) fn waiting(self) -> Memo<usize> {
        Memo::new(move |_| self.waiting.with(BTreeMap::len))
    }

    /// Takes in what happened, to be drawn with the next frame: a hidden tab draws none, and however much happens in
    /// between, each row is drawn once.
    pub(crate) fn hear(self, id: i64, change: Change<T>) {
        let first = self.unseen.try_update_value(|unseen| {
            let first = unseen.is_empty();
            let change = match unseen.remove(&id) {
                Some(before) => before.then(change),
                None => change,
            };
            unseen.insert(id, change);
            first
        });
        self.meanwhile.try_update_value(|ids| ids.as_mut().map(|ids| ids.insert(id)));
        if first == Some(true) {
            request_animation_frame(move || {
                for (id, change) in self.unseen.try_update_value(std::mem::take).unwrap_or_default() {
                    self.take_in(id, change);
                }
            });
        }
    }

    fn take_in(self, id: i64, change: Change<T>) {
        let row = self.row(id);
        match (change, row) {
            (Change::Gone, row) => {
                self.waiting.update(|waiting| {
                    waiting.remove(&id);
                });
                if let Some(row) = row {
                    self.take_leave(&row, 1);
                }
            }
            (Change::Made(value) | Change::Changed(value), Some(row)) => row.set(value),
            (Change::Made(value), None) => self.wait(value, true),
            (Change::Changed(value), None) => self.wait(value, false),
        }
    }

    /// Greys a row, which leaves after a while; the total, as far as it counts the row still, is then so much less.
    fn take_leave(self, row: &Row<T>, counted: i64) {
        let id = row.id;
        row.gone.set(true);
        set_timeout(
            move || {
                self.drop_rows(|row| row.id == id);
                self.meta.try_update(|meta| meta.total_count = (meta.total_count - counted).max(0));
            },
            FAREWELL,
        );
    }

    /// Lets a record wait if it belongs to this view and is not merely on another page of it.
    fn wait(self, value: T, made: bool) {
        let id = value.id();
        let admitted = self.admits.with_value(|admits| admits(&value));
        let waits = self.waiting.with_untracked(|waiting| waiting.contains_key(&id));
        if self.waiting.with_untracked(|waiting| waiting.get(&id).is_some_and(|newer| value.precedes(newer))) {
            return;
        }
        let oldest = self.shown.with_untracked(|rows| rows.iter().map(|row| row.id).min());
        if admitted && (made || waits || belongs(id, self.meta.get_untracked(), oldest)) {
            self.waiting.update(|waiting| {
                waiting.insert(id, value);
            });
        } else if waits {
            self.waiting.update(|waiting| {
                waiting.remove(&id);
            });
        }
    }

    /// Lets in what waits, each at its place.
    pub(crate) fn let_in(self) {
        let Some(waiting) = self.waiting.try_update(std::mem::take) else { return };
        let most = self.meta.with_untracked(|meta| usize::try_from(meta.page_size).unwrap_or(usize::MAX));
        self.meta.update(|meta| add(meta, waiting.len()));
        self.shown.update(|rows| {
            for value in waiting.into_values() {
                let row = Row::new(value);
                row.glow();
                rows.insert(rows.partition_point(|other| other.id > row.id), row);
            }
            rows.truncate(most);
        });
    }

    /// Asks for the rows anew, since something happened unheard. Until the answer is there, what happens is newer than
    /// the answer.
    pub(crate) fn ask<E: 'static>(self, answer: impl Future<Output = Result<Page<T>, E>> + 'static) {
        self.meanwhile.try_set_value(Some(BTreeSet::new()));
        self.owed.try_set_value(false);
        spawn_local(async move {
            match answer.await {
                Ok(page) => self.catch_up(page),
                Err(_) => {
                    self.owed.try_set_value(true);
                }
            }
        });
    }

    /// Whether what happened unheard is still unknown: the last question failed.
    pub(crate) fn are_owed(self) -> bool {
        self.owed.try_get_value() == Some(true)
    }

    /// Takes in a fresh answer to what was asked at first: whatever happened unheard.
    fn catch_up(self, page: Page<T>) {
        let Some(newer) = self.meanwhile.try_update_value(Option::take) else { return };
        let newer = newer.unwrap_or_default();
        let fresh: BTreeSet<i64> = page.data.iter().map(Record::id).collect();
        let first_page = self.is_first_page();
        if first_page {
            // Older rows than any in the answer were only pushed on to the next page.
            let oldest = fresh.first().copied().filter(|_| page.meta.has_more).unwrap_or(i64::MIN);
            let lost = |id: i64| id >= oldest && !fresh.contains(&id) && !newer.contains(&id);
            let is_lost = |row: &Row<T>| lost(row.id) && !row.gone.get_untracked();
            if T::IS_GONE_WHEN_LOST {
                let leave = |rows: &Vec<Row<T>>| rows.iter().filter(|row| is_lost(row)).cloned().collect::<Vec<_>>();
                self.shown.with_untracked(leave).iter().for_each(|row| self.take_leave(row, 0));
            } else {
                self.drop_rows(is_lost);
            }
            self.waiting.update(|waiting| waiting.retain(|id, _| !lost(*id)));
        }
        for value in page.data.into_iter().filter(|value| !newer.contains(&value.id())) {
            match self.row(value.id()) {
                Some(row) => row.set(value),
                None if first_page => self.wait(value, true),
                None => (),
            }
        }
        // Those that wait are counted when they are let in.
        let waiting = self.waiting.with_untracked(BTreeMap::len);
        self.meta.set(Meta { total_count: page.meta.total_count.saturating_sub_unsigned(waiting as u64), ..page.meta });
    }

    fn row(self, id: i64) -> Option<Row<T>> {
        self.shown.with_untracked(|rows| rows.iter().find(|row| row.id == id).cloned())
    }

    fn drop_rows(self, which: impl Fn(&Row<T>) -> bool) {
        // Not told unless something goes: the whole table hears of it.
        self.shown.try_maybe_update(|rows| {
            let before = rows.len();
            rows.retain(|row| !which(row));
            (rows.len() != before, ())
        });
    }
}

/// Counts rows that were let in.
fn add(meta: &mut Meta, rows: usize) {
    meta.total_count = meta.total_count.saturating_add_unsigned(rows as u64);
    meta.total_pages = (meta.total_count + meta.page_size - 1) / meta.page_size;
    meta.has_more = meta.page < meta.total_pages;
}

/// Whether a changed record that is not shown has just come to belong to this page: if all rows are on it, or if it is
/// newer than the oldest on the first page, it would have been here before.
fn belongs(id: i64, meta: Meta, oldest: Option<i64>) -> bool {
    meta.page == 1 && (meta.total_pages <= 1 || oldest.is_some_and(|oldest| id > oldest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Version(i64);

    impl Record for Version {
        fn id(&self) -> i64 {
            1
        }

        fn precedes(&self, other: &Self) -> bool {
            self.0 < other.0
        }
    }

    #[test]
    fn what_comes_late_changes_nothing() {
        use Change::{Changed, Gone, Made};

        assert!(matches!(Changed(Version(3)).then(Changed(Version(2))), Changed(Version(3))));
        assert!(matches!(Changed(Version(2)).then(Made(Version(1))), Made(Version(2))));
        assert!(matches!(Made(Version(1)).then(Changed(Version(2))), Made(Version(2))));
        assert!(matches!(Gone.then(Changed(Version(2))), Gone));
    }

    #[test]
    fn a_changed_row_of_a_later_page_is_not_new_here() {
        let meta = |page, total_pages| Meta {
            page,
            page_size: 2,
            count: 2,
            total_count: 4,
            total_is_minimum: false,
            total_pages,
            has_more: page < total_pages,
            next_cursor: None,
        };
        assert!(belongs(7, meta(1, 2), Some(6)), "it newly fits the filter");
        assert!(!belongs(5, meta(1, 2), Some(6)), "it is on page 2");
        assert!(belongs(5, meta(1, 1), Some(6)), "there is no page 2");
        assert!(!belongs(7, meta(2, 2), Some(6)));
    }
}
