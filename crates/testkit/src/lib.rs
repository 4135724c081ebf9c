//! For tests only: sample data as columns, golden answers, naive oracles, and a store that fails.
//!
//! An oracle is the definition written down as plainly as possible, quadratic where that is plainer. It shares
//! no code with what it judges, and takes and gives plain vectors.

#![allow(clippy::unwrap_used)]

mod ecom;
pub mod golden;
pub mod oracle;
mod shop;
#[cfg(feature = "storage")]
pub mod storage;

pub use ecom::{Ecom, ecom};
pub use shop::{Shop, ShopTrack, ShopZone, shop, shop_tracks_after};
