//! Where things are kept, and over what the nodes of one game speak.

use super::Group;
use crate::settings::amount::Unit::Of;
use crate::settings::kind::Kind::{Name, Number, Postgres, Redis, Text, TheirSecret, Url};
use crate::settings::kind::Number as Field;
use crate::settings::setting::setting;

pub(super) static DATABASE: Group = Group {
    title: "The database",
    settings: &[
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
    ],
};

pub(super) static REDIS: Group = Group {
    title: "Several nodes",
    settings: &[
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
    ],
};

pub(super) static STORAGE: Group = Group {
    title: "Storage",
    settings: &[
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
    ],
};
