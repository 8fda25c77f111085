//! The letters there are, and what each needs to know.

use serde::{Deserialize, Serialize};

use crate::mail_tokens::{MailTokenId, Purpose};

/// A letter, by its facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// To prove an address, after registering or upgrading with it.
    Confirm {
        /// What its link stands for.
        token: MailTokenId,
        /// The name to greet by. One that could be taken for a link is left out.
        name: Option<String>,
    },
    /// Somebody registered with an address that has an account.
    AlreadyRegistered,
    /// To sign in by.
    MagicLink {
        /// What its link stands for.
        token: MailTokenId,
    },
    /// To choose a new password by.
    Reset {
        /// What its link stands for.
        token: MailTokenId,
    },
    /// Somebody asked for a link of either kind with an address that has no account.
    NoAccount,
    /// To the new address of an account, to prove it.
    ChangeEmail {
        /// What its link stands for.
        token: MailTokenId,
    },
    /// To the old address, after the new one was proven.
    EmailChanged {
        /// The new one. Not all of it is shown.
        to: String,
    },
    /// The password was changed or set.
    PasswordChanged,
    /// The device that signed in by itself does so no more.
    DeviceUnlinked,
    /// Every session was ended.
    SignedOutEverywhere,
    /// The account is gone.
    AccountDeleted,
}

impl Letter {
    /// What its link stands for, and what that is for.
    pub(super) fn token(&self) -> Option<(MailTokenId, Purpose)> {
        match self {
            Self::Confirm { token, .. } => Some((*token, Purpose::Confirm)),
            Self::MagicLink { token } => Some((*token, Purpose::MagicLink)),
            Self::Reset { token } => Some((*token, Purpose::Reset)),
            Self::ChangeEmail { token } => Some((*token, Purpose::ChangeEmail)),
            Self::AlreadyRegistered
            | Self::NoAccount
            | Self::EmailChanged { .. }
            | Self::PasswordChanged
            | Self::DeviceUnlinked
            | Self::SignedOutEverywhere
            | Self::AccountDeleted => None,
        }
    }

    /// Whether anybody can bring it about with nothing but the address.
    pub(super) fn was_asked_for(&self) -> bool {
        self.token().is_some() || matches!(self, Self::AlreadyRegistered | Self::NoAccount)
    }
}
