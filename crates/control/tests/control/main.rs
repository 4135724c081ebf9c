//! The control plane as other crates use it, over real SQLite files.

#![allow(clippy::unwrap_used)]

mod changes;
mod comments;
mod dictionary;
mod files;
mod hierarchy;
mod imports;
mod journeys;
mod named_views;
mod pains;
mod people;
mod proposals;
mod provider;
mod samples;
mod segments;
mod templates;
mod traffic;
mod views;
mod workspaces;

use control::{Control, NewWorkspace, definition};
use model::journey::Journey;
use model::text::LocalizedText;

fn new_workspace(id: &str) -> NewWorkspace {
    NewWorkspace {
        id: id.to_owned(),
        name: LocalizedText::from("Shop"),
        sample: None,
        zone: "Asia/Shanghai".to_owned(),
        currency: Some("CNY".to_owned()),
        place: 0,
        created_at_us: 1_700_000_000_000_000,
    }
}

/// A database in memory with the workspaces `shop` and `other`.
async fn with_workspaces() -> Control {
    let control = Control::open_in_memory().await.unwrap();
    for id in ["shop", "other"] {
        control.create_workspace(new_workspace(id)).await.unwrap();
    }
    control
}

fn journey(id: &str, name: &str) -> Journey {
    let text = serde_json::json!({
        "id": id, "name": name, "gap": "7d",
        "stages": [{"id": "buy", "name": "Buy", "touchpoints": [
            {"id": "purchase", "name": "Purchase", "match": [{"event": "purchase"}]}
        ]}],
        "goal": {"name": "Order", "touchpoints": ["purchase"]},
    });
    definition::journey_from_json(&text.to_string()).unwrap()
}
