//! What settings may not say together, and what production refuses.

use super::setting::Setting;
use super::table;
use super::{Environment, Secret, Settings, Storage, kind::Kind};

/// Bytes of a secret that is taken in production.
const LENGTH: usize = 32;
/// Different letters of a secret that is taken in production.
const LETTERS: usize = 8;

/// The secrets that nodes must share.
const SHARED: [&str; 2] = ["secrets.access", "secrets.refresh"];

/// Words that stand in examples, and what other game servers (Nakama's seven among them) are shipped with.
const KNOWN: [&str; 18] = [
    "changeme",
    "change-me",
    "change_me",
    "secret",
    "supersecret",
    "password",
    "example",
    "admin",
    "test",
    "dev",
    "postgres",
    "gameserver",
    "game_server",
    "defaultkey",
    "defaulthttpkey",
    "defaultsigningkey",
    "defaultencryptionkey",
    "defaultrefreshencryptionkey",
];

/// Everything that is wrong with settings which are each allowed, a line each.
pub(super) fn faults(settings: &Settings) -> Vec<String> {
    let mut faults = contradictions(settings);
    faults.extend(settings.mail.contradictions());
    if settings.is_production() {
        faults.extend(weaknesses(settings));
        faults.extend(settings.mail.weakness());
    }
    faults
}

fn contradictions(settings: &Settings) -> Vec<String> {
    let mut faults = Vec::new();
    let limits = &settings.limits;
    if limits.socket.ping >= limits.socket.silence {
        faults.push("socket.ping: nobody would be asked in time; make it shorter than socket.silence".to_owned());
    }
    if limits.socket_buffer <= 2 * limits.frame {
        faults.push("socket.buffer: one message would fill it; make it more than twice socket.frame".to_owned());
    }
    if limits.sign_in_body > limits.body {
        faults.push("limits.sign_in_body: more than limits.body allows any request; make it smaller".to_owned());
    }
    if settings.redis.url.is_some() && settings.database_url.is_none() {
        faults.push(
            "redis.url: it is for several nodes, which need one PostgreSQL; set database.url as well, or unset it"
                .to_owned(),
        );
    }
    if settings.redis.url.is_none() && settings.redis.prefix.is_some() {
        faults.push("redis.prefix: of no use without redis.url; set that as well, or unset it".to_owned());
    }
    let Storage { bucket, endpoint, region, key_id, key } = &settings.storage;
    if bucket.is_some() && (key_id.is_none() || key.is_none()) {
        faults.push("storage.bucket: nobody could open it; set storage.key_id and storage.key, too".to_owned());
    }
    let is_any_set = [endpoint, region, key_id].iter().any(|set| set.is_some()) || key.is_some();
    if bucket.is_none() && is_any_set {
        faults.push("storage.bucket: missing; the other storage settings are of no use without it".to_owned());
    }
    faults
}

fn weaknesses(settings: &Settings) -> Vec<String> {
    let mut faults = Vec::new();
    if settings.environment == Environment::Production && settings.comes_by_plain_http() {
        faults.push(
            "public_url: in production players must come by https, or anybody on the way reads their tokens".to_owned(),
        );
    }
    let secrets: Vec<_> = secrets(settings).collect();
    for (setting, secret) in &secrets {
        let name = setting.variable();
        match secret {
            None if settings.database_url.is_some() && SHARED.contains(&setting.key) => faults.push(format!(
                "{}: missing; in production on PostgreSQL all nodes must be given the same one by {name} or \
                 {name}_FILE (openssl rand -base64 32 makes one)",
                setting.key
            )),
            Some(secret) => {
                if let Some(weakness) = weakness(secret) {
                    faults.push(format!(
                        "{}: {weakness}, which production refuses (openssl rand -base64 32 makes a good one)",
                        setting.key
                    ));
                }
            }
            None => {}
        }
    }
    for (at, (setting, secret)) in secrets.iter().enumerate() {
        let twin = secrets[..at].iter().find(|(_, other)| secret.is_some() && other == secret);
        if let Some((other, _)) = twin {
            faults.push(format!("{}: the same as {}; each needs one of its own", setting.key, other.key));
        }
    }
    faults
}

/// Every secret that a person can choose. Those of the database, the storage and the mail server are theirs to refuse.
fn secrets(settings: &Settings) -> impl Iterator<Item = (&'static Setting, Option<String>)> {
    let mut settings = settings.clone();
    table::all().flat_map(move |setting| {
        let Kind::Secret(at) = setting.kind else { return Vec::new() };
        match at(&mut settings).as_ref().map(Secret::reveal) {
            None => vec![(setting, None)],
            Some(several) if setting.key == "secrets.access_previous" => several
                .split([' ', '\n', '\t', ','])
                .filter(|it| !it.is_empty())
                .map(|it| (setting, Some(it.into())))
                .collect(),
            Some(secret) => vec![(setting, Some(secret.to_owned()))],
        }
    })
}

/// What is weak about a secret, without a letter of it.
fn weakness(secret: &str) -> Option<&'static str> {
    let plain = secret.to_lowercase();
    let is_known =
        |word: &&str| plain.len().is_multiple_of(word.len()) && word.repeat(plain.len() / word.len()) == plain;
    let mut letters: Vec<_> = plain.bytes().collect();
    letters.sort_unstable();
    letters.dedup();
    if KNOWN.iter().any(is_known) {
        Some("a word that everybody knows")
    } else if secret.len() < LENGTH {
        Some("shorter than 32 characters")
    } else if letters.len() < LETTERS {
        Some("the same few letters over and over")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_secrets_are_told_from_good_ones() {
        for word in KNOWN {
            assert_eq!(weakness(word), Some("a word that everybody knows"), "{word}");
        }
        assert_eq!(weakness("DefaultEncryptionKey"), Some("a word that everybody knows"));
        assert_eq!(weakness(&"changeme".repeat(5)), Some("a word that everybody knows"));
        let good = "Zm9yLXRlc3RzLW9ubHktbm90LWEta2V5";
        assert_eq!(weakness(good), None);
        assert_eq!(weakness(&good[1..]), Some("shorter than 32 characters"));
        assert_eq!(weakness(&"abc".repeat(20)), Some("the same few letters over and over"));
    }
}
