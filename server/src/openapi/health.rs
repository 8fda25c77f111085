//! Whether the server is up.

use wire::Health;

use super::lobbies::at_eight;
use super::route::{Route, get};

pub(super) fn routes() -> Vec<Route> {
    let up = Health { status: "ok".to_owned(), timestamp: at_eight() };
    vec![
        get("/health", "index", "Health")
            .does("Ask whether the server is up", "Answers without touching the database.")
            .gives(200, "It is.", &up),
    ]
}
