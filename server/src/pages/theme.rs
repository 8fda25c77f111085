//! The operator's theme file: read when the server starts, and again whenever it changes.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::SystemTime;
use std::{fs, io};

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use wire::Theme;

/// Bytes a theme file may have.
const LARGEST: u64 = 64 * 1024;
/// Bytes a picture or style sheet beside it may have.
const LARGEST_FILE: u64 = 8 * 1024 * 1024;
/// How long what was read is taken for what is there.
const TRUST: TimeDelta = TimeDelta::seconds(1);

/// The theme that comes with the server.
static OURS: LazyLock<Arc<Theme>> = LazyLock::new(|| {
    let ours = Theme::default().over(include_str!("../../../theme/default.json"));
    Arc::new(ours.expect("the packaged theme is checked by a test"))
});

/// The theme of the pages for players. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct ThemeFile(Option<Arc<Watched>>);

#[derive(Debug)]
struct Watched {
    path: PathBuf,
    known: Mutex<Known>,
}

#[derive(Clone, Debug)]
struct Known {
    /// The last one that was good.
    theme: Arc<Theme>,
    /// What the file was like when it was last read.
    stamp: Option<Stamp>,
    /// When the file was last looked at.
    at: DateTime<Utc>,
}

/// Enough to see that somebody wrote the file.
type Stamp = (SystemTime, u64);

/// The game's name, as an operator's file has it now; ours, where there is none that can be used.
pub(crate) fn game(path: Option<&Path>) -> String {
    let theme = path.and_then(|path| parse(path).ok()).unwrap_or_else(|| OURS.clone());
    theme.title.clone()
}

impl ThemeFile {
    /// The packaged theme, with an operator's file over it. A file that cannot be used is told to the log.
    pub(crate) fn open(path: Option<PathBuf>, now: DateTime<Utc>) -> Self {
        Self(path.map(|path| {
            let first = Known { theme: OURS.clone(), stamp: None, at: now };
            let known = look(&path, &first).unwrap_or(first);
            Arc::new(Watched { path, known: Mutex::new(known) })
        }))
    }

    /// The theme as it is now, at most a second old.
    pub(crate) async fn current(&self, now: DateTime<Utc>) -> Arc<Theme> {
        let Some(watched) = &self.0 else { return OURS.clone() };
        let before = {
            let mut known = watched.known.lock().unwrap_or_else(PoisonError::into_inner);
            // Whoever comes first looks, and whoever comes meanwhile gets what was known.
            if now - known.at < TRUST {
                return known.theme.clone();
            }
            known.at = now;
            known.clone()
        };
        let again = watched.clone();
        let kept = before.theme.clone();
        match tokio::task::spawn_blocking(move || look(&again.path, &before)).await {
            Ok(Some(found)) => {
                let theme = found.theme.clone();
                *watched.known.lock().unwrap_or_else(PoisonError::into_inner) = found;
                theme
            }
            Ok(None) | Err(_) => kept,
        }
    }

    /// A file that the theme names, from the folder of the theme file; no other file of that folder is given out.
    pub(crate) async fn file(&self, path: &str, theme: &Theme) -> Option<Response> {
        let watched = self.0.as_ref()?;
        let name = theme.files().find(|file| *file == path)?.trim_start_matches('/').to_owned();
        let file = watched.path.parent().unwrap_or(Path::new("")).join(&name);
        let bytes = tokio::task::spawn_blocking(move || read(&file, LARGEST_FILE)).await.ok()?.ok()?;
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static(kind(&name))),
            (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        ];
        Some((headers, Body::from(bytes)).into_response())
    }
}

/// What is in the file now, if it changed since it was last read. What is not good leaves the last good one.
fn look(path: &Path, before: &Known) -> Option<Known> {
    let stamp = fs::metadata(path).and_then(|meta| Ok((meta.modified()?, meta.len())));
    let (stamp, good) = match stamp {
        Ok(stamp) if Some(stamp) == before.stamp => return None,
        Ok(stamp) => (Some(stamp), parse(path)),
        Err(_) if before.stamp == Some(GONE) => return None,
        Err(error) => (Some(GONE), Err(error.to_string())),
    };
    let theme = good.unwrap_or_else(|problem| {
        tracing::warn!(
            file = %path.display(),
            %problem,
            "the theme file cannot be used: the pages stay as they were. It is read again when it changes",
        );
        before.theme.clone()
    });
    Some(Known { theme: Arc::clone(&theme), stamp, at: before.at })
}

/// What a file that is not there is like.
const GONE: Stamp = (SystemTime::UNIX_EPOCH, u64::MAX);

fn parse(path: &Path) -> Result<Arc<Theme>, String> {
    let bytes = read(path, LARGEST).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let theme = OURS.over(&text).map_err(|errors| errors.to_string())?;
    for problem in app::paint(&theme.colors).refused {
        tracing::warn!(file = %path.display(), "a colour of the theme is not used: {problem}");
    }
    Ok(Arc::new(theme))
}

fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let meta = fs::metadata(path)?;
    if !meta.is_file() || meta.len() > most {
        return Err(io::Error::other(format!("it is no file of at most {most} bytes")));
    }
    fs::read(path)
}

/// The media type of what [`Theme`] lets a file end in.
fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "avif" => "image/avif",
        "css" => "text/css; charset=utf-8",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "jpeg" | "jpg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn the_packaged_theme_is_good() {
        assert_eq!(OURS.title, "GameServer");
    }

    #[tokio::test]
    async fn a_file_that_changes_is_read_again_and_one_that_breaks_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("theme.json");
        let write = |text: &str| fs::write(&path, text).unwrap();
        let theme = ThemeFile::open(Some(path.clone()), at(0));
        assert_eq!(theme.current(at(1)).await.title, "GameServer", "there is no file yet");
        write(r#"{ "title": "Starfall" }"#);
        assert_eq!(theme.current(at(1)).await.title, "GameServer", "it was looked at within the second");
        assert_eq!(theme.current(at(2)).await.title, "Starfall");
        write(r#"{ "title": "Starfall Arena" "#);
        assert_eq!(theme.current(at(3)).await.title, "Starfall", "no JSON");
        write(r#"{ "title": "Starfall Arena", "logo": "../a.png" }"#);
        assert_eq!(theme.current(at(4)).await.title, "Starfall", "not every value fits");
        write(r#"{ "title": "Starfall Arena", "tagline": "" }"#);
        let good = theme.current(at(5)).await;
        assert_eq!((good.title.as_str(), good.tagline.as_str()), ("Starfall Arena", "A game server runs here."));
        fs::remove_file(&path).unwrap();
        assert_eq!(theme.current(at(6)).await.title, "Starfall Arena", "the last good one");
    }

    #[tokio::test]
    async fn a_theme_file_may_have_64_kib_and_no_byte_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("theme.json");
        let most = usize::try_from(LARGEST).unwrap();
        for (bytes, title) in [(most, "Large"), (most + 1, "GameServer")] {
            let said = r#"{ "title": "Large" }"#;
            fs::write(&path, said.to_owned() + &" ".repeat(bytes - said.len())).unwrap();
            assert_eq!(ThemeFile::open(Some(path.clone()), at(0)).current(at(0)).await.title, title, "{bytes}");
        }
    }
}
