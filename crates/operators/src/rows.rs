//! Folded states as rows: what the SQL functions return.
//!
//! Counts always say of what: `subjects` are what the slicer cut (sessions, instances, customers), `customers` are
//! distinct people. Times are seconds. Words, shares with intervals and picks are the matter of `analysis`.

mod activity;
mod attribution;
mod funnel;
mod paths;
mod segments;
mod sequence;
mod sessions;
mod transitions;

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{Field, Schema, SchemaRef};
use folds::by::Group;
use folds::counters::Tally;
use folds::journey::{Answer, Exit, Here, StageMachine};
use folds::quantile::Together;
use folds::{journey, pain, who};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::kernel::kernel;
use crate::spec::{FoldSpec, FoldState, GroupStates, ScanSpec};

pub use funnel::next_labels;

/// How an answer is shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Output {
    /// Which rows. None: the fold's first form, in the order of [`Form`].
    pub rows: Option<Form>,
    /// The name of label i + 1; a label without one shows as its number.
    pub labels: Vec<String>,
    /// For journeys, the name of each stage; for stickiness, of each unit.
    pub stages: Vec<String>,
    /// The first day of each period of a trend.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub periods: Vec<String>,
    /// Paths to list, most frequent first. None: all.
    pub top: Option<usize>,
    /// Transitions: the labels after which the next step is asked, the last one last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// Transitions: the label that subjects are to come to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Sessions: one row for all.
    Summary,
    /// Sessions: one row an event.
    Events,
    /// Funnel: one row a step.
    Steps,
    /// Paths: one row a distinct path.
    Variants,
    /// Transitions: one row a pair of events.
    Edges,
    /// Journey: one row a stage.
    Stages,
    /// Journey: one row a touchpoint.
    Touchpoints,
    /// Journey: one row a touchpoint and channel.
    Cells,
    /// Journey: one row a pair of stages, or a stage and where instances end.
    Moves,
    /// Pains: one row a question and group that was counted; of bounds one a stage, of evidence one a pain.
    Groups,
    /// Who is behind a number: one row a customer.
    Customers,
    /// One row: how many subjects there are.
    Subjects,
    /// Retention: one row a cohort and cell.
    Cohorts,
    /// Lifecycle: one row a period.
    Periods,
    /// Stickiness: one row a period and number of units.
    Counts,
    /// Stickiness: one row a unit.
    Units,
    /// Survival: one row a group and duration.
    Lives,
    /// Funnel: one row a step and next event of those who stopped there.
    Next,
    /// Funnel: one row a stretch of time and step.
    Trend,
    /// Transitions: one row an event.
    Nodes,
    /// Transitions: one row a step and event.
    StepMatrix,
    /// Transitions: one row an event that may come next.
    Likely,
    /// Transitions: one row an event from which a target is to be reached.
    Outlook,
    /// Attribution: one row a credited value.
    Credits,
    /// Segments: one row a moment and combination of them.
    Sizes,
    /// A segment: one row a member.
    Members,
    /// Scores: one row a combination of them.
    Scores,
    /// Sessions: one row a channel they begin on.
    Channels,
    /// Sessions: one row a day they begin on.
    Days,
    /// Paths: one row a position and what is there.
    Positions,
    /// Paths: one row a position, what is there and what is next.
    Links,
}

/// The columns of an answer.
pub(crate) fn schema(scan: &ScanSpec, output: &Output) -> Result<SchemaRef> {
    let nothing = kernel(scan)?.merge(&mut std::iter::empty())?;
    Ok(rows(scan, output, nothing)?.schema())
}

