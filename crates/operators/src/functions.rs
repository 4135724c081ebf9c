//! What the SQL functions understand: options in JSON → a scan and the rows it is shown as.
//!
//! What the options leave open is fixed by [`crate::ground`].

mod activity;
mod attribution;
mod funnel;
mod segments;

use lake::Snapshot;
use model::journey::Journey;
use model::path::{Having, PathCut};
use model::period::Span;
use model::scope::{Scope, Subject};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::ground::{Ground, PathsAsked, SessionsApart, TransitionsAsked};
use crate::rows::{Form, Output};
use crate::spec::{FoldSpec, Labels, ScanSpec};

pub use attribution::AttributionOptions;
pub use funnel::{FunnelOptions, SequenceOptions, Step};

/// The table functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Sessions,
    Funnel,
    Paths,
    Transitions,
    JourneyMap,
    Retention,
    Lifecycle,
    Stickiness,
    Survival,
    Sequence,
    Attribution,
    /// Who is in a segment.
    Segment,
    /// How many are in segments.
    Segments,
    /// What customers bought, and their scores.
    Rfm,
    /// Any scan, as `meta.sql` of an answer writes it.
    Scan,
}

/// `sessions('30m')` or `sessions('{"timeout": "30m", "rows": "events"}')`; half an hour if nothing is given.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionsOptions {
    /// A longer gap starts a new session. None: as the scope's subjects, if they are sessions; else half an hour.
    pub timeout: Option<Span>,
    /// `summary` (one row), `events`, `channels` or `days` (one row each).
    pub rows: Option<Form>,
    pub scope: Scope,
}

/// `paths('{"scope": {"subject": {"of": "session", "timeout": "30m"}}, "steps": 5, "top": 20}')`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PathsOptions {
    /// Steps told apart, 1 to 100. None: 100.
    pub steps: Option<usize>,
    /// Runs of the same event count as one step.
    pub collapse: bool,
    /// Paths to list, most frequent first. None: all.
    pub top: Option<usize>,
    /// Which part of a subject's events a path is. Values that events are told apart by have to be named.
    pub cut: PathCut,
    /// Only subjects with, or without, a certain event.
    pub having: Option<Having>,
    /// `variants` (one row a distinct path), `positions` or `links`.
    pub rows: Option<Form>,
    pub scope: Scope,
    /// Subjects are this journey's instances, steps its stages.
    pub journey: Option<Journey>,
}

/// `transitions('{}')`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TransitionsOptions {
    /// First steps that are counted by label, for `rows` of `step_matrix`.
    pub steps: usize,
    /// The events, at most 3, after which the next step is asked, for `rows` of `likely`.
    pub after: Vec<String>,
    /// The event that is to be reached, for `rows` of `outlook`.
    pub target: Option<String>,
    /// `edges`, `nodes`, `step_matrix`, `likely` or `outlook`.
    pub rows: Option<Form>,
    pub scope: Scope,
    /// Subjects are this journey's instances, labels its stages.
    pub journey: Option<Journey>,
}

/// `journey_map('{"journey": {…}, "rows": "stages"}')`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JourneyMapOptions {
    pub journey: Journey,
    /// `stages`, `touchpoints`, `cells` or `moves`.
    #[serde(default)]
    pub rows: Option<Form>,
    #[serde(default)]
    pub scope: Scope,
}

