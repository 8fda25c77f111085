//! The files inside the binary.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::File;

#[derive(RustEmbed)]
#[cfg_attr(not(site_on_disk), folder = "../target/site")]
#[cfg_attr(site_on_disk, folder = "../public")]
struct Site;

/// The file of a name, such as `pkg/gameserver.js`.
pub(super) fn get(name: &str) -> Option<File> {
    let file = Site::get(name)?;
    let hash = file.metadata.sha256_hash();
    Some(File { kind: file.metadata.mimetype().to_owned(), tag: tag(&hash), bytes: file.data })
}

/// `pkg/` and a name made of everything that lies in it.
pub(super) fn package() -> String {
    let mut names: Vec<_> = Site::iter().filter(|name| name.starts_with("pkg/")).collect();
    names.sort();
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.as_bytes());
        hash.update(Site::get(&name).map(|file| file.metadata.sha256_hash()).unwrap_or_default());
    }
    format!("pkg/{}", tag(&hash.finalize()))
}

fn tag(hash: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&hash[..12])
}
