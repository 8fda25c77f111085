//! How many files, and so how many connections, the process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that are no connections: the database, the runtime's own, standard streams.
const OTHERS: u64 = 64;

/// Takes as many as are allowed; shells and service managers start programs with a lower limit, for the sake of those
/// that use `select`. Says so where there are too few for `connections`.
pub(super) fn take_all(connections: usize) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let files = if raised.is_ok() { maximum } else { current };
    let needed = OTHERS.saturating_add(u64::try_from(connections).unwrap_or(u64::MAX));
    if let Some(files) = files.filter(|files| *files < needed) {
        tracing::warn!("{files} files may be open: too few for {connections} connections. Raise it with ulimit -n");
    }
}
