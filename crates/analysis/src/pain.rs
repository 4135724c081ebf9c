//! Pain points: found from one journey's events, sized, explained, grouped under their causes.
//!
//! 1. What is usual is measured ([`folds::pain::Bounds`]), and from it and the definition's signals follow the questions
//!    ([`probes`]).
//! 2. All exposures are counted by group and time ([`folds::pain::Search`]); differences are tested and the most
//!    certain ones set apart, round by round ([`search`], [`statistics`]).
//! 3. Signals, next steps and shared instances of those found are gathered ([`folds::pain::Evidence`], [`evidence`]).
//! 4. Reference tables add margin, running cost and stock, with their source ([`reference`]).
//!
//! Where people follow a pain over time is not known here: `control` keeps found pains.

mod evidence;
mod probes;
mod reference;
mod search;
pub(crate) mod sentence;
pub(crate) mod statistics;
mod suggest;
pub(crate) mod voices;

use std::sync::Arc;
use std::time::Instant;

use chrono::{Datelike, Days, NaiveTime, TimeZone};
use folds::pain::{Config, EvidenceConfig, Group, Search, Test, Who};
use lake::Snapshot;
use model::event::Column;
use model::journey::Journey;
use model::pain::{Comparison, Facet};
use model::period::DAY_US;
use model::stores::Stores;
use operators::dimensions;
use operators::spec::{FacetSpec, FoldSpec, FoldState, Pick, ScanSpec};
use operators::{Control, Engine};
use serde::{Deserialize, Serialize};

use crate::analyst::mixed_up;
use crate::answer::PainAnswer;
use crate::error::{Error, Result};
use crate::meta::Asked;
use crate::plan::{self, Plan};
use crate::question::{PainQuestion, Present, Question, ResolvedJourney};
use crate::words;

/// Text columns that tell groups of instances apart, beside the channel.
const COLUMNS: [Column; 8] = [
    Column::Platform,
    Column::Device,
    Column::Site,
    Column::City,
    Column::Region,
    Column::Country,
    Column::Campaign,
    Column::UtmSource,
];

/// Values of a dimension that are told apart, most frequent first; a column with far more is an id.
const VALUES_MAX: usize = 30;
const VALUES_OF_ID: usize = 200;

/// Days of a step of time, at first; doubled until the period has at most so many steps.
const STEP_DAYS: i64 = 7;
const STEPS_MAX: i64 = 60;

/// Rounds of search; each takes the most certain pain of every kind and stage.
const ROUNDS_MAX: usize = 8;

