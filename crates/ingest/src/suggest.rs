//! A mapping made by looking at files: which column is the time, who did it, what happened, what has a typed column.
//!
//! A suggestion is a start for a person to correct, so it is a commented document, it says what it is unsure of, and it
//! has been tried on the rows it was made from. Statistics are in [`stats`], the choice of roles in [`roles`], the
//! document in [`write`].

mod roles;
mod stats;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::decoder::{DecodeOptions, Decoder};
use crate::error::{Error, Result};
use crate::files::SourceFile;
use crate::format::csv::Step;
use crate::format::reader::{Reading, RowReader, longest_sheet};
use crate::format::xes::Classifier;
use crate::limits::SUGGEST_ROWS;
use crate::lookup::Lookups;
use crate::mapping::{Format, Mapping, SheetChoice, SheetOptions};
use roles::Roles;
use stats::{Columns, Stats};

/// What was found by looking at one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    pub format: Format,
    /// The visible sheets of a workbook; empty for files of other formats.
    pub sheets: Vec<String>,
    /// The one that was looked at.
    pub sheet: Option<String>,
    pub columns: Vec<InspectedColumn>,
    /// Rows looked at, [`SUGGEST_ROWS`] at most.
    pub rows: usize,
    /// The suggested document, with comments.
    pub yaml: String,
    /// What a person should decide.
    pub doubts: Vec<Doubt>,
    /// Oddities of the reading.
    pub notes: Vec<String>,
}

/// A column as its first rows show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedColumn {
    pub name: String,
    /// Rows that have a value, of those looked at.
    pub filled: usize,
    /// The first few different values, cut to be shown.
    pub samples: Vec<String>,
    /// Time formats in which every value could be read, as a mapping writes them, most telling first.
    pub times: Vec<String>,
    /// Whether its times say their offset, so that no zone is needed.
    pub has_offset: bool,
    pub is_number: bool,
    /// Whether it looks like an amount of money, by its name or its values.
    pub is_amount: bool,
}

/// Something about a file that only a person knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub kind: DoubtKind,
    /// The column, or the type of object, it is about.
    pub column: Option<String>,
    /// How many rows or cells it is about, where that is known.
    pub count: Option<u64>,
    pub text: String,
}

/// What a doubt is about; the names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DoubtKind {
    /// No column says when it happened.
    TimeMissing,
    /// Some values of the time are no time.
    TimesUnread,
    /// Day and month could be either way round.
    DayOrMonth,
    /// Clock readings without a zone.
    ZoneMissing,
    /// Nothing says who did it.
    ActorMissing,
    /// A column was taken for who did it without much reason.
    ActorGuessed,
    /// The case of an event log stands for who did it.
    CaseActs,
    /// No column says what happened.
    EventMissing,
    /// No column says where it happened.
    ChannelMissing,
    /// Every row names a store, so it is taken to have happened in one.
    ChannelGuessed,
    /// Several rows have the same order number: they may be one event.
    RowsShared,
    /// A column looks like an amount and is taken for a property, and no other is the amount.
    AmountUnmapped,
    /// Some values of the amount are no number.
    AmountUnread,
    /// Of several sheets the one with the longest table is read.
    SheetChosen,
    /// Cells are merged over several rows, and count for each.
    CellsMerged,
    /// Rows are sums of others.
    TotalRows,
}

impl Doubt {
    pub(crate) fn new(kind: DoubtKind, column: Option<&str>, text: impl Into<String>) -> Doubt {
        Doubt { kind, column: column.map(str::to_owned), count: None, text: text.into() }
    }

    /// One that is about so many rows or cells.
    pub(crate) fn of(kind: DoubtKind, column: Option<&str>, count: usize, text: impl Into<String>) -> Doubt {
        Doubt { count: Some(count as u64), ..Doubt::new(kind, column, text) }
    }
}

/// A suggested mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The document, with comments.
    pub yaml: String,
    /// What to look at, for a person: doubts, and how many of the rows looked at would be taken.
    pub notes: Vec<String>,
}

/// One kind of file: same format, same columns.
pub(crate) struct Entry {
    pub(crate) pattern: String,
    pub(crate) stem: String,
    pub(crate) format: Format,
    pub(crate) columns: Columns,
    pub(crate) roles: Roles,
    pub(crate) sheet: Option<SheetFound>,
    pub(crate) classifiers: Vec<Classifier>,
}

/// Where the table stands on its sheet.
pub(crate) struct SheetFound {
    /// `None` where the sheets of several workbooks differ in name.
    pub(crate) name: Option<String>,
    pub(crate) skip_rows: u32,
    pub(crate) header: u32,
    /// The visible sheets of the workbook.
    visible: Vec<String>,
    /// Cells merged over several rows of the table.
    merged: usize,
    /// Whether it was chosen here among several.
    is_chosen: bool,
}

