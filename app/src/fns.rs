//! Server functions: each fetches who asks, calls one verb, and hands back what it says.

#[cfg(feature = "ssr")]
pub(crate) mod accounts;
mod audit;
mod connections;
mod encoding;
mod events;
pub(crate) mod friends;
mod history;
mod jobs;
mod lobbies;
#[cfg(feature = "ssr")]
mod mailbox;
mod overview;
mod play;
mod sessions;
mod setup;
#[cfg(feature = "ssr")]
mod ssr;
mod users;

use serde::{Deserialize, Serialize};
use server_fn::codec::Post;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use wire::ApiError;

pub use audit::audit;
pub use connections::connections;
use encoding::JsonText;
pub use events::lobby_events;
pub use friends::circle;
pub use history::history;
pub use jobs::jobs;
pub use lobbies::{lobbies, lobby};
#[cfg(feature = "ssr")]
pub(crate) use mailbox::{letter, mailbox};
pub use overview::overview;
#[cfg(feature = "ssr")]
pub(crate) use play::look_at;
pub use play::play;
pub use sessions::sessions;
pub use setup::link_works;
pub use users::{Seat, user, users, viewer};

/// How everything is asked and answered.
type Json = Post<JsonText>;

/// Why a server function gave no answer: the one shape of every error, in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Problem(pub ApiError);

impl FromServerFnError for Problem {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => {
                Self(ApiError::new("unreachable", "The server did not answer. Nothing was changed."))
            }
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                ssr::refused(domain::Error::invalid_json())
            }
            other => Self(ApiError::new("internal", other.to_string())),
        }
    }
}

/// Gives the page being rendered another status than 200.
#[cfg(feature = "ssr")]
pub(crate) fn set_status(status: u16) {
    ssr::set_status(status);
}
