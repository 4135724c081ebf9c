//! One customer's events over time and channels: what to navigate a long life by.

use std::time::Instant;

use arrow::array::Array;
use lake::schema::{CHANNEL, EVENT};
use model::calendar::{Calendar, Unit, WeekStart};
use model::event::Column;
use model::identity::CustomerId;
use operators::Engine;

use crate::answer::{ChannelCount, CustomerOverview, NameCount, OverviewBucket, OverviewLane, ScoreGiven, StageChange};
use crate::error::{Error, Result};
use crate::question::{Present, ResolvedJourney};
use crate::seen::Seen;
use crate::timeline::{TimelineAsk, matching};

/// Units to show a life by, and how many of each a picture holds: more than a year of days is narrower than a pixel each.
const UNITS: [(Unit, usize); 3] = [(Unit::Day, 400), (Unit::Month, 600), (Unit::Year, 10_000)];

/// Different events listed to filter by; a customer with more is looked through by the most frequent.
const NAMES_MAX: usize = 200;

/// Changes of stage shown; more is a journey gone through again and again, of which the last times matter.
const STAGES_MAX: usize = 1_000;

/// Scores shown.
const SCORES_MAX: usize = 200;

/// Counts are of the events that pass the filters; names, sessions, stages and scores are of all.
pub(crate) async fn overview(
    engine: &Engine,
    present: &Present,
    customer: CustomerId,
    journey: Option<&ResolvedJourney>,
    ask: &TimelineAsk,
) -> Result<CustomerOverview> {
    let started = Instant::now();
    let seen = Seen::of(engine, present, customer).await?.found()?;
    let times = seen.times().await?;
    let (channel, event) = (seen.names(CHANNEL).await?, seen.names(EVENT).await?);
    let zone = present.zone.parse().map_err(|_| Error::invalid("zone", "it is no IANA time zone"))?;
    let (first_us, last_us) = (times.first().copied().unwrap_or(0), times.last().copied().unwrap_or(0));
    let edges = UNITS.into_iter().find_map(|(unit, max)| {
        let calendar = Calendar { unit, week_start: WeekStart::Monday, zone };
        Some((unit, calendar.edges(first_us, last_us, max).ok()?))
    });
    let (by, edges) = edges.ok_or_else(|| Error::invalid("customer", "their events lie beyond the calendar"))?;
    let mut buckets: Vec<OverviewBucket> =
        edges[..edges.len() - 1].iter().map(|edge| OverviewBucket { from_us: edge.us, events: 0 }).collect();
    let mut channels: Vec<OverviewLane> = channel
        .counts()
        .into_iter()
        .map(|(channel, _)| OverviewLane { of: ChannelCount { channel, events: 0 }, buckets: vec![0; buckets.len()] })
        .collect();
    let mut at = 0;
    for row in matching(&seen, ask).await? {
        while at + 1 < buckets.len() && times[row as usize] >= buckets[at + 1].from_us {
            at += 1;
        }
        buckets[at].events += 1;
        let name = channel.of(row as usize);
        if let Some(lane) = channels.iter_mut().find(|lane| lane.of.channel == name) {
            lane.of.events += 1;
            lane.buckets[at] += 1;
        }
    }
    let sessions = seen.sessions().await?.into_iter().max().unwrap_or(0).into();
    let names = event.counts().into_iter().take(NAMES_MAX).map(|(event, events)| NameCount { event, events });
    let (stages, cut) = match journey {
        Some(journey) => stages(engine, &seen, journey).await?,
        None => (Vec::new(), false),
    };
    let score = seen.numbers(Column::Score).await?;
    let scored: Vec<usize> = (0..score.len()).rev().filter(|row| score.is_valid(*row)).take(SCORES_MAX).collect();
    let text = if scored.is_empty() { None } else { Some(seen.text(Column::Text.name()).await?) };
    let given = scored.into_iter().rev().map(|row| ScoreGiven {
        time_us: times[row],
        event: event.of(row).to_owned(),
        channel: channel.of(row).to_owned(),
        score: score.value(row),
        text: text.as_ref().filter(|text| text.is_valid(row)).map(|text| text.value(row).to_owned()),
    });
    Ok(CustomerOverview {
        by,
        channels,
        names: names.collect(),
        sessions,
        stages,
        scores: given.collect(),
        buckets,
        meta: present.read_meta(times.len() as u64, started.elapsed(), cut),
    })
}

/// Where the journey came to another stage, and whether older changes are left out.
async fn stages(engine: &Engine, seen: &Seen<'_>, journey: &ResolvedJourney) -> Result<(Vec<StageChange>, bool)> {
    let journey = &journey.definition;
    let touched = operators::places::touchpoints(engine, seen.snapshot, &seen.layout, journey).await?;
    let stage_of: Vec<usize> = journey.touchpoints().map(|(stage, _)| stage).collect();
    let name = |stage: usize| journey.stages[stage].id.clone();
    let times = seen.times().await?;
    let mut changes = Vec::new();
    let mut before = None;
    for (row, touchpoint) in touched.into_iter().enumerate().filter(|(_, touchpoint)| *touchpoint > 0) {
        let stage = stage_of[touchpoint as usize - 1];
        if before != Some(stage) {
            changes.push(StageChange { time_us: times[row], from: before.map(name), stage: name(stage) });
            before = Some(stage);
        }
    }
    let older = changes.len().saturating_sub(STAGES_MAX);
    Ok((changes.split_off(older), older > 0))
}
