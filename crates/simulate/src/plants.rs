//! Where pains can be, what can cause them there, what follows from them; and the draws that make them happen.

use crate::calendar::Calendar;
use crate::config::{CauseKind, Dimension, PainKind, Plant};
use crate::customer::{Customer, Kind};
use crate::dice::Dice;
use crate::error::Fault;
use crate::journeys::{AFTERCARE, DAY, JOURNEYS, PURCHASE, aftercare, purchase};
use crate::observe::{DIMENSIONS, TRAITS};
use crate::rates;
use crate::retailer::{AGE_BANDS, CAMPAIGNS, CITIES, Channel, GENDERS, MEMBER_LEVELS, PLATFORMS, STORES, TIERS};

/// The stages a kind can be planted at: index of the journey and of the stage.
pub(crate) fn places(kind: PainKind) -> &'static [(usize, usize)] {
    use purchase::{BROWSE, CONSIDER, DECIDE, PAY, VISIT};
    match kind {
        PainKind::DropOff | PainKind::SegmentGap => &[(0, VISIT), (0, BROWSE), (0, CONSIDER), (0, DECIDE), (0, PAY)],
        PainKind::Stall => &[(0, CONSIDER), (0, DECIDE), (0, PAY), (1, aftercare::DELIVER)],
        PainKind::Loop | PainKind::ChannelSwitchLoss => &[(0, CONSIDER), (0, DECIDE)],
        PainKind::Effort | PainKind::StepError => &[(0, CONSIDER), (0, PAY)],
        PainKind::UnclearInformation => &[(0, CONSIDER)],
        PainKind::OpaquePrice => &[(0, DECIDE)],
        PainKind::DwellWithoutPurchase => &[(0, BROWSE), (0, CONSIDER)],
        PainKind::BrokenPromise => &[(1, aftercare::DELIVER)],
        PainKind::RepeatContact => &[(1, aftercare::SERVICE)],
        PainKind::PoorAfterSales => &[(1, aftercare::RETURN)],
        PainKind::LowScore => &[(1, aftercare::KEEP)],
    }
}

/// The cause that is the pain itself, where it is.
pub(crate) fn itself(kind: PainKind) -> Option<CauseKind> {
    match kind {
        PainKind::StepError => Some(CauseKind::Error),
        PainKind::UnclearInformation => Some(CauseKind::Information),
        PainKind::OpaquePrice => Some(CauseKind::Price),
        PainKind::BrokenPromise => Some(CauseKind::Late),
        _ => None,
    }
}

/// Signals that can show in a stage of the purchase.
fn signals(stage: usize, in_store: bool) -> &'static [CauseKind] {
    use CauseKind::{Error, Information, OutOfStock, Price, Slow, Waiting};
    match stage {
        purchase::VISIT => &[Error, Slow],
        purchase::BROWSE => &[Error, Slow, OutOfStock],
        purchase::CONSIDER => &[Error, Slow, OutOfStock, Price, Waiting, Information],
        purchase::DECIDE => &[Error, Slow, OutOfStock, Price],
        purchase::PAY if in_store => &[Error, Slow, OutOfStock, Waiting],
        purchase::PAY => &[Error, Slow, OutOfStock],
        _ => &[],
    }
}

/// What can cause a kind at a place for these people.
pub(crate) fn causes(kind: PainKind, journey: usize, stage: usize, dimension: Option<&Dimension>) -> Vec<CauseKind> {
    use CauseKind::{Error, Information, Late, OutOfStock, Price, Slow, Waiting};
    if let Some(cause) = itself(kind) {
        return vec![cause];
    }
    let is = |name: &str, values: &[&str]| {
        dimension.is_some_and(|d| d.name == name && (values.is_empty() || values.contains(&d.value.as_str())))
    };
    let in_store = is("site", &[]) || is("channel", &["store"]);
    let wanted: &[CauseKind] = match kind {
        PainKind::DropOff | PainKind::SegmentGap => &[Error, Slow, Price, OutOfStock, Waiting],
        PainKind::Stall if journey == 1 => return vec![OutOfStock],
        PainKind::Stall => &[Slow, Waiting, OutOfStock],
        PainKind::Loop => &[Price, Information],
        PainKind::Effort => &[Error, Slow, Information],
        PainKind::DwellWithoutPurchase => &[OutOfStock, Price, Waiting, Information],
        PainKind::ChannelSwitchLoss => &[OutOfStock, Price],
        // A cause that lies in the delivery needs one: goods carried home from the store have none.
        PainKind::RepeatContact if is("channel", &["call_center", "chat"]) => return vec![Late, Waiting],
        PainKind::RepeatContact => return vec![Waiting],
        PainKind::PoorAfterSales => return vec![Late, Waiting],
        PainKind::LowScore if is("channel", &["miniprogram", "app", "web"]) => return vec![Late, Error],
        PainKind::LowScore => return Vec::new(),
        PainKind::StepError | PainKind::UnclearInformation | PainKind::OpaquePrice | PainKind::BrokenPromise => &[],
    };
    let here = signals(stage, in_store);
    wanted.iter().copied().filter(|cause| here.contains(cause)).collect()
}

