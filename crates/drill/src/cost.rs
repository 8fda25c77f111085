//! What a request costs the server's processor, beside a bare handler that sends the same bytes.
//!
//! Counted is the processor time of the server process alone, so neither the client nor whatever else the machine does
//! is in the figures: requests for each second of one core. Both servers are measured in turns on the same core.

mod bare;
mod core;

use std::time::Duration;

use anyhow::{Context, Result};

pub(crate) use self::bare::serve as serve_bare;
pub(crate) use self::core::{Core, used};

use self::bare::Bare;
use crate::bench::load;
use crate::bench::machine;
use crate::bench::scene::{Request, Scene};
use crate::figures::middle;
use crate::gameserver::Gameserver;
use crate::place::Place;

/// Connections that ask: enough to keep one core busy.
const CONNECTIONS: usize = 16;
/// What is measured only after this time.
const WARM_UP: Duration = Duration::from_millis(500);
/// Turns of each server; the middle one counts.
const TURNS: usize = 3;

/// Measures one engine and prints its table.
pub(crate) async fn run(place: &Place, seconds: u64) -> Result<String> {
    let time = Duration::from_secs(seconds);
    let server = Gameserver::start_on(place, Core::FIRST).await?;
    let scene = Scene::set(&server.api, CONNECTIONS).await.context("setting the scene")?;
    let bare = Bare::start(&scene, &server.api).await.context("the bare handlers")?;
    let bare_scene = scene.at(&bare.api);
    machine::describe(place).await?;
    println!("| request | requests/s of a core | bare handler | ratio | µs a request |");
    println!("|---|--:|--:|--:|--:|");
    for request in [Request::Health, Request::Me, Request::List, Request::SignIn, Request::SignInNew] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            theirs.push(rate(&bare_scene, request, bare.process(), time).await?);
            ours.push(rate(&scene, request, server.process()?, time).await?);
        }
        let (ours, theirs) = (middle(ours), middle(theirs));
        println!("| {request} | {ours:.0} | {theirs:.0} | {:.2} | {:.0} |", ours / theirs, 1e6 / ours);
    }
    println!();
    parts(&scene, server.process()?, time).await?;
    bare.stop().await?;
    server.kill().await?;
    place.check_log()?;
    Ok(format!("each row the middle of {TURNS} turns of {seconds} s"))
}

/// What the parts of `GET /me` cost, from requests that go only so far.
async fn parts(scene: &Scene, process: u32, time: Duration) -> Result<()> {
    let mut costs = Vec::new();
    for request in [Request::Health, Request::Forged, Request::Ended, Request::Me] {
        let mut rates = Vec::new();
        for _ in 0..TURNS {
            rates.push(rate(scene, request, process, time).await?);
        }
        costs.push(1e6 / middle(rates));
    }
    let [http, forged, ended, me] = costs[..] else { return Ok(()) };
    println!("| part of `GET /me` | µs |\n|---|--:|");
    println!("| HTTP and what lies around every route (health) | {http:.0} |");
    println!(
        "| who asks, the account and its JSON, as far as they are remembered (me, less health) | {:.0} |",
        me - http
    );
    println!("| besides, once a token: its signature (a forged one, less health) | {:.0} |", forged - http);
    println!(
        "| besides, where it is not remembered: the session (an ended one, less health) | {:.0} |\n",
        ended - http
    );
    Ok(())
}

/// Requests for each second that the process had of a core.
async fn rate(scene: &Scene, request: Request, process: u32, time: Duration) -> Result<f64> {
    // Connections, caches and the branch predictor first.
    load::measure(scene.clients(request, CONNECTIONS)?, Duration::ZERO, WARM_UP).await?;
    let before = used(process)?;
    let measured = load::measure(scene.clients(request, CONNECTIONS)?, Duration::ZERO, time).await;
    let measured = measured.with_context(|| request.to_string())?;
    let used = used(process)?.saturating_sub(before);
    let count = u32::try_from(measured.times.len()).unwrap_or(u32::MAX);
    Ok(f64::from(count) / used.as_secs_f64())
}
