//! One customer's way to one purchase, or away from it.
//!
//! The way is drawn first as a plan of stages, numbers of steps and durations that is the same for every channel, and
//! then dressed as what one does on the channel at hand. So nothing but a plant makes one channel, store or segment
//! fare better than another.

use crate::calendar::{self, Calendar};
use crate::config::{CauseKind, PainKind};
use crate::customer::{Customer, Kind};
use crate::dice::Dice;
use crate::journeys::{DAY, MINUTE, PURCHASE, SECOND, purchase::*};
use crate::plants::{Cell, Luck, Strike};
use crate::rates;
use crate::retailer::{
    CAMPAIGNS, CITIES, Channel, DELIVERY_FEE, ENTRANCES, FREE_DELIVERY_FROM, PRODUCTS, TILL_ZONE, zone_of,
};
use crate::step::{Feed, Order, Step};
use crate::texts::{self, PAGE_ERRORS, PAYMENT_ERRORS};

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) steps: Vec<Step>,
    pub(crate) ended_us: i64,
    pub(crate) order: Option<Order>,
    /// Went through something that one remembers.
    pub(crate) bruised: bool,
}

/// Walks from the first event to the last. `day` and `earliest_us` say when it may begin; `seen` are the products of
/// former visits and takes in those of this one.
pub(crate) fn walk(
    calendar: &Calendar,
    who: &Customer,
    dice: Dice,
    luck: &mut Luck<'_>,
    when: (i64, i64),
    seen: &mut Vec<usize>,
) -> Outcome {
    let mut dice = dice;
    let first = who.shop(&mut dice);
    let mut plan: Plan = [None; 6];
    for stage in [CONSIDER, DECIDE] {
        if dice.coin(rates::switch(stage)) {
            let channel = who.shop(&mut dice);
            plan[stage] = Some((channel, site(who, &mut dice, channel)));
        }
    }
    let in_store = first == Channel::Store || plan.iter().flatten().any(|(channel, _)| *channel == Channel::Store);
    let (day, earliest_us) = when;
    let mut at_us = calendar.midnight(day) + calendar::begin(&mut dice, in_store);
    while at_us < earliest_us {
        at_us += DAY;
    }
    let product = who.product(&mut dice, seen);
    let site = site(who, &mut dice, first);
    let mut walk = Walk {
        calendar,
        who,
        dice,
        at_us,
        channel: first,
        site,
        campaign: None,
        product,
        steps: Vec::with_capacity(16),
        bruised: false,
    };
    let order = walk.go(plan, luck);
    if !seen.contains(&walk.product) {
        seen.push(walk.product);
        if seen.len() > 6 {
            seen.remove(0);
        }
    }
    let ended_us = walk.steps.last().map_or(at_us, |step| step.at_us);
    Outcome { steps: walk.steps, ended_us, order, bruised: walk.bruised }
}

/// By stage: the channel and store to go on with, where another channel is considered.
type Plan = [Option<(Channel, Option<usize>)>; 6];

struct Walk<'a> {
    calendar: &'a Calendar,
    who: &'a Customer,
    dice: Dice,
    at_us: i64,
    channel: Channel,
    site: Option<usize>,
    campaign: Option<&'static str>,
    product: usize,
    steps: Vec<Step>,
    bruised: bool,
}

/// What is special about one stay in a stage.
#[derive(Debug, Default, Clone, Copy)]
struct Marks {
    leaves: bool,
    stalled: bool,
    effort: bool,
    error: bool,
    slow: bool,
    out_of_stock: bool,
    price: bool,
    /// The price is the last thing seen in the stay.
    price_last: bool,
    waiting: bool,
    alternates: bool,
    dwells: bool,
    /// Will come back to this stage from the next.
    back: bool,
    /// Goes back from this stage to the one before.
    goes_back: bool,
}

/// What one does, whatever the channel calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Enter,
    EnterAgain,
    List,
    Search,
    Look,
    Try,
    Details,
    FeeDetails,
    Reviews,
    Help,
    Consult,
    Add,
    Cart,
    Price,
    Checkout,
    Submit,
    Failed,
}

