//! Whose pages may call, with a cookie and without.

use reqwest::header::HeaderMap;
use reqwest::{Method, Response};
use serde_json::json;
use server::Web;
use testing::{Engine, Fixture, TestDomain, both_engines};

use crate::app::{Player, TestApp, limits};

const GAME: &str = "https://game.example";

/// Origins that look like the allowed one.
const OTHERS: [&str; 8] = [
    "https://game.example.evil.example",
    "https://evilgame.example",
    "https://www.game.example",
    "https://game.example:8443",
    "http://game.example",
    "https://game.example/",
    "null",
    "*",
];

/// A server that allows [`GAME`].
struct Allowing(TestApp);

impl Fixture for Allowing {
    async fn on(engine: Engine) -> Self {
        let web = Web { allowed_origins: GAME.parse().unwrap(), ..Web::default() };
        Self(TestApp::of(TestDomain::on(engine).await, limits(), web).await)
    }
}

fn cors(headers: &HeaderMap) -> (Option<&str>, Option<&str>) {
    let header = |name| headers.get(name).map(|value| value.to_str().unwrap());
    (header("access-control-allow-origin"), header("access-control-allow-credentials"))
}

fn varies_by_origin(answer: &Response) -> bool {
    answer.headers().get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("origin"))
}

#[both_engines]
async fn an_allowed_origin_may_send_cookies_and_others_only_call(app: Allowing) {
    let ask = |origin: &str| app.0.request(Method::GET, "/api/v1/lobbies").header("origin", origin).send();
    let allowed = ask(GAME).await.unwrap();
    assert_eq!(cors(allowed.headers()), (Some(GAME), Some("true")));
    assert!(varies_by_origin(&allowed));
    for other in OTHERS {
        let answer = ask(other).await.unwrap();
        assert_eq!(cors(answer.headers()), (Some("*"), None), "{other}");
        assert!(varies_by_origin(&answer), "{other}: a cache must not hand it on to another origin");
        assert_eq!(answer.status(), 200);
    }
}

#[both_engines]
async fn a_preflight_says_what_may_be_sent_and_is_remembered(app: Allowing) {
    let ask = |origin: &str| {
        let request = app.0.request(Method::OPTIONS, "/api/v1/lobbies").header("origin", origin);
        request.header("access-control-request-method", "PATCH").send()
    };
    for (origin, expected) in [(GAME, (Some(GAME), Some("true"))), ("https://a.example", (Some("*"), None))] {
        let answer = ask(origin).await.unwrap();
        assert_eq!(cors(answer.headers()), expected);
        let header = |name: &str| answer.headers()[name].to_str().unwrap();
        assert_eq!(header("access-control-allow-methods"), "GET,POST,PUT,PATCH,DELETE");
        assert_eq!(header("access-control-allow-headers"), "authorization,content-type,x-request-id");
        assert_eq!(header("access-control-max-age"), "7200");
    }
    let answer = app.0.request(Method::GET, "/api/v1/health").header("origin", GAME).send().await.unwrap();
    let told = answer.headers()["access-control-expose-headers"].to_str().unwrap();
    for name in ["retry-after", "ratelimit-limit", "ratelimit-remaining", "x-request-id"] {
        assert!(told.split(',').any(|one| one == name), "{told}");
    }
}

#[both_engines]
async fn only_the_api_acts_for_an_allowed_origin(app: Allowing) {
    let admin = app.0.admin_in_browser().await;
    let post = |path: &str, origin: &str| {
        let request = admin.request(Method::POST, path).header("origin", origin);
        admin.send(request.header("sec-fetch-site", "same-site").json(&json!({})))
    };
    assert_eq!(post("/api/v1/lobbies", GAME).await.status, 201);
    for other in OTHERS {
        assert_eq!(post("/api/v1/lobbies", other).await.refusal(), "403 foreign_origin", "{other}");
    }
    for page in ["/users/log-out", "/users/log-in", "/theme", "/_fn/lobbies"] {
        assert_eq!(post(page, GAME).await.refusal(), "403 foreign_origin", "{page}");
    }
    let page = app.0.request(Method::GET, "/").header("origin", GAME).send().await.unwrap();
    assert_eq!(cors(page.headers()), (None, None), "pages are for nobody else to read");
}

#[both_engines]
async fn a_socket_takes_the_cookie_from_an_allowed_origin_only(app: Allowing) {
    let admin = app.0.admin_in_browser().await;
    let upgrade = |player: &Player<'_>, origin: &str| {
        let request = player.request(Method::GET, "/socket/websocket?vsn=2.0.0").header("origin", origin);
        request
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==")
            .send()
    };
    assert_eq!(upgrade(&admin, GAME).await.unwrap().status(), 101);
    for other in OTHERS {
        assert_eq!(upgrade(&admin, other).await.unwrap().status(), 403, "{other}");
    }
    assert_eq!(upgrade(&app.0.nobody(), OTHERS[0]).await.unwrap().status(), 101, "nobody has nothing to lose");
}
