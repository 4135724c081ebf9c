//! What is changed from the terminal stands in the audit log, as what is changed over the API does.

use control::{Control, NewAuditEntry};
use model::access::Action;
use serde_json::{Map, Value};

/// Who the audit log says it was.
const TERMINAL: &str = "terminal";

/// Records that something was done.
///
/// # Errors
/// If the database fails.
pub async fn record(
    control: &Control,
    action: Action,
    target: &str,
    workspace: Option<&str>,
    detail: Map<String, Value>,
) -> anyhow::Result<()> {
    let entry = NewAuditEntry {
        time_us: worker::clock::now_us(),
        person: Some(TERMINAL.to_owned()),
        action,
        target: target.to_owned(),
        workspace: workspace.map(str::to_owned),
        detail,
        address_hash: None,
    };
    control.record_audit(entry).await?;
    Ok(())
}
