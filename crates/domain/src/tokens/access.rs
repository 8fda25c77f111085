//! Access tokens: JWTs, good for fifteen minutes, of the keys of a [`Ring`].

mod ring;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use wire::{SessionId, UserId};

pub(crate) use ring::Ring;

/// Seconds an access token is good for.
pub(crate) const LIFETIME: i64 = 15 * 60;
/// Seconds two clocks may differ by.
const LEEWAY: i64 = 30;
/// Who issues the tokens, and whom they are for.
pub(super) const ISSUER: &str = "game_server";

/// What an access token says. Every claim must be there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: SessionId,
    /// Which refresh of the session it came with.
    generation: i64,
    typ: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

impl Claims {
    fn new(user: UserId, session: SessionId, generation: i64, now: DateTime<Utc>, jti: String) -> Self {
        let now = now.timestamp();
        Self {
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            sub: user.to_string(),
            sid: session,
            generation,
            typ: "access".to_owned(),
            iat: now,
            nbf: now,
            exp: now + LIFETIME,
            jti,
        }
    }

    /// Whether they are those of an access token: its kind, and its time, which no one of ours outlives.
    pub(super) fn is_access(&self) -> bool {
        self.typ == "access" && self.exp.checked_sub(self.nbf).is_some_and(|time| (0..=LIFETIME).contains(&time))
    }
}

/// What a token of ours says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verified {
    user: Option<UserId>,
    session: SessionId,
    generation: i64,
    not_before: i64,
    expires: i64,
    /// Until when the key that signed it verifies.
    key_until: Option<i64>,
}

impl Verified {
    fn new(claims: &Claims, key_until: Option<i64>) -> Self {
        Self {
            user: claims.sub.parse().ok(),
            session: claims.sid,
            generation: claims.generation,
            not_before: claims.nbf,
            expires: claims.exp,
            key_until,
        }
    }

    /// The session it belongs to.
    pub(crate) fn session(&self) -> SessionId {
        self.session
    }

    /// The refresh generation it came with.
    pub(crate) fn generation(&self) -> i64 {
        self.generation
    }

    /// When it expires, in seconds since 1970.
    pub(crate) fn expires(&self) -> i64 {
        self.expires
    }

    /// The user, when the subject is one.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.user
    }

    /// Whether it is neither too old nor of the future.
    fn is_timely(&self, now: i64) -> bool {
        now < self.expires + LEEWAY && self.not_before <= now + LEEWAY
    }

    /// Whether its key has not been dropped.
    fn has_key(&self, now: i64) -> bool {
        self.key_until.is_none_or(|until| now < until)
    }
}
