use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Config, TokenAlgorithm};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testing::{Engine, both_engines};

use crate::app::{TestApp, limits};

const PATH: &str = "/.well-known/jwks.json";

fn header(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

#[both_engines]
async fn anybody_sees_the_public_key_that_tokens_name(app: TestApp) {
    let token = app.player().await.access.unwrap();
    let of_token = header(&token);
    assert_eq!((of_token["alg"].as_str(), of_token["typ"].as_str()), (Some("EdDSA"), Some("JWT")));
    let answer = app.nobody().get(PATH).await;
    let [key] = &answer.body["keys"].as_array().unwrap()[..] else { panic!("{answer:?}") };
    assert_eq!(key["kid"], of_token["kid"]);
    assert_eq!(URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap().len(), 32);
    let names: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"], "and nothing of the other half, `d`");
}

#[tokio::test]
async fn any_page_may_read_the_keys_and_keep_them_for_some_minutes() {
    let app = TestApp::with(Engine::Sqlite, limits(), testing::config()).await;
    let answer = app.request(Method::GET, PATH).header("origin", "https://game.example").send().await.unwrap();
    let of = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(of("cache-control"), "public, max-age=300");
    assert_eq!(of("access-control-allow-origin"), "*");
    assert_eq!(of("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(app.request(Method::POST, PATH).send().await.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_secret_that_is_shared_is_shown_to_nobody() {
    let config = Config { token_algorithm: TokenAlgorithm::Hs256, ..testing::config() };
    let app = TestApp::with(Engine::Sqlite, limits(), config).await;
    let player = app.player().await;
    assert_eq!(header(player.access.as_ref().unwrap())["alg"], "HS256");
    assert_eq!(player.get("/api/v1/me").await.status, StatusCode::OK);
    assert_eq!(app.nobody().get(PATH).await.body, json!({ "keys": [] }));
}

#[tokio::test]
async fn a_token_that_is_too_long_is_refused_before_it_is_read() {
    let app = TestApp::with(Engine::Sqlite, limits(), testing::config()).await;
    for (length, status) in
        [(9 * 1024, StatusCode::UNAUTHORIZED), (64 * 1024, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)]
    {
        let asked = app.request(Method::GET, "/api/v1/me").bearer_auth("t".repeat(length)).send().await.unwrap();
        assert_eq!(asked.status(), status, "{length}");
    }
}
