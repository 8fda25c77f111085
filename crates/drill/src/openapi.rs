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

/// What ends a session or an account comes last, each for a player of its own: nothing could be asked after it.
const ENDS: [&str; 3] = ["end_session", "end_sessions", "delete_current_user"];

/// As [`ENDS`], of operations that take whatever is sent: whoever wants out is out.
const WAYS_OUT: [&str; 2] = ["logout", "auth_logout"];

/// Checks that are left out since the API does not promise what they ask.
///
/// `positive_data_acceptance`: a body that fits its schema can still be refused, since a schema knows no state of things
/// (leaving a lobby that one is not in) and no rule in bytes or levels.
const UNPROMISED: &str = "positive_data_acceptance";

/// As [`UNPROMISED`], of [`WAYS_OUT`].
const UNPROMISED_OF_WAYS_OUT: &str = "positive_data_acceptance,negative_data_rejection";

/// One drill: how many requests it was.
pub(crate) async fn run(place: &Place, examples: u32, seed: u64) -> Result<String> {
    let server = Gameserver::start(place).await?;
    let sign_in = async |n| Player::sign_in(&server.api, &device("openapi", n)).await;
    let (host, player) = (sign_in(0).await?, sign_in(1).await?);
    // The lobby that the document's example of a join is about.
    host.open(&json!({ "password": "sesame", "max_users": 128 })).await?;
    let lasting: Vec<_> = ENDS.iter().chain(&WAYS_OUT).flat_map(|id| ["--exclude-operation-id", id]).collect();
    let mut requests = schemathesis(place, &server, &player, &lasting, UNPROMISED, examples, seed).await?;
    let ends = ENDS.map(|id| (id, UNPROMISED)).into_iter().chain(WAYS_OUT.map(|id| (id, UNPROMISED_OF_WAYS_OUT)));
    for (n, (id, unpromised)) in (2..).zip(ends) {
        let (player, only) = (sign_in(n).await?, ["--include-operation-id", id]);
        requests += schemathesis(place, &server, &player, &only, unpromised, examples, seed).await?;
    }
    place.check_log()?;
    Ok(format!("{requests} requests, and every answer was as the document says"))
}

/// Runs it on some of the operations, with a player's token: how many requests it made.
async fn schemathesis(
    place: &Place,
    server: &Gameserver,
    player: &Player,
    operations: &[&str],
    unpromised: &str,
    examples: u32,
    seed: u64,
) -> Result<usize> {
    let program = env::var_os("SCHEMATHESIS").context("SCHEMATHESIS names no program: `cargo xtask drill` sets it")?;
    let events = place.folder().join("requests.ndjson");
    let mut command = Command::new(program);
    command.arg("run").arg(format!("http://{}/api/openapi.json", server.address)).args(operations);
    command.args(["--checks", "all", "--exclude-checks", unpromised, "--continue-on-failure", "--no-color"]);
    command.args(["--max-examples", &examples.to_string(), "--seed", &seed.to_string()]);
    command.args(["--generation-database", "none", "--header", &format!("Authorization: Bearer {}", player.token)]);
    command.args(["--report", "ndjson", "--report-ndjson-path"]).arg(&events);
    command.current_dir(place.folder()).stdin(Stdio::null()).kill_on_drop(true);
    let status = command.status().await.context("schemathesis did not start")?;
    ensure!(status.success(), "schemathesis: expected every answer to be as documented, see above");
    let events = std::fs::read_to_string(&events).context("schemathesis left no report")?;
    Ok(events.matches("\"response\":{").count())
}