/// Looks for pains.
pub(crate) async fn find(
    engine: &Engine,
    present: &Present,
    question: &PainQuestion,
    journey: &ResolvedJourney,
    control: &Control,
) -> Result<PainAnswer> {
    let started = Instant::now();
    let mut asked = Question::Pains(question.clone());
    crate::segments::settle(engine, present, &mut asked, Some(journey), control).await?;
    let mut plan = plan::plan(present, &asked, Some(journey))?;
    let snapshot = &present.snapshot;
    let mut ask = Ask { engine, snapshot, control, read: (0, 0) };
    let definition = &journey.definition;
    let dimensions = dimensions_of(&ask, &plan.spec.scan, present.limit.as_ref()).await?;
    let steps = Steps::of(snapshot, &plan)?;
    let base = Config {
        stages: definition.stages.len(),
        stage_of: definition.touchpoints().map(|(stage, _)| stage).collect(),
        probes: Vec::new(),
        dimensions: dimensions.iter().map(|facet| facet.values.len() as u32).collect(),
        channels: plan.spec.scan.channels.len() as u32,
        origin_us: steps.origin_us,
        step_us: steps.step_us,
        steps: steps.count,
        value: definition.goal.value.is_some(),
        settled_us: Some(steps.settled_us(definition)),
        excluded: Vec::new(),
    };
    plan.spec.scan.fold = FoldSpec::PainBounds(base.clone());
    let FoldState::PainBounds(usual) = ask.state(&plan.spec.scan).await? else { return Err(mixed_up()) };
    let questions = probes::questions(definition, &usual);
    let mut config = Config { probes: questions.iter().map(|question| question.probe).collect(), ..base };
    plan.spec.scan.facets = dimensions;
    let mut looks = 0;
    let mut found: Vec<search::Found> = Vec::new();
    let mut money = Vec::new();
    let is_trait = |dimension: usize| plan.spec.scan.facets[dimension].dimension.starts_with("traits.");
    for _ in 0..ROUNDS_MAX {
        let search = Search::new(config.clone())?;
        let scan = ScanSpec { fold: FoldSpec::Pain(config.clone()), ..plan.spec.scan.clone() };
        let FoldState::Pain(state) = ask.state(&scan).await? else { return Err(mixed_up()) };
        let answer = search.answer(state);
        let room = folds::limits::PAIN_TARGETS_MAX - found.len();
        let (count, mut new) = search::round(&search, &answer, &questions, &is_trait);
        // Later rounds look at the same places but those found.
        looks = looks.max(count);
        new.sort_by(|a, b| b.compared.z.total_cmp(&a.compared.z));
        new.truncate(room);
        if new.is_empty() {
            break;
        }
        for one in new {
            let whose = Group { from: 0, to: u32::MAX, ..one.group.clone() };
            money.push(search.cell(&whose).map(|cell| answer.cells[cell]));
            config.excluded.push(one.group.clone());
            found.push(one);
        }
    }
    let (found, money) = merged(found, money);
    let trails = trails(&mut ask, &plan.spec.scan, &config, &questions, &found, definition).await?;
    plan.spec.scan.fold = FoldSpec::Pain(Config { excluded: Vec::new(), ..config });
    let asked = Asked { question: &asked, journey: Some(journey), plan: &plan };
    let meta = asked.meta(present, ask.read, started.elapsed())?;
    let scene = evidence::Scene {
        journey: definition,
        questions: &questions,
        facets: &plan.spec.scan.facets,
        channels: &plan.spec.scan.channels,
        steps,
        question: &meta.question,
        currency: question.currency.as_deref(),
    };
    let mut pains = scene.pains(&found, &money, &trails);
    let references = reference::References {
        engine,
        snapshot,
        control,
        journey: definition,
        currency: question.currency.as_deref(),
        zone: plan.zone.parse().unwrap_or(chrono_tz::UTC),
        period_us: (steps.origin_us, steps.end_us()),
    };
    match present.limit {
        None => references.add(&mut pains).await?,
        Some(_) => reference::leave_out(&mut pains),
    }
    Ok(PainAnswer {
        journey: definition.id.clone(),
        version: journey.version,
        from_us: steps.origin_us,
        to_us: steps.end_us(),
        looks: looks as u64,
        pains,
        meta,
    })
}

/// One scan after the other, with the rows read so far.
struct Ask<'a> {
    engine: &'a Engine,
    snapshot: &'a Arc<Snapshot>,
    control: &'a Control,
    /// Events read so far, and those later than the moment asked at.
    read: (u64, u64),
}

impl Ask<'_> {
    async fn state(&mut self, scan: &ScanSpec) -> Result<FoldState> {
        let folded = operators::run(self.engine, Arc::clone(self.snapshot), scan, self.control).await?;
        self.read = (folded.rows_scanned, folded.rows_later);
        Ok(folded.state)
    }
}

/// A pain found again in a later round is the same pain over a longer stretch: the first finding stands.
fn merged<T>(found: Vec<search::Found>, beside: Vec<T>) -> (Vec<search::Found>, Vec<T>) {
    let mut kept: Vec<(search::Found, T)> = Vec::new();
    for (one, beside) in found.into_iter().zip(beside) {
        let same =
            |(known, _): &&mut (search::Found, T)| known.question == one.question && known.group.who == one.group.who;
        if kept.iter_mut().find(same).is_none() {
            kept.push((one, beside));
        }
    }
    kept.into_iter().unzip()
}

