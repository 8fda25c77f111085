//! Where each setting comes from: a flag, else the environment, else the file a variable names (secrets), else the
//! settings file, else its default.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::environment::{self, Environment};
use super::flags::{self, Flags};
use super::setting::Setting;
use super::table::{self, find};
use super::{Settings, file, rules};

/// Everything that is wrong with the settings, a line each. No line shows a secret.
#[derive(Debug)]
pub struct Faults(pub Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Faults {}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Default,
    File(PathBuf),
    SecretFile(String, PathBuf),
    Variable(String),
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::SecretFile(name, path) => write!(f, "{name} ({})", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

/// The settings as they were found, with what is wrong with them.
pub struct Loaded {
    /// What could be read; the rest has its default.
    pub(crate) settings: Settings,
    /// Where each value of the table comes from, in its order.
    pub(super) sources: Vec<Source>,
    /// What is wrong, a line each.
    pub(crate) faults: Vec<String>,
    /// The settings file, if there is one.
    pub(crate) file: Option<PathBuf>,
}

impl Loaded {
    /// Reads what the command line, the environment and the settings file say.
    #[must_use]
    pub fn new(flags: &Flags, variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let environment = Environment::new(variables);
        let mut loaded = Self {
            settings: Settings::default(),
            sources: vec![Source::Default; table::all().count()],
            faults: Vec::new(),
            file: None,
        };
        for name in environment.unknown() {
            loaded.faults.push(unknown_variable(name));
        }
        let data = loaded.data(flags, &environment);
        let file = loaded.read_file(flags, &environment, &data);
        for (at, setting) in table::all().enumerate() {
            match found(setting, flags, &environment, &file, loaded.file.as_deref()) {
                Ok(Some((source, text))) => {
                    loaded.take(setting, &source, &text);
                    loaded.sources[at] = source;
                }
                Ok(None) => {}
                Err(fault) => loaded.faults.push(fault),
            }
        }
        // What could not be read has its default: nothing follows from that.
        let is_told = |fault: &String| {
            let key = fault.split(':').next().unwrap_or_default();
            loaded.faults.iter().any(|told| told.starts_with(&format!("{key} (")))
        };
        let more: Vec<_> = rules::faults(&loaded.settings).into_iter().filter(|fault| !is_told(fault)).collect();
        loaded.faults.extend(more);
        loaded
    }

    /// The settings, when nothing is wrong with them.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn checked(self) -> Result<Settings, Faults> {
        if self.faults.is_empty() { Ok(self.settings) } else { Err(Faults(self.faults)) }
    }

    /// Where others could read a secret, and the cure; a line each.
    pub(crate) fn exposures(&self) -> Vec<String> {
        let mut exposures = Vec::new();
        for (setting, source) in table::all().zip(&self.sources).filter(|(setting, _)| setting.is_secret()) {
            match source {
                Source::Flag(flag) => exposures
                    .push(format!("everybody on this machine can read --{flag}: set {} instead", setting.variable())),
                Source::File(path) if others_may_read(path) => exposures.push(format!(
                    "others may read {} in {}: run chmod 600 on it",
                    setting.key,
                    path.display()
                )),
                _ => {}
            }
        }
        exposures
    }

    /// The data folder, before the file in it is read.
    fn data(&self, flags: &Flags, environment: &Environment) -> PathBuf {
        let setting = find("data");
        let found = setting.and_then(|setting| found(setting, flags, environment, &[], None).ok().flatten());
        found.map_or_else(|| self.settings.data.clone(), |(_, text)| PathBuf::from(text))
    }

    /// What the settings file says: the one that is named, else the one in the data folder.
    fn read_file(&mut self, flags: &Flags, environment: &Environment, data: &Path) -> Vec<(String, toml::Value)> {
        let named = flags.config.clone().or_else(|| environment.get(environment::CONFIG).map(PathBuf::from));
        let is_named = named.is_some();
        let path = named.unwrap_or_else(|| data.join(file::NAME));
        if !is_named && !path.exists() {
            return Vec::new();
        }
        let said = file::read(&path).unwrap_or_else(|fault| {
            self.faults.push(fault);
            Vec::new()
        });
        for (key, _) in &said {
            if find(key).is_none() {
                self.faults.push(unknown_key(key, &path));
            } else if key == "data" && !is_named {
                let place = path.display();
                self.faults.push(format!(
                    "data ({place}): a file in the data folder cannot say where that is; use --data or \
                     GAMESERVER_DATA, or name the file by --{}",
                    flags::CONFIG
                ));
            }
        }
        self.file = Some(path);
        said
    }

    fn take(&mut self, setting: &Setting, source: &Source, text: &str) {
        if setting.kind.set(&mut self.settings, text).is_none() {
            // What has a user and a password before its host is a secret, too, wherever it was put.
            let is_hidden = setting.is_secret() || text.contains('@');
            let value = if is_hidden { "the value".to_owned() } else { format!("{:?}", shortened(text)) };
            let allowed = setting.kind.allowed();
            self.faults.push(format!("{} ({source}): {value} is not allowed; give {allowed}", setting.key));
        }
    }
}

/// What is said about a setting, by whom; none where nobody says anything.
fn found(
    setting: &Setting,
    flags: &Flags,
    environment: &Environment,
    file: &[(String, toml::Value)],
    path: Option<&Path>,
) -> Result<Option<(Source, String)>, String> {
    if let Some((_, text)) = flags.given.iter().find(|(key, text)| *key == setting.key && !text.is_empty()) {
        return Ok(Some((Source::Flag(setting.flag().unwrap_or_default()), text.clone())));
    }
    for name in setting.variables() {
        if let Some(value) = environment.get(&name) {
            let text = value.to_str().ok_or_else(|| format!("{} ({name}): this is not text", setting.key))?;
            return Ok(Some((Source::Variable(name), text.to_owned())));
        }
    }
    for name in setting.file_variables() {
        if let Some(path) = environment.get(&name).map(PathBuf::from) {
            let text = secret_in(&path).map_err(|why| format!("{} ({name}): {why}", setting.key))?;
            return Ok(Some((Source::SecretFile(name, path), text)));
        }
    }
    let Some((_, value)) = file.iter().find(|(key, _)| key == setting.key) else { return Ok(None) };
    let path = path.unwrap_or_else(|| Path::new(file::NAME));
    let text = file::text(value).ok_or_else(|| {
        format!("{} ({}): this is not allowed; give {}", setting.key, path.display(), setting.kind.allowed())
    })?;
    Ok((!text.is_empty()).then(|| (Source::File(path.to_owned()), text)))
}

/// The secret that a file holds.
fn secret_in(path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    match text.trim() {
        "" => Err(format!("{} is empty", path.display())),
        secret => Ok(secret.to_owned()),
    }
}

fn unknown_variable(name: &str) -> String {
    if let Some(secret) = name.strip_suffix("_FILE")
        && table::all().any(|setting| setting.variables().any(|known| known == secret))
    {
        return format!("{name}: only secrets are read from files; set {secret} itself");
    }
    // What all have in common would make everything alike.
    let rest = |name: &str| name.trim_start_matches("GAMESERVER_").to_owned();
    let names = environment::names().filter(|name| name.starts_with("GAMESERVER_"));
    told(name, "variable", nearest(&rest(name), names.map(|name| (rest(&name), name))))
}

fn unknown_key(key: &str, path: &Path) -> String {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let elsewhere = table::all().map(|setting| setting.key).find(|known| last(known) == last(key));
    let meant = elsewhere.map(str::to_owned);
    let meant = meant.or_else(|| nearest(key, table::all().map(|it| (it.key.to_owned(), it.key.to_owned()))));
    told(&format!("{key} ({})", path.display()), "setting", meant)
}

fn told(what: &str, kind: &str, meant: Option<String>) -> String {
    match meant {
        Some(meant) => format!("{what}: there is no such {kind}; did you mean {meant}?"),
        None => format!("{what}: there is no such {kind}; `gameserver config` lists them"),
    }
}

/// The name of whichever is spelled most like it, if any is.
fn nearest(text: &str, names: impl Iterator<Item = (String, String)>) -> Option<String> {
    let likeness = names.map(|(spelled, name)| (strsim::jaro_winkler(text, &spelled), name));
    let best = likeness.max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(likeness, _)| *likeness > 0.8).map(|(_, name)| name)
}

fn others_may_read(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}
