use serde_json::json;
use testing::both_engines;

use crate::app::TestApp;

#[both_engines]
async fn a_list_is_narrowed_by_its_query_before_it_is_cut_and_counted(app: TestApp) {
    let players: [_; 4] = app.players().await;
    for (player, lobby) in players.iter().zip([
        json!({ "title": "Dunes", "max_users": 2, "metadata": { "mode": "ranked", "level": 3 } }),
        json!({ "title": "Harbour", "max_users": 4, "is_locked": true, "metadata": { "mode": "ranked" } }),
        json!({ "title": "Cove", "max_users": 8, "password": "sesame", "metadata": { "mode": "casual" } }),
        json!({ "title": "Cellar", "max_users": 8, "is_hidden": true, "metadata": { "mode": "ranked" } }),
    ]) {
        player.open(lobby).await;
    }
    for (query, titles) in [
        ("", &["Dunes", "Harbour", "Cove"][..]),
        (
            "title=&state=&is_passworded=&is_locked=&min_users=&max_users=&metadata_key=&metadata_value=&cursor=",
            &["Dunes", "Harbour", "Cove"],
        ),
        ("is_locked=true", &["Harbour"]),
        ("is_locked=1", &["Harbour"]),
        ("is_locked=false", &["Dunes", "Cove"]),
        ("is_locked=0", &["Dunes", "Cove"]),
        ("is_passworded=true", &["Cove"]),
        ("is_passworded=0&is_locked=0", &["Dunes"]),
        ("min_users=4", &["Harbour", "Cove"]),
        ("max_users=4", &["Dunes", "Harbour"]),
        ("min_users=3&max_users=7", &["Harbour"]),
        ("metadata_key=level", &["Dunes"]),
        ("metadata_key=mode&metadata_value=ranked", &["Dunes", "Harbour"]),
        ("metadata_key=level&metadata_value=3", &["Dunes"]),
        ("metadata_key=mode&metadata_value=rank", &[]),
        ("title=o&metadata_key=mode", &["Harbour", "Cove"]),
        ("hostless=true&host_id=1&password_hash=x", &["Dunes", "Harbour", "Cove"]),
    ] {
        let page = app.nobody().get(&format!("/api/v1/lobbies?page_size=1&{query}")).await;
        assert_eq!(page.status, 200, "{query}: {page:?}");
        assert_eq!(page.body["meta"]["total_count"], titles.len(), "{query}");
        assert_eq!(page.body["data"][0]["title"], json!(titles.first()), "{query}: pages are cut after the filter");
        let all = app.nobody().get(&format!("/api/v1/lobbies?{query}")).await.body;
        let found: Vec<_> = all["data"].as_array().unwrap().iter().map(|lobby| lobby["title"].clone()).collect();
        assert_eq!(json!(found), json!(titles), "{query}");
    }
}

#[both_engines]
async fn a_filter_that_breaks_the_rules_is_refused_by_its_name(app: TestApp) {
    let long = |n| "x".repeat(n);
    for (query, field, message) in [
        ("is_locked=yes".into(), "is_locked", "must be true or false"),
        ("is_passworded=2".into(), "is_passworded", "must be true or false"),
        ("min_users=x".into(), "min_users", "must be a whole number"),
        ("max_users=1.5".into(), "max_users", "must be a whole number"),
        ("max_users=99999999999999999999".into(), "max_users", "must be a whole number"),
        ("state=x".into(), "state", "must be one of open, full, locked"),
        (format!("title={}", long(81)), "title", "should be at most 80 character(s)"),
        (format!("title={}", long(12_000)), "title", "should be at most 80 character(s)"),
        ("title=%00".into(), "title", "must not contain control or direction characters"),
        (format!("metadata_key={}", long(129)), "metadata_key", "should be at most 128 character(s)"),
        ("metadata_key=%00".into(), "metadata_key", "must not contain control or direction characters"),
        (
            format!("metadata_key=a&metadata_value={}", long(257)),
            "metadata_value",
            "should be at most 256 character(s)",
        ),
        (
            "metadata_key=a&metadata_value=%00".into(),
            "metadata_value",
            "must not contain control or direction characters",
        ),
        ("metadata_value=a".into(), "metadata_key", "can't be blank beside metadata_value"),
        ("cursor=x".into(), "cursor", "must be the next_cursor of an earlier page"),
        ("cursor=0000000000000000".into(), "cursor", "must be the next_cursor of an earlier page"),
        ("cursor=%00".into(), "cursor", "must be the next_cursor of an earlier page"),
        ("cursor=0000000000000001&page=2".into(), "page", "must be left out beside a cursor"),
    ] {
        let answer = app.nobody().get(&format!("/api/v1/lobbies?{query}")).await;
        assert_eq!(answer.refusal(), "422 validation_failed", "{query}");
        assert_eq!(answer.body["errors"][field], json!([message]), "{query}: {answer:?}");
    }
    let widest = format!("title={}&metadata_key={}&metadata_value={}", long(80), long(128), long(256));
    assert_eq!(app.nobody().get(&format!("/api/v1/lobbies?{widest}")).await.status, 200);
}

#[both_engines]
async fn a_cursor_walks_the_list_to_its_end(app: TestApp) {
    let players: [_; 5] = app.players().await;
    for player in &players {
        player.open(json!({ "title": player.id.to_string() })).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.nobody().get(&format!("/api/v1/lobbies?page_size=2&cursor={cursor}")).await.body;
        seen.extend(page["data"].as_array().unwrap().iter().map(|lobby| lobby["id"].as_i64().unwrap()));
        // The page that was just read goes away behind the cursor.
        for player in &players[..seen.len()] {
            player.leave().await;
        }
        match page["meta"]["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(seen, [1, 2, 3, 4, 5]);
}
