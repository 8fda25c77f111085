//! How long a start takes, and what is there when it is done.

use std::env;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::bench::machine;
use crate::gameserver::Gameserver;
use crate::place::{Databases, Engine, Place};

/// What a server that nobody uses settles down in.
const IDLE: Duration = Duration::from_secs(5);

/// Starts servers and prints what was measured.
pub(crate) async fn run(engine: Engine, databases: &Databases, runs: usize) -> Result<String> {
    let (mut first, mut second, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        let place = Place::fresh(engine, databases).await?;
        for times in [&mut first, &mut second] {
            let server = Gameserver::start(&place).await?;
            times.push(server.started_in.as_secs_f64() * 1e3);
            server.kill().await?;
        }
        place.check_log()?;
    }
    let place = Place::fresh(engine, databases).await?;
    machine::describe(&place).await?;
    let server = Gameserver::start(&place).await?;
    for _ in 0..3 {
        tokio::time::sleep(IDLE / 3).await;
        idle.push(server.memory()?);
    }
    println!("| what | least | middle | most |\n|---|--:|--:|--:|");
    row("first start to the first answer, with migrations and keys, ms", first);
    row("later start to the first answer, ms", second);
    row("memory of a server that nobody uses, MiB", idle);
    println!();
    if engine == Engine::Sqlite {
        sizes(&server).await?;
    }
    server.kill().await?;
    Ok(format!("{runs} first and {runs} later starts"))
}

fn row(what: &str, mut figures: Vec<f64>) {
    figures.sort_by(f64::total_cmp);
    let (least, middle, most) = (figures[0], figures[figures.len() / 2], figures[figures.len() - 1]);
    println!("| {what} | {least:.1} | {middle:.1} | {most:.1} |");
}

/// What is shipped, and what a browser loads of it.
async fn sizes(server: &Gameserver) -> Result<()> {
    println!("| what | KiB |\n|---|--:|");
    let binary = env::var_os("GAMESERVER_BIN").context("GAMESERVER_BIN names no server")?;
    println!("| the binary, everything in it | {} |", fs::metadata(binary)?.len() / 1024);
    let page = server.api.fetch("/users/log-in").await?;
    // Pages that load a module are for whoever is signed in; both lie beside the style sheet of all.
    let package = package(&page).context("the page links no style sheet")?;
    for (what, file) in [
        ("the dashboard's module", "gameserver.wasm"),
        ("its glue", "gameserver.js"),
        ("the module of players' pages", "parts.wasm"),
        ("its glue", "parts.js"),
        ("the style sheet", "gameserver.css"),
    ] {
        let path = format!("{package}/{file}");
        println!("| {what}, brotli | {:.1} |", server.api.packed_size(&path).await? / 1024.0);
    }
    println!();
    Ok(())
}

/// The folder of a page's style sheet.
fn package(page: &str) -> Option<&str> {
    page.split('"').filter(|text| text.starts_with("/pkg/")).find_map(|text| text.strip_suffix("/gameserver.css"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_where_the_style_sheet_is() {
        let page =
            r#"<link href="/gameserver.css"><link href="/pkg/x/gameserver.js"><link href="/pkg/x/gameserver.css">"#;
        assert_eq!(package(page), Some("/pkg/x"));
        assert_eq!(package("<p>nothing</p>"), None);
    }
}
