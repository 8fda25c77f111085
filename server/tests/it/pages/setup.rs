use reqwest::Method;
use testing::both_engines;

use crate::app::TestApp;

#[both_engines]
async fn the_one_time_link_makes_the_first_admin_and_signs_them_in(app: TestApp) {
    let token = app.setup_token().await;
    let submit = |email: &str, password: &str| {
        let form = [("token", token.as_str()), ("email", email), ("password", password)];
        app.form("/users/first-admin", &form).send()
    };
    let refused = submit("ada", "short").await.unwrap();
    let location = refused.headers()["location"].to_str().unwrap();
    assert!(
        location.contains("problem=validation_failed") && location.contains("email=") && location.contains("password=")
    );

    let made = submit("ada@games.example", "correct horse").await.unwrap();
    assert_eq!((made.status().as_u16(), made.headers()["location"].to_str().unwrap()), (303, "/admin"));
    let cookie = made.headers()["set-cookie"].to_str().unwrap();
    for part in ["__Host-gameserver=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let dashboard = app.request(Method::GET, "/admin").header("cookie", cookie).send().await.unwrap();
    assert_eq!(dashboard.status(), 200);

    let again = submit("eve@games.example", "correct horse").await.unwrap();
    assert!(again.headers()["location"].to_str().unwrap().contains("problem=link_used"));
}
