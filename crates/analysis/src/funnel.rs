//! The funnel: one fold's numbers, named.

use folds::counters::Tally;
use folds::funnel::{Config, Effect, Level, Next, NextPick, Pick, State, Stretch};
use folds::periods::Periods;
use model::period::Period;
use operators::FoldSpec;

use crate::answer::{FunnelNext, FunnelNumbers, FunnelPeriod, FunnelStep, NextEvent, Times};
use crate::error::{Error, Result};
use crate::groups::Within;
use crate::histogram::bins;
use crate::journey_map::durations;
use crate::label::Labels;
use crate::pick::{escape, unescape, unknown};
use crate::plan::Plan;
use crate::share::share;

/// Next events listed of one step; a shop has a few hundred event names, each on a few channels.
const NEXT_EVENTS_MAX: usize = 1_000;

/// Stretches of a trend; more cannot be read, and come from mistaken dates.
const TREND_PERIODS_MAX: u32 = 2_000;

/// What an unknown channel is shown as.
const NO_CHANNEL: &str = "–";

/// What the codes of a funnel's state stand for.
#[derive(Debug, Clone)]
pub(crate) struct Named<'a> {
    config: &'a Config,
    steps: &'a [String],
    /// Of next events.
    labels: Labels,
    channels: &'a [String],
    /// First days of the periods of the trend.
    periods: &'a [String],
    entry: Period,
    as_of_us: i64,
    /// Subjects are a journey's, which end at some time, so that open ones are left out of the whole.
    instances: bool,
}

