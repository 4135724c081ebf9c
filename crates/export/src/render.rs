//! From a drawing to a tree our renderers take, every character in the font it was measured in.

use resvg::usvg::{FontFamily, FontResolver, Options, Tree};

use crate::drawing::Block;
use crate::error::{Error, Result};
use crate::fonts::Fonts;
use crate::svg::{self, Head, Reader};

pub(crate) fn tree(sheet: &Block, fonts: &Fonts, head: &Head<'_>) -> Result<Tree> {
    let text = svg::write(sheet, fonts, head, Reader::Renderer);
    let resolver = FontResolver {
        select_font: Box::new(|font, _| match font.families().first()? {
            FontFamily::Named(name) => fonts.id(svg::origin(name)?),
            _ => None,
        }),
        // The drawing names the right font for every character.
        select_fallback: Box::new(|_, _, _| None),
    };
    let options = Options { font_resolver: resolver, fontdb: fonts.database(), ..Options::default() };
    Tree::from_str(&text, &options).map_err(|error| Error::Render(error.to_string()))
}
