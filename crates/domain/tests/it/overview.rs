use std::time::Duration;

use chrono::TimeDelta;
use domain::stats::Frames;
use domain::{Error, Scope, Who, overview, sessions};
use testing::{TestDomain, both_engines};
use wire::{DeviceLogin, NewLobby, UserId};

const ADMIN: Scope = Scope { who: Who::Admin(UserId(1)), ..Scope::NOBODY };

#[both_engines]
async fn only_the_server_ends_a_step_and_only_admins_read_them(domain: TestDomain) {
    let app = &domain.app;
    let player = Scope { who: Who::Player(UserId(1)), ..Scope::NOBODY };
    assert!(matches!(overview::end_step(app, &Scope::NOBODY, Frames::default()).await, Err(Error::Unauthenticated(_))));
    assert!(matches!(overview::end_step(app, &ADMIN, Frames::default()).await, Err(Error::Forbidden(_))));
    assert!(matches!(overview::history(app, &Scope::NOBODY, 60), Err(Error::Unauthenticated(_))));
    assert!(matches!(overview::history(app, &player, 60), Err(Error::Forbidden(_))));
    assert_eq!(overview::history(app, &ADMIN, 60).unwrap().points, []);
}

#[both_engines]
async fn a_day_is_drawn_with_three_hundred_points_at_most(domain: TestDomain) {
    let app = &domain.app;
    for _ in 0..1441 {
        app.stats.requests.record(false, Duration::from_millis(1));
        app.clock.advance(TimeDelta::minutes(1));
        overview::end_step(app, &Scope::SYSTEM, Frames::default()).await.unwrap();
    }
    let shape = |minutes| {
        let history = overview::history(app, &ADMIN, minutes).unwrap();
        let requests: i64 = history.points.iter().map(|point| point.requests).sum();
        (history.step_seconds, history.points.len(), requests, history.points.last().unwrap().at == app.clock.now())
    };
    assert_eq!(shape(1440), (300, 288, 1440, true));
    assert_eq!(shape(301), (120, 151, 301, true));
    assert_eq!(shape(300), (60, 300, 300, true));
    assert_eq!(shape(1), (60, 1, 1, true));
}

#[both_engines]
async fn a_database_that_is_away_leaves_the_number_of_lobbies_as_it_was(domain: TestDomain) {
    let app = &domain.app;
    let login = DeviceLogin { device_id: Some("device-0123456789".into()) };
    let tokens = sessions::login_device(app, &Scope::NOBODY, login).await.unwrap();
    let player = sessions::authenticate(app, &tokens.access_token, None).await.unwrap();
    domain::lobbies::create(app, &player, NewLobby::default()).await.unwrap();
    overview::end_step(app, &Scope::SYSTEM, Frames::default()).await.unwrap();
    app.db.close().await;
    app.clock.advance(TimeDelta::minutes(1));
    overview::end_step(app, &Scope::SYSTEM, Frames::default()).await.unwrap();
    let lobbies: Vec<_> = overview::history(app, &ADMIN, 2).unwrap().points.iter().map(|point| point.lobbies).collect();
    assert_eq!(lobbies, [1, 1]);
}
