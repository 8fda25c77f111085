//! Where nodes hear of one another.

use domain::{Database, bus};

use super::{Finding, ok, warn};
use crate::settings::Settings;

/// Whether Redis answers, where it is set.
pub(super) async fn bus(settings: &Settings) -> Option<Finding> {
    const WHAT: &str = "redis";
    let Some(redis) = settings.config().redis else {
        let is_shared = matches!(settings.database(), Database::Postgres(_));
        let alone =
            "not set: other nodes on this database would not be heard; set redis.url, unless this is the only one";
        return is_shared.then(|| ok(WHAT, alone));
    };
    Some(match bus::checkup(&redis).await {
        Ok(version) => ok(WHAT, format!("version {version} answers")),
        // The server starts all the same: each node goes on alone.
        Err(why) => warn(
            WHAT,
            format!("does not answer ({why}): nodes would go on alone; see that it runs, and that redis.url is right"),
        ),
    })
}
