//! The settings file.

use std::fs;
use std::path::Path;

use toml::{Table, Value};

/// The name of the file in the data folder.
pub(super) const NAME: &str = "gameserver.toml";

/// The settings of a file: dotted keys, and what they say.
///
/// # Errors
/// Why it cannot be read, without a word of what stands in it: that may be a secret.
pub(super) fn read(path: &Path) -> Result<Vec<(String, Value)>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count()) + 1;
        let why = error.message().lines().next().unwrap_or_default().to_owned();
        format!("{} is not TOML in line {line}: {why}", path.display())
    })?;
    let mut settings = Vec::new();
    flatten("", table, &mut settings);
    Ok(settings)
}

fn flatten(prefix: &str, table: Table, into: &mut Vec<(String, Value)>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            Value::Table(table) => flatten(&key, table, into),
            value => into.push((key, value)),
        }
    }
}

/// A value as the text of a flag would be; none where it is nothing a setting can hold.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(switch) => Some(switch.to_string()),
        Value::Array(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(Value::as_str).collect();
            Some(parts?.join(", "))
        }
        Value::Float(_) | Value::Datetime(_) | Value::Table(_) => None,
    }
}
