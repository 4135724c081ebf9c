//! A drawing as a picture of pixels.

use resvg::tiny_skia::{Pixmap, Transform};

use crate::drawing::Block;
use crate::error::{Error, Result};
use crate::fonts::Fonts;
use crate::limits::{PIXELS_MAX, SCALE_MAX, SCALE_MIN};
use crate::render;
use crate::svg::Head;

/// The one sheet of a map as PNG.
pub(crate) fn write(sheets: &[Block], fonts: &Fonts, head: &Head<'_>, scale: f32) -> Result<Vec<u8>> {
    if !(SCALE_MIN..=SCALE_MAX).contains(&scale) {
        return Err(Error::Scale(scale));
    }
    let sheet = sheets.first().ok_or_else(|| Error::Render("the map has no sheet".to_owned()))?;
    let [width, height] = [sheet.width, sheet.height].map(|side| (side.ceil() * scale).ceil() as u64);
    if width * height > PIXELS_MAX {
        return Err(Error::TooLarge { width, height });
    }
    let tree = render::tree(sheet, fonts, head)?;
    let mut pixels = Pixmap::new(width as u32, height as u32).ok_or(Error::TooLarge { width, height })?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| Error::Render(error.to_string()))
}
