//! The shapes of answers: what the API, the command line and the web app show.
//!
//! Every answer carries [`Meta`], and every count that stands for people carries a pick that opens it
//! to those people. Counts always say of what: *customers* are distinct people, *instances* are journeys
//! (one customer may have several).

mod attribution;
mod before_after;
mod comparison;
mod dictionary;
mod funnel;
mod headline;
mod journey_preview;
mod lifecycle;
mod paths;
mod people;
mod retention;
mod segments;
mod sequence;
mod sessions;
mod stickiness;
mod survival;
mod traffic;
mod transitions;

pub use attribution::*;
pub use before_after::*;
pub use comparison::*;
pub use dictionary::*;
pub use funnel::*;
pub use headline::*;
pub use journey_preview::*;
pub use lifecycle::*;
use model::journey::{Expectation, Journey};
use model::lanes::Basis;
use model::pain::{Estimate, Pain};
use model::scope::Scope;
use model::text::LocalizedText;
pub use paths::*;
pub use people::*;
pub use retention::*;
pub use segments::*;
pub use sequence::*;
use serde::{Deserialize, Serialize};
pub use sessions::*;
pub use stickiness::*;
pub use survival::*;
pub use traffic::*;
pub use transitions::*;
use utoipa::ToSchema;

/// What an answer rests on: enough to explain it, to repeat it, and to see why two answers differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Meta {
    /// What was counted, in words, in each language of the interface.
    pub definition: LocalizedText,
    /// Who was counted, in words.
    pub population: LocalizedText,
    /// Filters in force, in words; empty if none.
    pub filters: Vec<LocalizedText>,
    /// By what the numbers are shown apart, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breakdown: Option<LocalizedText>,
    /// How identities were resolved, in words.
    pub identity: LocalizedText,
    /// IANA zone of calendar edges.
    pub zone: String,
    /// The moment the answer speaks of, UTC microseconds.
    pub as_of_us: i64,
    /// Events dated later than that, which the answer does not count: of a clock that is ahead, or of after the
    /// moment asked about. Null where `rows_scanned` is.
    pub events_later: Option<u64>,
    /// The state of the lake it was computed from.
    pub snapshot: String,
    /// Events read. Null to whoever sees only some stores: how many there are is of the whole.
    pub rows_scanned: Option<u64>,
    /// Wall time, milliseconds.
    pub elapsed_ms: u64,
    /// Whether parts were cut off (a list longer than its limit); never whether data was sampled: it is not.
    pub truncated: bool,
    /// SQL that reproduces the answer with `throughline sql`, a statement for each of its tables.
    pub sql: Vec<String>,
    /// The question itself, opaque, with `as_of` and versions fixed: hand it back together with a number's
    /// `pick` to open the number to the customers behind it.
    pub question: String,
    /// The scope as understood, with defaults filled in.
    pub scope: Scope,
}

/// A share with its 95 % interval (Wilson score; see Wilson 1927, JASA 22:209).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Share {
    pub hits: u64,
    pub of: u64,
    /// `hits / of`; null if `of` is 0.
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// A distribution of durations, seconds; nulls where nothing was measured. Percentiles are exact, with
/// linear interpolation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Durations {
    pub count: u64,
    pub mean_s: Option<f64>,
    pub median_s: Option<f64>,
    pub p90_s: Option<f64>,
}

/// A number of people. `GET /v1/workspaces/{workspace}/customers?question=…&pick=…` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct People {
    pub instances: u64,
    pub customers: u64,
    /// Which of the question's subjects these are: `stage/cart/left`.
    pub pick: String,
}

/// What an answer rests on that no question with subjects stands behind: rows of SQL, a timeline, a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadMeta {
    /// The moment it speaks of, UTC microseconds: the newest event, or the asker's clock if that is earlier.
    pub as_of_us: i64,
    /// The state of the lake it was read from.
    pub snapshot: String,
    /// Events read. Null to whoever sees only some stores: how many there are is of the whole.
    pub rows_scanned: Option<u64>,
    /// Wall time, milliseconds.
    pub elapsed_ms: u64,
    /// Whether a list was cut off at its limit.
    pub truncated: bool,
}

