//! The settings the domain reads.

use std::path::PathBuf;

/// The settings the domain reads. [`Config::default`] is what a first start uses.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether players may sign in by device id.
    pub device_login: bool,
    /// The work a password costs.
    pub argon2: Argon2Cost,
    /// Passwords that may wait to be hashed; beyond it callers are told to come back.
    pub password_queue: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { device_login: true, argon2: Argon2Cost::default(), password_queue: 64 }
    }
}

/// The work a password costs: argon2id with one lane.
#[derive(Clone, Copy, Debug)]
pub struct Argon2Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for Argon2Cost {
    /// 19 MiB and two passes: the OWASP minimum for argon2id (Password Storage Cheat Sheet).
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2 }
    }
}

/// Where the data is kept.
#[derive(Clone, Debug)]
pub enum Database {
    /// In this file, made when missing.
    Sqlite(PathBuf),
    /// In PostgreSQL, by its URL.
    Postgres(String),
}

/// How many connections to the database are held at once.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// To PostgreSQL.
    pub postgres: u32,
    /// That read from SQLite; exactly one more writes.
    pub sqlite_readers: u32,
}

impl Default for Connections {
    fn default() -> Self {
        Self { postgres: 20, sqlite_readers: 8 }
    }
}
