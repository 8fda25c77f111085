//! The settings as `gameserver config` prints them.

use std::fmt::Write as _;

use serde::Serialize;
use toml::Value;

use super::amount::Unit;
use super::kind::Kind;
use super::load::{Loaded, Source};
use super::setting::Setting;
use super::table::{self, default};

/// A setting as it stands.
#[derive(Serialize)]
struct Shown {
    setting: &'static str,
    value: Option<String>,
    source: String,
}

impl Loaded {
    fn each(&self) -> impl Iterator<Item = (&'static Setting, Option<String>, &Source)> {
        table::all().zip(&self.sources).map(|(setting, source)| (setting, setting.show(&self.settings), source))
    }

    /// Every setting with its value and source, in columns. No secret is shown.
    #[must_use]
    pub fn as_text(&self) -> String {
        let rows: Vec<_> = self
            .each()
            .map(|(setting, value, source)| {
                [setting.key.to_owned(), value.unwrap_or_else(|| "-".into()), source.to_string()]
            })
            .collect();
        let head = ["SETTING", "VALUE", "SOURCE"].map(str::to_owned);
        let width = |column: usize| {
            std::iter::once(&head).chain(&rows).map(|row| row[column].chars().count()).max().unwrap_or_default()
        };
        let (first, second) = (width(0), width(1));
        let mut text = String::new();
        for [setting, value, source] in std::iter::once(&head).chain(&rows) {
            let _never_fails = writeln!(text, "{setting:first$}  {value:second$}  {source}");
        }
        text
    }

    /// Every setting with its value and source, as JSON. No secret is shown.
    #[must_use]
    pub fn as_json(&self) -> String {
        let shown = self.each().map(|(setting, value, source)| Shown {
            setting: setting.key,
            value,
            source: source.to_string(),
        });
        serde_json::to_string_pretty(&shown.collect::<Vec<_>>()).unwrap_or_default()
    }

    /// A settings file that says the same: what was set as it is, the rest as comments. Secrets are left out.
    #[must_use]
    pub fn as_toml(&self) -> String {
        let mut text =
            "# Settings of GameServer. A line that begins with #: nobody set it, and it has this value.\n".to_owned();
        for (setting, value, source) in self.each() {
            let is_kept = *source != Source::Default && !setting.is_secret() && setting.key != "data";
            let mark = if is_kept { "" } else { "#" };
            let value = match value {
                Some(_) | None if setting.is_secret() => Value::String(String::new()),
                Some(text) => as_value(setting, &text),
                None => Value::String(String::new()),
            };
            let allowed = setting.kind.allowed();
            let _never_fails = write!(
                text,
                "\n# {}\n# {}: {allowed}.\n{mark}{} = {value}\n",
                setting.about,
                setting.variable(),
                setting.key
            );
        }
        text
    }
}

/// A value as one would write it in the file.
fn as_value(setting: &Setting, text: &str) -> Value {
    let written = match setting.kind {
        Kind::Switch(_) => text.parse().ok().map(Value::Boolean),
        Kind::Number(Unit::Of(_), ..) => text.parse().ok().map(Value::Integer),
        Kind::Origins(_) | Kind::Networks(_) => {
            Some(Value::Array(text.split(", ").map(|part| Value::String(part.to_owned())).collect()))
        }
        _ => None,
    };
    written.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// What is said of a setting's default in lists.
pub(super) fn default_of(setting: &Setting) -> String {
    default(setting).unwrap_or_else(|| "none".into())
}