/// Whether the cause lies in the delivery, before the stage of the pain.
fn is_early(kind: PainKind, cause: Option<CauseKind>) -> bool {
    matches!(
        (kind, cause),
        (PainKind::RepeatContact, Some(CauseKind::Late))
            | (PainKind::LowScore, Some(CauseKind::Late | CauseKind::Error))
    )
}

/// The values a dimension has at a place; empty if it has none there.
pub(crate) fn values(name: &str, journey: usize, stage: usize) -> Vec<String> {
    let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    match name {
        "channel" => match (journey, stage) {
            (0, purchase::REACH) => list(&["sms", "email", "app", "miniprogram"]),
            (1, aftercare::SERVICE) => list(&["call_center", "chat", "store"]),
            _ => list(&Channel::SHOPS.map(Channel::name)),
        },
        "platform" if stage == aftercare::SERVICE && journey == 1 => Vec::new(),
        "platform" => list(&PLATFORMS),
        "site" => STORES.iter().map(|store| store.name.to_owned()).collect(),
        "city" => CITIES.iter().map(|city| city.name.to_owned()).collect(),
        "campaign" if journey == 0 => CAMPAIGNS.iter().map(|campaign| campaign.name.to_owned()).collect(),
        "gender" => list(&GENDERS),
        "age_band" => list(&AGE_BANDS),
        "city_tier" => list(&TIERS),
        "member_level" => list(&MEMBER_LEVELS),
        "switch" => {
            let pairs = Channel::SHOPS.iter().flat_map(|from| Channel::SHOPS.iter().map(move |to| (from, to)));
            pairs.filter(|(from, to)| from != to).map(|(from, to)| format!("{}→{}", from.name(), to.name())).collect()
        }
        _ => Vec::new(),
    }
}

/// Dimensions a kind typically differs by; random plants choose among these.
pub(crate) fn typical(kind: PainKind) -> &'static [&'static str] {
    match kind {
        PainKind::DropOff => &["channel", "platform", "site", "campaign"],
        PainKind::SegmentGap => &TRAITS,
        PainKind::Stall => &["channel", "site", "city"],
        PainKind::Loop => &["channel", "platform", "age_band"],
        PainKind::Effort => &["channel", "platform", "age_band"],
        PainKind::StepError => &["platform", "channel"],
        PainKind::UnclearInformation => &["channel", "age_band"],
        PainKind::OpaquePrice => &["channel", "member_level"],
        PainKind::DwellWithoutPurchase => &["site"],
        PainKind::ChannelSwitchLoss => &["switch"],
        PainKind::BrokenPromise => &["city"],
        PainKind::RepeatContact => &["channel", "city"],
        PainKind::PoorAfterSales => &["city", "channel", "member_level"],
        PainKind::LowScore => &["city", "site", "channel"],
    }
}

