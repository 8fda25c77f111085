//! What a setting can hold: how it is read, shown and described.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use domain::TokenAlgorithm;
use ipnet::IpNet;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use super::amount::Unit;
use crate::Rate;

use super::{Environment, LogFormat, Secret, Settings};

/// The field of a setting.
type Field<T> = fn(&mut Settings) -> &mut T;

/// What a setting can hold, and the field it goes to.
pub(super) enum Kind {
    /// A folder.
    Folder(Field<PathBuf>),
    /// A file, or none.
    File(Field<Option<PathBuf>>),
    /// On or off.
    Switch(Field<bool>),
    /// A whole number of a unit, from the first bound to the second.
    Number(Unit, u64, u64, fn(&mut Settings) -> Number<'_>),
    /// So many in so long.
    Rate(Field<Rate>),
    /// One of some words.
    Choice(fn(&mut Settings) -> &mut dyn Choice),
    /// An IP address.
    Address(Field<IpAddr>),
    /// The address of a site, or none.
    Url(Field<Option<String>>),
    /// The name of a domain, or none.
    Domain(Field<Option<String>>),
    /// Sites.
    Origins(Field<Vec<String>>),
    /// Networks.
    Networks(Field<Vec<IpNet>>),
    /// A filter of `tracing`.
    Filter(Field<String>),
    /// The URL of a PostgreSQL database, or none. It holds a password, so it is a secret.
    Postgres(Field<Option<Secret>>),
    /// The URL of a Redis, or none. It may hold a password, so it is a secret.
    Redis(Field<Option<Secret>>),
    /// A secret, or none.
    Secret(Field<Option<Secret>>),
    /// A secret that somebody else made, or none: how good it is, is theirs to say.
    TheirSecret(Field<Option<Secret>>),
    /// A name of letters, digits and `-`, `_`, `.`, or none.
    Name(Field<Option<String>>),
    /// A name or address of a machine, or none.
    Host(Field<Option<String>>),
    /// An e-mail address, or none.
    Email(Field<Option<String>>),
    /// A line of text, or none.
    Text(Field<Option<String>>),
}

/// A number in a field.
pub(super) enum Number<'a> {
    U16(&'a mut u16),
    /// One that depends on other settings until it is set.
    U16IfSet(&'a mut Option<u16>),
    U32(&'a mut u32),
    U64(&'a mut u64),
    Usize(&'a mut usize),
    Time(&'a mut Duration),
    /// One that can be `off`.
    TimeOrOff(&'a mut Option<Duration>),
    /// One that depends on other settings until it is set.
    TimeIfSet(&'a mut Option<Duration>),
}

/// A field that holds one of some words.
pub(super) trait Choice {
    /// The words there are.
    fn words(&self) -> &'static [&'static str];
    /// The one that is held.
    fn word(&self) -> &'static str;
    /// Takes another; false where there is no such word.
    fn choose(&mut self, word: &str) -> bool;
}

impl Kind {
    /// Reads a text into its field; none where it is not allowed.
    pub(super) fn set(&self, settings: &mut Settings, text: &str) -> Option<()> {
        let text = text.trim();
        match self {
            Self::Folder(at) => *at(settings) = PathBuf::from(text),
            Self::File(at) => *at(settings) = Some(PathBuf::from(text)),
            Self::Switch(at) => *at(settings) = switch(text)?,
            Self::Number(unit, least, most, at) => at(settings).read(text, *unit, *least, *most)?,
            Self::Rate(at) => *at(settings) = rate(text)?,
            Self::Choice(at) => at(settings).choose(&text.to_lowercase()).then_some(())?,
            Self::Address(at) => *at(settings) = text.parse().ok()?,
            Self::Url(at) => *at(settings) = Some(site(text)?),
            Self::Domain(at) => *at(settings) = Some(domain(text)?),
            Self::Origins(at) => *at(settings) = parts(text).map(site).collect::<Option<_>>()?,
            Self::Networks(at) => *at(settings) = parts(text).map(network).collect::<Option<_>>()?,
            Self::Filter(at) => {
                has_known_levels(text).then_some(())?;
                EnvFilter::try_new(text).ok()?;
                text.clone_into(at(settings));
            }
            Self::Postgres(at) => {
                ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)).then_some(())?;
                *at(settings) = Secret::new(text);
            }
            Self::Redis(at) => {
                ["redis://", "rediss://"].iter().any(|scheme| text.starts_with(scheme)).then_some(())?;
                *at(settings) = Secret::new(text);
            }
            Self::Secret(at) | Self::TheirSecret(at) => *at(settings) = Secret::new(text),
            Self::Name(at) => *at(settings) = Some(name(text)?),
            Self::Host(at) => *at(settings) = Some(host(text)?),
            Self::Email(at) => *at(settings) = Some(wire::email(text).ok()?),
            Self::Text(at) => *at(settings) = Some(line(text)?),
        }
        Some(())
    }

    /// The value of its field as text that reads as the same value; none where nothing is set.
    pub(super) fn show(&self, settings: &mut Settings) -> Option<String> {
        match self {
            Self::Folder(at) => Some(at(settings).display().to_string()),
            Self::File(at) => at(settings).as_ref().map(|path| path.display().to_string()),
            Self::Switch(at) => Some(at(settings).to_string()),
            Self::Number(unit, _, _, at) => at(settings).show(*unit),
            Self::Rate(at) => {
                let Rate { count, per_seconds } = at(settings);
                Some(format!("{count} / {}", Unit::Seconds.show(u64::from(*per_seconds))))
            }
            Self::Choice(at) => Some(at(settings).word().to_owned()),
            Self::Address(at) => Some(at(settings).to_string()),
            Self::Url(at) | Self::Domain(at) | Self::Name(at) | Self::Host(at) | Self::Email(at) | Self::Text(at) => {
                at(settings).clone()
            }
            Self::Origins(at) => list(at(settings)),
            Self::Networks(at) => list(at(settings)),
            Self::Filter(at) => Some(at(settings).clone()),
            Self::Postgres(at) | Self::Redis(at) | Self::Secret(at) | Self::TheirSecret(at) => {
                at(settings).as_ref().map(|_| "(set)".to_owned())
            }
        }
    }

    /// What is allowed, to be read after "give".
    pub(super) fn allowed(&self) -> String {
        match self {
            Self::Folder(_) => "a folder".into(),
            Self::File(_) => "a file".into(),
            Self::Switch(_) => "true or false (1 or 0)".into(),
            Self::Number(unit, least, most, at) => {
                let name = if let Unit::Of(name) = unit { *name } else { "" };
                let can_be_off = matches!(at(&mut Settings::default()), Number::TimeOrOff(_));
                let off = if can_be_off { ", or off" } else { "" };
                format!("{} to {} {name}{off}", unit.show(*least), unit.show(*most)).trim_end().to_owned()
            }
            Self::Rate(_) => "so many in so long, as 10 / 1 min; from 1 to 1000000, in 1 s to 24 h".into(),
            Self::Choice(at) => at(&mut Settings::default()).words().join(" or "),
            Self::Address(_) => "an IP address of this machine".into(),
            Self::Url(_) => "an address as https://play.example, without a path".into(),
            Self::Domain(_) => "a name as game.example".into(),
            Self::Origins(_) => {
                "addresses as https://game.example, with commas between; * would let in every page there is".into()
            }
            Self::Networks(_) => "networks as 10.0.0.0/8 or addresses, with commas between".into(),
            Self::Filter(_) => "a level, or a filter as info,requests=debug".into(),
            Self::Postgres(_) => "an address as postgres://user:password@host/database".into(),
            Self::Redis(_) => "an address as redis://:password@host:6379, or rediss:// with TLS".into(),
            Self::Secret(_) => "a secret of 32 characters or more".into(),
            Self::TheirSecret(_) => "the secret that came with it".into(),
            Self::Name(_) => "a name of letters, digits, - _ and .".into(),
            Self::Host(_) => "a name as mail.example, or an IP address; the port is a setting of its own".into(),
            Self::Email(_) => "an address as noreply@play.example".into(),
            Self::Text(_) => "a line of 1 to 200 characters".into(),
        }
    }

    /// What its value is called in help.
    pub(super) fn placeholder(&self) -> &'static str {
        match self {
            Self::Folder(_) => "FOLDER",
            Self::File(_) => "FILE",
            Self::Switch(_) => "BOOL",
            Self::Number(..) => "NUMBER",
            Self::Rate(_) => "RATE",
            Self::Choice(_) | Self::Filter(_) | Self::Name(_) => "WORD",
            Self::Address(_) => "ADDRESS",
            Self::Url(_) | Self::Postgres(_) | Self::Redis(_) => "URL",
            Self::Domain(_) => "NAME",
            Self::Origins(_) | Self::Networks(_) => "LIST",
            Self::Secret(_) | Self::TheirSecret(_) => "SECRET",
            Self::Host(_) => "HOST",
            Self::Email(_) | Self::Text(_) => "TEXT",
        }
    }
}

impl Number<'_> {
    fn read(self, text: &str, unit: Unit, least: u64, most: u64) -> Option<()> {
        let number = unit.parse(text).filter(|number| (least..=most).contains(number));
        match self {
            Self::TimeOrOff(at) if text.eq_ignore_ascii_case("off") => *at = None,
            Self::TimeOrOff(at) | Self::TimeIfSet(at) => *at = Some(Duration::from_secs(number?)),
            Self::U16(at) => *at = number?.try_into().ok()?,
            Self::U16IfSet(at) => *at = Some(number?.try_into().ok()?),
            Self::U32(at) => *at = number?.try_into().ok()?,
            Self::U64(at) => *at = number?,
            Self::Usize(at) => *at = number?.try_into().ok()?,
            Self::Time(at) => *at = Duration::from_secs(number?),
        }
        Some(())
    }

    fn show(self, unit: Unit) -> Option<String> {
        let number = match self {
            Self::U16(at) => u64::from(*at),
            Self::U16IfSet(at) => u64::from((*at)?),
            Self::U32(at) => u64::from(*at),
            Self::U64(at) => *at,
            Self::Usize(at) => *at as u64,
            Self::Time(at) => at.as_secs(),
            Self::TimeIfSet(at) => at.as_ref()?.as_secs(),
            Self::TimeOrOff(None) => return Some("off".into()),
            Self::TimeOrOff(Some(time)) => time.as_secs(),
        };
        Some(unit.show(number))
    }
}

impl Choice for LogFormat {
    fn words(&self) -> &'static [&'static str] {
        &["text", "json"]
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }

    fn choose(&mut self, word: &str) -> bool {
        take(self, &[Self::Text, Self::Json], word)
    }
}

impl Choice for Environment {
    fn words(&self) -> &'static [&'static str] {
        &["development", "production"]
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
    }

    fn choose(&mut self, word: &str) -> bool {
        take(self, &[Self::Development, Self::Production], word)
    }
}

impl Choice for TokenAlgorithm {
    fn words(&self) -> &'static [&'static str] {
        &["eddsa", "hs256"]
    }

