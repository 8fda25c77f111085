//! The pages, one file a noun.

mod admin;
mod home;
mod lobbies;
mod missing;
mod overview;
mod sessions;
mod setup;
mod users;

pub(crate) use admin::{Admin, Counts};
pub(crate) use home::Home;
pub(crate) use lobbies::Lobbies;
pub(crate) use missing::Missing;
pub(crate) use overview::Overview;
pub(crate) use sessions::LogIn;
pub(crate) use setup::FirstAdmin;
pub(crate) use users::Users;
