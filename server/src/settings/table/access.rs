//! Who is who: secrets, sessions, passwords, and the dashboard with its log.

use super::Group;
use crate::settings::amount::Unit::{Of, Seconds};
use crate::settings::kind::Kind::{Choice, Number, Secret};
use crate::settings::kind::Number as Field;
use crate::settings::setting::setting;

pub(super) static SECRETS: Group = Group {
    title: "Secrets",
    settings: &[
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
    ],
};

pub(super) static TOKENS: Group = Group {
    title: "Access tokens",
    settings: &[setting(
        "tokens.algorithm",
        Choice(|to| &mut to.config.token_algorithm),
        "How access tokens are signed: eddsa, which others can verify by `/.well-known/jwks.json`, or hs256, which nobody \
             else can. Whoever changes it makes players refresh.",
    )],
};

pub(super) static SESSIONS: Group = Group {
    title: "Sessions",
    settings: &[setting(
        "sessions.remembered",
        Number(Of("sessions"), 0, 1_000_000, |to| Field::Usize(&mut to.config.identities)),
        "Sessions of which the server remembers for 30 s at most whose they are; 0 for none. On SQLite only: on PostgreSQL \
             they are read each time, whatever is set here.",
    )],
};

pub(super) static PASSWORDS: Group = Group {
    title: "Passwords",
    settings: &[
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
    ],
};

pub(super) static ADMIN: Group = Group {
    title: "The dashboard",
    settings: &[
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
    ],
};

pub(super) static AUDIT: Group = Group {
    title: "The audit log",
    settings: &[setting(
        "audit.days",
        Number(Of("days"), 1, 36_500, |to| Field::U32(&mut to.config.audit_days)),
        "How long rows of the audit log are kept.",
    )],
};
