//! The board of proposals: what to do about pains, and how far it has come.

use model::history::{self, HistoryEntry};
use model::proposal::{Proposal, ProposalStatus, TrackedProposal};
use sea_orm::sea_query::NullOrdering;
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait,
    IntoActiveModel, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use crate::entity::{proposal, proposal_event};
use crate::error::{Error, Result};
use crate::history as acts;
use crate::journey;
use crate::limits::{HISTORY_MAX, PROPOSALS_MAX};
use crate::pain;
use crate::store::Control;
use crate::versions::{SaveInfo, stored_number};
use crate::workspace;

/// Which proposals to list. Empty lists and none: all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalFilter {
    pub journey: Option<String>,
    pub stage: Option<String>,
    /// Key of the pain it is against.
    pub pain: Option<String>,
    /// Any of them.
    pub status: Vec<ProposalStatus>,
}

impl Control {
    /// Puts a proposal on the board.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, also if the journey, its stage or the pain is not there; no such workspace;
    /// [`Error::Full`].
    pub async fn create_proposal(&self, workspace: &str, new: &Proposal, info: SaveInfo) -> Result<TrackedProposal> {
        acts::check(&info)?;
        if let Some(fault) = new.faults().into_iter().next() {
            return Err(Error::invalid(fault.path, fault.message));
        }
        let transaction = self.write().await?;
        let db = &transaction.db;
        workspace::require(db, workspace).await?;
        check_place(db, workspace, None, new).await?;
        let kept = proposal::Entity::find().filter(proposal::Column::WorkspaceId.eq(workspace)).count(db).await?;
        if kept >= PROPOSALS_MAX {
            return Err(Error::Full { what: "proposals of a workspace", max: PROPOSALS_MAX });
        }
        let mut row = proposal::ActiveModel {
            id: NotSet,
            workspace_id: Set(workspace.to_owned()),
            version: Set(1),
            created_at_us: Set(info.at_us),
            created_by: Set(info.by.clone()),
            ..Default::default()
        };
        fill(&mut row, new, &info)?;
        let id = proposal::Entity::insert(row).exec(db).await?.last_insert_id;
        add_event(db, workspace, id, None, new, &info).await?;
        transaction.commit().await?;
        let SaveInfo { at_us, by, .. } = info;
        Ok(TrackedProposal {
            id,
            proposal: new.clone(),
            version: 1,
            created_at_us: at_us,
            created_by: by,
            changed_at_us: at_us,
        })
    }

    /// Changes a proposal, all its fields at once. The same again without a note changes nothing, whatever version was
    /// expected, so that it may be repeated; a note alone is an act too.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, [`Error::Changed`], or no such proposal.
    pub async fn change_proposal(
        &self,
        workspace: &str,
        id: i64,
        next: &Proposal,
        info: SaveInfo,
    ) -> Result<TrackedProposal> {
        acts::check(&info)?;
        let transaction = self.write().await?;
        let db = &transaction.db;
        let Some(row) = find(workspace, id).one(db).await? else { return Err(missing(id)) };
        let mut kept = tracked(&row)?;
        if kept.proposal == *next && acts::note(&info).is_none() {
            return Ok(kept);
        }
        if let Some(expected) = info.expected_version.filter(|expected| *expected != kept.version) {
            return Err(Error::Changed { what: "proposal", id: id.to_string(), expected, found: kept.version });
        }
        if let Some(fault) = kept.proposal.faults_of(next).into_iter().next() {
            return Err(Error::invalid(fault.path, fault.message));
        }
        check_place(db, workspace, Some(&kept.proposal), next).await?;
        if events_of(workspace, id).count(db).await? >= HISTORY_MAX {
            return Err(Error::Full { what: "entries of a history", max: HISTORY_MAX });
        }
        add_event(db, workspace, id, Some(&kept.proposal), next, &info).await?;
        kept.proposal = next.clone();
        kept.version += 1;
        kept.changed_at_us = info.at_us;
        let mut row = row.into_active_model();
        row.version = Set(stored_number(kept.version));
        fill(&mut row, next, &info)?;
        row.update(db).await?;
        transaction.commit().await?;
        Ok(kept)
    }

    /// The proposals of a workspace that fit, by expected money, those without a figure last, then by customers.
    ///
    /// # Errors
    /// If the database fails or a proposal in it cannot be read.
    pub async fn proposals(
        &self,
        workspace: &str,
        filter: &ProposalFilter,
        limit: u64,
    ) -> Result<Vec<TrackedProposal>> {
        let ProposalFilter { journey, stage, pain, status } = filter;
        let mut query = proposal::Entity::find().filter(proposal::Column::WorkspaceId.eq(workspace));
        for (column, wanted) in [
            (proposal::Column::JourneyId, journey),
            (proposal::Column::StageId, stage),
            (proposal::Column::PainKey, pain),
        ] {
            if let Some(wanted) = wanted {
                query = query.filter(column.eq(wanted));
            }
        }
        if !status.is_empty() {
            query = query.filter(proposal::Column::Status.is_in(status.iter().map(|status| status.id())));
        }
        let rows = query
            .order_by_with_nulls(proposal::Column::MoneyPerMonth, Order::Desc, NullOrdering::Last)
            .order_by_with_nulls(proposal::Column::CustomersPerMonth, Order::Desc, NullOrdering::Last)
            .order_by_asc(proposal::Column::Id)
            .limit(limit.min(PROPOSALS_MAX))
            .all(self.reader())
            .await?;
        rows.iter().map(tracked).collect()
    }