/// What was seen of a file.
struct Look {
    format: Format,
    columns: Columns,
    sheet: Option<SheetFound>,
    classifiers: Vec<Classifier>,
    notes: Vec<String>,
}

/// Format and column names: files that agree in both are one kind.
type KindKey = (String, Vec<String>);

/// Looks at files and writes a mapping for them. Files with the same columns share an entry.
pub fn suggest(files: &[SourceFile]) -> Result<Suggestion> {
    let Draft { entries, yaml, mut notes } = draft(files, &SheetOptions::default())?;
    for entry in &entries {
        let prefix = if entries.len() > 1 { format!("{}: ", entry.pattern) } else { String::new() };
        notes.extend(entry.roles.doubts.iter().map(|doubt| format!("{prefix}{}", doubt.text)));
    }
    notes.extend(try_out(&yaml, files)?);
    Ok(Suggestion { yaml, notes })
}

/// Looks at one file: what it is, its columns, and a mapping for it. Of a workbook the chosen sheet, or the one with
/// the longest table.
pub fn inspect(file: &SourceFile, sheet: Option<SheetChoice>) -> Result<Inspection> {
    let options = SheetOptions { choice: sheet, ..SheetOptions::default() };
    let Draft { entries, yaml, notes } = draft(std::slice::from_ref(file), &options)?;
    let Some(entry) = entries.into_iter().next() else { return Err(Error::NoRows { path: file.path.clone() }) };
    let column = |stats: &Stats| InspectedColumn {
        name: stats.name.clone(),
        filled: stats.filled,
        samples: stats.samples.clone(),
        times: stats.times.iter().map(|format| format.name().to_owned()).collect(),
        has_offset: stats.has_offset,
        is_number: stats.is_number,
        is_amount: roles::looks_like_amount(stats),
    };
    let (sheet, sheets) = entry.sheet.map_or((None, Vec::new()), |found| (found.name, found.visible));
    Ok(Inspection {
        format: entry.format,
        sheets,
        sheet,
        columns: entry.columns.list.iter().map(column).collect(),
        rows: entry.columns.rows,
        yaml,
        doubts: entry.roles.doubts,
        notes,
    })
}

/// A document, and what it rests on.
struct Draft {
    entries: Vec<Entry>,
    yaml: String,
    /// Of the reading.
    notes: Vec<String>,
}

fn draft(files: &[SourceFile], sheet: &SheetOptions) -> Result<Draft> {
    let mut kinds: BTreeMap<KindKey, (Look, Vec<&SourceFile>)> = BTreeMap::new();
    let mut order = Vec::new();
    let mut notes = Vec::new();
    for file in files {
        let look = look(file, sheet)?;
        notes.extend(look.notes.iter().map(|note| format!("{}: {note}", file.name)));
        if look.columns.list.is_empty() {
            notes.push(format!("{} has no rows, so nothing is suggested for it", file.name));
            continue;
        }
        let mut names: Vec<String> = look.columns.list.iter().map(|column| column.name.clone()).collect();
        if matches!(look.format, Format::Ndjson | Format::Xes | Format::Ocel) {
            // Objects may leave fields out; files with the same stem of a name are one kind.
            names = vec![stem(file).trim_end_matches(|letter: char| !letter.is_alphabetic()).to_owned()];
        }
        let place = look.sheet.as_ref().map(|sheet| (sheet.skip_rows, sheet.header));
        let key = (format!("{:?} {place:?}", look.format), names);
        match kinds.get_mut(&key) {
            Some((known, files)) => {
                if let (Some(known), Some(sheet)) = (&mut known.sheet, look.sheet)
                    && known.name != sheet.name
                {
                    known.name = None;
                }
                files.push(file);
            }
            None => {
                order.push(key.clone());
                kinds.insert(key, (look, vec![file]));
            }
        }
    }
    if let (true, Some(first)) = (kinds.is_empty(), files.first()) {
        return Err(Error::NoRows { path: first.path.clone() });
    }
    let entries: Vec<Entry> = order
        .iter()
        .filter_map(|key| kinds.remove(key))
        .map(|(look, files)| {
            let Look { format, columns, sheet, classifiers, .. } = look;
            let mut roles = Roles::choose(&columns, &stem(files[0]), format);
            roles.doubts.extend(sheet.iter().flat_map(SheetFound::doubts));
            Entry { pattern: pattern(&files), stem: stem(files[0]), format, columns, roles, sheet, classifiers }
        })
        .collect();
    let yaml = write::document(&entries, &source_name(files));
    Ok(Draft { entries, yaml, notes })
}