    fn word(&self) -> &'static str {
        match self {
            Self::EdDsa => "eddsa",
            Self::Hs256 => "hs256",
        }
    }

    fn choose(&mut self, word: &str) -> bool {
        take(self, &[Self::EdDsa, Self::Hs256], word)
    }
}

/// Puts the choice of that word into the field; false where there is none.
pub(super) fn take<T: Choice + Copy>(field: &mut T, choices: &[T], word: &str) -> bool {
    let chosen = choices.iter().find(|choice| choice.word() == word);
    chosen.map(|choice| *field = *choice).is_some()
}

fn switch(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "1" | "true" | "on" | "yes" => Some(true),
        "0" | "false" | "off" | "no" => Some(false),
        _ => None,
    }
}

/// So many in so long.
fn rate(text: &str) -> Option<Rate> {
    let (count, time) = text.split_once('/')?;
    let count = count.trim().parse().ok().filter(|count| (1..=1_000_000).contains(count))?;
    let seconds = Unit::Seconds.parse(time).filter(|seconds| (1..=86_400).contains(seconds))?;
    Some(Rate { count, per_seconds: seconds.try_into().ok()? })
}

/// A name, as those who rent storage out give.
fn name(text: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (!text.is_empty() && text.len() <= 128 && text.chars().all(is_plain)).then(|| text.to_owned())
}

