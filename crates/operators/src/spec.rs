//! What one scan computes, as data.
//!
//! A [`ScanSpec`] is complete: rules, labels, clock, slicing and fold. It holds names, never codes of this process,
//! so it can be sent to another one, and a partial result computed there means the same. Written as JSON, because
//! rules hold JSON values.

use folds::by::At;
use folds::periods::Periods;
use folds::slicer::Slicer;
use folds::{
    attribution, by, funnel, journey, lifecycle, pain, paths, retention, rfm, segment, sequence, sessions, stickiness,
    subjects, survival, transitions, who,
};
use model::breakdown::{BANDS_MAX, Bands, Breakdown, band_names};
use model::case::Case;
use model::event::{Column, ColumnType};
use model::period::Period;
use model::rfm::{Edges, Ties};
use model::rule::{ColumnRef, Rule};
use model::segment::{Who, Within};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// One scan over the lake: which events count, what they are to the question, and what is added up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanSpec {
    /// What each event is: the fold's `label`, and what the slicer cuts by.
    pub labels: Labels,
    /// What labels become once subjects are cut: `regroup[label]` stands for `label` (labels beyond its end become
    /// 0). Touchpoints cut instances by their goal, then count as stages. Empty: labels stay what they are.
    pub regroup: Vec<u32>,
    /// Which steps an event matches: the fold's `mask`.
    pub masks: Masks,
    /// Events that take part; the rest are as if they had not happened. None: all but the system's own (`$…`).
    pub filter: Option<Rule>,
    /// Only customers who for each of these rules have at least one matching event up to `as_of_us`, whether it takes
    /// part or not. Empty: everyone.
    pub customers: Vec<Rule>,
    /// Segments that narrow the question, or that it asks about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<SegmentsSpec>,
    /// Only subjects with at least one matching event of their own.
    pub subjects: Option<Rule>,
    /// Numeric column handed to the fold as `value`.
    pub value: Option<Column>,
    /// Numeric column handed to the fold as `score`.
    pub score: Option<Column>,
    /// Columns of which a fold sees whether events carry the same values: its `held`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hold: Vec<String>,
    /// What events are told apart by: the fold's `facet`, a code a dimension.
    pub facets: Vec<FacetSpec>,
    /// The channel codes of states and picks are positions in this list; a channel that is not in it has the
    /// list's length as its code.
    pub channels: Vec<String>,
    /// Events later than this do not exist. UTC microseconds.
    pub as_of_us: i64,
    /// Subjects count if they start in this period.
    pub entry: Period,
    pub slicer: Slicer,
    /// What tells cases apart; given just if the slicer cuts cases.
    pub case: Option<CaseSpec>,
    /// What the slicer's lanes and campaigns stand for; given just if the slicer cuts sessions by more than silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions: Option<SessionSpec>,
    pub fold: FoldSpec,
    /// Adds up each group of subjects apart, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<BySpec>,
    /// Asks for the customers behind a number instead of the number.
    pub who: Option<WhoSpec>,
}

/// The cases of a scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSpec {
    pub columns: Case,
    /// IANA zone of clock readings and dates in `until` that name none.
    pub zone: String,
}

/// The sessions of a scan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSpec {
    /// By lane of the slicer, its channels; the last lane, which has no list, takes all others.
    pub lanes: Vec<Vec<String>>,
    /// The text column that names campaigns.
    pub campaign: Option<Column>,
}

/// One dimension. The code of a value is its position in `values`; other values have none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FacetSpec {
    /// `channel`, `traffic_group`, a text column (`platform`), a property (`props.plan`), or a trait of the customer
    /// (`traits.city_tier`).
    pub dimension: String,
    pub values: Vec<String>,
}

/// What subjects are grouped by: the last dimension of the fold's `facet`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BySpec {
    /// As that of a [`FacetSpec`].
    pub dimension: String,
    /// The values told apart; any other is one more group.
    pub values: Vec<String>,
    /// Where bands of numbers begin, ascending; `values` are then what these are called. Empty: values are told apart as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edges: Vec<f64>,
    pub at: At,
    /// In place of a dimension and its values: when the event was. Times outside of all periods are one more group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub periods: Option<Periods>,
}

impl BySpec {
    /// By a dimension.
    pub fn values(dimension: impl Into<String>, values: Vec<String>, at: At) -> BySpec {
        BySpec { dimension: dimension.into(), values, edges: Vec::new(), at, periods: None }
    }

    /// By time.
    pub fn periods(periods: Periods, at: At) -> BySpec {
        BySpec { dimension: String::new(), values: Vec::new(), edges: Vec::new(), at, periods: Some(periods) }
    }

