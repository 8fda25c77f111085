//! `gameserver`: the one binary.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use domain::{Clock, Random, Scope, keys, users};
use server::doctor::{self, Verdict};
use server::settings::{self, Faults, Flags, Loaded, Settings};
use server::{logging, openapi, serve};
use wire::NewAdmin;

/// What a program ends with that cannot use its settings (`EX_CONFIG` of sysexits.h).
const UNUSABLE_SETTINGS: u8 = 78;

const FIRST_STEPS: &str = "\
First steps:
  gameserver                                     start on http://localhost:4000 with the folder data
  gameserver admin create --email you@example    make an admin; then open /admin in a browser
  gameserver doctor                              look whether everything is as it should be

Settings come from flags, the environment (GAMESERVER_..., DATABASE_URL, PORT) and gameserver.toml in the data folder.
`gameserver config` lists all of them with their values and where those come from.";

/// The backend of a game, in one binary.
#[derive(Parser)]
#[command(name = "gameserver", version, about, after_help = FIRST_STEPS)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server (what happens without a command, too).
    ///
    /// Makes the data folder, the keys and the database when they are missing, brings the tables up to date, and serves
    /// until it is told to stop by Ctrl-C or SIGTERM.
    #[command(after_help = "Example:\n  DATABASE_URL=postgres://game@localhost/game gameserver serve --port 8080")]
    Serve,
    /// Bring the database up to date and stop.
    ///
    /// Every start does so by itself. This is for those who want it done before, by a user with more rights.
    #[command(after_help = "Example:\n  gameserver migrate --data /var/lib/gameserver")]
    Migrate,
    /// Look after admins.
    #[command(subcommand)]
    Admin(Admin),
    /// Look after the keys that sign access tokens.
    #[command(subcommand)]
    Keys(Keys),
    /// Print every setting with its value and where that comes from; secrets only as (set).
    ///
    /// Ends with code 78 and says what is wrong, a line each, when the settings cannot be used.
    #[command(after_help = "Example:\n  gameserver config --format toml > data/gameserver.toml")]
    Config {
        /// How to print them.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// Print docs/settings.md instead.
        #[arg(long, hide = true)]
        docs: bool,
    },
    /// Look whether a start would go well; changes nothing.
    ///
    /// Looks at settings, data folder, disk, secrets, database, clock, public URL and port. A line each: ok, warn or
    /// fail, and the cure. Ends with code 0 when nothing failed.
    #[command(after_help = "Example:\n  gameserver doctor --data /var/lib/gameserver")]
    Doctor,
    /// Print what makes a shell complete commands and flags.
    #[command(after_help = "Examples:\n  \
        gameserver completions bash > /etc/bash_completion.d/gameserver\n  \
        gameserver completions fish > ~/.config/fish/completions/gameserver.fish")]
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the OpenAPI document, which a running server has at /api/openapi.
    #[command(after_help = "Example:\n  gameserver openapi --version 3.0 > openapi.json")]
    Openapi {
        /// The version of the specification; 3.0 for older generators.
        #[arg(long, value_enum, default_value_t)]
        version: openapi::Version,
    },
}

#[derive(Subcommand)]
enum Admin {
    /// Make an admin. The password is asked for, or read as one line from standard input.
    ///
    /// Works while the server runs, too.
    #[command(after_help = "Example:\n  gameserver admin create --email ada@games.example")]
    Create {
        /// The address to sign in with.
        #[arg(long)]
        email: String,
    },
}

#[derive(Subcommand)]
enum Keys {
    /// List the keys: the one that signs, and those that only verify.
    #[command(after_help = "Example:\n  gameserver keys list")]
    List,
    /// Make a new signing key in the data folder. The old one verifies until its last tokens have expired.
    ///
    /// Works while the server runs: it notices by itself, and nobody is signed out.
    #[command(after_help = "Example:\n  gameserver keys rotate")]
    Rotate,
}

