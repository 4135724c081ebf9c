//! Attribution: which touches led to conversions.
//!
//! The mask says what an event is: bit 0 a conversion, bit 1 a touch, bit 2 a touch that is direct (came by itself and
//! earns credit only where there is no other). A conversion is never a touch. The touches of a conversion stand before
//! it in the subject's order, at most the look-back before it (inclusive), and after the conversion before it unless
//! asked otherwise. Each touch has a code: the value that is credited, or "another".
//!
//! Kept are the counts of every distinct sequence of codes, with what each led to. All models that look at codes alone
//! are computed from that table, when it is merged ([`models`]); what depends on times (time decay) or on more than the
//! code (last non-direct) is added up beside it. So one scan answers all models, on the same conversions.
//!
//! ```
//! use folds::attribution::{Attribution, CONVERSION, Config, Credited, Earlier, Model, TOUCH};
//! use folds::{Fold, Slice};
//!
//! let config = Config { values: 2, credited: Credited::Label, earlier: Earlier::Reset, ..Config::default() };
//! let attribution = Attribution::new(config)?;
//! let mut state = attribution.state();
//! let (time, label, mask) = (&[1, 2, 3, 4], &[1, 2, 2, 0], &[TOUCH, TOUCH, TOUCH, CONVERSION]);
//! attribution.fold(&mut state, &Slice { customer: 1, time, label, mask, ..Slice::default() });
//! assert_eq!(attribution.credit(&state, Model::First)?.conversions, [1.0, 0.0, 0.0]);
//! assert_eq!(attribution.credit(&state, Model::Shapley)?.conversions, [0.5, 0.5, 0.0]);
//! # Ok::<(), folds::Error>(())
//! ```

pub mod models;
mod table;

use model::period::{DAY_US, Period};
use serde::{Deserialize, Serialize};

use crate::counters::{Distinct, Scratch, Tally, Turn};
use crate::error::Error;
use crate::fold::Fold;
use crate::limits::{ATTRIBUTION_TOUCHES_MAX, ATTRIBUTION_VALUES_MAX};
use crate::quantile::Distribution;
use crate::slice::{End, Needs, Slice};
use crate::sum::Sum;

pub use models::{Credit, Model, Position, Removal};
pub use table::{Counts, Table};

/// The bit of a conversion in a mask.
pub const CONVERSION: u64 = 1;
/// The bit of a touch.
pub const TOUCH: u64 = 2;
/// The bit of a touch that is direct; looked at only where [`TOUCH`] is set.
pub const DIRECT: u64 = 4;

/// Parameters of attribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// How many values are told apart, at most [`ATTRIBUTION_VALUES_MAX`]: codes 0 to `values - 1`. Every other value has the
    /// code `values`.
    pub values: usize,
    pub credited: Credited,
    /// How long before its conversion a touch may lie, inclusive.
    pub lookback_us: i64,
    /// How many touches of a conversion count, the newest, 1 to [`ATTRIBUTION_TOUCHES_MAX`].
    pub touches: usize,
    pub earlier: Earlier,
    /// Conversions in this period count, whenever their touches were; of paths that led to none, those that end in it.
    pub period: Period,
    /// Half-life of the time decay.
    pub half_life_us: i64,
    /// Paths that may still lead to a conversion at this moment are open.
    pub as_of_us: i64,
}

/// Where the code of a touch is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credited {
    /// The label, less one; label 0 is another value.
    #[default]
    Label,
    /// The facet of this dimension; none is another value.
    Facet(usize),
}

/// What becomes of touches before an earlier conversion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Earlier {
    /// They have had their credit.
    #[default]
    Reset,
    /// They count again, within the look-back.
    Keep,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            values: 0,
            credited: Credited::Label,
            lookback_us: 30 * DAY_US,
            touches: ATTRIBUTION_TOUCHES_MAX,
            earlier: Earlier::Reset,
            period: Period::default(),
            half_life_us: 7 * DAY_US,
            as_of_us: i64::MAX,
        }
    }
}

