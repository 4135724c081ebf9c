//! An invented shop floor whose layout changes, and the walks of its shoppers on both layouts: what a layout forecast is
//! measured by, since the truth about the changed layout is known.
//!
//! A shop has a door, gondolas, places to look at goods and tills; its goods change places, its walls do not. Shoppers come with needs and a
//! temper, choose what to go to next by a random utility (near, on their habitual round, not behind them), follow a field
//! of distances bent by a taste of their own, sway, stop on impulse for what they walk past, and browse. The same shopper
//! has the same needs and moods on either layout, and other steps. No code is shared with what reads walks or forecasts them.
//!
//! ```
//! use simulate::floor::{FloorShop, Layout};
//!
//! let shop = FloorShop::new(7);
//! let walk = shop.walk(Layout::Before, 3);
//! assert!(walk.time_us.is_sorted() && walk.time_us.len() == walk.x.len());
//! assert_eq!(walk, shop.walk(Layout::Before, 3));
//! assert!(shop.site("invented").faults().is_empty());
//! ```

mod shop;
mod shopper;

pub use shop::{FloorPlace, FloorShop, Layout};
pub use shopper::{FloorStop, FloorWalk, Reason};
