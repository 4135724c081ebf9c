//! An invented omni-channel retailer whose customers leave events, with pains planted at known places.
//!
//! It is a sample workspace, a load generator, and the measure of what finds pains: the truth is known. Everything
//! comes from one seed; each customer has a stream of draws of their own, so customers can be made one after the
//! other in bounded memory, or in parallel, and a world with more customers contains the smaller one (with plants of
//! a stated lift; a moderate one grows weaker as a world grows larger).
//!
//! No file, no clock, no thread. It shares no code with what computes journeys or finds pains: [`observe`] reads
//! instances back from the events in its own way.
//!
//! ```
//! use simulate::{Config, World};
//!
//! let world = World::new(Config { customers: 50, ..Config::new(7) })?;
//! let mut watch = world.watch();
//! for events in world.customers() {
//!     assert!(events.is_sorted_by_key(|event| event.time_us));
//!     watch.add(&events);
//! }
//! assert!(world.truth(&watch).plants.is_empty());
//! # Ok::<(), simulate::Fault>(())
//! ```

mod aftercare;
mod calendar;
mod config;
mod customer;
mod dice;
mod error;
mod field;
pub mod floor;
pub mod journeys;
pub mod observe;
mod plant_text;
mod plants;
pub mod power;
mod purchase;
mod random;
mod rates;
mod record;
mod reference;
mod retailer;
pub mod shelf;
mod step;
mod stores;
mod tally;
mod texts;
mod truth;
mod world;

pub use config::{CUSTOMERS_MAX, CauseKind, Config, DAYS_MAX, Dimension, PainKind, Plant, Strength};
pub use error::Fault;
pub use reference::Table;
pub use stores::{Footstep, StorePlace, StoreWalk, stores};
pub use tally::{Cell, Counts, Tally, Watch};
pub use truth::{Consequence, PlantTruth, Truth};
pub use world::{Event, World};
