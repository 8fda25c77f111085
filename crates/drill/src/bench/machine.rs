//! What the figures were measured on.

use std::fs;
use std::thread::available_parallelism;

use anyhow::Result;
use sqlx::{Connection, PgConnection};

use crate::place::Place;

/// Prints it, as the lines before a table.
pub(crate) async fn describe(place: &Place) -> Result<()> {
    let cores = available_parallelism().map_or(0, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "a processor without a name".to_owned());
    let memory = field("/proc/meminfo", "MemTotal").and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok());
    let system = field("/etc/os-release", "PRETTY_NAME").unwrap_or_else(|| "an unknown system".to_owned());
    let gib = memory.map_or(0, |kib| kib.div_ceil(1024 * 1024));
    println!("\n**{}**\n", database(place).await?);
    println!("{cores} cores ({processor}), {gib} GiB, {system}; clients and server on this machine, over loopback.");
    if cfg!(debug_assertions) {
        println!("The clients are a debug build: figures of no worth. Run `cargo xtask bench`.");
    }
    println!();
    Ok(())
}

/// The engine, and how careful it is: a server that does not wait for the disk is not to be compared with one that does.
async fn database(place: &Place) -> Result<String> {
    let Some(url) = place.url() else {
        return Ok("SQLite (write-ahead log, synchronous = full)".to_owned());
    };
    let mut server = PgConnection::connect(url).await?;
    let mut settings = Vec::new();
    for show in ["show server_version", "show fsync", "show synchronous_commit"] {
        let (value,): (String,) = sqlx::query_as(show).fetch_one(&mut server).await?;
        settings.push(value);
    }
    server.close().await?;
    let version = settings[0].split(' ').next().unwrap_or_default();
    Ok(format!("PostgreSQL {version} (fsync {}, synchronous_commit {})", settings[1], settings[2]))
}

/// The value of the first line of a file that begins with `name`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim_start().trim_start_matches([':', '=']).trim().trim_matches('"').to_owned())
}
