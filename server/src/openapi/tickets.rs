//! The route of tickets.

use wire::Ticket;

use super::route::{Route, post};

pub(super) fn routes() -> Vec<Route> {
    let ticket = Ticket { ticket: "8d5Zc0mB1VQ9sT3xLr7uKfHq2WnEyJgPaOiDt6Xv4Rk".to_owned(), expires_in: 30 };
    vec![
        post("/socket/ticket", "create_socket_ticket", "Realtime")
            .does(
                "Get a ticket for the socket",
                "Opens one socket as whoever asks, at `/socket/websocket?vsn=2.0.0&ticket=...`, within half a minute. For web \
                 games: a page cannot send a header with the request for a socket, and a token does not belong into an \
                 address. At most ten at a time are good.",
            )
            .for_users()
            .gives(200, "The ticket.", &ticket),
    ]
}
