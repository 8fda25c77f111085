//! The settings of a start, from the command line or the environment.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::Args;
use domain::Database;

/// The settings of a start. Each can also come from the environment.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// The folder that holds the database and the server's keys; made when missing.
    #[arg(long, env = "GAMESERVER_DATA", default_value = "data", global = true)]
    pub data: PathBuf,
    /// A PostgreSQL URL, instead of the SQLite file in the data folder.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// The address to listen on.
    #[arg(long, env = "GAMESERVER_HOST", default_value_t = IpAddr::V4(Ipv4Addr::UNSPECIFIED), global = true)]
    pub host: IpAddr,
    /// The port to listen on; 0 takes a free one.
    #[arg(long, env = "PORT", default_value_t = 4000, global = true)]
    pub port: u16,
    /// Where players reach the server, such as `https://play.example`; `http://localhost` and the port when absent.
    #[arg(long, env = "GAMESERVER_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,
}

impl Settings {
    /// Where the data is kept.
    #[must_use]
    pub fn database(&self) -> Database {
        match self.database_url.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => Database::Postgres(url.to_owned()),
            None => Database::Sqlite(self.data.join("gameserver.db")),
        }
    }

    /// The address to tell people, for the port that was taken.
    #[must_use]
    pub fn address(&self, port: u16) -> String {
        let given = self.public_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
        given.unwrap_or_else(|| format!("http://localhost:{port}"))
    }

    /// Whether cookies can be secure: browsers take such ones over https, and over http from this machine itself.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        let Some(rest) = self.public_url.as_deref().and_then(|url| url.strip_prefix("http://")) else { return true };
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        matches!(host, "localhost" | "127.0.0.1" | "[")
    }
}
