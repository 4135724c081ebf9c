//! What follows an order: delivery, service, returns, the survey, and whether the customer is content in the end.
//!
//! As with the purchase, the plan is the same for every channel, store and segment. Goods carried home from a store
//! have no delivery; what else follows them follows at the same odds and in the same time as elsewhere.

use crate::calendar::Calendar;
use crate::config::{CauseKind, PainKind};
use crate::customer::Customer;
use crate::dice::Dice;
use crate::journeys::{AFTERCARE, DAY, HOUR, aftercare::*};
use crate::plants::{Cell, Luck, Strike};
use crate::rates;
use crate::retailer::{CITIES, Channel, PRODUCTS};
use crate::step::{Feed, Order, Step};
use crate::texts::{self, PARCEL_ERRORS, Reason};

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) steps: Vec<Step>,
    /// When the customer may begin another purchase: an order that was never confirmed is waited out, or the next
    /// one would count as its continuation.
    pub(crate) free_us: i64,
    /// Went through something that one remembers.
    pub(crate) bruised: bool,
}

pub(crate) fn follow(calendar: &Calendar, who: &Customer, dice: Dice, luck: &mut Luck<'_>, order: &Order) -> Outcome {
    let mut after = After {
        calendar,
        who,
        dice,
        order,
        at_us: order.at_us,
        reason: Reason::Other,
        bruised: false,
        steps: Vec::with_capacity(8),
    };
    let confirmed = after.go(luck);
    let last_us = after.steps.last().map_or(order.at_us, |step| step.at_us);
    let free_us = last_us + if confirmed { 6 * HOUR } else { AFTERCARE.gap_us + HOUR };
    Outcome { steps: after.steps, free_us, bruised: after.bruised }
}

struct After<'a> {
    calendar: &'a Calendar,
    who: &'a Customer,
    dice: Dice,
    order: &'a Order,
    at_us: i64,
    /// What the customer would speak of.
    reason: Reason,
    bruised: bool,
    steps: Vec<Step>,
}

/// How the goods come to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Delivered,
    PickedUp,
    CarriedHome,
}

