//! A handler that panics fails alone.

use std::panic::AssertUnwindSafe;

use axum::response::{IntoResponse, Response};
use domain::Error;
use futures_util::FutureExt;
use tower_http::catch_panic::CatchPanicLayer;

use crate::error::Failure;

/// Answers for a handler that panicked: the connection goes on, and so do all others. The panic itself is printed where
/// it happens; what it says is shown to nobody.
pub(crate) fn no_panic() -> CatchPanicLayer<fn(Box<dyn std::any::Any + Send>) -> Response> {
    CatchPanicLayer::custom(|_| panicked())
}

/// The same around an answer in the making: for what no layer of its own lies around.
pub(crate) async fn caught(answering: impl Future<Output = Response>) -> Response {
    // What a request held is dropped with it; what is shared are atomics, and locks that a panic does not close.
    AssertUnwindSafe(answering).catch_unwind().await.unwrap_or_else(|_| panicked())
}

fn panicked() -> Response {
    Failure::from(Error::Internal("a handler panicked".to_owned())).into_response()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use axum::Router;
    use axum::routing::get;

    use super::*;

    #[tokio::test]
    async fn a_handler_that_panics_answers_and_its_connection_goes_on() {
        let router = Router::<()>::new()
            .route("/panics", get(async || -> Response { panic!("the canary of a panic") }))
            .route("/works", get(async || "works"))
            .layer(no_panic());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut connection = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let requests =
            "GET /panics HTTP/1.1\r\nhost: a\r\n\r\nGET /works HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        connection.write_all(requests.as_bytes()).await.unwrap();
        let mut answers = String::new();
        connection.read_to_string(&mut answers).await.unwrap();
        let (panicked, worked) = answers.split_at(answers.rfind("HTTP/1.1").unwrap());
        assert!(panicked.starts_with("HTTP/1.1 500") && panicked.contains(r#"{"error":"internal","message":"#));
        assert!(!answers.contains("canary"), "{answers}");
        assert!(worked.starts_with("HTTP/1.1 200") && worked.ends_with("works"), "{worked}");
    }
}
