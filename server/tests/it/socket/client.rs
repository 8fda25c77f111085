//! A client that speaks the protocol frame by frame.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::Response;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::app::{Player, TestApp};

/// Long enough for a busy machine; what does not happen within it does not happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Socket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

/// Connects, with headers of the test's choice; gives the refusal's status otherwise.
pub(crate) async fn connect(app: &TestApp, query: &str, headers: &[(&'static str, String)]) -> Result<Socket, u16> {
    ask(app, query, headers).await.map_err(|refusal| refusal.status().as_u16())
}

/// Connects; gives the whole refusal otherwise.
pub(crate) async fn ask(
    app: &TestApp,
    query: &str,
    headers: &[(&'static str, String)],
) -> Result<Socket, Response<Option<Vec<u8>>>> {
    let url = format!("ws://{}/socket/websocket?{query}", app.address);
    let mut request = url.into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(Socket(socket)),
        Err(Error::Http(response)) => Err(*response),
        Err(error) => panic!("{error}"),
    }
}

impl Player<'_> {
    /// Connects by access token, or as nobody.
    pub(crate) async fn socket(&self) -> Socket {
        connect(self.app, &self.query(), &[]).await.unwrap()
    }

    /// What to say when connecting.
    pub(crate) fn query(&self) -> String {
        let token = self.access.as_ref().map(|token| format!("&token={token}")).unwrap_or_default();
        format!("vsn=2.0.0{token}")
    }
}

impl Socket {
    pub(crate) async fn send(&mut self, text: &str) {
        self.0.send(Message::Text(text.into())).await.unwrap();
    }

    /// The next frame that is not about who is there.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let frame = self.any().await;
            let event = frame.get(3).or_else(|| frame.get("event")).and_then(Value::as_str);
            if !event.is_some_and(|event| event.starts_with("presence_") && event != "presence_changed") {
                return frame;
            }
        }
    }

    /// The next frame.
    pub(crate) async fn any(&mut self) -> Value {
        match self.next_message().await {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("no frame: {other:?}"),
        }
    }

    /// The next message that is no ping.
    pub(crate) async fn next_message(&mut self) -> Message {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something comes");
            match message.expect("the socket is open").unwrap() {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return message,
            }
        }
    }

    /// The code the server closed with; frames before it are passed over.
    pub(crate) async fn close_code(&mut self) -> u16 {
        self.close().await.0
    }

    /// The code and the reason the server closed with; frames before it are passed over.
    pub(crate) async fn close(&mut self) -> (u16, String) {
        loop {
            if let Message::Close(frame) = self.next_message().await {
                let frame = frame.expect("the server says why");
                return (frame.code.into(), frame.reason.to_string());
            }
        }
    }

    /// Joins a topic: the reply's status and response.
    pub(crate) async fn join(&mut self, topic: &str) -> (String, Value) {
        self.send(&json!(["1", "1", topic, "phx_join", {}]).to_string()).await;
        let reply = self.next().await;
        assert_eq!((&reply[0], &reply[2], &reply[3]), (&json!("1"), &json!(topic), &json!("phx_reply")));
        (reply[4]["status"].as_str().unwrap().to_owned(), reply[4]["response"].clone())
    }

    /// Joins a topic that lets one in: its response.
    pub(crate) async fn joined(&mut self, topic: &str) -> Value {
        let (status, response) = self.join(topic).await;
        assert_eq!(status, "ok", "{response}");
        response
    }

    /// The next event: `[topic, event, payload]`, without the number it must have.
    pub(crate) async fn event(&mut self) -> Value {
        self.numbered().await.1
    }

    /// The next event and its number.
    pub(crate) async fn numbered(&mut self) -> (u64, Value) {
        let mut frame = self.next().await;
        let seq = frame[4].as_object_mut().and_then(|payload| payload.remove("seq"));
        let seq = seq.and_then(|seq| seq.as_u64()).unwrap_or_else(|| panic!("no number: {frame}"));
        (seq, json!([frame[2], frame[3], frame[4]]))
    }
}