/// How settings are printed.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// In columns.
    #[default]
    Text,
    /// As JSON.
    Json,
    /// As a settings file, with what nobody set in comments.
    Toml,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let loaded = Loaded::new(&cli.flags, std::env::vars_os());
    let done = match cli.command.unwrap_or(Command::Serve) {
        Command::Config { docs: true, .. } => print(&settings::docs()),
        Command::Config { format, .. } => config(loaded, format),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "gameserver", &mut script);
            print(&String::from_utf8_lossy(&script))
        }
        Command::Openapi { version } => print(openapi::text(version)),
        Command::Doctor => return examine(&loaded).await,
        Command::Serve => with(loaded, async |settings| serve::serve(settings).await).await,
        Command::Migrate => with(loaded, migrate).await,
        Command::Keys(Keys::List) => with(loaded, async |settings| list_keys(&settings)).await,
        Command::Keys(Keys::Rotate) => with(loaded, async |settings| rotate_keys(&settings)).await,
        Command::Admin(Admin::Create { email }) => {
            with(loaded, async |settings| create_admin(settings, email).await).await
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match error.downcast::<Faults>() {
            Ok(Faults(faults)) => {
                for fault in faults {
                    eprintln!("gameserver: {fault}");
                }
                ExitCode::from(UNUSABLE_SETTINGS)
            }
            Err(error) => {
                eprintln!("gameserver: {error:#}");
                ExitCode::FAILURE
            }
        },
    }
}

/// Does what needs settings that can be used, with a log.
async fn with(loaded: Loaded, work: impl AsyncFnOnce(Settings) -> Result<()>) -> Result<()> {
    let settings = loaded.checked()?;
    logging::init(settings.log.format, &settings.log.filter)?;
    // On the heap: a server's settings and what it does with them are too much for a stack.
    Box::pin(work(settings)).await
}

async fn migrate(settings: Settings) -> Result<()> {
    let app = serve::open(&settings).await?;
    println!("The database is up to date.");
    app.db.close().await;
    Ok(())
}

async fn create_admin(settings: Settings, email: String) -> Result<()> {
    let app = serve::open(&settings).await?;
    let input = NewAdmin { email: Some(email), password: Some(password()?) };
    match users::create_admin(&app, &Scope::SYSTEM, input).await {
        Ok(user) => println!("User {user} is an admin now and can sign in at /users/log-in."),
        Err(domain::Error::Invalid(errors)) => bail!("{errors}"),
        Err(error) => return Err(error.into()),
    }
    app.db.close().await;
    Ok(())
}

fn list_keys(settings: &Settings) -> Result<()> {
    let (folder, given, algorithm) =
        (settings.secrets_folder(), settings.given_secrets(), settings.config().token_algorithm);
    let listed = keys::list(&folder, &given, algorithm, &Random::system(), Clock::System.now())?;
    let lines = listed.iter().map(|key| match key.until {
        _ if key.signs => format!("{}  signs\n", key.id),
        Some(until) => format!("{}  verifies until {}\n", key.id, until.format("%Y-%m-%d %H:%M:%S UTC")),
        None => format!("{}  verifies\n", key.id),
    });
    print(&lines.collect::<String>())
}

fn rotate_keys(settings: &Settings) -> Result<()> {
    keys::rotate(&settings.secrets_folder(), &settings.given_secrets(), &Random::system(), Clock::System.now())?;
    list_keys(settings)
}

/// Prints the settings, also those that cannot be used: what is wrong with them is easier to see then.
fn config(loaded: Loaded, format: Format) -> Result<()> {
    print(&match format {
        Format::Text => loaded.as_text(),
        Format::Json => loaded.as_json() + "\n",
        Format::Toml => loaded.as_toml(),
    })?;
    loaded.checked()?;
    Ok(())
}

async fn examine(loaded: &Loaded) -> ExitCode {
    let findings = doctor::examine(loaded, &Clock::System).await;
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    let failed = findings.iter().any(|finding| finding.verdict == Verdict::Fail);
    let _unread = print(&(lines.join("\n") + "\n"));
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Prints to whoever reads; a reader that has gone (`| head`) is none of our business.
fn print(text: &str) -> Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
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
