//! Files for a meeting: workbooks of numbers one can go on with, and slides of shapes and tables one can change.
//!
//! A [`Document`] is what any of them holds beside the map: pictures and tables with what they rest on. As a workbook each
//! table is a sheet; as slides each picture and each run of rows is one. A map as slides is drawn as shapes by its layout.

mod deck;
mod map;
mod shapes;
mod slides;
#[cfg(test)]
mod tests;
mod theme;
mod xlsx;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::error::{Error, Result};
use crate::limits::{
    DOCUMENT_CELLS_MAX, DOCUMENT_COLUMNS_MAX, DOCUMENT_PARTS_MAX, DOCUMENT_PICTURE_BYTES_MAX, DOCUMENT_TEXT_BYTES_MAX,
};
use crate::words::Language;

pub(crate) use map::document as map_document;
pub(crate) use shapes::write as write_map;

/// What a file for a meeting holds.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub title: String,
    /// What stands below the title: workspace, population, moment of the data.
    #[serde(default)]
    pub facts: Vec<String>,
    /// The moment of the data, UTC microseconds.
    pub as_of_us: i64,
    pub parts: Vec<DocumentPart>,
    /// What the numbers mean and rest on.
    #[serde(default)]
    pub notes: Vec<DocumentNote>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(tag = "part", rename_all = "snake_case", deny_unknown_fields)]
pub enum DocumentPart {
    Table(DocumentTable),
    Picture(DocumentPicture),
}

/// A table; the first column names its rows.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentTable {
    pub title: String,
    pub columns: Vec<DocumentColumn>,
    /// As long as `columns`, each.
    pub rows: Vec<Vec<DocumentCell>>,
    /// How many of the last rows are totals.
    #[serde(default)]
    pub totals: usize,
    /// What is not in it.
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentColumn {
    pub name: String,
    #[serde(default)]
    pub numeric: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentCell {
    /// Unrounded and without unit: shares as parts of one, durations in seconds. Null where there is none.
    #[serde(default)]
    pub value: Option<CellValue>,
    /// As people read it.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CellValue {
    Number(f64),
    Text(String),
}

/// A picture of pixels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentPicture {
    pub title: String,
    /// What it shows, in words.
    pub description: String,
    /// A PNG, in Base64.
    #[serde(deserialize_with = "png")]
    #[schema(value_type = String, format = Byte)]
    pub png: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentNote {
    pub title: String,
    pub text: String,
}

/// The kinds of files a document becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    Xlsx,
    Pptx,
}

/// Writes a document.
///
/// # Errors
/// `Document` names what of it is refused.
pub fn write(document: &Document, office: Office, language: Language) -> Result<Vec<u8>> {
    document.check()?;
    match office {
        Office::Xlsx => xlsx::write(document, language),
        Office::Pptx => slides::write(document, language),
    }
}

impl Document {
    fn check(&self) -> Result<()> {
        let refuse = |what: String| Err(Error::Document(what));
        if self.title.trim().is_empty() {
            return refuse("`title` is empty".to_owned());
        }
        if self.parts.is_empty() || self.parts.len() > DOCUMENT_PARTS_MAX {
            return refuse(format!(
                "`parts` holds {} parts; 1 to {DOCUMENT_PARTS_MAX} can be written",
                self.parts.len()
            ));
        }
        let mut cells = 0;
        for (at, part) in self.parts.iter().enumerate() {
            match part {
                DocumentPart::Table(table) => {
                    let columns = table.columns.len();
                    if columns == 0 || columns > DOCUMENT_COLUMNS_MAX {
                        return refuse(format!(
                            "`parts[{at}]` has {columns} columns; 1 to {DOCUMENT_COLUMNS_MAX} can be written"
                        ));
                    }
                    if let Some(row) = table.rows.iter().position(|row| row.len() != columns) {
                        let cells = table.rows[row].len();
                        return refuse(format!("`parts[{at}].rows[{row}]` has {cells} cells for {columns} columns"));
                    }
                    if table.totals > table.rows.len() {
                        return refuse(format!("`parts[{at}].totals` is more than its rows"));
                    }
                    cells += columns * table.rows.len();
                }
                DocumentPart::Picture(picture) => {
                    if picture.png.len() > DOCUMENT_PICTURE_BYTES_MAX || size_of_png(&picture.png).is_none() {
                        return refuse(format!(
                            "`parts[{at}].png` is no PNG of at most {} MiB",
                            DOCUMENT_PICTURE_BYTES_MAX >> 20
                        ));
                    }
                }
            }
        }
        if cells > DOCUMENT_CELLS_MAX {
            return refuse(format!("its tables have {cells} cells; {DOCUMENT_CELLS_MAX} can be written"));
        }
        match self.texts().find(|text| text.len() > DOCUMENT_TEXT_BYTES_MAX) {
            Some(text) => {
                let begin: String = text.chars().take(20).collect();
                refuse(format!("the text that begins `{begin}` has more than {DOCUMENT_TEXT_BYTES_MAX} bytes"))
            }
            None => Ok(()),
        }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().flat_map(|part| -> Box<dyn Iterator<Item = &str>> {
            match part {
                DocumentPart::Table(table) => {
                    let heads = table.columns.iter().map(|column| column.name.as_str());
                    let cells = table.rows.iter().flatten().flat_map(|cell| {
                        let value = match &cell.value {
                            Some(CellValue::Text(text)) => Some(text.as_str()),
                            Some(CellValue::Number(_)) | None => None,
                        };
                        value.into_iter().chain([cell.text.as_str()])
                    });
                    Box::new(heads.chain(cells).chain([table.title.as_str()]).chain(table.note.as_deref()))
                }
                DocumentPart::Picture(picture) => Box::new([picture.title.as_str(), &picture.description].into_iter()),
            }
        });
        let notes = self.notes.iter().flat_map(|note| [note.title.as_str(), &note.text]);
        [self.title.as_str()].into_iter().chain(self.facts.iter().map(String::as_str)).chain(parts).chain(notes)
    }
}

impl DocumentCell {
    pub(crate) fn text(text: &str) -> DocumentCell {
        DocumentCell { value: Some(CellValue::Text(text.to_owned())), text: text.to_owned() }
    }

    pub(crate) fn nothing() -> DocumentCell {
        DocumentCell { value: None, text: crate::format::NOTHING.to_owned() }
    }

    pub(crate) fn number(value: Option<f64>, text: String) -> DocumentCell {
        value.map_or_else(DocumentCell::nothing, |value| DocumentCell { value: Some(CellValue::Number(value)), text })
    }
}

/// Width and height in pixels, as the head of a PNG says.
fn size_of_png(bytes: &[u8]) -> Option<[u32; 2]> {
    let head = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let side = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    let size = [side(0)?, side(4)?];
    size.iter().all(|side| (1..=1 << 15).contains(side)).then_some(size)
}

fn png<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<u8>, D::Error> {
    use base64::Engine;
    let text = String::deserialize(deserializer)?;
    base64::engine::general_purpose::STANDARD.decode(text).map_err(serde::de::Error::custom)
}
