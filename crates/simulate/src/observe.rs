//! What the events show, read back from the events alone: instances, who was exposed to which pain, who was hit.
//!
//! This is the simulator's own eye. It knows nothing of how the events were made and shares no code with what the
//! product finds pains with, so that the truth it writes can judge either.
//!
//! An instance counts once it has ended, by its goal or by the journey's gap before the end of the world. The value
//! an instance has on a dimension, at a stage, is that of its last event in the stage which carries it; traits are the
//! customer's. Exposed and hit, by kind:
//!
//! | kind | exposed: instances that | hit: those that |
//! |---|---|---|
//! | drop_off, segment_gap | were in the stage | were left with it as the furthest |
//! | stall | went on from the stage to another | took 3 times the usual time and more to do so |
//! | loop | were in the stage | came back to it directly from a later one |
//! | effort | were in the stage | have 2.5 times its usual events and more |
//! | step_error | were in the stage | have an error in it |
//! | unclear_information | were in the stage | went details, help, details, help |
//! | opaque_price | were in the stage | end with a price, or went back directly after one |
//! | dwell_without_purchase | were in the stage | lingered in it and missed the goal |
//! | channel_switch_loss | changed the channel at or right after the stage | missed the goal |
//! | broken_promise | had a promise that fell due in the stage | had one broken |
//! | repeat_contact | contacted the service in the stage | did so again within 7 days of the first time |
//! | poor_after_sales | were in the stage | complained after it |
//! | low_score | gave a score in the stage | gave 6 or less |

use model::event::{Column, ColumnValue, Event, PROFILE_SET};
use serde_json::Value;

use crate::config::PainKind;
use crate::journeys::{DAY, JOURNEYS, Shape};

/// A page that took longer is slow, milliseconds.
pub const SLOW_MS: f64 = 3_000.0;
/// Who stays with one thing longer lingers, seconds.
pub const DWELL_SECONDS: f64 = 300.0;
/// Who waits for a person longer waits, seconds.
pub const WAIT_SECONDS: f64 = 300.0;
/// Longest an instance takes from its first event to its last, nearly always, microseconds.
pub const SPAN_MAX_US: i64 = 20 * DAY;
/// The last score that is low, of 0 to 10.
pub const LOW_SCORE_MAX: f64 = 6.0;

/// An instance that was exposed to a pain at a stage.
#[derive(Debug)]
pub struct Observation<'a> {
    /// Index into [`JOURNEYS`].
    pub journey: usize,
    /// Index into the journey's stages.
    pub stage: usize,
    pub kind: PainKind,
    pub hit: bool,
    /// First event of the instance, UTC microseconds.
    pub begun_us: i64,
    /// Whether the instance began early enough to have ended whatever its outcome. Of those that did not, only the
    /// successful are known: compared over time, or between campaigns that ran at different times, they flatter
    /// whatever came last.
    pub mature: bool,
    /// First event of the instance in the stage.
    pub entered_us: i64,
    pub place: &'a Place<'a>,
}

/// The values an instance has on the dimensions at a stage.
#[derive(Debug, Default, Clone)]
pub struct Place<'a> {
    channel: Option<&'a str>,
    platform: Option<&'a str>,
    site: Option<&'a str>,
    city: Option<&'a str>,
    campaign: Option<&'a str>,
    traits: Traits<'a>,
    switch: Option<String>,
}

/// The dimensions, those of behaviour before the traits.
pub const DIMENSIONS: [&str; 10] =
    ["channel", "platform", "site", "city", "campaign", "switch", "gender", "age_band", "city_tier", "member_level"];
/// Those of [`DIMENSIONS`] that are traits of the customer.
pub const TRAITS: [&str; 4] = ["gender", "age_band", "city_tier", "member_level"];

type Traits<'a> = [Option<&'a str>; TRAITS.len()];

impl Place<'_> {
    pub fn value(&self, dimension: &str) -> Option<&str> {
        match dimension {
            "channel" => self.channel,
            "platform" => self.platform,
            "site" => self.site,
            "city" => self.city,
            "campaign" => self.campaign,
            "switch" => self.switch.as_deref(),
            name => self.traits[TRAITS.iter().position(|known| *known == name)?],
        }
    }
}

