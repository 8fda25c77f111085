//! The server itself, what it tells about itself, and how it stops.

use super::Group;
use crate::settings::amount::Unit::{Of, Seconds};
use crate::settings::kind::Kind::{
    Address, Choice, Domain, File, Filter, Folder, Networks, Number, Origins, Secret, Switch, Url,
};
use crate::settings::kind::Number as Field;
use crate::settings::setting::setting;

pub(super) static SERVER: Group = Group {
    title: "The server",
    settings: &[
        setting(
            "data",
            Folder(|to| &mut to.data),
            "The folder that holds the SQLite database, the server's keys (`secrets/`) and `gameserver.toml`; made when \
             missing.",
        )
        .with_flag(),
        setting(
            "env",
            Choice(|to| &mut to.environment),
            "What the server is for. In production, which an `https` public URL means as well, weak secrets are refused.",
        ),
        setting("host", Address(|to| &mut to.host), "The address to listen on.").with_flag(),
        setting(
            "port",
            Number(Of(""), 0, 65_535, |to| Field::U16(&mut to.port)),
            "The port to listen on; 0 takes a free one.",
        )
        .with_flag()
        .also(&["PORT"]),
        setting(
            "public_url",
            Url(|to| &mut to.public_url),
            "Where players reach the server; `http://localhost` and the port when it is not set.",
        )
        .with_flag(),
        setting("device_login", Switch(|to| &mut to.config.device_login), "Whether players may sign in by device id.")
            .with_flag()
            .also(&["DEVICE_AUTH_ENABLED"]),
        setting(
            "allowed_origins",
            Origins(|to| &mut to.allowed_origins),
            "The sites whose pages may call the API with a player's cookies. Without cookies every page may.",
        )
        .also(&["ALLOWED_ORIGINS", "FRONTEND_URL"]),
        setting(
            "cookie_domain",
            Domain(|to| &mut to.cookie_domain),
            "The domain whose hosts all get the token cookies of web games, such as `game.example`; only this host when it is \
             not set.",
        )
        .also(&["COOKIE_DOMAIN"]),
        setting(
            "trusted_proxies",
            Networks(|to| &mut to.limits.trusted_proxies),
            "The proxies whose word about a client's address is believed.",
        )
        .also(&["TRUSTED_PROXIES"]),
        setting("theme", File(|to| &mut to.theme), "A JSON file with the game's name, words and pictures for the pages.")
            .also(&["THEME_CONFIG"]),
    ],
};

pub(super) static LOG: Group = Group {
    title: "The log",
    settings: &[
        setting(
            "log.filter",
            Filter(|to| &mut to.log.filter),
            "What is logged to standard error: error, warn, info, debug or trace, also by part of the program.",
        )
        .also(&["GAMESERVER_LOG"]),
        setting(
            "log.format",
            Choice(|to| &mut to.log.format),
            "How a line of the log looks: text for people, or a JSON object a line for programs.",
        ),
    ],
};

pub(super) static METRICS: Group = Group {
    title: "Metrics",
    settings: &[setting(
        "metrics.token",
        Secret(|to| &mut to.metrics_token),
        "The bearer token that opens `/metrics` to other machines; without it only this machine may read them.",
    )],
};

pub(super) static SHUTDOWN: Group = Group {
    title: "Stopping",
    settings: &[
        setting(
            "shutdown.delay",
            Number(Seconds, 0, 300, |to| Field::TimeIfSet(&mut to.delay)),
            "How long the port stays open after the signal to stop, while `/readyz` already says no: as long as a load \
             balancer takes to notice. When it is not set, 5 s behind an `https` public URL, else none.",
        ),
        setting(
            "shutdown.grace",
            Number(Seconds, 0, 3600, |to| Field::Time(&mut to.grace)),
            "How long open requests are waited for after that.",
        ),
        setting(
            "shutdown.drain",
            Number(Seconds, 0, 300, |to| Field::Time(&mut to.limits.drain)),
            "Over how long sockets are told to come back when the server stops, so that not all come at once.",
        ),
    ],
};