    /// As a question says it.
    ///
    /// # Errors
    /// `Question` for boundaries that do not ascend, for none or too many of them, and for bands of what is no number.
    pub(crate) fn asked(by: &Breakdown) -> Result<BySpec> {
        let fault = |what: String| Err(Error::question(format!("by.bands: {what}")));
        let told = BySpec::values(&by.dimension, by.values.clone().unwrap_or_default(), by.at);
        if by.bands.is_some() && by.values.is_some() {
            return fault("bands are the values shown apart; leave `values` out".to_owned());
        }
        let Some(Bands::Edges(edges)) = &by.bands else { return Ok(told) };
        let edges: Vec<f64> = edges.iter().filter_map(serde_json::Number::as_f64).collect();
        if edges.is_empty() || edges.len() >= BANDS_MAX {
            return fault(format!("give 1 to {} boundaries, not {}", BANDS_MAX - 1, edges.len()));
        }
        if let Some(pair) = edges.windows(2).find(|pair| pair[0] >= pair[1]) {
            return fault(format!("boundaries ascend, and {} does not come before {}", pair[0], pair[1]));
        }
        Ok(BySpec { values: band_names(&edges), edges, ..told })
    }

    /// Groups told apart, but for those of all others.
    pub(crate) fn groups(&self) -> u32 {
        self.periods.as_ref().map_or(self.values.len(), Periods::len) as u32
    }
}

/// The segments of a scan. Membership goes by all of a customer's events up to the moment, whether they take part or not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentsSpec {
    /// Trees that name no other segments; scores with their boundaries.
    pub segments: Vec<Who>,
    /// Only customers take part who are in each of the first so many.
    pub required: u32,
    /// Moments at which the others are asked about, UTC microseconds, ascending; empty: the scan's own.
    pub moments_us: Vec<i64>,
    /// Whether it is asked until when membership stays as it is.
    pub steady: bool,
    /// IANA zone of the days that are counted.
    pub zone: String,
}

/// How purchases become scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RfmSpec {
    pub within: Within,
    /// IANA zone of the days that are counted.
    pub zone: String,
    pub ties: Ties,
    /// The lowest high score.
    pub high: u8,
}

/// How a row gets its label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Labels {
    /// All rows have label 0.
    None,
    /// The label is 1 + the position of the event's name; names not listed have 0.
    EventNames(Vec<String>),
    /// The label is 1 + the position of the first rule that matches; 0 if none does.
    Rules {
        rules: Vec<Rule>,
        /// By rule, the channel its events count under instead of their own. Empty: each its own.
        channels: Vec<Option<String>>,
    },
    /// As by names; but events whose name is expanded are told apart by a value they have.
    Expanded { names: Vec<String>, expand: Vec<ExpandSpec> },
}

/// An event told apart by a value. Its labels follow the names, and those of expansions before: one a value, then one
/// for all other values. Events without a value keep the label of their name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpandSpec {
    pub event: String,
    /// `channel`, `source`, a typed column or a property (`props.url`).
    pub column: String,
    pub values: Vec<String>,
}

/// How a row gets its mask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Masks {
    None,
    /// Bit k is set if rule k matches; at most 64.
    Rules(Vec<Rule>),
    /// Bit k is set if the (regrouped) label is k + 1 or more: "stage k or a later one".
    LabelReached,
}

/// What is added up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "there is one of these a question; a box would save nothing")]
pub enum FoldSpec {
    Sessions(sessions::Config),
    Funnel(funnel::Config),
    Paths(paths::Config),
    Transitions(transitions::Config),
    Journey(journey::Config),
    /// What is usual: of the configuration, stages and touchpoints are read.
    PainBounds(pain::Config),
    Pain(pain::Config),
    PainEvidence(pain::EvidenceConfig),
    /// Counts the subjects.
    Subjects,
    Retention(retention::Config),
    Lifecycle(lifecycle::Config),
    Stickiness(stickiness::Config),
    Survival(survival::Config),
    Sequence(sequence::Config),
    Attribution(attribution::Config),
    /// Sizes of the segments that are not required, at the moments.
    Segments,
    /// Who is in the first segment that is not required.
    Members,
    /// What everybody bought, of which the boundaries of scores are made.
    RfmEdges(RfmSpec),
    /// Customers by score.
    Rfm {
        rfm: RfmSpec,
        edges: Edges,
    },
}

/// The customers behind a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhoSpec {
    pub pick: Pick,
    /// Only subjects of this group; given just if the scan has `by`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<by::Group>,
    /// Customers who have such a subject, too, are not meant.
    pub unless: Option<Pick>,
    /// Only customers with a larger id are listed; all are counted.
    pub after: Option<i64>,
    /// Customers to list, at most [`folds::limits::PAGE_CUSTOMERS_MAX`].
    pub page: usize,
}

/// A set of subjects of one of the folds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    Sessions(sessions::Pick),
    Funnel(funnel::Pick),
    Paths(paths::Pick),
    Transitions(transitions::Pick),
    Journey(journey::Pick),
    Pain(pain::Pick),
    Subjects,
    Retention(retention::Pick),
    Lifecycle(lifecycle::Pick),
    Stickiness(stickiness::Pick),
    Survival(survival::Pick),
    Sequence(sequence::Pick),
    Attribution(attribution::Pick),
    Segments(segment::Pick),
    Rfm(rfm::Pick),
}

