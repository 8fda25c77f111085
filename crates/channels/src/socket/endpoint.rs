//! What a socket asks its owner.

use std::future::ready;

use futures_util::stream::BoxStream;
use serde_json::{Value, json};

use crate::codec::{Frame, Payload, Serializer, UNMATCHED_TOPIC};

/// The topics behind one connection, and who is connected: one value for each socket.
///
/// A socket asks one question at a time and reads no further frame of its client until it is answered; its feeds run
/// on meanwhile. The future is dropped when the connection ends, so that an answer nobody waits for may be cut short.
pub trait Endpoint: Send + Sync + 'static {
    /// Decides about a join.
    ///
    /// Whoever is already a member when this is called has been dismissed just before (`phx_close`).
    ///
    /// # Errors
    /// `Err(response)` is sent as the error reply's response, e.g. `{"reason":"unauthorized"}`; for a topic that does
    /// not exist `{"reason":"unmatched topic"}`, see [`UNMATCHED_TOPIC`](crate::codec::UNMATCHED_TOPIC).
    fn join(&self, topic: &str, payload: Value) -> impl Future<Output = Result<Joined, Value>> + Send;

    /// A client's own event on a topic it has joined. The answer is sent if the client gave the frame a `ref`; one of
    /// bytes goes to clients of version 2 only, so it should answer nothing but a push of bytes.
    ///
    /// # Errors
    /// `Err(response)` is sent as the error reply's response; the membership goes on.
    fn push(&self, topic: &str, event: &str, payload: Payload) -> impl Future<Output = Result<Payload, Value>> + Send;

    /// A client's own event on the connection itself (the topic `phoenix`), other than its heartbeat. Answered as a push
    /// is. Where nothing is overridden, there are none.
    ///
    /// # Errors
    /// `Err(response)` is sent as the error reply's response.
    fn command(&self, _event: &str, _payload: Value) -> impl Future<Output = Result<Value, Value>> + Send {
        ready(Err(json!({ "reason": UNMATCHED_TOPIC })))
    }

    /// How this client's frames are written.
    fn serializer(&self) -> Serializer {
        Serializer::V2
    }
}

/// A join that was granted.
pub struct Joined {
    /// The reply's response, sent before anything of the feed. Subscribe first and read the state for the response
    /// afterwards: then nothing is missed between the two.
    pub response: Value,
    /// What the member gets from now on. Dropped when the client leaves. A feed that just ends counts as
    /// [`Feed::Lagged`]: the client joins anew and then gets a definite answer.
    pub feed: BoxStream<'static, Feed>,
}

/// One item of a member's feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Feed {
    /// Bytes shared by all subscribers of one serializer, already a frame with a null `join_ref`; see
    /// [`Serializer::broadcast_frame`] and, for version 2 alone, [`binary::broadcast_frame`](crate::codec::binary::broadcast_frame).
    Frame(Frame),
    /// The subscriber fell behind: `phx_error` is sent and the topic left, so that the client joins anew and catches up.
    Lagged,
    /// Membership ended: `phx_close` is sent and the topic left. A last frame may come before.
    Ended,
}
