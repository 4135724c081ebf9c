//! What people write about names in the data dictionary, and its versions.
//!
//! A name without a version has no note. As of journeys, a version is never changed; a note that is taken back is a
//! version that says nothing.

use std::collections::BTreeMap;

use model::dictionary::{DictionaryNote, DictionarySubject};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::entity::dictionary_version as version;
use crate::error::{Error, Result};
use crate::history;
use crate::limits::{DICTIONARY_NAME_BYTES_MAX, DICTIONARY_NOTES_MAX, VERSIONS_MAX};
use crate::store::Control;
use crate::versions::{SaveInfo, VersionInfo, stored_number};
use crate::workspace;

/// A note as it was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDictionaryNote {
    pub note: DictionaryNote,
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
}

/// What a save led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DictionaryNoteVersion {
    /// The newest version now; 0: there is none.
    pub version: u32,
    /// Whether this save made it; `false` if the newest says the same already.
    pub created: bool,
}

impl Control {
    /// Saves the note of a name. Changed content becomes its next version.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a text is too long or the name is none, [`Error::Changed`], or no such workspace.
    pub async fn save_dictionary_note(
        &self,
        workspace: &str,
        subject: &DictionarySubject,
        note: &DictionaryNote,
        info: SaveInfo,
    ) -> Result<DictionaryNoteVersion> {
        if let Some(fault) = note.faults().first() {
            return Err(Error::invalid(fault.path.clone(), fault.message.clone()));
        }
        let name = subject.name();
        if name.trim().is_empty() || name.len() > DICTIONARY_NAME_BYTES_MAX {
            let what = format!("{} bytes; it must have 1 to {DICTIONARY_NAME_BYTES_MAX}", name.len());
            return Err(Error::invalid("name", what));
        }
        history::check(&info)?;
        let content = serde_json::to_string(note).map_err(|error| Error::invalid("note", error.to_string()))?;
        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        let newest = of_subject(workspace, subject).one(&transaction.db).await?;
        let found = newest.as_ref().map_or(Ok(0), number)?;
        let now = newest.map_or_else(|| Ok(DictionaryNote::default()), |row| stored(row).map(|stored| stored.note))?;
        if now == *note {
            return Ok(DictionaryNoteVersion { version: found, created: false });
        }
        if let Some(expected) = info.expected_version.filter(|expected| *expected != found) {
            return Err(Error::Changed { what: "the note on", id: name.to_owned(), expected, found });
        }
        if found >= VERSIONS_MAX {
            return Err(Error::Full { what: "versions of a note", max: VERSIONS_MAX.into() });
        }
        if found == 0 && newest_of_all(&transaction.db, workspace).await?.len() as u64 >= DICTIONARY_NOTES_MAX {
            return Err(Error::Full { what: "notes of a data dictionary", max: DICTIONARY_NOTES_MAX });
        }
        let version = found + 1;
        let row = version::ActiveModel {
            workspace_id: Set(workspace.to_owned()),
            kind: Set(subject.kind().to_owned()),
            name: Set(name.to_owned()),
            version: Set(stored_number(version)),
            content: Set(content),
            saved_at_us: Set(info.at_us),
            saved_by: Set(info.by),
            note: Set(info.note),
        };
        version::Entity::insert(row).exec_without_returning(&transaction.db).await?;
        transaction.commit().await?;
        Ok(DictionaryNoteVersion { version, created: true })
    }

    /// The notes of a workspace at their newest versions, also those that say nothing any more.
    ///
    /// # Errors
    /// If the database fails or a note in it cannot be read.
    pub async fn dictionary_notes(&self, workspace: &str) -> Result<BTreeMap<DictionarySubject, StoredDictionaryNote>> {
        newest_of_all(self.reader(), workspace).await
    }

    /// Every version of the note of a name, newest first. Empty if it has none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn dictionary_note_versions(
        &self,
        workspace: &str,
        subject: &DictionarySubject,
    ) -> Result<Vec<VersionInfo>> {
        let rows = of_subject(workspace, subject).all(self.reader()).await?;
        let info = |row: version::Model| {
            Ok(VersionInfo { version: number(&row)?, saved_at_us: row.saved_at_us, by: row.saved_by, note: row.note })
        };
        rows.into_iter().map(info).collect()
    }
}

fn of_subject(workspace: &str, subject: &DictionarySubject) -> sea_orm::Select<version::Entity> {
    version::Entity::find()
        .filter(version::Column::WorkspaceId.eq(workspace))
        .filter(version::Column::Kind.eq(subject.kind()))
        .filter(version::Column::Name.eq(subject.name()))
        .order_by_desc(version::Column::Version)
}

/// Notes have few versions and are small, so all rows are read and the last of each is kept.
async fn newest_of_all(
    db: &impl ConnectionTrait,
    workspace: &str,
) -> Result<BTreeMap<DictionarySubject, StoredDictionaryNote>> {
    let rows = version::Entity::find()
        .filter(version::Column::WorkspaceId.eq(workspace))
        .order_by_asc(version::Column::Version)
        .all(db)
        .await?;
    let subject = |row: &version::Model| match row.kind.as_str() {
        "event" => Ok(DictionarySubject::Event(row.name.clone())),
        "property" => Ok(DictionarySubject::Property(row.name.clone())),
        other => Err(Error::corrupt("a note of the data dictionary", format!("kind `{other}`"))),
    };
    let newest = rows.into_iter().map(|row| Ok((subject(&row)?, row))).collect::<Result<BTreeMap<_, _>>>()?;
    newest.into_iter().map(|(subject, row)| Ok((subject, stored(row)?))).collect()
}

fn stored(row: version::Model) -> Result<StoredDictionaryNote> {
    let version = number(&row)?;
    let note = serde_json::from_str(&row.content)
        .map_err(|error| Error::corrupt(format!("version {version} of the note on `{}`", row.name), error))?;
    Ok(StoredDictionaryNote { note, version, saved_at_us: row.saved_at_us, by: row.saved_by })
}

fn number(row: &version::Model) -> Result<u32> {
    u32::try_from(row.version)
        .map_err(|error| Error::corrupt(format!("a version of the note on `{}`", row.name), error))
}
