mod client;
mod topics;