/// Shows every exposure of one customer, given all their events in time order.
pub fn observe(events: &[Event], end_us: i64, mut each: impl FnMut(&Observation<'_>)) {
    let traits = traits(events);
    for (journey, shape) in JOURNEYS.iter().enumerate() {
        let mature_us = end_us - shape.gap_us - SPAN_MAX_US;
        let mut show = |seen: Observation<'_>| each(&Observation { mature: seen.begun_us <= mature_us, ..seen });
        let mut instance: Vec<(usize, &Event)> = Vec::new();
        for event in events {
            let Some(stage) = shape.stage_of(&event.event) else { continue };
            if instance.last().is_some_and(|(_, last)| event.time_us - last.time_us > shape.gap_us) {
                ended(journey, &instance, false, traits, &mut show);
                instance.clear();
            }
            instance.push((stage, event));
            if event.event == shape.goal {
                ended(journey, &instance, true, traits, &mut show);
                instance.clear();
            }
        }
        if instance.last().is_some_and(|(_, last)| last.time_us + shape.gap_us <= end_us) {
            ended(journey, &instance, false, traits, &mut show);
        }
    }
}

fn traits(events: &[Event]) -> Traits<'_> {
    let mut found = Traits::default();
    for event in events.iter().filter(|event| event.event == PROFILE_SET) {
        for (name, value) in TRAITS.iter().zip(&mut found) {
            *value = event.traits.get(*name).and_then(Value::as_str).or(*value);
        }
    }
    found
}

fn ended<'a>(
    journey: usize,
    instance: &[(usize, &'a Event)],
    goal: bool,
    traits: Traits<'a>,
    each: &mut impl FnMut(Observation<'_>),
) {
    let shape = &JOURNEYS[journey];
    let furthest = instance.iter().map(|(stage, _)| *stage).max().unwrap_or(0);
    for stage in 0..shape.stages.len() {
        let Some(first) = instance.iter().position(|(at, _)| *at == stage) else { continue };
        let here = Here { shape, stage, first, instance, goal, furthest };
        let place = here.place(traits);
        let (begun_us, entered_us) = (instance[0].1.time_us, instance[first].1.time_us);
        for kind in PainKind::ALL {
            if let Some(hit) = here.hit(*kind, &place) {
                let kind = *kind;
                each(Observation { journey, stage, kind, hit, begun_us, mature: false, entered_us, place: &place });
            }
        }
    }
}

/// One instance, seen from one of its stages.
struct Here<'i, 'a> {
    shape: &'i Shape,
    stage: usize,
    /// Index of its first event in the stage.
    first: usize,
    instance: &'i [(usize, &'a Event)],
    goal: bool,
    furthest: usize,
}

