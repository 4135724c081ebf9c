//! Pains over time: what was found, when it was seen last, what people decided about it.
//!
//! A look records all it found at once. Nothing found is ever forgotten by a later look that does not find it; it is
//! only not seen any more. The rules (which status may follow which, when a closed pain is back) are `model::pain`'s.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use model::history::{self, HistoryEntry};
use model::pain::{Handling, Money, Pain, PainKind, PainStatus, TrackedPain, key};
use model::period::Period;
use sea_orm::sea_query::NullOrdering;
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait,
    IntoActiveModel, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use crate::entity::{pain, pain_event, proposal};
use crate::error::{Error, Result};
use crate::history as acts;
use crate::journey;
use crate::limits::{HISTORY_MAX, PAIN_BYTES_MAX, PAINS_LISTED_MAX, PAINS_MAX};
use crate::store::Control;
use crate::versions::{SaveInfo, stored_number};
use crate::workspace;

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PainLook {
    pub journey: String,
    /// The version of the journey that was looked with.
    pub version: u32,
    pub looked: Period,
    /// The moment the question was asked at, in the time of the events, UTC microseconds.
    pub as_of_us: i64,
}

/// What a look led to, as keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PainsRecorded {
    /// Never found before.
    pub new: Vec<String>,
    /// Closed, and found again in later events.
    pub came_back: Vec<String>,
    /// Known, looked for, and not found.
    pub not_seen: Vec<String>,
}

/// Which pains to list. Empty lists and none: all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PainFilter {
    pub journey: Option<String>,
    pub stage: Option<String>,
    /// Any of them.
    pub status: Vec<PainStatus>,
    /// Any of them.
    pub kind: Vec<PainKind>,
}

impl Control {
    /// Records what a look at a journey found, all of it or nothing. What is new is `found`; what is known gets the
    /// newer content, unless an earlier moment was looked at; a closed pain may come back. `info.expected_version` has
    /// no meaning here.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a pain is of another journey, stands twice, is not the one its key says, or is too large;
    /// no such workspace or version of the journey; [`Error::Full`] if people handle too many already.
    pub async fn record_pains(
        &self,
        workspace: &str,
        look: &PainLook,
        found: &[Pain],
        info: SaveInfo,
    ) -> Result<PainsRecorded> {
        acts::check(&info)?;
        let contents = found.iter().map(|pain| checked_content(look, pain)).collect::<Result<Vec<_>>>()?;
        let keys: BTreeSet<&str> = found.iter().map(|pain| pain.key.as_str()).collect();
        if keys.len() < found.len() {
            return Err(Error::invalid("found", "a pain stands twice"));
        }

        let transaction = self.write().await?;
        let db = &transaction.db;
        workspace::require(db, workspace).await?;
        if !journey::has_version(db, workspace, &look.journey, look.version).await? {
            let id = format!("{} {}", look.journey, look.version);
            return Err(Error::NotFound { what: "version of a journey", id });
        }
        let rows = of_journey(workspace, &look.journey).all(db).await?;
        let mut known: BTreeMap<String, pain::Model> =
            rows.into_iter().map(|row| (row.pain_key.clone(), row)).collect();
        let fresh = found.iter().filter(|pain| !known.contains_key(&pain.key)).count();
        make_room(db, workspace, &mut known, &keys, fresh).await?;

        let mut recorded = PainsRecorded::default();
        for (pain, content) in found.iter().zip(contents) {
            match known.get(&pain.key) {
                None => {
                    insert(db, workspace, look, pain, content, &info).await?;
                    recorded.new.push(pain.key.clone());
                }
                Some(row) => {
                    if refresh(db, row, look, pain, content, &info).await? {
                        recorded.came_back.push(pain.key.clone());
                    }
                }
            }
        }
        for (key, row) in known.iter().filter(|(key, _)| !keys.contains(key.as_str())) {
            if tracked(row)?.is_looked_for(look.looked, look.as_of_us) {
                let mut row = row.clone().into_active_model();
                looked_at(&mut row, look, &info);
                row.update(db).await?;
                recorded.not_seen.push(key.clone());
            }
        }
        transaction.commit().await?;
        Ok(recorded)
    }

