//! Journey maps as files: SVG, PNG, PDF and slides, drawn from the answer itself, without a browser; their numbers, and
//! documents of any pictures and tables, as workbooks and slides.
//!
//! A [`Picture`] is what to draw: a computed map and what is known beside it. It is laid out once (`lanes` says what
//! stands in each stage's column, `layout` where it goes), as one wide sheet for SVG and PNG or as A3 pages for PDF,
//! with text that is measured in the fonts it will be drawn with. Nothing here asks for data or knows where files go;
//! the only thing read from the machine is its fonts, for characters the product's own fonts lack.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod drawing;
mod error;
mod fonts;
mod format;
mod head;
mod kit;
mod lanes;
mod layout;
mod limits;
mod notes;
pub mod office;
mod pdf;
mod png;
mod render;
mod svg;
#[cfg(test)]
mod tests;
mod theme;
mod words;
mod wrap;

use analysis::answer::{JourneyMap, PinnedNumber};
use model::named_view::MapPlace;
use model::pain::Pain;
use model::sample::SampleKind;

pub use error::{Error, ErrorKind, Result};
pub use limits::{PIXELS_MAX, SCALE_DEFAULT, SCALE_MAX, SCALE_MIN};
pub use theme::Theme;
pub use words::Language;

use crate::kit::Kit;
use crate::layout::Medium;
use crate::svg::{Head, Reader};

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    pub map: &'a JourneyMap,
    /// Name of the workspace.
    pub workspace: &'a str,
    /// Set where its data are a sample, which every page says.
    pub sample: Option<SampleKind>,
    /// ISO 4217 code of the goal's values.
    pub currency: Option<&'a str>,
    /// Open pains of the journey, worst first. None: whether there are any is not said.
    pub pains: Option<&'a [Pain]>,
    /// What is pinned to the journey's map; what has a stage that is not on the map is left out.
    pub pinned: &'a [Pinned],
    pub language: Language,
    pub theme: Theme,
}

/// A number pinned to a place of the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Pinned {
    pub place: MapPlace,
    pub name: String,
    /// None: it cannot be computed any more.
    pub number: Option<PinnedNumber>,
}

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Format {
    Svg,
    /// `scale` pixels for each pixel of the layout, [`SCALE_MIN`] to [`SCALE_MAX`].
    Png {
        scale: f32,
    },
    Pdf,
    /// The map as shapes on slides.
    Pptx,
    /// The numbers of the map, a sheet for each kind.
    Xlsx,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    pub bytes: Vec<u8>,
    /// Characters no font has; 〓 stands for them, and the notes of the map list them.
    pub missing: Vec<char>,
}

/// Draws the map.
///
/// # Errors
/// `Scale` and `TooLarge` for PNG; `Fonts` and `Render` if the program itself is at fault.
pub fn export(picture: &Picture<'_>, format: Format) -> Result<Exported> {
    let fonts = fonts::fonts(picture.language).ok_or(Error::Fonts)?;
    let kit = Kit::new(fonts, picture.theme.palette(), picture.language);
    let title = picture.map.journey.definition.name.get(picture.language.tag());
    let description = picture.map.meta.population.get(picture.language.tag());
    let head = Head { title, description, language: picture.language };
    let sheets = |medium| layout::lay_out(picture, &kit, medium);
    let bytes = match format {
        Format::Svg => {
            let sheets = sheets(Medium::Sheet);
            let texts: Vec<_> = sheets.iter().map(|sheet| svg::write(sheet, fonts, &head, Reader::Viewer)).collect();
            texts.concat().into_bytes()
        }
        Format::Png { scale } => png::write(&sheets(Medium::Sheet), fonts, &head, scale)?,
        Format::Pdf => pdf::write(&sheets(Medium::Pages), fonts, &head)?,
        Format::Pptx => office::write_map(&sheets(Medium::Slides), &head)?,
        Format::Xlsx => {
            let document = office::map_document(picture, &kit);
            office::write(&document, office::Office::Xlsx, picture.language)?
        }
    };
    Ok(Exported { bytes, missing: kit.missing() })
}