/// The journey map of one population and period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JourneyMap {
    pub meta: Meta,
    pub journey: JourneyRef,
    pub totals: JourneyTotals,
    /// In the definition's order.
    pub stages: Vec<StageMetrics>,
    /// In the definition's order; every touchpoint, also those nobody reached.
    pub touchpoints: Vec<TouchpointMetrics>,
    /// One per touchpoint and channel on which it happened. Cells partition the journey's events.
    pub cells: Vec<CellMetrics>,
    /// One per stage and channel: a matrix that shows where a stage has no channel.
    pub stage_channels: Vec<StageChannelMetrics>,
    /// Stage to stage, only pairs that happened.
    pub moves: Vec<Move>,
    /// Channels seen, most events first.
    pub channels: Vec<String>,
    /// Planned against actual.
    pub planned: PlannedWay,
    /// Every touchpoint but the goal's, those to look at first.
    pub key_touchpoints: Vec<KeyTouchpoint>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JourneyRef {
    pub id: String,
    pub version: u32,
    /// The definition the map was computed from.
    pub definition: Journey,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JourneyTotals {
    pub events: u64,
    pub started: People,
    pub goal: People,
    pub left: People,
    pub open: People,
    /// Instances that reached the goal, of those that ended (goal + left): open ones are not counted as lost.
    pub conversion: Share,
    /// From an instance's first event to its goal.
    pub time_to_goal: Durations,
    /// Sum of the goal's value column; null where the goal has none.
    pub value: Option<f64>,
}

/// Counts shared by stages, touchpoints and cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reach {
    pub events: u64,
    pub reached: People,
    /// Instances that were here, of all started.
    pub share: Share,
    /// Further events at the same touchpoint within an instance.
    pub repeats: u64,
    /// Instances that reached the goal at or after being here, of the ended instances that were here.
    pub to_goal: Share,
    /// The instances `to_goal` counts.
    pub goal: People,
    /// Instances that were here and are open: whether they will reach the goal is not known yet.
    pub open: People,
    /// Instances that were here, and after that in a later stage than this one or at the goal.
    pub onward: People,
    /// What the numbers rest on: `live` where they are computed from events, null where there is none in scope, so that
    /// only what people wrote tells of this place.
    pub basis: Option<Basis>,
    /// Goal value of the instances that were here before or at their goal; they overlap between places and do not add up.
    pub value: Option<f64>,
    /// Mean of the score column, where scores exist.
    pub score_mean: Option<f64>,
    pub score_count: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StageMetrics {
    pub stage: String,
    pub name: LocalizedText,
    #[serde(flatten)]
    pub reach: Reach,
    /// Instances that begin here.
    pub starts: People,
    /// Stays: runs of an instance's events in this stage.
    pub entries: u64,
    /// Stays that came back to a stage already left in the same instance.
    pub loops: u64,
    /// Instances with such a stay.
    pub looped: People,
    /// How stays ended. The five add up to `entries`. Whose they are: `forward` and `back` here, the others in `moves`.
    pub exits: Exits,
    /// Instances with a stay that was followed by a later stage.
    pub forward: People,
    /// Instances with a stay that was followed by an earlier stage.
    pub back: People,
    /// Instances that went from here to a later stage or the goal, of those that were here and whose going on is
    /// decided: all but `waiting`. A funnel over the stages asks another thing: there whoever is in a later stage
    /// has passed this one, also without having been here. The instances it counts are `onward`.
    pub to_next: Share,
    /// Open instances that were here and have not gone on yet.
    pub waiting: People,
    /// Length of closed stays; open ones are counted in `exits.open`, not here.
    pub time: Durations,
    /// Ended instances without the goal whose furthest stage in typical order this is: the funnel's drop-off.
    pub dropped_furthest: People,
    /// Open instances whose furthest stage this is: the funnel's open.
    pub open_furthest: People,
    /// Ended instances without the goal whose last stage this is: the path's end.
    pub left_last: People,
    pub expect: Option<Expectation>,
    /// Whether the median stay is within the expected time; null if nothing is expected or measured.
    pub time_met: Option<bool>,
    /// Whether `to_next` is at least the expected conversion.
    pub conversion_met: Option<bool>,
}

/// Ends of stays, counted in stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exits {
    /// The goal was reached in the stay.
    pub goal: u64,
    /// Moved to a later stage.
    pub forward: u64,
    /// Moved to an earlier stage.
    pub back: u64,
    /// Nothing followed within the gap.
    pub leave: u64,
    /// Still within the gap at as_of.
    pub open: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TouchpointMetrics {
    pub stage: String,
    pub touchpoint: String,
    pub name: LocalizedText,
    #[serde(flatten)]
    pub reach: Reach,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CellMetrics {
    pub stage: String,
    pub touchpoint: String,
    pub channel: String,
    #[serde(flatten)]
    pub reach: Reach,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StageChannelMetrics {
    pub stage: String,
    pub channel: String,
    #[serde(flatten)]
    pub reach: Reach,
}

/// Moves between stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Move {
    pub from: String,
    pub to: MoveTo,
    pub kind: MoveKind,
    /// Times it happened.
    pub count: u64,
    pub people: People,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "to", content = "stage", rename_all = "snake_case")]
pub enum MoveTo {
    Stage(String),
    Goal,
    Leave,
    Open,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    Forward,
    Back,
    Goal,
    Leave,
    Open,
}

/// Planned against actual. An instance is *on the way* if it begins in the first planned stage and each change of stage
/// it made went from a planned stage to the next planned one. Staying is no deviation, and leaving early is drop-off.
/// So whoever leaves at once is on the way, and whoever stays long has many chances to leave it: that more of those off
/// the way arrive does not say that deviating helps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlannedWay {
    /// Ids of the planned stages; those of the goal where the definition's `planned` names none of them.
    pub stages: Vec<String>,
    /// Instances on the way, open ones too: they may yet leave it.
    pub on_way: People,
    /// Of all started.
    pub on_way_share: Share,
    /// Instances that reached the goal, of the ended ones on the way.
    pub on_way_to_goal: Share,
    pub off_way: People,
    /// Instances that reached the goal, of the ended ones off the way.
    pub off_way_to_goal: Share,
    /// Most instances first. An instance has as many as it made; each off the way has at least one, others have none.
    pub deviations: Vec<Deviation>,
}

