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

use crate::decoder::{DecodeOptions, Decoder};
use crate::error::{Error, Result};
use crate::files::SourceFile;
use crate::format::csv::Step;
use crate::format::reader::{Reading, RowReader};
use crate::format::xes::Classifier;
use crate::limits::SUGGEST_ROWS;
use crate::lookup::Lookups;
use crate::mapping::{Format, Mapping};
use roles::Roles;
use stats::Columns;

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
    let mut kinds: BTreeMap<KindKey, (Look, Vec<&SourceFile>)> = BTreeMap::new();
    let mut order = Vec::new();
    let mut notes = Vec::new();
    for file in files {
        let look = look(file)?;
        notes.extend(look.notes.iter().map(|note| format!("{}: {note}", name(&file.path))));
        if look.columns.list.is_empty() {
            notes.push(format!("{} has no rows, so nothing is suggested for it", name(&file.path)));
            continue;
        }
        let mut names: Vec<String> = look.columns.list.iter().map(|column| column.name.clone()).collect();
        if matches!(look.format, Format::Ndjson | Format::Xes | Format::Ocel) {
            // Objects may leave fields out; files with the same stem of a name are one kind.
            names = vec![stem(&file.path).trim_end_matches(|letter: char| !letter.is_alphabetic()).to_owned()];
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
            let roles = Roles::choose(&columns, &stem(&files[0].path), format);
            Entry { pattern: pattern(&files), stem: stem(&files[0].path), format, columns, roles, sheet, classifiers }
        })
        .collect();
    let yaml = write::document(&entries, &source_name(files));
    for entry in &entries {
        let prefix = if entries.len() > 1 { format!("{}: ", entry.pattern) } else { String::new() };
        notes.extend(entry.roles.doubts.iter().map(|doubt| format!("{prefix}{doubt}")));
    }
    notes.extend(try_out(&yaml, files)?);
    Ok(Suggestion { yaml, notes })
}

fn look(file: &SourceFile) -> Result<Look> {
    let mut reader = RowReader::open(file, &Reading::default())?;
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
    columns.finish();
    let sheet = reader.layout().map(|layout| SheetFound {
        name: Some(layout.sheet.clone()),
        skip_rows: layout.skip_rows,
        header: layout.header,
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
                notes.push(format!("{}: the suggestion must be completed, {fault}", name(&file.path)));
                continue;
            }
            Err(error) => return Err(error),
        };
        let Some(batch) = decoder.next_batch()? else { continue };
        let taken = batch.rows - batch.rejections.len() as u64;
        let mut note = format!("{}: {taken} of the first {} rows would be taken", name(&file.path), batch.rows);
        if let Some(first) = batch.rejections.first() {
            note.push_str(&format!("; line {} would not: {}", first.line, first.reason));
        }
        notes.push(note);
    }
    Ok(notes)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The file name up to its first dot.
fn stem(path: &Path) -> String {
    let name = name(path);
    name.split('.').next().unwrap_or_default().to_owned()
}

/// The name of the files, or what their names have in common.
fn pattern(files: &[&SourceFile]) -> String {
    let names: Vec<String> = files.iter().map(|file| name(&file.path)).collect();
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
        [one] => stem(&one.path),
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
