//! The two journeys of the retailer: which event stands in which stage. The same as the definitions in
//! `samples/simulated/journeys`, which a test holds against this table.

/// Hours, minutes and days in microseconds.
pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// One journey as far as the simulator needs it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    pub id: &'static str,
    /// Silence that ends an instance, microseconds.
    pub gap_us: i64,
    /// The event that is the goal.
    pub goal: &'static str,
    /// In typical order.
    pub stages: &'static [StageShape],
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StageShape {
    pub id: &'static str,
    pub events: &'static [&'static str],
    /// Designed median from entering the stage to the first event of another one, seconds. What is three times this
    /// and more is a stall.
    pub usual_seconds: f64,
    /// Designed median of an instance's events in the stage. What is 2.5 times this and more is effort.
    pub usual_events: f64,
}

impl Shape {
    /// Index of the stage an event stands in.
    pub fn stage_of(&self, event: &str) -> Option<usize> {
        self.stages.iter().position(|stage| stage.events.contains(&event))
    }

    /// Index of a stage by its id.
    pub fn stage(&self, id: &str) -> Option<usize> {
        self.stages.iter().position(|stage| stage.id == id)
    }
}

const fn stage(id: &'static str, events: &'static [&'static str], usual_seconds: f64, usual_events: f64) -> StageShape {
    StageShape { id, events, usual_seconds, usual_events }
}

/// 全渠道购买.
pub const PURCHASE: Shape = Shape {
    id: "omni-purchase",
    gap_us: 14 * DAY,
    goal: "order_paid",
    stages: &[
        stage("reach", &["campaign_sent", "campaign_opened", "ad_click"], 1_500.0, 1.0),
        stage("visit", &["app_open", "page_home", "mini_open", "store_enter"], 120.0, 1.0),
        stage("browse", &["search", "list_view", "zone_visit"], 480.0, 3.0),
        stage(
            "consider",
            &["product_view", "details_view", "reviews_view", "help_view", "consult", "try_on"],
            1_080.0,
            3.0,
        ),
        stage("decide", &["add_to_cart", "cart_view", "price_view"], 360.0, 3.0),
        stage("pay", &["checkout_start", "payment_submit", "payment_error", "till_queue"], 240.0, 2.0),
        stage("order", &["order_paid"], 0.0, 1.0),
    ],
};

/// 售后履约.
pub const AFTERCARE: Shape = Shape {
    id: "after-purchase",
    gap_us: 30 * DAY,
    goal: "order_confirmed",
    stages: &[
        stage("placed", &["order_paid"], 79_000.0, 1.0),
        stage("deliver", &["shipped", "delivered", "picked_up"], 410_000.0, 2.0),
        stage("service", &["service_contact", "complaint"], 260_000.0, 1.0),
        stage("return", &["return_requested", "refund_paid"], 520_000.0, 2.0),
        stage("keep", &["survey_answered", "order_confirmed"], 0.0, 1.0),
    ],
};

/// Both, in the order their indices mean everywhere in this crate.
pub const JOURNEYS: [Shape; 2] = [PURCHASE, AFTERCARE];

/// Indices of the stages of [`PURCHASE`].
pub(crate) mod purchase {
    pub(crate) const REACH: usize = 0;
    pub(crate) const VISIT: usize = 1;
    pub(crate) const BROWSE: usize = 2;
    pub(crate) const CONSIDER: usize = 3;
    pub(crate) const DECIDE: usize = 4;
    pub(crate) const PAY: usize = 5;
}

/// Indices of the stages of [`AFTERCARE`].
pub(crate) mod aftercare {
    pub(crate) const DELIVER: usize = 1;
    pub(crate) const SERVICE: usize = 2;
    pub(crate) const RETURN: usize = 3;
    pub(crate) const KEEP: usize = 4;
}
