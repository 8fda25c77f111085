//! The settings of a start. [`table`] says their names once; flags, the environment, the file, the printed lists and
//! docs/settings.md all come from it.

mod amount;
mod docs;
mod environment;
mod file;
mod flags;
mod kind;
mod load;
mod mail;
mod rules;
mod setting;
mod show;
mod table;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use domain::{Bucket, Config, Connections, Database, GivenSecrets};

use crate::logging::Format as LogFormat;
use crate::{Limits, Rates, Secret, Web};

pub use docs::docs;
pub use flags::Flags;
pub use load::{Faults, Loaded};
pub use mail::{Mail, Security};

/// The settings of a start, typed. Each field stands in a file of `settings/table/`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder of the database, of the server's keys and of the settings file; made when missing.
    pub data: PathBuf,
    /// What the server is for; see [`Settings::is_production`].
    pub environment: Environment,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// Where players reach the server, such as `https://play.example`, without a slash at its end.
    pub public_url: Option<String>,
    /// The sites whose pages may call with a player's cookies, such as `https://game.example`.
    pub allowed_origins: Vec<String>,
    /// The domain whose hosts all get the token cookies of web games; only this host without one.
    pub cookie_domain: Option<String>,
    /// The JSON file of the theme.
    pub theme: Option<PathBuf>,
    /// A PostgreSQL URL, instead of the SQLite file in the data folder.
    pub database_url: Option<Secret>,
    /// How many connections to the database are held.
    pub connections: Connections,
    /// Keys of the server that are given, so that several nodes share them.
    pub keys: Keys,
    /// What reads the metrics from elsewhere than this machine shows this token.
    pub metrics_token: Option<Secret>,
    /// What is logged, and how.
    pub log: Log,
    /// How long the port stays open after the signal to stop, while `/readyz` already says no; see
    /// [`Settings::stop_delay`].
    pub delay: Option<Duration>,
    /// How long open requests are waited for after that.
    pub grace: Duration,
    /// How much anybody may ask for at once. Its `rates`, and what depends on production, [`Settings::limits`] fills in.
    pub limits: Limits,
    /// Whether it is counted how often anybody asks.
    pub are_rates_on: bool,
    /// How often anybody may ask.
    pub rates: Rates,
    /// How mails go out.
    pub mail: Mail,
    /// Where players' pictures are kept, if not in the data folder.
    pub storage: Storage,
    /// The way to the other nodes.
    pub redis: Redis,
    /// What the domain reads. What depends on other settings, [`Settings::config`] fills in.
    pub config: Config,
}

/// The Redis between the nodes of one game.
#[derive(Clone, Debug, Default)]
pub struct Redis {
    /// Where it is; without it this is the only node.
    pub url: Option<Secret>,
    /// What the names of channels begin with; `gameserver` when it is not set.
    pub prefix: Option<String>,
}

impl Redis {
    fn config(&self) -> Option<domain::bus::Redis> {
        let url = self.url.as_ref()?.reveal().to_owned();
        Some(domain::bus::Redis { url, prefix: self.prefix.clone().unwrap_or_else(|| "gameserver".to_owned()) })
    }
}

/// A bucket of S3-compatible storage.
#[derive(Clone, Debug, Default)]
pub struct Storage {
    /// Its name; without one everything is kept in the data folder.
    pub bucket: Option<String>,
    /// Where its storage is reached; AWS when it is not set.
    pub endpoint: Option<String>,
    /// Its region; `us-east-1` when it is not set.
    pub region: Option<String>,
    /// The name of the key that opens it.
    pub key_id: Option<String>,
    /// The key.
    pub key: Option<Secret>,
}

/// Keys of the server, given from outside.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Of access tokens.
    pub access: Option<Secret>,
    /// Others of access tokens, which only verify.
    pub access_previous: Option<Secret>,
    /// Of refresh tokens.
    pub refresh: Option<Secret>,
}

/// What is logged, and how.
#[derive(Clone, Debug)]
pub struct Log {
    /// A filter of `tracing`, as in `info,requests=debug`.
    pub filter: String,
    /// How a line looks.
    pub format: LogFormat,
}

