//! What friends refuse.

use domain::{Config, Friends};
use serde_json::json;
use testing::Engine;

use super::Seen;
use crate::app::{Player, TestApp, limits};

pub(super) async fn bring_about(app: &TestApp, seen: &mut Seen) {
    let [alice, bob, carol, eve] = app.players().await;
    for (id, path) in
        [("list_friends", "friends"), ("list_friend_requests", "friend-requests"), ("list_blocked_friends", "blocked")]
    {
        seen.see(id, "validation_failed", &alice.get(&format!("/api/v1/me/{path}?page=0")).await);
    }
    seen.see("create_friend_request", "validation_failed", &alice.post("/api/v1/friends", &json!({})).await);
    seen.see("block_user", "validation_failed", &alice.post("/api/v1/friends/block", &json!({})).await);
    let nobody = Player { id: 999_999, ..app.nobody() };
    seen.see("create_friend_request", "not_found", &alice.befriend(&nobody).await);
    seen.see("block_user", "not_found", &alice.block(&nobody).await);
    seen.see("create_friend_request", "cannot_friend_self", &alice.befriend(&alice).await);
    seen.see("block_user", "cannot_block_self", &alice.block(&alice).await);

    let asked = alice.befriend(&bob).await;
    seen.see("create_friend_request", "already_requested", &alice.befriend(&bob).await);
    for (id, what) in [
        ("accept_friend_request", "accept"),
        ("reject_friend_request", "reject"),
        ("block_friend_request", "block"),
        ("unblock_friend", "unblock"),
    ] {
        seen.see(id, "forbidden", &alice.answer(&asked, what).await);
    }
    seen.see("remove_friendship", "not_authorized", &bob.unfriend(&asked).await);
    assert_eq!(bob.answer(&asked, "accept").await.status, 200);
    seen.see("create_friend_request", "already_friends", &bob.befriend(&alice).await);
    carol.block(&eve).await;
    seen.see("create_friend_request", "blocked", &eve.befriend(&carol).await);
    let lobby = carol.open(json!({})).await;
    seen.see("join_lobby", "blocked", &eve.join(lobby).await);

    let friends = Friends { most: 1, requests: 1, blocks: 1, ..Friends::default() };
    let narrow = TestApp::with(Engine::Sqlite, limits(), Config { friends, ..testing::config() }).await;
    let [alice, bob, carol, eve] = narrow.players().await;
    let first = alice.befriend(&bob).await;
    seen.see("create_friend_request", "too_many_requests", &alice.befriend(&carol).await);
    bob.answer(&first, "accept").await;
    let second = alice.befriend(&carol).await;
    seen.see("accept_friend_request", "too_many_friends", &carol.answer(&second, "accept").await);
    seen.see("create_friend_request", "too_many_friends", &carol.befriend(&alice).await);
    carol.block(&bob).await;
    seen.see("block_user", "too_many_blocks", &carol.block(&eve).await);
    seen.see("block_friend_request", "too_many_blocks", &carol.answer(&second, "block").await);
}
