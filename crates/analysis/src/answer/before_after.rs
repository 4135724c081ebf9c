//! What a number was before a day and after it.

use chrono::NaiveDate;
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Headline, HeadlineOf, Meta, Share};

/// One number in equally many days before a day and after it. A comparison: whatever else happened in these days is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BeforeAfter {
    /// What kind of evidence this is, to be shown wherever the numbers are.
    pub notice: LocalizedText,
    /// What came of it, in a sentence.
    pub sentence: LocalizedText,
    /// What the number is, in words.
    pub label: LocalizedText,
    pub of: HeadlineOf,
    pub verdict: ChangeVerdict,
    pub windows: ComparedWindows,
    pub before: ComparedSide,
    /// Null if no day after is over.
    pub after: Option<ComparedSide>,
    /// Null if either side has no number.
    pub effect: Option<MeasuredEffect>,
    /// The same of people the change did not touch, and the effect less theirs. Null if none are named.
    pub group: Option<GroupEffect>,
    /// Each day, in order: those compared, those left out, and those after that are over but not compared.
    pub days: Vec<ComparedDay>,
    /// What has to be known to read the numbers.
    pub caveats: Vec<LocalizedText>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeVerdict {
    /// The interval lies above 0.
    Up,
    /// The interval lies below 0.
    Down,
    /// The interval holds 0.
    Unclear,
    /// There is no interval, so nothing is said.
    Unknown,
    /// Too few days after are over.
    Waiting,
}

/// Which days are compared; in the workspace's zone, the last ones not included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComparedWindows {
    pub day: NaiveDate,
    pub zone: String,
    /// Days a side was to have.
    pub asked_days: u32,
    /// Days a side has: fewer, where after is not over; whole weeks, if it was to be whole weeks and one is over.
    pub days: u32,
    pub left_out_days: u32,
    pub before_from: NaiveDate,
    pub before_to: NaiveDate,
    pub after_from: NaiveDate,
    pub after_to: NaiveDate,
    /// How long after its end either side was looked at, seconds: the same for both, so that what takes time had as much
    /// of it before as after.
    pub look_ahead_s: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComparedSide {
    pub meta: Meta,
    pub headline: Headline,
    /// The 95 % interval of a median.
    pub low_s: Option<f64>,
    pub high_s: Option<f64>,
    /// Subjects that began.
    pub began: u64,
    /// Those of them whose outcome was not known yet.
    pub open: u64,
}

/// After less before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasuredEffect {
    /// A share between −1 and 1, people over the days of a side, or seconds.
    pub difference: f64,
    /// Of `before`; null if that is 0.
    pub relative: Option<f64>,
    /// The 95 % interval of `difference`; null if there is none, and `method` says why.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub method: IntervalMethod,
    /// How much wider days that differ make the interval: the variance of the share over days as a multiple of what it
    /// would be if people alone differed, before and after. Only of shares.
    pub design_effect_before: Option<f64>,
    pub design_effect_after: Option<f64>,
}

/// Where an interval comes from, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntervalMethod {
    /// Shares: Newcombe's method 10 (1998), of counts divided by their design effect over days.
    NewcombeByDay,
    /// Counts: Welch's t over sums of weeks (Welch 1947; Ibragimov and Müller 2010).
    WelchByWeek,
    /// Medians: the two medians' own intervals joined (Zou and Donner 2008).
    JoinedMedians,
    /// No interval: counts need whole weeks, at least two on either side.
    NoneWeeks,
    /// No interval: this number has none.
    NoneNumber,
}

/// People a change did not touch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GroupEffect {
    pub before: ComparedSide,
    pub after: ComparedSide,
    pub effect: Option<MeasuredEffect>,
    /// The effect less theirs: difference in differences. Holds as far as both would have moved alike.
    pub net: Option<NetEffect>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NetEffect {
    pub scale: NetScale,
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NetScale {
    /// A difference of differences, in the number's own unit.
    Difference,
    /// Counts of groups of different sizes: after by before, over the same of the others, less 1.
    Relative,
}

/// The number of the subjects that began on one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComparedDay {
    pub day: NaiveDate,
    pub role: DayRole,
    /// Null where nothing was measured.
    pub value: Option<f64>,
    pub share: Option<Share>,
    /// Subjects that began.
    pub began: u64,
    /// Those of them whose outcome was not known yet.
    pub open: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayRole {
    Before,
    After,
    /// Left out around the change, as was asked.
    LeftOut,
    /// After, but beyond the days compared: not over, or no whole week.
    Beyond,
}
