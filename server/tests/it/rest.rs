mod auth;
mod avatars;
mod edge;
mod input;
mod lobbies;
mod sessions;
mod users;