/// Whether each word that stands alone is a level. (A filter takes any other for a part of the program, so that
/// a slip of the pen would silence the log.)
fn has_known_levels(filter: &str) -> bool {
    let mut alone = filter.split(',').filter(|part| !part.contains(['=', '[', ']', '{', '}']));
    alone.all(|word| word.trim().parse::<LevelFilter>().is_ok())
}

/// The scheme, host and port of a site.
fn site(text: &str) -> Option<String> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let url: Uri = text.parse().ok()?;
    let authority = url.authority()?;
    let is_web = matches!(url.scheme_str(), Some("http" | "https"));
    let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && !text.ends_with('/');
    // A name or password in an address would end up wherever the address is shown.
    let is_plain = !authority.as_str().contains(['@', '*']) && !authority.host().is_empty();
    (is_web && is_bare && is_plain).then(|| {
        // As browsers write it: without the port that goes without saying.
        let usual = if url.scheme_str() == Some("https") { ":443" } else { ":80" };
        text.strip_suffix(usual).unwrap_or(text).to_lowercase()
    })
}

/// A machine, as one asks the network for it.
fn host(text: &str) -> Option<String> {
    let is_address = text.parse::<IpAddr>().is_ok();
    let is_name =
        text.len() <= 253 && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_'));
    (!text.is_empty() && (is_address || is_name)).then(|| text.to_lowercase())
}

/// A text that stays on its line.
fn line(text: &str) -> Option<String> {
    ((1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// The name of a domain: labels of letters, digits and hyphens. A dot before it, as old cookies had, says nothing.
fn domain(text: &str) -> Option<String> {
    let text = text.strip_prefix('.').unwrap_or(text).to_lowercase();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (text.len() <= 253 && text.split('.').all(is_label)).then_some(text)
}

/// A network, or one address as a network of its own.
fn network(text: &str) -> Option<IpNet> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()?;
    Some(network.trunc())
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

fn list<T: ToString>(parts: &[T]) -> Option<String> {
    (!parts.is_empty()).then(|| parts.iter().map(T::to_string).collect::<Vec<_>>().join(", "))
}
