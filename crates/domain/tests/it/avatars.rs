mod bombs;
mod pictures;
mod s3;
mod strays;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use chrono::TimeDelta;
use domain::avatars::{self, SIZE, Sent};
use domain::jobs::{Kinds, Runner};
use domain::{App, Config, Error, Result, Scope, sessions, users};
use image::ImageFormat::{Jpeg, Png, WebP};
use testing::pictures::{bytes, png, red_and_blue};
use testing::{Engine, TestDomain, both_engines};
use tokio::task::JoinSet;
use wire::{DeviceLogin, NewAvatar};

async fn player(app: &App) -> Scope {
    let input = DeviceLogin { device_id: Some("a-device-of-a-test".into()) };
    let tokens = sessions::login_device(app, &Scope::NOBODY, input).await.unwrap();
    sessions::authenticate(app, &tokens.access_token, None).await.unwrap()
}

async fn upload(app: &App, player: &Scope, picture: impl Into<Vec<u8>>) -> Result<String> {
    avatars::upload(app, player, Sent::Bytes(picture.into().into())).await
}

/// The name in a picture's URL.
fn name(url: &str) -> &str {
    url.strip_prefix("/avatars/").unwrap()
}

/// Where a player's picture is, as the player is told.
async fn shown(app: &App, player: &Scope) -> Option<String> {
    users::me(app, player).await.unwrap().profile_url
}

fn shelf(domain: &TestDomain) -> PathBuf {
    domain.folder.path().join("storage/avatars")
}

/// The names of the objects that lie there.
fn kept(domain: &TestDomain) -> BTreeSet<String> {
    let files = fs::read_dir(shelf(domain)).into_iter().flatten();
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

/// Does what is enqueued, as another process would after this one died.
async fn do_jobs(app: &App) {
    Runner::new(app.clone(), Kinds::of_the_product()).run_due().await.unwrap();
}

/// Why a picture was refused.
fn refusal<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(Error::Invalid(errors)) => errors.on("avatar").join(" "),
        Err(Error::Unauthenticated(it) | Error::Forbidden(it) | Error::NotFound(it) | Error::TooLarge(it)) => {
            it.code.to_owned()
        }
        Err(Error::RateLimited(seconds)) => format!("wait {seconds} s"),
        Err(Error::StorageUnavailable(_)) => "away".to_owned(),
        other => panic!("{other:?}"),
    }
}

#[both_engines]
async fn a_picture_is_shown_until_it_is_replaced_or_taken_away(domain: TestDomain) {
    let app = &domain.app;
    let player = player(app).await;
    assert_eq!(shown(app, &player).await, None);

    let first = upload(app, &player, png()).await.unwrap();
    assert_eq!(shown(app, &player).await.as_deref(), Some(first.as_str()));
    assert!(avatars::get(app, name(&first)).await.is_ok());

    let second = upload(app, &player, png()).await.unwrap();
    assert_ne!(first, second, "a name is never used twice, or whoever kept the first would go on seeing it");
    assert_eq!(shown(app, &player).await.as_deref(), Some(second.as_str()));
    assert_eq!(kept(&domain).len(), 2, "the first goes when its job is done, not before the commit");
    do_jobs(app).await;
    assert_eq!(kept(&domain), BTreeSet::from([name(&second).to_owned()]));
    assert_eq!(refusal(avatars::get(app, name(&first)).await), "not_found");

    for _ in 0..2 {
        avatars::remove(app, &player).await.unwrap();
        assert_eq!(shown(app, &player).await, None);
    }
    do_jobs(app).await;
    assert_eq!(kept(&domain), BTreeSet::new());
    assert_eq!(refusal(avatars::get(app, name(&second)).await), "not_found");
}

#[both_engines]
async fn the_url_begins_with_where_players_reach_the_server(_domain: TestDomain) {
    let config = Config { pictures_at: "https://play.example".into(), ..testing::config() };
    let domain = TestDomain::with(Engine::Sqlite, config).await;
    let player = player(&domain.app).await;
    let url = upload(&domain.app, &player, png()).await.unwrap();
    assert!(url.starts_with("https://play.example/avatars/") && url.strip_suffix(".png").is_some(), "{url}");
    assert_eq!(shown(&domain.app, &player).await, Some(url));
}

