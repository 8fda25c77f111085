//! The files of a folder, read when they are asked for: for `cargo leptos watch`, which writes them anew while the
//! server runs. It names the folder in `LEPTOS_SITE_ROOT`.

use std::env;
use std::fs;
use std::path::{Component, Path};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::File;

/// The file of a name, such as `pkg/gameserver.js`.
pub(super) fn get(name: &str) -> Option<File> {
    let root = env::var_os("LEPTOS_SITE_ROOT").unwrap_or_else(|| "target/site".into());
    read(Path::new(&root), name)
}

fn read(root: &Path, name: &str) -> Option<File> {
    let stays_inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let bytes = fs::read(root.join(name)).ok().filter(|_| stays_inside)?;
    let kind = mime_guess::from_path(name).first_or_octet_stream().to_string();
    Some(File { kind, tag: URL_SAFE_NO_PAD.encode(&Sha256::digest(&bytes)[..12]), bytes: bytes.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("site");
        fs::create_dir_all(root.join("pkg")).unwrap();
        fs::write(root.join("pkg/a.js"), "1").unwrap();
        fs::write(folder.path().join("secret.txt"), "2").unwrap();

        let script = read(&root, "pkg/a.js").unwrap();
        assert_eq!((&*script.bytes, script.kind.as_str()), (&b"1"[..], "text/javascript"));
        let absolute = folder.path().join("secret.txt");
        for outside in ["../secret.txt", "pkg/../../secret.txt", absolute.to_str().unwrap(), "pkg", ""] {
            assert!(read(&root, outside).is_none(), "{outside}");
        }
    }
}