/// What instances did that is not planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Deviation {
    pub kind: DeviationKind,
    /// Stage id; null for a start.
    pub from: Option<String>,
    /// Stage id.
    pub to: String,
    /// Instances that did so, once or more often.
    pub people: People,
    /// Of all started.
    pub share: Share,
    /// Instances that reached the goal, of the ended ones that did so.
    pub to_goal: Share,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviationKind {
    /// Began in another stage than the first planned one.
    Start,
    /// Moved past a planned stage, the goal's included.
    Skip,
    /// Moved to an earlier planned stage.
    Back,
    /// Moved to or from a stage that is not planned.
    Outside,
}

/// How much a touchpoint matters, and how well it does (importance-performance analysis; Martilla and James 1977,
/// Journal of Marketing 41:77). Importance is an association: those who have a touchpoint may differ in other ways
/// from those who have not. What a change to it does only an experiment can tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeyTouchpoint {
    pub stage: String,
    pub touchpoint: String,
    pub name: LocalizedText,
    /// Instances that had it.
    pub reached: People,
    /// Instances that reached the goal, of the ended ones in its stage that had it.
    pub with_goal: Share,
    /// The same of the ended ones in its stage that had it not.
    pub without_goal: Share,
    /// `with_goal` less `without_goal` with its 95 % interval (Newcombe 1998, Statistics in Medicine 17:873, method
    /// 10); null if either has none.
    pub importance: Option<Estimate>,
    /// Instances that went on from it to a later stage or the goal, of those that had it and whose going on is decided.
    pub performance: Share,
    /// What `performance` is measured against; null where there is nothing to measure it against.
    pub standard: Option<Standard>,
    /// Mean of the scores given at it.
    pub score_mean: Option<f64>,
    /// How sure it matters × how far it falls short, 0 to 1: the end of `importance` that is nearer to 0, times the
    /// standard less `performance`. 0 unless `role` is `mend`.
    pub priority: f64,
    pub role: TouchpointRole,
}