/// The rows of an answer.
pub(crate) fn rows(scan: &ScanSpec, output: &Output, state: FoldState) -> Result<RecordBatch> {
    let form = output.rows;
    match state {
        FoldState::Who(found) if is(form, Form::Customers) => customers(&found),
        FoldState::Sessions(state) if is(form, Form::Summary) => sessions::summary(&state),
        FoldState::Sessions(state) if is(form, Form::Events) => sessions::events(output, &state),
        FoldState::Sessions(state) if is(form, Form::Channels) => sessions::channels(&scan.channels, &state),
        FoldState::Sessions(state) if is(form, Form::Days) => sessions::days(output, &state),
        FoldState::Funnel(state) => {
            let FoldSpec::Funnel(config) = &scan.fold else {
                return Err(Error::defect("a funnel without its parameters"));
            };
            match form {
                None | Some(Form::Steps) => funnel::steps(output, &state),
                Some(Form::Next) if config.next => funnel::next(scan, output, &state),
                Some(Form::Trend) if config.trend.is_some() => funnel::trend(output, &state),
                Some(_) => Err(unfit()),
            }
        }
        FoldState::Sequence(state) if is(form, Form::Summary) => sequence::summary(&state),
        FoldState::Paths(state) if is(form, Form::Variants) => paths::variants(output, &state),
        FoldState::Paths(state) if is(form, Form::Positions) => paths::positions(output, &state),
        FoldState::Paths(state) if is(form, Form::Links) => paths::links(output, &state),
        FoldState::Transitions(state) => transitions::rows(output, form, &state),
        FoldState::Attribution(state) => attribution::rows(scan, output, form, &state),
        FoldState::Pain(state) if is(form, Form::Groups) => groups(scan, output, state),
        FoldState::PainBounds(usual) if is(form, Form::Groups) => bounds(output, &usual),
        FoldState::PainEvidence(trails) if is(form, Form::Groups) => trails_of(&trails),
        FoldState::Subjects(state) if is(form, Form::Subjects) => {
            Columns::default().tally(["subjects", "customers"], std::iter::once(state.subjects)).batch()
        }
        FoldState::Segments(state) if is(form, Form::Sizes) => segments::sizes(scan, output, &state),
        FoldState::Members(state) if is(form, Form::Members) => segments::members(&state.found),
        FoldState::RfmEdges(state) if is(form, Form::Customers) => match &scan.fold {
            FoldSpec::RfmEdges(spec) => segments::scored(spec, &state),
            _ => Err(Error::defect("purchases without their parameters")),
        },
        FoldState::Rfm(state) if is(form, Form::Scores) => match &scan.fold {
            FoldSpec::Rfm { rfm, .. } => segments::scores(rfm.high, &state),
            _ => Err(Error::defect("scores without their parameters")),
        },
        FoldState::By(states) => grouped(scan, output, *states),
        FoldState::Retention(state) if is(form, Form::Cohorts) => {
            let FoldSpec::Retention(config) = &scan.fold else {
                return Err(Error::defect("retention without its parameters"));
            };
            activity::cohorts(output, config, &state)
        }
        FoldState::Lifecycle(state) if is(form, Form::Periods) => activity::periods(output, &state),
        FoldState::Stickiness(state) if is(form, Form::Counts) => activity::counts(output, &state),
        FoldState::Stickiness(state) if is(form, Form::Units) => activity::units(output, &state),
        FoldState::Survival(state) if is(form, Form::Lives) => activity::lives(output, &state),
        FoldState::Journey(state) => {
            let FoldSpec::Journey(config) = &scan.fold else {
                return Err(Error::defect("a map without its parameters"));
            };
            let machine = StageMachine::new(config.clone()).map_err(|error| Error::question(error.to_string()))?;
            let map = machine.answer(state);
            match form {
                None | Some(Form::Stages) => stages(output, &map),
                Some(Form::Touchpoints) => touchpoints(output, config, &map),
                Some(Form::Cells) => cells(output, config, &scan.channels, &map),
                Some(Form::Moves) => moves(output, &map),
                Some(_) => Err(unfit()),
            }
        }
        _ => Err(unfit()),
    }
}

