//! The machine: its folders, its clock, its port.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::{env, fs, io};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Clock, Database};
use rustix::fs::{Access, access, statvfs};

use super::{Finding, fail, ok, warn};
use crate::settings::Settings;

/// Free bytes below which a database soon cannot be written.
const FULL: u64 = 100 << 20;
/// Free bytes below which somebody should look.
const NEARLY_FULL: u64 = 1 << 30;
/// How far two clocks may be apart before somebody should look.
const APART: TimeDelta = TimeDelta::seconds(5);
/// How far they may be apart before tokens of one node are refused by another.
const TOO_FAR: TimeDelta = TimeDelta::seconds(30);

/// Whether the data folder can be written, or made.
pub(super) fn folder(settings: &Settings) -> Finding {
    const WHAT: &str = "data folder";
    let data = &settings.data;
    let place = data.display();
    if data.exists() && !data.is_dir() {
        return fail(WHAT, format!("{place} is no folder: choose another with --data"));
    }
    let there = nearest(data);
    match access(there, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) if data.exists() => ok(WHAT, format!("{place} is there and writable")),
        Ok(()) => ok(WHAT, format!("the first start makes {place}")),
        Err(error) => {
            let why = io::Error::from(error);
            fail(WHAT, format!("{} cannot be written ({why}): give the server's user the right to", there.display()))
        }
    }
}

/// Whether there is room for data.
pub(super) fn space(settings: &Settings) -> Option<Finding> {
    const WHAT: &str = "disk";
    let disk = statvfs(nearest(&settings.data)).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let told = format!("{} MiB free for the data folder", free >> 20);
    Some(match free {
        0..FULL => fail(WHAT, format!("{told}: make room before the database cannot be written")),
        FULL..NEARLY_FULL => warn(WHAT, format!("{told}: make room soon")),
        _ => ok(WHAT, told),
    })
}

/// Whether the clock agrees with the database's, or else is later than what was written before.
pub(super) fn clock(settings: &Settings, clock: &Clock, databases: Option<DateTime<Utc>>) -> Finding {
    const WHAT: &str = "clock";
    let now = clock.now();
    let read = |time: DateTime<Utc>| time.format("%Y-%m-%d %H:%M:%S UTC");
    let cure = "set it, and keep it right by NTP (timedatectl set-ntp true)";
    if let Some(other) = databases {
        let apart = (now - other).abs();
        let told = format!("{} s apart from the database's", apart.num_seconds());
        return match apart {
            apart if apart > TOO_FAR => fail(WHAT, format!("{told}: {cure}")),
            apart if apart > APART => warn(WHAT, format!("{told}: {cure}")),
            _ => ok(WHAT, format!("{} agrees with the database's", read(now))),
        };
    }
    let program = env::current_exe().ok().and_then(|program| written(&program));
    let data = match settings.database() {
        Database::Sqlite(file) => written(&file),
        Database::Postgres(_) => None,
    };
    match program.into_iter().chain(data).max() {
        Some(last) if now + APART < last => fail(
            WHAT,
            format!(
                "{} is before {}, when the program or the database was last written: {cure}",
                read(now),
                read(last)
            ),
        ),
        _ => ok(WHAT, format!("{} is later than the program and the database", read(now))),
    }
}

/// Whether the port can be listened on.
pub(super) fn port(settings: &Settings) -> Finding {
    const WHAT: &str = "port";
    let Settings { host, port, .. } = settings;
    if *port == 0 {
        return ok(WHAT, "a free one is taken at the start");
    }
    match TcpListener::bind((*host, *port)) {
        Ok(_) => ok(WHAT, format!("{port} is free on {host}")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            warn(WHAT, format!("{port} is taken: fine if this server runs already, else choose another with --port"))
        }
        Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {
            fail(WHAT, format!("{host} is no address of this machine: choose another with --host"))
        }
        Err(error) => fail(WHAT, format!("{port} cannot be listened on ({error}): choose another with --port")),
    }
}

/// The folder itself, or the nearest above it that is there.
fn nearest(folder: &Path) -> &Path {
    let there = folder.ancestors().find(|folder| folder.exists());
    there.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

fn written(file: &Path) -> Option<DateTime<Utc>> {
    fs::metadata(file).and_then(|file| file.modified()).ok().map(DateTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict::{Fail, Ok, Warn};

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_clock_is_held_against_the_databases() {
        let settings = Settings::default();
        let verdict = |apart: i64| {
            let clock_of_database = at(1_800_000_000 + apart);
            clock(&settings, &Clock::frozen(at(1_800_000_000)), Some(clock_of_database)).verdict
        };
        let verdicts = [0, 5, -5, 6, -30, 31].map(verdict);
        assert_eq!(verdicts, [Ok, Ok, Ok, Warn, Warn, Fail]);
    }

    #[test]
    fn a_clock_that_went_back_is_noticed_without_a_database() {
        let settings = Settings::default();
        assert_eq!(clock(&settings, &Clock::frozen(at(0)), None).verdict, Fail);
        assert_eq!(clock(&settings, &Clock::System, None).verdict, Ok);
    }
}
