//! The sum of what cargo and node say at the end of each of their runs.

use std::fmt;

/// Tests that passed and tests that failed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tally {
    /// Those that passed.
    pub(super) passed: u64,
    /// Those that failed, were cancelled, or could not be started.
    pub(super) failed: u64,
}

impl Tally {
    /// Adds what a closing line says; any other line changes nothing.
    ///
    /// cargo: `test result: ok. 12 passed; 0 failed; 0 ignored; …`. node: `ℹ pass 3`, or `# pass 3` in its other form.
    pub(super) fn read(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            for part in counts.split(['.', ';']) {
                match part.trim().split_once(' ') {
                    Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                    Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                    _ => {}
                }
            }
        } else if let Some(count) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
            match count.split_once(' ') {
                Some(("pass", number)) => self.passed += number.parse().unwrap_or(0),
                Some(("fail" | "cancelled", number)) => self.failed += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(lines: &str) -> String {
        let mut tally = Tally::default();
        lines.lines().for_each(|line| tally.read(line));
        tally.to_string()
    }

    #[test]
    fn cargo_closes_each_binary_with_a_line() {
        let lines = "running 2 tests\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 1.05s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(sum(lines), "15 passed, 2 failed");
    }

    #[test]
    fn node_closes_its_run_with_a_block_in_either_form() {
        assert_eq!(sum("ℹ tests 5\nℹ suites 1\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0"), "3 passed, 2 failed");
        assert_eq!(sum("# tests 3\n# pass 3\n# fail 0\n# cancelled 0"), "3 passed, 0 failed");
    }

    #[test]
    fn what_a_test_prints_counts_for_nothing() {
        assert_eq!(sum("12 passed\n  ✔ pass 4\ntest a ... ok\n# passengers 3\nℹ pass x"), "0 passed, 0 failed");
    }
}
