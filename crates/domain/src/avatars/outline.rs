//! What bytes are, by their first ones and by their whole outline: a picture of one of three kinds, and nothing beside it.
//!
//! A file that is two things at once (a picture that ends in an archive, say) does no harm once it is drawn anew, but
//! nobody sends one by accident. Its parts are walked here, without unpacking any.

use image::ImageFormat;

/// Why bytes are not taken for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// None of the three kinds.
    Unknown,
    /// It ends in the middle.
    Broken,
    /// Something comes after its end.
    Tail,
    /// More than one picture.
    Animated,
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";

/// The kind of a picture.
pub(super) fn kind(bytes: &[u8]) -> Result<ImageFormat, Refused> {
    let (kind, end) = if bytes.starts_with(PNG) {
        (ImageFormat::Png, end_of_png(bytes))
    } else if bytes.starts_with(JPEG) {
        (ImageFormat::Jpeg, end_of_jpeg(bytes))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        (ImageFormat::WebP, end_of_webp(bytes))
    } else {
        return Err(Refused::Unknown);
    };
    match end? {
        end if end > bytes.len() => Err(Refused::Broken),
        end if end < bytes.len() => Err(Refused::Tail),
        _ => Ok(kind),
    }
}

/// Where a PNG ends: after its chunk `IEND`. One with `acTL` is animated.
fn end_of_png(bytes: &[u8]) -> Result<usize, Refused> {
    let mut at = PNG.len();
    loop {
        let length = u32::from_be_bytes(array(bytes, at)?);
        let name: [u8; 4] = array(bytes, at + 4)?;
        // Length and name before, a checksum after.
        at = usize::try_from(length)
            .ok()
            .and_then(|length| at.checked_add(length)?.checked_add(12))
            .ok_or(Refused::Broken)?;
        match &name {
            b"acTL" => return Err(Refused::Animated),
            b"IEND" => return Ok(at),
            _ => {}
        }
    }
}

/// Where a WebP ends, as its head says. One with `ANIM` is animated.
fn end_of_webp(bytes: &[u8]) -> Result<usize, Refused> {
    let even = |length: u32| usize::try_from(length).ok().and_then(|length| length.checked_next_multiple_of(2));
    let end =
        even(u32::from_le_bytes(array(bytes, 4)?)).and_then(|length| length.checked_add(8)).ok_or(Refused::Broken)?;
    let mut at = 12;
    while at < end.min(bytes.len()) {
        let name: [u8; 4] = array(bytes, at)?;
        if matches!(&name, b"ANIM" | b"ANMF") {
            return Err(Refused::Animated);
        }
        let length = even(u32::from_le_bytes(array(bytes, at + 4)?));
        at = length.and_then(|length| at.checked_add(length)?.checked_add(8)).ok_or(Refused::Broken)?;
    }
    Ok(end)
}

/// Where a JPEG ends: after its marker `EOI`.
fn end_of_jpeg(bytes: &[u8]) -> Result<usize, Refused> {
    let mut at = 2;
    loop {
        let [0xff, marker] = array(bytes, at)? else { return Err(Refused::Broken) };
        at += 2;
        match marker {
            0xd9 => return Ok(at),
            // Any number of these may come before a marker.
            0xff => at -= 1,
            // They stand alone.
            0x01 | 0xd0..=0xd7 => {}
            _ => {
                let length = usize::from(u16::from_be_bytes(array(bytes, at)?));
                at += length;
                if marker == 0xda {
                    at = end_of_scan(bytes, at)?;
                }
            }
        }
    }
}

/// The first marker after the pixels: among these, 0xff stands for itself before a 0, and before what begins them anew.
fn end_of_scan(bytes: &[u8], from: usize) -> Result<usize, Refused> {
    let pixels = bytes.get(from..).ok_or(Refused::Broken)?;
    let marker = pixels.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7));
    marker.map(|at| from + at).ok_or(Refused::Broken)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Refused> {
    let part = at.checked_add(N).and_then(|end| bytes.get(at..end)).ok_or(Refused::Broken)?;
    part.try_into().map_err(|_| Refused::Broken)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, Rgb, RgbImage};

    use super::*;

    const KINDS: [ImageFormat; 3] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP];

    fn picture(format: ImageFormat) -> Vec<u8> {
        let noise = |x: u32, y: u32| Rgb([x * 37 + y * 11, x * y, x ^ y].map(|part| part.to_le_bytes()[0]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(RgbImage::from_fn(40, 30, noise)).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_known_by_its_outline() {
        for format in KINDS {
            assert_eq!(kind(&picture(format)), Ok(format));
        }
    }

    #[test]
    fn a_picture_that_ends_anywhere_before_its_end_is_broken() {
        for format in KINDS {
            let whole = picture(format);
            for length in 0..whole.len() {
                assert!(kind(&whole[..length]).is_err(), "{format:?}, {length} of {}", whole.len());
            }
        }
    }

    #[test]
    fn nothing_may_come_after_the_end() {
        for format in KINDS {
            for tail in [&b"\0"[..], b"PK\x03\x04 an archive", b"<script>alert(1)</script>"] {
                let both = [picture(format), tail.to_vec()].concat();
                assert_eq!(kind(&both), Err(Refused::Tail), "{format:?}");
            }
        }
    }

    #[test]
    fn lengths_that_lead_nowhere_are_no_trouble() {
        for lies in [
            [PNG, &[0xff; 12]].concat(),
            [PNG, &[0; 8]].concat(),
            [JPEG, &[0xe0, 0xff, 0xff]].concat(),
            [JPEG, &[0xda, 0, 0]].concat(),
            [JPEG, &[0xff; 9]].concat(),
            [&b"RIFF"[..], &[0xff; 4], b"WEBPVP8 ", &[0xff; 4]].concat(),
            [&b"RIFF"[..], &[0; 4], b"WEBP"].concat(),
        ] {
            assert!(kind(&lies).is_err(), "{lies:?}");
        }
    }
}
