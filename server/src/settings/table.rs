//! Every setting, once. A new knob is a field (of [`Limits`](crate::Limits), say) and its entry here: its default is the
//! field's, its names come from its key, and `every_field_has_its_setting` fails until the entry is there.
//!
//! Longer than other files: a table whose entries share one shape.

use super::Settings;
use super::amount::Unit::{Bytes, Of, Seconds};
use super::kind::Kind::{
    Address, Choice, Domain, Email, File, Filter, Folder, Host, Name, Networks, Number, Origins, Postgres, Rate, Redis,
    Secret, Switch, Text, TheirSecret, Url,
};
use super::kind::Number as Field;
use super::setting::{Setting, setting};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// What the part of a key before its first dot is about, in the order of the table.
pub(super) static GROUPS: &[(&str, &str)] = &[
    ("", "The server"),
    ("database", "The database"),
    ("redis", "Several nodes"),
    ("log", "The log"),
    ("metrics", "Metrics"),
    ("secrets", "Secrets"),
    ("tokens", "Access tokens"),
    ("sessions", "Sessions"),
    ("shutdown", "Stopping"),
    ("limits", "Limits of requests"),
    ("rates", "How often"),
    ("socket", "Limits of one socket"),
    ("sockets", "Limits of all sockets"),
    ("passwords", "Passwords"),
    ("mail", "Mail"),
    ("avatars", "Avatars"),
    ("friends", "Friends"),
    ("lobbies", "Lobbies"),
    ("storage", "Storage"),
    ("admin", "The dashboard"),
    ("audit", "The audit log"),
];