impl SheetFound {
    fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        if let (true, Some(name)) = (self.is_chosen, &self.name) {
            let text = format!("of {} sheets `{name}` has the longest table and is read", self.visible.len());
            doubts.push(Doubt::of(DoubtKind::SheetChosen, Some(name), self.visible.len(), text));
        }
        if self.merged > 0 {
            let text = format!("{} cells are merged over several rows, and count for each of them", self.merged);
            doubts.push(Doubt::of(DoubtKind::CellsMerged, None, self.merged, text));
        }
        doubts
    }
}

fn look(file: &SourceFile, sheet: &SheetOptions) -> Result<Look> {
    let mut sheet = sheet.clone();
    let longest = if sheet.choice.is_none() { longest_sheet(file)? } else { None };
    let is_chosen = longest.is_some();
    sheet.choice = sheet.choice.or(longest.map(SheetChoice::Name));
    let mut reader = RowReader::open(file, &Reading { sheet, ..Reading::default() })?;
    let format = reader.format();
    let mut columns = Columns::new(reader.names());
    let mut rows = 0;
    while rows < SUGGEST_ROWS {
        match reader.advance()? {
            Step::End => break,
            Step::Bad(_) => continue,
            Step::Row => {}
        }
        let Some(row) = reader.row() else { break };
        columns.add(row);
        rows += 1;
    }
    if reader.layout().is_some() {
        // A sheet is in memory: what stands below its table is seen however long it is.
        while rows >= SUGGEST_ROWS && matches!(reader.advance()?, Step::Row) {
            let Some(row) = reader.row() else { break };
            columns.take_total(row);
        }
    }
    columns.finish();
    let sheet = reader.layout().map(|layout| SheetFound {
        name: Some(layout.sheet.clone()),
        skip_rows: layout.skip_rows,
        header: layout.header,
        visible: layout.visible.clone(),
        merged: layout.merged,
        is_chosen: is_chosen && layout.visible.len() > 1,
    });
    Ok(Look { format, columns, sheet, classifiers: reader.classifiers().to_vec(), notes: reader.notes() })
}

/// Decodes the rows looked at under the suggestion, so that it is known to work, or what is wrong is told.
fn try_out(yaml: &str, files: &[SourceFile]) -> Result<Vec<String>> {
    let mapping = match Mapping::from_yaml(yaml) {
        Ok(mapping) => mapping,
        Err(faults) => {
            return Ok(faults.iter().map(|fault| format!("the suggestion must be completed: {fault}")).collect());
        }
    };
    let mut notes = Vec::new();
    for file in files.iter().filter(|file| file.bytes > 0) {
        let options = DecodeOptions { received_at_us: 0, skip: 0, batch_events: SUGGEST_ROWS };
        let mut decoder = match Decoder::open(file, &mapping, &Lookups::none(), options) {
            Ok(decoder) => decoder,
            Err(Error::Mapping { fault, .. }) => {
                notes.push(format!("{}: the suggestion must be completed, {fault}", file.name));
                continue;
            }
            Err(error) => return Err(error),
        };
        let Some(batch) = decoder.next_batch()? else { continue };
        let taken = batch.rows - batch.rejections.len() as u64;
        let mut note = format!("{}: {taken} of the first {} rows would be taken", file.name, batch.rows);
        if let Some(first) = batch.rejections.first() {
            note.push_str(&format!("; line {} would not: {}", first.line, first.reason));
        }
        notes.push(note);
    }
    Ok(notes)
}

/// The file name up to its first dot.
fn stem(file: &SourceFile) -> String {
    file.name.split('.').next().unwrap_or_default().to_owned()
}

/// The name of the files, or what their names have in common.
fn pattern(files: &[&SourceFile]) -> String {
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    let [first, rest @ ..] = names.as_slice() else { return "*".to_owned() };
    if rest.is_empty() {
        return first.replace(['[', '{', '?', '*'], "?");
    }
    let shared = |a: &str, b: &str| a.char_indices().zip(b.chars()).take_while(|((_, x), y)| x == y).count();
    let reversed = |text: &str| text.chars().rev().collect::<String>();
    let head = rest.iter().map(|other| shared(first, other)).min().unwrap_or_default();
    let tail = rest.iter().map(|other| shared(&reversed(first), &reversed(other))).min().unwrap_or_default();
    let shortest = names.iter().map(|name| name.chars().count()).min().unwrap_or_default();
    let tail = tail.min(shortest - head.min(shortest));
    let head: String = first.chars().take(head).collect();
    let tail: String = reversed(&reversed(first).chars().take(tail).collect::<String>());
    format!("{head}*{tail}")
}

/// A name for the feed: that of the file, or of the folder of several.
fn source_name(files: &[SourceFile]) -> String {
    let raw = match files {
        [one] => stem(one),
        [first, ..] => first
            .path
            .parent()
            .and_then(Path::file_name)
            .map(|folder| folder.to_string_lossy().into_owned())
            .unwrap_or_default(),
        [] => String::new(),
    };
    if raw.is_empty() { "import".to_owned() } else { raw }
}
