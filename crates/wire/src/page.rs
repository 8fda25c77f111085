//! Pages of lists.

use serde::{Deserialize, Serialize};

use crate::{Cursor, FieldErrors, query};

/// Rows a page has when nothing is asked.
const PAGE_SIZE: i64 = 25;
/// Rows a page has at most; asking for more gives this many.
const PAGE_SIZE_MAX: i64 = 100;
/// Counting stops here: beyond it, `total_count` is this figure and `total_is_minimum` is true.
const COUNTED: i64 = 10_000;

/// Which page is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct PageQuery {
    /// From 1; 1 when absent.
    #[cfg_attr(feature = "openapi", param(minimum = 1, default = 1, nullable = false))]
    pub page: Option<i64>,
    /// Rows a page, 1 to 100; 25 when absent, 100 when more is asked.
    #[cfg_attr(feature = "openapi", param(minimum = 1, default = 25, nullable = false))]
    pub page_size: Option<i64>,
    /// Where an earlier page ended: its `next_cursor`. Takes the place of `page`. Not every list knows it.
    #[serde(deserialize_with = "query::cursor")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, nullable = false))]
    pub cursor: Option<Cursor>,
}

impl PageQuery {
    /// How far counting goes before it gives up.
    pub const COUNTED: i64 = COUNTED;

    /// The checked query.
    ///
    /// # Errors
    /// A page or page size below 1; a page beside a cursor.
    pub fn check(self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        if self.cursor.is_some() && self.page.is_some() {
            errors.add("page", "must be left out beside a cursor");
        }
        errors.number("page", self.page(), 1, i64::MAX);
        errors.number("page_size", self.page_size.unwrap_or(PAGE_SIZE), 1, i64::MAX);
        errors.or(self)
    }

    /// The page, from 1.
    #[must_use]
    pub fn page(self) -> i64 {
        self.page.unwrap_or(1)
    }

    /// Rows a page, clamped.
    #[must_use]
    pub fn size(self) -> i64 {
        self.page_size.unwrap_or(PAGE_SIZE).min(PAGE_SIZE_MAX)
    }

    /// Rows before this page.
    #[must_use]
    pub fn offset(self) -> i64 {
        (self.page() - 1).saturating_mul(self.size())
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where in the list they are.
    pub meta: Meta,
}

impl<T> Page<T> {
    /// A page of `data`, out of `counted` rows (counted no further than [`PageQuery::COUNTED`] + 1).
    #[must_use]
    pub fn new(data: Vec<T>, query: PageQuery, counted: i64) -> Self {
        let total_is_minimum = counted > COUNTED;
        let total_count = counted.min(COUNTED);
        let page_size = query.size();
        let total_pages = (total_count + page_size - 1) / page_size;
        let count = i64::try_from(data.len()).unwrap_or(i64::MAX);
        let has_more = query.page() < total_pages || (total_is_minimum && count == page_size);
        let next_cursor = None;
        let page = query.page();
        let meta = Meta { page, page_size, count, total_count, total_is_minimum, total_pages, has_more, next_cursor };
        Self { data, meta }
    }

    /// A page of a list that is ordered by `key` alone, so that a cursor can go on with it. `rows` has one more than the
    /// page ([`PageQuery::size`] + 1) where there are more.
    #[must_use]
    pub fn cut(mut rows: Vec<T>, query: PageQuery, counted: i64, key: impl Fn(&T) -> i64) -> Self {
        let size = usize::try_from(query.size()).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let next_cursor = rows.last().filter(|_| has_more).map(|row| Cursor::after(key(row)));
        let page = Self::new(rows, query, counted);
        Self { meta: Meta { has_more, next_cursor, ..page.meta }, ..page }
    }

    /// The same of a list that was counted only in part.
    #[must_use]
    pub fn at_least(self) -> Self {
        Self { meta: Meta { total_is_minimum: true, ..self.meta }, ..self }
    }

    /// The same of a list that was looked through up to this key only. A cursor goes on behind it, even if nothing was found; a
    /// page number cannot.
    #[must_use]
    pub fn up_to(self, key: i64, query: PageQuery) -> Self {
        let next_cursor = self.meta.next_cursor.or_else(|| Some(Cursor::after(key)));
        let has_more = self.meta.has_more || query.page.is_none();
        Self { meta: Meta { has_more, next_cursor, ..self.meta }, ..self }
    }
}

/// Where a page stands in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PageMeta))]
pub struct Meta {
    /// This page, from 1.
    pub page: i64,
    /// Rows a full page has.
    pub page_size: i64,
    /// Rows on this page.
    pub count: i64,
    /// Rows in the whole list: exact up to 10,000.
    pub total_count: i64,
    /// Whether there are more rows than `total_count` says.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub total_is_minimum: bool,
    /// Pages in the whole list.
    pub total_pages: i64,
    /// Whether a next page has rows.
    pub has_more: bool,
    /// The cursor of the next page, where there is one and the list knows cursors.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, required))]
    pub next_cursor: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_size_above_a_hundred_is_clamped_and_one_below_one_is_refused() {
        let ask = |page_size| PageQuery { page_size: Some(page_size), ..PageQuery::default() };
        assert_eq!(ask(101).check().map(PageQuery::size), Ok(100));
        assert_eq!(ask(0).check().unwrap_err().on("page_size"), ["must be greater than or equal to 1"]);
    }

    #[test]
    fn a_full_last_page_has_no_more() {
        let query = PageQuery { page: Some(2), page_size: Some(2), cursor: None };
        let page = Page::new(vec!['c', 'd'], query, 4);
        assert_eq!((page.meta.total_pages, page.meta.has_more), (2, false));
    }

    #[test]
    fn counting_gives_up_at_ten_thousand_and_says_so() {
        let page = Page::new(vec!['a'], PageQuery::default(), COUNTED + 1);
        assert_eq!((page.meta.total_count, page.meta.total_is_minimum), (10_000, true));
        let page = Page::new(vec!['a'], PageQuery::default(), COUNTED);
        assert_eq!((page.meta.total_count, page.meta.total_is_minimum), (10_000, false));
    }

    #[test]
    fn a_cursor_goes_on_after_the_last_row_of_a_page() {
        let query = PageQuery { page_size: Some(2), ..PageQuery::default() };
        let page = Page::cut(vec![3, 5, 8], query, 3, |row| *row);
        assert_eq!((&page.data[..], page.meta.has_more), (&[3, 5][..], true));
        assert_eq!(page.meta.next_cursor.map(Cursor::id), Some(5));
        let last = Page::cut(vec![8], PageQuery { cursor: page.meta.next_cursor, ..query }, 3, |row| *row);
        assert_eq!((last.meta.has_more, last.meta.next_cursor), (false, None));
    }

    #[test]
    fn a_page_and_a_cursor_do_not_go_together() {
        let both = PageQuery { page: Some(2), cursor: Some(Cursor::after(1)), page_size: None };
        assert_eq!(both.check().unwrap_err().on("page"), ["must be left out beside a cursor"]);
    }
}
