//! One core for a process, and the time it had of it.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// A core of the machine, by its number.
#[derive(Clone, Copy)]
pub(crate) struct Core(pub(crate) u8);

impl Core {
    /// The first one.
    pub(crate) const FIRST: Self = Self(0);
}

/// Ticks of a second in /proc: Linux shows every program a hundred, whatever the kernel counts in.
const TICKS: u64 = 100;

/// The processor time a process has used since it started, its ended threads among it.
pub(crate) fn used(process: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).context("the server has ended")?;
    let ticks = ticks(&stat).context("/proc shows no times")?;
    Ok(Duration::from_millis(ticks * 1000 / TICKS))
}

/// User and system time of a line of `/proc/<process>/stat` (`proc_pid_stat(5)`, fields 14 and 15).
fn ticks(stat: &str) -> Option<u64> {
    // The name stands in parentheses and may hold anything.
    let (_, after_name) = stat.rsplit_once(") ")?;
    let mut times = after_name.split(' ').skip(11).map(str::parse::<u64>);
    Some(times.next()?.ok()? + times.next()?.ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_times_are_added_whatever_the_name_is() {
        let stat = "42 (a ) 1 2) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0 1000 0 0";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(ticks("42"), None);
    }

    #[test]
    fn this_process_has_used_some_time_or_none() {
        assert!(used(std::process::id()).unwrap() < Duration::from_hours(1));
        assert!(used(u32::MAX).is_err());
    }
}
