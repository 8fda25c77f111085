//! What becomes of a picture, and what is none.

use std::io::Cursor;

use domain::avatars;
use image::ImageFormat::{Jpeg, Png, WebP};
use image::{DynamicImage, GenericImageView, ImageReader, Rgba, RgbaImage};
use testing::pictures::{bytes, png, red_and_blue};
use testing::{TestDomain, both_engines};

use super::{kept, name, player, refusal, shown, upload};

const BROKEN: &str = "is broken or incomplete: save the picture anew";
const TAIL: &str = "must be a picture and nothing else: something comes after its end";
const UNKNOWN: &str = "must be a PNG, JPEG or WebP picture";
const MOVES: &str = "must not move: send one picture of it";

/// A PNG with one more chunk behind its head.
fn png_with(chunk: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut picture = png();
    let mut whole = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
    whole.extend(chunk);
    whole.extend(data);
    whole.extend(checksum(&whole[4..]).to_be_bytes());
    // The signature and the head.
    picture.splice(33..33, whole);
    picture
}

/// CRC-32, as a PNG's chunks end with.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

/// A PNG of exactly so many bytes.
pub(super) fn png_of(size: usize) -> Vec<u8> {
    let padding = size - png().len() - 12;
    let picture = png_with(*b"teSt", &vec![0; padding]);
    assert_eq!(picture.len(), size);
    picture
}

/// What EXIF a phone writes: which side is up (here a quarter turn), and where it was.
fn exif() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08".to_vec();
    exif.extend([0, 2]);
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]); // orientation: 6
    exif.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]); // GPS: at 38
    exif.extend([0; 4]);
    exif.extend([0, 1]);
    exif.extend([0, 27, 0, 7, 0, 0, 0, 16, 0, 0, 0, 56]); // how it was found: at 56
    exif.extend([0; 4]);
    exif.extend(b"51.5N 0.1W HOME!");
    exif
}

/// A JPEG with such EXIF.
fn from_a_phone() -> Vec<u8> {
    let exif = exif();
    let mut segment = vec![0xff, 0xe1];
    segment.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    segment.extend(exif);
    let mut picture = bytes(&red_and_blue(80, 60), Jpeg);
    picture.splice(2..2, segment);
    picture
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|part| part == needle)
}

async fn drawn(domain: &TestDomain, sent: Vec<u8>) -> (Vec<u8>, DynamicImage) {
    let player = player(&domain.app).await;
    let url = upload(&domain.app, &player, sent).await.unwrap();
    let kept = avatars::get(&domain.app, name(&url)).await.unwrap().to_vec();
    let reader = ImageReader::with_format(Cursor::new(&kept), Png);
    let picture = reader.decode().unwrap();
    (kept, picture)
}

#[both_engines]
async fn every_kind_is_drawn_anew_small_and_square(domain: TestDomain) {
    for format in [Png, Jpeg, WebP] {
        let sent = bytes(&red_and_blue(400, 200), format);
        let (kept, picture) = drawn(&domain, sent.clone()).await;
        assert_eq!(picture.dimensions(), (256, 256));
        assert_ne!(kept, sent);
        // Of the middle square: red up to its middle, then blue.
        let ([r, .., b, _], [r2, .., b2, _]) = (picture.get_pixel(20, 128).0, picture.get_pixel(236, 128).0);
        assert!(r > 200 && b < 50 && r2 < 50 && b2 > 200, "{format:?}: {r} {b} {r2} {b2}");
    }
    // A single pixel, and what is see-through.
    let pixel = RgbaImage::from_pixel(1, 1, Rgba([9, 8, 7, 100])).into();
    let (_, picture) = drawn(&domain, bytes(&pixel, Png)).await;
    assert_eq!((picture.dimensions(), picture.get_pixel(0, 0)), ((256, 256), Rgba([9, 8, 7, 100])));
}

#[both_engines]
async fn where_a_picture_was_taken_is_forgotten_and_which_side_is_up_is_not(domain: TestDomain) {
    let sent = from_a_phone();
    assert!(contains(&sent, b"HOME!"));
    let (kept, picture) = drawn(&domain, sent).await;
    for trace in [&b"HOME!"[..], b"Exif", b"eXIf", b"51.5N"] {
        assert!(!contains(&kept, trace), "{trace:?}");
    }
    // Turned by a quarter, left is up.
    let ([r, .., b, _], [r2, .., b2, _]) = (picture.get_pixel(128, 20).0, picture.get_pixel(128, 236).0);
    assert!(r > 200 && b < 50 && r2 < 50 && b2 > 200, "{r} {b} {r2} {b2}");
}

#[both_engines]
async fn what_is_no_picture_is_refused_and_nothing_is_kept(domain: TestDomain) {
    let app = &domain.app;
    let player = player(app).await;
    let html = b"<html><script>alert(1)</script></html>".to_vec();
    let svg = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;".to_vec();
    let archive = b"PK\x03\x04\x14\0\0\0\0\0".to_vec();
    let mut flipped = png();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xff;
    for (what, sent, why) in [
        ("nothing", Vec::new(), UNKNOWN),
        ("text", b"hello".to_vec(), UNKNOWN),
        ("a page", html.clone(), UNKNOWN),
        ("SVG", svg.to_vec(), UNKNOWN),
        ("GIF", gif.clone(), UNKNOWN),
        ("GIF and an archive", [gif, archive.clone()].concat(), UNKNOWN),
        ("a page under a PNG's first bytes", [b"\x89PNG\r\n\x1a\n".to_vec(), html.clone()].concat(), BROKEN),
        ("a page under a JPEG's first bytes", [b"\xff\xd8\xff".to_vec(), html.clone()].concat(), BROKEN),
        ("a page under a WebP's first bytes", [b"RIFF\x2a\0\0\0WEBP".to_vec(), html.clone()].concat(), BROKEN),
        ("PNG and an archive", [png(), archive.clone()].concat(), TAIL),
        ("PNG and a page", [png(), html.clone()].concat(), TAIL),
        ("JPEG and an archive", [bytes(&red_and_blue(9, 9), Jpeg), archive.clone()].concat(), TAIL),
        ("WebP and an archive", [bytes(&red_and_blue(9, 9), WebP), archive].concat(), TAIL),
        ("a PNG that moves", png_with(*b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]), MOVES),
        ("a WebP that moves", b"RIFF\x12\0\0\0WEBPANIM\x06\0\0\0\0\0\0\0\0\0".to_vec(), MOVES),
        ("a PNG with a wrong byte", flipped, BROKEN),
    ] {
        assert_eq!(refusal(upload(app, &player, sent).await), why, "{what}");
    }
    for format in [Png, Jpeg, WebP] {
        let whole = bytes(&red_and_blue(40, 30), format);
        for length in [12, whole.len() / 2, whole.len() - 1] {
            assert_eq!(refusal(upload(app, &player, &whole[..length]).await), BROKEN, "{format:?}, {length}");
        }
    }
    assert!(kept(&domain).is_empty());
    assert_eq!(shown(app, &player).await, None);
}
