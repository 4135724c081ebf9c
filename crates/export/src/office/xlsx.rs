//! A document as a workbook: a sheet that says what it is, and one for each table and picture.
//!
//! Numbers are written as numbers, unrounded; what is text is never taken for a formula.

use std::collections::HashSet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Image, Workbook, Worksheet, XlsxError};

use super::{CellValue, Document, DocumentCell, DocumentPart, DocumentPicture, DocumentTable};
use crate::error::{Error, Result};
use crate::words::{Language, Words};

/// Characters of a sheet's name, by the format.
const NAME_CHARS: usize = 31;

/// Widths of columns, in digits.
const WIDTH: [f64; 2] = [8.0, 60.0];

pub(super) fn write(document: &Document, language: Language) -> Result<Vec<u8>> {
    build(document, language.words()).map_err(|error| Error::Render(error.to_string()))
}

fn build(document: &Document, words: &Words) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The moment of the data, so that the same document is the same file.
    let made = ExcelDateTime::from_timestamp(document.as_of_us.div_euclid(1_000_000))?;
    book.set_properties(
        &DocProperties::new().set_title(&document.title).set_author("Throughline").set_creation_datetime(&made),
    );
    let mut taken = HashSet::new();
    about(book.add_worksheet().set_name(sheet_name(words.about, &mut taken))?, document)?;
    for part in &document.parts {
        let sheet = book.add_worksheet();
        match part {
            DocumentPart::Table(table) => {
                write_table(sheet.set_name(sheet_name(&table.title, &mut taken))?, table)?;
            }
            DocumentPart::Picture(picture) => {
                write_picture(sheet.set_name(sheet_name(&picture.title, &mut taken))?, picture)?;
            }
        }
    }
    book.save_to_buffer()
}

fn about(sheet: &mut Worksheet, document: &Document) -> std::result::Result<(), XlsxError> {
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap().set_align(FormatAlign::Top));
    sheet.set_column_width(0, 24)?.set_column_width(1, 100)?.set_screen_gridlines(false);
    sheet.write_string_with_format(0, 0, &document.title, &Format::new().set_bold().set_font_size(16))?;
    let mut row = 1;
    for fact in &document.facts {
        sheet.write_string(row, 0, fact)?;
        row += 1;
    }
    for note in &document.notes {
        row += 1;
        sheet.write_string_with_format(row, 0, &note.title, &bold.clone().set_align(FormatAlign::Top))?;
        sheet.write_string_with_format(row, 1, &note.text, &wrapped)?;
    }
    Ok(())
}

fn write_table(sheet: &mut Worksheet, table: &DocumentTable) -> std::result::Result<(), XlsxError> {
    let head = Format::new().set_bold().set_background_color(0xe8_ec_f2).set_text_wrap().set_align(FormatAlign::Top);
    let last = table.columns.len() as u16 - 1;
    for (at, column) in (0..).zip(&table.columns) {
        let head = if column.numeric { head.clone().set_align(FormatAlign::Right) } else { head.clone() };
        sheet.write_string_with_format(0, at, &column.name, &head)?;
        let cells = table.rows.iter().filter_map(|row| row.get(usize::from(at)));
        let widest = cells.map(|cell| width(&cell.text)).fold(width(&column.name) / 2.0, f64::max);
        sheet.set_column_width(at, (widest + 2.0).clamp(WIDTH[0], WIDTH[1]))?;
    }
    sheet.set_freeze_panes(1, 1)?;
    let body = table.rows.len() - table.totals;
    if body > 0 {
        sheet.autofilter(0, 0, body as u32, last)?;
    }
    for (at, row) in (1..).zip(&table.rows) {
        let total = at as usize > body;
        for (column, cell) in (0..).zip(row) {
            write_cell(sheet, at, column, cell, total)?;
        }
    }
    if let Some(note) = &table.note {
        sheet.write_string_with_format(table.rows.len() as u32 + 2, 0, note, &Format::new().set_italic())?;
    }
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &DocumentCell,
    total: bool,
) -> std::result::Result<(), XlsxError> {
    let format = if total { Format::new().set_bold() } else { Format::new() };
    match &cell.value {
        Some(CellValue::Number(value)) => {
            sheet.write_number_with_format(
                row,
                column,
                *value,
                &format.set_num_format(number_format(*value, &cell.text)),
            )?;
        }
        Some(CellValue::Text(text)) => {
            sheet.write_string_with_format(row, column, text, &format.set_text_wrap().set_align(FormatAlign::Top))?;
        }
        None => {}
    }
    Ok(())
}

/// How a spreadsheet shows a number that people read as `text`.
fn number_format(value: f64, text: &str) -> &'static str {
    match (text.contains('%'), value.fract() == 0.0) {
        (true, _) => "0.0%",
        (false, true) => "#,##0",
        (false, false) => "#,##0.00",
    }
}

fn write_picture(sheet: &mut Worksheet, picture: &DocumentPicture) -> std::result::Result<(), XlsxError> {
    sheet.set_screen_gridlines(false);
    sheet.write_string_with_format(0, 0, &picture.title, &Format::new().set_bold())?;
    let image =
        Image::new_from_buffer(&picture.png)?.set_alt_text(picture.description.chars().take(255).collect::<String>());
    // It was drawn at twice its size.
    sheet.insert_image(2, 0, &image.set_scale_width(0.5).set_scale_height(0.5))?;
    Ok(())
}

/// Digits' widths a text takes: characters of Chinese take two.
fn width(text: &str) -> f64 {
    text.chars().map(|c| if c < '\u{1100}' { 1.0 } else { 2.0 }).sum()
}

/// A name the format takes, that no other sheet has.
fn sheet_name(title: &str, taken: &mut HashSet<String>) -> String {
    let allowed = |c: char| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c };
    let clean: String = title.chars().map(allowed).collect();
    let clean = if clean.trim().is_empty() { "–" } else { clean.trim() };
    let named = |number: usize| {
        let end = if number == 1 { String::new() } else { format!(" {number}") };
        let begin: String = clean.chars().take(NAME_CHARS - end.chars().count()).collect();
        begin + &end
    };
    let mut number = 1;
    while !taken.insert(named(number).to_lowercase()) {
        number += 1;
    }
    named(number)
}
