//! Drawings as the pages of a PDF: vectors and selectable text, fonts embedded as far as they are used.

use std::collections::HashMap;

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};
use svg2pdf::ConversionOptions;

use crate::drawing::Block;
use crate::error::{Error, Result};
use crate::fonts::Fonts;
use crate::render;
use crate::svg::Head;

/// Points of a pixel of the layout.
const POINTS: f32 = 72.0 / 96.0;

pub(crate) fn write(sheets: &[Block], fonts: &Fonts, head: &Head<'_>) -> Result<Vec<u8>> {
    let mut pdf = Pdf::new();
    let mut free = Ref::new(1);
    let [catalog, pages, info] = [(); 3].map(|()| free.bump());
    let mut kids = Vec::new();
    for sheet in sheets {
        let page = free.bump();
        write_page(&mut pdf, &mut free, [page, pages], sheet, fonts, head)?;
        kids.push(page);
    }
    pdf.pages(pages).count(kids.len() as i32).kids(kids);
    let mut root = pdf.catalog(catalog);
    root.pages(pages).lang(TextStr(head.language.tag()));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    pdf.document_info(info)
        .title(TextStr(head.title))
        .subject(TextStr(head.description))
        .creator(TextStr("Throughline"));
    Ok(pdf.finish())
}

fn write_page(
    pdf: &mut Pdf,
    free: &mut Ref,
    [page, pages]: [Ref; 2],
    sheet: &Block,
    fonts: &Fonts,
    head: &Head<'_>,
) -> Result<()> {
    const DRAWING: Name<'_> = Name(b"D");
    let tree = render::tree(sheet, fonts, head)?;
    let (chunk, drawing) =
        svg2pdf::to_chunk(&tree, ConversionOptions::default()).map_err(|error| Error::Render(error.to_string()))?;
    // Each drawing numbers its objects from one.
    let mut numbers = HashMap::new();
    let chunk = chunk.renumber(|old| *numbers.entry(old).or_insert_with(|| free.bump()));
    let drawing = numbers.get(&drawing).copied().ok_or_else(|| Error::Render("the page has no drawing".to_owned()))?;
    let content = free.bump();
    let (width, height) = (sheet.width.ceil() * POINTS, sheet.height.ceil() * POINTS);
    let mut object = pdf.page(page);
    object.media_box(Rect::new(0.0, 0.0, width, height)).parent(pages).contents(content);
    object.resources().x_objects().pair(DRAWING, drawing);
    object.finish();
    let mut operators = Content::new();
    // A drawing is one point wide and high.
    operators.save_state().transform([width, 0.0, 0.0, height, 0.0, 0.0]).x_object(DRAWING).restore_state();
    pdf.stream(content, &operators.finish());
    pdf.extend(&chunk);
    Ok(())
}