impl Walk<'_> {
    fn go(&mut self, switches: Plan, luck: &mut Luck<'_>) -> Option<Order> {
        if self.is_reached() && !self.reach() {
            return None;
        }
        let mut back = [false; 6];
        for stage in [VISIT, BROWSE, CONSIDER, DECIDE, PAY] {
            if stage == BROWSE && self.dice.coin(rates::SKIP_BROWSE) {
                continue;
            }
            let marks = self.marks(stage, switches[stage], luck);
            self.stay(stage, marks, switches[stage]);
            back[stage] = marks.back;
            if back[stage - 1] || marks.goes_back {
                self.again(stage - 1);
                self.again(stage);
            }
            if marks.leaves {
                return None;
            }
        }
        Some(self.pay())
    }

    /// Whether it begins with a message or an advertisement.
    fn is_reached(&mut self) -> bool {
        let reachable = match self.who.kind {
            Kind::Member(_) => true,
            Kind::Anonymous => self.channel != Channel::Web,
            Kind::PasserBy => false,
        };
        reachable && self.dice.coin(rates::REACHED)
    }

    /// The message; whether a visit follows.
    fn reach(&mut self) -> bool {
        let date = self.calendar.day_at(self.at_us).date;
        let today = (chrono::Datelike::month(&date), chrono::Datelike::day(&date));
        let running = CAMPAIGNS.each_ref().map(|c| {
            let seasonal = c.from != (1, 1);
            if !(c.from..=c.to).contains(&today) {
                0.0
            } else if seasonal {
                3.0
            } else {
                1.0
            }
        });
        self.campaign = Some(CAMPAIGNS[self.dice.weighted(&running)].name);
        let channels = [Channel::Sms, Channel::Email, Channel::App, Channel::Miniprogram];
        let channel =
            if self.who.is_member() { channels[self.dice.weighted(&[0.34, 0.14, 0.22, 0.30])] } else { self.channel };
        let began_us = self.at_us;
        let mut step = Step::new(began_us, "campaign_sent", Feed::Crm, channel);
        step.campaign = self.campaign;
        self.steps.push(step.clone());
        let (stay_us, stalled) = (self.usual(REACH), self.dice.coin(rates::STALL));
        let opened_at = began_us + (stay_us as f64 * self.dice.between(0.05, 0.8)) as i64;
        if self.dice.coin(rates::OPENED) {
            let is_ad = channel == Channel::Miniprogram;
            step.event = if is_ad { "ad_click" } else { "campaign_opened" };
            step.at_us = opened_at;
            self.steps.push(step);
        }
        self.at_us = began_us + stay_us + if stalled { self.days(1, 5) } else { 0 };
        !self.leaves(REACH)
    }

    fn leaves(&mut self, stage: usize) -> bool {
        let odds = rates::LEAVE[stage] * self.who.impatience;
        let leaves = odds / (1.0 - rates::LEAVE[stage] + odds);
        self.dice.coin(leaves)
    }

    /// Draws what is special about the first stay in a stage.
    fn marks(&mut self, stage: usize, switch: Option<(Channel, Option<usize>)>, luck: &mut Luck<'_>) -> Marks {
        let switch = switch.filter(|(to, _)| *to != self.channel);
        let (last, site) = switch.unwrap_or((self.channel, self.site));
        let here = |stages: &[usize]| stages.contains(&stage);
        let dice = &mut self.dice;
        let mut marks = Marks {
            stalled: dice.coin(rates::STALL),
            effort: dice.coin(rates::EFFORT),
            error: dice.coin(rates::SIGNAL),
            slow: dice.coin(rates::SIGNAL),
            out_of_stock: dice.coin(rates::SIGNAL) && here(&[BROWSE, CONSIDER, DECIDE, PAY]),
            price: dice.coin(rates::SIGNAL) && here(&[CONSIDER, DECIDE]),
            price_last: dice.coin(0.5),
            waiting: dice.coin(rates::SIGNAL) && (stage == CONSIDER || stage == PAY && self.channel == Channel::Store),
            alternates: dice.coin(rates::ALTERNATE) && stage == CONSIDER,
            dwells: dice.coin(rates::DWELL) && here(&[BROWSE, CONSIDER]),
            back: dice.coin(rates::back(stage)),
            leaves: false,
            goes_back: false,
        };
        marks.leaves = self.leaves(stage);
        let switch = switch.map(|(to, _)| (self.channel, to));
        let cell = Cell { who: self.who, channel: last, site, campaign: self.campaign, switch };
        for strike in luck.strikes(0, stage, false, cell, self.at_us) {
            self.suffer(&mut marks, strike);
        }
        marks
    }

    fn suffer(&mut self, marks: &mut Marks, strike: Strike) {
        self.bruised = true;
        match strike.shows {
            Some(CauseKind::Error) => marks.error = true,
            Some(CauseKind::Slow) => marks.slow = true,
            Some(CauseKind::OutOfStock) => marks.out_of_stock = true,
            Some(CauseKind::Waiting) => marks.waiting = true,
            Some(CauseKind::Information) => marks.alternates = true,
            Some(CauseKind::Price) => {
                marks.price = true;
                // Who leaves over a price leaves on seeing it.
                marks.price_last = strike.kind != PainKind::Loop;
            }
            Some(CauseKind::Late) | None => {}
        }
        match strike.kind {
            PainKind::DropOff | PainKind::SegmentGap | PainKind::ChannelSwitchLoss => marks.leaves = true,
            PainKind::Stall => marks.stalled = true,
            PainKind::Loop => marks.back = true,
            PainKind::Effort => marks.effort = true,
            PainKind::StepError => marks.leaves |= self.dice.coin(0.35),
            PainKind::OpaquePrice => {
                if self.dice.coin(0.6) {
                    marks.leaves = true;
                } else {
                    marks.goes_back = true;
                }
            }
            PainKind::DwellWithoutPurchase => {
                marks.dwells = true;
                marks.leaves = true;
            }
            PainKind::UnclearInformation
            | PainKind::BrokenPromise
            | PainKind::RepeatContact
            | PainKind::PoorAfterSales
            | PainKind::LowScore => {}
        }
    }

    /// The first stay in a stage: its steps, the time they take, and the pause after them.
    fn stay(&mut self, stage: usize, marks: Marks, switch: Option<(Channel, Option<usize>)>) {
        let acts = self.acts(stage, marks);
        let forced: Vec<Option<f64>> = acts
            .iter()
            .enumerate()
            .map(|(i, act)| match act {
                Act::Look | Act::List if marks.dwells && i == 0 => Some(self.dice.between(DWELL.0, DWELL.1)),
                Act::Consult if marks.waiting => Some(self.dice.between(WAIT.0, WAIT.1)),
                Act::Checkout if marks.waiting && i == 0 => Some(self.dice.between(WAIT.0, WAIT.2)),
                _ => None,
            })
            .collect();
        let usual = self.usual(stage);
        let gaps = self.gaps(usual, &forced);
        let turn = if acts.len() > 1 { self.dice.whole(1, acts.len() as u32 - 1) as usize } else { usize::MAX };
        let slow = marks.slow.then(|| self.dice.index(acts.len()));
        let error = (marks.error && stage != PAY).then(|| self.dice.index(acts.len()));
        let short = marks.out_of_stock.then(|| if stage == PAY { 0 } else { self.dice.index(acts.len()) });
        for (i, act) in acts.iter().enumerate() {
            if i == turn
                && let Some((to, site)) = switch.filter(|(to, _)| *to != self.channel)
            {
                (self.channel, self.site) = (to, site);
            }
            let seconds = forced[i].unwrap_or_else(|| (gaps[i] * self.dice.between(0.5, 0.95)).min(USUAL_MAX_S));
            self.step(*act, seconds);
            let mild = !self.bruised;
            let load_ms =
                self.dice.between(if mild { 3_200.0 } else { 6_000.0 }, if mild { 8_000.0 } else { 15_000.0 });
            let page_error = self.dice.pick(&PAGE_ERRORS);
            if let Some(step) = self.steps.last_mut() {
                if slow == Some(i) {
                    step.load_ms = Some(load_ms as u32);
                }
                if error == Some(i) {
                    step.error = Some(page_error);
                }
                if short == Some(i) {
                    step.in_stock = Some(false);
                }
            }
            self.at_us += (gaps[i] * SECOND as f64) as i64;
        }
        if marks.stalled {
            self.at_us += self.pause(stage);
        }
    }

    /// A later, shorter stay in a stage.
    fn again(&mut self, stage: usize) {
        let acts: &[Act] = match (stage, self.dice.coin(0.4)) {
            (BROWSE, false) => &[Act::List],
            (BROWSE, true) => &[Act::List, Act::Search],
            (CONSIDER, false) => &[Act::Look],
            (CONSIDER, true) => &[Act::Look, Act::Reviews],
            (DECIDE, false) => &[Act::Cart],
            (DECIDE, true) => &[Act::Add, Act::Cart],
            _ => &[Act::Submit],
        };
        if stage == CONSIDER {
            // Compares with another product.
            self.product = self.who.product(&mut self.dice, &[]);
        }
        let gaps = {
            let usual = self.usual(stage) / 2;
            self.gaps(usual, &vec![None; acts.len()])
        };
        for (act, gap) in acts.iter().zip(gaps) {
            let seconds = (gap * self.dice.between(0.5, 0.95)).min(USUAL_MAX_S);
            self.step(*act, seconds);
            self.at_us += (gap * SECOND as f64) as i64;
        }
    }

    fn acts(&mut self, stage: usize, marks: Marks) -> Vec<Act> {
        let dice = &mut self.dice;
        let usual_number = 1 + dice.weighted(&[0.0, 0.25, 0.55, 0.20]);
        let many = dice.whole(9, 12) as usize;
        let number = if marks.effort { many } else { usual_number };
        match stage {
            VISIT => {
                let number = if marks.effort { dice.whole(4, 6) } else { 1 + u32::from(dice.coin(0.3)) };
                (0..number).map(|i| if i == 0 { Act::Enter } else { Act::EnterAgain }).collect()
            }
            BROWSE => {
                let mut acts = vec![Act::List];
                acts.extend((1..number).map(|_| if dice.coin(0.4) { Act::Search } else { Act::List }));
                acts
            }
            CONSIDER => consider(dice, number, marks),
            DECIDE => {
                let mut acts = vec![Act::Add];
                acts.extend((1..number).map(|_| if dice.coin(0.7) { Act::Cart } else { Act::Add }));
                if marks.price {
                    let at = if marks.price_last { acts.len() } else { 1 };
                    acts.insert(at, Act::Price);
                }
                acts
            }
            _ => {
                let gives_up = marks.leaves && dice.coin(0.5);
                let mut acts = vec![Act::Checkout];
                if marks.effort {
                    for _ in 0..4 {
                        acts.extend([Act::Submit, if marks.error { Act::Failed } else { Act::Checkout }]);
                    }
                } else if marks.error {
                    acts.push(Act::Failed);
                }
                if !gives_up {
                    acts.push(Act::Submit);
                }
                acts
            }
        }
    }

    /// How long one usually is in a stage, microseconds: log-normal around the designed median, without its tails.
    fn usual(&mut self, stage: usize) -> i64 {
        let factor = (0.45 * self.dice.normal()).exp().clamp(0.4, 2.2);
        (PURCHASE.stages[stage].usual_seconds * factor * SECOND as f64) as i64
    }

    /// Seconds each step takes, together `total_us` unless a forced one takes longer.
    fn gaps(&mut self, total_us: i64, forced: &[Option<f64>]) -> Vec<f64> {
        let total = total_us as f64 / SECOND as f64;
        let taken: f64 = forced.iter().flatten().map(|seconds| seconds * 1.08).sum();
        let free = (total - taken).max(0.15 * total);
        let mut gaps: Vec<f64> = forced.iter().map(|_| self.dice.between(0.4, 1.6)).collect();
        let weight: f64 = gaps.iter().zip(forced).filter(|(_, forced)| forced.is_none()).map(|(gap, _)| *gap).sum();
        for (gap, forced) in gaps.iter_mut().zip(forced) {
            *gap = forced.map_or(*gap / weight * free, |seconds| seconds * 1.08);
        }
        gaps
    }

    /// What a pause after a stage takes.
    fn pause(&mut self, stage: usize) -> i64 {
        match stage {
            PAY if self.dice.coin(0.7) => (self.dice.between(14.0, 40.0) * MINUTE as f64) as i64,
            PAY => self.days(1, 3),
            CONSIDER | DECIDE => self.days(1, 9),
            _ => self.days(1, 5),
        }
    }

    /// Some days, to about the same hour, as people come back when they have time.
    fn days(&mut self, from: u32, to: u32) -> i64 {
        let days = i64::from(self.dice.whole(from, to));
        days * DAY + (self.dice.between(-20.0, 20.0) * MINUTE as f64) as i64
    }

    fn step(&mut self, act: Act, seconds: f64) {
        let store = self.channel == Channel::Store;
        let feed = if store { Feed::Store } else { Feed::Online };
        let mut step = Step::new(self.at_us, name(act, self.channel), feed, self.channel);
        step.site = self.site;
        step.campaign = self.campaign;
        let product = &PRODUCTS[self.product];
        if !store {
            step.load_ms = Some(self.dice.between(250.0, 2_200.0) as u32);
        }
        match act {
            Act::Enter | Act::EnterAgain => {
                step.zone = store.then(|| ENTRANCES[usize::from(act == Act::EnterAgain)]);
            }
            Act::List | Act::Search => {
                step.zone = store.then(|| zone_of(product.category));
                step.category = Some(product.category);
                step.duration_s = Some(seconds);
                if act == Act::Search && !store {
                    step.text = Some(texts::search_words(&mut self.dice, product.category));
                    step.duration_s = None;
                }
            }
            Act::Look | Act::Try | Act::Reviews | Act::Details | Act::FeeDetails | Act::Help | Act::Consult => {
                step.zone = store.then(|| zone_of(product.category));
                step.product = Some(self.product);
                step.category = Some(product.category);
                step.duration_s = matches!(act, Act::Look | Act::Consult).then_some(seconds);
                step.in_stock = (act == Act::Look).then_some(true);
                step.topic = match act {
                    Act::Details => Some(self.dice.pick(&["尺寸", "材质", "洗涤保养", "安装"])),
                    Act::FeeDetails => Some("费用说明"),
                    Act::Help => Some(self.dice.pick(&["尺码指南", "安装指南", "退换规则", "配送说明"])),
                    _ => None,
                };
            }
            Act::Add | Act::Cart | Act::Price => {
                step.product = (act == Act::Add).then_some(self.product);
                step.category = (act == Act::Add).then_some(product.category);
                step.quantity = (act == Act::Add).then_some(1);
                let fee = if self.bruised { self.dice.between(18.0, 48.0) } else { DELIVERY_FEE };
                step.fee = (act == Act::Price).then_some(fee.round());
            }
            Act::Checkout | Act::Submit | Act::Failed => {
                step.zone = store.then_some(TILL_ZONE);
                step.duration_s = (act == Act::Checkout && store).then_some(seconds);
                step.error = (act == Act::Failed).then(|| self.dice.pick(&PAYMENT_ERRORS));
            }
        }
        self.steps.push(step);
    }

    /// The order, at the moment it is paid.
    fn pay(&mut self) -> Order {
        let product = &PRODUCTS[self.product];
        let day = self.calendar.day_at(self.at_us);
        let off = day.promotion.map_or(0.0, |promotion| promotion.discount);
        let quantity =
            1 + self.dice.weighted(if product.price < 130.0 { &[0.5, 0.3, 0.2] } else { &[0.85, 0.13, 0.02] });
        let goods = product.price * (1.0 - off) * quantity as f64;
        let fee = if self.channel != Channel::Store && goods < FREE_DELIVERY_FROM { DELIVERY_FEE } else { 0.0 };
        let order = Order {
            id: format!("{}{:07}{:03}", day.date.format("%y%m%d"), self.who.number, self.dice.whole(0, 999)),
            product: self.product,
            quantity: quantity as u32,
            amount: ((goods + fee) * 10.0).round() / 10.0,
            channel: self.channel,
            site: self.site,
            at_us: self.at_us,
        };
        let feed = if self.channel == Channel::Store { Feed::Store } else { Feed::Online };
        let mut step = Step::new(self.at_us, "order_paid", feed, self.channel);
        step.site = self.site;
        step.campaign = self.campaign;
        step.product = Some(self.product);
        step.category = Some(product.category);
        step.quantity = Some(order.quantity);
        step.amount = Some(order.amount);
        step.order = Some(order.id.clone());
        self.steps.push(step);
        order
    }
}

