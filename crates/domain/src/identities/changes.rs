//! What a transaction wrote, as far as it concerns who somebody is.

use wire::{SessionId, UserId};

/// Whose identity a transaction changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// That of one session: it ended.
    Session(SessionId),
    /// That of all sessions of a user: a ban, another role, the account's end.
    User(UserId),
}

/// How far a statement reaches, as those know who wrote it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reach {
    /// As far as its words say.
    Anybody,
    /// No further than accounts: whose a session is stays.
    Accounts,
    /// No further than the account of this user.
    Account(UserId),
}

/// What a transaction wrote, as far as it concerns who somebody is.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "what was written to, table by table")]
pub(crate) struct Changes {
    to_users: bool,
    to_sessions: bool,
    /// To accounts or seats of nobody knows whom.
    to_accounts: bool,
    /// To lobbies, as lists show them.
    pub(crate) to_lobbies: bool,
    /// Whose accounts or seats alone.
    pub(super) accounts: Vec<UserId>,
    pub(super) named: Vec<Whose>,
}

impl Changes {
    /// A statement was run.
    pub(crate) fn note(&mut self, sql: &str, reach: Reach) {
        let Written { users, sessions, seats, lobbies } = written(sql);
        self.to_lobbies |= lobbies;
        match reach {
            Reach::Anybody => {
                self.to_users |= users;
                self.to_sessions |= sessions;
                self.to_accounts |= seats;
            }
            Reach::Accounts => self.to_accounts |= users || seats,
            Reach::Account(user) if users || seats => self.accounts.push(user),
            Reach::Account(_) => {}
        }
    }

    /// Whom it is about.
    pub(crate) fn name(&mut self, whose: Whose) {
        self.named.push(whose);
    }

    pub(super) fn are_none(&self) -> bool {
        !(self.to_users || self.to_sessions || self.to_accounts) && self.named.is_empty() && self.accounts.is_empty()
    }

    pub(super) fn are_of_everybody(&self) -> bool {
        let names_a_user = self.named.iter().any(|whose| matches!(whose, Whose::User(_)));
        (self.to_users && !names_a_user) || (self.to_sessions && self.named.is_empty())
    }

    pub(super) fn are_of_all_accounts(&self) -> bool {
        self.to_accounts
    }
}

/// Which rows a statement changes: of users and sessions those that are there, of seats and lobbies new ones, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four tables, each written to or not")]
struct Written {
    users: bool,
    sessions: bool,
    seats: bool,
    lobbies: bool,
}

fn written(sql: &str) -> Written {
    let mut written = Written::default();
    let mut inserted = "";
    let mut before = ("", "");
    for word in sql.split_ascii_whitespace() {
        let is_deletion = before == ("delete", "from");
        if before == ("insert", "into") {
            inserted = word;
        }
        let changed = if before.1 == "update" || is_deletion {
            word
        } else if before.1 == "do" && word == "update" {
            // What met a row instead of making one.
            inserted
        } else {
            ""
        };
        written.users |= changed == "users";
        written.sessions |= changed == "sessions";
        // A lobby that goes takes its seats along.
        written.seats |= [changed, inserted].contains(&"lobby_members") || (is_deletion && word == "lobbies");
        // A user who goes is no lobby's host any more.
        written.lobbies |= [changed, inserted].contains(&"lobbies") || (is_deletion && word == "users");
        before = (before.1, word);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_change_rows_are_told_from_others() {
        let none = Written::default();
        let (users, sessions) = (Written { users: true, ..none }, Written { sessions: true, ..none });
        let (seats, lobbies) = (Written { seats: true, ..none }, Written { lobbies: true, ..none });
        let (whole_user, whole_lobby) = (Written { users: true, ..lobbies }, Written { seats: true, ..lobbies });
        for (sql, expected) in [
            ("update users set a = 1", &users),
            ("with x as (select 1)\ndelete from users where 1", &whole_user),
            ("insert into users (a) values (1) on conflict (a) do update set a = 2", &users),
            ("update sessions\n set a = 1", &sessions),
            ("insert into lobby_members (a) values (1) on conflict (a) do nothing", &seats),
            ("update lobby_members set a = 1", &seats),
            ("delete from lobby_members where a = 1", &seats),
            ("insert into lobbies (a) values (1) returning id", &lobbies),
            ("update lobbies set a = (select 1 from lobby_members)", &lobbies),
            ("delete from lobbies where id = 1", &whole_lobby),
        ] {
            assert_eq!(written(sql), *expected, "{sql}");
        }
        for sql in [
            "insert into users (a) values (1) on conflict do nothing",
            "insert into sessions (a) values (1)",
            "select 1 from users for update",
            "select 1 from lobby_members join lobbies on 1",
            "update user_sessions set users = 1",
            "delete from session_rotations",
        ] {
            assert_eq!(written(sql), Written::default(), "{sql}");
        }
    }
}
