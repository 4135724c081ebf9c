//! Maps below maps: a journey may be the inside of a stage of another.

use std::collections::HashSet;

use model::journey::{Fault, Journey};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::journey::{JourneySummary, newest_journey};
use crate::store::Control;

/// A journey that is the inside of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildJourney {
    /// The parent's stage. The parent may have lost it since the child was saved.
    pub stage: String,
    pub journey: JourneySummary,
}

impl Control {
    /// The journeys directly below a journey's stages, by stage in alphabetical order, then by key.
    ///
    /// # Errors
    /// If the database fails or a definition in it cannot be read.
    pub async fn children(&self, workspace: &str, journey: &str) -> Result<Vec<ChildJourney>> {
        let all = self.journeys(workspace).await?;
        let below = all.into_iter().filter_map(|child| {
            let stage = child.parent.as_ref().filter(|parent| parent.journey == journey)?.stage.clone();
            Some(ChildJourney { stage, journey: child })
        });
        let mut children: Vec<_> = below.collect();
        children.sort_by(|a, b| (&a.stage, &a.journey.id).cmp(&(&b.stage, &b.journey.id)));
        Ok(children)
    }
}

/// Fails with a fault unless the journey has no parent, or one that is stored, has the stage, and does not itself hang
/// below the journey.
pub(crate) async fn check_parent(db: &impl ConnectionTrait, workspace: &str, journey: &Journey) -> Result<()> {
    let Some(parent) = &journey.parent else { return Ok(()) };
    let refused = |path: &str, message: String| {
        Err(Error::Faults { journey: journey.id.clone(), faults: vec![Fault::new(path, message)] })
    };
    let Some(stored) = newest_journey(db, workspace, &parent.journey).await? else {
        return refused("parent.journey", format!("there is no journey `{}`; save it first", parent.journey));
    };
    if !stored.journey.stages.iter().any(|stage| stage.id == parent.stage) {
        return refused("parent.stage", format!("journey `{}` has no stage `{}`", parent.journey, parent.stage));
    }
    // Up to the top. Stored journeys form no circle, so this ends; the set is for a database that was tampered with.
    let mut seen = HashSet::new();
    let mut above = stored.journey.parent;
    while let Some(next) = above {
        if next.journey == journey.id {
            let message = format!("`{}` already hangs below `{}`; take one of them out", parent.journey, journey.id);
            return refused("parent.journey", message);
        }
        if !seen.insert(next.journey.clone()) {
            break;
        }
        above = newest_journey(db, workspace, &next.journey).await?.and_then(|stored| stored.journey.parent);
    }
    Ok(())
}
