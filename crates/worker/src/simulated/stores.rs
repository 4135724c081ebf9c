//! The stores of a simulated world as places, with the walks of its last days: positions laid as a sensor's are, then read.

use std::collections::BTreeMap;
use std::sync::Arc;

use analysis::place::ResolvedSite;
use lake::{Sighting, TrackDay};
use model::place::observation::{Located, Observation, Position, RawId, Seen, Subject, SubjectKind};
use simulate::{StorePlace, StoreWalk, World};
use tokio::sync::mpsc;

use super::Made;
use crate::demo::save_site_unless_edited;
use crate::error::{Error, Result};
use crate::import::{Phase, Progress, Target, Watch};
use crate::place::{COMMIT_SIGHTINGS, Laid, Laying, Salts, replay};

/// Customers whose walks are handed over at once.
const CUSTOMERS: u32 = 250;

/// Radius that the sensors of the stores give for their error, metres.
const ERROR_M: f64 = 0.15;

/// The walks of some customers.
struct Part {
    walks: Vec<StoreWalk>,
    /// Customers looked at so far.
    customers: u32,
}

/// Saves the stores, lays their walks and reads their days, as far as that is not done yet. Their ids and versions, and whether
/// anything was added.
pub(crate) async fn walk(
    target: Target<'_>,
    workspace: &str,
    made: &Made,
    watch: &Watch,
) -> Result<(Vec<(String, u32)>, bool)> {
    let days = made.config.walked_days;
    if days == 0 {
        return Ok((Vec::new(), false));
    }
    let places = Arc::new(simulate::stores(&made.config));
    let content = format!("world-{:016x}-{days}", made.mark()?);
    let (mut stores, mut from) = (Vec::new(), u32::MAX);
    for place in places.iter() {
        let site = save_site_unless_edited(target.control, workspace, place.site().clone()).await?;
        let key = target.lake.tracks_key(&site.definition.id, &content).await?;
        let read = target.lake.tracks_read(&key).await?;
        let done = if read.complete { u32::MAX } else { u32::try_from(read.position).unwrap_or(u32::MAX) };
        from = from.min(done);
        stores.push(Store { site, key, done, waiting: BTreeMap::new(), salts: Salts::default() });
    }
    if from < u32::MAX {
        let world = made.get().await?;
        let customers = world.config().customers;
        let folder = target.folder.workspace(workspace);
        let mut walking = make(&world, &places, from);
        let (mut held, mut rows) = (0, 0);
        loop {
            let part = tokio::select! {
                biased;
                () = watch.stop.cancelled() => return Err(Error::Cancelled),
                part = walking.recv() => part,
            };
            let Some(Part { walks, customers: position }) = part else {
                return Err(Error::Simulation("the thread that walks its stores died".to_owned()));
            };
            let is_last = position == customers;
            for walk in walks {
                held += stores[walk.store].lay(target, workspace, &places[walk.store], walk, position).await?;
            }
            if is_last || held >= COMMIT_SIGHTINGS {
                for store in stores.iter_mut().filter(|store| store.done < position) {
                    let waiting = std::mem::take(&mut store.waiting).into_iter().collect();
                    target.lake.add_tracks(&store.key, waiting, u64::from(position), is_last).await?;
                }
                (rows, held) = (rows + held, 0);
            }
            (watch.progress)(Progress {
                file: &folder,
                file_number: 1,
                files: 1,
                phase: Phase::Simulating,
                done: u64::from(position),
                total: u64::from(customers),
                rows: (rows + held) as u64,
            });
            if is_last {
                break;
            }
        }
    }
    let mut added = false;
    for store in &stores {
        let days = replay(target.lake, &store.site, watch).await?;
        added |= days.iter().any(|day| !day.unchanged);
    }
    Ok((stores.into_iter().map(|store| (store.site.definition.id, store.site.version)).collect(), added))
}

/// A store, and what waits to be written of it.
struct Store {
    site: ResolvedSite,
    key: String,
    /// Customers whose walks are written.
    done: u32,
    waiting: BTreeMap<TrackDay, Vec<Sighting>>,
    salts: Salts,
}

impl Store {
    /// Lays a walk, unless it was written. How many positions it has.
    async fn lay(
        &mut self,
        target: Target<'_>,
        workspace: &str,
        place: &StorePlace,
        walk: StoreWalk,
        customers: u32,
    ) -> Result<usize> {
        if customers <= self.done {
            return Ok(0);
        }
        let laying = Laying { control: target.control, workspace, site: &self.site.definition, sensor: None };
        let subject = Subject { id: RawId::new(walk.visitor), kind: SubjectKind::Track, is_staff: false };
        let mut laid = 0;
        for step in walk.steps {
            let position = Position {
                subject: subject.clone(),
                at: Located::Frame(step.at),
                error_m: Some(ERROR_M),
                height_m: None,
                is_moving: None,
                zones: Vec::new(),
            };
            let floor = Some(place.floor(step.floor).to_owned());
            let seen = Observation { time_us: step.time_us, sensor: None, floor, seen: Seen::Position(position) };
            // On a plan that somebody has edited since, a floor may be gone.
            if let Laid::Seen(of, sighting) = laying.lay(seen, &mut self.salts).await? {
                self.waiting.entry(of).or_default().push(sighting);
                laid += 1;
            }
        }
        Ok(laid)
    }
}

/// Walks the stores on a thread of its own, from a customer on; it ends with the world, or when the receiver is dropped.
fn make(world: &Arc<World>, places: &Arc<Vec<StorePlace>>, from: u32) -> mpsc::Receiver<Part> {
    let (parts, receiver) = mpsc::channel(1);
    let (world, places) = (Arc::clone(world), Arc::clone(places));
    tokio::task::spawn_blocking(move || {
        let customers = world.config().customers;
        let mut first = from - from % CUSTOMERS;
        loop {
            let next = first.saturating_add(CUSTOMERS).min(customers);
            let walks = (first..next).flat_map(|number| world.walks(&places, &world.customer(number))).collect();
            // If nobody listens any more, nobody misses it.
            if parts.blocking_send(Part { walks, customers: next }).is_err() || next == customers {
                return;
            }
            first = next;
        }
    });
    receiver
}
