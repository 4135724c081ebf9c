//! Who is in a segment, kept up to date: what automation, exports and alerts go by.
//!
//! A full scan says who is in and until when that stays so by itself. From then on only those are looked at again to whom
//! something happened, and those whose time has come; the result is that of a full scan.

use std::collections::BTreeSet;

use folds::segment::{Change, Roll};
use model::identity::CustomerId;
use model::scope::Scope;
use model::segment::{Segment, SegmentChoice};
use operators::spec::FoldState;
use operators::{Control, FinishSpec, Ground};

use crate::analyst::{Analyst, mixed_up};
use crate::error::{Error, Result};
use crate::question::{Present, Question, SegmentsQuestion};
use crate::segments;

/// The members of a segment at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    /// The definition, standing on its own. Boundaries of scores are those of the last full scan.
    pub segment: Segment,
    /// UTC microseconds.
    pub as_of_us: i64,
    roll: Roll,
}

/// Who came and who went, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MembershipChange {
    pub entered: Vec<CustomerId>,
    pub left: Vec<CustomerId>,
    /// Customers looked at again.
    pub looked_at: u64,
}

impl Membership {
    pub fn members(&self) -> impl ExactSizeIterator<Item = CustomerId> + '_ {
        self.roll.members().map(CustomerId)
    }

    pub fn contains(&self, customer: CustomerId) -> bool {
        self.roll.contains(customer.0)
    }
}

impl Analyst {
    /// Looks at everybody.
    ///
    /// # Errors
    /// `NotFound` or `Invalid` for the segment; `Cancelled` through `control`.
    pub async fn membership(
        &self,
        present: &Present,
        segment: &SegmentChoice,
        as_of_us: i64,
        control: &Control,
    ) -> Result<Membership> {
        let scope = Scope { as_of_us: Some(as_of_us), ..Scope::default() };
        let mut question =
            Question::Segments(SegmentsQuestion { scope, segments: vec![segment.clone()], trend_days: None });
        segments::settle(&self.engine, present, &mut question, None, control).await?;
        let Question::Segments(SegmentsQuestion { segments, .. }) = question else { return Err(mixed_up()) };
        let segment = segments::resolve(present, &segments, "segment")?.pop().ok_or_else(mixed_up)?;
        let spec = members(present, &segment, as_of_us)?;
        let folded = operators::run(&self.engine, present.snapshot.clone(), &spec.scan, control).await?;
        let FoldState::Members(found) = folded.state else { return Err(mixed_up()) };
        Ok(Membership { segment, as_of_us, roll: Roll::of(&found.found) })
    }

    /// Brings a membership to a later moment and snapshot. `touched` are the customers to whom something happened since:
    /// who have new events (late ones too), and of every merge of identities or its undoing all customers it took or
    /// gave events. Naming more of them costs a look, naming fewer is wrong.
    ///
    /// # Errors
    /// `Invalid` when the moment lies before the membership's own; `Cancelled` through `control`, which leaves the
    /// membership as it was.
    pub async fn update_membership(
        &self,
        present: &Present,
        membership: &mut Membership,
        touched: &BTreeSet<CustomerId>,
        as_of_us: i64,
        control: &Control,
    ) -> Result<MembershipChange> {
        if as_of_us < membership.as_of_us {
            let why = "membership is kept forward in time; look at everybody for an earlier moment";
            return Err(Error::invalid("as_of", why));
        }
        let mut looked_at = membership.roll.due(as_of_us);
        looked_at.extend(touched.iter().map(|customer| customer.0));
        let mut change = Change::default();
        if !looked_at.is_empty() {
            let spec = members(present, &membership.segment, as_of_us)?;
            let snapshot = present.snapshot.clone();
            let folded = operators::run_over(&self.engine, snapshot, &spec.scan, &looked_at, control).await?;
            let FoldState::Members(found) = folded.state else { return Err(mixed_up()) };
            change = membership.roll.update(&looked_at, &found.found);
        }
        membership.as_of_us = as_of_us;
        let ids = |ids: Vec<i64>| ids.into_iter().map(CustomerId).collect();
        Ok(MembershipChange { entered: ids(change.entered), left: ids(change.left), looked_at: looked_at.len() as u64 })
    }
}

fn members(present: &Present, segment: &Segment, as_of_us: i64) -> Result<FinishSpec> {
    let mut scope = Scope { as_of_us: Some(as_of_us), zone: Some(present.zone.clone()), ..Scope::default() };
    present.narrow(&mut scope);
    Ok(Ground::new(&present.snapshot, scope, None, present.now_us)?.members(segment)?)
}
