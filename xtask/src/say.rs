//! What a step prints: what it does, how long that takes the first time, and how long it took.

use std::fmt::Display;
use std::fs;
use std::io::{IsTerminal, Write, stdout};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::tree::Tree;

/// Does one step. `first` is what a person should know before waiting for the first time, such as "about 4 minutes";
/// once the step has succeeded in this checkout it is not said again.
pub(crate) fn step<T>(tree: &Tree, what: &str, first: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let done = tree.scratch("done").join(file_name(what));
    if first.is_empty() || done.exists() {
        title(what);
    } else {
        title(&format!("{what} ({first}, once)"));
    }
    let start = Instant::now();
    let made = work()?;
    line(format_args!("    done in {}", seconds(start.elapsed())));
    // Only a hint is lost when this fails.
    let _ = done.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&done, ""));
    Ok(made)
}

/// Says how long the whole takes, where nothing was built yet in this checkout.
pub(crate) fn first_time(tree: &Tree, text: &str) {
    if !tree.scratch("done").exists() {
        line(text);
    }
}

/// Announces what comes next.
pub(crate) fn title(what: &str) {
    if stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        line(format_args!("\x1b[1m==> {what}\x1b[0m"));
    } else {
        line(format_args!("==> {what}"));
    }
}

/// One line, written at once. A reader that went away (`| head`) is no reason to stop.
pub(crate) fn line(text: impl Display) {
    let mut out = stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 { format!("{:.1} s", time.as_secs_f64()) } else { format!("{} min {:02} s", whole / 60, whole % 60) }
}

fn file_name(what: &str) -> String {
    what.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_a_person_says_them() {
        assert_eq!(seconds(Duration::from_millis(340)), "0.3 s");
        assert_eq!(seconds(Duration::from_secs(59)), "59.0 s");
        assert_eq!(seconds(Duration::from_secs(245)), "4 min 05 s");
    }

    #[test]
    fn a_step_names_a_file() {
        assert_eq!(file_name("Compile the server"), "compile-the-server");
    }
}
