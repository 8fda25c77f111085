//! The names of the environment that are ours, and those that only look so.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::table;

/// The variable that names the settings file.
pub(super) const CONFIG: &str = "GAMESERVER_CONFIG";

/// Names that our own tools set for one another; they say nothing to the server, and may well be there when it starts.
const TOOLS: [&str; 3] = [
    // Which server the tests make their databases on.
    "GAMESERVER_TEST_POSTGRES",
    // Which binary the browser tests and drills start.
    "GAMESERVER_BIN",
    // Where several checkouts build.
    "GAMESERVER_TARGET_DIR",
];

/// The variables a start is given. One that is empty counts as not set.
pub(super) struct Environment(BTreeMap<String, OsString>);

impl Environment {
    pub(super) fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let named = variables.into_iter().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        Self(named.filter(|(name, value)| !value.is_empty() && !is_service_link(name, value)).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&OsString> {
        self.0.get(name)
    }

    /// The names that begin as ours do and mean nothing.
    pub(super) fn unknown(&self) -> Vec<&str> {
        let known: Vec<String> = names().collect();
        let ours = self.0.keys().map(String::as_str).filter(|name| name.starts_with("GAMESERVER_"));
        ours.filter(|name| !TOOLS.contains(name) && !known.iter().any(|known| known == name)).collect()
    }
}

/// Every name that means something.
pub(super) fn names() -> impl Iterator<Item = String> {
    let settings = table::all().flat_map(|setting| setting.variables().chain(setting.file_variables()));
    std::iter::once(CONFIG.to_owned()).chain(settings)
}

/// Whether Kubernetes set it, for a service that is named `gameserver`: every container beside one finds such links in
/// its environment, and one of them has the name of the port.
fn is_service_link(name: &str, value: &OsString) -> bool {
    let Some(rest) = name.strip_prefix("GAMESERVER_") else { return false };
    let is_address = value.to_str().is_some_and(|value| value.starts_with("tcp://") || value.starts_with("udp://"));
    match rest {
        "SERVICE_HOST" | "SERVICE_PORT" => true,
        "PORT" => is_address,
        _ => rest.starts_with("SERVICE_PORT_") || rest.starts_with("PORT_"),
    }
}
