//! The audit log: who saw and did what.
//!
//! Rows are only ever added: the database refuses to change or delete one. Each carries a hash over itself and the hash of
//! the row before, so that a row that was changed, taken out or put in shows: [`Control::verify_audit`] walks the chain.
//! The hash has no secret, so whoever can write the database can also write the chain anew, and rows taken off at the end leave a chain that is whole;
//! against both, keep the newest hash somewhere else.
//!
//! What would be personal data stands here as a keyed hash, which the caller makes: addresses, customers, statements.

use model::access::Action;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Map, Value};

use crate::entity::audit;
use crate::error::{Error, Result};
use crate::limits::{AUDIT_DETAIL_BYTES_MAX, AUDIT_PAGE_MAX};
use crate::store::Control;
use crate::workspace::check_text;

/// What is written down.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAuditEntry {
    pub time_us: i64,
    /// Id of the person; none if nobody was signed in.
    pub person: Option<String>,
    pub action: Action,
    /// What it was done to: an id, or a keyed hash. May be empty.
    pub target: String,
    pub workspace: Option<String>,
    pub detail: Map<String, Value>,
    /// Keyed hash of the address it came from.
    pub address_hash: Option<String>,
}

/// An entry as it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// From 1, without a gap.
    pub seq: u64,
    pub entry: NewAuditEntry,
}

/// Which entries are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub workspace: String,
    /// Also those of no workspace: signing in, people.
    pub installation: bool,
    /// Only entries before this one.
    pub before: Option<u64>,
    pub action: Option<Action>,
    pub person: Option<String>,
}

/// Rows read at once when the chain is walked.
const WALK: u64 = 2_000;

impl Control {
    /// Adds an entry and returns its number.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a text is too long, or the database fails.
    pub async fn record_audit(&self, entry: NewAuditEntry) -> Result<u64> {
        check_text("target", &entry.target)?;
        let detail = Value::Object(entry.detail).to_string();
        if detail.len() > AUDIT_DETAIL_BYTES_MAX {
            return Err(Error::invalid("detail", format!("{} bytes; at most {AUDIT_DETAIL_BYTES_MAX}", detail.len())));
        }
        let transaction = self.write().await?;
        let last = audit::Entity::find().order_by_desc(audit::Column::Seq).limit(1).one(&transaction.db).await?;
        let (last_seq, last_hash) = last.map_or((0, String::new()), |row| (row.seq, row.hash));
        let mut row = audit::Model {
            seq: last_seq + 1,
            time_us: entry.time_us,
            person_id: entry.person,
            action: entry.action.id().to_owned(),
            target: entry.target,
            workspace_id: entry.workspace,
            detail,
            address_hash: entry.address_hash,
            hash: String::new(),
        };
        row.hash = chained(&last_hash, &row);
        let seq = number(row.seq)?;
        audit::Entity::insert(audit::ActiveModel::from(row)).exec_without_returning(&transaction.db).await?;
        transaction.commit().await?;
        Ok(seq)
    }

    /// Entries, newest first, at most `limit` and [`AUDIT_PAGE_MAX`].
    ///
    /// # Errors
    /// If the database fails, or holds an entry that cannot be read.
    pub async fn audit(&self, filter: &AuditFilter, limit: u64) -> Result<Vec<AuditEntry>> {
        let mut place = Condition::any().add(audit::Column::WorkspaceId.eq(&*filter.workspace));
        if filter.installation {
            place = place.add(audit::Column::WorkspaceId.is_null());
        }
        let mut rows = audit::Entity::find().filter(place).order_by_desc(audit::Column::Seq);
        if let Some(before) = filter.before {
            rows = rows.filter(audit::Column::Seq.lt(i64::try_from(before).unwrap_or(i64::MAX)));
        }
        if let Some(action) = filter.action {
            rows = rows.filter(audit::Column::Action.eq(action.id()));
        }
        if let Some(person) = &filter.person {
            rows = rows.filter(audit::Column::PersonId.eq(&**person));
        }
        rows.limit(limit.min(AUDIT_PAGE_MAX)).all(self.reader()).await?.into_iter().map(from_row).collect()
    }

    /// Walks the whole chain: the number of the first entry that does not follow from the one before, if any.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn verify_audit(&self) -> Result<Option<u64>> {
        let (mut seq, mut hash) = (0_i64, String::new());
        loop {
            let next = audit::Entity::find()
                .filter(audit::Column::Seq.gt(seq))
                .order_by_asc(audit::Column::Seq)
                .limit(WALK)
                .all(self.reader())
                .await?;
            if next.is_empty() {
                return Ok(None);
            }
            for row in next {
                if row.seq != seq + 1 || row.hash != chained(&hash, &row) {
                    return number(seq + 1).map(Some);
                }
                (seq, hash) = (row.seq, row.hash);
            }
        }
    }
}

