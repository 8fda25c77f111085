//! The settings of a start, from the command line or the environment.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args};
use domain::{Config, Database};

use crate::{Origins, Web};

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
    /// Whether players may sign in by device id.
    #[arg(long, env = "DEVICE_AUTH_ENABLED", default_value = "true", value_parser = BoolishValueParser::new(), action = ArgAction::Set, global = true)]
    pub device_login: bool,
    /// Where players reach the server, such as `https://play.example`; `http://localhost` and the port when absent.
    #[arg(long, env = "GAMESERVER_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,
    /// Other sites whose pages may call the API and the socket with a player's cookie, with commas between:
    /// `https://game.example`. Every other site may call the API without one.
    #[arg(long, env = "ALLOWED_ORIGINS", default_value = "", global = true)]
    pub allowed_origins: Origins,
    /// Seconds between the signal to stop and the closing of the port, in which `/readyz` already says no: as long as a
    /// load balancer takes to notice. 5 behind an https public URL, else 0.
    #[arg(long, env = "GAMESERVER_SHUTDOWN_DELAY", global = true)]
    pub shutdown_delay: Option<u64>,
    /// Seconds open requests are waited for after that.
    #[arg(long, env = "GAMESERVER_SHUTDOWN_GRACE", default_value_t = 10, global = true)]
    pub shutdown_grace: u64,
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

    /// What the domain reads of them.
    #[must_use]
    pub fn config(&self) -> Config {
        Config { device_login: self.device_login, ..Config::default() }
    }

    /// The address to tell people, for the port that was taken.
    #[must_use]
    pub fn address(&self, port: u16) -> String {
        let given = self.public_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
        given.unwrap_or_else(|| format!("http://localhost:{port}"))
    }

    /// How browsers come to the server.
    #[must_use]
    pub fn web(&self) -> Web {
        let url = self.public_url.as_deref().and_then(|url| url.parse::<Uri>().ok());
        let https = url.is_some_and(|url| url.scheme_str() == Some("https"));
        Web { https, allowed_origins: self.allowed_origins.clone() }
    }

    /// How long the port stays open after the signal to stop.
    #[must_use]
    pub fn stop_delay(&self) -> Duration {
        let usual = if self.web().https { 5 } else { 0 };
        Duration::from_secs(self.shutdown_delay.unwrap_or(usual))
    }

    /// How long open requests are waited for after that.
    #[must_use]
    pub fn stop_grace(&self) -> Duration {
        Duration::from_secs(self.shutdown_grace)
    }

    /// Whether cookies can be secure: browsers take such ones over https, and over http from this machine itself.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        let Some(url) = self.public_url.as_deref().and_then(|url| url.parse::<Uri>().ok()) else { return true };
        let is_here = matches!(url.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
        url.scheme_str() != Some("http") || is_here
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        settings: Settings,
    }

    fn settings(arguments: &[&str]) -> Settings {
        Cli::parse_from([&["gameserver"], arguments].concat()).settings
    }

    #[test]
    fn cookies_are_secure_unless_players_come_over_plain_http_from_elsewhere() {
        let secure = |url| settings(&["--public-url", url]).secure_cookies();
        for url in ["https://play.example", "http://localhost:4000", "http://127.0.0.1", "http://[::1]:4000"] {
            assert!(secure(url), "{url}");
        }
        for url in ["http://192.168.0.7:4000", "http://play.example", "http://[2001:db8::1]"] {
            assert!(!secure(url), "{url}");
        }
        assert!(settings(&[]).secure_cookies());
    }

    #[test]
    fn only_behind_https_is_a_load_balancer_waited_for() {
        assert_eq!(settings(&[]).stop_delay().as_secs(), 0);
        let public = ["--public-url", "https://play.example"];
        assert!(settings(&public).web().https && !settings(&["--public-url", "http://localhost"]).web().https);
        assert_eq!(settings(&public).stop_delay().as_secs(), 5);
        assert_eq!(settings(&[&public[..], &["--shutdown-delay", "2"]].concat()).stop_delay().as_secs(), 2);
    }

    #[test]
    fn device_login_can_be_switched_off() {
        assert!(settings(&[]).config().device_login);
        assert!(!settings(&["--device-login", "false"]).config().device_login);
    }
}
