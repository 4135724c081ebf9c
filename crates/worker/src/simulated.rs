//! Simulated events into a lake: worlds that are made, not read.
//!
//! A configuration gives the same events every time, customer by customer, so the position of an interrupted load is
//! a number of customers, and a finished one is told from another by the hash of its configuration. Customers are made
//! on a thread of their own and handed to the lake batch by batch, so that memory does not grow with the world. The
//! truth about it is written beside the lake, its reference tables into it. Walks through its stores come after the events.

mod stores;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use control::{Control, NewWorkspace, SampleNotice};
use lake::{ImportKey, ImportState, Lake, LakeOptions, Mode};
use model::hash;
use model::sample::SampleKind;
use model::text::LocalizedText;
use serde::Serialize;
use simulate::{Truth, World};
use tokio::sync::{OnceCell, mpsc};

pub use simulate::{Config, Plant};
pub(crate) use stores::walk;

use crate::clock::now_us;
use crate::demo::{journey_from, save_unless_edited};
use crate::error::{Error, Result};
use crate::folder::{DataFolder, create_private, write_durably};
use crate::import::{Counts, ImportSummary, KnownUnderOtherMapping, Phase, Progress, Target, Watch};
use crate::maintain::{merge_due, settle};
use crate::reference::import_world;

/// The feed the events come from, and the name the load has in the lake.
const SOURCE: &str = "simulated";
const FILE: &str = "world";

/// Name of the file with the truth, in the workspace's folder.
const TRUTH: &str = "truth.json";

/// Batches that wait between making and writing.
const BATCHES_WAITING: usize = 1;

/// Where the workspace of a world stands in lists: behind one's own and the samples.
const PLACE: i32 = 10;

/// The journeys the retailer's events are of; those of the sample.
const JOURNEYS: [&str; 2] = [
    include_str!("../../../samples/simulated/journeys/omni-purchase.yaml"),
    include_str!("../../../samples/simulated/journeys/after-purchase.yaml"),
];

/// A world to be written into a workspace of its own.
#[derive(Debug, Clone)]
pub struct SimulateRequest {
    pub workspace: String,
    pub config: Config,
    /// Where the truth goes beside the workspace's folder; as YAML if it ends so.
    pub truth: Option<PathBuf>,
    /// What to do with a world of another configuration that is there.
    pub known: KnownUnderOtherMapping,
    /// At least 1.
    pub batch_events: usize,
}

/// What a simulation came to.
#[derive(Debug, Clone, Serialize)]
pub struct Simulated {
    pub workspace: String,
    pub customers: u32,
    /// The world was there already, all of it.
    pub unchanged: bool,
    /// Written in this run.
    pub events_now: u64,
    pub plants: usize,
    /// Files with the truth.
    pub truth: Vec<PathBuf>,
    pub journeys: Vec<(String, u32)>,
    /// Stores that are places, with their versions.
    pub sites: Vec<(String, u32)>,
    pub seconds: f64,
    pub events_per_second: f64,
}

/// How many customers a world like this needs for about so many events.
pub async fn customers_for(config: &Config, events: u64) -> Result<u32> {
    let config = config.clone();
    let customers = tokio::task::spawn_blocking(move || World::customers_for(&config, events)).await?;
    customers.map_err(|fault| Error::Simulation(fault.to_string()))
}

/// The plants of a document: a list, or an object with the field `plants`, written as in a sample's `workspace.yaml`.
pub fn plants_from_yaml(text: &str) -> std::result::Result<Vec<Plant>, String> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Document {
        List(Vec<Plant>),
        Named { plants: Vec<Plant> },
    }
    match serde_saphyr::from_str(text) {
        Ok(Document::List(plants) | Document::Named { plants }) => Ok(plants),
        // What is wrong with a plant is told by reading the list as nothing else.
        Err(_) => serde_saphyr::from_str::<Vec<Plant>>(text).map_err(|error| error.without_snippet().to_string()),
    }
}