async fn trails(
    ask: &mut Ask<'_>,
    scan: &ScanSpec,
    config: &Config,
    questions: &[probes::Question],
    found: &[search::Found],
    journey: &Journey,
) -> Result<Vec<folds::pain::Trail>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let targets = found.iter().map(|one| folds::pain::Target {
        group: one.group.clone(),
        against: match one.comparison {
            Comparison::Others => folds::pain::Against::Others,
            Comparison::OtherTimes => folds::pain::Against::OtherTimes,
            Comparison::Expectation => folds::pain::Against::Nobody,
        },
    });
    let evidence = EvidenceConfig {
        search: Config { probes: questions.iter().map(|question| question.probe).collect(), ..config.clone() },
        targets: targets.collect(),
        causes: evidence::CAUSES.iter().map(|kind| probes::bits(journey, *kind)).collect(),
    };
    let scan = ScanSpec { fold: FoldSpec::PainEvidence(evidence), ..scan.clone() };
    match ask.state(&scan).await? {
        FoldState::PainEvidence(trails) => Ok(trails),
        _ => Err(mixed_up()),
    }
}

/// Dimensions with at least two values that are not ids.
async fn dimensions_of(ask: &Ask<'_>, scan: &ScanSpec, limit: Option<&Stores>) -> Result<Vec<FacetSpec>> {
    let names: Vec<&'static str> = COLUMNS.iter().map(|column| column.name()).collect();
    let (columns, traits) = dimensions::values(ask.engine, ask.snapshot, &names, limit, ask.control).await?;
    // Where events say it themselves, that is what was so at the time; the trait is what is so now.
    let said = |key: &str| names.contains(&key);
    let traits = traits.into_iter().filter(|(key, _)| !said(key));
    let traits: Vec<_> = traits.map(|(key, values)| (format!("traits.{key}"), values)).collect();
    let columns = names.iter().map(|name| (*name).to_owned()).zip(columns);
    let told = columns.chain(traits).filter(|(_, values)| !values.unbounded && values.values.len() <= VALUES_OF_ID);
    let told = told.map(|(dimension, values)| FacetSpec {
        dimension,
        values: values.values.into_iter().take(VALUES_MAX).map(|(value, _)| value).collect(),
    });
    let channel = FacetSpec { dimension: "channel".to_owned(), values: scan.channels.clone() };
    Ok(std::iter::once(channel).chain(told).filter(|facet| facet.values.len() > 1).collect())
}

/// The period in steps of whole weeks that begin on a Monday.
#[derive(Debug, Clone, Copy)]
struct Steps {
    origin_us: i64,
    step_us: i64,
    count: u32,
    last_us: i64,
}

impl Steps {
    fn of(snapshot: &Snapshot, plan: &Plan) -> Result<Steps> {
        let (first, _) = snapshot.time_range().unwrap_or_default();
        let entry = plan.scope.entry;
        let from_us = entry.from_us.map_or(first, |from| from.max(first));
        let last_us = plan.spec.scan.as_of_us.max(from_us);
        let origin_us = monday(from_us, &plan.zone)?;
        let mut step_us = STEP_DAYS * DAY_US;
        while (last_us - origin_us) / step_us >= STEPS_MAX {
            step_us *= 2;
        }
        let count = ((last_us - origin_us) / step_us + 1) as u32;
        Ok(Steps { origin_us, step_us, count, last_us })
    }

    fn end_us(&self) -> i64 {
        self.last_us
    }

    /// Until when it is known how instances end: twice the journey's gap before the moment asked at, but at least for
    /// the first half of the period. Later, those that arrived have ended and those that did not are still open.
    fn settled_us(&self, journey: &Journey) -> i64 {
        let half = self.origin_us + (self.last_us - self.origin_us) / 2;
        self.last_us.saturating_sub(journey.gap.us.saturating_mul(2)).max(half)
    }

