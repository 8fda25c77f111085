//! How often: a rate for each class of routes.

use axum::http::Method;
use axum::http::request::Parts;

/// So many in so long. All of them may come at once; then they come back one by one, evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many, at least 1.
    pub count: u32,
    /// In how many seconds, at least 1.
    pub per_seconds: u32,
}

impl Rate {
    /// So many in so many seconds.
    #[must_use]
    pub const fn new(count: u32, per_seconds: u32) -> Self {
        Self { count, per_seconds }
    }
}

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Sign-ins by password.
    Login,
    /// Sign-ins by device.
    Devices,
    /// Accounts that are made: by a device's first sign-in, as a guest's, or by registration.
    Guests,
    /// Mails that are asked for.
    Mails,
    /// Links of mails that are used.
    Links,
    /// Codes of lobbies that are tried.
    Codes,
    /// Exchanges of a refresh token.
    Refresh,
    /// Connections of sockets.
    Connects,
    /// What changes nothing.
    Reads,
    /// What changes something.
    Writes,
    /// What pages ask for while they are open: the dashboard, and the live parts of pages for players.
    Admin,
}

impl Class {
    /// The class of an ordinary route, by its method.
    #[expect(clippy::unnecessary_wraps, reason = "one of the functions that class requests")]
    pub(crate) fn by_method(parts: &Parts) -> Option<Self> {
        let is_safe = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
        Some(if is_safe { Self::Reads } else { Self::Writes })
    }

    /// Whether whoever asks has proven who they are by the time they are counted. Where they have not, what they show
    /// could be another one each time: those classes have a ceiling for each address.
    pub(super) fn is_by_caller(self) -> bool {
        matches!(self, Self::Codes | Self::Reads | Self::Writes | Self::Admin)
    }
}

/// A rate for each class, counted for a credential and an address together: a user, a device, an account somebody tries
/// to sign in to, or nobody in particular, as seen from one IPv4 address or one IPv6 network of 64 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Passwords that did not fit.
    pub login: Rate,
    /// Sign-ins of one device.
    pub devices: Rate,
    /// Accounts made from one address. Known devices are let in beyond it.
    pub guests: Rate,
    /// Mails asked for from one address, for one account.
    pub mails: Rate,
    /// Links of mails used from one address, good or not.
    pub links: Rate,
    /// Codes of lobbies one user tries, good or not.
    pub codes: Rate,
    /// Refreshes of one session.
    pub refresh: Rate,
    /// Connections of one user's sockets, or of one address without a user.
    pub connects: Rate,
    /// Reads.
    pub reads: Rate,
    /// Writes.
    pub writes: Rate,
    /// The server functions of pages: the dashboard, and the live parts of pages for players.
    pub admin: Rate,
    /// What one address may ask for altogether in each of the classes `login`, `devices`, `mails`, `refresh` and `connects`:
    /// wide, as a whole school may stand behind it.
    pub ceiling: Rate,
}

impl Rates {
    pub(super) fn of(&self, class: Class) -> Rate {
        match class {
            Class::Login => self.login,
            Class::Devices => self.devices,
            Class::Guests => self.guests,
            Class::Mails => self.mails,
            Class::Links => self.links,
            Class::Codes => self.codes,
            Class::Refresh => self.refresh,
            Class::Connects => self.connects,
            Class::Reads => self.reads,
            Class::Writes => self.writes,
            Class::Admin => self.admin,
        }
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            login: Rate::new(10, 60),
            devices: Rate::new(30, 3600),
            guests: Rate::new(300, 3600),
            mails: Rate::new(3, 3600),
            links: Rate::new(30, 300),
            codes: Rate::new(30, 300),
            refresh: Rate::new(150, 300),
            connects: Rate::new(60, 60),
            reads: Rate::new(1200, 60),
            writes: Rate::new(240, 60),
            admin: Rate::new(300, 60),
            ceiling: Rate::new(300, 60),
        }
    }
}
