//! When a socket must act although nothing happens.

use tokio::time::Instant;

use super::Limits;
use crate::close::{self, Close};

/// What is to be done now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Ping,
    Close(Close),
}

pub(super) struct Deadlines<'a> {
    limits: &'a Limits,
    heard: Instant,
    pinged: bool,
    /// Since when no topic is joined.
    unjoined: Option<Instant>,
}

impl<'a> Deadlines<'a> {
    pub(super) fn new(limits: &'a Limits, now: Instant) -> Self {
        Self { limits, heard: now, pinged: false, unjoined: Some(now) }
    }

    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.pinged = false;
    }

    pub(super) fn joined(&mut self, any: bool, now: Instant) {
        if any {
            self.unjoined = None;
        } else {
            self.unjoined.get_or_insert(now);
        }
    }

    /// The next moment to ask [`Deadlines::due`]. `busy`: a question of this client is being answered, which may be the
    /// join that is waited for.
    pub(super) fn next(&self, busy: bool) -> Instant {
        let ping = (!self.pinged).then(|| self.heard + self.limits.ping);
        let silence = self.heard + self.limits.silence;
        [ping, self.unjoined_until(busy)].into_iter().flatten().fold(silence, Instant::min)
    }

    pub(super) fn due(&mut self, now: Instant, busy: bool) -> Option<Due> {
        if now >= self.heard + self.limits.silence {
            return Some(Due::Close(close::SILENT));
        }
        if self.unjoined_until(busy).is_some_and(|until| now >= until) {
            return Some(Due::Close(close::NOTHING_JOINED));
        }
        if !self.pinged && now >= self.heard + self.limits.ping {
            self.pinged = true;
            return Some(Due::Ping);
        }
        None
    }

    fn unjoined_until(&self, busy: bool) -> Option<Instant> {
        if busy { None } else { Some(self.unjoined? + self.limits.unjoined?) }
    }
}
