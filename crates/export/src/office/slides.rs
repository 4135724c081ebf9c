//! A document as slides: a picture each, tables as tables one can change, and what the numbers mean at the end.

use std::fmt::Write as _;

use super::deck::{self, Deck, Slide, emu};
use super::{Document, DocumentCell, DocumentColumn, DocumentPart, DocumentPicture, DocumentTable, size_of_png};
use crate::error::Result;
use crate::limits::{SLIDE_COLUMNS_MAX, SLIDE_ROWS_MAX};
use crate::svg::escape;
use crate::words::{Language, say};

const SIZE: [f32; 2] = [1_600.0, 900.0];
const MARGIN: f32 = 56.0;
const TOP: f32 = 150.0;
const BOTTOM: f32 = 836.0;
const WIDTH: f32 = SIZE[0] - 2.0 * MARGIN;

const INK: &str = "171E28";
const SOFT: &str = "4A5568";
const LINE: &str = "D5DBE5";
const HEAD: &str = "E8ECF2";

/// Letters of tables, and the height a line of them takes.
const CELL: f32 = 19.0;
const CELL_LINE: f32 = 26.0;
const CELL_PAD: f32 = 6.0;

/// Letters of notes and their line.
const NOTE: f32 = 19.0;
const NOTE_LINE: f32 = 27.0;

pub(super) fn write(document: &Document, language: Language) -> Result<Vec<u8>> {
    let pen = Pen { document, language };
    let mut slides = Vec::new();
    for part in &document.parts {
        match part {
            DocumentPart::Picture(picture) => slides.push(pen.picture(picture)),
            DocumentPart::Table(table) => pen.table(table, &mut slides),
        }
    }
    pen.notes(&mut slides);
    let count = slides.len();
    for (n, slide) in (1..).zip(&mut slides) {
        let page = say(language.words().page, &[&(n as usize).to_string(), &count.to_string()]);
        pen.foot(slide, &page);
    }
    deck::write(&Deck { title: &document.title, size: SIZE, slides })
}

struct Pen<'a> {
    document: &'a Document,
    language: Language,
}

/// A paragraph of a text box.
struct Paragraph<'a> {
    text: &'a str,
    size: f32,
    bold: bool,
    fill: &'static str,
    right: bool,
}

