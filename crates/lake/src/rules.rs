//! The stitching policy of a lake: in force, its versions, what another one would change, setting it.
//!
//! Policies lie in the log of edges, so who is who at a version of the log follows from the log alone. A version of the
//! policy is its place among the settled ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::identity::IdentityEdge;
use model::stitching::{Policy, Stitcher, Why};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::control::Control;
use crate::error::{Error, Result};
use crate::identity::IdentityVersion;
use crate::lake::{Lake, blocking, spawned};
use crate::review::IdentityChange;
use crate::steward::judge_while;

/// A policy that was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyVersion {
    /// From 1; 0 is the policy every lake begins with.
    pub version: u32,
    pub policy: Policy,
    pub by: String,
    pub time_us: i64,
}

/// What another policy would change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyChange {
    pub change: IdentityChange,
    /// Links people are asked about, by reason.
    pub asked_before: BTreeMap<Why, u64>,
    pub asked_after: BTreeMap<Why, u64>,
}

/// A namespace of a lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamespaceCount {
    pub namespace: String,
    /// Different identifiers of it.
    pub identifiers: u64,
}

impl Lake {
    /// The stitching policy in force.
    pub async fn stitching_policy(&self) -> Result<Policy> {
        self.inner.catch_up().await?;
        Ok(self.inner.policy())
    }

    /// Every policy that was set, the oldest first.
    pub async fn stitching_policies(&self) -> Result<Vec<PolicyVersion>> {
        self.inner.catch_up().await?;
        Ok(self.inner.state.read().graph.policies())
    }

    /// The namespaces identifiers are of, and how many each has; by name.
    pub async fn namespaces(&self) -> Result<Vec<NamespaceCount>> {
        self.inner.catch_up().await?;
        let counts = self.inner.register().await?.counts();
        Ok(counts.into_iter().map(|(namespace, identifiers)| NamespaceCount { namespace, identifiers }).collect())
    }

    /// Customers there are: everybody an identifier names, those that are one counted once.
    pub async fn customer_count(&self) -> Result<u64> {
        self.inner.ready_to_ask().await?;
        let registered = self.inner.register().await?.len() as u64;
        let state = self.inner.state.read();
        let nameless = state.stitcher.nameless().len() as u64;
        Ok((registered + nameless).saturating_sub(state.graph.joined_count()))
    }

    /// What a policy would change if it were set now. Judges everything that was ever said: seconds for millions of it.
    /// `control` counts the identifiers that were looked at as rows.
    ///
    /// # Errors
    /// [`Error::Policy`] where it cannot be one, [`Error::Cancelled`].
    pub async fn preview_policy(&self, policy: &Policy, control: &Control) -> Result<PolicyChange> {
        policy.check()?;
        self.inner.ready_to_ask().await?;
        let (inner, policy, watch) = (Arc::clone(&self.inner), policy.clone(), control.clone());
        let (lines, asked_before, asked_after) = blocking(move || {
            let (mut stitcher, graph) = {
                let state = inner.state.read();
                (state.stitcher.clone(), Arc::clone(&state.graph))
            };
            watch.expect_rows(stitcher.profile_count() as u64);
            let asked_before = asked(&stitcher);
            let act = IdentityEdge::Policy { policy, settled: false, source: String::new(), time_us: 0 };
            let go_on = |profiles: usize| {
                watch.add_rows(profiles as u64);
                !watch.is_cancelled()
            };
            let lines = judge_while(&mut stitcher, &graph, vec![act], 0, go_on).ok_or(Error::Cancelled)?;
            stitcher.replay(|stitcher| lines.iter().for_each(|line| crate::steward::note(stitcher, line)));
            stitcher.measure();
            Ok((lines, asked_before, asked(&stitcher)))
        })
        .await?;
        control.check()?;
        Ok(PolicyChange { change: self.change_of(&lines).await?, asked_before, asked_after })
    }

    /// Sets the policy and judges everything that was ever said by it; durable when this returns, and in the next
    /// snapshot. `by` is who sets it.
    ///
    /// # Errors
    /// [`Error::Policy`] where it cannot be one.
    pub async fn set_stitching_policy(&self, policy: &Policy, by: &str, time_us: i64) -> Result<IdentityVersion> {
        self.inner.writes("set the stitching policy")?;
        policy.check()?;
        let (inner, policy, source) = (Arc::clone(&self.inner), policy.clone(), by.to_owned());
        spawned(async move {
            let _order = inner.edges.lock().await;
            let act = IdentityEdge::Policy { policy, settled: false, source, time_us };
            inner.log_acts(vec![act], Vec::new(), Vec::new()).await?;
            Ok(inner.state.read().graph.version())
        })
        .await
    }
}

/// Links people are asked about, by reason.
fn asked(stitcher: &Stitcher) -> BTreeMap<Why, u64> {
    let mut asked = BTreeMap::new();
    for why in stitcher.withheld().iter().filter_map(|judged| judged.why).filter(|why| why.asks()) {
        *asked.entry(why).or_default() += 1;
    }
    asked
}