/// Shortest and longest of what counts as lingering, seconds; of waiting, and of waiting at a till.
const DWELL: (f64, f64) = (320.0, 640.0);
const WAIT: (f64, f64, f64) = (310.0, 640.0, 480.0);
/// Nothing usual takes longer, seconds.
const USUAL_MAX_S: f64 = 270.0;

fn consider(dice: &mut Dice, number: usize, marks: Marks) -> Vec<Act> {
    let mut acts = vec![Act::Look];
    if marks.alternates {
        let turns = if marks.effort { 4 } else { 2 };
        acts.extend((0..turns).flat_map(|_| [Act::Details, Act::Help]));
    } else {
        // Help at most once: seeking it twice between details is a pain of its own.
        let mut helped = false;
        acts.extend((1..number).map(|_| match dice.weighted(&[0.28, 0.12, 0.24, 0.22, 0.14]) {
            0 => Act::Look,
            1 => Act::Try,
            2 => Act::Details,
            4 if !helped => {
                helped = true;
                if dice.coin(0.5) { Act::Help } else { Act::Consult }
            }
            _ => Act::Reviews,
        }));
    }
    if marks.price {
        // In place of another step, unless it must stand between two and there are but two.
        match (marks.price_last, marks.alternates) {
            (true, true) => acts.push(Act::FeeDetails),
            (true, false) => acts[number - 1] = Act::FeeDetails,
            (false, false) if number > 2 => acts[1] = Act::FeeDetails,
            (false, _) => acts.insert(1, Act::FeeDetails),
        }
    }
    if marks.waiting {
        acts.retain(|act| *act != Act::Consult);
        acts.insert(1, Act::Consult);
    }
    acts
}

