//! Invariants, and what is said when one does not hold.

use std::fmt::{Debug, Display};

use anyhow::{Result, ensure};

/// Both must be equal.
#[expect(clippy::needless_pass_by_value, reason = "so that it reads as it is said: same(what, 1, found)")]
pub(crate) fn same<T: PartialEq + Debug>(what: impl Display, expected: T, found: T) -> Result<()> {
    ensure!(expected == found, "{what}: expected {expected:?}, found {found:?}");
    Ok(())
}

/// `found` must be one of these.
pub(crate) fn one_of<T: PartialEq + Debug>(what: impl Display, expected: &[T], found: &T) -> Result<()> {
    ensure!(expected.contains(found), "{what}: expected one of {expected:?}, found {found:?}");
    Ok(())
}

/// Does everything at the same moment and waits for all of it.
pub(crate) async fn together<T, F>(all: impl IntoIterator<Item = F>) -> Result<Vec<T>>
where
    F: Future<Output = Result<T>> + Send + 'static,
    T: Send + 'static,
{
    let tasks: Vec<_> = all.into_iter().map(tokio::spawn).collect();
    let mut done = Vec::with_capacity(tasks.len());
    for task in tasks {
        done.push(task.await??);
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_invariant_says_what_was_expected_and_what_was_found() {
        assert_eq!(same("winners", 3, 4).unwrap_err().to_string(), "winners: expected 3, found 4");
        assert!(same("winners", 3, 3).is_ok());
        let told = one_of("seat", &[None, Some(2)], &Some(1)).unwrap_err().to_string();
        assert_eq!(told, "seat: expected one of [None, Some(2)], found Some(1)");
    }

    #[tokio::test]
    async fn one_failure_fails_the_whole() {
        let outcome = together((0..3).map(|n| async move { same("n", true, n < 2) })).await;
        assert!(outcome.is_err());
    }
}