impl<'a> Here<'_, 'a> {
    fn events(&self) -> impl Iterator<Item = &'a Event> {
        self.instance.iter().filter(|(stage, _)| *stage == self.stage).map(|(_, event)| *event)
    }

    fn place(&self, traits: Traits<'a>) -> Place<'a> {
        let mut place = Place { traits, switch: self.switch(), ..Place::default() };
        for event in self.events() {
            place.channel = Some(&event.channel);
            place.platform = text(event, Column::Platform).or(place.platform);
            place.site = text(event, Column::Site).or(place.site);
            place.city = text(event, Column::City).or(place.city);
            place.campaign = text(event, Column::Campaign).or(place.campaign);
        }
        place
    }

    /// The first change of channel whose earlier event is in the stage.
    fn switch(&self) -> Option<String> {
        let pair =
            self.instance.windows(2).find(|pair| pair[0].0 == self.stage && pair[0].1.channel != pair[1].1.channel)?;
        Some(format!("{}→{}", pair[0].1.channel, pair[1].1.channel))
    }

    /// Whether the pain hit; `None` if the instance was not exposed to it here.
    fn hit(&self, kind: PainKind, place: &Place<'_>) -> Option<bool> {
        let shape = &self.shape.stages[self.stage];
        let is = |stage: &str| shape.id == stage;
        match kind {
            PainKind::DropOff | PainKind::SegmentGap => {
                (shape.events != [self.shape.goal]).then_some(!self.goal && self.furthest == self.stage)
            }
            PainKind::Stall => {
                let exit = self.instance[self.first..].iter().find(|(stage, _)| *stage != self.stage)?;
                let seconds = (exit.1.time_us - self.instance[self.first].1.time_us) as f64 / 1e6;
                (shape.usual_seconds > 0.0).then_some(seconds >= 3.0 * shape.usual_seconds)
            }
            PainKind::Loop => {
                Some(self.instance.windows(2).any(|pair| pair[1].0 == self.stage && pair[0].0 > self.stage))
            }
            PainKind::Effort => Some(self.events().count() as f64 >= 2.5 * shape.usual_events),
            PainKind::StepError => Some(self.events().any(is_error)),
            PainKind::UnclearInformation => is("consider").then(|| self.alternates()),
            PainKind::OpaquePrice => (is("consider") || is("decide")).then(|| self.stops_at_price()),
            PainKind::DwellWithoutPurchase => {
                (is("browse") || is("consider")).then(|| !self.goal && self.events().any(is_dwell))
            }
            PainKind::ChannelSwitchLoss => {
                ((is("consider") || is("decide")) && place.switch.is_some()).then_some(!self.goal)
            }
            PainKind::BrokenPromise => {
                self.events().filter_map(delay_hours).map(|delay| delay > 0.0).reduce(|a, b| a | b)
            }
            PainKind::RepeatContact => {
                let mut contacts = self.events().filter(|event| event.event == "service_contact");
                let first = contacts.next()?;
                Some(contacts.next().is_some_and(|again| again.time_us - first.time_us <= 7 * DAY))
            }
            PainKind::PoorAfterSales => {
                is("return").then(|| self.instance[self.first..].iter().any(|(_, event)| event.event == "complaint"))
            }
            PainKind::LowScore => self
                .events()
                .filter_map(|event| number(event, Column::Score))
                .last()
                .map(|score| score <= LOW_SCORE_MAX),
        }
    }

    /// Details, help, details, help, with anything else between.
    fn alternates(&self) -> bool {
        let mut turns = 0;
        for event in self.events() {
            let wanted = if turns % 2 == 0 { "details_view" } else { "help_view" };
            turns += usize::from(event.event == wanted);
        }
        turns >= 4
    }

    fn stops_at_price(&self) -> bool {
        self.instance.iter().enumerate().any(|(i, (stage, event))| {
            *stage == self.stage
                && is_price(event)
                && self.instance.get(i + 1).map_or(!self.goal, |(next, _)| *next < self.stage)
        })
    }
}

fn text(event: &Event, column: Column) -> Option<&str> {
    match event.columns.get(&column)? {
        ColumnValue::Text(text) => Some(text),
        ColumnValue::Number(_) => None,
    }
}

fn number(event: &Event, column: Column) -> Option<f64> {
    match event.columns.get(&column)? {
        ColumnValue::Number(number) => Some(*number),
        ColumnValue::Text(_) => None,
    }
}

fn property(event: &Event, name: &str) -> Option<f64> {
    event.props.get(name).and_then(Value::as_f64)
}

fn delay_hours(event: &Event) -> Option<f64> {
    property(event, "delay_hours")
}

pub(crate) fn is_error(event: &Event) -> bool {
    event.columns.contains_key(&Column::Error)
}

pub(crate) fn is_price(event: &Event) -> bool {
    event.event == "price_view" || event.props.get("topic").is_some_and(|topic| topic == "费用说明")
}

pub(crate) fn is_dwell(event: &Event) -> bool {
    matches!(event.event.as_str(), "zone_visit" | "list_view" | "product_view")
        && number(event, Column::DurationSeconds).is_some_and(|seconds| seconds > DWELL_SECONDS)
}

#[cfg(test)]
pub(crate) fn shows(event: &Event, cause: crate::config::CauseKind) -> bool {
    use crate::config::CauseKind;
    match cause {
        CauseKind::Error => is_error(event),
        CauseKind::Slow => property(event, "load_ms").is_some_and(|ms| ms > SLOW_MS),
        CauseKind::Price => is_price(event),
        CauseKind::OutOfStock => event.props.get("in_stock") == Some(&Value::Bool(false)),
        CauseKind::Waiting => {
            (matches!(event.event.as_str(), "till_queue" | "consult")
                && number(event, Column::DurationSeconds).is_some_and(|seconds| seconds > WAIT_SECONDS))
                || property(event, "wait_seconds").is_some_and(|seconds| seconds > WAIT_SECONDS)
        }
        CauseKind::Information => event.event == "help_view",
        CauseKind::Late => delay_hours(event).is_some_and(|hours| hours > 0.0),
    }
}
