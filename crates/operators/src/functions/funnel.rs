//! Options of `funnel` and `sequence`.

use folds::funnel::Mode;
use lake::Snapshot;
use model::funnel::{FunnelOptions as Options, FunnelWindow};
use model::journey::Journey;
use model::rule::Rule;
use model::scope::Scope;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::finish::FinishSpec;
use crate::ground::{AskedFunnel, Ground};
use crate::rows::Form;

/// `funnel('{"steps": ["catalog", "purchase"], "window": "7d", "options": {"count": "totals"}}')`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunnelOptions {
    /// None: the journey's stages and its goal, step k being "stage k or a later one".
    #[serde(default)]
    pub steps: Vec<Step>,
    /// From the first step to the last. None: no limit.
    #[serde(default)]
    pub window: Option<FunnelWindow>,
    #[serde(default)]
    pub mode: Mode,
    #[serde(default)]
    pub options: Options,
    /// `steps`; `next` and `trend` where the options ask for them.
    #[serde(default)]
    pub rows: Option<Form>,
    #[serde(default)]
    pub scope: Scope,
    /// Subjects are this journey's instances.
    #[serde(default)]
    pub journey: Option<Journey>,
}

/// `sequence('{"pattern": "(?1)(?t<=3600)(?2)", "conditions": ["cart", "purchase"]}')`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceOptions {
    pub pattern: String,
    /// 1 to 64; the pattern knows them by their number.
    pub conditions: Vec<Step>,
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

impl Step {
    pub(super) fn named(self, position: usize) -> (String, Rule) {
        match self {
            Step::Event(name) => (name.clone(), Rule::event(&name)),
            Step::Named { name, rule } => (name, rule),
            Step::Rule(rule) => ((position + 1).to_string(), rule),
        }
    }
}

pub(super) fn funnel(options: FunnelOptions, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
    let FunnelOptions { steps, window, mode, options, rows, scope, journey } = options;
    let scope = Scope { subject: options.subject(scope.subject, window), ..scope };
    let steps = steps.into_iter().enumerate().map(|(i, step)| step.named(i)).collect();
    let ground = Ground::new(snapshot, scope, journey.as_ref(), now_us)?;
    let mut spec = ground.funnel(AskedFunnel { steps, window, mode, options })?;
    spec.output.rows = rows;
    Ok(spec)
}

pub(super) fn sequence(options: SequenceOptions, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
    let conditions = options.conditions.into_iter().enumerate().map(|(i, step)| step.named(i)).collect();
    Ground::new(snapshot, options.scope, options.journey.as_ref(), now_us)?.sequence(&options.pattern, conditions)
}
