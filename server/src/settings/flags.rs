//! The flags of the command line, made from the table.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};

use super::setting::Setting;
use super::table::{self, default};

/// The name of the flag for the settings file.
pub(super) const CONFIG: &str = "config";

/// What the command line says about settings. Not `Debug`: the database's password may be among it.
#[derive(Clone, Default)]
pub struct Flags {
    /// The settings file.
    pub(super) config: Option<PathBuf>,
    /// Keys of settings, and what was given.
    pub(super) given: Vec<(&'static str, String)>,
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new(CONFIG)
            .long(CONFIG)
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help("The settings file [GAMESERVER_CONFIG; gameserver.toml in the data folder, when it is there]");
        let flags = table::all().filter_map(|setting| Some(flag(setting, setting.flag()?)));
        command.next_help_heading("Settings").args([config].into_iter().chain(flags).map(|arg| arg.global(true)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn flag(setting: &'static Setting, name: String) -> Arg {
    let heard = setting.variables().last().unwrap_or_default();
    let help = match default(setting) {
        Some(default) => format!("{} [{heard}; {default}]", setting.about),
        None => format!("{} [{heard}]", setting.about),
    };
    Arg::new(setting.key)
        .long(name)
        .value_name(setting.kind.placeholder())
        .help(help.replace('`', ""))
        // Read by the table, which says what is allowed in the same words for every source.
        .value_parser(value_parser!(String))
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let config = matches.get_one::<PathBuf>(CONFIG).cloned();
        let given = table::all().filter(|setting| setting.has_flag).filter_map(|setting| {
            let given = matches.get_one::<String>(setting.key)?;
            Some((setting.key, given.clone()))
        });
        Ok(Self { config, given: given.collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
