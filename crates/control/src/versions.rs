//! Definitions that are kept by key and version: what journeys, segments and sites have in common.
//!
//! A version is never changed: every save of changed content adds one (1, 2, 3 …), so that a permalink or an answer that
//! names a version means the same for ever. Each kind has a table of its own with the same columns. Not here: what a
//! definition may say, which is checked by its own room before it is saved.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Select,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::entity::{journey_version, segment_version, site_version};
use crate::error::{Error, Result};
use crate::limits::VERSIONS_MAX;

/// The circumstances of a save.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SaveInfo {
    /// UTC microseconds.
    pub at_us: i64,
    /// Who saves: a person's name or the program's.
    pub by: String,
    /// Why.
    pub note: Option<String>,
    /// The version the change was made from; the save fails if another is stored by now. 0: there must be none yet. None:
    /// save over whatever is there.
    pub expected_version: Option<u32>,
}

/// What a save led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedVersion {
    /// The newest version now.
    pub version: u32,
    /// Whether this save made it; `false` if the content was the newest version's already.
    pub created: bool,
}

/// A line in a definition's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionInfo {
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
    pub note: Option<String>,
}

/// A version of a definition as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) version: u32,
    pub(crate) content: String,
    pub(crate) saved_at_us: i64,
    pub(crate) by: String,
    pub(crate) note: Option<String>,
}

/// A table of versions.
pub(crate) trait Versions: EntityTrait {
    /// What a definition is called.
    const WHAT: &'static str;
    const WORKSPACE: Self::Column;
    const ID: Self::Column;
    const VERSION: Self::Column;

    fn read(model: Self::Model) -> Result<Row>;
    fn model(workspace: &str, row: Row) -> Self::Model;
}

macro_rules! versions {
    ($table:ident, $Id:ident, $id:ident, $what:literal) => {
        impl Versions for $table::Entity {
            const WHAT: &'static str = $what;
            const WORKSPACE: Self::Column = $table::Column::WorkspaceId;
            const ID: Self::Column = $table::Column::$Id;
            const VERSION: Self::Column = $table::Column::Version;

            fn read(model: Self::Model) -> Result<Row> {
                let $table::Model { $id: id, version, content, saved_at_us, saved_by: by, note, .. } = model;
                let version = u32::try_from(version)
                    .map_err(|error| Error::corrupt(format!("a version of {} `{id}`", Self::WHAT), error))?;
                Ok(Row { id, version, content, saved_at_us, by, note })
            }

            fn model(workspace: &str, row: Row) -> Self::Model {
                let Row { id, version, content, saved_at_us, by: saved_by, note } = row;
                let (workspace_id, version) = (workspace.to_owned(), stored_number(version));
                $table::Model { workspace_id, $id: id, version, content, saved_at_us, saved_by, note }
            }
        }
    };
}

versions!(journey_version, JourneyId, journey_id, "journey");
versions!(segment_version, SegmentId, segment_id, "segment");
versions!(site_version, SiteId, site_id, "site");

impl Row {
    /// The definition it holds.
    pub(crate) fn definition<E: Versions, T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.content)
            .map_err(|error| Error::corrupt(format!("version {} of {} `{}`", self.version, E::WHAT, self.id), error))
    }
}

/// The stored form of a definition. Equal ones have equal forms: fields come in the order of the model, languages in the
/// order of their tags.
pub(crate) fn content<E: Versions>(definition: &impl Serialize, bytes_max: usize) -> Result<String> {
    let content = serde_json::to_string(definition).map_err(|error| Error::invalid(E::WHAT, error.to_string()))?;
    if content.len() > bytes_max {
        return Err(Error::invalid(E::WHAT, format!("{} bytes; at most {bytes_max}", content.len())));
    }
    Ok(content)
}

/// Fails if another version is stored than the change was made from.
pub(crate) fn expect<E: Versions>(id: &str, info: &SaveInfo, found: u32) -> Result<()> {
    match info.expected_version.filter(|expected| *expected != found) {
        Some(expected) => Err(Error::Changed { what: E::WHAT, id: id.to_owned(), expected, found }),
        None => Ok(()),
    }
}

/// Stores the version after `found`; the caller has looked whether it may be.
pub(crate) async fn insert<E>(
    db: &impl ConnectionTrait,
    workspace: &str,
    (id, content): (&str, String),
    found: u32,
    info: SaveInfo,
) -> Result<SavedVersion>
where
    E: Versions,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    if found >= VERSIONS_MAX {
        return Err(Error::Full { what: "versions of a definition", max: VERSIONS_MAX.into() });
    }
    let version = found + 1;
    let row = Row { id: id.to_owned(), version, content, saved_at_us: info.at_us, by: info.by, note: info.note };
    // Of a model read from a row nothing counts as set.
    E::insert(E::model(workspace, row).into_active_model().reset_all()).exec_without_returning(db).await?;
    Ok(SavedVersion { version, created: true })
}

/// All versions of a definition, newest first.
fn of<E: Versions>(workspace: &str, id: &str) -> Select<E> {
    E::find().filter(E::WORKSPACE.eq(workspace)).filter(E::ID.eq(id)).order_by_desc(E::VERSION)
}

/// A version, or the newest.
pub(crate) async fn at<E: Versions>(
    db: &impl ConnectionTrait,
    workspace: &str,
    id: &str,
    version: Option<u32>,
) -> Result<Option<Row>> {
    let mut rows = of::<E>(workspace, id);
    if let Some(version) = version {
        rows = rows.filter(E::VERSION.eq(stored_number(version)));
    }
    rows.one(db).await?.map(E::read).transpose()
}

/// The newest versions of a workspace's definitions, by key.
pub(crate) async fn newest_of_all<E: Versions>(
    db: &impl ConnectionTrait,
    workspace: &str,
) -> Result<BTreeMap<String, Row>> {
    let newest = Query::select()
        .column(E::ID)
        .expr(Expr::col(E::VERSION).max())
        .from(E::default())
        .and_where(E::WORKSPACE.eq(workspace))
        .group_by_col(E::ID)
        .to_owned();
    let key = Expr::tuple([Expr::col(E::ID), Expr::col(E::VERSION)]);
    let rows = E::find().filter(E::WORKSPACE.eq(workspace)).filter(key.in_subquery(newest)).all(db).await?;
    rows.into_iter().map(|row| E::read(row).map(|row| (row.id.clone(), row))).collect()
}

/// How a definition came to be what it is, newest first. Empty if there is none of this key.
pub(crate) async fn history<E: Versions>(
    db: &impl ConnectionTrait,
    workspace: &str,
    id: &str,
) -> Result<Vec<VersionInfo>> {
    let info = |row| {
        let Row { version, saved_at_us, by, note, .. } = E::read(row)?;
        Ok(VersionInfo { version, saved_at_us, by, note })
    };
    of::<E>(workspace, id).all(db).await?.into_iter().map(info).collect()
}

/// Deletes all versions of a definition; how many those were.
pub(crate) async fn delete<E: Versions>(db: &impl ConnectionTrait, workspace: &str, id: &str) -> Result<u64> {
    let rows = E::delete_many().filter(E::WORKSPACE.eq(workspace)).filter(E::ID.eq(id));
    Ok(rows.exec(db).await?.rows_affected)
}

/// Versions end far below this; one past the end is simply not found.
pub(crate) fn stored_number(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}