impl Pen<'_> {
    /// A slide with its heading, and under it what the whole is about.
    fn slide(&self, heading: &str) -> Slide {
        let mut slide = Slide::default();
        let title = Paragraph { text: heading, size: 34.0, bold: true, fill: INK, right: false };
        self.words(&mut slide, [MARGIN, 34.0, WIDTH, 56.0], &[title]);
        let facts = std::iter::once(self.document.title.as_str()).chain(self.document.facts.iter().map(String::as_str));
        let facts = facts.collect::<Vec<_>>().join(" · ");
        let facts = Paragraph { text: &facts, size: 18.0, bold: false, fill: SOFT, right: false };
        self.words(&mut slide, [MARGIN, 90.0, WIDTH, 50.0], &[facts]);
        slide
    }

    fn foot(&self, slide: &mut Slide, page: &str) {
        let text = format!("Throughline · {page}");
        let words = Paragraph { text: &text, size: 14.0, bold: false, fill: SOFT, right: true };
        self.words(slide, [MARGIN, 856.0, WIDTH, 24.0], &[words]);
    }

    fn picture(&self, picture: &DocumentPicture) -> Slide {
        let mut slide = self.slide(&picture.title);
        let [width, height] = size_of_png(&picture.png).unwrap_or([1, 1]).map(|side| side as f32);
        let scale = (WIDTH / width).min((BOTTOM - TOP) / height);
        let [width, height] = [width * scale, height * scale];
        let [x, y] = [MARGIN + (WIDTH - width) / 2.0, TOP + (BOTTOM - TOP - height) / 2.0].map(emu);
        let id = slide.next_id();
        slide.pictures.push(picture.png.clone());
        let (number, words) = (slide.pictures.len(), escape(&picture.description));
        // Writing to a string cannot fail, here and below.
        let _ = write!(
            slide.body,
            "<p:pic><p:nvPicPr><p:cNvPr id=\"{id}\" name=\"{id}\" descr=\"{words}\"/><p:cNvPicPr><a:picLocks noChangeAspect=\"1\"/>\
             </p:cNvPicPr><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed=\"rIdP{number}\"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>\
             <p:spPr><a:xfrm><a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"{}\" cy=\"{}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></p:spPr></p:pic>",
            emu(width),
            emu(height)
        );
        slide
    }

    /// As many slides as its rows take; what is left out is said on the last.
    fn table(&self, table: &DocumentTable, slides: &mut Vec<Slide>) {
        let words = self.language.words();
        let columns = &table.columns[..table.columns.len().min(SLIDE_COLUMNS_MAX)];
        let body = table.rows.len() - table.totals;
        let shown: Vec<&Vec<DocumentCell>> =
            table.rows[..body.min(SLIDE_ROWS_MAX)].iter().chain(&table.rows[body..]).collect();
        let widths = widths(columns, &shown);
        let head = row_height(columns.iter().map(|column| column.name.as_str()), &widths);
        let mut left_out = Vec::new();
        if body > SLIDE_ROWS_MAX {
            left_out.push(say(words.slide_rows, &[&SLIDE_ROWS_MAX.to_string(), &self.language.whole(body as u64)]));
        }
        if table.columns.len() > SLIDE_COLUMNS_MAX {
            let of = table.columns.len().to_string();
            left_out.push(say(words.slide_columns, &[&SLIDE_COLUMNS_MAX.to_string(), &of]));
        }
        left_out.extend(table.note.clone());
        let mut rest = &shown[..];
        let mut first = true;
        while first || !rest.is_empty() {
            let mut height = head;
            let fits = rest.iter().take_while(|row| {
                height += row_height(row.iter().map(|cell| cell.text.as_str()), &widths);
                TOP + height <= BOTTOM - 40.0
            });
            // A row higher than a slide goes beyond it rather than nowhere.
            let taken = fits.count().max(1).min(rest.len());
            let (now, later) = rest.split_at(taken);
            let heading = if first { table.title.clone() } else { format!("{}（{}）", table.title, words.continued) };
            let heading = if self.language == Language::English {
                heading.replace('（', " (").replace('）', ")")
            } else {
                heading
            };
            let mut slide = self.slide(&heading);
            self.grid(&mut slide, columns, now, &widths);
            if later.is_empty() && !left_out.is_empty() {
                let text = left_out.join(" ");
                let note = Paragraph { text: &text, size: 16.0, bold: false, fill: SOFT, right: false };
                self.words(&mut slide, [MARGIN, BOTTOM - 30.0, WIDTH, 30.0], &[note]);
            }
            slides.push(slide);
            rest = later;
            first = false;
        }
    }

    fn grid(&self, slide: &mut Slide, columns: &[DocumentColumn], rows: &[&Vec<DocumentCell>], widths: &[f32]) {
        let id = slide.next_id();
        let grid: String = widths.iter().map(|width| format!("<a:gridCol w=\"{}\"/>", emu(*width))).collect();
        let mut body = String::new();
        let mut row = |cells: &[(&str, bool)], head: bool| {
            let height = row_height(cells.iter().map(|(text, _)| *text), widths);
            let _ = write!(body, "<a:tr h=\"{}\">", emu(height));
            for (text, right) in cells {
                let words = Paragraph { text, size: CELL, bold: head, fill: INK, right: *right };
                let ground = if head {
                    format!("<a:solidFill><a:srgbClr val=\"{HEAD}\"/></a:solidFill>")
                } else {
                    "<a:noFill/>".to_owned()
                };
                let none = ["lnL", "lnR"].map(|side| format!("<a:{side} w=\"0\"><a:noFill/></a:{side}>")).concat();
                let ruled = ["lnT", "lnB"]
                    .map(|side| {
                        format!(
                            "<a:{side} w=\"9525\"><a:solidFill><a:srgbClr val=\"{LINE}\"/></a:solidFill></a:{side}>"
                        )
                    })
                    .concat();
                let pad = emu(CELL_PAD);
                let _ = write!(
                    body,
                    "<a:tc><a:txBody><a:bodyPr/>{}</a:txBody><a:tcPr marL=\"{pad}\" marR=\"{pad}\" marT=\"{pad}\" marB=\"{pad}\" anchor=\"ctr\">{none}{ruled}{ground}</a:tcPr></a:tc>",
                    self.paragraph(&words)
                );
            }
            body.push_str("</a:tr>");
        };
        let heads: Vec<_> = columns.iter().map(|column| (column.name.as_str(), column.numeric)).collect();
        row(&heads, true);
        for cells in rows {
            let cells: Vec<_> =
                columns.iter().zip(*cells).map(|(column, cell)| (cell.text.as_str(), column.numeric)).collect();
            row(&cells, false);
        }
        let _ = write!(
            slide.body,
            "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"{id}\" name=\"{id}\"/><p:cNvGraphicFramePr><a:graphicFrameLocks noGrp=\"1\"/>\
             </p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x=\"{}\" y=\"{}\"/><a:ext cx=\"{}\" cy=\"{}\"/></p:xfrm>\
             <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/table\"><a:tbl><a:tblPr firstRow=\"1\"/>\
             <a:tblGrid>{grid}</a:tblGrid>{body}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>",
            emu(MARGIN),
            emu(TOP),
            emu(widths.iter().sum()),
            emu(CELL_LINE),
        );
    }

    fn notes(&self, slides: &mut Vec<Slide>) {
        let mut rest = &self.document.notes[..];
        while !rest.is_empty() {
            let mut height = 0.0;
            let fits = rest.iter().take_while(|note| {
                height += NOTE_LINE * (1.5 + lines(&note.text, WIDTH, NOTE));
                TOP + height <= BOTTOM
            });
            let taken = fits.count().max(1);
            let paragraphs: Vec<_> = rest[..taken]
                .iter()
                .flat_map(|note| {
                    let of = |text, bold| Paragraph { text, size: NOTE, bold, fill: INK, right: false };
                    [of(note.title.as_str(), true), of(note.text.as_str(), false)]
                })
                .collect();
            let mut slide = self.slide(self.language.words().notes);
            self.words(&mut slide, [MARGIN, TOP, WIDTH, BOTTOM - TOP], &paragraphs);
            slides.push(slide);
            rest = &rest[taken..];
        }
    }

    /// A box of words that break within it.
    fn words(&self, slide: &mut Slide, place: [f32; 4], paragraphs: &[Paragraph<'_>]) {
        let id = slide.next_id();
        let [x, y, width, height] = place.map(emu);
        let text: String = paragraphs.iter().map(|paragraph| self.paragraph(paragraph)).collect();
        let _ = write!(
            slide.body,
            "<p:sp><p:nvSpPr><p:cNvPr id=\"{id}\" name=\"{id}\"/><p:cNvSpPr txBox=\"1\"/><p:nvPr/></p:nvSpPr><p:spPr>\
             <a:xfrm><a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>\
             <a:noFill/></p:spPr><p:txBody><a:bodyPr wrap=\"square\" lIns=\"0\" tIns=\"0\" rIns=\"0\" bIns=\"0\"><a:normAutofit/></a:bodyPr>{text}</p:txBody></p:sp>"
        );
    }

    fn paragraph(&self, Paragraph { text, size, bold, fill, right }: &Paragraph<'_>) -> String {
        let bold = if *bold { " b=\"1\"" } else { "" };
        let align = if *right { "<a:pPr algn=\"r\"/>" } else { "" };
        format!(
            "<a:p>{align}<a:r><a:rPr lang=\"{}\" sz=\"{}\"{bold}><a:solidFill><a:srgbClr val=\"{fill}\"/></a:solidFill></a:rPr><a:t>{}</a:t></a:r></a:p>",
            self.language.tag(),
            (size * 75.0).round() as u32,
            escape(text)
        )
    }
}

