//! Pictures that tests send.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A picture of so many pixels, red on its left and blue on its right.
#[must_use]
pub fn red_and_blue(width: u32, height: u32) -> DynamicImage {
    let color = |x, _| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) };
    RgbImage::from_fn(width, height, color).into()
}

/// The bytes of a picture in a format.
///
/// # Panics
/// When the format cannot hold such a picture.
#[must_use]
pub fn bytes(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("the format holds it");
    bytes.into_inner()
}

/// A small PNG.
#[must_use]
pub fn png() -> Vec<u8> {
    bytes(&red_and_blue(40, 30), ImageFormat::Png)
}
