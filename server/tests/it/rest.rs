mod auth;
mod avatars;
mod edge;
mod input;
mod keys;
mod lobbies;
mod sessions;
mod users;
