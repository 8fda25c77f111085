//! Long races, kill loops and load against a real `gameserver` process: what takes too long for `cargo xtask test` and
//! is run by hand, as `cargo xtask drill` and `cargo xtask bench`.
//!
//! Every drill starts its own server on fresh data, once on each engine, stops by itself, and ends only processes it
//! started. It knows the server from outside alone: by its binary, its REST API, its socket and, at the end, its tables.

mod answers;
mod api;
mod bench;
mod check;
mod cluster;
mod cost;
mod cuts;
mod database;
mod fanout;
mod figures;
mod gameserver;
mod idle;
mod kill;
mod ledger;
mod lobbies;
mod member;
mod nodes;
mod openapi;
mod place;
mod player;
mod proxy;
mod races;
mod random;
mod redis;
mod refresh;
mod room;
mod sink;
mod sockets;
mod start;
mod storm;
mod timing;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

use crate::place::{Databases, Engine, Place};

/// Drills and benchmarks of a real server. The binary is named by `GAMESERVER_BIN`, the PostgreSQL server by
/// `GAMESERVER_TEST_POSTGRES`.
#[derive(Parser)]
struct Cli {
    /// The databases to run on
    #[arg(long, value_enum, default_value_t = Engines::Both, global = true)]
    engine: Engines,
    /// Makes the same choices as the run that printed it; which of two racers wins stays the machine's to decide
    #[arg(long, global = true)]
    seed: Option<u64>,
    #[command(subcommand)]
    drill: Drill,
}

#[derive(Clone, Copy, ValueEnum)]
enum Engines {
    Sqlite,
    Postgres,
    Both,
}

