//! Brings a folder to a wanted state, touching as little as possible.

use std::fs;
use std::io;
use std::path::Path;

use super::Files;

/// Writes the files whose bytes changed and deletes those that are gone, with the folders they leave empty.
pub(super) fn bring(to: &Path, files: &Files) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for (name, bytes) in files {
        write(&to.join(name), bytes)?;
    }
    sweep(to, "", files)
}

/// Writes a file, unless it has these bytes already.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == *bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

fn sweep(folder: &Path, prefix: &str, files: &Files) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            sweep(&entry.path(), &format!("{name}/"), files)?;
            if fs::read_dir(entry.path())?.next().is_none() {
                fs::remove_dir(entry.path())?;
            }
        } else if !files.contains_key(&name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn files(all: &[(&str, &str)]) -> Files {
        all.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn what_did_not_change_is_not_touched_and_what_is_gone_is_deleted() {
        let site = tempfile::tempdir().unwrap();
        bring(site.path(), &files(&[("pkg/a.js", "1"), ("pkg/b.js", "1"), ("old/deep/c.txt", "1")])).unwrap();
        let kept = site.path().join("pkg/a.js");
        let long_ago = SystemTime::UNIX_EPOCH;
        fs::File::options().append(true).open(&kept).unwrap().set_modified(long_ago).unwrap();

        bring(site.path(), &files(&[("pkg/a.js", "1"), ("pkg/b.js", "2")])).unwrap();
        assert_eq!(fs::metadata(&kept).unwrap().modified().unwrap(), long_ago);
        assert_eq!(fs::read_to_string(site.path().join("pkg/b.js")).unwrap(), "2");
        assert!(!site.path().join("old").exists());
    }
}
