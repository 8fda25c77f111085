use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::json;
use testing::both_engines;

use super::client::{Socket, ask};
use crate::app::{Player, TestApp};

impl Player<'_> {
    async fn ticket(&self) -> String {
        let answer = self.post("/api/v1/socket/ticket", &json!({})).await;
        assert_eq!((answer.status, &answer.body["expires_in"]), (StatusCode::OK, &json!(30)));
        answer.body["ticket"].as_str().unwrap().to_owned()
    }
}

/// Connects by a ticket; gives the refusal's status and code otherwise.
async fn enter(app: &TestApp, ticket: &str) -> Result<Socket, (u16, String)> {
    ask(app, &format!("vsn=2.0.0&ticket={ticket}"), &[]).await.map_err(|refusal| {
        let body: serde_json::Value = serde_json::from_slice(refusal.body().as_ref().unwrap()).unwrap();
        (refusal.status().as_u16(), body["error"].as_str().unwrap().to_owned())
    })
}

const REFUSED: (u16, &str) = (403, "invalid_ticket");

fn refusal(entered: &Result<Socket, (u16, String)>) -> (u16, &str) {
    entered.as_ref().map_or_else(|(status, code)| (*status, code.as_str()), |_| panic!("it opened a socket"))
}

#[both_engines]
async fn a_ticket_opens_one_socket_as_whoever_asked_for_it(app: TestApp) {
    let alice = app.player().await;
    let ticket = alice.ticket().await;
    let mut socket = enter(&app, &ticket).await.unwrap();
    socket.joined(&format!("user:{}", alice.id)).await;
    assert_eq!(refusal(&enter(&app, &ticket).await), REFUSED, "once");
    assert_eq!(refusal(&enter(&app, "made-up").await), REFUSED);
    assert_eq!(app.domain.rows("socket_tickets").await, 0);
}

#[both_engines]
async fn of_two_who_come_with_one_ticket_one_enters(app: TestApp) {
    let alice = app.player().await;
    for _ in 0..5 {
        let ticket = alice.ticket().await;
        let (one, other) = tokio::join!(enter(&app, &ticket), enter(&app, &ticket));
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
    }
}

#[both_engines]
async fn a_ticket_is_good_for_half_a_minute_and_as_long_as_its_session(app: TestApp) {
    let alice = app.player().await;
    let clock = &app.domain.app.clock;
    let (used, late) = (alice.ticket().await, alice.ticket().await);
    clock.advance(TimeDelta::milliseconds(29_999));
    enter(&app, &used).await.unwrap();
    clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(refusal(&enter(&app, &late).await), REFUSED);

    let ticket = alice.ticket().await;
    alice.send(alice.request(reqwest::Method::DELETE, "/api/v1/logout").json(&json!({}))).await;
    assert_eq!(refusal(&enter(&app, &ticket).await), REFUSED);
}

#[both_engines]
async fn of_eleven_tickets_the_oldest_is_good_for_nothing(app: TestApp) {
    let alice = app.player().await;
    let mut tickets = Vec::new();
    for _ in 0..11 {
        tickets.push(alice.ticket().await);
        app.domain.app.clock.advance(TimeDelta::milliseconds(1));
    }
    assert_eq!(refusal(&enter(&app, &tickets[0]).await), REFUSED);
    enter(&app, &tickets[1]).await.unwrap();
    enter(&app, &tickets[10]).await.unwrap();
    let nobody = app.nobody().post("/api/v1/socket/ticket", &json!({})).await;
    assert_eq!((nobody.status, &nobody.body["error"]), (StatusCode::UNAUTHORIZED, &json!("authentication_required")));
}
