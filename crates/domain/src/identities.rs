//! Whose a session is, and that user's account, remembered for a moment, so that not every request has to read them.
//!
//! Only on SQLite, where one server is the only one that writes: on PostgreSQL another node may end a session or ban its
//! user, and nothing would tell this one. There is one such memory for each database, and the database's transactions see
//! to it: one that wrote to `users` or `sessions` forgets, when it is committed, whomever it named with
//! [`Tx::concerns`](crate::db::Tx::concerns), and *everybody* where it named nobody. A verb that says nothing is slow, never
//! wrong. News of a session's end names the session by itself.
//!
//! An account shows its user's seat as well, so that it is forgotten with what `lobby_members` says: everybody's is, but
//! where the statement says whose alone it is about ([`Tx::account_of`](crate::db::Tx::account_of)).

mod changes;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use lru::LruCache;
use wire::{Me, SessionId, UserId};

pub(crate) use self::changes::{Changes, Reach, Whose};
use crate::sessions::Live;

/// How long it is remembered at most. Nothing should need it: what changes is forgotten at once.
const TIME: TimeDelta = TimeDelta::seconds(30);

/// Bytes of metadata, as JSON, that an account is remembered with at most: a thousand of them are to be small.
const METADATA: usize = 1024;

/// Sessions that were seen of late, and whose they are.
#[derive(Default)]
pub struct Identities(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    /// None until it is said how many there may be.
    known: Option<LruCache<SessionId, Known>>,
    /// As many, of their users.
    accounts: Option<LruCache<UserId, Account>>,
    /// How often something was forgotten.
    forgotten: u64,
}

struct Known {
    live: Live,
    read_at: DateTime<Utc>,
}

struct Account {
    me: Arc<Me>,
    read_at: DateTime<Utc>,
}

/// A state of the memory that something is read under.
#[derive(Clone, Copy)]
pub(crate) struct Reading(u64);

impl Identities {
    /// Remembers as many as this from now on, and nobody yet.
    pub(crate) fn hold(&self, most: usize) {
        let mut memory = self.memory();
        memory.known = room(most);
        memory.accounts = room(most);
    }

    /// Whose the session is, if that is known.
    pub(crate) fn get(&self, session: SessionId, now: DateTime<Utc>) -> Option<Live> {
        let mut memory = self.memory();
        let known = memory.known.as_mut()?;
        let Known { live, read_at } = known.get(&session)?;
        if is_fresh(*read_at, now) && now < live.expires_at {
            return Some(*live);
        }
        known.pop(&session);
        None
    }

