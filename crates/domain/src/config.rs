//! The settings the domain reads.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::bus::Redis;

/// The settings the domain reads. [`Config::default`] is what a first start uses.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether players may sign in by device id.
    pub device_login: bool,
    /// The work a password costs.
    pub argon2: Argon2Cost,
    /// Passwords that may wait to be hashed; beyond it callers are told to come back.
    pub password_queue: usize,
    /// How access tokens are signed.
    pub token_algorithm: TokenAlgorithm,
    /// Sessions of which it is remembered whose they are, where that is safe (see [`crate::db::Db`]); 0 for none.
    pub identities: usize,
    /// How long a browser's sign-in opens the dashboard; then its admin is asked for another.
    pub admin_login: Duration,
    /// After how long without a request it does not any more; none for no such bound. What is used is noted to within
    /// [`NOTED`](crate::sessions::NOTED).
    pub admin_idle: Option<Duration>,
    /// How many days rows of the audit log are kept.
    pub audit_days: u32,
    /// Where players reach the server, without a slash at its end: what the links of mails begin with.
    pub public_url: String,
    /// The game's name, as mails say it.
    pub game: String,
    /// How mails go out.
    pub mail: Mail,
    /// What the URL of a picture begins with: where players reach the server, or nothing, and then it is a path.
    pub pictures_at: String,
    /// Whether guests may have a picture.
    pub guest_avatars: bool,
    /// How many friends a player has, and when they are gone.
    pub friends: Friends,
    /// How long seats are kept, and lobbies that nobody needs.
    pub lobbies: Lobbies,
    /// Where players' pictures are kept.
    pub storage: Storage,
    /// The bus between nodes; none where this is the only one.
    pub redis: Option<Redis>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            device_login: true,
            argon2: Argon2Cost::default(),
            password_queue: 64,
            token_algorithm: TokenAlgorithm::default(),
            identities: 1000,
            admin_login: Duration::from_hours(12),
            admin_idle: None,
            audit_days: 365,
            public_url: "http://localhost:4000".to_owned(),
            game: "GameServer".to_owned(),
            mail: Mail::default(),
            pictures_at: String::new(),
            guest_avatars: true,
            friends: Friends::default(),
            lobbies: Lobbies::default(),
            storage: Storage::Folder(PathBuf::from("data/storage")),
            redis: None,
        }
    }
}

/// How access tokens are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenAlgorithm {
    /// With Ed25519: others can verify them, by the public keys.
    #[default]
    EdDsa,
    /// With HMAC-SHA256: only servers that have the secret can verify them.
    Hs256,
}

/// How mails go out.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Whither.
    pub delivery: Delivery,
    /// The address they come from.
    pub from: String,
    /// The name they come from: the game's, if there is none.
    pub from_name: Option<String>,
    /// The least time between two to one address that somebody asked for.
    pub apart: Duration,
    /// How many to one address that somebody asked for.
    pub per_address: Allowance,
    /// How many altogether that somebody asked for.
    pub altogether: Allowance,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            delivery: Delivery::Mailbox,
            from: "noreply@localhost".to_owned(),
            from_name: None,
            apart: Duration::from_mins(1),
            per_address: Allowance { count: 3, per: Duration::from_hours(3) },
            altogether: Allowance { count: 1000, per: Duration::from_hours(1) },
        }
    }
}

impl Mail {
    /// Whether an address must be proven by a mail before it counts: always, but where nobody could be mailed to.
    #[must_use]
    pub fn must_prove(&self) -> bool {
        !matches!(self.delivery, Delivery::Mailbox)
    }
}

/// Where mails go.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// To a mail server, which takes them further.
    Smtp(Smtp),
    /// Nowhere but to the page `/dev/mailbox`: for development.
    Mailbox,
    /// Nowhere: they wait in the outbox, and sending them fails until somebody says by which server.
    Nowhere,
}

/// A mail server.
#[derive(Clone)]
pub struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who can listen on the way.
    pub security: Security,
    /// The name and password to sign in with.
    pub login: Option<(String, String)>,
    /// How long it may take to be reached and to greet, and then for each answer.
    pub patience: Duration,
    /// A file (PEM) of certificates that are trusted beside those everybody trusts.
    pub certificates: Option<PathBuf>,
}

