//! Being told to stop. Ctrl-C reaches every process of the terminal, but a supervisor tells only the one it started:
//! then cargo, the tests and their servers would run on without anybody to read them.

use std::collections::HashMap;
use std::fs;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// From now on a signal to end stops everything this program started, then this program.
pub(crate) fn watch() -> Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM]).context("cannot listen for signals")?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let children = descendants(std::process::id(), &parents());
            if !children.is_empty() {
                // The shell's own `kill`: sending a signal needs either unsafe code or a crate more.
                let all: Vec<String> = children.iter().map(u32::to_string).collect();
                let _ = Command::new("sh").arg("-c").arg(format!("kill {} 2>/dev/null", all.join(" "))).status();
            }
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

/// Every process and its parent; empty where there is no `/proc`, and then only Ctrl-C stops them all.
fn parents() -> Vec<(u32, u32)> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| {
            let process = entry.file_name().to_str()?.parse().ok()?;
            let parent = parent_in(&fs::read_to_string(entry.path().join("stat")).ok()?)?;
            Some((process, parent))
        })
        .collect()
}

/// The fourth field of a stat line. The second is the program's name in brackets and may hold anything.
fn parent_in(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// Everything started by `root`, by what it started, and so on; not `root` itself.
fn descendants(root: u32, parents: &[(u32, u32)]) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for (process, parent) in parents {
        children.entry(*parent).or_default().push(*process);
    }
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(process) = open.pop() {
        let next = children.remove(&process).unwrap_or_default();
        found.extend(&next);
        open.extend(&next);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_name_with_brackets_does_not_hide_the_parent() {
        assert_eq!(parent_in("42 (odd) name) S 7 42 42 0"), Some(7));
        assert_eq!(parent_in(""), None);
    }

    #[test]
    fn grandchildren_are_found_and_neighbours_are_not() {
        let mut found = descendants(1, &[(2, 1), (3, 2), (4, 9), (5, 3)]);
        found.sort_unstable();
        assert_eq!(found, [2, 3, 5]);
    }
}