/// The rows of the whole and of each group, with two columns before them that say of whom: `group` (all, value, other,
/// none) and `group_value`.
fn grouped(scan: &ScanSpec, output: &Output, states: GroupStates) -> Result<RecordBatch> {
    let by = scan.by.as_ref().ok_or_else(|| Error::defect("a breakdown without its dimension"))?;
    let mut parts = vec![named_group("all", None, &rows(scan, output, states.all)?)?];
    for (group, state) in states.groups {
        let (kind, value) = match group {
            Group::Value(code) => ("value", by.values.get(code as usize).map(String::as_str)),
            Group::Other => ("other", None),
            Group::None => ("none", None),
        };
        parts.push(named_group(kind, value, &rows(scan, output, state)?)?);
    }
    let schema = parts[0].schema();
    arrow::compute::concat_batches(&schema, &parts).map_err(|error| Error::defect(error.to_string()))
}

fn named_group(kind: &str, value: Option<&str>, rows: &RecordBatch) -> Result<RecordBatch> {
    let text = |text: Option<&str>| Arc::new(vec![text; rows.num_rows()].into_iter().collect::<StringArray>());
    let fields = ["group", "group_value"].map(|name| Field::new(name, arrow::datatypes::DataType::Utf8, true));
    let schema = rows.schema();
    let fields: Vec<_> = fields.into_iter().map(Arc::new).chain(schema.fields().iter().cloned()).collect();
    let told: [ArrayRef; 2] = [text(Some(kind)), text(value)];
    let columns = told.into_iter().chain(rows.columns().iter().cloned()).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(|error| Error::defect(error.to_string()))
}

fn is(asked: Option<Form>, form: Form) -> bool {
    asked.is_none_or(|asked| asked == form)
}

fn unfit() -> Error {
    Error::question(
        "`rows` does not fit the question: sessions have summary, events, channels and days, funnels have steps and, if \
         asked for, next and trend, paths have variants, positions and links, journeys have stages, touchpoints, cells and \
         moves, transitions have edges, nodes and step_matrix, attribution has credits and variants, stickiness has counts \
         and units, pains have groups",
    )
}

