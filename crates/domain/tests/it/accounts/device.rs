use chrono::TimeDelta;
use domain::accounts::{self, DeviceLink};
use domain::{App, Result, Scope, sessions};
use testing::{TestDomain, both_engines};
use wire::{DeviceLogin, PasswordLogin, Tokens, UnlinkDevice};

use super::{ADA, PASSWORD, confirm, player, registration, sign_in};
use crate::people::code;

const DEVICE: &str = "device-0123456789";

fn login(device: &str) -> DeviceLogin {
    DeviceLogin { device_id: Some(device.into()) }
}

async fn by_device(app: &App) -> Tokens {
    sessions::login_device(app, &Scope::NOBODY, login(DEVICE)).await.unwrap()
}

/// A player with a confirmed address who signed in once on a device.
async fn with_device(domain: &TestDomain) -> Scope {
    let scope = player(domain, ADA).await;
    let (email, password, device_id) = (Some(ADA.into()), Some(PASSWORD.into()), Some(DEVICE.into()));
    sessions::sign_in(&domain.app, &Scope::NOBODY, PasswordLogin { email, password, device_id }).await.unwrap();
    scope
}

async fn unlink(app: &App, scope: &Scope, password: Option<&str>) -> Result<()> {
    accounts::unlink_device(app, scope, UnlinkDevice { current_password: password.map(Into::into) }).await
}

async fn is_alive(app: &App, tokens: &Tokens) -> bool {
    sessions::authenticate(app, &tokens.access_token, None).await.is_ok()
}

#[both_engines]
async fn an_unlinked_device_is_out_and_is_a_new_guest_when_it_comes_again(domain: TestDomain) {
    let app = &domain.app;
    let ada = with_device(&domain).await;
    assert_eq!(accounts::device(app, &ada).await.unwrap(), DeviceLink::Spare);
    let tokens = by_device(app).await;
    assert_eq!(Some(tokens.user_id), ada.user());
    unlink(app, &ada, None).await.unwrap();
    assert_eq!(accounts::device(app, &ada).await.unwrap(), DeviceLink::None);
    assert!(!is_alive(app, &tokens).await, "what it signed in to has ended");
    assert!(sessions::resume(app, ada.session.unwrap(), None).await.unwrap().user().is_some(), "who asked stays");
    assert_ne!(Some(by_device(app).await.user_id), ada.user());
    let letter = domain.letters(ADA).await.pop().unwrap();
    assert_eq!(letter.subject, "A device was unlinked from your account at GameServer");
    assert_eq!(code(&unlink(app, &ada, None).await), "no_device");
}

#[both_engines]
async fn a_device_that_is_the_only_way_in_stays(domain: TestDomain) {
    let app = &domain.app;
    let tokens = by_device(app).await;
    let scope = sessions::authenticate(app, &tokens.access_token, None).await.unwrap();
    for is_pending in [false, true] {
        if is_pending {
            // An address that is not confirmed lets nobody in.
            accounts::upgrade(app, &scope, registration(ADA)).await.unwrap();
        }
        assert_eq!(accounts::device(app, &scope).await.unwrap(), DeviceLink::OnlyWayIn);
        assert_eq!(code(&unlink(app, &scope, None).await), "only_way_in");
    }
    assert_eq!(by_device(app).await.user_id, tokens.user_id);
    confirm(&domain, ADA).await.unwrap();
    unlink(app, &scope, None).await.unwrap();
    assert_eq!(sign_in(app, ADA, PASSWORD).await.unwrap().user, tokens.user_id);
}

#[both_engines]
async fn a_device_is_unlinked_only_for_who_proves_who_they_are(domain: TestDomain) {
    let app = &domain.app;
    let ada = with_device(&domain).await;
    app.clock.advance(TimeDelta::minutes(10) + TimeDelta::microseconds(1));
    assert_eq!(code(&unlink(app, &ada, None).await), "recent_login_required");
    assert_eq!(code(&unlink(app, &ada, Some("a guess")).await), "invalid_credentials");
    assert_eq!(code(&unlink(app, &Scope::NOBODY, None).await), "authentication_required");
    assert_eq!(accounts::device(app, &ada).await.unwrap(), DeviceLink::Spare);
    unlink(app, &ada, Some(PASSWORD)).await.unwrap();
    assert_eq!(accounts::device(app, &ada).await.unwrap(), DeviceLink::None);
}

#[both_engines]
async fn of_two_who_unlink_it_at_once_one_does(domain: TestDomain) {
    let app = &domain.app;
    let ada = with_device(&domain).await;
    for _ in 0..10 {
        let before = domain.letters(ADA).await.len();
        let (one, other) = tokio::join!(unlink(app, &ada, None), unlink(app, &ada, None));
        let mut codes = [&one, &other].map(code);
        codes.sort_unstable();
        assert_eq!(codes, ["no_device", "ok"]);
        assert_eq!(domain.letters(ADA).await.len(), before + 1, "and it is told once");
        let (email, password, device_id) = (Some(ADA.into()), Some(PASSWORD.into()), Some(DEVICE.into()));
        sessions::sign_in(app, &Scope::NOBODY, PasswordLogin { email, password, device_id }).await.unwrap();
    }
}
