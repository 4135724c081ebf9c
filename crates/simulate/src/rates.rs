//! How often things happen when nothing is planted. Every rate here is the same for every channel, platform, store,
//! city, campaign and segment, and on every day: that is what makes a planted difference the only one.

use crate::journeys::purchase::{BROWSE, CONSIDER, DECIDE};

/// By stage of the purchase (reach … pay): goes no further.
pub(crate) const LEAVE: [f64; 6] = [0.38, 0.17, 0.21, 0.42, 0.33, 0.19];
/// A pause of days (at the till: of a quarter of an hour and more) before going on from a stage.
pub(crate) const STALL: f64 = 0.04;
/// Many more steps in a stage than others need.
pub(crate) const EFFORT: f64 = 0.025;
/// Each signal (error, slow, price shown, out of stock, long wait) in each stage where it can be.
pub(crate) const SIGNAL: f64 = 0.025;
/// Lingers over one thing.
pub(crate) const DWELL: f64 = 0.03;
/// Goes back and forth between details and help.
pub(crate) const ALTERNATE: f64 = 0.03;
/// Of the purchases that come to pass, how many skip looking around (a deep link, a known shelf).
pub(crate) const SKIP_BROWSE: f64 = 0.12;
/// Share of purchases that begin with a message or an advertisement, among customers who can be reached.
pub(crate) const REACHED: f64 = 0.5;
/// Opens the message.
pub(crate) const OPENED: f64 = 0.42;

/// Comes back to the stage from the next one: browse from consider, consider from decide, decide from pay.
pub(crate) fn back(stage: usize) -> f64 {
    match stage {
        BROWSE => 0.05,
        CONSIDER => 0.08,
        DECIDE => 0.07,
        _ => 0.0,
    }
}

/// Considers another channel within the stage. The channel is drawn anew from the customer's own habits, so it may be
/// the same: the share of channels stays what it was, before and after.
pub(crate) fn switch(stage: usize) -> f64 {
    match stage {
        CONSIDER => 0.17,
        DECIDE => 0.14,
        _ => 0.0,
    }
}

/// Spread of patience between customers, on the log odds of leaving. It makes the outcomes of one customer's
/// instances alike: the intra-class correlation is below .01, which widens no interval by more than 2 %.
pub(crate) const PATIENCE_SD: f64 = 0.2;

/// Delivered after the promised day.
pub(crate) const LATE: f64 = 0.06;
/// Refund paid after the promised day.
pub(crate) const REFUND_LATE: f64 = 0.06;
pub(crate) const CONTACT: f64 = 0.30;
pub(crate) const CONTACT_AGAIN: f64 = 0.12;
pub(crate) const COMPLAINT: f64 = 0.03;
pub(crate) const RETURN: f64 = 0.15;
pub(crate) const COMPLAINT_AFTER_RETURN: f64 = 0.08;
pub(crate) const SURVEY: f64 = 0.48;
pub(crate) const LOW_SCORE: f64 = 0.15;
/// Never confirms, having come no further than the delivery, the service, the survey.
pub(crate) const SILENT_AFTER_DELIVERY: f64 = 0.07;
pub(crate) const SILENT_AFTER_SERVICE: f64 = 0.08;
pub(crate) const SILENT_AFTER_SURVEY: f64 = 0.05;
/// Share of a planted pain's episodes in which its cause shows.
pub(crate) const CAUSE_SHOWS: f64 = 0.85;
