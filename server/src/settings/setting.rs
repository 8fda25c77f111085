//! One setting: its names, and where its value goes.

use super::Settings;
use super::kind::Kind;

/// One setting.
pub(super) struct Setting {
    /// Its key in the file, as in `limits.body`. Its own name in the environment comes from it.
    pub(super) key: &'static str,
    /// Conventional names in the environment, heard as well.
    pub(super) aliases: &'static [&'static str],
    /// Whether the command line has a flag for it.
    pub(super) has_flag: bool,
    /// What it holds, and where that goes.
    pub(super) kind: Kind,
    /// What it is.
    pub(super) about: &'static str,
}

/// A setting by its key.
pub(super) const fn setting(key: &'static str, kind: Kind, about: &'static str) -> Setting {
    Setting { key, aliases: &[], has_flag: false, kind, about }
}

impl Setting {
    /// With a flag on the command line.
    pub(super) const fn with_flag(self) -> Self {
        Self { has_flag: true, ..self }
    }

    /// Heard by these names of the environment, too.
    pub(super) const fn also(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// Its name on the command line, without the dashes.
    pub(super) fn flag(&self) -> Option<String> {
        self.has_flag.then(|| self.key.replace(['.', '_'], "-"))
    }

    /// Its own name in the environment, as in `GAMESERVER_LIMITS_BODY`.
    pub(super) fn variable(&self) -> String {
        format!("GAMESERVER_{}", self.key.replace('.', "_").to_uppercase())
    }

    /// Every name in the environment, its own first.
    pub(super) fn variables(&self) -> impl Iterator<Item = String> {
        std::iter::once(self.variable()).chain(self.aliases.iter().map(|&alias| alias.to_owned()))
    }

    /// The names of the environment that say in which file a secret stands.
    pub(super) fn file_variables(&self) -> impl Iterator<Item = String> {
        self.variables().filter(|_| self.is_secret()).map(|name| format!("{name}_FILE"))
    }

    /// Whether its value is never shown.
    pub(super) fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret(_) | Kind::TheirSecret(_) | Kind::Postgres(_))
    }

    /// Its value as text; none where nothing is set. A secret's is `(set)`.
    pub(super) fn show(&self, settings: &Settings) -> Option<String> {
        self.kind.show(&mut settings.clone())
    }
}