/// A folded state, by the fold of its spec; [`FoldState::Who`] whenever `who` was given.
#[derive(Debug)]
pub enum FoldState {
    Sessions(sessions::State),
    Funnel(funnel::State),
    Paths(paths::State),
    Transitions(transitions::State),
    Journey(journey::State),
    PainBounds(pain::Usual),
    Pain(pain::State),
    PainEvidence(Vec<pain::Trail>),
    Subjects(subjects::State),
    Retention(retention::State),
    Lifecycle(lifecycle::State),
    Stickiness(stickiness::State),
    Survival(survival::State),
    Attribution(attribution::State),
    Segments(segment::State),
    Members(segment::MembersState),
    RfmEdges(rfm::PopulationState),
    Rfm(rfm::State),
    /// Whenever `by` was given.
    By(Box<GroupStates>),
    Who(who::Customers),
    Sequence(sequence::State),
}

/// The states of a breakdown.
#[derive(Debug)]
pub struct GroupStates {
    pub all: FoldState,
    /// Groups that anybody belongs to: values in the order of [`BySpec::values`], other, none.
    pub groups: Vec<(by::Group, FoldState)>,
}

impl SegmentsSpec {
    /// The moments asked about, in a scan as of `as_of_us`.
    pub fn moments(&self, as_of_us: i64) -> std::borrow::Cow<'_, [i64]> {
        if self.moments_us.is_empty() { vec![as_of_us].into() } else { self.moments_us.as_slice().into() }
    }
}

impl ExpandSpec {
    /// # Errors
    /// When the column is none an event has.
    pub(crate) fn check(&self) -> Result<()> {
        match ColumnRef::parse(&self.column) {
            None | Some(ColumnRef::Event | ColumnRef::Trait(_)) => Err(Error::question(format!(
                "expand: `{}` tells no events apart; use channel, source, a column such as page, or props.…",
                self.column
            ))),
            Some(_) => Ok(()),
        }
    }
}

impl ScanSpec {
    /// A scan over whole customers that labels nothing and leaves nothing out; set what differs.
    pub fn new(fold: FoldSpec, as_of_us: i64) -> ScanSpec {
        ScanSpec {
            labels: Labels::None,
            regroup: Vec::new(),
            masks: Masks::None,
            filter: None,
            customers: Vec::new(),
            segments: None,
            subjects: None,
            value: None,
            score: None,
            hold: Vec::new(),
            facets: Vec::new(),
            channels: Vec::new(),
            as_of_us,
            entry: Period::default(),
            slicer: Slicer::Customer,
            case: None,
            sessions: None,
            fold,
            by: None,
            who: None,
        }
    }

    /// The spec as another process reads it.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(|error| Error::defect(format!("a scan cannot be written: {error}")))
    }

    /// A spec from [`ScanSpec::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<ScanSpec> {
        serde_json::from_slice(bytes).map_err(|error| Error::question(format!("a scan cannot be read: {error}")))
    }

    /// What contradicts itself in the spec, beyond what folds check of their own parameters.
    pub(crate) fn check(&self) -> Result<()> {
        if let Masks::Rules(rules) = &self.masks
            && rules.len() > 64
        {
            return Err(Error::Limit { what: "number of funnel steps", got: rules.len() as u64, limit: 64 });
        }
        if let Labels::Rules { rules, channels } = &self.labels
            && !channels.is_empty()
            && channels.len() != rules.len()
        {
            let what = format!("{} channels are given for {} label rules; give one each", channels.len(), rules.len());
            return Err(Error::question(what));
        }
        if matches!(self.slicer, Slicer::Case { .. }) != self.case.is_some() {
            return Err(Error::question("case: the slicer and the columns of cases go together; give both or neither"));
        }
        if matches!(self.slicer, Slicer::Sessions(_)) != self.sessions.is_some() {
            return Err(Error::question(
                "sessions: the slicer and what its lanes stand for go together; give both or neither",
            ));
        }
        if let Labels::Expanded { expand, .. } = &self.labels {
            expand.iter().try_for_each(ExpandSpec::check)?;
        }
        if let Some(who) = &self.who
            && who.group.is_some()
            && self.by.is_none()
        {
            return Err(Error::question("who: a group belongs to a breakdown, and there is none"));
        }
        let dimensions = self.facets.iter().map(|facet| &facet.dimension);
        for dimension in dimensions.chain(self.by.iter().filter(|by| by.periods.is_none()).map(|by| &by.dimension)) {
            crate::dimensions::parse(dimension)?;
        }
        if let Some(by) = self.by.as_ref().filter(|by| !by.edges.is_empty()) {
            crate::dimensions::parse_numbers(&by.dimension)?;
        }
        for column in self.value.iter().chain(&self.score) {
            if column.column_type() != ColumnType::Number {
                return Err(Error::question(format!("column `{}` holds no numbers", column.name())));
            }
        }
        Ok(())
    }
}
