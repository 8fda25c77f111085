//! The socket as a client sees it: frames in, frames out, on a clock that tests move.

mod binary;
mod feeds;
mod garbage;
mod limits;
mod memberships;
#[cfg(feature = "client-native")]
mod native;
mod player;
mod rooms;
mod version_1;