/// What a server is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Environment {
    /// Trying things out, on one's own machine.
    #[default]
    Development,
    /// Players depend on it: weak settings are refused.
    Production,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            environment: Environment::default(),
            host: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            port: 4000,
            public_url: None,
            allowed_origins: Vec::new(),
            cookie_domain: None,
            theme: None,
            database_url: None,
            connections: Connections::default(),
            keys: Keys::default(),
            metrics_token: None,
            log: Log { filter: "info".to_owned(), format: LogFormat::default() },
            delay: None,
            grace: Duration::from_secs(10),
            limits: Limits::default(),
            are_rates_on: true,
            rates: Rates::default(),
            mail: Mail::default(),
            storage: Storage::default(),
            redis: Redis::default(),
            config: Config::default(),
        }
    }
}

impl Settings {
    /// Where the data is kept.
    #[must_use]
    pub fn database(&self) -> Database {
        match &self.database_url {
            Some(url) => Database::Postgres(url.reveal().to_owned()),
            None => Database::Sqlite(self.data.join("gameserver.db")),
        }
    }

    /// What the domain reads of them.
    #[must_use]
    pub fn config(&self) -> Config {
        let storage = match &self.storage {
            Storage { bucket: Some(bucket), endpoint, region, key_id, key } => domain::Storage::S3(Bucket {
                name: bucket.clone(),
                endpoint: endpoint.clone(),
                region: region.clone().unwrap_or_else(|| "us-east-1".to_owned()),
                access_key: key_id.clone().unwrap_or_default(),
                secret_key: key.as_ref().map(|key| key.reveal().to_owned()).unwrap_or_default(),
            }),
            Storage { bucket: None, .. } => domain::Storage::Folder(self.data.join("storage")),
        };
        let pictures_at = self.public_url.clone().unwrap_or_default();
        let mail = self.mail.config(self.is_production());
        let redis = self.redis.config();
        Config { public_url: self.address(self.port), mail, storage, pictures_at, redis, ..self.config.clone() }
    }

    /// How much anybody may ask for at once, and how often. Somebody on this machine itself is refused nothing for
    /// asking too often, unless players depend on the server.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let production = self.is_production();
        Limits {
            rates: self.are_rates_on.then(|| self.rates.clone()),
            production,
            sockets_spare_loopback: !production,
            ..self.limits.clone()
        }
    }

    /// How browsers come to the server.
    #[must_use]
    pub fn web(&self) -> Web {
        // Each was read as an origin before.
        Web {
            https: self.comes_by_https(),
            allowed_origins: self.allowed_origins.join(",").parse().unwrap_or_default(),
            cookie_domain: self.cookie_domain.clone(),
        }
    }

    /// How long the port stays open after the signal to stop: as long as a load balancer takes to notice, where one
    /// can be expected.
    #[must_use]
    pub fn stop_delay(&self) -> Duration {
        self.delay.unwrap_or_else(|| Duration::from_secs(if self.comes_by_https() { 5 } else { 0 }))
    }

    /// How long open requests are waited for after that.
    #[must_use]
    pub fn stop_grace(&self) -> Duration {
        self.grace
    }

    /// The keys that are given.
    #[must_use]
    pub fn given_secrets(&self) -> GivenSecrets {
        let text = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.reveal().to_owned());
        GivenSecrets {
            access: text(&self.keys.access),
            access_previous: text(&self.keys.access_previous),
            refresh: text(&self.keys.refresh),
        }
    }

    /// Where the keys are kept that are not given.
    #[must_use]
    pub fn secrets_folder(&self) -> PathBuf {
        self.data.join("secrets")
    }

    /// What is logged, and how.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Whether players depend on this server: it was said to be for production, or they reach it by https.
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.environment == Environment::Production || self.comes_by_https()
    }

    fn comes_by_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// The address to tell people, for the port that was taken.
    #[must_use]
    pub fn address(&self, port: u16) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://localhost:{port}"))
    }

    /// Whether cookies can be secure: browsers take such ones over https, and over http from this machine itself.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        !self.comes_by_plain_http()
    }

    /// Whether people reach the server over http, from elsewhere than this machine.
    pub(crate) fn comes_by_plain_http(&self) -> bool {
        let Some(url) = self.public_url.as_deref().and_then(|url| url.parse::<Uri>().ok()) else { return false };
        let is_here = matches!(url.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
        url.scheme_str() == Some("http") && !is_here
    }
}
