//! How many letters go out because somebody asked for them: anybody can ask, with anybody's address.

use std::time::Duration;

use super::query;
use crate::db::Tx;
use crate::{Allowance, App, Result};

/// Everybody together: no hash of an address.
const ALTOGETHER: &str = "altogether";

/// Whether one more may go to an address. It is counted then; one that too many others keep from going counts for its
/// address all the same.
pub(super) async fn take(app: &App, tx: &mut Tx, to: &str) -> Result<bool> {
    let mail = &app.config.mail;
    let address = app.keys.refresh.address_hash(to);
    if !take_one(app, tx, address, mail.apart, mail.per_address).await? {
        return Ok(false);
    }
    let passes = take_one(app, tx, ALTOGETHER.to_owned(), Duration::ZERO, mail.altogether).await?;
    if !passes {
        tracing::warn!("a letter is held back: more are asked for than mail.altogether allows");
    }
    Ok(passes)
}

async fn take_one(app: &App, tx: &mut Tx, who: String, apart: Duration, allowed: Allowance) -> Result<bool> {
    let now = app.clock.now().timestamp_millis();
    let cost = (millis(allowed.per) / i64::from(allowed.count.max(1))).max(1);
    let ahead = cost * i64::from(allowed.count.max(1) - 1);
    // Of many at once, one that looked at its clock earlier may come to the row later: that is no reason to hold it back.
    let last = if apart.is_zero() { i64::MAX } else { now - millis(apart) };
    query::take(tx, who, now, cost, last, now + ahead).await
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 2)
}
