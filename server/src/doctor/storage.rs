//! Where players' pictures are kept.

use domain::{Database, Storage, storage};

use super::{Finding, fail, ok, warn};
use crate::settings::Settings;

/// What nodes are told that share a database and keep their pictures apart.
pub(crate) const APART: &str = "another node on this database does not find the pictures that lie in this one's folder; set \
                                storage.bucket, unless this is the only one";

/// Whether nodes that share a database could be several, and each would keep its pictures to itself.
pub(crate) fn is_apart(settings: &Settings) -> bool {
    let is_shared = matches!(settings.database(), Database::Postgres(_));
    is_shared && matches!(settings.config().storage, Storage::Folder(_))
}

/// Whether it takes an object, shows it and lets go of it.
pub(super) async fn pictures(settings: &Settings) -> Finding {
    const WHAT: &str = "storage";
    let (place, cure) = match &settings.config().storage {
        Storage::Folder(folder) => (format!("{}", folder.display()), "give the server's user the right to write there"),
        Storage::S3(bucket) => {
            (format!("the bucket {}", bucket.name), "see that it is there, and that the settings storage.* are right")
        }
    };
    let found = match storage::checkup(&settings.config().storage).await {
        Err(why) => return fail(WHAT, format!("{place} does not keep pictures ({why}): {cure}")),
        Ok(None) => format!("the first start makes {place}"),
        Ok(Some(())) => format!("{place} takes, shows and lets go of an object"),
    };
    if is_apart(settings) { warn(WHAT, format!("{found}; {APART}")) } else { ok(WHAT, found) }
}
