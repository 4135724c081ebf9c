//! What the SQL functions understand: options in JSON → a scan and the rows it is shown as.
//!
//! Everything the options leave open is fixed here from the snapshot: the moment asked at, the names labels and
//! channels stand for.

use folds::slicer::Slicer;
use folds::{funnel, journey, paths};
use lake::{NameColumn, Snapshot};
use model::event::{Column, SYSTEM_PREFIX};
use model::journey::Journey;
use model::limits::PATH_STEPS_MAX;
use model::period::Span;
use model::rule::Rule;
use model::scope::{Scope, Subject};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::rows::{Form, Output};
use crate::spec::{FoldSpec, Labels, Masks, ScanSpec};

/// The table functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Sessions,
    Funnel,
    Paths,
    Transitions,
    JourneyMap,
    /// Any scan, as `meta.sql` of an answer writes it.
    Scan,
}

/// `sessions('30m')` or `sessions('{"timeout": "30m", "rows": "events"}')`; half an hour if nothing is given.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionsOptions {
    /// A longer gap starts a new session.
    pub timeout: Span,
    /// `summary` (one row) or `events` (one row an event).
    pub rows: Option<Form>,
    pub scope: Scope,
}

/// `funnel('{"steps": ["catalog", "purchase"], "window": "7d"}')`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunnelOptions {
    pub steps: Vec<Step>,
    /// From the first step to the last, inclusive. None: no limit.
    #[serde(default)]
    pub window: Option<Span>,
    #[serde(default)]
    pub mode: funnel::Mode,
    #[serde(default)]
    pub scope: Scope,
    /// Subjects are this journey's instances.
    #[serde(default)]
    pub journey: Option<Journey>,
}

/// An event's name, or a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Step {
    Event(String),
    Named {
        name: String,
        #[serde(rename = "match")]
        rule: Rule,
    },
    Rule(Rule),
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
    pub scope: Scope,
    /// Subjects are this journey's instances, steps its stages.
    pub journey: Option<Journey>,
}

/// `transitions('{}')`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TransitionsOptions {
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

impl Default for SessionsOptions {
    fn default() -> Self {
        SessionsOptions { timeout: Span::minutes(30), rows: None, scope: Scope::default() }
    }
}

impl Function {
    pub const ALL: [Function; 6] = [
        Function::Sessions,
        Function::Funnel,
        Function::Paths,
        Function::Transitions,
        Function::JourneyMap,
        Function::Scan,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Function::Sessions => "sessions",
            Function::Funnel => "funnel",
            Function::Paths => "paths",
            Function::Transitions => "transitions",
            Function::JourneyMap => "journey_map",
            Function::Scan => "scan",
        }
    }

    /// Reads a function's argument, which may be left out where every option has a default.
    pub(crate) fn plan(self, argument: Option<&str>, snapshot: &Snapshot) -> Result<FinishSpec> {
        match self {
            Function::Sessions => match argument {
                Some(text) if !text.trim_start().starts_with('{') => {
                    let timeout = text.parse().map_err(|error| self.fault(error))?;
                    sessions(SessionsOptions { timeout, ..SessionsOptions::default() }, snapshot)
                }
                _ => sessions(self.read(argument)?, snapshot),
            },
            Function::Funnel => funnel(self.read(argument)?, snapshot),
            Function::Paths => paths(self.read(argument)?, snapshot),
            Function::Transitions => transitions(self.read(argument)?, snapshot),
            Function::JourneyMap => journey_map(self.read(argument)?, snapshot),
            Function::Scan => scan(self.read(argument)?),
        }
    }

    fn read<T: for<'de> Deserialize<'de>>(self, argument: Option<&str>) -> Result<T> {
        serde_json::from_str(argument.unwrap_or("{}")).map_err(|error| self.fault(error))
    }

    fn fault(self, error: impl std::fmt::Display) -> Error {
        Error::Sql { what: format!("{}: {error}", self.name()) }
    }
}

fn sessions(options: SessionsOptions, snapshot: &Snapshot) -> Result<FinishSpec> {
    let scope = Scope { subject: Subject::Session { timeout: options.timeout }, ..options.scope };
    let ground = Ground::new(snapshot, scope, None)?;
    let labels = if options.rows == Some(Form::Events) { ground.event_names().len() as u32 } else { 0 };
    let mut spec = ground.spec(FoldSpec::Sessions { labels });
    spec.output.rows = options.rows;
    Ok(spec)
}

