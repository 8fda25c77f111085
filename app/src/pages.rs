//! The pages, one file a noun. Those that the server writes alone stay out of the module.

mod admin;
mod audit;
#[cfg(feature = "ssr")]
mod home;
mod jobs;
#[cfg(feature = "ssr")]
mod legal;
mod lobbies;
#[cfg(feature = "ssr")]
mod mailbox;
#[cfg(feature = "ssr")]
mod missing;
mod open_sessions;
mod overview;
#[cfg(feature = "ssr")]
mod sessions;
#[cfg(feature = "ssr")]
mod setup;
mod users;

pub(crate) use admin::{Admin, Counts};
pub(crate) use audit::Audit;
#[cfg(feature = "ssr")]
pub(crate) use home::Home;
pub(crate) use jobs::Jobs;
#[cfg(feature = "ssr")]
pub(crate) use legal::{DataDeletion, Privacy, Terms};
pub(crate) use lobbies::Lobbies;
#[cfg(feature = "ssr")]
pub(crate) use mailbox::{Letter, Mailbox};
#[cfg(feature = "ssr")]
pub(crate) use missing::Elsewhere;
pub(crate) use open_sessions::OpenSessions;
pub(crate) use overview::Overview;
#[cfg(feature = "ssr")]
pub(crate) use sessions::LogIn;
#[cfg(feature = "ssr")]
pub(crate) use setup::FirstAdmin;
pub(crate) use users::Users;
