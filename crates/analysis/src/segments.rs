//! Segments: resolving what a question names, and the sizes named.

use std::collections::BTreeSet;

use folds::segment::{Days, Pick, Sizes, State};
use model::journey::Fault;
use model::rfm::Edges;
use model::scope::Scope;
use model::segment::{Segment, SegmentChoice, expand};
use operators::spec::FoldState;
use operators::{Control, Engine, Ground};

use crate::analyst::mixed_up;
use crate::answer::{Overlap, People, SegmentSize, SegmentsNumbers, SizesAt};
use crate::error::{Error, Result};
use crate::groups::Within;
use crate::pick::unknown;
use crate::plan::{self, Plan};
use crate::question::{Present, Question, ResolvedJourney};
use crate::share::share;
use crate::words;

/// The segments chosen, each standing on its own: looked up, and with those it names put in. To whoever is limited to
/// stores, members are told by what they did there. `path` is the field they stand in.
///
/// # Errors
/// `NotFound` for a key that no segment of the workspace has, `Invalid` for a definition with a fault.
pub(crate) fn resolve(present: &Present, choices: &[SegmentChoice], path: &str) -> Result<Vec<Segment>> {
    let mut resolved = Vec::with_capacity(choices.len());
    for (i, choice) in choices.iter().enumerate() {
        let find = |id: &str| present.segments.iter().find(|segment| segment.id == id);
        let segment = match choice {
            SegmentChoice::Stored(id) => find(id).ok_or_else(|| Error::not_found(format!("segment `{id}`")))?,
            SegmentChoice::Given(segment) => segment,
        };
        let fault = |Fault { path: at, message, .. }: Fault| Error::invalid(format!("{path}[{i}].{at}"), message);
        if let Some(found) = segment.faults().into_iter().next() {
            return Err(fault(found));
        }
        let mut who = expand(segment, &find).map_err(fault)?;
        if let Some(stores) = &present.limit {
            who = stores.narrow_who(&who);
        }
        resolved.push(Segment { who, ..segment.clone() });
    }
    Ok(resolved)
}

/// Resolves the segments a question names, and computes the boundaries of scores it leaves open: those of tests in
/// segments over the whole workspace, those of a question about scores over its scope.
///
/// # Errors
/// As [`resolve`]; `Cancelled` through `control`.
pub(crate) async fn settle(
    engine: &Engine,
    present: &Present,
    question: &mut Question,
    journey: Option<&ResolvedJourney>,
    control: &Control,
) -> Result<()> {
    let journey = journey.map(|journey| &journey.definition);
    let zone = plan::zone(question.scope().zone.as_deref(), journey, &present.zone).to_owned();
    let zone = zone.as_str();
    let as_of_us = operators::ground::as_of_us(&present.snapshot, question.scope().as_of_us, present.now_us);
    let mut scored = Scored { engine, present, as_of_us, zone, control, known: Vec::new() };
    let scope_segments = question.scope().segments.clone();
    question.scope_mut().segments = scored.settled(&scope_segments, "segments").await?;
    if let Question::Segments(question) = question {
        question.segments = scored.settled(&question.segments, "segments").await?;
    }
    if let Question::Rfm(question) = question
        && question.edges.is_none()
    {
        let scope = Scope { as_of_us: Some(as_of_us), zone: Some(zone.to_owned()), by: None, ..question.scope.clone() };
        question.edges = Some(scored.edges(scope, &question.model).await?);
    }
    Ok(())
}

/// Computes boundaries of scores, each once.
struct Scored<'a> {
    engine: &'a Engine,
    present: &'a Present,
    as_of_us: i64,
    zone: &'a str,
    control: &'a Control,
    known: Vec<(model::rfm::Model, Edges)>,
}

impl Scored<'_> {
    async fn settled(&mut self, choices: &[SegmentChoice], path: &str) -> Result<Vec<SegmentChoice>> {
        let mut settled = Vec::new();
        for mut segment in resolve(self.present, choices, path)? {
            for test in segment.who.rfm_mut().into_iter().filter(|test| test.edges.is_none()) {
                let known = self.known.iter().find(|(model, _)| *model == test.model).map(|(_, edges)| edges.clone());
                test.edges = Some(match known {
                    Some(edges) => edges,
                    None => {
                        let scope = Scope {
                            as_of_us: Some(self.as_of_us),
                            zone: Some(self.zone.to_owned()),
                            ..Scope::default()
                        };
                        let edges = self.edges(scope, &test.model).await?;
                        self.known.push((test.model.clone(), edges.clone()));
                        edges
                    }
                });
            }
            settled.push(SegmentChoice::Given(Box::new(segment)));
        }
        Ok(settled)
    }

    async fn edges(&self, mut scope: Scope, model: &model::rfm::Model) -> Result<Edges> {
        self.present.narrow(&mut scope);
        let ground = Ground::new(&self.present.snapshot, scope, None, self.present.now_us)?;
        let spec = ground.rfm_edges(model)?;
        let snapshot = self.present.snapshot.clone();
        let FoldState::RfmEdges(bought) = operators::run(self.engine, snapshot, &spec.scan, self.control).await?.state
        else {
            return Err(mixed_up());
        };
        Ok(Edges::of(model.ties, &bought.customers))
    }
}

