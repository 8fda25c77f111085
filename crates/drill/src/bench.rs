//! Requests a second, and how long they take. No thresholds: the figures are for people to compare.

pub(crate) mod load;
pub(crate) mod machine;
pub(crate) mod scene;
pub(crate) mod table;

use std::time::Duration;

use anyhow::{Context, Result};

use self::scene::{Request, Scene};
use crate::gameserver::Gameserver;
use crate::place::Place;

/// How many connections ask at the same time.
const CONNECTIONS: [usize; 3] = [1, 8, 64];
/// What is measured only after this time.
const WARM_UP: Duration = Duration::from_secs(1);

/// Measures one engine, prints its table, and says in a few words what was done.
pub(crate) async fn run(place: &Place, seconds: u64) -> Result<String> {
    let server = Gameserver::start(place).await?;
    let most = CONNECTIONS.into_iter().max().unwrap_or_default();
    let scene = Scene::set(&server.api, most).await.context("setting the scene")?;
    machine::describe(place).await?;
    table::head();
    let mut requests = 0;
    for request in Request::LOAD {
        for connections in CONNECTIONS {
            let clients = scene.clients(request, connections)?;
            let measured = load::measure(clients, WARM_UP, Duration::from_secs(seconds)).await;
            let measured = measured.with_context(|| format!("{request} on {connections} connections"))?;
            requests += measured.times.len();
            table::row(request, connections, &measured);
        }
    }
    println!();
    let memory = server.memory()?;
    server.kill().await?;
    place.check_log()?;
    let rows = Request::LOAD.len() * CONNECTIONS.len();
    Ok(format!("{rows} measurements of {seconds} s, {requests} requests, server memory {memory:.0} MiB at the end"))
}