/// What else rises in the cell because of the plant: kinds and the index of their stage in the same journey.
pub(crate) fn consequences(
    kind: PainKind,
    journey: usize,
    stage: usize,
    cause: Option<CauseKind>,
) -> Vec<(PainKind, usize)> {
    use purchase::{BROWSE, CONSIDER, DECIDE};
    let mut follow = Vec::new();
    match kind {
        PainKind::StepError | PainKind::DwellWithoutPurchase | PainKind::ChannelSwitchLoss => {
            follow.push((PainKind::DropOff, stage));
        }
        PainKind::OpaquePrice => follow.extend([(PainKind::DropOff, stage), (PainKind::Loop, CONSIDER)]),
        PainKind::PoorAfterSales => follow.push((PainKind::Loop, aftercare::SERVICE)),
        _ => {}
    }
    let leaves = matches!(kind, PainKind::DropOff | PainKind::SegmentGap) || !follow.is_empty() && journey == 0;
    match cause {
        Some(CauseKind::Error) if journey == 0 => follow.push((PainKind::StepError, stage)),
        Some(CauseKind::Error) => follow.push((PainKind::StepError, aftercare::DELIVER)),
        Some(CauseKind::Information) => follow.push((PainKind::UnclearInformation, stage)),
        Some(CauseKind::Price) if leaves => follow.push((PainKind::OpaquePrice, stage)),
        Some(CauseKind::Late) if kind == PainKind::PoorAfterSales => follow.push((PainKind::BrokenPromise, stage)),
        Some(CauseKind::Late) => follow.push((PainKind::BrokenPromise, aftercare::DELIVER)),
        _ => {}
    }
    if leaves {
        // Whoever leaves later also did not buy after lingering or after changing channel.
        let losses = [
            (PainKind::DwellWithoutPurchase, BROWSE),
            (PainKind::DwellWithoutPurchase, CONSIDER),
            (PainKind::ChannelSwitchLoss, CONSIDER),
            (PainKind::ChannelSwitchLoss, DECIDE),
        ];
        follow.extend(losses.into_iter().filter(|(_, at)| *at <= stage));
    }
    // A gap between segments and a drop-off are the same departures, told by traits or by behaviour.
    follow.extend(match kind {
        PainKind::SegmentGap => Some((PainKind::DropOff, stage)),
        PainKind::DropOff => Some((PainKind::SegmentGap, stage)),
        _ if follow.contains(&(PainKind::DropOff, stage)) => Some((PainKind::SegmentGap, stage)),
        _ => None,
    });
    follow.retain(|follower| *follower != (kind, stage));
    follow
}

/// A plant whose place is known and whose odds are set.
#[derive(Debug, Clone)]
pub(crate) struct Active {
    pub(crate) kind: PainKind,
    pub(crate) journey: usize,
    pub(crate) stage: usize,
    pub(crate) dimension: Option<Dimension>,
    pub(crate) from_us: i64,
    pub(crate) to_us: i64,
    pub(crate) cause: Option<CauseKind>,
    /// Chance of an episode for each exposed instance.
    pub(crate) episode: f64,
}

impl Active {
    /// Checks a plant and finds its place; the odds are still 0.
    pub(crate) fn new(number: usize, plant: &Plant, calendar: &Calendar) -> Result<Active, Fault> {
        let unknown = |what, value: &str, known: Vec<String>| {
            Err(Fault::Unknown { plant: number, what, value: value.to_owned(), known: known.join(", ") })
        };
        let Some(journey) = JOURNEYS.iter().position(|shape| shape.id == plant.journey) else {
            return unknown("journey", &plant.journey, vec![PURCHASE.id.to_owned(), AFTERCARE.id.to_owned()]);
        };
        let kind = plant.kind;
        let stage = JOURNEYS[journey].stage(&plant.stage).filter(|stage| places(kind).contains(&(journey, *stage)));
        let Some(stage) = stage else {
            let known = places(kind).iter().map(|(j, s)| format!("{}/{}", JOURNEYS[*j].id, JOURNEYS[*j].stages[*s].id));
            let known = known.collect::<Vec<_>>().join(", ");
            let (journey, stage) = (plant.journey.clone(), plant.stage.clone());
            return Err(Fault::NotThere { plant: number, kind, journey, stage, known });
        };
        if let Some(dimension) = &plant.dimension {
            if !DIMENSIONS.contains(&dimension.name.as_str()) {
                return unknown("dimension", &dimension.name, DIMENSIONS.map(str::to_owned).to_vec());
            }
            let known = values(&dimension.name, journey, stage);
            if !known.contains(&dimension.value) {
                return unknown("value", &dimension.value, known);
            }
        }
        let meaningless = |what| Err(Fault::Meaningless { plant: number, what });
        let is_trait = plant.dimension.as_ref().is_some_and(|d| TRAITS.contains(&d.name.as_str()));
        let is_switch = plant.dimension.as_ref().is_some_and(|d| d.name == "switch");
        if (kind == PainKind::SegmentGap) != is_trait && matches!(kind, PainKind::SegmentGap | PainKind::DropOff) {
            return meaningless("a segment gap has a trait for its dimension, and a drop-off has none");
        }
        if (kind == PainKind::ChannelSwitchLoss) != is_switch {
            return meaningless("the dimension `switch` goes with channel_switch_loss, as in app→store");
        }
        let dated = plant.from_day.is_some() || plant.to_day.is_some();
        if plant.dimension.is_none() && !dated {
            return meaningless(
                "a pain of everyone needs from_day or to_day, else there is nothing to compare it with",
            );
        }
        if plant.from_day.unwrap_or(0) >= plant.to_day.unwrap_or(u32::MAX) {
            return meaningless("from_day must come before to_day");
        }
        let known = causes(kind, journey, stage, plant.dimension.as_ref());
        if let Some(cause) = plant.cause.filter(|cause| !known.contains(cause)) {
            let known = known.iter().map(|cause| cause.name()).chain(["none"]).collect::<Vec<_>>().join(", ");
            return Err(Fault::NotACause { plant: number, kind, stage: plant.stage.clone(), cause, known });
        }
        if dated && is_early(kind, plant.cause) {
            return meaningless(
                "a cause that lies in an earlier stage cannot begin at a date of this one; leave the dates out",
            );
        }
        let day = |day: u32| calendar.start_us + i64::from(day) * DAY;
        Ok(Active {
            kind,
            journey,
            stage,
            dimension: plant.dimension.clone(),
            from_us: plant.from_day.map_or(i64::MIN, day),
            to_us: plant.to_day.map_or(i64::MAX, day),
            cause: itself(kind).or(plant.cause),
            episode: 0.0,
        })
    }
}