/// Every setting.
pub(super) static TABLE: &[Setting] = &[
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
    // --- database ---
    setting(
        "database.url",
        Postgres(|to| &mut to.database_url),
        "A PostgreSQL database, in the place of the SQLite file in the data folder.",
    )
    .with_flag()
    .also(&["DATABASE_URL"]),
    setting(
        "database.connections",
        Number(Of("connections"), 2, 1000, |to| Field::U32(&mut to.connections.postgres)),
        "Connections to PostgreSQL that are held at most.",
    )
    .also(&["POOL_SIZE"]),
    setting(
        "database.readers",
        Number(Of("connections"), 1, 64, |to| Field::U32(&mut to.connections.sqlite_readers)),
        "Connections that read from SQLite at most; exactly one more writes.",
    ),
    // --- redis ---
    setting(
        "redis.url",
        Redis(|to| &mut to.redis.url),
        "The Redis over which the nodes of one game tell one another what happens; without it this is the only node.",
    )
    .also(&["REDIS_URL"]),
    setting(
        "redis.prefix",
        Text(|to| &mut to.redis.prefix),
        "What the names of channels begin with, so that several games can share one Redis; `gameserver` when it is not \
         set.",
    ),
    // --- log ---
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
    // --- metrics ---
    setting(
        "metrics.token",
        Secret(|to| &mut to.metrics_token),
        "The bearer token that opens `/metrics` to other machines; without it only this machine may read them.",
    ),
    // --- secrets ---
    setting(
        "secrets.access",
        Secret(|to| &mut to.keys.access),
        "Signs access tokens, in the place of `secrets/access.key` in the data folder. Nodes of one game share it.",
    ),
    setting(
        "secrets.access_previous",
        Secret(|to| &mut to.keys.access_previous),
        "Other keys whose access tokens are taken, with spaces or commas between: the next one before it signs, the last \
         one until its tokens have expired.",
    ),
    setting(
        "secrets.refresh",
        Secret(|to| &mut to.keys.refresh),
        "Authenticates refresh tokens, in the place of `secrets/refresh.key`. Nodes of one game share it.",
    ),
    // --- tokens ---
    setting(
        "tokens.algorithm",
        Choice(|to| &mut to.config.token_algorithm),
        "How access tokens are signed: eddsa, which others can verify by `/.well-known/jwks.json`, or hs256, which nobody \
         else can. Whoever changes it makes players refresh.",
    ),
    // --- sessions ---
    setting(
        "sessions.remembered",
        Number(Of("sessions"), 0, 1_000_000, |to| Field::Usize(&mut to.config.identities)),
        "Sessions of which the server remembers for 30 s at most whose they are; 0 for none. On SQLite only: on PostgreSQL \
         they are read each time, whatever is set here.",
    ),
    // --- shutdown ---
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
    // --- limits ---
    setting(
        "limits.body",
        Number(Bytes, KIB, 64 * MIB, |to| Field::Usize(&mut to.limits.body)),
        "The size of a request's body.",
    ),
    setting(
        "limits.sign_in_body",
        Number(Bytes, KIB, MIB, |to| Field::Usize(&mut to.limits.sign_in_body)),
        "The size of the body of a sign-in.",
    ),
    setting(
        "limits.json_depth",
        Number(Of("levels"), 1, 100, |to| Field::Usize(&mut to.limits.json_depth)),
        "Objects and lists in one another within a body of JSON.",
    ),
    setting(
        "limits.json_values",
        Number(Of("values"), 100, 1_000_000, |to| Field::Usize(&mut to.limits.json_values)),
        "Values in a body of JSON.",
    ),
    setting(
        "limits.headers",
        Number(Of("headers"), 20, 1000, |to| Field::Usize(&mut to.limits.headers)),
        "Headers of a request.",
    ),
    setting(
        "limits.header_size",
        Number(Bytes, 4 * KIB, MIB, |to| Field::Usize(&mut to.limits.header_bytes)),
        "The size of the head of a request: its first line and its headers.",
    ),
    setting(
        "limits.header_time",
        Number(Seconds, 1, 300, |to| Field::U64(&mut to.limits.header_seconds)),
        "How long the head of a request may take to arrive.",
    ),
    setting(
        "limits.rest_time",
        Number(Seconds, 1, 3600, |to| Field::U64(&mut to.limits.rest_seconds)),
        "How long a connection may rest between two requests; longer than proxies keep theirs, commonly 60 s.",
    ),
    setting(
        "limits.body_time",
        Number(Seconds, 1, 300, |to| Field::U64(&mut to.limits.body_seconds)),
        "How long the body of a request may take to arrive after its head.",
    ),
    setting(
        "limits.stall_time",
        Number(Seconds, 1, 3600, |to| Field::U64(&mut to.limits.stall_seconds)),
        "How long a client may take nothing in of what is written to it.",
    ),
    setting(
        "limits.connections",
        Number(Of("connections"), 10, 1_000_000, |to| Field::Usize(&mut to.limits.connections)),
        "Connections at once, sockets included; further ones wait.",
    ),
    setting(
        "limits.request_time",
        Number(Seconds, 1, 300, |to| Field::U64(&mut to.limits.seconds)),
        "How long a request may take.",
    ),
    // --- rates ---
    setting(
        "rates.on",
        Switch(|to| &mut to.are_rates_on),
        "Whether it is counted how often anybody asks. Off is for load tests.",
    ),
    setting(
        "rates.login",
        Rate(|to| &mut to.rates.login),
        "Passwords that did not fit, for one account from one address.",
    ),
    setting("rates.devices", Rate(|to| &mut to.rates.devices), "Sign-ins of one device."),
    setting(
        "rates.guests",
        Rate(|to| &mut to.rates.guests),
        "Accounts made from one address: by first sign-ins of devices, as guests' and by registration.",
    ),
    setting("rates.mails", Rate(|to| &mut to.rates.mails), "Mails asked for from one address, for one account."),
    setting("rates.links", Rate(|to| &mut to.rates.links), "Links of mails used from one address, good or not."),
    setting("rates.codes", Rate(|to| &mut to.rates.codes), "Codes of lobbies one caller tries, good or not."),
    setting("rates.refresh", Rate(|to| &mut to.rates.refresh), "Refreshes of one session."),
    setting(
        "rates.connects",
        Rate(|to| &mut to.rates.connects),
        "Connections of one user's sockets, or of one address without a user.",
    ),
    setting("rates.reads", Rate(|to| &mut to.rates.reads), "Requests of one caller that change nothing."),
    setting("rates.writes", Rate(|to| &mut to.rates.writes), "Requests of one caller that change something."),
    setting(
        "rates.admin",
        Rate(|to| &mut to.rates.admin),
        "What the open pages of one player or admin ask for: the dashboard, and the live parts of `/lobbies` and the \
         settings.",
    ),
    setting(
        "rates.ceiling",
        Rate(|to| &mut to.rates.ceiling),
        "What one address may ask for altogether in each of `login`, `devices`, `mails`, `refresh` and `connects`: wide, as a \
         school may stand behind it.",
    ),
    // --- socket ---
    setting(
        "socket.frame",
        Number(Bytes, KIB, 16 * MIB, |to| Field::Usize(&mut to.limits.frame)),
        "The size of a message.",
    ),
    setting(
        "socket.message",
        Number(Bytes, 64, MIB, |to| Field::Usize(&mut to.limits.message)),
        "The size of what members of a lobby say to one another.",
    ),
    setting(
        "socket.topics",
        Number(Of("topics"), 1, 10_000, |to| Field::Usize(&mut to.limits.socket.topics)),
        "Topics joined at the same time.",
    ),
    setting(
        "socket.name_length",
        Number(Of("characters"), 32, 4096, |to| Field::Usize(&mut to.limits.socket.name_length)),
        "The length of the name of a topic or an event.",
    ),
    setting(
        "socket.depth",
        Number(Of("levels"), 1, 100, |to| Field::Usize(&mut to.limits.socket.depth)),
        "Arrays and objects in one another within a message.",
    ),
    setting(
        "socket.burst",
        Number(Of("messages"), 1, 100_000, |to| Field::U32(&mut to.limits.socket.burst)),
        "Messages a client may send at once after a pause.",
    ),
    setting(
        "socket.rate",
        Number(Of("messages"), 1, 100_000, |to| Field::U32(&mut to.limits.socket.frames_per_second)),
        "Messages a second a client may send for ever.",
    ),
    setting(
        "socket.patience",
        Number(Of("messages"), 0, 100_000, |to| Field::U32(&mut to.limits.socket.patience)),
        "Messages beyond that rate which are refused before the socket closes.",
    ),
    setting(
        "socket.malformed",
        Number(Of("messages"), 1, 1000, |to| Field::U32(&mut to.limits.socket.malformed)),
        "Messages that cannot be read after which the socket closes.",
    ),
    setting(
        "socket.silence",
        Number(Seconds, 10, 3600, |to| Field::Time(&mut to.limits.socket.silence)),
        "How long nothing may be heard of a client before its socket closes.",
    ),
    setting(
        "socket.ping",
        Number(Seconds, 1, 3600, |to| Field::Time(&mut to.limits.socket.ping)),
        "After how long without a word a client is pinged. Shorter than `socket.silence`.",
    ),
    setting(
        "socket.unjoined",
        Number(Seconds, 1, 3600, |to| Field::TimeOrOff(&mut to.limits.socket.unjoined)),
        "How long the socket of somebody signed in may be without any topic.",
    ),
    setting(
        "socket.anonymous_unjoined",
        Number(Seconds, 1, 3600, |to| Field::Time(&mut to.limits.socket_unjoined)),
        "How long the socket of nobody may be without any topic.",
    ),
    setting(
        "socket.outlives_token",
        Number(Seconds, 1, 3600, |to| Field::TimeOrOff(&mut to.limits.socket_outlives_token)),
        "How long a socket outlives the access token that opened it. Off: for as long as its session.",
    ),
    setting(
        "socket.handshake",
        Number(Seconds, 1, 60, |to| Field::Time(&mut to.limits.socket_handshake)),
        "How long the beginning of a socket may take before its place is given to somebody else.",
    ),
    setting(
        "socket.buffer",
        Number(Bytes, 256 * KIB, 64 * MIB, |to| Field::Usize(&mut to.limits.socket_buffer)),
        "What is kept of what a client has not read before its socket closes.",
    ),
    setting(
        "socket.write",
        Number(Seconds, 1, 300, |to| Field::Time(&mut to.limits.socket.write)),
        "How long writing a message may take before the socket closes.",
    ),
    // --- sockets ---
    setting(
        "sockets.per_user",
        Number(Of("sockets"), 1, 10_000, |to| Field::Usize(&mut to.limits.sockets_per_user)),
        "Sockets of one user.",
    ),
    setting(
        "sockets.per_address",
        Number(Of("sockets"), 1, 1_000_000, |to| Field::Usize(&mut to.limits.sockets_per_address)),
        "Sockets from one address (of IPv6: from one /64 network).",
    ),
    setting(
        "sockets.most",
        Number(Of("sockets"), 1, 1_000_000, |to| Field::Usize(&mut to.limits.sockets)),
        "Sockets altogether.",
    ),
    // --- passwords ---
    setting(
        "passwords.memory",
        Number(Of("KiB"), 7168, 4 << 20, |to| Field::U32(&mut to.config.argon2.memory_kib)),
        "The memory that hashing a password takes. More is safer and slower.",
    ),
    setting(
        "passwords.passes",
        Number(Of("passes"), 1, 100, |to| Field::U32(&mut to.config.argon2.passes)),
        "The passes over that memory. More is safer and slower.",
    ),
    setting(
        "passwords.queue",
        Number(Of("passwords"), 0, 10_000, |to| Field::Usize(&mut to.config.password_queue)),
        "Passwords that may wait to be hashed; beyond it callers are told to come back.",
    ),
    // --- mail ---
    setting(
        "mail.host",
        Host(|to| &mut to.mail.host),
        "The mail server (SMTP) that mails are handed to. Without it a server for development keeps them in \
         `/dev/mailbox`, and one for production in its outbox.",
    )
    .also(&["SMTP_HOST", "SMTP_RELAY"]),
    setting(
        "mail.port",
        Number(Of(""), 1, 65_535, |to| Field::U16IfSet(&mut to.mail.port)),
        "Its port; by `mail.security` 587, 465 for TLS from the start, 25 for none.",
    )
    .also(&["SMTP_PORT"]),
    setting(
        "mail.security",
        Choice(|to| &mut to.mail.security),
        "Who may listen on the way to it: nobody by STARTTLS or by TLS from the start, anybody where it is plain, which \
         production takes only to this machine itself. Auto is TLS on port 465, plain to this machine, else STARTTLS.",
    ),
    setting("mail.username", Text(|to| &mut to.mail.username), "The name to sign in there with.")
        .also(&["SMTP_USERNAME", "SMTP_USER"]),
    setting("mail.password", TheirSecret(|to| &mut to.mail.password), "The password to sign in there with.")
        .also(&["SMTP_PASSWORD"]),
    setting("mail.from", Email(|to| &mut to.mail.from), "The address that mails come from.")
        .also(&["SMTP_FROM", "SMTP_FROM_EMAIL"]),
    setting(
        "mail.from_name",
        Text(|to| &mut to.mail.from_name),
        "The name that mails come from; the game's, as the theme has it at the start, when it is not set.",
    )
    .also(&["SMTP_FROM_NAME"]),
    setting(
        "mail.certificates",
        File(|to| &mut to.mail.certificates),
        "A file (PEM) of certificates that vouch for the mail server, beside those of Mozilla's list.",
    ),
    setting(
        "mail.timeout",
        Number(Seconds, 1, 60, |to| Field::Time(&mut to.mail.timeout)),
        "How long the mail server may take to be reached and greet, and then for each answer.",
    ),
    setting(
        "mail.apart",
        Number(Seconds, 0, 3600, |to| Field::Time(&mut to.mail.apart)),
        "The least time between two mails to one address that somebody asked for.",
    ),
    setting(
        "mail.per_address",
        Rate(|to| &mut to.mail.per_address),
        "Mails to one address that somebody asked for; all of them may go at once, then they come back one by one.",
    ),
    setting(
        "mail.altogether",
        Rate(|to| &mut to.mail.altogether),
        "Mails to all addresses that somebody asked for. More are held back, and the log says so.",
    ),
    // --- avatars ---
    setting("avatars.guests", Switch(|to| &mut to.config.guest_avatars), "Whether guests may upload a picture."),
    // --- friends ---
    setting(
        "friends.most",
        Number(Of("friends"), 1, 10_000, |to| Field::U32(&mut to.config.friends.most)),
        "Friends of one player.",
    ),
    setting(
        "friends.requests",
        Number(Of("requests"), 1, 10_000, |to| Field::U32(&mut to.config.friends.requests)),
        "Requests of one player that wait for an answer.",
    ),
    setting(
        "friends.blocks",
        Number(Of("players"), 1, 10_000, |to| Field::U32(&mut to.config.friends.blocks)),
        "Players whom one blocks.",
    ),
    setting(
        "friends.offline_after",
        Number(Seconds, 0, 300, |to| Field::Time(&mut to.config.friends.offline_after)),
        "How long a player's last socket must be closed before their friends are told that they are gone.",
    ),
    // --- lobbies ---
    setting(
        "lobbies.grace",
        Number(Seconds, 0, 600, |to| Field::Time(&mut to.config.lobbies.grace)),
        "How long the seat of a member is kept whose last socket closed, where the lobby was opened with nothing else.",
    ),
    setting(
        "lobbies.empty_after",
        Number(Seconds, 60, 30 * 86_400, |to| Field::Time(&mut to.config.lobbies.empty_after)),
        "How long a lobby without a host is kept in which nobody sits.",
    ),
    setting(
        "lobbies.idle_after",
        Number(Seconds, 60, 30 * 86_400, |to| Field::Time(&mut to.config.lobbies.idle_after)),
        "How long a lobby is kept in which nothing happens, and of whose members none has a socket open.",
    ),
    // --- storage ---
    setting(
        "storage.bucket",
        Name(|to| &mut to.storage.bucket),
        "A bucket of S3, or of what speaks as S3 does, for players' pictures; without one they lie in `storage/` in the \
         data folder. Nodes of one game share it.",
    ),
    setting(
        "storage.endpoint",
        Url(|to| &mut to.storage.endpoint),
        "Where the bucket's storage is reached; AWS when it is not set.",
    ),
    setting(
        "storage.region",
        Name(|to| &mut to.storage.region),
        "The bucket's region; `us-east-1` when it is not set.",
    ),
    setting("storage.key_id", Name(|to| &mut to.storage.key_id), "The name of the key that opens the bucket."),
    setting("storage.key", TheirSecret(|to| &mut to.storage.key), "The key that opens the bucket."),
    // --- the dashboard ---
    setting(
        "admin.login",
        Number(Seconds, 600, 14 * 86_400, |to| Field::Time(&mut to.config.admin_login)),
        "How long a browser's sign-in opens the dashboard; then its admin is asked for another.",
    ),
    setting(
        "admin.idle",
        Number(Seconds, 600, 14 * 86_400, |to| Field::TimeOrOff(&mut to.config.admin_idle)),
        "After how long without a request the dashboard asks for another sign-in, to within five minutes.",
    ),
    // --- the audit log ---
    setting(
        "audit.days",
        Number(Of("days"), 1, 36_500, |to| Field::U32(&mut to.config.audit_days)),
        "How long rows of the audit log are kept.",
    ),
];

/// The setting of a key.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    TABLE.iter().find(|setting| setting.key == key)
}

/// The value a setting has when nobody sets it.
pub(super) fn default(setting: &Setting) -> Option<String> {
    setting.show(&Settings::default())
}
