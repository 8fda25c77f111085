//! `gameserver doctor`: looks whether a start would go well, and leaves everything as it was.

mod data;
mod machine;
mod mail;
mod redis;
mod storage;

use std::fmt;

use domain::Clock;

pub(crate) use storage::{APART, is_apart};

use crate::settings::{Loaded, Settings};

/// How a thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing to do.
    Ok,
    /// The server starts, but somebody should look at it.
    Warn,
    /// The server does not start, or not well.
    Fail,
}

/// What was looked at, how it was found, and the cure.
#[derive(Clone, Debug)]
pub struct Finding {
    /// How it was found.
    pub verdict: Verdict,
    /// What was looked at.
    pub what: &'static str,
    /// How it is, and what to do about it.
    pub told: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "fail",
        };
        // One line each, whatever an error of the system says.
        write!(f, "{verdict:4}  {:11}  {}", self.what, self.told.replace('\n', " "))
    }
}

fn ok(what: &'static str, told: impl Into<String>) -> Finding {
    Finding { verdict: Verdict::Ok, what, told: told.into() }
}

fn warn(what: &'static str, told: impl Into<String>) -> Finding {
    Finding { verdict: Verdict::Warn, what, told: told.into() }
}

fn fail(what: &'static str, told: impl Into<String>) -> Finding {
    Finding { verdict: Verdict::Fail, what, told: told.into() }
}

/// Looks at everything a start depends on.
pub async fn examine(loaded: &Loaded, clock: &Clock) -> Vec<Finding> {
    let settings = &loaded.settings;
    let mut findings = of_settings(loaded);
    findings.push(machine::folder(settings));
    findings.extend(machine::space(settings));
    findings.push(data::secrets(settings));
    let (database, its_clock) = data::database(settings).await;
    findings.push(database);
    findings.push(machine::clock(settings, clock, its_clock));
    findings.push(public_url(settings));
    findings.extend(theme(settings));
    findings.push(mail::server(settings).await);
    findings.push(storage::pictures(settings).await);
    findings.extend(redis::bus(settings).await);
    findings.push(machine::port(settings));
    findings
}

fn of_settings(loaded: &Loaded) -> Vec<Finding> {
    let mut findings: Vec<_> = loaded.faults.iter().map(|fault| fail("settings", fault)).collect();
    findings.extend(loaded.exposures().into_iter().map(|exposure| warn("settings", exposure)));
    if findings.is_empty() {
        let place = match &loaded.file {
            Some(file) => format!("from {} and the environment", file.display()),
            None => "from the environment; there is no settings file".to_owned(),
        };
        let kind = if loaded.settings.is_production() { "for production" } else { "for development" };
        findings.push(ok("settings", format!("{kind}, {place}")));
    }
    findings
}

fn public_url(settings: &Settings) -> Finding {
    const WHAT: &str = "public URL";
    match &settings.public_url {
        Some(url) if settings.comes_by_plain_http() => {
            warn(WHAT, format!("{url} is read by anybody on the way: put https before it, then set public_url to that"))
        }
        Some(url) => ok(WHAT, url.clone()),
        None if settings.is_production() => {
            warn(WHAT, "not set: links would lead to localhost; set public_url to the address players use")
        }
        None => ok(WHAT, format!("not set: {} is told, which is this machine only", settings.address(settings.port))),
    }
}

fn theme(settings: &Settings) -> Option<Finding> {
    let file = settings.theme.as_ref()?;
    let place = file.display();
    Some(match std::fs::read(file).map(|text| serde_json::from_slice::<serde_json::Value>(&text)) {
        Ok(Ok(serde_json::Value::Object(_))) => ok("theme", place.to_string()),
        Ok(Ok(_)) => fail("theme", format!("{place} holds no JSON object: correct it, or unset theme")),
        Ok(Err(error)) => fail("theme", format!("{place} is not JSON ({error}): correct it, or unset theme")),
        Err(error) => fail("theme", format!("{place} cannot be read ({error}): correct the setting theme")),
    })
}