/// Who can listen on the way to a mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Nobody: the connection begins in the open and turns to TLS (STARTTLS) before anything is said; without, nothing is.
    StartTls,
    /// Nobody: TLS from the first byte.
    Tls,
    /// Anybody.
    Plain,
}

impl fmt::Debug for Smtp {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, security, .. } = self;
        f.debug_struct("Smtp")
            .field("host", host)
            .field("port", port)
            .field("security", security)
            .finish_non_exhaustive()
    }
}

/// So many in so long. All of them may come at once; then they come back one by one, evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many, at least 1.
    pub count: u32,
    /// In how long, at least a second.
    pub per: Duration,
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

/// How many friends a player has, and when they are gone.
#[derive(Clone, Copy, Debug)]
pub struct Friends {
    /// Friends of one player.
    pub most: u32,
    /// Requests of one player that wait for an answer.
    pub requests: u32,
    /// Players whom one blocks.
    pub blocks: u32,
    /// How long a player's last socket must be closed before their friends are told that they are gone.
    pub offline_after: Duration,
}

impl Default for Friends {
    fn default() -> Self {
        Self { most: 1000, requests: 100, blocks: 1000, offline_after: Duration::from_secs(10) }
    }
}

/// How long seats are kept, and lobbies that nobody needs.
#[derive(Clone, Copy, Debug)]
pub struct Lobbies {
    /// How long the seat of a member is kept whose last socket closed, where the lobby was opened with nothing else.
    pub grace: Duration,
    /// How long a lobby is kept in which nobody sits: only one without a host outlives its last member.
    pub empty_after: Duration,
    /// How long a lobby is kept in which nothing happens, and of whose members none is there.
    pub idle_after: Duration,
}

impl Default for Lobbies {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(30),
            empty_after: Duration::from_hours(24),
            idle_after: Duration::from_hours(12),
        }
    }
}

/// Where that is kept which is too large for the database.
#[derive(Clone, Debug)]
pub enum Storage {
    /// In this folder, made when missing.
    Folder(PathBuf),
    /// In a bucket of S3, or of what speaks as it does.
    S3(Bucket),
}

/// A bucket, and the key that opens it.
#[derive(Clone)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Where its storage is reached, without a path; none for AWS itself.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// The name of the key.
    pub access_key: String,
    /// The key.
    pub secret_key: String,
}

impl fmt::Debug for Bucket {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, endpoint, region, .. } = self;
        let mut told = f.debug_struct("Bucket");
        told.field("name", name).field("endpoint", endpoint).field("region", region).finish_non_exhaustive()
    }
}

/// Where the data is kept.
#[derive(Clone)]
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

impl fmt::Debug for Database {
    /// Without the URL: there may be a password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.debug_tuple("Postgres").finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_a_mail_server_is_not_debug_printed() {
        let smtp = Smtp {
            host: "mail.example".into(),
            port: 587,
            security: Security::StartTls,
            login: Some(("ada".into(), "canary-8".into())),
            patience: Duration::from_secs(10),
            certificates: None,
        };
        let told = format!("{:?}", Delivery::Smtp(smtp));
        assert_eq!(told, "Smtp(Smtp { host: \"mail.example\", port: 587, security: StartTls, .. })");
    }

    #[test]
    fn the_password_of_a_database_is_not_debug_printed() {
        let database = Database::Postgres("postgres://ada:canary-5@db.example/games".into());
        assert_eq!(format!("{database:?}"), "Postgres(..)");
        assert_eq!(format!("{:?}", Database::Sqlite("data/a.db".into())), "Sqlite(\"data/a.db\")");
    }

    #[test]
    fn the_key_of_a_bucket_is_not_debug_printed() {
        let (name, region) = ("pictures".to_owned(), "eu-central-1".to_owned());
        let (access_key, secret_key) = ("ada".to_owned(), "canary-6".to_owned());
        let storage = Storage::S3(Bucket { name, endpoint: None, region, access_key, secret_key });
        let told = format!("{storage:?}");
        assert!(told.contains("pictures") && !told.contains("ada") && !told.contains("canary-6"), "{told}");
    }
}
