//! Who is asking. Every verb takes it first and decides by it, so that no skin can forget to.

use std::net::IpAddr;

use wire::{SessionId, UserId};

use crate::{Device, Error, Result};

/// Who is asking, through which session, from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Who.
    pub who: Who,
    /// The session their credential belongs to.
    pub session: Option<SessionId>,
    /// The address the request came from.
    pub ip: Option<IpAddr>,
    /// On what they play, as far as it is known.
    pub device: Option<Device>,
    /// Whether the sign-in of an admin's browser is too old for what admins do: they are asked for another first.
    pub must_sign_in_again: bool,
}

/// Who is asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Nobody who signed in.
    Nobody,
    /// A user whose account is held by a device alone.
    Guest(UserId),
    /// A user with an account of their own.
    Player(UserId),
    /// A user who may open the dashboard.
    Admin(UserId),
    /// The server itself, or whoever can run its command line.
    System,
}

impl Scope {
    /// Nobody.
    pub const NOBODY: Self =
        Self { who: Who::Nobody, session: None, ip: None, device: None, must_sign_in_again: false };
    /// The server itself.
    pub const SYSTEM: Self = Self { who: Who::System, ..Self::NOBODY };

    /// Whoever it is, coming from an address.
    #[must_use]
    pub fn from(self, ip: Option<IpAddr>) -> Self {
        Self { ip, ..self }
    }

    /// Whoever it is, on a device.
    #[must_use]
    pub fn on(self, device: Option<Device>) -> Self {
        Self { device, ..self }
    }

    /// The user who asks, if one does.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self.who {
            Who::Guest(id) | Who::Player(id) | Who::Admin(id) => Some(id),
            Who::Nobody | Who::System => None,
        }
    }

    /// Whether an admin, or the server itself, asks.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.require_admin().is_ok()
    }

    /// The user who asks.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when nobody is signed in.
    pub fn require_user(&self) -> Result<UserId> {
        self.user().ok_or_else(Error::authentication_required)
    }

    /// Passes the server itself.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for nobody, [`Error::Forbidden`] for anybody else.
    pub fn require_system(&self) -> Result<()> {
        match self.who {
            Who::System => Ok(()),
            Who::Nobody => Err(Error::authentication_required()),
            Who::Guest(_) | Who::Player(_) | Who::Admin(_) => Err(Error::system_only()),
        }
    }

    /// Passes admins.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for nobody, [`Error::Forbidden`] for anybody else; `recent_login_required`.
    pub fn require_admin(&self) -> Result<()> {
        match self.who {
            Who::Admin(_) if self.must_sign_in_again => {
                Err(Error::recent_login_required("This sign-in is too old for the dashboard. Sign in again to go on."))
            }
            Who::Admin(_) | Who::System => Ok(()),
            Who::Nobody => Err(Error::authentication_required()),
            Who::Guest(_) | Who::Player(_) => Err(Error::admins_only()),
        }
    }
}
