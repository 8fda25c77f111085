mod auth;
mod edge;
mod input;
mod lobbies;
mod sessions;
mod users;