/// Where an instance is when a pain may strike.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    pub(crate) who: &'a Customer,
    pub(crate) channel: Channel,
    /// Index into [`STORES`].
    pub(crate) site: Option<usize>,
    pub(crate) campaign: Option<&'static str>,
    pub(crate) switch: Option<(Channel, Channel)>,
}

impl Cell<'_> {
    fn has(&self, dimension: &Dimension) -> bool {
        let value = dimension.value.as_str();
        let member = match &self.who.kind {
            Kind::Member(member) => Some(member),
            Kind::Anonymous | Kind::PasserBy => None,
        };
        match dimension.name.as_str() {
            "channel" => self.channel.name() == value,
            "platform" => self.who.platform(self.channel) == Some(value),
            "site" => self.site.is_some_and(|site| STORES[site].name == value),
            "city" => CITIES[self.who.city].name == value,
            "campaign" => self.campaign == Some(value),
            "gender" => member.is_some_and(|member| member.gender == value),
            "age_band" => member.is_some_and(|member| member.age_band == value),
            "city_tier" => member.is_some() && CITIES[self.who.city].tier == value,
            "member_level" => member.is_some_and(|member| member.level == value),
            "switch" => self.switch.is_some_and(|(from, to)| value.split_once('→') == Some((from.name(), to.name()))),
            _ => false,
        }
    }
}

/// An episode of a planted pain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Strike {
    pub(crate) kind: PainKind,
    /// The signal it leaves, if it leaves one.
    pub(crate) shows: Option<CauseKind>,
}

/// The plants of a world and the luck of one instance with them. Where nothing is planted nothing is drawn.
#[derive(Debug)]
pub(crate) struct Luck<'a> {
    pub(crate) plants: &'a [Active],
    pub(crate) dice: Dice,
}

impl Luck<'_> {
    /// The episodes at a stage. Those whose cause lies before the stage are asked for apart, when that is decided.
    pub(crate) fn strikes(
        &mut self,
        journey: usize,
        stage: usize,
        early: bool,
        cell: Cell<'_>,
        at_us: i64,
    ) -> Vec<Strike> {
        let mut strikes = Vec::new();
        for plant in self.plants {
            let here = (plant.journey, plant.stage) == (journey, stage)
                && is_early(plant.kind, plant.cause) == early
                && (plant.from_us..plant.to_us).contains(&at_us)
                && plant.dimension.as_ref().is_none_or(|dimension| cell.has(dimension));
            if here && self.dice.coin(plant.episode) {
                let always = itself(plant.kind).is_some();
                let shows = plant.cause.filter(|_| always || self.dice.coin(rates::CAUSE_SHOWS));
                strikes.push(Strike { kind: plant.kind, shows });
            }
        }
        strikes
    }
}