fn funnel(options: FunnelOptions, snapshot: &Snapshot) -> Result<FinishSpec> {
    let ground = Ground::new(snapshot, options.scope, options.journey)?;
    let steps: Vec<(String, Rule)> = options.steps.into_iter().enumerate().map(|(i, step)| step.named(i)).collect();
    for (name, rule) in &steps {
        check(&format!("step `{name}`"), rule)?;
    }
    let mut spec = ground.spec(FoldSpec::Funnel(funnel::Config {
        steps: steps.len(),
        window_us: options.window.map_or(i64::MAX, |window| window.us),
        mode: options.mode,
        ties: if options.mode == funnel::Mode::Ordered { funnel::Ties::Position } else { funnel::Ties::Step },
        breakdown: funnel::Breakdown::None,
        as_of_us: ground.as_of_us,
    }));
    (spec.output.labels, spec.scan.masks) = {
        let (names, rules) = steps.into_iter().unzip();
        (names, Masks::Rules(rules))
    };
    Ok(spec)
}

impl Step {
    fn named(self, position: usize) -> (String, Rule) {
        match self {
            Step::Event(name) => (name.clone(), Rule::event(&name)),
            Step::Named { name, rule } => (name, rule),
            Step::Rule(rule) => ((position + 1).to_string(), rule),
        }
    }
}

fn paths(options: PathsOptions, snapshot: &Snapshot) -> Result<FinishSpec> {
    let ground = Ground::new(snapshot, options.scope, options.journey)?;
    let mut spec = ground.spec(FoldSpec::Paths(paths::Config {
        repeats: if options.collapse { paths::Repeats::Collapse } else { paths::Repeats::Keep },
        part: paths::Part::Whole,
        keep: paths::Keep::First(options.steps.unwrap_or(PATH_STEPS_MAX)),
    }));
    spec.output.top = options.top;
    Ok(spec)
}

fn transitions(options: TransitionsOptions, snapshot: &Snapshot) -> Result<FinishSpec> {
    Ok(Ground::new(snapshot, options.scope, options.journey)?.spec(FoldSpec::Transitions))
}

fn journey_map(options: JourneyMapOptions, snapshot: &Snapshot) -> Result<FinishSpec> {
    let journey = options.journey.clone();
    let ground = Ground::new(snapshot, options.scope, Some(options.journey))?;
    let value = journey.goal.value.as_deref().and_then(Column::by_name);
    let mut spec = ground.spec(FoldSpec::Journey(journey::Config {
        stages: journey.stages.len(),
        stage_of: journey.touchpoints().map(|(stage, _)| stage).collect(),
        value: value.is_some(),
        score: true,
    }));
    // The map counts touchpoints: labels stay what instances are cut by.
    spec.scan.regroup = Vec::new();
    spec.scan.value = value;
    spec.scan.score = Some(Column::Score);
    spec.output = Output {
        rows: options.rows,
        labels: journey.touchpoints().map(|(_, touchpoint)| touchpoint.id.clone()).collect(),
        stages: journey.stages.iter().map(|stage| stage.id.clone()).collect(),
        top: None,
    };
    Ok(spec)
}

/// What `scan` takes: a whole scan, or one with how it is to be shown.
#[derive(Deserialize)]
#[serde(untagged)]
enum ScanOptions {
    Shown(Box<FinishSpec>),
    Plain(Box<ScanSpec>),
}

fn scan(options: ScanOptions) -> Result<FinishSpec> {
    Ok(match options {
        ScanOptions::Shown(spec) => *spec,
        ScanOptions::Plain(scan) => {
            let labels = match (&scan.labels, scan.regroup.is_empty()) {
                (Labels::EventNames(names), true) if !matches!(scan.fold, FoldSpec::Funnel(_)) => names.clone(),
                _ => Vec::new(),
            };
            FinishSpec { scan: *scan, output: Output { labels, ..Output::default() } }
        }
    })
}

