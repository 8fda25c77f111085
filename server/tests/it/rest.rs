mod edge;
mod lobbies;
mod sessions;
mod users;