fn name(act: Act, channel: Channel) -> &'static str {
    let store = channel == Channel::Store;
    match act {
        Act::Enter => match channel {
            Channel::Store => "store_enter",
            Channel::App => "app_open",
            Channel::Miniprogram => "mini_open",
            _ => "page_home",
        },
        Act::EnterAgain => {
            if store {
                "store_enter"
            } else {
                "page_home"
            }
        }
        Act::List | Act::Search if store => "zone_visit",
        Act::List => "list_view",
        Act::Search => "search",
        Act::Try if store => "try_on",
        Act::Look | Act::Try => "product_view",
        Act::Details | Act::FeeDetails => "details_view",
        Act::Reviews => "reviews_view",
        Act::Help => "help_view",
        Act::Consult => "consult",
        Act::Add => "add_to_cart",
        Act::Cart => "cart_view",
        Act::Price => "price_view",
        Act::Checkout => {
            if store {
                "till_queue"
            } else {
                "checkout_start"
            }
        }
        Act::Submit => "payment_submit",
        Act::Failed => "payment_error",
    }
}

/// The store a customer goes to: mostly the one they always go to.
fn site(who: &Customer, dice: &mut Dice, channel: Channel) -> Option<usize> {
    if channel != Channel::Store {
        return None;
    }
    let stores = CITIES[who.city].stores;
    let usual = who.number as usize % stores.len().max(1);
    let other = dice.index(stores.len().max(1));
    stores.get(if dice.coin(0.8) { usual } else { other }).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_a_stage_stands_in_it_on_every_channel() {
        let acts = [
            (VISIT, &[Act::Enter, Act::EnterAgain][..]),
            (BROWSE, &[Act::List, Act::Search]),
            (CONSIDER, &[Act::Look, Act::Try, Act::Details, Act::FeeDetails, Act::Reviews, Act::Help, Act::Consult]),
            (DECIDE, &[Act::Add, Act::Cart, Act::Price]),
            (PAY, &[Act::Checkout, Act::Submit, Act::Failed]),
        ];
        for (stage, acts) in acts {
            for act in acts {
                for channel in Channel::SHOPS {
                    assert_eq!(PURCHASE.stage_of(name(*act, channel)), Some(stage), "{act:?} {channel:?}");
                }
            }
        }
        assert_eq!(crate::retailer::CATEGORIES.len() * crate::retailer::PER_CATEGORY, PRODUCTS.len());
    }
}