/// What a performance is measured against.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Standard {
    /// A share of instances, 0 to 1.
    pub value: f64,
    pub of: StandardOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StandardOf {
    /// The conversion the team expects of the stage.
    Expectation,
    /// The best touchpoint of the stage: the highest lower end of their intervals, so that a few lucky instances set no
    /// standard. The goal's touchpoints are left out, and a touchpoint is not its own standard.
    BestInStage,
}

/// What follows from importance and performance. A touchpoint is *key* if at least 30 ended instances had it and at
/// least 30 had it not, and the interval of its importance does not hold 0. It *falls short* if the whole interval of
/// its performance lies below the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TouchpointRole {
    /// Key, and falls short.
    Mend,
    /// Key, goes with the goal, and does not fall short.
    Keep,
    /// Falls short, but is not known to matter; or the goal is rarer where it happens, although it does not fall short.
    Watch,
    /// None of these.
    Minor,
}

/// The personas of a journey side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonasAnswer {
    pub meta: Meta,
    pub journey: String,
    pub version: u32,
    /// Everyone in scope, to compare with.
    pub everyone: PersonaNumbers,
    /// In the definition's order. One customer may be of several, or of none.
    pub personas: Vec<PersonaMetrics>,
}

/// A persona as it is lived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonaMetrics {
    pub id: String,
    pub name: LocalizedText,
    /// `live` where a rule says who they are; else an `assumption`, without numbers.
    pub basis: Basis,
    pub numbers: Option<PersonaNumbers>,
}

/// The map of some customers in short: its numbers are those of the map asked with the same persona.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonaNumbers {
    /// The question of that map: hand it back together with a number's `pick` to open the number to the customers
    /// behind it.
    pub question: String,
    pub started: People,
    /// Customers who started, of all customers in scope who did.
    pub share: Share,
    /// Instances that reached the goal, of those that ended.
    pub conversion: Share,
    pub time_to_goal: Durations,
    /// Sum of the goal's value column; null where the goal has none.
    pub value: Option<f64>,
    /// In the definition's order: what an emotion curve is drawn from.
    pub stages: Vec<PersonaStage>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonaStage {
    pub stage: String,
    pub reached: People,
    /// Instances that were here, of all they started.
    pub share: Share,
    /// Instances that reached the goal, of the ended ones that were here.
    pub to_goal: Share,
    /// Mean of the scores given here, where there are any.
    pub score_mean: Option<f64>,
    pub score_count: u64,
}

/// What a workspace can be cut by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DimensionsAnswer {
    /// Channel, then text columns in the order of the table, then traits by key. Dimensions without any value are left
    /// out, and so are ids: those with more different values than can be told apart.
    pub dimensions: Vec<Dimension>,
    pub meta: ReadMeta,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Dimension {
    /// As rules name it: `channel`, `platform`, `traits.city_tier`.
    pub name: String,
    pub of: DimensionOf,
    /// Different values there are.
    pub distinct: u64,
    /// The most frequent, at most 50; ties in the order of their text.
    pub values: Vec<DimensionValue>,
}

/// Whose property a dimension is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DimensionOf {
    /// Each event's own.
    Event,
    /// The customer's, as last set.
    Customer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DimensionValue {
    pub value: String,
    /// Events that say so; of a trait, events that set it. Duplicates not yet compacted away may count.
    pub rows: u64,
}

/// Pain points of a journey, those that hit most customers first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PainAnswer {
    pub meta: Meta,
    pub journey: String,
    pub version: u32,
    /// The period looked at, UTC microseconds.
    pub from_us: i64,
    pub to_us: i64,
    /// Places, groups and stretches of time that were compared.
    pub looks: u64,
    pub pains: Vec<Pain>,
}