/// Makes the workspace, if there is none, and writes the world into it. Stopped, it goes on where it ended when asked
/// again; a workspace that holds anything but a simulated world is left alone.
pub async fn simulate(
    folder: &DataFolder,
    control: &Control,
    request: &SimulateRequest,
    watch: &Watch,
) -> Result<Simulated> {
    let world = Made::new(&request.config);
    // A configuration that makes none is refused before anything is written.
    world.get().await?;
    let id = &request.workspace;
    let origin = format!("Simulated by Throughline from seed {}; no real persons", request.config.seed);
    let notice = SampleNotice { kind: SampleKind::Simulated, licence: "Apache-2.0".to_owned(), origin };
    let known = control.workspace(id).await?;
    match &known {
        Some(workspace) if workspace.sample.as_ref().is_some_and(|sample| sample.kind == SampleKind::Simulated) => {}
        Some(_) => return Err(Error::NotSimulated { id: id.clone() }),
        None => {
            let name = [("zh-CN", format!("青禾生活 · {id}")), ("en", format!("Qinghe Living · {id}"))];
            let new = NewWorkspace {
                id: id.clone(),
                name: LocalizedText::ByLanguage(name.map(|(language, name)| (language.to_owned(), name)).into()),
                sample: Some(notice.clone()),
                zone: "Asia/Shanghai".to_owned(),
                currency: Some("CNY".to_owned()),
                place: PLACE,
                created_at_us: now_us(),
            };
            control.create_workspace(new).await?;
        }
    }
    let lake_folder = folder.lake(id);
    create_private(&lake_folder)?;
    let lake = Lake::open(&lake_folder, LakeOptions::new(Mode::ReadWrite)).await?;
    let load = Load { workspace: folder.workspace(id), known: request.known, batch_events: request.batch_events };
    let (mut added, summary) = load.run(&lake, &world, watch).await?;
    let (sites, walked) = walk(Target { folder, control, lake: &lake }, id, &world, watch).await?;
    added |= walked;
    let mut truth = vec![load.workspace.join(TRUTH)];
    if let Some(path) = &request.truth {
        copy_truth(&truth[0], path)?;
        truth.push(path.clone());
    }
    let mut journeys = Vec::new();
    for text in JOURNEYS {
        let journey = journey_from(text, Path::new(SOURCE))?;
        let version = save_unless_edited(control, id, &journey).await?;
        journeys.push((journey.id, version));
    }
    if let Some(known) = known.filter(|_| added) {
        control.describe_sample(id, &notice, known.place).await?;
    }
    // Also where nothing was added: an earlier run may have been killed before it came to this.
    watch.lending(async |control| settle(&lake, control).await).await?;
    Ok(Simulated {
        workspace: id.clone(),
        customers: request.config.customers,
        unchanged: !added,
        events_now: summary.rows_now,
        plants: request.config.plants.len(),
        truth,
        journeys,
        sites,
        seconds: summary.seconds,
        events_per_second: summary.rows_per_second,
    })
}

/// A world that is made when it is first needed: where something is planted that takes a pilot of its customers.
#[derive(Debug)]
pub(crate) struct Made {
    config: Config,
    world: OnceCell<Arc<World>>,
}

impl Made {
    pub(crate) fn new(config: &Config) -> Made {
        Made { config: config.clone(), world: OnceCell::new() }
    }

    /// Checks the configuration and makes the world.
    async fn get(&self) -> Result<Arc<World>> {
        let world = self.world.get_or_try_init(async || {
            let config = self.config.clone();
            let world = tokio::task::spawn_blocking(move || World::new(config)).await?;
            world.map(Arc::new).map_err(|fault| Error::Simulation(fault.to_string()))
        });
        world.await.cloned()
    }

    /// What its events follow from: walks move none.
    fn mark(&self) -> Result<i64> {
        let config = Config { walked_days: 0, ..self.config.clone() };
        let text = serde_json::to_string(&config).map_err(|error| Error::Simulation(error.to_string()))?;
        Ok(hash::parts(&[text.as_bytes()]))
    }
}

/// How a world gets into a lake.
#[derive(Debug)]
pub(crate) struct Load {
    /// The workspace's folder.
    pub workspace: PathBuf,
    pub known: KnownUnderOtherMapping,
    pub batch_events: usize,
}

