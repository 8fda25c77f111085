//! Requests made up from the OpenAPI document, by schemathesis: fitting and unfitting ones, in every field, and runs of
//! several that use one another's answers. Nothing may be answered otherwise than the document says.

use std::env;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::process::Command;

use crate::gameserver::Gameserver;
use crate::place::Place;
use crate::player::{Player, device};

/// Which operations, and which checks are left out since the API does not promise what they ask.
///
/// `positive_data_acceptance`: a body that fits its schema can still be refused, since a schema knows no state of things
/// (leaving a lobby that one is not in) and no rule in bytes or levels.
const ALL_BUT_LOGOUT: [&str; 4] = ["--exclude-operation-id", "logout", "--exclude-checks", "positive_data_acceptance"];

/// Signing out comes last: it ends the session of all that would come after it. It takes whatever is sent
/// (`negative_data_rejection`): whoever wants out is out.
const LOGOUT: [&str; 4] =
    ["--include-operation-id", "logout", "--exclude-checks", "positive_data_acceptance,negative_data_rejection"];

/// One drill: how many requests it was.
pub(crate) async fn run(place: &Place, examples: u32, seed: u64) -> Result<String> {
    let server = Gameserver::start(place).await?;
    let [host, player] = [0, 1].map(|n| device("openapi", n));
    let (host, player) = (Player::sign_in(&server.api, &host).await?, Player::sign_in(&server.api, &player).await?);
    // The lobby that the document's example of a join is about.
    host.open(&json!({ "password": "sesame", "max_users": 128 })).await?;
    let mut requests = 0;
    for operations in [ALL_BUT_LOGOUT, LOGOUT] {
        requests += schemathesis(place, &server, &player, operations, examples, seed).await?;
    }
    place.check_log()?;
    Ok(format!("{requests} requests, and every answer was as the document says"))
}

/// Runs it on some of the operations, with a player's token: how many requests it made.
async fn schemathesis(
    place: &Place,
    server: &Gameserver,
    player: &Player,
    operations: [&str; 4],
    examples: u32,
    seed: u64,
) -> Result<usize> {
    let program = env::var_os("SCHEMATHESIS").context("SCHEMATHESIS names no program: `cargo xtask drill` sets it")?;
    let events = place.folder().join("requests.ndjson");
    let mut command = Command::new(program);
    command.arg("run").arg(format!("http://{}/api/openapi.json", server.address)).args(operations);
    command.args(["--checks", "all", "--continue-on-failure", "--no-color"]);
    command.args(["--max-examples", &examples.to_string(), "--seed", &seed.to_string()]);
    command.args(["--generation-database", "none", "--header", &format!("Authorization: Bearer {}", player.token)]);
    command.args(["--report", "ndjson", "--report-ndjson-path"]).arg(&events);
    command.current_dir(place.folder()).stdin(Stdio::null()).kill_on_drop(true);
    let status = command.status().await.context("schemathesis did not start")?;
    ensure!(status.success(), "schemathesis: expected every answer to be as documented, see above");
    let events = std::fs::read_to_string(&events).context("schemathesis left no report")?;
    Ok(events.matches("\"response\":{").count())
}
