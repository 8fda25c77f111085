pub(crate) mod client;
mod counts;
mod drain;
mod handshake;
mod limits;
mod places;
mod serializers;
mod slow;
mod topics;
