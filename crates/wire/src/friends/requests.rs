//! Requests that wait for an answer: two lists in one answer, cut into pages alike.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::FriendStatus;
use crate::{FriendshipId, Meta, Page, PageQuery, UserId};

/// A request that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FriendRequest {
    /// What it is accepted, rejected, blocked or cancelled by.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub id: FriendshipId,
    /// Who asks.
    pub requester: RequestSide,
    /// Who is asked.
    pub target: RequestSide,
    /// `pending`.
    pub status: FriendStatus,
    /// When they asked.
    #[serde(deserialize_with = "crate::time::read")]
    pub inserted_at: DateTime<Utc>,
}

/// Who asks, or is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestSide {
    /// The user.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub id: UserId,
    /// The name other players see.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub display_name: Option<String>,
}

/// Requests to the caller and of the caller: the answer of `GET /me/friend-requests`. The page asked for is cut from both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FriendRequests {
    /// Those the caller can answer.
    pub incoming: Vec<FriendRequest>,
    /// Those the caller made.
    pub outgoing: Vec<FriendRequest>,
    /// Where in the two lists they are.
    pub meta: RequestsMeta,
}

/// Where a page stands in the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestsMeta {
    /// This page, from 1.
    pub page: i64,
    /// Rows a full page has, of each list.
    pub page_size: i64,
    /// Rows on this page.
    pub counts: TwoCounts,
    /// Rows on all pages, counted up to 10,000.
    pub total_counts: TwoCounts,
    /// Whether there are more than were counted.
    pub total_is_minimum: TwoFlags,
    /// Pages there are.
    pub total_pages: TwoCounts,
    /// Whether another page follows.
    pub has_more: TwoFlags,
}

/// A number for each list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TwoCounts {
    /// Of requests to the caller.
    pub incoming: i64,
    /// Of requests of the caller.
    pub outgoing: i64,
}

/// Yes or no for each list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TwoFlags {
    /// Of requests to the caller.
    pub incoming: bool,
    /// Of requests of the caller.
    pub outgoing: bool,
}

impl FriendRequests {
    /// A page of both lists, each out of as many rows as were counted (no further than [`PageQuery::COUNTED`] + 1).
    #[must_use]
    pub fn new(
        (incoming, ins): (Vec<FriendRequest>, i64),
        (outgoing, outs): (Vec<FriendRequest>, i64),
        query: PageQuery,
    ) -> Self {
        let Page { data: incoming, meta: ins } = Page::new(incoming, query, ins);
        let Page { data: outgoing, meta: outs } = Page::new(outgoing, query, outs);
        let numbers = |of: fn(&Meta) -> i64| TwoCounts { incoming: of(&ins), outgoing: of(&outs) };
        let flags = |of: fn(&Meta) -> bool| TwoFlags { incoming: of(&ins), outgoing: of(&outs) };
        let meta = RequestsMeta {
            page: ins.page,
            page_size: ins.page_size,
            counts: numbers(|meta| meta.count),
            total_counts: numbers(|meta| meta.total_count),
            total_is_minimum: flags(|meta| meta.total_is_minimum),
            total_pages: numbers(|meta| meta.total_pages),
            has_more: flags(|meta| meta.has_more),
        };
        Self { incoming, outgoing, meta }
    }
}
