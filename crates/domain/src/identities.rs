//! Whose a session is, remembered for a moment, so that not every request has to read it.
//!
//! Only on SQLite, where one server is the only one that writes: on PostgreSQL another node may end a session or ban its
//! user, and nothing would tell this one. There is one such memory for each database, and the database's transactions see
//! to it: one that wrote to `users` or `sessions` forgets, when it is committed, whomever it named with
//! [`Tx::concerns`](crate::db::Tx::concerns), and *everybody* where it named nobody. A verb that says nothing is slow, never
//! wrong. News of a session's end names the session by itself.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use lru::LruCache;
use wire::{SessionId, UserId};

use crate::sessions::Live;

/// How long it is remembered at most. Nothing should need it: what changes is forgotten at once.
const TIME: TimeDelta = TimeDelta::seconds(30);

/// Whose identity a transaction changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// That of one session: it ended.
    Session(SessionId),
    /// That of all sessions of a user: a ban, another role, the account's end.
    User(UserId),
}

/// What a transaction wrote, as far as it concerns who somebody is.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    to_users: bool,
    to_sessions: bool,
    named: Vec<Whose>,
}

impl Changes {
    /// A statement was run.
    pub(crate) fn note(&mut self, sql: &str) {
        self.to_users |= writes(sql, "users");
        self.to_sessions |= writes(sql, "sessions");
    }

    /// Whom it is about.
    pub(crate) fn name(&mut self, whose: Whose) {
        self.named.push(whose);
    }

    fn are_of_everybody(&self) -> bool {
        let names_a_user = self.named.iter().any(|whose| matches!(whose, Whose::User(_)));
        (self.to_users && !names_a_user) || (self.to_sessions && self.named.is_empty())
    }
}

/// Whether a statement changes rows of a table that are there.
fn writes(sql: &str, table: &str) -> bool {
    let mut words = sql.split_ascii_whitespace();
    let mut is_inserted = false;
    let mut before = ("", "");
    words.any(|word| {
        let is_table = word == table;
        is_inserted |= is_table && before == ("insert", "into");
        let changes = is_table && (before.1 == "update" || before == ("delete", "from"));
        let conflict = is_inserted && before.1 == "do" && word == "update";
        before = (before.1, word);
        changes || conflict
    })
}

/// Sessions that were seen of late, and whose they are.
#[derive(Default)]
pub struct Identities(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    /// None until it is said how many there may be.
    known: Option<LruCache<SessionId, Known>>,
    /// How often something was forgotten.
    forgotten: u64,
}

struct Known {
    live: Live,
    read_at: DateTime<Utc>,
}

/// A state of the memory that something is read under.
#[derive(Clone, Copy)]
pub(crate) struct Reading(u64);

impl Identities {
    /// Remembers as many as this from now on, and nobody yet.
    pub(crate) fn hold(&self, most: usize) {
        self.memory().known = NonZeroUsize::new(most).map(|most| {
            // Bounded afterwards, so that room is made as sessions come, and not for all of them at the start.
            let mut known = LruCache::unbounded();
            known.resize(most);
            known
        });
    }

    /// Whose the session is, if that is known.
    pub(crate) fn get(&self, session: SessionId, now: DateTime<Utc>) -> Option<Live> {
        let mut memory = self.memory();
        let known = memory.known.as_mut()?;
        let Known { live, read_at } = known.get(&session)?;
        let age = now - *read_at;
        if (TimeDelta::zero()..TIME).contains(&age) && now < live.expires_at {
            return Some(*live);
        }
        known.pop(&session);
        None
    }

    /// To be asked before the database is.
    pub(crate) fn read(&self) -> Reading {
        Reading(self.memory().forgotten)
    }

    /// Remembers what the database said, unless something was forgotten since it was asked.
    pub(crate) fn remember(&self, reading: Reading, session: SessionId, live: Live, read_at: DateTime<Utc>) {
        let mut memory = self.memory();
        if memory.forgotten == reading.0
            && let Some(known) = &mut memory.known
        {
            known.put(session, Known { live, read_at });
        }
    }

    /// Forgets what a transaction made different.
    pub(crate) fn forget(&self, changes: &Changes) {
        let everybody = changes.are_of_everybody();
        if !everybody && changes.named.is_empty() {
            return;
        }
        let mut memory = self.memory();
        memory.forgotten += 1;
        let Some(known) = &mut memory.known else { return };
        if everybody {
            known.clear();
            return;
        }
        for whose in &changes.named {
            match whose {
                Whose::Session(session) => drop(known.pop(session)),
                Whose::User(user) => {
                    let theirs = known.iter().filter(|(_, known)| known.live.user_id == *user);
                    let theirs: Vec<_> = theirs.map(|(session, _)| *session).collect();
                    for session in theirs {
                        known.pop(&session);
                    }
                }
            }
        }
    }

