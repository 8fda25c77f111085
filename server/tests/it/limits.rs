//! How often anybody may ask, and from where they are taken to ask.

mod clients;
mod hashing;
mod logins;
mod rates;

use reqwest::Response;
use server::{Limits, Rate, Rates};
use testing::Engine;

use crate::app::{TestApp, limits};

/// A server in production, where this machine is an address like any other, with room for `n` of each class a minute.
async fn server(change: impl FnOnce(&mut Limits)) -> TestApp {
    on(Engine::Sqlite, change).await
}

async fn on(engine: Engine, change: impl FnOnce(&mut Limits)) -> TestApp {
    let mut limits = Limits { production: true, rates: Some(Rates::default()), ..limits() };
    change(&mut limits);
    TestApp::with(engine, limits, testing::config()).await
}

/// Rates of three a minute, with a ceiling of `ceiling` a minute.
fn three(ceiling: u32) -> Rates {
    let three = Rate::new(3, 60);
    Rates {
        login: three,
        devices: three,
        guests: Rate::new(1000, 60),
        mails: three,
        links: three,
        codes: three,
        refresh: three,
        connects: three,
        reads: three,
        writes: three,
        admin: three,
        ceiling: Rate::new(ceiling, 60),
    }
}

/// What an answer says about its caller's standing: limit, remaining, seconds until all is given back.
fn standing(response: &Response) -> [Option<u64>; 3] {
    ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map(|name| number(response, name))
}

fn number(response: &Response, name: &str) -> Option<u64> {
    response.headers().get(name)?.to_str().ok()?.parse().ok()
}