    /// The times of a stretch of steps.
    fn times(&self, group: &Group) -> (i64, i64) {
        let at = |step: u32| self.origin_us + i64::from(step.min(self.count)) * self.step_us;
        (at(group.from), at(group.to).min(self.last_us))
    }
}

fn monday(time_us: i64, zone: &str) -> Result<i64> {
    let zone: chrono_tz::Tz = zone
        .parse()
        .map_err(|_| Error::invalid("zone", format!("`{zone}` is no IANA time zone, as in Asia/Shanghai")))?;
    let local = chrono::DateTime::from_timestamp_micros(time_us).unwrap_or_default().with_timezone(&zone).date_naive();
    let monday = local.checked_sub_days(Days::new(u64::from(local.weekday().num_days_from_monday()))).unwrap_or(local);
    let start = zone.from_local_datetime(&monday.and_time(NaiveTime::MIN)).earliest();
    Ok(start.map_or(time_us, |start| start.timestamp_micros()))
}

/// Names the instances behind a pain: enough to count them again, whatever other pains there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PainPick {
    pub stage: usize,
    pub test: Test,
    pub facet: Option<Facet>,
    pub from_us: i64,
    pub to_us: i64,
    /// Only those that are hit.
    pub hit: bool,
}

impl PainPick {
    pub(crate) fn encode(&self) -> String {
        Question::text_of(self)
    }

    pub(crate) fn decode(text: &str) -> Result<PainPick> {
        Question::read_text(text, &format!("pick `{text}`"), "use the `pick` of an answer as it stands")
    }

    /// Makes the scan one of this pain alone, and names its instances in it.
    pub(crate) fn apply(&self, scan: &mut ScanSpec, journey: &Journey) -> Result<Pick> {
        let (facets, who) = match &self.facet {
            None => (Vec::new(), Who::Everyone),
            Some(facet) if facet.dimension == evidence::SWITCH => {
                let code = |name: &str| scan.channels.iter().position(|channel| channel == name);
                let pair = facet.value.split_once(evidence::ARROW).and_then(|(a, b)| Some((code(a)?, code(b)?)));
                let (from, to) = pair.ok_or_else(|| Error::not_found(format!("switch `{}`", facet.value)))?;
                (Vec::new(), Who::Switch { from: from as u32, to: to as u32 })
            }
            Some(facet) => {
                let spec = FacetSpec { dimension: facet.dimension.clone(), values: vec![facet.value.clone()] };
                (vec![spec], Who::Facet { dimension: 0, code: 0 })
            }
        };
        scan.facets = facets;
        scan.fold = FoldSpec::Pain(Config {
            stages: journey.stages.len(),
            stage_of: journey.touchpoints().map(|(stage, _)| stage).collect(),
            probes: vec![folds::pain::Probe { stage: self.stage, test: self.test }],
            dimensions: scan.facets.iter().map(|facet| facet.values.len() as u32).collect(),
            channels: scan.channels.len() as u32,
            origin_us: self.from_us,
            step_us: (self.to_us - self.from_us).max(1),
            steps: 1,
            value: false,
            settled_us: Some(self.to_us),
            excluded: Vec::new(),
        });
        Ok(Pick::Pain(folds::pain::Pick { group: Group { who, ..Group::everyone(0) }, hit: self.hit }))
    }
}

/// What was looked for, in words.
pub(crate) fn definition() -> model::text::LocalizedText {
    words::text(
        "痛点：某一人群或某段时间在某一阶段的「受影响率」高于对照，且差距超过不值得关注的幅度（1 个百分点或对照的十分之一）；\
         全部比较一起作多重检验校正（Benjamini–Hochberg，q ≤ 5%），同一客户的多次旅程按整群处理；没有对照的差异只是观察，不算痛点",
        "Pains: in a stage, the share of instances that are hit is higher for a group or a stretch of time than for what it is \
         compared to, by more than does not matter (one point, or a tenth of the reference). All looks are corrected together \
         (Benjamini–Hochberg, q ≤ 5 %); several instances of one customer count as a cluster. A difference with nothing to \
         compare to is an observation, not a pain",
    )
}
