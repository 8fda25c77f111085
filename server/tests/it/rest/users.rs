use insta::{allow_duplicates, assert_json_snapshot};
use testing::both_engines;

use crate::app::TestApp;

#[both_engines]
async fn everybody_sees_their_own_account(app: TestApp) {
    let (player, admin) = (app.player().await, app.admin().await);
    let me = player.get("/api/v1/me").await;
    assert_eq!((me.status.as_u16(), me.body["id"].as_i64()), (200, Some(player.id)));
    allow_duplicates! {
        assert_json_snapshot!(me.body, @r#"
        {
          "display_name": null,
          "email": null,
          "id": 1,
          "is_admin": false,
          "lobby_id": null,
          "metadata": {},
          "profile_url": null
        }
        "#);
    }
    let me = admin.get("/api/v1/me").await;
    assert_eq!((me.body["email"].as_str(), me.body["is_admin"].as_bool()), (Some("ada@games.example"), Some(true)));
    assert_eq!(app.nobody().get("/api/v1/me").await.refusal(), "401 authentication_required");
}
