//! Forgetting what is kept no longer.

use crate::db::Tx;
use crate::{App, Result};

/// Forgets in one transaction after another, until one found nothing more: `forget` takes so many rows at once that nobody
/// has to wait for them, and says how many there were.
pub(crate) async fn sweep(app: App, forget: impl AsyncFn(&mut Tx) -> Result<u64>) -> Result<()> {
    loop {
        let mut tx = app.db.begin().await?;
        let forgotten = forget(&mut tx).await?;
        tx.commit().await?;
        if forgotten == 0 {
            return Ok(());
        }
    }
}
