//! Simulated worlds whose pains are known: what is found, what is missed, what is found that is not there.
//!
//! The simulator shares no code with what finds pains. A plant is *moderate*: a one-sided test at level 0.001 that knew
//! kind, stage and group, and asked for more than the margin, would find it with power .99. It counts as found if kind,
//! stage and group of a reported pain, or of one of its effects, are the plant's. A reported pain is a false alarm if
//! it is neither a plant nor a stated consequence of one.
//!
//! The whole table is made by `make pain-table`; the tests here are a small part of it.

use std::collections::BTreeMap;
use std::fmt;

use analysis::Analyst;
use analysis::answer::PainAnswer;
use analysis::question::{JourneyKey, PainQuestion, Present, ResolvedJourney};
use control::definition;
use lake::{ImportKey, Lake, LakeOptions, Mode};
use model::journey::Journey;
use model::pain::{Facet, Pain, PainKind};
use model::scope::Scope;
use operators::{Control, Engine, EngineOptions};
use simulate::{Config, PlantTruth, Truth, World};
use tempfile::TempDir;

/// Customers of a world here: enough for moderate pains to be of ordinary size.
const CUSTOMERS: u32 = 5_000;

/// Pains planted in one world.
const PLANTS: usize = 4;

/// Events of one batch of an import.
const BATCH: usize = 50_000;

/// What came out over several worlds.
#[derive(Debug, Default)]
struct Score {
    worlds: usize,
    planted: usize,
    found: usize,
    reported: usize,
    false_alarms: usize,
    with_cause: usize,
    cause_right: usize,
    /// Worlds that report anything.
    loud: usize,
    by_kind: BTreeMap<&'static str, (usize, usize)>,
    notes: Vec<String>,
}

pub(crate) fn journeys() -> Vec<ResolvedJourney> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/simulated/journeys");
    let read = |name: &str| -> Journey {
        definition::journey_from_yaml(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    };
    let all = ["omni-purchase.yaml", "after-purchase.yaml"].map(read);
    all.into_iter().map(|definition| ResolvedJourney { version: 1, definition }).collect()
}

/// The events of a world as a lake holds them, for as long as its folder is kept.
pub(crate) async fn present_of(config: Config) -> (TempDir, Present) {
    let (home, present, _) = loaded(&World::new(config).unwrap()).await;
    (home, present)
}

/// A world in a lake of its own, and who watched it being loaded.
async fn loaded(world: &World) -> (TempDir, Present, simulate::Watch) {
    let mut watch = world.watch();
    let home = tempfile::tempdir().unwrap();
    let lake = Lake::open(home.path(), LakeOptions::new(Mode::ReadWrite)).await.unwrap();
    let key = ImportKey { source: "simulated".into(), file: "world".into(), mapping: 1, batch: "world".into() };
    let (mut batch, mut position) = (Vec::new(), 0);
    for events in world.customers() {
        watch.add(&events);
        batch.extend(events);
        if batch.len() >= BATCH {
            position += batch.len() as u64;
            lake.import(&key, std::mem::take(&mut batch), position, false).await.unwrap();
        }
    }
    position += batch.len() as u64;
    lake.import(&key, batch, position, true).await.unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let present = Present {
        snapshot,
        zone: "Asia/Shanghai".into(),
        segments: Default::default(),
        limit: None,
        now_us: world.end_us(),
    };
    (home, present, watch)
}

/// Everything found in a world, journey by journey, and the truth.
async fn look(config: Config) -> (Vec<PainAnswer>, Truth) {
    let world = World::new(config).unwrap();
    let (_home, present, watch) = loaded(&world).await;
    let analyst = Analyst::new(Engine::new(EngineOptions::default()).unwrap());
    let mut answers = Vec::new();
    for journey in journeys() {
        let question = PainQuestion {
            journey: JourneyKey { id: journey.definition.id.clone(), version: None },
            scope: Scope { as_of_us: Some(world.end_us()), ..Scope::default() },
            currency: Some("CNY".into()),
        };
        answers.push(analyst.pains(&present, &question, &journey, &Control::new()).await.unwrap());
    }
    (answers, world.truth(&watch))
}

fn facet(plant: &PlantTruth) -> Option<Facet> {
    let dimension = plant.dimension.as_ref()?;
    let is_trait = simulate::observe::TRAITS.contains(&dimension.name.as_str());
    let name = if is_trait { format!("traits.{}", dimension.name) } else { dimension.name.clone() };
    Some(Facet { dimension: name, value: dimension.value.clone() })
}

/// Whether a place is the plant's, or where it shows too. A drop-off of a trait is a segment gap.
fn is_consequence(plant: &PlantTruth, kind: PainKind, stage: &str) -> bool {
    let alike = |name: &str| name == kind.id() || (name == "drop_off" && kind == PainKind::SegmentGap);
    plant.consequences.iter().any(|other| other.stage == stage && alike(other.kind.name()))
}

