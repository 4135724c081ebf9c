//! Pains on the floor: what hurts where and when, for how many, and why people stay and do not buy.
//!
//! 1. Every visit of every day says what it was exposed to and hit by ([`probes`]); counts, stays and sales are kept
//!    ([`ledger`]).
//! 2. Places are compared to themselves at other hours and on other days, and to each other ([`search`]).
//! 3. Dwell without purchase is diagnosed: of each stay it is known which signals there were ([`causes`]), and the kernel
//!    tells what they explain ([`folds::floor::diagnose`]).
//!
//! The visits behind a pain come from the same code ([`PainPick`]). How right it is, simulated shops tell (`score`).

mod causes;
mod ledger;
mod probes;
#[cfg(test)]
mod score;
mod search;

use chrono::NaiveDate;
use folds::floor::diagnose::{Candidate, Count};
use lake::Snapshot;
use model::pain::{Estimate, Rate, Suggestion};
use model::place::Site;
use model::place::pain::{
    PlaceCause, PlaceCauseKind, PlaceCollect, PlaceComparison, PlaceMoney, PlaceMoneyMissing, PlacePain, PlacePainKind,
    key,
};
use model::proposal::{Gain, RestsOn};
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::causes::{Diagnosed, diagnosed};
use self::ledger::{HOURS, Ledger, Place, slot};
pub use self::probes::PlacePainLimits;
use self::probes::{Exposure, exposures};
use self::search::{Found, search};
use super::ground::Ground;
use super::said::{Said, Wanted, What};
use super::{Day, PlaceMeta, PlaceScope, Reading, ResolvedSite, each_day};
use crate::analyst::Analyst;
use crate::error::Result;
use crate::pain::statistics::scaled;
use crate::question::Question;
use crate::words::place_pain as words;

const HOUR_US: i64 = 3_600_000_000;

/// What hurts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlacePainsQuestion {
    /// Version of the site. None: the newest.
    pub version: Option<u32>,
    pub scope: PlaceScope,
    /// From when on something hurts.
    pub limits: PlacePainLimits,
}

/// Pains of a site, those that hit most first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlacePains {
    pub meta: PlaceMeta,
    pub limits: PlacePainLimits,
    /// How many places and comparisons were looked at; all are corrected for each other.
    pub looks: u64,
    pub pains: Vec<PlacePain>,
    /// What could not be asked, and what it takes.
    pub not_asked: Vec<LocalizedText>,
}

impl Analyst {
    /// Pains on the floor.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`]; `Invalid` too for a limit there cannot be.
    pub async fn place_pains(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlacePainsQuestion,
        control: &lake::Control,
    ) -> Result<PlacePains> {
        question.limits.check()?;
        let mut reading = Reading::new(&self.days, snapshot, site, &question.scope, control, words::definition())?;
        reading.wanted = Wanted::Signals;
        let rules = &site.definition.rules;
        let mut ledger = Ledger::default();
        let (mut queues, mut staff) = (false, false);
        let meta = each_day(reading, |ground, day| {
            queues |= !ground.queues.is_empty();
            staff |= !day.crew.is_empty();
            note(&mut ledger, ground, day)?;
            for exposure in exposures(ground, day, rules, &question.limits) {
                let place = exposure.zone.map(|zone| place_of(&mut ledger, ground, zone));
                ledger.expose(ledger.days.len() - 1, &exposure, place)?;
            }
            Ok(())
        })
        .await?;
        let (looks, found) = search(&ledger, meta.shown_from);
        let written = Written { ledger: &ledger, site: &site.definition, meta: &meta, limits: question.limits };
        let pains = found.iter().filter_map(|found| written.pain(found)).collect();
        let days = meta.days.len();
        let not_asked = [
            rules.receipts.is_none().then(words::no_receipts),
            (!staff).then(words::no_staff),
            (!queues).then(words::no_queues),
            (days < 3).then(|| words::too_short(days)),
        ];
        let not_asked = if days == 0 { Vec::new() } else { not_asked.into_iter().flatten().collect() };
        Ok(PlacePains { limits: question.limits, looks: looks as u64, pains, not_asked, meta })
    }
}

fn place_of(ledger: &mut Ledger, ground: &Ground<'_>, number: u32) -> usize {
    let zone = ground.zones[number as usize];
    let place =
        || Place { id: zone.id.clone(), name: zone.name.clone(), kind: zone.kind, category: zone.category.clone() };
    ledger.place(place, &zone.id)
}

