//! docs/settings.md, from the table.

use std::fmt::Write as _;

use super::show::default_of;
use super::table::GROUPS;

const HEAD: &str = "\
# Settings

GameServer needs none: without any it serves on port 4000 from the folder `data`. What stands here can be set, each by
the first of these that says something:

1. a flag of the command line, where there is one;
2. its variable in the environment: its own name, else a conventional one;
3. for a secret, the file which a variable with `_FILE` at its end names, as in `DATABASE_URL_FILE`: containers are
   given secrets that way;
4. the settings file;
5. its default.

The **settings file** is `gameserver.toml` in the data folder, when it is there, or the one that `--config` or
`GAMESERVER_CONFIG` names. `gameserver config --format toml` prints one with every setting. Relative paths start at the
folder in which the server is started. The file in the data folder cannot say where that is.

```toml
public_url = \"https://play.example\"
trusted_proxies = [\"10.0.0.0/8\"]

[limits]
body = \"256 KiB\"
request_time = 5
```

Sizes are bytes, or `64 KiB`, `1 MiB`, `1 GiB`; times are seconds, or `10 s`, `5 min`, `1 h`. A rate is so many in so long,
as in `10 / 1 min`. A list is an array in the file, and has commas elsewhere. An empty variable counts as not set.

`gameserver config` shows what holds and where it comes from; secrets only as `(set)`. What is wrong is told all at once,
a line each, and the program ends with code 78: a value that is not allowed, an unknown key, an unknown variable that
begins with `GAMESERVER_`, settings that contradict one another. `gameserver doctor` looks at more than settings: at
folders, the database, the clock, the port.

A flag can be read by everybody on the machine while the server runs. Give the database's password by the environment,
a file that a variable names, or the settings file (mode 0600).

**Production** is `env = \"production\"`, or a public URL with `https`. There the server does not start

- with a public URL of plain `http`, unless it is this machine's;
- with a secret of less than 32 characters, of the same few letters, or one that is known from examples;
- with two secrets that are the same;
- on PostgreSQL, without the `secrets.*` settings: its nodes must share them. On SQLite those made at the first start are
  good. The text in a key file, such as `data/secrets/access.key`, is a good value, and keeps everybody signed in who is.
";

/// docs/settings.md, as it should be.
#[must_use]
pub fn docs() -> String {
    let mut text = HEAD.to_owned();
    for group in GROUPS {
        let title = group.title;
        let _never_fails =
            write!(text, "\n## {title}\n\n| Setting | Variable | Default | Allowed | |\n|---|---|---|---|---|\n");
        for setting in group.settings {
            let names: Vec<_> = setting
                .flag()
                .map(|flag| format!("`--{flag}`"))
                .into_iter()
                .chain(setting.variables().map(|name| format!("`{name}`")))
                .collect();
            let _never_fails = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} |",
                setting.key,
                names.join(" "),
                default_of(setting),
                setting.kind.allowed(),
                setting.about
            );
        }
    }
    text.push_str("\n<!-- Made from server/src/settings/table/: gameserver config --docs > docs/settings.md -->\n");
    text
}