    /// A user's account, if it is known.
    pub(crate) fn account(&self, user: UserId, now: DateTime<Utc>) -> Option<Arc<Me>> {
        let mut memory = self.memory();
        let accounts = memory.accounts.as_mut()?;
        let Account { me, read_at } = accounts.get(&user)?;
        if is_fresh(*read_at, now) {
            return Some(me.clone());
        }
        accounts.pop(&user);
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

    /// The same for an account, if it is not a large one.
    pub(crate) fn remember_account(&self, reading: Reading, me: &Me, read_at: DateTime<Utc>) {
        if serde_json::to_vec(&me.metadata).is_ok_and(|json| json.len() > METADATA) {
            return;
        }
        let mut memory = self.memory();
        if memory.forgotten == reading.0
            && let Some(accounts) = &mut memory.accounts
        {
            accounts.put(me.id, Account { me: Arc::new(me.clone()), read_at });
        }
    }

    /// Forgets what a transaction made different.
    pub(crate) fn forget(&self, changes: &Changes) {
        if changes.are_none() {
            return;
        }
        let mut memory = self.memory();
        memory.forgotten += 1;
        let Memory { known: Some(known), accounts: Some(accounts), .. } = &mut *memory else { return };
        if changes.are_of_everybody() {
            known.clear();
            accounts.clear();
            return;
        }
        if changes.are_of_all_accounts() {
            accounts.clear();
        }
        for user in &changes.accounts {
            accounts.pop(user);
        }
        for whose in &changes.named {
            match whose {
                Whose::Session(session) => drop(known.pop(session)),
                Whose::User(user) => {
                    accounts.pop(user);
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

    /// How many accounts are remembered.
    #[must_use]
    pub fn count_accounts(&self) -> usize {
        self.memory().accounts.as_ref().map_or(0, LruCache::len)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn room<K: std::hash::Hash + Eq, V>(most: usize) -> Option<LruCache<K, V>> {
    let most = NonZeroUsize::new(most)?;
    // Bounded afterwards, so that room is made as they come, and not for all of them at the start.
    let mut room = LruCache::unbounded();
    room.resize(most);
    Some(room)
}

fn is_fresh(read_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (TimeDelta::zero()..TIME).contains(&(now - read_at))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
            changes.note(statement, Reach::Anybody);
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

    fn me(user: i64, metadata: &str) -> Me {
        let metadata = serde_json::from_value(json!({ "text": metadata })).unwrap();
        let (email, profile_url, display_name, lobby_id) = (None, None, None, None);
        Me { id: UserId(user), email, profile_url, metadata, display_name, is_admin: false, lobby_id }
    }

    #[test]
    fn an_account_is_forgotten_with_whatever_may_have_changed_it() {
        let after = |statement: &str, reach: Reach, named: &[Whose]| {
            let identities = holding(9);
            remember(&identities, 2..8);
            for user in 1..4 {
                identities.remember_account(identities.read(), &me(user, ""), at(0));
            }
            let mut changes = Changes::default();
            changes.note(statement, reach);
            for whose in named {
                changes.name(*whose);
            }
            identities.forget(&changes);
            let accounts: Vec<_> = (1..4).filter(|user| identities.account(UserId(*user), at(0)).is_some()).collect();
            (accounts, known(&identities, 2..8).len())
        };
        let (of_users, of_seats) = ("update users set a = 1", "insert into lobby_members (a) values (1)");
        let only = Reach::Account(UserId(2));
        assert_eq!(after("select 1 from users", Reach::Anybody, &[]), (vec![1, 2, 3], 6));
        assert_eq!(after(of_users, Reach::Anybody, &[]), (vec![], 0));
        assert_eq!(after(of_users, Reach::Anybody, &[Whose::User(UserId(3))]), (vec![1, 2], 4));
        assert_eq!(after(of_users, Reach::Accounts, &[]), (vec![], 6));
        assert_eq!(after(of_users, only, &[]), (vec![1, 3], 6));
        assert_eq!(after(of_seats, only, &[]), (vec![1, 3], 6));
        for seats in [of_seats, "delete from lobby_members where a = 1", "delete from lobbies where id = 1"] {
            assert_eq!(after(seats, Reach::Anybody, &[]), (vec![], 6), "{seats}");
            assert_eq!(after(seats, Reach::Anybody, &[Whose::User(UserId(3))]), (vec![], 4), "{seats}");
        }
        assert_eq!(after("update lobbies set a = 1", Reach::Anybody, &[]), (vec![1, 2, 3], 6));
        assert_eq!(after("update sessions set a = 1", Reach::Accounts, &[]), (vec![1, 2, 3], 6));
    }

    #[test]
    fn accounts_have_the_time_and_the_room_that_sessions_have() {
        let identities = holding(3);
        for user in 0..9 {
            identities.remember_account(identities.read(), &me(user, ""), at(0));
        }
        assert_eq!(identities.count_accounts(), 3);
        let is_known = |seconds| identities.account(UserId(8), at(seconds)).is_some();
        assert!(is_known(29) && !is_known(30) && !is_known(29), "it is forgotten when its time is over");
    }

    #[test]
    fn an_account_that_was_read_before_something_was_forgotten_is_not_remembered_after_it() {
        let identities = holding(9);
        let reading = identities.read();
        let mut changes = Changes::default();
        changes.note("delete from lobby_members", Reach::Account(UserId(7)));
        identities.forget(&changes);
        identities.remember_account(reading, &me(1, ""), at(0));
        assert_eq!(identities.count_accounts(), 0);
    }

    #[test]
    fn an_account_with_much_about_it_is_not_remembered() {
        let identities = holding(9);
        let overhead = r#"{"text":""}"#.len();
        for (length, is_known) in [(METADATA - overhead, true), (METADATA - overhead + 1, false)] {
            identities.hold(9);
            identities.remember_account(identities.read(), &me(1, &"x".repeat(length)), at(0));
            assert_eq!(identities.account(UserId(1), at(0)).is_some(), is_known, "{length}");
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