#[both_engines]
async fn a_picture_may_come_in_base64(domain: TestDomain) {
    let app = &domain.app;
    let player = player(app).await;
    let text = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let sent = |text: &str| Sent::Text(NewAvatar { avatar: Some(text.into()) });
    assert!(avatars::upload(app, &player, sent(text)).await.is_ok());
    let broken = avatars::upload(app, &player, sent(&text[..text.len() - 1])).await;
    assert!(refusal(broken).starts_with("must be base64"));
    let none = avatars::upload(app, &player, Sent::Text(NewAvatar::default())).await;
    assert_eq!(refusal(none), "can't be blank");
}

#[both_engines]
async fn a_picture_is_so_large_and_no_larger(domain: TestDomain) {
    let app = &domain.app;
    let player = player(app).await;
    assert!(upload(app, &player, pictures::png_of(SIZE)).await.is_ok());
    assert_eq!(refusal(upload(app, &player, pictures::png_of(SIZE + 1)).await), "picture_too_large");
    for format in [Png, Jpeg, WebP] {
        for (width, height) in [(2048, 3), (3, 2048)] {
            assert!(upload(app, &player, bytes(&red_and_blue(width, height), format)).await.is_ok(), "{format:?}");
        }
        for (width, height) in [(2049, 3), (3, 2049)] {
            let refused = upload(app, &player, bytes(&red_and_blue(width, height), format)).await;
            assert_eq!(refusal(refused), "must be at most 2048 pixels wide and high", "{format:?}");
        }
    }
}

#[both_engines]
async fn ten_pictures_a_day_and_no_more_however_they_come(domain: TestDomain) {
    let app = &domain.app;
    let player = player(app).await;
    // What is refused does not count.
    assert!(upload(app, &player, *b"no picture").await.is_err());
    let mut uploads = JoinSet::new();
    for _ in 0..13 {
        let app = app.clone();
        uploads.spawn(async move { upload(&app, &player, png()).await });
    }
    let outcomes = uploads.join_all().await;
    let (taken, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(taken.len(), 10);
    let refused: BTreeSet<_> = refused.into_iter().map(refusal).collect();
    assert_eq!(refused, BTreeSet::from(["wait 86400 s".to_owned()]));
    do_jobs(app).await;
    let last = shown(app, &player).await.unwrap();
    assert_eq!(kept(&domain), BTreeSet::from([name(&last).to_owned()]), "one is left of all");

    app.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert_eq!(refusal(upload(app, &player, png()).await), "wait 1 s");
    app.clock.advance(TimeDelta::seconds(1));
    assert!(upload(app, &player, png()).await.is_ok(), "a new day");
}

#[both_engines]
async fn nobody_has_a_picture_and_guests_have_one_where_they_may(domain: TestDomain) {
    let app = &domain.app;
    assert_eq!(refusal(upload(app, &Scope::NOBODY, png()).await), "authentication_required");
    assert_eq!(refusal(avatars::remove(app, &Scope::NOBODY).await), "authentication_required");

    let config = Config { guest_avatars: false, ..testing::config() };
    let strict = TestDomain::with(Engine::Sqlite, config).await;
    let guest = player(&strict.app).await;
    assert_eq!(refusal(upload(&strict.app, &guest, png()).await), "full_account_required");
    assert!(avatars::remove(&strict.app, &guest).await.is_ok(), "one from before they may always take away");
}

#[both_engines]
async fn without_a_storage_nothing_changes_and_nothing_counts(domain: TestDomain) {
    let app = &domain.app;
    let player = player(app).await;
    let url = upload(app, &player, png()).await.unwrap();
    let (storage, elsewhere) = (domain.folder.path().join("storage"), domain.folder.path().join("elsewhere"));
    fs::rename(&storage, &elsewhere).unwrap();
    fs::write(&storage, "no folder").unwrap();
    for _ in 0..12 {
        assert_eq!(refusal(upload(app, &player, png()).await), "away");
    }
    fs::remove_file(&storage).unwrap();
    fs::rename(&elsewhere, &storage).unwrap();
    assert_eq!(shown(app, &player).await.as_deref(), Some(url.as_str()));
    assert!(avatars::get(app, name(&url)).await.is_ok());
    assert!(upload(app, &player, png()).await.is_ok());
}

#[both_engines]
async fn the_picture_of_an_account_that_is_deleted_goes_with_it(domain: TestDomain) {
    let app = &domain.app;
    let player = player(app).await;
    let url = upload(app, &player, png()).await.unwrap();
    users::delete(app, &player).await.unwrap();
    do_jobs(app).await;
    assert_eq!(kept(&domain).len(), 0);
    assert_eq!(refusal(avatars::get(app, name(&url)).await), "not_found");
}