impl Function {
    pub const ALL: [Function; 15] = [
        Function::Sessions,
        Function::Funnel,
        Function::Paths,
        Function::Transitions,
        Function::JourneyMap,
        Function::Retention,
        Function::Lifecycle,
        Function::Stickiness,
        Function::Survival,
        Function::Sequence,
        Function::Attribution,
        Function::Segment,
        Function::Segments,
        Function::Rfm,
        Function::Scan,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Function::Sessions => "sessions",
            Function::Funnel => "funnel",
            Function::Paths => "paths",
            Function::Transitions => "transitions",
            Function::JourneyMap => "journey_map",
            Function::Retention => "retention",
            Function::Lifecycle => "lifecycle",
            Function::Stickiness => "stickiness",
            Function::Survival => "survival",
            Function::Sequence => "sequence",
            Function::Attribution => "attribution",
            Function::Segment => "segment",
            Function::Segments => "segments",
            Function::Rfm => "rfm",
            Function::Scan => "scan",
        }
    }

    /// Reads a function's argument, which may be left out where every option has a default. `now_us`: the caller's
    /// clock.
    pub(crate) fn plan(self, argument: Option<&str>, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
        self.check_breakdown(argument)?;
        let planned = match self {
            Function::Sessions => match argument {
                Some(text) if !text.trim_start().starts_with('{') => {
                    let timeout = text.parse().map_err(|error| self.fault(error))?;
                    sessions(SessionsOptions { timeout: Some(timeout), ..SessionsOptions::default() }, snapshot, now_us)
                }
                _ => sessions(self.read(argument)?, snapshot, now_us),
            },
            Function::Funnel => funnel::funnel(self.read(argument)?, snapshot, now_us),
            Function::Paths => paths(self.read(argument)?, snapshot, now_us),
            Function::Transitions => transitions(self.read(argument)?, snapshot, now_us),
            Function::JourneyMap => journey_map(self.read(argument)?, snapshot, now_us),
            Function::Retention | Function::Lifecycle | Function::Stickiness | Function::Survival => {
                activity::plan(self, argument, snapshot, now_us)
            }
            Function::Sequence => funnel::sequence(self.read(argument)?, snapshot, now_us),
            Function::Attribution => attribution::attribution(self.read(argument)?, snapshot, now_us),
            Function::Segment => segments::segment(self.read(argument)?, snapshot, now_us),
            Function::Segments => segments::segments(self.read(argument)?, snapshot, now_us),
            Function::Rfm => segments::rfm(self.read(argument)?, snapshot, now_us),
            Function::Scan => scan(self.read(argument)?),
        };
        planned.map_err(|error| match error {
            Error::Question { what } => self.fault(what),
            other => other,
        })
    }

    /// A breakdown names its values or where bands begin here: finding them takes a scan of its own.
    fn check_breakdown(self, argument: Option<&str>) -> Result<()> {
        let options: serde_json::Value = argument.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let says = |by: &serde_json::Value, of: &str| by.pointer(of).is_some_and(|said| !said.is_null());
        match options.pointer("/scope/by") {
            Some(by) if !by.is_null() && !says(by, "/values") && !says(by, "/bands/edges") => {
                let why = "name the values to show apart, or where bands begin in `bands.edges`; only the API and the command line find them";
                Err(self.fault(format!("scope.by.values: {why}")))
            }
            _ => Ok(()),
        }
    }

    fn read<T: for<'de> Deserialize<'de>>(self, argument: Option<&str>) -> Result<T> {
        serde_json::from_str(argument.unwrap_or("{}")).map_err(|error| self.fault(error))
    }

    fn fault(self, error: impl std::fmt::Display) -> Error {
        Error::Sql { what: format!("{}: {error}", self.name()) }
    }
}

fn sessions(options: SessionsOptions, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
    let rows = options.rows.unwrap_or(Form::Summary);
    let subject = Subject::Session(options.scope.subject.session_rules(options.timeout));
    let scope = Scope { subject, ..options.scope };
    let apart =
        SessionsApart { events: rows == Form::Events, channels: rows == Form::Channels, days: rows == Form::Days };
    let mut spec = Ground::new(snapshot, scope, None, now_us)?.sessions(apart)?;
    spec.output.rows = options.rows;
    Ok(spec)
}

fn paths(options: PathsOptions, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
    let ground = Ground::new(snapshot, options.scope, options.journey.as_ref(), now_us)?;
    let PathsOptions { steps, collapse, cut, having, top, .. } = options;
    let mut spec = ground.paths(&PathsAsked { steps, collapse, cut, having, durations: true, top })?;
    spec.output.rows = options.rows;
    Ok(spec)
}

fn transitions(options: TransitionsOptions, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
    let ground = Ground::new(snapshot, options.scope, options.journey.as_ref(), now_us)?;
    let TransitionsOptions { steps, after, target, .. } = options;
    let mut spec = ground.transitions(TransitionsAsked { steps, after, target });
    spec.output.rows = options.rows;
    Ok(spec)
}

fn journey_map(options: JourneyMapOptions, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
    Ground::new(snapshot, options.scope, Some(&options.journey), now_us)?.journey_map(options.rows)
}

/// A scan with how it is to be shown, or a scan alone.
fn scan(options: serde_json::Value) -> Result<FinishSpec> {
    // Told apart before they are read, so that a fault is named where it stands.
    let read = |error: serde_json::Error| Error::question(error.to_string());
    if options.get("output").is_some() {
        return serde_json::from_value(options).map_err(read);
    }
    let scan: ScanSpec = serde_json::from_value(options).map_err(read)?;
    let labels = match (&scan.labels, scan.regroup.is_empty()) {
        (Labels::EventNames(names), true) if !matches!(scan.fold, FoldSpec::Funnel(_)) => names.clone(),
        _ => Vec::new(),
    };
    Ok(FinishSpec { scan, output: Output { labels, ..Output::default() } })
}