impl Load {
    /// Makes the world's events and adds them, unless they are there. Whether anything was added, and what it came to.
    pub(crate) async fn run(&self, lake: &Lake, made: &Made, watch: &Watch) -> Result<(bool, ImportSummary)> {
        let begun = Instant::now();
        let (config, mapping) = (&made.config, made.mark()?);
        let key =
            ImportKey { source: SOURCE.into(), file: FILE.into(), mapping, batch: format!("{SOURCE}-{mapping:016x}") };
        let truth = self.workspace.join(TRUTH);
        let from = match lake.import_state(&key).await? {
            ImportState::Known { mapping: known, complete: true, .. } if known == mapping && truth.is_file() => {
                // Loaded by an earlier release, which did not know of them.
                import_world(lake, config, mapping).await?;
                return Ok((false, ImportSummary::default()));
            }
            ImportState::Known { mapping: known, position, .. } if known == mapping => position,
            ImportState::Known { .. } if self.known == KnownUnderOtherMapping::Refuse => {
                return Err(Error::OtherWorld);
            }
            ImportState::Known { .. } => {
                lake.remove_import(SOURCE, FILE).await?;
                0
            }
            ImportState::Unknown => 0,
        };
        // What is there is the truth about a world that is no more.
        match std::fs::remove_file(&truth) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("remove", &truth, source));
            }
            _ => {}
        }
        let world = made.get().await?;
        let mut making = self.make(&world, from);
        let mut events_now = 0;
        loop {
            let part = tokio::select! {
                biased;
                () = watch.stop.cancelled() => return Err(Error::Cancelled),
                part = making.recv() => part,
            };
            let Some(Part { events, customers, truth: seen }) = part else {
                return Err(Error::Simulation("the thread that makes it died".to_owned()));
            };
            let count = events.len() as u64;
            lake.import(&key, events, customers, seen.is_some()).await?;
            events_now += count;
            watch.lending(async |control| merge_due(lake, control, || ()).await).await?;
            (watch.progress)(Progress {
                file: &self.workspace,
                file_number: 1,
                files: 1,
                phase: Phase::Simulating,
                done: customers,
                total: u64::from(config.customers),
                rows: events_now,
            });
            if let Some(seen) = seen {
                let json = serde_json::to_vec_pretty(&*seen).map_err(|error| Error::Simulation(error.to_string()))?;
                import_world(lake, config, mapping).await?;
                write_durably(&truth, &json)?;
                break;
            }
        }
        let seconds = begun.elapsed().as_secs_f64();
        let totals = Counts { rows: events_now, events: events_now, ..Counts::default() };
        let rows_per_second = events_now as f64 / seconds.max(1e-3);
        Ok((true, ImportSummary { totals, rows_now: events_now, seconds, rows_per_second, ..ImportSummary::default() }))
    }

    /// Makes customers on a thread of their own; it ends with the world, or when the receiver is dropped. The events
    /// of the first `from` customers are in the lake; they are made again for the truth alone.
    fn make(&self, world: &Arc<World>, from: u64) -> mpsc::Receiver<Part> {
        let (parts, receiver) = mpsc::channel(BATCHES_WAITING);
        let (world, batch_events) = (Arc::clone(world), self.batch_events.max(1));
        tokio::task::spawn_blocking(move || {
            let mut seen = world.watch();
            let mut events = Vec::new();
            for (number, customer) in (1u64..).zip(world.customers()) {
                if parts.is_closed() {
                    return;
                }
                seen.add(&customer);
                if number <= from {
                    continue;
                }
                events.extend(customer);
                if events.len() >= batch_events {
                    let part = Part { events: std::mem::take(&mut events), customers: number, truth: None };
                    if parts.blocking_send(part).is_err() {
                        return;
                    }
                }
            }
            let customers = u64::from(world.config().customers).max(from);
            let truth = Some(Box::new(world.truth(&seen)));
            // If nobody listens any more, nobody misses it.
            let _ = parts.blocking_send(Part { events, customers, truth });
        });
        receiver
    }
}

/// Whole customers, from the making thread.
struct Part {
    events: Vec<model::event::Event>,
    /// Customers made so far: the position after this part.
    customers: u64,
    /// With the last part.
    truth: Option<Box<Truth>>,
}

/// Writes the truth once more, in the form the path's ending asks for.
fn copy_truth(from: &Path, to: &Path) -> Result<()> {
    let text = std::fs::read(from).map_err(|source| Error::io("read", from, source))?;
    let is_yaml = to.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    let text = if is_yaml {
        let truth: Truth = serde_json::from_slice(&text).map_err(|error| Error::Simulation(error.to_string()))?;
        serde_saphyr::to_string(&truth).map_err(|error| Error::Simulation(error.to_string()))?.into_bytes()
    } else {
        text
    };
    std::fs::write(to, text).map_err(|source| Error::io("write", to, source))
}
