pub(crate) mod client;
mod topics;