/// Adds a day, and what was sold and said on it.
fn note(ledger: &mut Ledger, ground: &Ground<'_>, day: &Day<'_>) -> Result<()> {
    let number = ledger.days.len();
    ledger.days.push(day.of.day);
    // Zones nobody stayed at have their place, too.
    (0..ground.zones.len() as u32).for_each(|zone| _ = place_of(ledger, ground, zone));
    let hour = |at_us: i64| ((at_us - day.begin_us).max(0) / HOUR_US) as u32;
    for (at, said) in day.said.iter().enumerate() {
        if said.is_receipt {
            let lines = said.lines.iter();
            let lines = lines.map(|line| (line.category.as_deref(), line.product.as_deref(), line.unit_price));
            ledger.sell(number, hour(said.at_us), lines);
        }
        let Some(signal) = &said.signal else { continue };
        match signal.what {
            What::StockOut { for_us } => {
                let until_us = for_us.map(|for_us| said.at_us.saturating_add(for_us));
                let until_us = until_us.or_else(|| back(&day.said[at..], &signal.category));
                let last = until_us.map_or(HOURS - 1, |us| hour(us - 1).min(HOURS - 1));
                let first = hour(said.at_us);
                ledger.out(&signal.category, slot(number, first)..=slot(number, last.max(first)));
            }
            What::PriceChange { times } => {
                ledger.price_change(&signal.category, slot(number, hour(said.at_us)), times);
            }
            What::InStock | What::Lookup => {}
        }
    }
    Ok(())
}

/// When a category came back, of what was said afterwards.
fn back(after: &[Said], category: &str) -> Option<i64> {
    let is_back = |said: &&Said| {
        said.signal.as_ref().is_some_and(|signal| signal.what == What::InStock && signal.category == category)
    };
    after.iter().find(is_back).map(|said| said.at_us)
}

/// What pains are written with.
struct Written<'a> {
    ledger: &'a Ledger,
    site: &'a Site,
    meta: &'a PlaceMeta,
    limits: PlacePainLimits,
}

impl Written<'_> {
    fn pain(&self, found: &Found) -> Option<PlacePain> {
        let (kind, place) = found.whose;
        let place = place.map(|place| &self.ledger.places[place]);
        let (from, to) = words::days(&self.ledger.days, found.days)?;
        let zone = place.map(|place| place.id.clone());
        let excess = scaled(found.compared.difference, found.here.exposed);
        let months = f64::from(found.days[1] - found.days[0]) / 30.0;
        let per_month = scaled(excess, 1.0 / months);
        let pick = PainPick { kind, zone: zone.clone(), from, to, hours: found.hours, limits: self.limits };
        let begins = found.comparison == PlaceComparison::OtherDays && found.days[0] > 0;
        let mut pain = PlacePain {
            key: key(&self.site.id, kind, zone.as_deref()),
            kind,
            zone,
            name: place.map(|place| place.name.clone()),
            zone_kind: place.map(|place| place.kind),
            category: place.and_then(|place| place.category.clone()),
            comparison: found.comparison,
            from,
            to,
            hours: found.hours,
            observed: Rate::new(found.here.hits.round() as u64, found.here.exposed as u64),
            reference: Rate {
                rate: Some(found.there.rate()),
                ..Rate::new(found.there.hits.round() as u64, found.there.exposed as u64)
            },
            difference: found.compared.difference,
            margin: found.compared.margin,
            p_value: found.p_value,
            q_value: found.q_value,
            excess,
            per_month,
            money: self.money(found, per_month),
            plan_from: self.site.plans.iter().map(|plan| plan.from).find(|day| begins && *day == from),
            causes: Vec::new(),
            unlikely: Vec::new(),
            collect: Vec::new(),
            suggestions: Vec::new(),
            sentence: LocalizedText::from(""),
            pick: Question::text_of(&pick),
        };
        pain.sentence = words::sentence(&pain);
        match diagnosed(self.ledger, found) {
            Some(diagnosed) => self.explain(&mut pain, &diagnosed),
            None => pain.suggestions.extend(words::suggestion_of(&pain).map(|title| suggestion(&pain, title, None))),
        }
        Some(pain)
    }

    /// What an exposed one without the hit spent more, times those hit beyond the reference.
    fn money(&self, found: &Found, per_month: Estimate) -> PlaceMoney {
        if self.site.rules.receipts.is_none() {
            return PlaceMoney::Missing { why: PlaceMoneyMissing::NoReceipts };
        }
        let mean = |sum: f64, count: u64| if count > 0 { sum / count as f64 } else { 0.0 };
        let all = &found.all;
        let lost = mean(all.value_other, all.exposed - all.hits) - mean(all.value_hit, all.hits);
        if lost <= 0.0 || all.exposed - all.hits < u64::from(self.meta.shown_from) {
            return PlaceMoney::Missing { why: PlaceMoneyMissing::NoLossSeen };
        }
        PlaceMoney::PerMonth { amount: scaled(per_month, lost), assumption: words::assumption(found.whose.0) }
    }

    fn explain(&self, pain: &mut PlacePain, diagnosed: &Diagnosed) {
        for candidate in &diagnosed.diagnosis.candidates {
            let cause = self.cause(candidate, diagnosed);
            if candidate.is_named() {
                pain.causes.push(cause);
            } else {
                pain.unlikely.push(cause);
            }
        }
        let collect = |cause: Option<PlaceCauseKind>| PlaceCollect { cause, what: words::collect(cause) };
        if pain.causes.is_empty() {
            pain.collect = diagnosed.diagnosis.missing.iter().map(|cause| collect(Some(*cause))).collect();
            if pain.collect.is_empty() {
                pain.collect.push(collect(None));
            }
        }
        let suggested = pain.causes.iter().map(|cause| {
            let title = words::suggestion(cause.kind, pain, cause.category.as_deref());
            suggestion(pain, title, Some(cause))
        });
        pain.suggestions = suggested.collect();
    }

    fn cause(&self, candidate: &Candidate, diagnosed: &Diagnosed) -> PlaceCause {
        let shown = |count: Count| {
            let few = count.looks > 0 && count.looks < u64::from(self.meta.shown_from);
            (!few).then(|| Rate::new(count.hits, count.looks))
        };
        let category = diagnosed.complement.clone().filter(|_| candidate.cause == PlaceCauseKind::Complement);
        PlaceCause {
            kind: candidate.cause,
            basis: candidate.basis,
            here: shown(candidate.here),
            reference: shown(candidate.reference),
            share_here: candidate.share_here,
            share_reference: candidate.share_reference,
            explains: Estimate { value: candidate.explains, low: candidate.low, high: candidate.high },
            signal: words::signal(candidate.cause, category.as_deref()),
            settle: words::settle(candidate.cause),
            category,
        }
    }
}