/// The moments of a trend: the last microsecond of each of the last so many days of `zone`, but of the last day the
/// moment itself.
pub(crate) fn moments(zone: chrono_tz::Tz, as_of_us: i64, days: u32) -> Vec<i64> {
    let span_us = i64::from(days.saturating_add(2)).saturating_mul(model::period::DAY_US);
    let Days(edges) = operators::segments::days(zone, as_of_us.saturating_sub(span_us), as_of_us);
    let ends: BTreeSet<i64> =
        edges.iter().map(|edge| edge - 1).filter(|end| *end < as_of_us).chain([as_of_us]).collect();
    let skipped = ends.len().saturating_sub(days as usize);
    ends.into_iter().skip(skipped).collect()
}

pub(crate) fn numbers(plan: &Plan, segments: &[Segment], state: &State, within: &Within) -> SegmentsNumbers {
    let scan = &plan.spec.scan;
    let moments = scan.segments.as_ref().map(|asked| asked.moments(scan.as_of_us).into_owned()).unwrap_or_default();
    let sizes = state.sizes(moments.len());
    let last = moments.len().saturating_sub(1);
    let none = Sizes { exactly: vec![0; 1 << segments.len()] };
    let of = |moment: usize| Counted { sizes: sizes.get(moment).unwrap_or(&none), moment, within };
    let now = of(last);
    let sized = segments.iter().enumerate().map(|(i, segment)| SegmentSize {
        id: segment.id.clone(),
        name: segment.name.clone(),
        definition: words::segments::definition(&segment.who),
        members: now.people(1 << i, 0),
        share: share(now.sizes.in_all(1 << i), now.sizes.population()),
    });
    let mut several: Vec<usize> = (0..1usize << segments.len()).filter(|bits| bits.count_ones() > 1).collect();
    several.sort_by_key(|bits| (bits.count_ones(), *bits));
    let whole = (1 << segments.len()) - 1;
    let overlaps = several.into_iter().map(|bits| {
        let union = now.sizes.exactly.iter().enumerate().filter(|(code, _)| code & bits != 0).map(|(_, n)| n).sum();
        let named = segments.iter().enumerate().filter(|(i, _)| bits >> i & 1 != 0);
        Overlap {
            segments: named.map(|(_, segment)| segment.id.clone()).collect(),
            members: now.people(bits, 0),
            only: now.people(bits, whole & !bits),
            share_of_union: share(now.sizes.in_all(bits), union),
        }
    });
    let trend = moments.iter().enumerate().filter(|_| moments.len() > 1).map(|(moment, at_us)| SizesAt {
        at_us: *at_us,
        day: words::day(*at_us, &plan.zone).unwrap_or_default(),
        population: of(moment).people(0, 0),
        members: (0..segments.len()).map(|i| of(moment).people(1 << i, 0)).collect(),
    });
    SegmentsNumbers {
        population: now.people(0, 0),
        segments: sized.collect(),
        overlaps: overlaps.collect(),
        trend: trend.collect(),
    }
}

/// Customers at one moment.
#[derive(Clone, Copy)]
struct Counted<'a> {
    sizes: &'a Sizes,
    moment: usize,
    within: &'a Within,
}

impl Counted<'_> {
    /// Those in all of some segments and in none of some others.
    fn people(&self, all: usize, none: usize) -> People {
        let codes = self.sizes.exactly.iter().enumerate();
        let customers = codes.filter(|(code, _)| code & all == all && code & none == 0).map(|(_, n)| n).sum();
        let pick = self.within.pick(format_args!("at/{}/in/{all}/out/{none}", self.moment));
        People { instances: customers, customers, pick }
    }
}

/// Reads `at/0/in/3/out/4`: at the first of the moments in the first two segments and not in the third.
pub(crate) fn pick(text: &str, plan: &Plan) -> Result<Pick> {
    let asked = plan.spec.scan.segments.as_ref().ok_or_else(|| unknown(text))?;
    let segments = asked.segments.len() as u32 - asked.required;
    let moments = asked.moments(plan.spec.scan.as_of_us).len() as u32;
    let number = |text: &str| text.parse::<u32>().ok();
    let parsed = match text.split('/').collect::<Vec<_>>().as_slice() {
        ["at", moment, "in", all, "out", none] => number(moment).zip(number(all)).zip(number(none)),
        _ => None,
    };
    let fits =
        |((moment, all), none): &((u32, u32), u32)| *moment < moments && *all < 1 << segments && *none < 1 << segments;
    let ((moment, all), none) = parsed.filter(fits).ok_or_else(|| unknown(text))?;
    Ok(Pick { moment, all: u64::from(all), none: u64::from(none) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_ends_at_the_moment_and_before_it_at_ends_of_days() {
        let hour = 3_600_000_000;
        let noon = 10 * 24 * hour + 12 * hour;
        let ends = |day: i64| day * 24 * hour - 1;
        assert_eq!(moments(chrono_tz::Tz::UTC, noon, 3), [ends(9), ends(10), noon]);
        assert_eq!(moments(chrono_tz::Tz::UTC, noon, 1), [noon]);
        assert_eq!(moments(chrono_tz::Tz::UTC, ends(10), 2), [ends(9), ends(10)]);
        // In Shanghai the day before ended at 16:00 UTC of the day before noon's.
        assert_eq!(moments(chrono_tz::Tz::Asia__Shanghai, noon, 2), [ends(10) - 8 * hour, noon]);
    }
}
