//! What the server says of itself: lines of text or JSON on standard error, and never a secret among them.
//!
//! Our own lines name no query string, header, body, token, device id, password or cookie. Two things beside them could:
//! a dependency that writes down what goes over the wire, which is [silenced](SILENCED), and a panic's message, of which
//! [only the fixed words](spoken) are kept.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal};
use std::panic::{self, PanicHookInfo};
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use tracing::level_filters::LevelFilter;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One object a line, for programs.
    Json,
}

impl FromStr for Format {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> Result<Self> {
        match word {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => bail!("The log's format is text or json, not {word:?}."),
        }
    }
}

/// What is not heard below a warning, whatever the filter says.
///
/// - `tungstenite` and `tokio_tungstenite` write whole frames and handshakes at `trace`.
/// - `hyper`, `h2` and `axum::rejection` write what they could not read, if they were built or set to.
/// - `sqlx::postgres::notice` passes on what the database server chose to say, which may quote a row.
const SILENCED: &[&str] =
    &["tungstenite", "tokio_tungstenite", "hyper", "hyper_util", "h2", "axum::rejection", "sqlx::postgres::notice"];

/// Starts logging to standard error, panics included. `filter` is a level, such as `info`, or `target=level` pairs with
/// commas between them, such as `info,requests=debug` (which gives every request a line).
///
/// # Errors
/// A filter that cannot be read; a process that logs already.
pub fn init(format: Format, filter: &str) -> Result<()> {
    let is_terminal = io::stderr().is_terminal();
    subscriber(format, filter, is_terminal, io::stderr)?.try_init().context("Logging has begun already")?;
    panic::set_hook(Box::new(panicked));
    Ok(())
}

fn subscriber<W>(format: Format, filter: &str, colours: bool, writer: W) -> Result<impl Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(filter).with_context(|| {
        format!("The log's filter {filter:?} is neither a level nor pairs of target=level, such as info,requests=debug")
    })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines = match format {
        Format::Text => lines.with_ansi(colours).boxed(),
        Format::Json => lines.with_ansi(false).json().flatten_event(true).with_span_list(false).boxed(),
    };
    Ok(Registry::default().with(filter_fn(is_harmless)).with(filter).with(lines))
}

fn is_harmless(line: &Metadata<'_>) -> bool {
    let target = line.target();
    let silenced = SILENCED
        .iter()
        .any(|silenced| target.strip_prefix(silenced).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")));
    !silenced || *line.level() <= LevelFilter::WARN
}

/// Logs a panic, wherever it happens. What becomes of the request it happened in is `requests.rs`' affair.
fn panicked(info: &PanicHookInfo<'_>) {
    let at = info.location().map(ToString::to_string).unwrap_or_default();
    let said = spoken(info);
    // Only where RUST_BACKTRACE asks for it.
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        tracing::error!(target: "panic", at, %backtrace, "{said}");
    } else {
        tracing::error!(target: "panic", at, "{said}");
    }
}

/// What a panic says, if those are fixed words. What is put together at run time may hold anything, such as the text that
/// could not be cut or the value that was not expected: its place must do.
fn spoken(info: &PanicHookInfo<'_>) -> &'static str {
    info.payload().downcast_ref::<&'static str>().copied().unwrap_or("a panic whose message may hold a secret")
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::{Arc, Mutex, PoisonError};
    use std::thread;

    use serde_json::Value;

    use super::*;

    /// What was written.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    pub(crate) fn written(format: Format, filter: &str, logging: impl FnOnce()) -> String {
        let written = Written::default();
        let to = written.clone();
        tracing::subscriber::with_default(subscriber(format, filter, false, move || to.clone()).unwrap(), logging);
        let bytes = written.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8(bytes.clone()).unwrap()
    }

    fn in_a_request() {
        let span = tracing::error_span!("request", id = "abc", user = tracing::field::Empty);
        span.record("user", 7);
        span.in_scope(|| tracing::info!(target: "anything", rows = 3, "something happened"));
    }

    #[test]
    fn every_line_of_a_request_names_it_and_its_user() {
        let line = written(Format::Text, "info", in_a_request);
        assert!(line.contains("something happened") && line.contains("abc") && line.contains("user=7"), "{line}");
        let line: Value = serde_json::from_str(&written(Format::Json, "info", in_a_request)).unwrap();
        assert_eq!((&line["message"], &line["rows"]), (&"something happened".into(), &3.into()), "{line}");
        assert_eq!((&line["span"]["id"], &line["span"]["user"]), (&"abc".into(), &7.into()), "{line}");
        assert_eq!(line["level"], "INFO");
    }

    #[test]
    fn what_writes_down_frames_is_not_heard_whatever_the_filter_says() {
        let line = written(Format::Text, "trace,tungstenite::protocol=trace", || {
            tracing::trace!(target: "tungstenite::protocol", "canary-1");
            tracing::info!(target: "tungstenite", "canary-2");
            tracing::trace!(target: "tungstenites", "another target");
            tracing::warn!(target: "tungstenite", "a warning");
        });
        assert!(!line.contains("canary"), "{line}");
        assert!(line.contains("another target") && line.contains("a warning"), "{line}");
    }

    #[test]
    fn a_panic_is_logged_with_its_place_but_without_what_was_put_into_its_message() {
        let line = written(Format::Text, "info", || {
            // Of this test alone: those beside it tell of their own.
            let (here, before) = (thread::current().id(), panic::take_hook());
            panic::set_hook(Box::new(
                move |info| {
                    if thread::current().id() == here { panicked(info) } else { before(info) }
                },
            ));
            let secret = String::from("canary-3");
            assert!(panic::catch_unwind(|| panic!("no such token: {secret}")).is_err());
            assert!(panic::catch_unwind(|| panic!("fixed words")).is_err());
            let _ours = panic::take_hook();
        });
        assert!(!line.contains("canary"), "{line}");
        assert!(line.contains("fixed words") && line.contains("logging.rs:"), "{line}");
        assert_eq!(line.matches("ERROR panic: ").count(), 2, "{line}");
    }

    #[test]
    fn a_filter_or_format_that_cannot_be_read_is_told() {
        let told = subscriber(Format::Text, "info,=,=x=y", false, io::sink).err().unwrap().to_string();
        assert!(told.contains("info,requests=debug"), "{told}");
        assert!("yaml".parse::<Format>().unwrap_err().to_string().contains("text or json"));
        assert_eq!("json".parse::<Format>().unwrap(), Format::Json);
    }
}