/// Named columns of one length.
#[derive(Default)]
struct Columns(Vec<(&'static str, ArrayRef)>);

impl Columns {
    fn text<S: AsRef<str>>(mut self, name: &'static str, values: impl Iterator<Item = Option<S>>) -> Self {
        self.0.push((name, Arc::new(values.collect::<StringArray>())));
        self
    }

    fn count(mut self, name: &'static str, values: impl Iterator<Item = u64>) -> Self {
        self.0.push((name, Arc::new(UInt64Array::from_iter_values(values))));
        self
    }

    fn number(mut self, name: &'static str, values: impl Iterator<Item = Option<f64>>) -> Self {
        self.0.push((name, Arc::new(values.collect::<Float64Array>())));
        self
    }

    fn any(mut self, name: &'static str, array: ArrayRef) -> Self {
        self.0.push((name, array));
        self
    }

    /// Subjects and customers of a tally.
    fn tally(self, names: [&'static str; 2], values: impl Iterator<Item = Tally> + Clone) -> Self {
        self.count(names[0], values.clone().map(|tally| tally.subjects.count))
            .count(names[1], values.map(|tally| tally.customers.count))
    }

    /// Quantiles of times, seconds.
    fn seconds<'a>(
        mut self,
        names: &[&'static str],
        shares: &[f64],
        values: impl Iterator<Item: Into<Together<'a>>>,
    ) -> Self {
        let quantiles: Vec<Option<Vec<f64>>> = values.map(|times| times.into().quantiles(shares)).collect();
        for (i, name) in names.iter().enumerate() {
            self = self.number(name, quantiles.iter().map(|q| q.as_ref().map(|q| q[i] / 1e6)));
        }
        self
    }

    fn batch(self) -> Result<RecordBatch> {
        let fields: Vec<Field> =
            self.0.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
        let arrays = self.0.into_iter().map(|(_, array)| array).collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|error| Error::defect(error.to_string()))
    }
}

/// The name of a 0-based position, or its 1-based number.
fn name(names: &[String], position: usize) -> String {
    names.get(position).cloned().unwrap_or_else(|| (position + 1).to_string())
}

/// The name of a label; none for label 0.
fn label(output: &Output, label: u32) -> Option<String> {
    label.checked_sub(1).map(|position| name(&output.labels, position as usize))
}

fn customers(found: &who::Customers) -> Result<RecordBatch> {
    Columns::default().any("customer", Arc::new(Int64Array::from(found.ids.clone()))).batch()
}

/// What is usual in each stage.
fn bounds(output: &Output, usual: &pain::Usual) -> Result<RecordBatch> {
    let stages = 0..usual.events.len();
    Columns::default()
        .text("stage", stages.clone().map(|stage| Some(name(&output.stages, stage))))
        .seconds(&["stay_median_s"], &[0.5], usual.stay_us.iter())
        .number("events_median", stages.map(|stage| usual.events[stage].median()))
        .batch()
}

/// The counts behind pains that were found.
fn trails_of(trails: &[pain::Trail]) -> Result<RecordBatch> {
    let trails = || trails.iter();
    Columns::default()
        .count("exposed", trails().map(|trail| trail.here.exposed))
        .count("hits", trails().map(|trail| trail.here.hits))
        .count("reference_exposed", trails().map(|trail| trail.reference.exposed))
        .count("reference_hits", trails().map(|trail| trail.reference.hits))
        .count("gone", trails().map(|trail| trail.gone))
        .batch()
}

fn groups(scan: &ScanSpec, output: &Output, state: pain::State) -> Result<RecordBatch> {
    let FoldSpec::Pain(config) = &scan.fold else { return Err(Error::defect("pains without their parameters")) };
    let search = pain::Search::new(config.clone()).map_err(|error| Error::question(error.to_string()))?;
    let answer = search.answer(state);
    let groups: Vec<(pain::Group, pain::Cell)> = (0..config.probes.len())
        .flat_map(|probe| search.groups(probe))
        .map(|(cell, group)| (group, answer.cells[cell]))
        .filter(|(_, cell)| cell.exposed > 0)
        .collect();
    let whose = |who: pain::Who| match who {
        pain::Who::Everyone => (None, None),
        pain::Who::Facet { dimension, code } => {
            let facet = scan.facets.get(dimension);
            (facet.map(|f| f.dimension.clone()), facet.and_then(|f| f.values.get(code as usize).cloned()))
        }
        pain::Who::Switch { from, to } => {
            let name = |code: u32| scan.channels.get(code as usize).map_or("", String::as_str);
            (Some("switch".to_owned()), Some(format!("{}→{}", name(from), name(to))))
        }
    };
    let probe = |group: &pain::Group| config.probes[group.probe];
    Columns::default()
        .text("stage", groups.iter().map(|(group, _)| Some(name(&output.stages, probe(group).stage))))
        .text("test", groups.iter().map(|(group, _)| Some(format!("{:?}", probe(group).test))))
        .text("dimension", groups.iter().map(|(group, _)| whose(group.who).0))
        .text("value", groups.iter().map(|(group, _)| whose(group.who).1))
        .count("exposed", groups.iter().map(|(_, cell)| cell.exposed))
        .count("hits", groups.iter().map(|(_, cell)| cell.hits))
        .count("customers", groups.iter().map(|(_, cell)| cell.customers))
        .count("customers_hit", groups.iter().map(|(_, cell)| cell.customers_hit))
        .batch()
}

/// The counts every place of a map has.
fn here<'a>(columns: Columns, places: impl Iterator<Item = &'a Here> + Clone) -> Columns {
    columns
        .count("events", places.clone().map(|here| here.events))
        .count("repeats", places.clone().map(|here| here.repeats))
        .tally(["instances", "customers"], places.clone().map(|here| here.reached))
        .tally(["goal_instances", "goal_customers"], places.clone().map(|here| here.to_goal))
        .tally(["onward_instances", "onward_customers"], places.clone().map(|here| here.onward))
        .number("value", places.clone().map(|here| Some(here.value.value())))
        .number("value_through", places.clone().map(|here| Some(here.value_through.value())))
        .number(
            "score_mean",
            places.clone().map(|here| match here.scores {
                0 => None,
                scores => Some(here.score.value() / scores as f64),
            }),
        )
        .count("scores", places.map(|here| here.scores))
}

fn stages(output: &Output, map: &Answer) -> Result<RecordBatch> {
    let stages = || map.stages.iter();
    let mut columns = Columns::default().text("stage", (0..map.stages.len()).map(|i| Some(name(&output.stages, i))));
    columns = here(columns, stages().map(|stage| &stage.here)).count("entries", stages().map(|s| s.here.entries));
    let exits = ["exits_goal", "exits_forward", "exits_back", "exits_leave", "exits_open"];
    for (exit, name) in Exit::ALL.into_iter().zip(exits) {
        columns = columns.count(name, stages().map(|stage| stage.exit(exit).stays));
    }
    columns
        .count("loops", stages().map(|stage| stage.loops.stays))
        .tally(["left_furthest_instances", "left_furthest_customers"], stages().map(|stage| stage.furthest_left))
        .tally(["left_last_instances", "left_last_customers"], stages().map(|stage| stage.exit(Exit::Leave).tally))
        .seconds(&["stay_median_s", "stay_p90_s"], &[0.5, 0.9], stages().map(|stage| &stage.stay_us))
        .batch()
}

/// Columns `stage` and `touchpoint`.
fn place(output: &Output, config: &journey::Config, touchpoints: impl Iterator<Item = usize> + Clone) -> Columns {
    let stage = |touchpoint: usize| config.stage_of.get(touchpoint).map(|stage| name(&output.stages, *stage));
    Columns::default()
        .text("stage", touchpoints.clone().map(stage))
        .text("touchpoint", touchpoints.map(|touchpoint| Some(name(&output.labels, touchpoint))))
}

fn touchpoints(output: &Output, config: &journey::Config, map: &Answer) -> Result<RecordBatch> {
    here(place(output, config, 0..map.touchpoints.len()), map.touchpoints.iter()).batch()
}

fn cells(output: &Output, config: &journey::Config, channels: &[String], map: &Answer) -> Result<RecordBatch> {
    let columns = place(output, config, map.cells.iter().map(|((touchpoint, _), _)| *touchpoint as usize));
    let columns = columns.text("channel", map.cells.iter().map(|((_, channel), _)| channels.get(*channel as usize)));
    here(columns, map.cells.iter().map(|(_, here)| here)).batch()
}

fn moves(output: &Output, map: &Answer) -> Result<RecordBatch> {
    let mut moves = Vec::new();
    for (from, stage) in map.stages.iter().enumerate() {
        let to_stages = map.moves[from]
            .iter()
            .enumerate()
            .map(|(to, moves)| (Some(name(&output.stages, to)), None, moves.stays, moves.ends.all));
        let ends = [(Exit::Goal, "goal"), (Exit::Leave, "leave"), (Exit::Open, "open")];
        let to_ends = ends.map(|(exit, end)| (None, Some(end), stage.exit(exit).stays, stage.exit(exit).tally));
        let rows = to_stages.chain(to_ends).filter(|(_, _, stays, _)| *stays > 0);
        moves.extend(rows.map(|(to, end, stays, tally)| (name(&output.stages, from), to, end, stays, tally)));
    }
    Columns::default()
        .text("from", moves.iter().map(|(from, ..)| Some(from)))
        .text("to", moves.iter().map(|(_, to, ..)| to.as_ref()))
        .text("end", moves.iter().map(|(_, _, end, ..)| *end))
        .count("count", moves.iter().map(|(.., stays, _)| *stays))
        .tally(["instances", "customers"], moves.iter().map(|(.., tally)| *tally))
        .batch()
}
