//! Segments and scores: what narrows a question, and questions about them.

use folds::limits::{MOMENTS_MAX, SEGMENTS_COMPARED_MAX};
use folds::slicer::Slicer;
use model::journey::Fault;
use model::rfm::{Edges, Model};
use model::scope::Scope;
use model::segment::{Segment, SegmentChoice, Who};

use super::Ground;
use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::segments::any_event;
use crate::spec::{FoldSpec, Masks, RfmSpec, SegmentsSpec};

/// The segments a scope asks for.
///
/// # Errors
/// When one is not given as a definition that stands on its own.
pub(super) fn required(scope: &Scope) -> Result<Option<SegmentsSpec>> {
    if scope.segments.is_empty() {
        return Ok(None);
    }
    let tree = |(i, choice): (usize, &SegmentChoice)| match choice {
        SegmentChoice::Given(segment) => tree(segment, &format!("segments[{i}]")),
        SegmentChoice::Stored(id) => {
            let what = "is known by its key alone; give its definition";
            Err(Error::question(format!("segments[{i}]: segment `{id}` {what}")))
        }
    };
    let segments = scope.segments.iter().enumerate().map(tree).collect::<Result<Vec<Who>>>()?;
    let required = segments.len() as u32;
    Ok(Some(SegmentsSpec { segments, required, zone: zone(scope), ..SegmentsSpec::default() }))
}

impl Ground<'_> {
    /// How many customers are in each of some segments and in several at once, as of the scope's moment or of each of
    /// some moments. Everybody with an event counts, be it one of the system's own: who was only told about is a
    /// customer, too.
    ///
    /// # Errors
    /// When there are no segments, too many of them, or one that does not make sense.
    pub fn segments(&self, asked: &[Segment], moments_us: Vec<i64>) -> Result<FinishSpec> {
        if asked.is_empty() || asked.len() > SEGMENTS_COMPARED_MAX {
            let what = format!("set 1 to {SEGMENTS_COMPARED_MAX} segments side by side, not {}", asked.len());
            return Err(Error::question(format!("segments: {what}")));
        }
        if moments_us.len() > MOMENTS_MAX {
            return Err(Error::question(format!("moments: at most {MOMENTS_MAX}, not {}", moments_us.len())));
        }
        self.about(FoldSpec::Segments, asked, moments_us, false)
    }

    /// Who is in a segment, and until when if nothing happens.
    ///
    /// # Errors
    /// When the segment does not make sense.
    pub fn members(&self, asked: &Segment) -> Result<FinishSpec> {
        self.about(FoldSpec::Members, std::slice::from_ref(asked), Vec::new(), true)
    }

    /// What every customer bought, of which the boundaries of scores are made.
    ///
    /// # Errors
    /// When the model does not make sense.
    pub fn rfm_edges(&self, model: &Model) -> Result<FinishSpec> {
        self.bought(model, FoldSpec::RfmEdges(self.rfm_spec(model)))
    }

    /// Customers by score.
    ///
    /// # Errors
    /// When the model does not make sense.
    pub fn rfm(&self, model: &Model, edges: Edges) -> Result<FinishSpec> {
        self.bought(model, FoldSpec::Rfm { rfm: self.rfm_spec(model), edges })
    }

    fn about(&self, fold: FoldSpec, asked: &[Segment], moments_us: Vec<i64>, steady: bool) -> Result<FinishSpec> {
        let mut spec = self.plan(fold);
        let mut segments = self
            .segments
            .clone()
            .unwrap_or_else(|| SegmentsSpec { zone: zone(&self.scope), ..SegmentsSpec::default() });
        for (i, segment) in asked.iter().enumerate() {
            segments.segments.push(tree(segment, &format!("segments[{i}]"))?);
        }
        (segments.moments_us, segments.steady) = (moments_us, steady);
        spec.scan.segments = Some(segments);
        spec.scan.filter.get_or_insert_with(any_event);
        (spec.scan.slicer, spec.scan.sessions) = (Slicer::Customer, None);
        spec.output.labels = asked.iter().map(|segment| segment.id.clone()).collect();
        Ok(spec)
    }

    fn bought(&self, model: &Model, fold: FoldSpec) -> Result<FinishSpec> {
        if let Some(Fault { path, message, .. }) = model.faults("model").into_iter().next() {
            return Err(Error::question(format!("{path}: {message}")));
        }
        let mut spec = self.plan(fold);
        spec.scan.masks = Masks::Rules(vec![model.rule.clone()]);
        spec.scan.value = Some(model.value);
        (spec.scan.slicer, spec.scan.sessions) = (Slicer::Customer, None);
        Ok(spec)
    }

    fn rfm_spec(&self, model: &Model) -> RfmSpec {
        RfmSpec { within: model.within, zone: zone(&self.scope), ties: model.ties, high: model.high }
    }
}

fn zone(scope: &Scope) -> String {
    scope.zone.clone().unwrap_or_else(|| "UTC".to_owned())
}

/// A segment's tree, if it stands on its own.
fn tree(segment: &Segment, path: &str) -> Result<Who> {
    let refused = |what: String| Err(Error::question(format!("{path}: segment `{}`, {what}", segment.id)));
    if let Some(fault) = segment.faults().into_iter().next() {
        return refused(fault.to_string());
    }
    if let Some(named) = segment.who.segments().first() {
        return refused(format!("it names segment `{named}` by its key alone; give that one's definition"));
    }
    Ok(segment.who.clone())
}