/// A proposal nobody has made yet: it should bring what goes with the cause, or the pain whole where it says its cause itself.
fn suggestion(pain: &PlacePain, title: LocalizedText, cause: Option<&PlaceCause>) -> Suggestion {
    let part = |size: Estimate| match cause.map(|cause| cause.explains) {
        None => size,
        Some(share) => Estimate {
            value: size.value * share.value,
            low: size.low.max(0.0) * share.low,
            high: size.high * share.high,
        },
    };
    let money_per_month = match &pain.money {
        PlaceMoney::PerMonth { amount, .. } => Some(part(*amount)),
        PlaceMoney::Missing { .. } => None,
    };
    let text = words::rests_on(pain, cause.map(|cause| &cause.signal));
    let gain = Gain { customers_per_month: Some(part(pain.per_month)), money_per_month };
    Suggestion { title, rests_on: RestsOn::Words { text }, gain }
}

/// Names the visits behind a pain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PainPick {
    kind: PlacePainKind,
    zone: Option<String>,
    from: NaiveDate,
    to: NaiveDate,
    hours: Option<[u32; 2]>,
    limits: PlacePainLimits,
}

impl PainPick {
    pub(crate) fn decode(text: &str) -> Result<PainPick> {
        let pick: PainPick =
            Question::read_text(text, &format!("pain `{text}`"), "use the `pick` of a pain as it stands")?;
        pick.limits.check()?;
        Ok(pick)
    }

    /// Of a day's visits those that are hit, by their places.
    pub(crate) fn hit(&self, ground: &Ground<'_>, day: &Day<'_>, site: &Site) -> Vec<bool> {
        let mut hit = vec![false; day.visits.len()];
        if !(self.from..=self.to).contains(&day.of.day) {
            return hit;
        }
        let is_it = |exposure: &Exposure| {
            let zone = exposure.zone.map(|zone| ground.zones[zone as usize].id.as_str());
            exposure.kind == self.kind
                && exposure.hit
                && self.zone.as_deref().is_none_or(|asked| zone == Some(asked))
                && self.hours.is_none_or(|[from, to]| (from..to).contains(&exposure.hour))
        };
        for exposure in exposures(ground, day, &site.rules, &self.limits).iter().filter(|one| is_it(one)) {
            exposure.visits.iter().for_each(|visit| hit[*visit] = true);
        }
        hit
    }
}