/// BLAKE3 over the hash before and every field, each with its length, so that no two rows have the same bytes.
fn chained(before: &str, row: &audit::Model) -> String {
    let (seq, time_us) = (row.seq.to_string(), row.time_us.to_string());
    let fields = [
        Some(before),
        Some(&seq),
        Some(&time_us),
        row.person_id.as_deref(),
        Some(&row.action),
        Some(&row.target),
        row.workspace_id.as_deref(),
        Some(&row.detail),
        row.address_hash.as_deref(),
    ];
    let mut hasher = blake3::Hasher::new();
    for field in fields {
        // One more than the length, so that nothing and an empty text differ.
        let length = field.map_or(0, |text| text.len() as u64 + 1);
        hasher.update(&length.to_le_bytes());
        hasher.update(field.unwrap_or_default().as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn from_row(row: audit::Model) -> Result<AuditEntry> {
    let corrupt = |reason: String| Error::corrupt(format!("audit entry {}", row.seq), reason);
    let action = Action::by_id(&row.action).ok_or_else(|| corrupt(format!("unknown action `{}`", row.action)))?;
    let detail = serde_json::from_str(&row.detail).map_err(|error| corrupt(error.to_string()))?;
    let seq = number(row.seq)?;
    let entry = NewAuditEntry {
        time_us: row.time_us,
        person: row.person_id,
        action,
        target: row.target,
        workspace: row.workspace_id,
        detail,
        address_hash: row.address_hash,
    };
    Ok(AuditEntry { seq, entry })
}

fn number(seq: i64) -> Result<u64> {
    u64::try_from(seq).map_err(|error| Error::corrupt("the audit log", error))
}

#[cfg(test)]
mod tests {
    use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait};

    use super::*;
    use crate::migration::AUDIT_KEPT;

    fn entry(target: &str, workspace: Option<&str>) -> NewAuditEntry {
        NewAuditEntry {
            time_us: 1_700_000_000_000_000,
            person: Some("p1".into()),
            action: Action::Export,
            target: target.into(),
            workspace: workspace.map(str::to_owned),
            detail: Map::from_iter([("format".to_owned(), "pdf".into())]),
            address_hash: None,
        }
    }

    async fn with_entries() -> Control {
        let control = Control::open_in_memory().await.unwrap();
        for (target, workspace) in [("a", Some("shop")), ("b", None), ("c", Some("shop")), ("d", Some("other"))] {
            control.record_audit(entry(target, workspace)).await.unwrap();
        }
        assert_eq!(control.verify_audit().await.unwrap(), None);
        control
    }

    /// As somebody can who writes to the database's file.
    async fn without_triggers() -> Control {
        let control = with_entries().await;
        let db = control.reader();
        for (trigger, _) in AUDIT_KEPT {
            db.execute_unprepared(&format!("DROP TRIGGER {trigger}")).await.unwrap();
        }
        control
    }

    #[tokio::test]
    async fn the_database_refuses_to_change_or_delete_an_entry() {
        let control = with_entries().await;
        for statement in [
            "UPDATE audit SET target = 'z' WHERE seq = 2",
            "UPDATE audit SET hash = hash",
            "DELETE FROM audit WHERE seq = 3",
            "DELETE FROM audit",
        ] {
            let error = control.reader().execute_unprepared(statement).await.unwrap_err();
            assert!(error.to_string().contains("only added to"), "{statement}: {error}");
        }
        assert_eq!(control.verify_audit().await.unwrap(), None);
        assert_eq!(control.record_audit(entry("e", None)).await.unwrap(), 5, "it goes on");
    }

    #[tokio::test]
    async fn a_row_that_was_changed_taken_out_or_moved_is_found() {
        for change in ["target", "detail", "person", "time"] {
            let control = without_triggers().await;
            let mut row = audit::ActiveModel { seq: Set(2), ..Default::default() };
            match change {
                "target" => row.target = Set("z".into()),
                "detail" => row.detail = Set("{}".into()),
                "person" => row.person_id = Set(None),
                _ => row.time_us = Set(1),
            }
            audit::Entity::update(row).exec(control.reader()).await.unwrap();
            assert_eq!(control.verify_audit().await.unwrap(), Some(2), "{change}");
        }
        let control = without_triggers().await;
        audit::Entity::delete_by_id(3).exec(control.reader()).await.unwrap();
        assert_eq!(control.verify_audit().await.unwrap(), Some(3));

        // A row whose own hash was made anew breaks the one after it.
        let control = without_triggers().await;
        let mut second = audit::Entity::find_by_id(2).one(control.reader()).await.unwrap().unwrap();
        let first = audit::Entity::find_by_id(1).one(control.reader()).await.unwrap().unwrap();
        second.target = "z".into();
        second.hash = chained(&first.hash, &second);
        let second = audit::ActiveModel::from(second).reset_all();
        audit::Entity::update(second).exec(control.reader()).await.unwrap();
        assert_eq!(control.verify_audit().await.unwrap(), Some(3));
    }

    #[test]
    fn no_two_rows_have_the_same_bytes() {
        let row = |person: Option<&str>, target: &str| audit::Model {
            seq: 1,
            time_us: 1,
            person_id: person.map(str::to_owned),
            action: "sql".into(),
            target: target.into(),
            workspace_id: None,
            detail: "{}".into(),
            address_hash: None,
            hash: String::new(),
        };
        let hashes =
            [row(None, ""), row(Some(""), ""), row(Some("a"), ""), row(None, "a")].map(|row| chained("", &row));
        assert_eq!(std::collections::HashSet::from(hashes).len(), 4);
    }

    #[tokio::test]
    async fn pages_are_of_one_workspace_newest_first() {
        let control = with_entries().await;
        let targets = async |filter: AuditFilter| {
            let entries = control.audit(&filter, 50).await.unwrap();
            entries.into_iter().map(|entry| entry.entry.target).collect::<Vec<_>>()
        };
        let shop = AuditFilter { workspace: "shop".into(), ..AuditFilter::default() };
        assert_eq!(targets(shop.clone()).await, ["c", "a"]);
        assert_eq!(targets(AuditFilter { before: Some(3), ..shop.clone() }).await, ["a"]);
        assert_eq!(targets(AuditFilter { installation: true, ..shop.clone() }).await, ["c", "b", "a"]);
        assert_eq!(targets(AuditFilter { person: Some("p2".into()), ..shop.clone() }).await, [""; 0]);
        assert_eq!(targets(AuditFilter { action: Some(Action::Sql), ..shop }).await, [""; 0]);
    }
}
