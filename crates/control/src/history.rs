//! The stored form of acts, the same for pains and proposals.

use model::history::{FieldChange, HistoryEntry};

use crate::error::{Error, Result};
use crate::versions::SaveInfo;
use crate::workspace;

/// The columns of an act: when, who, what, why.
pub(crate) type Columns = (i64, String, String, Option<String>);

pub(crate) fn columns(info: &SaveInfo, changes: &[FieldChange]) -> Result<Columns> {
    let changes = serde_json::to_string(changes).map_err(|error| Error::invalid("changes", error.to_string()))?;
    Ok((info.at_us, info.by.clone(), changes, note(info).map(str::to_owned)))
}

pub(crate) fn entry(what: &str, (at_us, by, changes, note): Columns) -> Result<HistoryEntry> {
    let changes =
        serde_json::from_str(&changes).map_err(|error| Error::corrupt(format!("the history of {what}"), error))?;
    Ok(HistoryEntry { at_us, by, note, changes })
}

/// The note, if it says anything.
pub(crate) fn note(info: &SaveInfo) -> Option<&str> {
    info.note.as_deref().filter(|note| !note.trim().is_empty())
}

pub(crate) fn check(info: &SaveInfo) -> Result<()> {
    workspace::check_text("by", &info.by)?;
    workspace::check_text("note", info.note.as_deref().unwrap_or_default())
}
