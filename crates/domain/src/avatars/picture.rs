//! A picture as it is shown: what was sent, looked at before it is unpacked, then drawn anew.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};
use wire::FieldErrors;

use super::outline::{self, Refused};
use crate::{Error, Result};

/// Pixels of each side of a picture that is shown.
const SIDE: u32 = 256;
/// Pixels of the longer side of a picture that is taken. (48 KB of PNG can be 20,000 × 20,000 of them.)
const LONGEST: u32 = 2048;
/// Bytes that unpacking one may take: 16 bits for each of four channels of each pixel.
const MEMORY: u64 = 32 * 1024 * 1024;

/// Draws a picture anew: upright, its middle square, without anything else that came with it.
pub(super) fn draw(sent: &[u8]) -> Result<Bytes> {
    let kind = outline::kind(sent).map_err(|refused| unfit(told(refused)))?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(LONGEST);
    limits.max_image_height = Some(LONGEST);
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(sent), kind);
    reader.limits(limits.clone());
    // Only the head is read so far, and already held to the limits.
    let mut decoder = reader.into_decoder().map_err(|error| unfit(said(&error)))?;
    let (width, height) = decoder.dimensions();
    limits.check_dimensions(width, height).map_err(|error| unfit(said(&error)))?;
    limits.reserve(decoder.total_bytes()).map_err(|error| unfit(said(&error)))?;
    let orientation = decoder.orientation().map_err(|error| unfit(said(&error)))?;

    let picture = DynamicImage::from_decoder(decoder).map_err(|error| unfit(said(&error)))?;
    // Cut before it is scaled: a line of 2048 pixels would else become one of half a million.
    let side = width.min(height);
    let square = picture.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    drop(picture);
    let mut shown = square.resize_exact(SIDE, SIDE, imageops::FilterType::CatmullRom);
    shown.apply_orientation(orientation);
    written(&shown)
}

/// As PNG, which every game engine reads. (WebP without loss, as `image` writes it, is no smaller: photos of 70 to 145 KB
/// came out 1 to 5 % larger.)
fn written(picture: &DynamicImage) -> Result<Bytes> {
    // Of 16 bits a channel, 8 are left: no screen shows more.
    let picture: DynamicImage =
        if picture.color().has_alpha() { picture.to_rgba8().into() } else { picture.to_rgb8().into() };
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive);
    let outcome = picture.write_with_encoder(encoder);
    outcome.map_err(|error| Error::Internal(format!("writing a picture: {error}")))?;
    Ok(bytes.into())
}

fn unfit(why: &str) -> Error {
    FieldErrors::one("avatar", why).into()
}

fn told(refused: Refused) -> &'static str {
    match refused {
        Refused::Unknown => "must be a PNG, JPEG or WebP picture",
        Refused::Broken => BROKEN,
        Refused::Tail => "must be a picture and nothing else: something comes after its end",
        Refused::Animated => "must not move: send one picture of it",
    }
}

const BROKEN: &str = "is broken or incomplete: save the picture anew";

fn said(error: &ImageError) -> &'static str {
    match error {
        ImageError::Limits(_) => "must be at most 2048 pixels wide and high",
        _ => BROKEN,
    }
}
