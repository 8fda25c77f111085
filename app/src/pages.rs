//! The pages, one file a noun. Those that the server writes alone stay out of the module.

#[cfg(feature = "ssr")]
mod accounts;
mod admin;
mod audit;
mod connections;
mod events;
mod friends;
#[cfg(feature = "ssr")]
mod home;
mod jobs;
#[cfg(feature = "ssr")]
mod legal;
#[cfg(feature = "ssr")]
mod links;
mod lobbies;
mod lobby;
#[cfg(feature = "ssr")]
mod mailbox;
#[cfg(feature = "ssr")]
mod missing;
mod open_sessions;
mod overview;
#[cfg(feature = "ssr")]
mod passwords;
mod play;
#[cfg(feature = "ssr")]
mod sessions;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(feature = "ssr")]
mod setup;
mod users;

#[cfg(feature = "ssr")]
pub(crate) use accounts::{Confirm, ConfirmByLink, MoveByLink, Register};
pub(crate) use admin::{Admin, Counts};
pub(crate) use audit::Audit;
pub(crate) use connections::Connections;
pub(crate) use events::Events;
#[cfg(feature = "hydrate")]
pub(crate) use friends::FriendsPart;
#[cfg(feature = "ssr")]
pub(crate) use home::Home;
pub(crate) use jobs::Jobs;
#[cfg(feature = "ssr")]
pub(crate) use legal::{DataDeletion, Privacy, Terms};
pub(crate) use lobbies::Lobbies;
pub(crate) use lobby::OneLobby;
#[cfg(feature = "ssr")]
pub(crate) use mailbox::{Letter, Mailbox};
#[cfg(feature = "ssr")]
pub(crate) use missing::Elsewhere;
pub(crate) use open_sessions::OpenSessions;
pub(crate) use overview::Overview;
#[cfg(feature = "ssr")]
pub(crate) use passwords::{ForgotPassword, NewPassword};
#[cfg(feature = "hydrate")]
pub(crate) use play::PlayPart;
#[cfg(feature = "ssr")]
pub(crate) use play::PlayerLobbies;
#[cfg(feature = "ssr")]
pub(crate) use sessions::{LogIn, LogInByLink};
#[cfg(feature = "ssr")]
pub(crate) use settings::Settings;
#[cfg(feature = "ssr")]
pub(crate) use setup::FirstAdmin;
pub(crate) use users::Users;