/// Customers behind a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerList {
    pub meta: Meta,
    /// What these customers have in common, in words.
    pub title: LocalizedText,
    /// All of them, also those not listed.
    pub customers: u64,
    /// Subjects (instances, sessions) behind the number.
    pub subjects: u64,
    pub items: Vec<CustomerSummary>,
    /// Pass as `after` for the next page.
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerSummary {
    /// Decimal id; a string because it may exceed 2⁵³.
    pub customer: String,
    /// An identifier to show, most telling first: `user_id: user_0042`.
    pub identifiers: Vec<model::identity::Identifier>,
    #[schema(value_type = Object)]
    pub traits: serde_json::Map<String, serde_json::Value>,
    /// What the traits say they are called, if they do.
    pub name: Option<String>,
    pub events: u64,
    pub first_us: i64,
    pub last_us: i64,
    /// The channel of most events first.
    pub channels: Vec<ChannelCount>,
    /// Sum of the column `amount` of their events, refunds negative. Null where no event carries one, or where they are of
    /// several currencies.
    pub amount: Option<f64>,
}

/// Where and when a customer was met.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Presence {
    pub events: u64,
    /// Null of a customer without events.
    pub first_us: Option<i64>,
    pub last_us: Option<i64>,
    /// The channel of most events first.
    pub channels: Vec<ChannelCount>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelCount {
    pub channel: String,
    pub events: u64,
}

/// A page of a customer's events, oldest first within the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Timeline {
    pub customer: CustomerSummary,
    pub events: Vec<TimelineEvent>,
    /// Pass as `before` for the page of older events; null if this is the oldest.
    pub next: Option<String>,
    /// Pass as `after` for the page of newer events; null if this is the newest.
    pub previous: Option<String>,
    /// Events that pass the filters, of all pages.
    pub matched: u64,
    /// Of these, the ones newer than this page.
    pub newer: u64,
    pub meta: ReadMeta,
}

/// What customers whom a pain hits met and said, from the beginning of its stretch until a journey's gap after its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PainVoices {
    pub meta: Meta,
    /// Customers it hits.
    pub customers: u64,
    /// Of these, the customers whose events were read: those of the smallest ids, which are hashes, so any of them.
    pub read: u64,
    /// Values of the column `error`: what was shown to them when something failed. Of most customers first.
    pub errors: Vec<Voice>,
    /// Values of the column `text`: what they wrote, said or searched for. Of most customers first.
    pub texts: Vec<Voice>,
}

/// The same words of some customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Voice {
    pub words: String,
    /// Of the customers read.
    pub customers: u64,
    pub events: u64,
    /// The newest of the events.
    pub example: VoiceExample,
}

/// Where words were said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VoiceExample {
    /// Decimal id; a string because it may exceed 2⁵³.
    pub customer: String,
    pub time_us: i64,
    pub event: String,
    pub channel: String,
    /// Null if the event is no part of the journey.
    pub touchpoint: Option<String>,
}

/// Customers an identifier belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownBy {
    pub items: Vec<CustomerSummary>,
    pub meta: ReadMeta,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TimelineEvent {
    pub event_id: String,
    pub time_us: i64,
    pub seq: i64,
    pub event: String,
    pub channel: String,
    pub source: String,
    /// Which of the customer's sessions it belongs to, from 1; null of the system's own events. Half an hour without an event
    /// ends a session.
    pub session: Option<u64>,
    /// The touchpoint and stage of the journey asked about, where the event is one.
    pub touchpoint: Option<String>,
    pub stage: Option<String>,
    /// Typed columns that are set.
    #[schema(value_type = Object)]
    pub columns: serde_json::Map<String, serde_json::Value>,
    #[schema(value_type = Vec<Object>)]
    pub items: Vec<serde_json::Value>,
    #[schema(value_type = Object)]
    pub traits: serde_json::Map<String, serde_json::Value>,
    #[schema(value_type = Object)]
    pub props: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LabelCount {
    pub label: String,
    pub subjects: u64,
    /// Opens `subjects` to their customers, as the pick of [`People`] does.
    pub pick: String,
}

/// One group of a breakdown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Group<N> {
    pub group: GroupKind,
    /// Of a group that is a value.
    pub value: Option<String>,
    #[serde(flatten)]
    pub numbers: N,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// One value of the dimension.
    Value,
    /// The values that are not shown apart.
    Other,
    /// No event of the subject says anything.
    None,
}
