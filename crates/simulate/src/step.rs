//! One thing a customer does or meets, before it is written as an event.

use crate::retailer::Channel;

/// Which feed an event comes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feed {
    Crm,
    Online,
    Store,
    Logistics,
    Service,
    Survey,
}

impl Feed {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Feed::Crm => "crm",
            Feed::Online => "online",
            Feed::Store => "store",
            Feed::Logistics => "logistics",
            Feed::Service => "service",
            Feed::Survey => "survey",
        }
    }

    /// How long after it happened an event of the feed arrives, seconds.
    pub(crate) fn delay_seconds(self) -> i64 {
        match self {
            Feed::Online => 1,
            Feed::Store => 20,
            Feed::Crm | Feed::Service | Feed::Survey => 5,
            Feed::Logistics => 300,
        }
    }
}

/// Details of a purchase that all its events share.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) id: String,
    /// Index into [`crate::retailer::PRODUCTS`].
    pub(crate) product: usize,
    pub(crate) quantity: u32,
    /// ¥ paid, delivery included.
    pub(crate) amount: f64,
    pub(crate) channel: Channel,
    pub(crate) site: Option<usize>,
    pub(crate) at_us: i64,
}

/// What happens, with everything said about it. Nothing is set unless it is known.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) at_us: i64,
    pub(crate) event: &'static str,
    pub(crate) feed: Feed,
    pub(crate) channel: Channel,
    pub(crate) site: Option<usize>,
    pub(crate) zone: Option<&'static str>,
    pub(crate) campaign: Option<&'static str>,
    pub(crate) product: Option<usize>,
    pub(crate) category: Option<usize>,
    pub(crate) order: Option<String>,
    pub(crate) amount: Option<f64>,
    pub(crate) quantity: Option<u32>,
    pub(crate) duration_s: Option<f64>,
    pub(crate) error: Option<&'static str>,
    pub(crate) score: Option<u32>,
    pub(crate) text: Option<&'static str>,
    pub(crate) load_ms: Option<u32>,
    pub(crate) in_stock: Option<bool>,
    pub(crate) fee: Option<f64>,
    pub(crate) topic: Option<&'static str>,
    pub(crate) wait_s: Option<u32>,
    /// Hours after the promise, below 0 before it; and the promise itself, UTC microseconds.
    pub(crate) promise: Option<(f64, i64)>,
}

impl Step {
    pub(crate) fn new(at_us: i64, event: &'static str, feed: Feed, channel: Channel) -> Step {
        Step {
            at_us,
            event,
            feed,
            channel,
            site: None,
            zone: None,
            campaign: None,
            product: None,
            category: None,
            order: None,
            amount: None,
            quantity: None,
            duration_s: None,
            error: None,
            score: None,
            text: None,
            load_ms: None,
            in_stock: None,
            fee: None,
            topic: None,
            wait_s: None,
            promise: None,
        }
    }
}