    /// The pains of a journey that nobody has closed, in the order of [`Control::pains`].
    ///
    /// # Errors
    /// As [`Control::pains`].
    pub async fn open_pains(&self, workspace: &str, journey: &str) -> Result<Vec<Pain>> {
        let status = PainStatus::ALL.into_iter().filter(|status| *status != PainStatus::Closed).collect();
        let filter = PainFilter { journey: Some(journey.to_owned()), status, ..PainFilter::default() };
        let open = self.pains(workspace, &filter, PAINS_LISTED_MAX).await?;
        Ok(open.into_iter().map(|known| known.pain).collect())
    }

    /// The pains of a workspace that fit, at most [`PAINS_LISTED_MAX`], by money lost, those without a figure last, then by customers.
    ///
    /// # Errors
    /// If the database fails or a pain in it cannot be read.
    pub async fn pains(&self, workspace: &str, filter: &PainFilter, limit: u64) -> Result<Vec<TrackedPain>> {
        let PainFilter { journey, stage, status, kind } = filter;
        let mut query = pain::Entity::find().filter(pain::Column::WorkspaceId.eq(workspace));
        if let Some(journey) = journey {
            query = query.filter(pain::Column::JourneyId.eq(journey));
        }
        if let Some(stage) = stage {
            query = query.filter(pain::Column::StageId.eq(stage));
        }
        if !status.is_empty() {
            query = query.filter(pain::Column::Status.is_in(status.iter().map(|status| status.id())));
        }
        if !kind.is_empty() {
            query = query.filter(pain::Column::Kind.is_in(kind.iter().map(|kind| kind.id())));
        }
        let rows = query
            .order_by_with_nulls(pain::Column::MoneyPerMonth, Order::Desc, NullOrdering::Last)
            .order_by_desc(pain::Column::CustomersPerMonth)
            .order_by_asc(pain::Column::PainKey)
            .limit(limit.min(PAINS_LISTED_MAX))
            .all(self.reader())
            .await?;
        rows.iter().map(tracked).collect()
    }

    /// One pain.
    ///
    /// # Errors
    /// If the database fails or the pain in it cannot be read.
    pub async fn pain(&self, workspace: &str, key: &str) -> Result<Option<TrackedPain>> {
        find(workspace, key).one(self.reader()).await?.as_ref().map(tracked).transpose()
    }

    /// What was done to a pain, newest first. Empty if there is no such pain.
    ///
    /// # Errors
    /// If the database fails or its history cannot be read.
    pub async fn pain_history(&self, workspace: &str, key: &str) -> Result<Vec<HistoryEntry>> {
        let rows = events_of(workspace, key).order_by_desc(pain_event::Column::Id).all(self.reader()).await?;
        let what = format!("pain `{key}`");
        rows.into_iter().map(|row| acts::entry(&what, (row.at_us, row.by, row.changes, row.note))).collect()
    }

    /// Sets what is decided about a pain. The same again without a note changes nothing, whatever version was
    /// expected, so that it may be repeated; a note alone is an act too.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, [`Error::Changed`], or no such pain.
    pub async fn handle_pain(
        &self,
        workspace: &str,
        key: &str,
        next: &Handling,
        info: SaveInfo,
    ) -> Result<TrackedPain> {
        acts::check(&info)?;
        let transaction = self.write().await?;
        let db = &transaction.db;
        let Some(row) = find(workspace, key).one(db).await? else {
            return Err(Error::NotFound { what: "pain", id: key.to_owned() });
        };
        let mut pain = tracked(&row)?;
        if pain.handling == *next && acts::note(&info).is_none() {
            return Ok(pain);
        }
        if let Some(expected) = info.expected_version.filter(|expected| *expected != pain.version) {
            return Err(Error::Changed { what: "pain", id: key.to_owned(), expected, found: pain.version });
        }
        if let Some(fault) = pain.handling.faults_of(next).into_iter().next() {
            return Err(Error::invalid(fault.path, fault.message));
        }
        if events_of(workspace, key).count(db).await? >= HISTORY_MAX {
            return Err(Error::Full { what: "entries of a history", max: HISTORY_MAX });
        }
        if next.status == PainStatus::Closed && pain.handling.status != PainStatus::Closed {
            pain.closed_at_us = Some(info.at_us);
        }
        add_event(db, workspace, key, Some(&pain.handling), next, &info).await?;
        pain.handling = next.clone();
        pain.version += 1;
        let mut row = row.into_active_model();
        decided(&mut row, &pain);
        row.update(db).await?;
        transaction.commit().await?;
        Ok(pain)
    }
}

