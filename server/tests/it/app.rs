//! A server of one test, and the people who use it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{Config, Scope, form_tokens, setup, users};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect};
use serde_json::{Value, json};
use server::listener::Listener;
use server::{Counts, Leaving, Limits, Secret, Server, Web, router};
use testing::{Engine, Fixture, TestDomain};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use wire::NewAdmin;

use crate::openapi;
/// What opens `/metrics` to others than this machine.
pub(crate) const METRICS_TOKEN: &str = "a-token-of-tests";

/// The password of registered players.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// What the forms of a browser are known by, in tests.
pub(crate) const FORMS: &str = "__Host-forms=a-browser-of-a-test-which-has-a-secret-1234";

/// A running server on a free port, with a clock that stands.
pub(crate) struct TestApp {
    pub(crate) domain: TestDomain,
    pub(crate) address: SocketAddr,
    pub(crate) counts: Arc<Counts>,
    pub(crate) leaving: Leaving,
    going_away: watch::Sender<bool>,
    serving: Vec<JoinHandle<()>>,
    client: Client,
    devices: AtomicUsize,
}

impl Fixture for TestApp {
    async fn on(engine: Engine) -> Self {
        Self::with(engine, limits(), testing::config()).await
    }
}

/// The limits of tests: small enough to step over. Their clock stands, so rates are tried in tests of their own.
pub(crate) fn limits() -> Limits {
    Limits { body: 64 * 1024, sign_in_body: 4 * 1024, frame: 16 * 1024, rates: None, ..Limits::default() }
}

impl TestApp {
    pub(crate) async fn with(engine: Engine, limits: Limits, config: Config) -> Self {
        Self::of(TestDomain::with(engine, config).await, limits, Web::default()).await
    }

    /// A server with a theme file.
    pub(crate) async fn themed(domain: TestDomain, theme: PathBuf) -> Self {
        Self::serving(domain, limits(), Web::default(), Some(theme)).await
    }

    /// The server of a domain, for browsers that come by `web`.
    pub(crate) async fn of(domain: TestDomain, limits: Limits, web: Web) -> Self {
        Self::serving(domain, limits, web, None).await
    }

    async fn serving(domain: TestDomain, limits: Limits, web: Web, theme: Option<PathBuf>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (going_away, watching) = watch::channel(false);
        let server = Server::new(domain.app.clone(), limits.clone(), true, watching).web(web).themed(theme);
        let server = server.metered(Secret::new(METRICS_TOKEN));
        let of_nodes = [
            tokio::spawn(domain::bus::run(domain.app.clone())),
            tokio::spawn(domain::topics::watch(domain.app.clone())),
            tokio::spawn(domain::friends::tell_presence(domain.app.clone())),
            tokio::spawn(domain::lobbies::away::watch(domain.app.clone())),
            tokio::spawn(server.presence()),
        ];
        let (counts, leaving) = (server.counts.clone(), server.leaving.clone());
        let listener = Listener::new(listener, router(server), &limits);
        let serving = tokio::spawn(async move { drop(listener.accept_until(std::future::pending()).await) });
        let serving = of_nodes.into_iter().chain([serving]).collect();
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { domain, address, counts, leaving, going_away, serving, client, devices: AtomicUsize::new(0) }
    }

    /// Tells the sockets that the server goes away.
    pub(crate) fn go_away(&self) {
        self.going_away.send_replace(true);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// Somebody who has not signed in.
    pub(crate) fn nobody(&self) -> Player<'_> {
        Player { app: self, id: 0, access: None, refresh: String::new(), cookie: None }
    }

    /// A player signed in by a device of their own.
    pub(crate) async fn player(&self) -> Player<'_> {
        let device = format!("a-device-of-a-test-{}", self.devices.fetch_add(1, Ordering::Relaxed));
        self.sign_in(&device).await
    }

    /// Several players.
    pub(crate) async fn players<const N: usize>(&self) -> [Player<'_>; N] {
        let mut players = Vec::new();
        for _ in 0..N {
            players.push(self.player().await);
        }
        players.try_into().unwrap_or_else(|_| unreachable!())
    }

    /// The player of a device.
    pub(crate) async fn sign_in(&self, device: &str) -> Player<'_> {
        let answer = self.nobody().post("/api/v1/login/device", &json!({ "device_id": device })).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        self.player_of(&answer.body)
    }

    /// The player of a token answer.
    pub(crate) fn player_of(&self, tokens: &Value) -> Player<'_> {
        Player {
            app: self,
            id: tokens["user_id"].as_i64().unwrap(),
            access: tokens["access_token"].as_str().map(Into::into),
            refresh: tokens["refresh_token"].as_str().unwrap().into(),
            cookie: None,
        }
    }

    /// A player with an account of their own, whose address is confirmed, signed in by bearer token.
    pub(crate) async fn registered(&self, email: &str) -> Player<'_> {
        let input = json!({ "name": "A player", "email": email, "password": PASSWORD });
        let answer = self.nobody().post("/auth/register", &input).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        let token = self.domain.mailed_token(email).await;
        let confirmed = self.nobody().post("/auth/confirm", &json!({ "token": token })).await;
        assert_eq!(confirmed.status, StatusCode::OK, "{confirmed:?}");
        self.nobody().entered(&answer.body)
    }

    /// An admin with the password "correct horse", signed in by bearer token.
    pub(crate) async fn admin(&self) -> Player<'_> {
        let input = NewAdmin { email: Some("ada@games.example".into()), password: Some("correct horse".into()) };
        users::create_admin(&self.domain.app, &Scope::SYSTEM, input).await.unwrap();
        let login = json!({ "email": "ada@games.example", "password": "correct horse" });
        let answer = self.nobody().post("/api/v1/login", &login).await;
        self.player_of(&answer.body)
    }

    /// The same admin in a browser: signed in by cookie.
    pub(crate) async fn admin_in_browser(&self) -> Player<'_> {
        self.admin().await;
        self.admin_in_browser_again().await
    }

    /// As [`TestApp::admin_in_browser`], where there is the admin already.
    pub(crate) async fn admin_in_browser_again(&self) -> Player<'_> {
        let form = [("email", "ada@games.example"), ("password", "correct horse")];
        let answer = self.form("/users/log-in", &form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        self.in_browser(&answer)
    }

    /// Whoever an answer signed in, in their browser.
    pub(crate) fn in_browser(&self, answer: &Response) -> Player<'_> {
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Player { cookie: Some(cookie), ..self.nobody() }
    }

    /// The token of a form that nobody is signed in to.
    pub(crate) fn form_token(&self) -> String {
        form_tokens::issue(&self.domain.app, FORMS.split_once('=').unwrap().1, None)
    }

    /// A form as a browser sends it, of somebody who is not signed in.
    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let token = self.form_token();
        let fields: Vec<_> = fields.iter().copied().chain([("form_token", token.as_str())]).collect();
        self.form_request(path, FORMS).form(&fields)
    }

    /// A form of nothing yet, with these cookies.
    pub(crate) fn form_request(&self, path: &str, cookies: &str) -> RequestBuilder {
        let origin = format!("http://{}", self.address);
        self.request(Method::POST, path).header("origin", origin).header("cookie", cookies)
    }

    /// The token of the first admin's link.
    pub(crate) async fn setup_token(&self) -> String {
        setup::open(&self.domain.app).await.unwrap().unwrap()
    }
}