/// The fold.
#[derive(Debug, Clone)]
pub struct Attribution {
    config: Config,
}

/// What attribution adds up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Conversions in the period.
    pub conversions: u64,
    /// Sum of the values of those that have one.
    pub value: Sum,
    /// How many have one.
    pub valued: u64,
    /// Subjects with such a conversion.
    pub converted: Tally,
    /// Of the conversions, those without any touch. Nothing is credited for them.
    pub without: u64,
    pub without_value: Sum,
    /// Subjects with a conversion without touch.
    pub without_of: Tally,
    /// Conversions with more touches than count.
    pub cut: u64,
    /// Subjects that end in touches which led to no conversion: within the look-back, they no more can.
    pub lost: Tally,
    /// The same, but they still can.
    pub open: Tally,
    /// Sequences of codes with what they led to. Open ones are not among them.
    pub paths: Table,
    /// By code.
    pub codes: Vec<Code>,
    /// From the first touch to the conversion.
    pub lag_us: Distribution,
    /// Touches of a conversion that has some.
    pub touches: Distribution,
    #[serde(skip)]
    turn: Scratch<Turn>,
    /// Ordinal of the conversion, within this state.
    #[serde(skip)]
    conversion: Scratch<u64>,
    #[serde(skip)]
    seen: Scratch<Seen>,
}

/// What is counted of one code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Touches of conversions.
    pub touches: u64,
    /// Conversions with such a touch.
    pub conversions: Distinct,
    pub value: Sum,
    /// Subjects with such a conversion.
    pub touched: Tally,
    /// Subjects with a conversion whose first touch it is.
    pub first: Tally,
    /// Subjects with a conversion whose last touch it is.
    pub last: Tally,
    last_non_direct: u64,
    last_non_direct_value: Sum,
    decay: Sum,
    decay_value: Sum,
}

/// Sets of subjects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// Has a conversion in the period.
    Converted,
    /// Has one without touch.
    Without,
    /// Has one with a touch of this code.
    Touched(usize),
    /// Has one whose first touch has this code.
    First(usize),
    /// Has one whose last touch has this code.
    Last(usize),
    /// Has one with just these touches.
    Path(Vec<usize>),
    /// Ends in touches that led to nothing.
    Lost,
    /// Ends in touches that may still lead to something.
    Open,
}

#[derive(Debug, Clone, Copy)]
struct Touch {
    time_us: i64,
    code: u8,
    direct: bool,
}

/// Working memory.
#[derive(Debug, Default)]
struct Seen {
    touches: Vec<Touch>,
    path: Vec<u8>,
    weights: Vec<f64>,
}