/// Whether there is a pain of this key on this journey.
pub(crate) async fn is_on(db: &impl ConnectionTrait, workspace: &str, key: &str, journey: &str) -> Result<bool> {
    Ok(find(workspace, key).one(db).await?.is_some_and(|row| row.journey_id == journey))
}

/// The stored form of a pain that is what it says it is.
fn checked_content(look: &PainLook, pain: &Pain) -> Result<String> {
    if pain.journey != look.journey {
        return Err(Error::invalid("journey", format!("pain `{}` is of journey `{}`", pain.key, pain.journey)));
    }
    if pain.key != key(&pain.journey, pain.kind, &pain.stage, pain.facet.as_ref()) {
        return Err(Error::invalid("key", format!("`{}` is not the key of this pain", pain.key)));
    }
    let content = serde_json::to_string(pain).map_err(|error| Error::invalid("pain", error.to_string()))?;
    if content.len() > PAIN_BYTES_MAX {
        return Err(Error::invalid("pain", format!("{} bytes; at most {PAIN_BYTES_MAX}", content.len())));
    }
    // A number that is none is written as null and could not be read again.
    serde_json::from_str::<Pain>(&content)
        .map_err(|error| Error::invalid("pain", format!("pain `{}` cannot be kept: {error}", pain.key)))?;
    Ok(content)
}

/// Where too many pains of a journey would be kept, those that nobody touched, that this look does not find and that no
/// proposal is against give way, the longest unseen first.
async fn make_room(
    db: &impl ConnectionTrait,
    workspace: &str,
    known: &mut BTreeMap<String, pain::Model>,
    found: &BTreeSet<&str>,
    fresh: usize,
) -> Result<()> {
    let kept = usize::try_from(PAINS_MAX).unwrap_or(usize::MAX);
    let excess = (known.len() + fresh).saturating_sub(kept);
    if excess == 0 {
        return Ok(());
    }
    let proposed: Vec<String> = proposal::Entity::find()
        .filter(proposal::Column::WorkspaceId.eq(workspace))
        .filter(proposal::Column::PainKey.is_not_null())
        .select_only()
        .column(proposal::Column::PainKey)
        .into_tuple()
        .all(db)
        .await?;
    let proposed: BTreeSet<String> = proposed.into_iter().collect();
    let is_idle = |row: &&pain::Model| {
        row.version == 1
            && row.status == PainStatus::Found.id()
            && !found.contains(row.pain_key.as_str())
            && !proposed.contains(&row.pain_key)
    };
    let mut idle: Vec<(i64, String)> =
        known.values().filter(is_idle).map(|row| (row.last_found_at_us, row.pain_key.clone())).collect();
    if idle.len() < excess {
        return Err(Error::Full { what: "pains of a journey", max: PAINS_MAX });
    }
    idle.sort();
    for (_, key) in idle.into_iter().take(excess) {
        pain::Entity::delete_by_id((workspace.to_owned(), key.clone())).exec(db).await?;
        known.remove(&key);
    }
    Ok(())
}

async fn insert(
    db: &impl ConnectionTrait,
    workspace: &str,
    look: &PainLook,
    found: &Pain,
    content: String,
    info: &SaveInfo,
) -> Result<()> {
    let handling = Handling::found();
    let mut row = pain::ActiveModel {
        workspace_id: Set(workspace.to_owned()),
        pain_key: Set(found.key.clone()),
        journey_id: Set(found.journey.clone()),
        stage_id: Set(found.stage.clone()),
        kind: Set(found.kind.id().to_owned()),
        status: Set(handling.status.id().to_owned()),
        owner: Set(None),
        due: Set(None),
        version: Set(1),
        first_found_at_us: Set(info.at_us),
        closed_at_us: Set(None),
        ..Default::default()
    };
    seen(&mut row, look, found, content, info);
    pain::Entity::insert(row).exec_without_returning(db).await?;
    add_event(db, workspace, &found.key, None, &handling, info).await
}