/// The token of the first form of a page.
pub(crate) fn form_token_in(html: &str) -> Option<&str> {
    html.split("name=\"form_token\" value=\"").nth(1)?.split('"').next()
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.serving.iter().for_each(JoinHandle::abort);
    }
}

/// Somebody who uses the server.
pub(crate) struct Player<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) id: i64,
    pub(crate) access: Option<String>,
    pub(crate) refresh: String,
    pub(crate) cookie: Option<String>,
}

/// A status and a body of JSON (null, where there is none).
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answer {
    /// The status and the error's code, as in `403 full`.
    pub(crate) fn refusal(&self) -> String {
        assert!(self.body["message"].as_str().is_some_and(|message| message.ends_with('.')), "a sentence: {self:?}");
        format!("{} {}", self.status.as_u16(), self.body["error"].as_str().unwrap_or("no code"))
    }
}

impl<'a> Player<'a> {
    /// Whoever came in by `/auth`, signed in by bearer token.
    pub(crate) fn entered(&self, answer: &Value) -> Player<'a> {
        let user = if answer["user"].is_null() { &answer["auth"] } else { &answer["user"] };
        let session = &answer["session"];
        Player {
            app: self.app,
            id: user["id"].as_str().unwrap().parse().unwrap(),
            access: session["access_token"].as_str().map(Into::into),
            refresh: session["refresh_token"].as_str().unwrap().into(),
            cookie: None,
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.app.request(method, path);
        if let Some(token) = &self.access {
            request = request.bearer_auth(token);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        request
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = client.execute(request).await.unwrap();
        let status = response.status();
        let body = response.json().await.unwrap_or(Value::Null);
        openapi::conforms(&method, &path, status, &body);
        Answer { status, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(body)).await
    }

    /// Loads a page and sends a form of it, as a browser does: where that leads.
    pub(crate) async fn submit(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.submitted(page, path, fields).await;
        let location = answer.headers().get("location").map(|location| location.to_str().unwrap().to_owned());
        location.unwrap_or_else(|| format!("{}, and nowhere", answer.status()))
    }

    /// As [`Player::submit`]: the answer itself.
    pub(crate) async fn submitted(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let session = self.cookie.clone().unwrap_or_default();
        let (forms, token) = self.loaded(page).await;
        let fields: Vec<_> = fields.iter().copied().chain([("form_token", token.as_str())]).collect();
        self.app.form_request(path, &format!("{session}; {forms}")).form(&fields).send().await.unwrap()
    }

    /// Whether what they show opens nothing any more: no page is handed to them, nor a form.
    pub(crate) async fn is_out(&self) -> bool {
        self.request(Method::GET, "/users/log-in").send().await.unwrap().status() == StatusCode::UNAUTHORIZED
    }

    /// Loads a page with a form, in a browser that has not been here: its cookie and the form's token.
    pub(crate) async fn loaded(&self, page: &str) -> (String, String) {
        let loaded = self.request(Method::GET, page).send().await.unwrap();
        let given = loaded.headers().get("set-cookie").map(|cookie| cookie.to_str().unwrap().to_owned());
        let (status, html) = (loaded.status(), loaded.text().await.unwrap());
        let given = given.unwrap_or_else(|| panic!("{page} gives a cookie: {status} {html}"));
        let cookie = given.split(';').next().unwrap().to_owned();
        (cookie, form_token_in(&html).unwrap_or_else(|| panic!("{page} has a form: {html}")).to_owned())
    }

    /// Opens a lobby and gives its id.
    pub(crate) async fn open(&self, lobby: Value) -> i64 {
        let answer = self.post("/api/v1/lobbies", &lobby).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.body["id"].as_i64().unwrap()
    }

    pub(crate) async fn join(&self, lobby: i64) -> Answer {
        self.post(&format!("/api/v1/lobbies/{lobby}/join"), &json!({})).await
    }

    pub(crate) async fn leave(&self) -> Answer {
        self.post("/api/v1/lobbies/leave", &json!({})).await
    }
}