/// Pixels a text takes on one line, roughly: characters of Chinese are as wide as high.
fn wide(text: &str, size: f32) -> f32 {
    text.chars().map(|c| if c < '\u{1100}' { 0.56 } else { 1.0 }).sum::<f32>() * size
}

/// Lines a text takes in a width.
fn lines(text: &str, width: f32, size: f32) -> f32 {
    (wide(text, size) / width.max(size)).ceil().max(1.0)
}

/// Height of a row whose cells break their texts.
fn row_height<'a>(texts: impl Iterator<Item = &'a str>, widths: &[f32]) -> f32 {
    let most = texts.zip(widths).map(|(text, width)| lines(text, width - 2.0 * CELL_PAD, CELL)).fold(1.0, f32::max);
    most * CELL_LINE + 2.0 * CELL_PAD
}

/// Widths of columns: what each would take, up to a third of the slide, stretched to fill it or shrunk to fit.
fn widths(columns: &[DocumentColumn], rows: &[&Vec<DocumentCell>]) -> Vec<f32> {
    let wish = |(at, column): (usize, &DocumentColumn)| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| wide(&cell.text, CELL));
        // A head of several words may break.
        let head = wide(&column.name, CELL) * if wide(&column.name, CELL) > 140.0 { 0.6 } else { 1.0 };
        (cells.fold(head, f32::max) + 2.0 * CELL_PAD + 8.0).clamp(70.0, WIDTH / 3.0)
    };
    let wishes: Vec<f32> = columns.iter().enumerate().map(wish).collect();
    let scale = WIDTH / wishes.iter().sum::<f32>();
    wishes.into_iter().map(|wish| wish * scale.min(1.6)).collect()
}