    /// One proposal.
    ///
    /// # Errors
    /// If the database fails or the proposal in it cannot be read.
    pub async fn proposal(&self, workspace: &str, id: i64) -> Result<Option<TrackedProposal>> {
        find(workspace, id).one(self.reader()).await?.as_ref().map(tracked).transpose()
    }

    /// What was done to a proposal, newest first. Empty if there is no such proposal.
    ///
    /// # Errors
    /// If the database fails or its history cannot be read.
    pub async fn proposal_history(&self, workspace: &str, id: i64) -> Result<Vec<HistoryEntry>> {
        let rows = events_of(workspace, id).order_by_desc(proposal_event::Column::Id).all(self.reader()).await?;
        let what = format!("proposal {id}");
        rows.into_iter().map(|row| acts::entry(&what, (row.at_us, row.by, row.changes, row.note))).collect()
    }

    /// Deletes a proposal with its history; `false` if there was none. What is not to be done is better dropped, so
    /// that nobody proposes it again.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_proposal(&self, workspace: &str, id: i64) -> Result<bool> {
        let transaction = self.write().await?;
        let deleted = proposal::Entity::delete_many()
            .filter(proposal::Column::WorkspaceId.eq(workspace))
            .filter(proposal::Column::Id.eq(id))
            .exec(&transaction.db)
            .await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected > 0)
    }
}

/// Fails unless the journey, stage and pain it names are there. What it names already may have gone meanwhile.
async fn check_place(
    db: &impl ConnectionTrait,
    workspace: &str,
    before: Option<&Proposal>,
    next: &Proposal,
) -> Result<()> {
    let is_same = |same: fn(&Proposal) -> (&str, &str)| before.is_some_and(|before| same(before) == same(next));
    if !is_same(|proposal| (&proposal.journey, &proposal.stage)) {
        let Some(stored) = journey::newest_journey(db, workspace, &next.journey).await? else {
            return Err(Error::invalid("journey", format!("there is no journey `{}`", next.journey)));
        };
        if !stored.journey.stages.iter().any(|stage| stage.id == next.stage) {
            let message = format!("journey `{}` has no stage `{}`", next.journey, next.stage);
            return Err(Error::invalid("stage", message));
        }
    }
    if let Some(key) = &next.pain
        && !is_same(|proposal| (&proposal.journey, proposal.pain.as_deref().unwrap_or_default()))
        && !pain::is_on(db, workspace, key, &next.journey).await?
    {
        return Err(Error::invalid("pain", format!("journey `{}` has no pain `{key}`", next.journey)));
    }
    Ok(())
}

/// Sets the columns of what it says.
fn fill(row: &mut proposal::ActiveModel, said: &Proposal, info: &SaveInfo) -> Result<()> {
    let content = serde_json::to_string(said).map_err(|error| Error::invalid("proposal", error.to_string()))?;
    row.journey_id = Set(said.journey.clone());
    row.stage_id = Set(said.stage.clone());
    row.pain_key = Set(said.pain.clone());
    row.content = Set(content);
    row.status = Set(said.status.id().to_owned());
    row.money_per_month = Set(said.gain.money_per_month.map(|estimate| estimate.value));
    row.customers_per_month = Set(said.gain.customers_per_month.map(|estimate| estimate.value));
    row.changed_at_us = Set(info.at_us);
    Ok(())
}

async fn add_event(
    db: &impl ConnectionTrait,
    workspace: &str,
    id: i64,
    before: Option<&Proposal>,
    after: &Proposal,
    info: &SaveInfo,
) -> Result<()> {
    let (at_us, by, changes, note) = acts::columns(info, &history::changes(before, after))?;
    let row = proposal_event::ActiveModel {
        id: NotSet,
        workspace_id: Set(workspace.to_owned()),
        proposal_id: Set(id),
        at_us: Set(at_us),
        by: Set(by),
        changes: Set(changes),
        note: Set(note),
    };
    proposal_event::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

fn find(workspace: &str, id: i64) -> sea_orm::Select<proposal::Entity> {
    proposal::Entity::find_by_id(id).filter(proposal::Column::WorkspaceId.eq(workspace))
}

fn events_of(workspace: &str, id: i64) -> sea_orm::Select<proposal_event::Entity> {
    proposal_event::Entity::find()
        .filter(proposal_event::Column::WorkspaceId.eq(workspace))
        .filter(proposal_event::Column::ProposalId.eq(id))
}

fn missing(id: i64) -> Error {
    Error::NotFound { what: "proposal", id: id.to_string() }
}

fn tracked(row: &proposal::Model) -> Result<TrackedProposal> {
    let corrupt = |reason: String| Error::corrupt(format!("proposal {}", row.id), reason);
    Ok(TrackedProposal {
        id: row.id,
        proposal: serde_json::from_str(&row.content).map_err(|error| corrupt(error.to_string()))?,
        version: u32::try_from(row.version).map_err(|error| corrupt(error.to_string()))?,
        created_at_us: row.created_at_us,
        created_by: row.created_by.clone(),
        changed_at_us: row.changed_at_us,
    })
}
