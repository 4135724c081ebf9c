//! Comments on maps: what was said, answered and settled.

use model::comment::{Comment, KeptComment};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::entity::comment;
use crate::error::{Error, Result};
use crate::journey;
use crate::limits::COMMENTS_MAX;
use crate::store::Control;
use crate::workspace;

/// A kept comment, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentOf {
    pub kept: KeptComment,
    pub author_id: String,
}

/// Who writes, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writer {
    pub id: String,
    pub name: String,
    /// UTC microseconds.
    pub at_us: i64,
}

impl Control {
    /// Keeps a comment on a journey's map, or an answer to one.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, also if the stage, the touchpoint or the comment that is answered is not
    /// there; no such workspace or journey; [`Error::Full`].
    pub async fn add_comment(
        &self,
        workspace: &str,
        journey: &str,
        new: &Comment,
        writer: Writer,
    ) -> Result<KeptComment> {
        let content = checked_content(new)?;
        let transaction = self.write().await?;
        let db = &transaction.db;
        workspace::require(db, workspace).await?;
        let Some(stored) = journey::newest_journey(db, workspace, journey).await? else {
            return Err(Error::NotFound { what: "journey", id: journey.to_owned() });
        };
        if let Some(fault) = new.missing_in(&stored.journey) {
            return Err(Error::invalid(fault.path, fault.message));
        }
        if let Some(id) = new.reply_to {
            let answered = find(workspace, id).filter(comment::Column::JourneyId.eq(journey)).one(db).await?;
            match answered {
                None => return Err(Error::invalid("reply_to", format!("this journey has no comment {id}"))),
                Some(row) if row.reply_to.is_some() => {
                    return Err(Error::invalid(
                        "reply_to",
                        format!("comment {id} is an answer; answer what it answers"),
                    ));
                }
                Some(_) => {}
            }
        }
        if all_of(workspace, journey).count(db).await? >= COMMENTS_MAX {
            return Err(Error::Full { what: "comments on a journey", max: COMMENTS_MAX });
        }
        let row = comment::ActiveModel {
            id: NotSet,
            workspace_id: Set(workspace.to_owned()),
            journey_id: Set(journey.to_owned()),
            reply_to: Set(new.reply_to),
            content: Set(content),
            created_at_us: Set(writer.at_us),
            created_by: Set(writer.name),
            author_id: Set(writer.id),
            edited_at_us: Set(None),
            resolved_at_us: Set(None),
            resolved_by: Set(None),
        };
        let row = row.insert(db).await?;
        transaction.commit().await?;
        read(row).map(|of| of.kept)
    }

    /// The comments on a journey, in the order they were written.
    ///
    /// # Errors
    /// If the database fails or a comment in it cannot be read.
    pub async fn comments(&self, workspace: &str, journey: &str) -> Result<Vec<CommentOf>> {
        let rows = all_of(workspace, journey).order_by_asc(comment::Column::Id).limit(COMMENTS_MAX);
        rows.all(self.reader()).await?.into_iter().map(read).collect()
    }

    /// One comment.
    ///
    /// # Errors
    /// If the database fails or the comment in it cannot be read.
    pub async fn comment(&self, workspace: &str, id: i64) -> Result<Option<CommentOf>> {
        find(workspace, id).one(self.reader()).await?.map(read).transpose()
    }

    /// Changes what a comment says, settles it or opens it again: what is given of it, together. The same again changes
    /// nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, also where an answer is to be settled; no such comment.
    pub async fn change_comment(
        &self,
        workspace: &str,
        id: i64,
        text: Option<&str>,
        settled: Option<bool>,
        writer: Writer,
    ) -> Result<KeptComment> {
        let transaction = self.write().await?;
        let Some(row) = find(workspace, id).one(&transaction.db).await? else { return Err(missing(id)) };
        let before = read(row.clone())?.kept;
        if settled.is_some() && before.comment.reply_to.is_some() {
            return Err(Error::invalid("resolved", "an answer is settled with the comment that it answers"));
        }
        let mut kept = before.clone();
        if let Some(text) = text.filter(|text| *text != kept.comment.text) {
            text.clone_into(&mut kept.comment.text);
            kept.edited_at_us = Some(writer.at_us);
        }
        if let Some(settled) = settled.filter(|settled| *settled != kept.resolved_at_us.is_some()) {
            kept.resolved_at_us = settled.then_some(writer.at_us);
            kept.resolved_by = settled.then_some(writer.name);
        }
        if kept == before {
            return Ok(kept);
        }
        let mut row = row.into_active_model();
        row.content = Set(checked_content(&kept.comment)?);
        row.edited_at_us = Set(kept.edited_at_us);
        row.resolved_at_us = Set(kept.resolved_at_us);
        row.resolved_by = Set(kept.resolved_by.clone());
        row.update(&transaction.db).await?;
        transaction.commit().await?;
        Ok(kept)
    }

    /// Forgets a comment with its answers; `false` if there was none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_comment(&self, workspace: &str, id: i64) -> Result<bool> {
        let transaction = self.write().await?;
        let it = Condition::any().add(comment::Column::Id.eq(id)).add(comment::Column::ReplyTo.eq(id));
        let deleted = comment::Entity::delete_many()
            .filter(comment::Column::WorkspaceId.eq(workspace))
            .filter(it)
            .exec(&transaction.db)
            .await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected > 0)
    }
}

fn checked_content(comment: &Comment) -> Result<String> {
    if let Some(fault) = comment.faults().into_iter().next() {
        return Err(Error::invalid(fault.path, fault.message));
    }
    serde_json::to_string(comment).map_err(|error| Error::invalid("comment", error.to_string()))
}

fn all_of(workspace: &str, journey: &str) -> sea_orm::Select<comment::Entity> {
    comment::Entity::find()
        .filter(comment::Column::WorkspaceId.eq(workspace))
        .filter(comment::Column::JourneyId.eq(journey))
}

fn find(workspace: &str, id: i64) -> sea_orm::Select<comment::Entity> {
    comment::Entity::find_by_id(id).filter(comment::Column::WorkspaceId.eq(workspace))
}

fn missing(id: i64) -> Error {
    Error::NotFound { what: "comment", id: id.to_string() }
}

fn read(row: comment::Model) -> Result<CommentOf> {
    let content = serde_json::from_str(&row.content);
    let comment = content.map_err(|error| Error::corrupt(format!("comment {}", row.id), error.to_string()))?;
    let kept = KeptComment {
        id: row.id,
        journey: row.journey_id,
        comment,
        created_at_us: row.created_at_us,
        created_by: row.created_by,
        edited_at_us: row.edited_at_us,
        resolved_at_us: row.resolved_at_us,
        resolved_by: row.resolved_by,
    };
    Ok(CommentOf { kept, author_id: row.author_id })
}
