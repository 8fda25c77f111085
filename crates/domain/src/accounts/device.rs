//! The device that signs in to an account by itself. Linking one is a game's business: it says its id at a sign-in.

use wire::UnlinkDevice;

use super::password::prove;
use super::query::{self, Account};
use crate::mail::{self, Letter};
use crate::pubsub::News;
use crate::{App, Error, Result, Scope, sessions, users};

/// How it stands with the device of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceLink {
    /// There is none.
    None,
    /// There is one, and no other way in: it stays.
    OnlyWayIn,
    /// There is one, and the account can do without.
    Spare,
}

/// How it stands with the device of one's own account.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody.
pub async fn device(app: &App, scope: &Scope) -> Result<DeviceLink> {
    let user = scope.require_user()?;
    let account = query::account(app, &app.db, user).await?.ok_or_else(Error::authentication_required)?;
    Ok(account.device_link())
}

/// Takes the device from one's own account: what it signed in to ends, but for the session that asks, and if it comes again it
/// is a new guest. The account's address is told.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `recent_login_required`, or `invalid_credentials` for a password that does not fit;
/// [`Error::Impossible`] with `no_device`, or with `only_way_in` where there is no other.
pub async fn unlink_device(app: &App, scope: &Scope, input: UnlinkDevice) -> Result<()> {
    let user = scope.require_user()?;
    let proof = prove(app, scope, input.check()).await?;
    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    if !query::unlink_device(&mut tx, user, app.clock.now()).await? {
        drop(tx);
        return Err(match device(app, scope).await? {
            DeviceLink::OnlyWayIn => {
                let message = "This device is the only way into the account. Confirm an address of yours first.";
                Error::impossible("only_way_in", message)
            }
            DeviceLink::None | DeviceLink::Spare => {
                Error::impossible("no_device", "No device is linked to this account.")
            }
        });
    }
    sessions::end_by_device_of(app, &mut tx, &mut news, user, scope.session, "device_unlinked").await?;
    users::tell_updated(app, &mut tx, &mut news, user).await?;
    if let Some(address) = proof.email {
        mail::post(app, &mut tx, &address, Letter::DeviceUnlinked).await?;
    }
    app.commit(tx, news).await
}

impl Account {
    fn device_link(&self) -> DeviceLink {
        match (self.has_device, self.email_confirmed_at) {
            (false, _) => DeviceLink::None,
            (true, None) => DeviceLink::OnlyWayIn,
            (true, Some(_)) => DeviceLink::Spare,
        }
    }
}
