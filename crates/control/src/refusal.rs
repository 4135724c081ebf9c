//! Letters that doors refused, counted by source and reason.
//!
//! Of a letter nothing is kept but what it looked like from outside: no body, no query, no key. Not here: why a letter is
//! refused, and how often this is written.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::entity::{source, source_refusal};
use crate::error::{Error, Result};
use crate::limits::REFUSALS_MAX;
use crate::store::Control;

/// Letters of one source that were refused for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals {
    /// Stable code of what the sender was told: `origin_refused`.
    pub code: String,
    pub count: u64,
    pub first_us: i64,
    pub last_us: i64,
    /// The newest of them.
    pub example: RefusedLetter,
}

/// What a letter looked like from outside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedLetter {
    pub method: String,
    /// Path of the door, without the key.
    pub path: String,
    pub content_type: String,
    pub content_encoding: String,
    /// As the sender said.
    pub bytes: Option<u64>,
    /// Of the page it came from.
    pub origin: Option<String>,
}

impl Control {
    /// What doors refused of the sources of a workspace, by source, the newest first.
    ///
    /// # Errors
    /// If the database fails or a row cannot be read.
    pub async fn refusals(&self, workspace: &str) -> Result<HashMap<String, Vec<Refusals>>> {
        let rows = source_refusal::Entity::find()
            .filter(source_refusal::Column::WorkspaceId.eq(workspace))
            .order_by_desc(source_refusal::Column::LastUs)
            .order_by_asc(source_refusal::Column::Code)
            .all(self.reader())
            .await?;
        let mut of: HashMap<String, Vec<Refusals>> = HashMap::new();
        for row in rows {
            let source_refusal::Model { source_id, code, count, first_us, last_us, example, .. } = row;
            let example = serde_json::from_str(&example)
                .map_err(|error| Error::corrupt(format!("refusals of source `{source_id}`"), error))?;
            let count = u64::try_from(count).unwrap_or_default();
            of.entry(source_id).or_default().push(Refusals { code, count, first_us, last_us, example });
        }
        Ok(of)
    }

    /// Adds to what doors refused: workspace, source, and what came since this was last noted. Of a source that is there no
    /// more nothing is noted, nor for more than [`REFUSALS_MAX`] reasons.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_refusals(&self, news: &[(String, String, Refusals)]) -> Result<()> {
        if news.is_empty() {
            return Ok(());
        }
        let transaction = self.write().await?;
        for (workspace, of, Refusals { code, count, first_us, last_us, example }) in news {
            let count = i64::try_from(*count).unwrap_or(i64::MAX);
            let example =
                serde_json::to_string(example).map_err(|error| Error::invalid("example", error.to_string()))?;
            let of_source = source_refusal::Entity::find()
                .filter(source_refusal::Column::WorkspaceId.eq(workspace))
                .filter(source_refusal::Column::SourceId.eq(of));
            let known = source_refusal::Entity::update_many()
                .filter(source_refusal::Column::WorkspaceId.eq(workspace))
                .filter(source_refusal::Column::SourceId.eq(of))
                .filter(source_refusal::Column::Code.eq(code))
                .col_expr(source_refusal::Column::Count, Expr::col(source_refusal::Column::Count).add(count))
                .col_expr(source_refusal::Column::LastUs, Expr::value(*last_us))
                .col_expr(source_refusal::Column::Example, Expr::value(example.clone()))
                .exec(&transaction.db)
                .await?;
            let key = (workspace.clone(), of.clone());
            if known.rows_affected > 0
                || source::Entity::find_by_id(key).one(&transaction.db).await?.is_none()
                || of_source.count(&transaction.db).await? >= REFUSALS_MAX
            {
                continue;
            }
            let row = source_refusal::Model {
                workspace_id: workspace.clone(),
                source_id: of.clone(),
                code: code.clone(),
                count,
                first_us: *first_us,
                last_us: *last_us,
                example,
            };
            let row = source_refusal::ActiveModel::from(row);
            source_refusal::Entity::insert(row).exec_without_returning(&transaction.db).await?;
        }
        transaction.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NewWorkspace, Source};

    #[tokio::test]
    async fn refusals_add_up_and_go_with_their_source() {
        let control = Control::open_in_memory().await.unwrap();
        let new = NewWorkspace {
            id: "shop".into(),
            name: model::text::LocalizedText::from("shop"),
            sample: None,
            zone: "UTC".into(),
            currency: None,
            place: 0,
            created_at_us: 0,
        };
        control.create_workspace(new).await.unwrap();
        let web =
            Source { id: "web".into(), name: "web".into(), channel: "web".into(), origins: vec![], created_at_us: 0 };
        control.add_source("shop", web).await.unwrap();
        let refused = |code: &str, count, first_us, last_us| Refusals {
            code: code.to_owned(),
            count,
            first_us,
            last_us,
            example: RefusedLetter { bytes: Some(count), ..RefusedLetter::default() },
        };
        let of = |source: &str, refused| ("shop".to_owned(), source.to_owned(), refused);
        control.note_refusals(&[of("web", refused("a", 2, 5, 9)), of("gone", refused("a", 1, 1, 1))]).await.unwrap();
        control.note_refusals(&[of("web", refused("b", 1, 7, 7)), of("web", refused("a", 3, 11, 12))]).await.unwrap();
        let told = control.refusals("shop").await.unwrap();
        let expected = Refusals { count: 5, first_us: 5, ..refused("a", 3, 11, 12) };
        assert_eq!(told, HashMap::from([("web".to_owned(), vec![expected, refused("b", 1, 7, 7)])]));
        for n in 0..2 * REFUSALS_MAX {
            control.note_refusals(&[of("web", refused(&format!("c{n}"), 1, 1, 1))]).await.unwrap();
        }
        assert_eq!(control.refusals("shop").await.unwrap()["web"].len() as u64, REFUSALS_MAX);
        assert!(control.delete_source("shop", "web").await.unwrap());
        assert_eq!(control.refusals("shop").await.unwrap(), HashMap::new());
    }
}
