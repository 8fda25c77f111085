//! The pages, one file a noun. Those that the server writes alone stay out of the module.

mod admin;
#[cfg(feature = "ssr")]
mod home;
#[cfg(feature = "ssr")]
mod legal;
mod lobbies;
#[cfg(feature = "ssr")]
mod mailbox;
#[cfg(feature = "ssr")]
mod missing;
mod overview;
#[cfg(feature = "ssr")]
mod sessions;
#[cfg(feature = "ssr")]
mod setup;
mod users;

pub(crate) use admin::{Admin, Counts};
#[cfg(feature = "ssr")]
pub(crate) use home::Home;
#[cfg(feature = "ssr")]
pub(crate) use legal::{DataDeletion, Privacy, Terms};
pub(crate) use lobbies::Lobbies;
#[cfg(feature = "ssr")]
pub(crate) use mailbox::{Letter, Mailbox};
#[cfg(feature = "ssr")]
pub(crate) use missing::Elsewhere;
pub(crate) use overview::Overview;
#[cfg(feature = "ssr")]
pub(crate) use sessions::LogIn;
#[cfg(feature = "ssr")]
pub(crate) use setup::FirstAdmin;
pub(crate) use users::Users;