impl After<'_> {
    /// Everything after the order; whether it ends confirmed.
    fn go(&mut self, luck: &mut Luck<'_>) -> bool {
        let way = self.way();
        let contact = self.dice.coin(rates::CONTACT);
        let by = match way {
            Way::Delivered => self.dice.pick(&[Channel::CallCenter, Channel::Chat]),
            Way::PickedUp | Way::CarriedHome => Channel::Store,
        };
        let returns = self.dice.coin(rates::RETURN);
        let answers = self.dice.coin(rates::SURVEY);
        // Pains of later stages whose cause lies in the delivery are decided before it.
        let mut contact_strikes = if contact { self.strikes(luck, SERVICE, true, by) } else { Vec::new() };
        let mut score_strikes = Vec::new();
        if answers && !returns {
            score_strikes = self.strikes(luck, KEEP, true, self.order.channel);
        }
        let causes = contact_strikes.iter().chain(&score_strikes).filter_map(|strike| strike.shows).collect::<Vec<_>>();

        self.at_us += self.hours(4.0, 40.0) + if self.dice.coin(rates::STALL) { self.days(5.0, 8.0) } else { 0 };
        if way != Way::CarriedHome {
            self.deliver(way, &causes, luck);
        }
        if contact {
            self.daytime();
            contact_strikes.extend(self.strikes(luck, SERVICE, false, by));
            self.serve(by, &contact_strikes);
        }
        if returns {
            self.daytime();
            self.send_back(luck);
            return false;
        }
        let silent = match (contact, way) {
            (true, _) => rates::SILENT_AFTER_SERVICE,
            (false, Way::CarriedHome) => 0.0,
            (false, _) => rates::SILENT_AFTER_DELIVERY,
        };
        if self.dice.coin(silent) {
            return false;
        }
        score_strikes.extend(if answers { self.strikes(luck, KEEP, false, self.order.channel) } else { Vec::new() });
        self.keep(answers, &score_strikes)
    }

    fn way(&mut self) -> Way {
        let carried = !PRODUCTS[self.order.product].bulky && self.dice.coin(0.85);
        let has_store = !CITIES[self.who.city].stores.is_empty();
        match (self.order.channel, carried) {
            (Channel::Store, true) => Way::CarriedHome,
            (Channel::Store, false) => Way::Delivered,
            _ if has_store && self.dice.coin(0.12) => Way::PickedUp,
            _ => Way::Delivered,
        }
    }

    fn strikes(&self, luck: &mut Luck<'_>, stage: usize, early: bool, channel: Channel) -> Vec<Strike> {
        let site = self.order.site.filter(|_| channel == Channel::Store);
        let cell = Cell { who: self.who, channel, site, campaign: None, switch: None };
        luck.strikes(1, stage, early, cell, self.at_us)
    }

    fn deliver(&mut self, way: Way, causes: &[CauseKind], luck: &mut Luck<'_>) {
        let channel = self.order.channel;
        self.daytime();
        let strikes = self.strikes(luck, DELIVER, false, channel);
        let has = |kind| strikes.iter().any(|strike| strike.kind == kind);
        let late = self.dice.coin(rates::LATE) || has(PainKind::BrokenPromise) || causes.contains(&CauseKind::Late);
        let stalled = self.dice.coin(rates::STALL) || has(PainKind::Stall);
        let broken = self.dice.coin(rates::SIGNAL) || causes.contains(&CauseKind::Error);
        let short = self.dice.coin(rates::SIGNAL) || strikes.iter().any(|s| s.shows == Some(CauseKind::OutOfStock));
        self.bruised |= !strikes.is_empty() || !causes.is_empty();

        let mut shipped = self.step("shipped", Feed::Logistics, channel);
        shipped.in_stock = Some(!short);
        self.steps.push(shipped);
        // Carriers rest at the Spring Festival, and the promise says so.
        let festive = self.calendar.day_at(self.at_us).holiday == Some("春节");
        self.at_us += self.hours(24.0, 90.0) + if festive { DAY } else { 0 };
        // What takes long by itself was promised for later.
        if stalled {
            self.at_us += self.days(14.0, 18.0);
        }
        let spare_hours = self.dice.between(2.0, 36.0);
        let delay_hours = if late { self.dice.between(6.0, 66.0) } else { -spare_hours };
        if late && way == Way::Delivered {
            self.at_us += (delay_hours * HOUR as f64) as i64;
        }
        self.daytime();
        let arrived = if way == Way::Delivered { "delivered" } else { "picked_up" };
        let mut step = self.step(arrived, Feed::Logistics, channel);
        if way == Way::Delivered {
            let hours = (delay_hours * 10.0).round() / 10.0;
            step.promise = Some((hours, self.at_us - (hours * HOUR as f64) as i64));
        }
        if broken {
            step.error = Some(self.dice.pick(&PARCEL_ERRORS));
        }
        self.steps.push(step);
        self.reason = match (late && way == Way::Delivered, broken) {
            (_, true) => Reason::Damaged,
            (true, false) => Reason::Late,
            _ => Reason::Other,
        };
        self.at_us += self.hours(12.0, 84.0);
    }

    fn serve(&mut self, by: Channel, strikes: &[Strike]) {
        let again = self.dice.coin(rates::CONTACT_AGAIN) || strikes.iter().any(|s| s.kind == PainKind::RepeatContact);
        let waits = self.dice.coin(rates::SIGNAL) || strikes.iter().any(|s| s.shows == Some(CauseKind::Waiting));
        self.bruised |= !strikes.is_empty();
        if waits && self.reason == Reason::Other {
            self.reason = Reason::Waited;
        }
        let began_us = self.at_us;
        let mut contact = self.contact(by, waits);
        self.steps.push(contact.clone());
        if again {
            self.at_us = began_us + self.hours(4.0, 30.0);
            self.daytime();
            contact = self.contact(by, false);
            self.steps.push(contact);
        }
        if self.dice.coin(rates::COMPLAINT) {
            self.at_us += self.hours(1.0, 12.0);
            self.complain(by);
        }
        self.at_us += self.hours(48.0, 96.0);
    }

    fn contact(&mut self, by: Channel, waits: bool) -> Step {
        let mut contact = self.step("service_contact", Feed::Service, by);
        contact.duration_s = Some(self.dice.between(60.0, 540.0).round());
        let wait_s = if waits { self.dice.between(320.0, 2_400.0) } else { self.dice.between(5.0, 200.0) };
        contact.wait_s = Some(wait_s as u32);
        contact.text = Some(texts::contact(&mut self.dice, self.reason));
        contact
    }

    fn complain(&mut self, by: Channel) {
        self.bruised = true;
        let mut complaint = self.step("complaint", Feed::Service, by);
        complaint.text = Some(texts::complaint(&mut self.dice, self.reason));
        self.steps.push(complaint);
    }

    fn send_back(&mut self, luck: &mut Luck<'_>) {
        let channel = self.order.channel;
        let strikes = self.strikes(luck, RETURN, false, channel);
        let shows = |cause| strikes.iter().any(|strike| strike.shows == Some(cause));
        let late = self.dice.coin(rates::REFUND_LATE) || shows(CauseKind::Late);
        let waits = self.dice.coin(rates::SIGNAL) || shows(CauseKind::Waiting);
        let complains = self.dice.coin(rates::COMPLAINT_AFTER_RETURN) || !strikes.is_empty();
        let mut request = self.step("return_requested", Feed::Service, channel);
        request.text = Some(self.dice.pick(&["尺码不合适", "与描述不符", "不想要了", "质量问题", "买重了"]));
        let wait_s = if waits { self.dice.between(320.0, 2_400.0) } else { self.dice.between(5.0, 200.0) };
        request.wait_s = Some(wait_s as u32);
        self.steps.push(request);
        let took = self.hours(48.0, 110.0);
        let delay_hours = if late { self.dice.between(12.0, 72.0) } else { -self.dice.between(1.0, 30.0) };
        self.at_us += took + if late { (delay_hours * HOUR as f64) as i64 } else { 0 };
        self.daytime();
        let mut refund = self.step("refund_paid", Feed::Service, channel);
        let hours = (delay_hours * 10.0).round() / 10.0;
        refund.promise = Some((hours, self.at_us - (hours * HOUR as f64) as i64));
        refund.amount = Some(-self.order.amount);
        self.steps.push(refund);
        if complains {
            self.at_us += self.hours(24.0, 80.0);
            self.daytime();
            if late {
                self.reason = Reason::RefundLate;
            } else if waits {
                self.reason = Reason::Waited;
            }
            let by = if channel == Channel::Store {
                Channel::Store
            } else {
                self.dice.pick(&[Channel::CallCenter, Channel::Chat])
            };
            self.complain(by);
        }
    }

    /// The survey and the confirmation; whether it is confirmed.
    fn keep(&mut self, answers: bool, strikes: &[Strike]) -> bool {
        let channel = self.order.channel;
        self.daytime();
        if answers {
            let low = self.dice.coin(rates::LOW_SCORE) || !strikes.is_empty();
            self.bruised |= low;
            let score = if low {
                self.dice.weighted(&[0.06, 0.05, 0.07, 0.12, 0.15, 0.25, 0.30])
            } else {
                7 + self.dice.weighted(&[0.17, 0.30, 0.28, 0.25])
            } as u32;
            let mut survey = self.step("survey_answered", Feed::Survey, channel);
            survey.score = Some(score);
            if low || self.dice.coin(0.4) {
                survey.text = Some(texts::review(&mut self.dice, score, self.reason));
            }
            self.steps.push(survey);
            if self.dice.coin(rates::SILENT_AFTER_SURVEY) {
                return false;
            }
            self.at_us += self.hours(1.0, 40.0);
        }
        let confirmed = self.step("order_confirmed", Feed::Online, channel);
        self.steps.push(confirmed);
        true
    }

    fn step(&self, event: &'static str, feed: Feed, channel: Channel) -> Step {
        let mut step = Step::new(self.at_us, event, feed, channel);
        step.site = self.order.site.filter(|_| channel == Channel::Store);
        step.product = Some(self.order.product);
        step.category = Some(PRODUCTS[self.order.product].category);
        step.order = Some(self.order.id.clone());
        step
    }

    fn hours(&mut self, from: f64, to: f64) -> i64 {
        (self.dice.between(from, to) * HOUR as f64) as i64
    }

    fn days(&mut self, from: f64, to: f64) -> i64 {
        self.hours(from * 24.0, to * 24.0)
    }

    /// Carriers, offices and people work by day: what would fall into the night waits for the morning.
    fn daytime(&mut self) {
        let into_day = (self.at_us - self.calendar.start_us).rem_euclid(DAY);
        let morning = 9 * HOUR;
        if into_day < morning {
            self.at_us += morning - into_day + self.hours(0.0, 2.0);
        } else if into_day > 21 * HOUR {
            self.at_us += DAY - into_day + morning + self.hours(0.0, 2.0);
        }
    }
}
