//! The Phoenix Channels protocol, for a server, a browser and programs.
//!
//! One WebSocket carries many *topics*. A client joins a topic, is sent its events, may push events of its own, and
//! leaves. Nearly everything is a small JSON frame; in version 2 of the serializer an array of five:
//!
//! ```text
//! [join_ref, ref, topic, event, payload]
//!
//! -> ["1","1","lobby:7","phx_join",{}]                                    may I?
//! <- ["1","1","lobby:7","phx_reply",{"response":{},"status":"ok"}]        you may
//! <- [null,null,"lobby:7","user_joined",{"user_id":3}]                    somebody came
//! -> [null,"2","phoenix","heartbeat",{}]                                  every 30 s
//! <- [null,"2","phoenix","phx_reply",{"response":{},"status":"ok"}]
//! ```
//!
//! In version 1, which clients mean that name no version, it is an object: `{"topic", "event", "payload", "ref"}`. Version
//! 2 has binary frames besides, for payloads that are bytes ([`codec::binary`]).
//!
//! The official `phoenix` package for JavaScript and the many clients in other languages speak it unchanged. This crate
//! knows no game: which topics there are, who may join and what is sent is up to its caller.
//!
//! | module | feature | what |
//! |---|---|---|
//! | [`codec`] | always | frames to [`codec::Message`] and back; one encoded frame for all subscribers |
//! | [`close`] | always | the codes a socket is closed with, and which of them a client may come back from |
//! | [`presence`] | always | who is on a topic, on one node or on many |
//! | `socket` | `server` | one connection, over any transport of frames: `socket::serve` |
//! | `client` | `client` | the browser's side: joins, heartbeats, comes back by itself and hears what it missed |
//! | `client::native` | `client-native` | the same for programs, over tokio |
//!
//! The files in `clients/golden` hold frames in both versions with their meaning, one shape each; this crate's tests
//! read them, and those of other clients can.
//!
//! # Promises
//!
//! * The reply to a join comes before any other frame of that topic.
//! * The frames of one topic arrive in the order in which its feed gave them.
//! * A subscriber that falls behind is told so (`phx_error`), never left with a silent gap: it joins anew and is told
//!   what it missed, or reads the present state from the join's reply.
//! * What one client sends, however broken, is answered to that client alone, and costs a bounded amount.
//!
//! # Beyond Phoenix
//!
//! Phoenix closes the connection on an undecodable frame; here it is answered with
//! `[null,null,"phoenix","phx_error",{"reason":"malformed frame: …"}]` and only the fifth one closes. Frames above the
//! permitted rate are refused with the reason `too_many_frames` before the socket is closed.
//!
//! A topic may number its events, by a member `seq` of their payloads, one more each time. Numbers of one `epoch` can be
//! compared. The reply to a join says where the topic stands, and a client that comes back says what it heard last:
//!
//! ```text
//! -> ["1","1","lobby:7","phx_join",{}]
//! <- ["1","1","lobby:7","phx_reply",{"response":{"epoch":"a","seq":12,…},"status":"ok"}]       with the state
//! -> ["9","9","lobby:7","phx_join",{"epoch":"a","seq":13}]
//! <- ["9","9","lobby:7","phx_reply",{"response":{"epoch":"a","resync":false,"seq":15},"status":"ok"}]
//! <- [null,null,"lobby:7","user_joined",{"seq":14,"user_id":3}]                                and so on
//! ```
//!
//! `"resync":true` comes with the state instead, as for a first join: what was missed is too much or not known any more.
//! The clients here do all of this by themselves, drop what they know already, and join anew when a number is missing.
//! A client that knows none of it is told the state each time. Events without a number, such as who is there, are told
//! at most once.

pub mod close;
pub mod codec;
pub mod presence;

// The half of the client that needs no browser is tested on the host, whichever features are on.
#[cfg(any(feature = "client", feature = "client-native", test))]
pub mod client;
#[cfg(feature = "server")]
pub mod socket;
