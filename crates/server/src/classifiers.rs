//! The traffic rules of workspaces made ready, kept until others are saved.

use std::collections::HashMap;
use std::sync::Arc;

use control::{Control, Workspace};
use model::traffic::Classifier;
use parking_lot::Mutex;

use crate::error::{ApiError, ApiResult};

/// The rules in force of each workspace that has been asked about, by version. It holds as many as there are workspaces.
#[derive(Debug, Default)]
pub struct Classifiers {
    ready: Mutex<HashMap<String, Ready>>,
}

/// A workspace that was deleted and made again under the same id is another one.
type Ready = (i64, u32, Arc<Classifier>);

impl Classifiers {
    /// The rules in force.
    pub async fn of(&self, control: &Control, workspace: &Workspace) -> ApiResult<Arc<Classifier>> {
        let version = control.traffic_version(&workspace.id).await?;
        if version == 0 {
            return Ok(Classifier::standard());
        }
        if let Some((made_us, ready, classifier)) = self.ready.lock().get(&workspace.id)
            && (*made_us, *ready) == (workspace.created_at_us, version)
        {
            return Ok(Arc::clone(classifier));
        }
        let Some(stored) = control.traffic(&workspace.id, Some(version)).await? else {
            return Ok(Classifier::standard());
        };
        let classifier = Classifier::new(&stored.rules).map_err(|faults| {
            let first = faults.first().map(ToString::to_string).unwrap_or_default();
            ApiError::bad_request("traffic_rules_invalid", format!("the saved traffic rules have a fault: {first}"))
                .hint("save them again without it")
        })?;
        let classifier = Arc::new(classifier);
        let ready = (workspace.created_at_us, version, Arc::clone(&classifier));
        self.ready.lock().insert(workspace.id.clone(), ready);
        Ok(classifier)
    }
}
