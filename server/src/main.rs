//! `gameserver`: the one binary.

use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use domain::{Scope, users};
use server::{Settings, openapi, serve};
use tracing_subscriber::EnvFilter;
use wire::NewAdmin;

/// The backend of a game, in one binary.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server (what happens without a command, too).
    Serve,
    /// Bring the database up to date and stop.
    Migrate,
    /// Look after admins.
    #[command(subcommand)]
    Admin(Admin),
    /// Print the OpenAPI document, which a running server has at /api/openapi.
    Openapi {
        /// The version of the specification; 3.0 for older generators.
        #[arg(long, value_enum, default_value_t)]
        version: openapi::Version,
    },
}

#[derive(Subcommand)]
enum Admin {
    /// Make an admin. The password is asked for, or read as one line from standard input.
    Create {
        /// The address to sign in with.
        #[arg(long)]
        email: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("GAMESERVER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gameserver: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<()> {
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(cli.settings).await,
        Command::Openapi { version } => {
            print!("{}", openapi::text(version));
            Ok(())
        }
        Command::Migrate => {
            let app = serve::open(&cli.settings).await?;
            println!("The database is up to date.");
            app.db.close().await;
            Ok(())
        }
        Command::Admin(Admin::Create { email }) => {
            let app = serve::open(&cli.settings).await?;
            let input = NewAdmin { email: Some(email), password: Some(password()?) };
            match users::create_admin(&app, &Scope::SYSTEM, input).await {
                Ok(user) => println!("User {user} is an admin now and can sign in at /users/log-in."),
                Err(domain::Error::Invalid(errors)) => bail!("{errors}"),
                Err(error) => return Err(error.into()),
            }
            app.db.close().await;
            Ok(())
        }
    }
}

/// A password typed unseen, or a line of standard input when nobody sits there.
fn password() -> Result<String> {
    if io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password("Password (8 characters or more): ")?);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