/// Brings a known pain up to date; whether it came back.
async fn refresh(
    db: &impl ConnectionTrait,
    row: &pain::Model,
    look: &PainLook,
    found: &Pain,
    content: String,
    info: &SaveInfo,
) -> Result<bool> {
    let mut pain = tracked(row)?;
    // As the world was before the last look: nothing new.
    if look.as_of_us < pain.as_of_us {
        return Ok(false);
    }
    let workspace = &row.workspace_id;
    let mut row = row.clone().into_active_model();
    seen(&mut row, look, found, content, info);
    let comes_back = pain.comes_back(found);
    if comes_back {
        let handling = Handling { status: PainStatus::CameBack, ..pain.handling.clone() };
        add_event(db, workspace, &found.key, Some(&pain.handling), &handling, info).await?;
        pain.handling = handling;
        pain.version += 1;
        decided(&mut row, &pain);
    }
    row.update(db).await?;
    Ok(comes_back)
}

/// Sets the columns of what was found.
fn seen(row: &mut pain::ActiveModel, look: &PainLook, found: &Pain, content: String, info: &SaveInfo) {
    row.content = Set(content);
    row.money_per_month = Set(match &found.money {
        Money::PerMonth { amount, .. } => Some(amount.value),
        Money::Missing { .. } => None,
    });
    row.customers_per_month = Set(found.customers_per_month.value);
    row.journey_version = Set(stored_number(look.version));
    row.last_found_at_us = Set(info.at_us);
    looked_at(row, look, info);
}

fn looked_at(row: &mut pain::ActiveModel, look: &PainLook, info: &SaveInfo) {
    row.last_looked_at_us = Set(info.at_us);
    row.looked_from_us = Set(look.looked.from_us);
    row.looked_to_us = Set(look.looked.to_us);
    row.as_of_us = Set(look.as_of_us);
}

/// Sets the columns of what is decided.
fn decided(row: &mut pain::ActiveModel, pain: &TrackedPain) {
    row.status = Set(pain.handling.status.id().to_owned());
    row.owner = Set(pain.handling.owner.clone());
    row.due = Set(pain.handling.due.map(|day| day.to_string()));
    row.version = Set(stored_number(pain.version));
    row.closed_at_us = Set(pain.closed_at_us);
}

async fn add_event(
    db: &impl ConnectionTrait,
    workspace: &str,
    key: &str,
    before: Option<&Handling>,
    after: &Handling,
    info: &SaveInfo,
) -> Result<()> {
    let (at_us, by, changes, note) = acts::columns(info, &history::changes(before, after))?;
    let row = pain_event::ActiveModel {
        id: NotSet,
        workspace_id: Set(workspace.to_owned()),
        pain_key: Set(key.to_owned()),
        at_us: Set(at_us),
        by: Set(by),
        changes: Set(changes),
        note: Set(note),
    };
    pain_event::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

fn of_journey(workspace: &str, journey: &str) -> sea_orm::Select<pain::Entity> {
    pain::Entity::find().filter(pain::Column::WorkspaceId.eq(workspace)).filter(pain::Column::JourneyId.eq(journey))
}

fn find(workspace: &str, key: &str) -> sea_orm::Select<pain::Entity> {
    pain::Entity::find_by_id((workspace.to_owned(), key.to_owned()))
}

fn events_of(workspace: &str, key: &str) -> sea_orm::Select<pain_event::Entity> {
    pain_event::Entity::find()
        .filter(pain_event::Column::WorkspaceId.eq(workspace))
        .filter(pain_event::Column::PainKey.eq(key))
}

fn tracked(row: &pain::Model) -> Result<TrackedPain> {
    let corrupt = |reason: String| Error::corrupt(format!("pain `{}`", row.pain_key), reason);
    let number = |number: i32| u32::try_from(number).map_err(|error| corrupt(error.to_string()));
    let status = PainStatus::ALL.into_iter().find(|status| status.id() == row.status);
    let due =
        row.due.as_deref().map(str::parse::<NaiveDate>).transpose().map_err(|error| corrupt(error.to_string()))?;
    Ok(TrackedPain {
        pain: serde_json::from_str(&row.content).map_err(|error| corrupt(error.to_string()))?,
        handling: Handling {
            status: status.ok_or_else(|| corrupt(format!("unknown status `{}`", row.status)))?,
            owner: row.owner.clone(),
            due,
        },
        version: number(row.version)?,
        journey_version: number(row.journey_version)?,
        first_found_at_us: row.first_found_at_us,
        last_found_at_us: row.last_found_at_us,
        last_looked_at_us: row.last_looked_at_us,
        looked: Period { from_us: row.looked_from_us, to_us: row.looked_to_us },
        as_of_us: row.as_of_us,
        closed_at_us: row.closed_at_us,
    })
}
