//! Compressed siblings for the release: brotli at its highest level once, here, instead of a lower one at every answer.

use std::fs;
use std::path::Path;

use brotli::enc::BrotliEncoderParams;

use super::Files;

/// What gets smaller. Fonts and pictures are compressed already.
const ENDINGS: [&str; 7] = ["css", "html", "js", "json", "svg", "txt", "wasm"];

/// Below this the answer fits one packet either way.
const SMALLEST: usize = 1024;

/// Puts a `name.br` beside every file that gets smaller. The one from last time is taken over where its original did
/// not change: the highest level takes seconds.
pub(super) fn add_compressed(site: &Path, files: &mut Files) {
    let mut made = Files::new();
    for (name, bytes) in &*files {
        let ending = name.rsplit('.').next().unwrap_or_default();
        if !ENDINGS.contains(&ending) || bytes.len() < SMALLEST {
            continue;
        }
        let sibling = format!("{name}.br");
        let same = fs::read(site.join(name)).is_ok_and(|old| old == *bytes);
        let pressed = match fs::read(site.join(&sibling)) {
            Ok(old) if same => Some(old),
            _ => press(bytes),
        };
        if let Some(pressed) = pressed.filter(|pressed| pressed.len() < bytes.len()) {
            made.insert(sibling, pressed);
        }
    }
    files.append(&mut made);
}

fn press(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut pressed = Vec::new();
    let params = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut bytes, &mut pressed, &params).ok()?;
    Some(pressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_compressed_and_comes_back_whole() {
        let text = "body { margin: 0 } ".repeat(100).into_bytes();
        let site = tempfile::tempdir().unwrap();
        let mut files = Files::from([("a.css".into(), text.clone()), ("a.woff2".into(), text.clone())]);
        add_compressed(site.path(), &mut files);
        assert_eq!(files.keys().collect::<Vec<_>>(), ["a.css", "a.css.br", "a.woff2"]);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut files["a.css.br"].as_slice(), &mut back).unwrap();
        assert_eq!(back, text);
    }
}