/// What is found while walking along a subject.
enum Found<'a> {
    /// A conversion at a position, the touches that count for it, and whether there were more.
    Conversion { at: usize, touches: &'a [Touch], cut: bool },
    /// Touches after the last conversion, at least one.
    Rest { touches: &'a [Touch], open: bool },
}

impl Attribution {
    pub fn new(config: Config) -> Result<Attribution, Error> {
        let fault = |what: String| Err(Error::config("attribution", what));
        if config.values > ATTRIBUTION_VALUES_MAX {
            let got = config.values;
            return fault(format!("credit is given to at most {ATTRIBUTION_VALUES_MAX} values apart, not {got}"));
        }
        if config.touches == 0 || config.touches > ATTRIBUTION_TOUCHES_MAX {
            let got = config.touches;
            return fault(format!("count 1 to {ATTRIBUTION_TOUCHES_MAX} touches of a conversion, not {got}"));
        }
        if config.lookback_us < 0 {
            return fault("the look-back cannot be negative".into());
        }
        if config.half_life_us <= 0 {
            return fault("the half-life of the time decay must be longer than nothing, as in 7d".into());
        }
        Ok(Attribution { config })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    fn code(&self, subject: &Slice<'_>, at: usize) -> u8 {
        let code = match self.config.credited {
            Credited::Label => (subject.label[at] as usize).checked_sub(1),
            Credited::Facet(dimension) => Some(subject.facet[at * subject.facets + dimension] as usize),
        };
        // `values` is at most 200.
        code.unwrap_or(usize::MAX).min(self.config.values) as u8
    }

    /// Finds the conversions of a subject with their touches, and the touches left over.
    fn walk(&self, subject: &Slice<'_>, touches: &mut Vec<Touch>, mut each: impl FnMut(Found<'_>)) {
        let Config { lookback_us, touches: most, earlier, period, as_of_us, .. } = &self.config;
        touches.clear();
        // Touches from here on came after the last conversion.
        let mut since = 0;
        for (at, mask) in subject.mask.iter().enumerate() {
            let time_us = subject.time[at];
            if mask & CONVERSION != 0 {
                if period.contains(time_us) {
                    let oldest = time_us.saturating_sub(*lookback_us);
                    let within = &touches[touches.partition_point(|touch| touch.time_us < oldest)..];
                    let counted = &within[within.len().saturating_sub(*most)..];
                    each(Found::Conversion { at, touches: counted, cut: within.len() > *most });
                }
                if *earlier == Earlier::Reset {
                    touches.clear();
                }
                since = touches.len();
            } else if mask & TOUCH != 0 {
                touches.push(Touch { time_us, code: self.code(subject, at), direct: mask & DIRECT != 0 });
            }
        }
        let rest = &touches[since..];
        if let Some(last) = rest.last()
            && period.contains(last.time_us)
        {
            let oldest = last.time_us.saturating_sub(*lookback_us);
            let within = &rest[rest.partition_point(|touch| touch.time_us < oldest)..];
            let counted = &within[within.len().saturating_sub(*most)..];
            let open = subject.end == End::Open && last.time_us.saturating_add(*lookback_us) >= *as_of_us;
            each(Found::Rest { touches: counted, open });
        }
    }

    fn count_conversion(&self, state: &mut State, turn: &Turn, time_us: i64, touches: &[Touch], value: f64) {
        let Seen { path, weights, .. } = &mut state.seen.0;
        state.conversion.0 += 1;
        state.conversions += 1;
        state.value.add(value);
        state.valued += u64::from(!value.is_nan());
        state.converted.see(turn);
        let (Some(first), Some(last)) = (touches.first(), touches.last()) else {
            state.without += 1;
            state.without_value.add(value);
            state.without_of.see(turn);
            return;
        };
        state.lag_us.push(time_us.saturating_sub(first.time_us));
        state.touches.push(touches.len() as i64);
        state.codes[first.code as usize].first.see(turn);
        state.codes[last.code as usize].last.see(turn);
        path.clear();
        path.extend(touches.iter().map(|touch| touch.code));
        state.paths.counts(path).convert(turn, value);
        // Ages are taken from the last touch on: after normalising that is the same, and nothing vanishes.
        weights.clear();
        let half_life_us = self.config.half_life_us as f64;
        let age = |touch: &Touch| last.time_us.saturating_sub(touch.time_us) as f64 / half_life_us;
        weights.extend(touches.iter().map(|touch| (-age(touch)).exp2()));
        let all: f64 = weights.iter().sum();
        for (touch, weight) in touches.iter().zip(&*weights) {
            let code = &mut state.codes[touch.code as usize];
            code.touches += 1;
            code.touched.see(turn);
            if code.conversions.see(state.conversion.0) {
                code.value.add(value);
            }
            code.decay.add(weight / all);
            code.decay_value.add(weight / all * value);
        }
        let earned = touches.iter().rev().find(|touch| !touch.direct).unwrap_or(last);
        let earned = &mut state.codes[earned.code as usize];
        earned.last_non_direct += 1;
        earned.last_non_direct_value.add(value);
    }
}

impl Fold for Attribution {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        let facet = matches!(self.config.credited, Credited::Facet(_));
        Needs { label: !facet, facet, mask: true, value: true, masked_only: true, ..Needs::default() }
    }

    fn state(&self) -> State {
        State { codes: vec![Code::default(); self.config.values + 1], ..State::default() }
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        state.turn.0.next(subject.customer);
        let turn = state.turn.0;
        let mut touches = std::mem::take(&mut state.seen.0.touches);
        self.walk(subject, &mut touches, |found| match found {
            Found::Conversion { at, touches, cut } => {
                state.cut += u64::from(cut);
                let value = subject.value.get(at).copied().unwrap_or(f64::NAN);
                self.count_conversion(state, &turn, subject.time[at], touches, value);
            }
            Found::Rest { open: true, .. } => state.open.see(&turn),
            Found::Rest { touches, open: false } => {
                state.lost.see(&turn);
                let path = &mut state.seen.0.path;
                path.clear();
                path.extend(touches.iter().map(|touch| touch.code));
                state.paths.counts(path).lost += 1;
            }
        });
        state.seen.0.touches = touches;
    }

    fn merge(&self, into: &mut State, from: State) {
        into.conversions += from.conversions;
        into.value.merge(from.value);
        into.valued += from.valued;
        into.without += from.without;
        into.without_value.merge(from.without_value);
        into.cut += from.cut;
        for (into, from) in [
            (&mut into.converted, from.converted),
            (&mut into.without_of, from.without_of),
            (&mut into.lost, from.lost),
            (&mut into.open, from.open),
        ] {
            into.add(from);
        }
        into.paths.merge(from.paths);
        if into.codes.len() < from.codes.len() {
            into.codes.resize(from.codes.len(), Code::default());
        }
        for (into, from) in into.codes.iter_mut().zip(from.codes) {
            into.add(&from);
        }
        into.lag_us.merge(from.lag_us);
        into.touches.merge(from.touches);
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let mut picked = false;
        let code = |touch: Option<&Touch>| touch.map(|touch| touch.code as usize);
        self.walk(subject, &mut Vec::new(), |found| {
            picked |= match (pick, found) {
                (Pick::Converted, Found::Conversion { .. }) => true,
                (Pick::Without, Found::Conversion { touches, .. }) => touches.is_empty(),
                (Pick::Touched(of), Found::Conversion { touches, .. }) => {
                    touches.iter().any(|touch| touch.code as usize == *of)
                }
                (Pick::First(of), Found::Conversion { touches, .. }) => code(touches.first()) == Some(*of),
                (Pick::Last(of), Found::Conversion { touches, .. }) => code(touches.last()) == Some(*of),
                (Pick::Path(path), Found::Conversion { touches, .. }) => {
                    !path.is_empty() && touches.iter().map(|touch| touch.code as usize).eq(path.iter().copied())
                }
                (Pick::Lost, Found::Rest { open, .. }) => !open,
                (Pick::Open, Found::Rest { open, .. }) => open,
                _ => false,
            }
        });
        picked
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>()
            + state.paths.bytes()
            + state.codes.capacity() * size_of::<Code>()
            + state.lag_us.bytes()
            + state.touches.bytes()
    }
}

impl Code {
    fn add(&mut self, other: &Code) {
        self.touches += other.touches;
        self.conversions.add(other.conversions);
        self.touched.add(other.touched);
        self.first.add(other.first);
        self.last.add(other.last);
        self.last_non_direct += other.last_non_direct;
        for (into, from) in [
            (&mut self.value, other.value),
            (&mut self.last_non_direct_value, other.last_non_direct_value),
            (&mut self.decay, other.decay),
            (&mut self.decay_value, other.decay_value),
        ] {
            into.merge(from);
        }
    }
}
