//! Requests by route, method and status.
//!
//! Counted without a lock: every route has a place of its own, found by its name's hash, taken once and never given back.
//! There are as many as there are routes, whatever callers ask for.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::iter;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use domain::stats::Histogram;

/// Places for routes: four times what there are routes and methods, so that a place is found at once.
const PLACES: usize = 1024;
/// The statuses that are counted by themselves. Another one counts as `other`.
const STATUSES: [u16; 35] = [
    101, 200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 413,
    414, 415, 416, 422, 426, 428, 429, 431, 500, 502, 503, 504,
];

/// What is counted of requests.
pub(crate) struct Requests {
    routes: [OnceLock<Box<Route>>; PLACES],
    /// For what finds no place any more.
    rest: Route,
    running: AtomicI64,
    abandoned: AtomicU64,
}

impl Default for Requests {
    fn default() -> Self {
        let rest = Route::new("other", "other");
        Self {
            routes: [const { OnceLock::new() }; PLACES],
            rest,
            running: AtomicI64::new(0),
            abandoned: AtomicU64::new(0),
        }
    }
}

/// One route, asked by one method.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: Box<str>,
    statuses: [AtomicU64; STATUSES.len() + 1],
    pub(crate) took: Histogram,
}

impl Requests {
    /// A request comes in.
    pub(crate) fn begin(&self) -> Running<'_> {
        self.running.fetch_add(1, Ordering::Relaxed);
        Running { requests: self, is_answered: false }
    }

    /// Requests that are being answered.
    pub(crate) fn running(&self) -> i64 {
        self.running.load(Ordering::Relaxed)
    }

    /// Requests whose caller hung up before the answer.
    pub(crate) fn abandoned(&self) -> u64 {
        self.abandoned.load(Ordering::Relaxed)
    }

    /// Every route that was asked.
    pub(crate) fn routes(&self) -> impl Iterator<Item = &Route> {
        let rest = iter::once(&self.rest).filter(|rest| rest.statuses().next().is_some());
        self.routes.iter().filter_map(OnceLock::get).map(AsRef::as_ref).chain(rest)
    }

    fn of(&self, method: &'static str, path: &str) -> &Route {
        let mut hasher = DefaultHasher::new();
        (method, path).hash(&mut hasher);
        let first = usize::try_from(hasher.finish() % PLACES as u64).unwrap_or_default();
        for place in (first..PLACES).chain(0..first).take(16) {
            // Two that come at once for one place: the second looks on, if it is not its own.
            let route = self.routes[place].get_or_init(|| Box::new(Route::new(method, path)));
            if route.method == method && *route.path == *path {
                return route;
            }
        }
        &self.rest
    }
}

impl Route {
    fn new(method: &'static str, path: &str) -> Self {
        let statuses = [const { AtomicU64::new(0) }; STATUSES.len() + 1];
        Self { method, path: path.into(), statuses, took: Histogram::default() }
    }

    /// How often it was answered with each status, where it was.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = (Option<u16>, u64)> {
        let names = STATUSES.iter().copied().map(Some).chain([None]);
        names.zip(self.statuses.iter().map(|count| count.load(Ordering::Relaxed))).filter(|(_, count)| *count > 0)
    }
}

/// A request that is being answered. If it is dropped without an end, its caller hung up.
pub(crate) struct Running<'r> {
    requests: &'r Requests,
    is_answered: bool,
}

impl Running<'_> {
    /// It was answered.
    pub(crate) fn end(mut self, method: &'static str, route: &str, status: StatusCode, took: Duration) {
        self.is_answered = true;
        // A route has few methods, a caller may try them all.
        let method = if status == StatusCode::METHOD_NOT_ALLOWED { "other" } else { method };
        let route = self.requests.of(method, route);
        let place = STATUSES.binary_search(&status.as_u16()).unwrap_or(STATUSES.len());
        route.statuses[place].fetch_add(1, Ordering::Relaxed);
        route.took.record(took);
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.requests.running.fetch_sub(1, Ordering::Relaxed);
        if !self.is_answered {
            self.requests.abandoned.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(requests: &Requests, method: &'static str, route: &str, status: u16) {
        requests.begin().end(method, route, StatusCode::from_u16(status).unwrap(), Duration::from_millis(1));
    }

    #[test]
    fn statuses_are_in_order_so_that_they_are_found() {
        assert!(STATUSES.is_sorted());
    }

    #[test]
    fn each_route_counts_its_own() {
        let requests = Requests::default();
        for (method, route, status) in [
            ("GET", "/a", 200),
            ("GET", "/a", 200),
            ("GET", "/a", 404),
            ("POST", "/a", 200),
            ("GET", "/b", 299),
            ("PUT", "/b", 405),
        ] {
            ask(&requests, method, route, status);
        }
        let mut counted: Vec<_> = requests
            .routes()
            .flat_map(|route| route.statuses().map(|(status, count)| (&*route.path, route.method, status, count)))
            .collect();
        counted.sort_unstable();
        assert_eq!(
            counted,
            [
                ("/a", "GET", Some(200), 2),
                ("/a", "GET", Some(404), 1),
                ("/a", "POST", Some(200), 1),
                ("/b", "GET", None, 1),
                ("/b", "other", Some(405), 1)
            ]
        );
        assert_eq!((requests.running(), requests.abandoned()), (0, 0));
    }

    #[test]
    fn no_number_of_routes_takes_more_than_the_places_there_are() {
        let requests = Requests::default();
        let asked = 4 * PLACES;
        for n in 0..asked {
            ask(&requests, "GET", &format!("/{n}"), 200);
        }
        assert!(requests.routes().count() <= PLACES + 1);
        let counted: u64 = requests.routes().flat_map(Route::statuses).map(|(_, count)| count).sum();
        assert_eq!(counted, asked as u64, "none is lost");
    }

    #[test]
    fn whoever_hangs_up_is_counted_out() {
        let requests = Requests::default();
        let running = requests.begin();
        assert_eq!((requests.running(), requests.abandoned()), (1, 0));
        drop(running);
        assert_eq!((requests.running(), requests.abandoned()), (0, 1));
    }
}
