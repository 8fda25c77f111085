//! Pages of lists.

use serde::{Deserialize, Serialize};

use crate::FieldErrors;

/// Rows a page has when nothing is asked.
const PAGE_SIZE: i64 = 25;
/// Rows a page has at most; asking for more gives this many.
const PAGE_SIZE_MAX: i64 = 100;
/// Counting stops here: beyond it, `total_count` is this figure and `total_is_minimum` is true.
const COUNTED: i64 = 10_000;

/// Which page is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct PageQuery {
    /// From 1; 1 when absent.
    #[cfg_attr(feature = "openapi", param(minimum = 1, default = 1, nullable = false))]
    pub page: Option<i64>,
    /// Rows a page, 1 to 100; 25 when absent, 100 when more is asked.
    #[cfg_attr(feature = "openapi", param(minimum = 1, default = 25, nullable = false))]
    pub page_size: Option<i64>,
}

impl PageQuery {
    /// How far counting goes before it gives up.
    pub const COUNTED: i64 = COUNTED;

    /// The checked query.
    ///
    /// # Errors
    /// A page or page size below 1.
    pub fn check(self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
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
        let meta = Meta { page: query.page(), page_size, count, total_count, total_is_minimum, total_pages, has_more };
        Self { data, meta }
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_size_above_a_hundred_is_clamped_and_one_below_one_is_refused() {
        let ask = |page_size| PageQuery { page: None, page_size: Some(page_size) };
        assert_eq!(ask(101).check().map(PageQuery::size), Ok(100));
        assert_eq!(ask(0).check().unwrap_err().on("page_size"), ["must be greater than or equal to 1"]);
    }

    #[test]
    fn a_full_last_page_has_no_more() {
        let query = PageQuery { page: Some(2), page_size: Some(2) };
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
}