impl Score {
    fn add(&mut self, seed: u64, answers: &[PainAnswer], truth: &Truth) {
        self.worlds += 1;
        self.loud += usize::from(answers.iter().any(|answer| !answer.pains.is_empty()));
        let places = |pain: &Pain| {
            let own = (pain.kind, pain.stage.clone(), pain.facet.clone());
            let effects = pain.effects.iter().map(|effect| (effect.kind, effect.stage.clone(), effect.facet.clone()));
            std::iter::once(own).chain(effects).collect::<Vec<_>>()
        };
        for plant in &truth.plants {
            self.planted += 1;
            let kind = self.by_kind.entry(plant.kind.name()).or_default();
            kind.0 += 1;
            let is_it = |(kind, stage, whose): &(PainKind, String, Option<Facet>)| {
                kind.id() == plant.kind.name() && *stage == plant.stage && *whose == facet(plant)
            };
            let answer = answers.iter().find(|answer| answer.journey == plant.journey).unwrap();
            let Some(pain) = answer.pains.iter().find(|pain| places(pain).iter().any(is_it)) else {
                let place = format!("{} {} {:?}", plant.kind, plant.stage, plant.dimension);
                self.notes.push(format!(
                    "seed {seed}: missed {place} n1 {} n0 {} p0 {:.3} lift {:.3} hits {}/{} from {:?}",
                    plant.n1,
                    plant.n0,
                    plant.p0,
                    plant.lift,
                    plant.hits1,
                    plant.hits0,
                    plant.from_us.is_some()
                ));
                continue;
            };
            self.found += 1;
            self.by_kind.entry(plant.kind.name()).or_default().1 += 1;
            self.with_cause += 1;
            let named = pain.causes.first().map(|cause| cause.kind.id());
            let planted = plant.cause.map(|cause| if cause.name() == "information" { "help" } else { cause.name() });
            if named == planted {
                self.cause_right += 1;
            } else {
                self.notes
                    .push(format!("seed {seed}: {} {} cause {planted:?}, named {named:?}", plant.kind, plant.stage));
            }
        }
        if std::env::var_os("VERBOSE").is_some() {
            for (kind, stage, facet) in answers.iter().flat_map(|answer| &answer.pains).flat_map(places) {
                self.notes.push(format!("seed {seed}: reported {} {stage} {facet:?}", kind.id()));
            }
        }
        for pain in answers.iter().flat_map(|answer| &answer.pains) {
            self.reported += 1;
            let expected = truth.plants.iter().any(|plant| {
                plant.journey == pain.journey
                    && facet(plant) == pain.facet
                    && ((plant.kind.name() == pain.kind.id() && plant.stage == pain.stage)
                        || is_consequence(plant, pain.kind, &pain.stage))
            });
            if !expected {
                self.false_alarms += 1;
                self.notes.push(format!(
                    "seed {seed}: false alarm {} {} {:?} {:?} {}/{} against {}/{} q {:.1e}",
                    pain.kind.id(),
                    pain.stage,
                    pain.facet.as_ref().map(|facet| format!("{}={}", facet.dimension, facet.value)),
                    pain.comparison,
                    pain.observed.hits,
                    pain.observed.exposed,
                    pain.reference.hits,
                    pain.reference.exposed,
                    pain.q_value
                ));
            }
        }
    }

    fn share(part: usize, whole: usize) -> f64 {
        if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
    }

    fn recall(&self) -> f64 {
        Score::share(self.found, self.planted)
    }

    fn false_share(&self) -> f64 {
        if self.reported == 0 { 0.0 } else { self.false_alarms as f64 / self.reported as f64 }
    }

    fn causes(&self) -> f64 {
        Score::share(self.cause_right, self.with_cause)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "worlds {}, of which {} report anything", self.worlds, self.loud)?;
        writeln!(f, "recall {:.3} ({} of {})", self.recall(), self.found, self.planted)?;
        writeln!(f, "false alarms {:.3} ({} of {})", self.false_share(), self.false_alarms, self.reported)?;
        writeln!(f, "causes right {:.3} ({} of {})", self.causes(), self.cause_right, self.with_cause)?;
        for (kind, (planted, found)) in &self.by_kind {
            writeln!(f, "  {kind:24} {found:3} of {planted:3}")?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "  {note}"))
    }
}

async fn score(seeds: std::ops::Range<u64>, plants: usize) -> Score {
    let mut score = Score::default();
    for seed in seeds {
        let mut config = Config { customers: CUSTOMERS, ..Config::new(seed) };
        config.plants = World::random_plants(&config, seed, plants).unwrap();
        let (answers, truth) = look(config).await;
        score.add(seed, &answers, &truth);
    }
    score
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_pains_are_found_and_no_others() {
    let score = score(1..4, PLANTS).await;
    assert!(score.recall() >= 0.9 && score.false_alarms <= 1 && score.causes() >= 0.75, "{score}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_where_nothing_was_planted() {
    let score = score(1_001..1_004, 0).await;
    assert!(score.loud <= 1, "{score}");
}

/// `make pain-table`: sixty worlds with pains and two hundred without.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes to hours: run it by `make pain-table`"]
#[allow(clippy::print_stdout)]
async fn the_whole_table() {
    let (first, planted, empty) = (number("FIRST", 1), number("PLANTED", 60), number("EMPTY", 200));
    println!("planted:\n{}", score(first..first + planted, PLANTS).await);
    println!("nothing planted:\n{}", score(first + 1_000..first + 1_000 + empty, 0).await);
}