impl<'a> Named<'a> {
    /// None: the plan is no funnel's.
    pub(crate) fn of(plan: &'a Plan, instances: bool) -> Option<Named<'a>> {
        let scan = &plan.spec.scan;
        let FoldSpec::Funnel(config) = &scan.fold else { return None };
        let labels = Labels { names: operators::rows::next_labels(scan, &plan.spec.output).to_vec() };
        Some(Named {
            config,
            steps: &plan.spec.output.labels,
            labels,
            channels: &scan.channels,
            periods: &plan.spec.output.periods,
            entry: scan.entry,
            as_of_us: scan.as_of_us,
            instances,
        })
    }

    fn channel(&self, code: u32) -> &str {
        self.channels.get(code as usize).map_or(NO_CHANNEL, String::as_str)
    }

    fn is_optional(&self, step: usize) -> bool {
        self.config.optional >> step & 1 != 0
    }
}

/// Names the numbers of a funnel's state, and says whether a list was cut off; `left_last` are the left instances by
/// their last stage, where steps are stages.
///
/// # Errors
/// When the trend has too many periods.
pub(crate) fn numbers(
    named: &Named<'_>,
    state: &State,
    left_last: Option<&[u64]>,
    within: &Within,
) -> Result<(FunnelNumbers, bool)> {
    let reached = |step: usize| state.reached[step].subjects.count;
    let undecided = |before: usize, step: usize| -> u64 {
        match named.instances && !named.is_optional(step) {
            true => state.open[before..step].iter().map(|open| open.subjects.count).sum(),
            false => 0,
        }
    };
    let last = named.steps.len() - 1;
    let mut steps = Vec::new();
    for (step, name) in named.steps.iter().enumerate() {
        let before = (0..step).rev().find(|step| !named.is_optional(*step)).unwrap_or(0);
        let people = |tally, what: &str| within.people(tally, format_args!("step/{}{what}", step + 1));
        let stopped = state.stopped[step];
        let has_next = step != last && !named.is_optional(step);
        steps.push(FunnelStep {
            name: name.clone(),
            optional: named.is_optional(step),
            reached: people(state.reached[step], ""),
            from_previous: share(reached(step), reached(before) - undecided(before, step)),
            from_first: share(reached(step), reached(0) - undecided(0, step)),
            dropped: people(if step == last { Tally::default() } else { stopped }, "/dropped"),
            converted: (step == last).then(|| people(stopped, "/converted")),
            open: people(state.open[step], "/open"),
            time_from_previous: durations(&state.from_previous_us[step]),
            bins_from_previous: bins(&state.from_previous_us[step]),
            time_from_first: durations(&state.from_entry_us[step]),
            next: state.next.get(step).filter(|_| has_next).map(|next| following(named, step, next, within)),
            left_last: left_last.and_then(|left| left.get(step)).copied(),
        });
    }
    let removes = named.config.exclusions.iter().any(|exclusion| exclusion.effect == Effect::Remove);
    let trend = named.config.trend.as_ref().map(|periods| trend(named, periods, state, within)).transpose()?;
    let cut = steps.iter().filter_map(|step| step.next.as_ref()).any(|next| next.other > 0);
    let through = &state.from_entry_us[last];
    let numbers = FunnelNumbers {
        subjects: within.people(state.subjects, "subjects"),
        removed: removes.then(|| within.people(state.removed, "removed")),
        steps,
        time_to_convert: Times { durations: durations(through), bins: bins(through) },
        trend,
    };
    Ok((numbers, cut))
}

/// What those who dropped off at a step did next.
fn following(named: &Named<'_>, step: usize, next: &Next, within: &Within) -> FunnelNext {
    let mut other = 0;
    let mut listed = |what: &str, tally: &dyn Fn(&folds::funnel::NextEvent) -> Tally| {
        let events = next.events.sorted().into_iter().map(|((label, channel), event)| (label, channel, tally(event)));
        let mut events: Vec<(u32, u32, Tally)> = events.filter(|event| event.2.subjects.count > 0).collect();
        events.sort_by_key(|event| std::cmp::Reverse(event.2.subjects.count));
        other += events.iter().skip(NEXT_EVENTS_MAX).map(|event| event.2.subjects.count).sum::<u64>();
        events.truncate(NEXT_EVENTS_MAX);
        let named = events.into_iter().map(|(label, channel, tally)| {
            let (label, channel) = (named.labels.name(label), named.channel(channel).to_owned());
            let (label_part, channel_part) = (escape(&label), escape(&channel));
            let pick = format_args!("step/{}/dropped/{what}/{label_part}/{channel_part}", step + 1).to_string();
            NextEvent { people: within.people(tally, pick), label, channel }
        });
        named.collect::<Vec<_>>()
    };
    FunnelNext {
        within: listed("within", &|event| event.within),
        after: listed("after", &|event| event.after),
        nothing: within.people(next.nothing, format_args!("step/{}/dropped/nothing", step + 1)),
        other,
    }
}

fn trend(named: &Named<'_>, periods: &Periods, state: &State, within: &Within) -> Result<Vec<FunnelPeriod>> {
    let ends = (state.trend.first_key_value(), state.trend.last_key_value());
    let (Some((first, _)), Some((last, _))) = ends else { return Ok(Vec::new()) };
    let many = last - first + 1;
    if many > TREND_PERIODS_MAX {
        let why =
            format!("there are {many} periods, at most {TREND_PERIODS_MAX} are shown; take longer ones or `entry`");
        return Err(Error::invalid("options.trend", why));
    }
    let nothing = Stretch { reached: vec![Tally::default(); named.steps.len()], open: Tally::default() };
    let period = |index: u32| {
        let stretch = state.trend.get(&index).unwrap_or(&nothing);
        let (from_us, to_us) = (periods.edges()[index as usize], periods.edges()[index as usize + 1]);
        let day = named.periods.get(index as usize).cloned().unwrap_or_default();
        let reached = (1..).zip(&stretch.reached);
        let reached: Vec<_> =
            reached.map(|(step, tally)| within.people(*tally, format_args!("in/{day}/step/{step}"))).collect();
        let count = |people: Option<&crate::answer::People>| people.map_or(0, |people| people.instances);
        let in_entry =
            named.entry.from_us.is_none_or(|from| from <= from_us) && named.entry.to_us.is_none_or(|to| to_us <= to);
        FunnelPeriod {
            conversion: share(count(reached.last()), count(reached.first())),
            reached,
            open: within.people(stretch.open, format_args!("in/{day}/open")),
            complete: in_entry && to_us <= named.as_of_us && stretch.open.subjects.count == 0,
            period: day,
            from_us,
            to_us,
        }
    };
    Ok((*first..=*last).map(period).collect())
}

/// Reads `subjects`, `removed`, `step/2`, `step/2/dropped`, `step/2/converted`, `step/2/open`, what came next
/// (`step/2/dropped/within/home/web`, `…/after/home/web`, `…/nothing`), and of one period `in/2024-03-04/step/2` and
/// `in/2024-03-04/open`.
pub(crate) fn pick(text: &str, plan: &Plan) -> Result<Pick> {
    let named = Named::of(plan, false).ok_or_else(|| unknown(text))?;
    let steps = named.steps.len();
    let parts: Vec<&str> = text.split('/').collect();
    let level = |text: &str| {
        let level = text.parse::<u8>().ok().filter(|level| (1..=steps).contains(&(*level as usize)));
        level.ok_or_else(|| unknown(text))
    };
    let is_last = |level: u8| level as usize == steps;
    let next = |step: &str, next: NextPick| -> Result<Pick> {
        Ok(Pick { next: Some(next), ..Pick::level(Level::Stopped(level(step)?)) })
    };
    let event = |label: &str, channel: &str| -> Result<(u32, u32)> {
        let (label, channel) = (named.labels.label(&unescape(label)?)?, unescape(channel)?);
        let code = named.channels.iter().position(|known| *known == channel);
        let code = code.or((channel == NO_CHANNEL).then_some(named.channels.len()));
        let code = code.ok_or_else(|| Error::not_found(format!("channel `{channel}`")))?;
        Ok((label, code as u32))
    };
    match parts.as_slice() {
        ["subjects"] => Ok(Pick::level(Level::Reached(0))),
        ["removed"] => Ok(Pick::level(Level::Removed)),
        ["step", step] => Ok(Pick::level(Level::Reached(level(step)?))),
        // The last step's subjects are through: they stop there, and have not dropped. Nobody gets beyond it.
        ["step", step, "dropped"] => {
            let level = level(step)?;
            Ok(Pick::level(Level::Stopped(level + u8::from(is_last(level)))))
        }
        ["step", step, "converted"] if is_last(level(step)?) => Ok(Pick::level(Level::Stopped(level(step)?))),
        ["step", step, "open"] => Ok(Pick::level(Level::Open(level(step)?))),
        ["step", step, "dropped", "within", label, channel] => {
            let (label, channel) = event(label, channel)?;
            next(step, NextPick::Within { label, channel })
        }
        ["step", step, "dropped", "after", label, channel] => {
            let (label, channel) = event(label, channel)?;
            next(step, NextPick::After { label, channel })
        }
        ["step", step, "dropped", "nothing"] => next(step, NextPick::Nothing),
        ["in", period, rest @ ..] => {
            let stretch = named.periods.iter().position(|day| day == period).ok_or_else(|| unknown(text))?;
            let level = match rest {
                ["step", step] => Level::Reached(level(step)?),
                ["open"] => Level::Open(0),
                _ => return Err(unknown(text)),
            };
            Ok(Pick { stretch: Some(stretch as u32), ..Pick::level(level) })
        }
        _ => Err(unknown(text)),
    }
}