    /// How many are remembered.
    #[must_use]
    pub fn count(&self) -> usize {
        self.memory().known.as_ref().map_or(0, LruCache::len)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn live(user: i64) -> Live {
        Live {
            user_id: UserId(user),
            seen_generation: 0,
            expires_at: at(1_000),
            used_at: at(0),
            proven_at: at(0),
            is_admin: false,
            is_guest: true,
        }
    }

    fn holding(most: usize) -> Identities {
        let identities = Identities::default();
        identities.hold(most);
        identities
    }

    /// Session `n` is that of user `n / 2`.
    fn remember(identities: &Identities, sessions: impl IntoIterator<Item = i64>) {
        for n in sessions {
            identities.remember(identities.read(), SessionId(n), live(n / 2), at(0));
        }
    }

    fn known(identities: &Identities, sessions: impl IntoIterator<Item = i64>) -> Vec<i64> {
        sessions.into_iter().filter(|n| identities.get(SessionId(*n), at(0)).is_some()).collect()
    }

    #[test]
    fn the_one_that_was_not_asked_for_longest_goes_first() {
        let identities = holding(3);
        remember(&identities, [1, 2, 3]);
        assert!(identities.get(SessionId(1), at(0)).is_some());
        remember(&identities, [4]);
        assert_eq!(known(&identities, [1, 2, 3, 4]), [1, 3, 4]);
        remember(&identities, [5]);
        assert_eq!(known(&identities, [1, 3, 4, 5]), [3, 4, 5]);
    }

    #[test]
    fn a_million_sessions_take_the_room_of_a_thousand() {
        let identities = holding(1000);
        remember(&identities, 0..1_000_000);
        assert_eq!(identities.count(), 1000);
        assert_eq!(known(&identities, 999_000..1_000_000).len(), 1000);
    }

    #[test]
    fn nothing_is_remembered_for_longer_than_its_time() {
        let identities = holding(9);
        for (seconds, is_known) in [(29, true), (30, false)] {
            remember(&identities, [1]);
            assert_eq!(identities.get(SessionId(1), at(seconds)).is_some(), is_known, "{seconds} s");
        }
        remember(&identities, [1]);
        assert!(identities.get(SessionId(1), at(-1)).is_none(), "a clock that was put back");
        let ends_soon = Live { expires_at: at(5), ..live(1) };
        for (seconds, is_known) in [(4, true), (5, false)] {
            identities.remember(identities.read(), SessionId(1), ends_soon, at(0));
            assert_eq!(identities.get(SessionId(1), at(seconds)).is_some(), is_known, "{seconds} s");
        }
    }

    #[test]
    fn what_was_read_before_something_was_forgotten_is_not_remembered_after_it() {
        let identities = holding(9);
        let reading = identities.read();
        let mut changes = Changes::default();
        changes.name(Whose::Session(SessionId(1)));
        identities.forget(&changes);
        identities.remember(reading, SessionId(1), live(1), at(0));
        assert_eq!(identities.count(), 0);
    }

    #[test]
    fn whoever_is_named_is_forgotten_and_everybody_where_nobody_is() {
        let after = |statement: &str, named: &[Whose]| {
            let identities = holding(9);
            remember(&identities, 2..8);
            let mut changes = Changes::default();
            changes.note(statement);
            for whose in named {
                changes.name(*whose);
            }
            identities.forget(&changes);
            known(&identities, 2..8)
        };
        let (session, user) = (Whose::Session(SessionId(4)), Whose::User(UserId(3)));
        let (of_users, of_sessions) = ("update users set a = 1", "update sessions\n set a = 1");
        assert_eq!(after("select 1", &[]), [2, 3, 4, 5, 6, 7]);
        assert_eq!(after(of_sessions, &[session]), [2, 3, 5, 6, 7]);
        assert_eq!(after(of_users, &[user]), [2, 3, 4, 5]);
        assert_eq!(after(of_sessions, &[session, user]), [2, 3, 5]);
        assert_eq!(after(of_sessions, &[]), [0; 0]);
        assert_eq!(after(of_users, &[session]), [0; 0], "a session says nothing about its user's others");
    }

    #[test]
    fn statements_that_change_rows_are_told_from_others() {
        for sql in [
            "update users set a = 1",
            "with x as (select 1)\ndelete from users where 1",
            "insert into users (a) values (1) on conflict (a) do update set a = 2",
        ] {
            assert!(writes(sql, "users"), "{sql}");
        }
        for sql in [
            "insert into users (a) values (1) on conflict do nothing",
            "select 1 from users for update",
            "update user_sessions set users = 1",
            "delete from session_rotations",
        ] {
            assert!(!writes(sql, "users") && !writes(sql, "sessions"), "{sql}");
        }
    }

    #[test]
    fn none_are_held_until_it_is_said_how_many() {
        let identities = Identities::default();
        remember(&identities, [1]);
        identities.hold(0);
        remember(&identities, [1]);
        assert_eq!(identities.count(), 0);
    }
}