/// What every function begins with.
struct Ground<'a> {
    snapshot: &'a Snapshot,
    scope: Scope,
    as_of_us: i64,
    journey: Option<Journey>,
}

impl<'a> Ground<'a> {
    fn new(snapshot: &'a Snapshot, scope: Scope, journey: Option<Journey>) -> Result<Ground<'a>> {
        if let Some(journey) = &journey
            && let Some(fault) = journey.faults().first()
        {
            return Err(Error::Sql { what: format!("journey `{}`, {}: {}", journey.id, fault.path, fault.message) });
        }
        for (path, rule) in [("scope.events", &scope.events), ("scope.customers", &scope.customers)] {
            rule.as_ref().map_or(Ok(()), |rule| check(path, rule))?;
        }
        if let Subject::Session { timeout } = scope.subject
            && timeout.us <= 0
        {
            return Err(Error::Sql { what: "a session's timeout must be longer than nothing, as in 30m".into() });
        }
        let as_of_us = scope.as_of_us.or(snapshot.time_range().map(|(_, newest)| newest)).unwrap_or(0);
        Ok(Ground { snapshot, scope, as_of_us, journey })
    }

    fn spec(&self, fold: FoldSpec) -> FinishSpec {
        let (labels, names, regroup) = match &self.journey {
            Some(journey) => journey_labels(journey),
            None => (Labels::EventNames(self.event_names()), self.event_names(), Vec::new()),
        };
        let scope = self.journey.as_ref().and_then(|journey| journey.scope.clone());
        let filter = match (scope, self.scope.events.clone()) {
            (Some(journey), Some(events)) => Some(journey.and(&events)),
            (journey, events) => journey.or(events),
        };
        let scan = ScanSpec {
            labels,
            regroup,
            filter,
            customers: self.scope.customers.clone(),
            channels: self.channels(),
            entry: self.scope.entry,
            slicer: self.slicer(),
            ..ScanSpec::new(fold, self.as_of_us)
        };
        FinishSpec { scan, output: Output { labels: names, ..Output::default() } }
    }

    fn slicer(&self) -> Slicer {
        match (&self.journey, self.scope.subject) {
            (Some(journey), _) => {
                let goal = |id: &String| journey.goal.touchpoints.contains(id);
                let goals = journey.touchpoints().map(|(_, touchpoint)| goal(&touchpoint.id));
                Slicer::Instance { gap_us: journey.gap.us, goal: std::iter::once(false).chain(goals).collect() }
            }
            (None, Subject::Customer) => Slicer::Customer,
            (None, Subject::Session { timeout }) => Slicer::Session { timeout_us: timeout.us },
        }
    }

    /// The system's own events are no labels, unless the scope asks for events by rule.
    fn event_names(&self) -> Vec<String> {
        let mut names = self.snapshot.names(NameColumn::Event);
        if self.scope.events.is_none() {
            names.retain(|name| !name.starts_with(SYSTEM_PREFIX));
        }
        names
    }

    fn channels(&self) -> Vec<String> {
        let mut channels = self.snapshot.names(NameColumn::Channel);
        for (_, touchpoint) in self.journey.iter().flat_map(Journey::touchpoints) {
            channels.extend(
                touchpoint.channel.iter().filter(|channel| !channels.contains(channel)).cloned().collect::<Vec<_>>(),
            );
        }
        channels
    }
}

/// Touchpoints as labels, the stages' ids, and which stage each touchpoint's label becomes.
fn journey_labels(journey: &Journey) -> (Labels, Vec<String>, Vec<u32>) {
    let rules = journey.touchpoints().map(|(_, touchpoint)| touchpoint.rule.clone()).collect();
    let channels = journey.touchpoints().map(|(_, touchpoint)| touchpoint.channel.clone()).collect();
    let regroup = std::iter::once(0).chain(journey.touchpoints().map(|(stage, _)| stage as u32 + 1)).collect();
    let stages = journey.stages.iter().map(|stage| stage.id.clone()).collect();
    (Labels::Rules { rules, channels }, stages, regroup)
}

fn check(path: &str, rule: &Rule) -> Result<()> {
    match rule.faults().into_iter().next() {
        Some((at, message)) => Err(Error::Sql { what: format!("{path}{at}: {message}") }),
        None => Ok(()),
    }
}