#[derive(Clone, Subcommand)]
enum Drill {
    /// Players race for the last seats of lobbies, one token is refreshed and one device signed in many times at once
    Races {
        /// Races; every tenth comes with the refreshes and the sign-ins
        #[arg(long, default_value_t = 200)]
        rounds: u32,
        /// Players who race for the seats
        #[arg(long, default_value_t = 16)]
        players: usize,
    },
    /// The server is killed in the middle of writes, and everything it had acknowledged must be there afterwards
    Kill {
        /// Times it is killed
        #[arg(long, default_value_t = 30)]
        rounds: u32,
    },
    /// A great many refreshes over connections that break, and nobody is signed out
    Refresh {
        /// Refreshes
        #[arg(long, default_value_t = 100_000)]
        count: u32,
        /// Players who refresh
        #[arg(long, default_value_t = 1_000)]
        players: u32,
    },
    /// Whether the time of a sign-in that fails tells who has an account
    Timing {
        /// Failures of each kind
        #[arg(long, default_value_t = 200)]
        samples: usize,
    },
    /// Many sockets hear everything once and in order, and one that does not read is cut off
    Sockets {
        /// Sockets
        #[arg(long, default_value_t = 500)]
        count: usize,
    },
    /// Connections are cut while lobbies change, and nobody misses anything; on PostgreSQL between two nodes over Redis
    Cuts {
        /// Connections that are cut
        #[arg(long, default_value_t = 1_000)]
        count: u32,
    },
    /// A node dies with everybody on it, and Redis goes away for a while; on PostgreSQL alone
    Nodes {
        /// Sockets on the node that dies
        #[arg(long, default_value_t = 500)]
        count: usize,
    },
    /// A thousand join one topic at the same moment: none is lost, and none costs the others more than the first
    Storm {
        /// Sockets
        #[arg(long, default_value_t = 1_000)]
        count: usize,
    },
    /// What a socket on which nothing happens costs the server's memory
    Idle {
        /// Sockets
        #[arg(long, default_value_t = 5_000)]
        count: usize,
    },
    /// Requests made up from the OpenAPI document; needs schemathesis, named by `SCHEMATHESIS`
    Openapi {
        /// Requests made up for each route, of each kind
        #[arg(long, default_value_t = 100)]
        examples: u32,
    },
    /// What a request costs the server's processor, beside a bare handler that sends the same bytes
    Cost {
        /// Seconds of each turn
        #[arg(long, default_value_t = 3)]
        seconds: u64,
    },
    /// How long a start takes, the memory of an idle server, and the sizes of what is shipped
    Start {
        /// Servers on fresh data
        #[arg(long, default_value_t = 10)]
        runs: usize,
    },
    /// What a delivery costs, how long it takes until everybody has heard of something, and whether one who does not read holds up the others
    Fanout {
        /// Sockets that listen
        #[arg(long, default_value_t = 1_000)]
        listeners: usize,
        /// Topics besides, on which nothing is said
        #[arg(long, default_value_t = 9_900)]
        idle: usize,
    },
    /// The bare sockets that `fanout` compares with
    #[command(hide = true)]
    BareSockets,
    /// The bare handlers that `cost` compares with
    #[command(hide = true)]
    Bare {
        /// What they answer
        answers: PathBuf,
    },
    /// What lobbies cost: rounds of opening, joining and leaving, and the list and quick join beside very many of them
    Lobbies {
        /// Seconds of each measurement, after one of warm-up
        #[arg(long, default_value_t = 3)]
        seconds: u64,
    },
    /// Requests a second, and how long they take
    Bench {
        /// Seconds of each measurement, after one of warm-up
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let served = match &cli.drill {
        Drill::Bare { answers } => Some(cost::serve_bare(answers).await),
        Drill::BareSockets => Some(fanout::serve_bare().await),
        _ => None,
    };
    if let Some(served) = served {
        return served.map_or_else(
            |error| {
                eprintln!("{error:#}");
                ExitCode::FAILURE
            },
            |()| ExitCode::SUCCESS,
        );
    }
    let seed = cli.seed.unwrap_or_else(random::any_seed);
    let databases = Databases::default();
    println!("seed {seed}");
    let outcome = tokio::select! {
        outcome = run(&cli, seed, &databases) => outcome,
        outcome = stopped() => outcome,
    };
    databases.drop_all().await;
    match outcome {
        Ok(done) => {
            println!("{done}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("failed: {error:#}\nseed {seed}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: &Cli, seed: u64, databases: &Databases) -> Result<String> {
    let mut done = Vec::new();
    for engine in cli.engine.all() {
        if let Drill::Kill { .. } = cli.drill {
            kill::first_starts(*engine, databases, seed).await.with_context(|| engine.to_string())?;
        }
        let mut place = Place::fresh(*engine, databases).await?;
        let outcome = match cli.drill {
            Drill::Cost { seconds } => cost::run(&place, seconds).await,
            Drill::Start { runs } => start::run(*engine, databases, runs).await,
            Drill::Fanout { listeners, idle } => fanout::run(&mut place, listeners, idle).await,
            Drill::Bare { .. } | Drill::BareSockets => unreachable!("it serves and measures nothing"),
            Drill::Races { rounds, players } => races::run(&place, rounds, players, seed).await,
            Drill::Lobbies { seconds } => lobbies::run(&place, seconds).await,
            Drill::Kill { rounds } => kill::run(&mut place, rounds, seed).await,
            Drill::Refresh { count, players } => refresh::run(&place, count, players, seed).await,
            Drill::Timing { samples } => timing::run(&place, samples).await,
            Drill::Sockets { count } => sockets::run(&place, count).await,
            Drill::Cuts { count } => cuts::run(&mut place, count, seed).await,
            Drill::Nodes { count } => nodes::run(&mut place, count, seed).await,
            Drill::Storm { count } => storm::run(&mut place, count).await,
            Drill::Idle { count } => idle::run(*engine, databases, count).await,
            Drill::Openapi { examples } => openapi::run(&place, examples, seed).await,
            Drill::Bench { seconds } => bench::run(&place, seconds).await,
        };
        done.push(format!("{engine}: {}", place.told(outcome).with_context(|| engine.to_string())?));
    }
    Ok(done.join("; "))
}

impl Engines {
    fn all(self) -> &'static [Engine] {
        match self {
            Self::Sqlite => &[Engine::Sqlite],
            Self::Postgres => &[Engine::Postgres],
            Self::Both => &[Engine::Sqlite, Engine::Postgres],
        }
    }
}

/// Waits to be told to stop: what was started is then ended on the way out.
async fn stopped() -> Result<String> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    bail!("stopped before its end")
}
