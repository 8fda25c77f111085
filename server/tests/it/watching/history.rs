//! The numbers of the last day, as the dashboard asks for them.

use chrono::TimeDelta;
use domain::stats::Frames;
use domain::{Scope, overview};
use reqwest::Method;
use serde_json::{Value, json};
use testing::both_engines;

use crate::app::{Answer, Player, TestApp};

async fn history(player: &Player<'_>, minutes: &Value) -> Answer {
    let origin = format!("http://{}", player.app.address);
    let request = player.request(Method::POST, "/_fn/history").header("origin", origin);
    player.send(request.json(&json!({ "minutes": minutes }))).await
}

/// A minute passes.
async fn a_minute(app: &TestApp) {
    app.domain.app.clock.advance(TimeDelta::minutes(1));
    overview::end_step(&app.domain.app, &Scope::SYSTEM, Frames::default()).await.unwrap();
}

#[both_engines]
async fn the_history_is_for_admins_and_a_day_long(app: TestApp) {
    let (nobody, player, admin) = (app.nobody(), app.player().await, app.admin_in_browser().await);
    assert_eq!(history(&nobody, &json!(60)).await.refusal(), "401 authentication_required");
    assert_eq!(history(&player, &json!(60)).await.refusal(), "403 forbidden");
    for minutes in [1, 1440] {
        assert_eq!(history(&admin, &json!(minutes)).await.status, 200, "{minutes}");
    }
    for minutes in [0, -1, 1441, i64::MAX, i64::MIN] {
        let refused = history(&admin, &json!(minutes)).await;
        assert_eq!(refused.refusal(), "422 validation_failed", "{minutes}");
        assert_eq!(refused.body["errors"]["minutes"], json!(["must be between 1 and 1440"]));
    }
    assert_eq!(history(&admin, &json!("all")).await.refusal(), "400 invalid_json");
}

#[both_engines]
async fn each_minute_has_the_requests_that_were_answered_in_it(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let _socket = app.player().await.socket().await;
    app.player().await.open(json!({})).await;
    a_minute(&app).await;
    for _ in 0..5 {
        app.nobody().get("/api/v1/health").await;
    }
    a_minute(&app).await;
    a_minute(&app).await;
    let told = history(&admin, &json!(2)).await.body;
    assert_eq!(told["step_seconds"], 60);
    let points = told["points"].as_array().unwrap();
    assert_eq!(points.len(), 2, "the minute before them is not asked for: {told}");
    let [busy, quiet] = [&points[0], &points[1]];
    assert_eq!(busy["at"], "2027-01-15T08:02:00Z");
    assert_eq!((&busy["requests"], &busy["errors"]), (&json!(5), &json!(0)));
    assert_eq!((&busy["sockets"], &busy["players"], &busy["lobbies"]), (&json!(1), &json!(1), &json!(1)));
    let latency = |point: &Value, of: &str| point[of].as_i64().unwrap();
    assert!(latency(busy, "p50_us") > 0 && latency(busy, "p50_us") <= latency(busy, "p99_us"), "{busy}");
    assert_eq!((&quiet["requests"], latency(quiet, "p99_us")), (&json!(0), 0));
}
