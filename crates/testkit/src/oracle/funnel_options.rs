//! Funnels with all their options, run by run as they are defined. Nothing is remembered between runs.

/// What a funnel asks. Steps are bits 0 to `steps` - 1 of a mask, exclusion i is bit `steps` + i.
#[derive(Debug, Clone)]
pub struct Options {
    pub steps: usize,
    pub order: Order,
    pub reuse: bool,
    /// Bits.
    pub optional: u64,
    /// After this step, before that one (from 0); whether it removes, else it drops.
    pub exclusions: Vec<(usize, usize, bool)>,
    pub hold: bool,
    pub as_of_us: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    InOrder,
    Strict,
    Any,
}

/// A subject's events. `until_us` and `open_us` are those of a run that begins at the event.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a> {
    pub time_us: &'a [i64],
    pub mask: &'a [u64],
    pub held: &'a [u32],
    pub until_us: &'a [i64],
    pub open_us: &'a [i64],
    pub is_open: bool,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub entry: usize,
    /// By step, the event that satisfied it. In any order, by number of steps.
    pub events: Vec<Option<usize>>,
    pub level: usize,
    pub removed: bool,
    pub open: bool,
    /// The first event the next attempt may begin with.
    ended: usize,
    /// Neither through nor broken off, and no event is known that lies beyond its window.
    under_way: bool,
}

/// Every attempt, one after the other.
pub fn attempts(options: &Options, events: Events<'_>) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    for entry in 0..events.mask.len() {
        if begins(options, events, entry) && all.last().is_none_or(|run| entry >= run.ended) {
            all.push(run(options, events, entry));
        }
    }
    all
}

/// The run that begins first.
pub fn first(options: &Options, events: Events<'_>) -> Option<Run> {
    (0..events.mask.len()).find(|entry| begins(options, events, *entry)).map(|entry| run(options, events, entry))
}

/// The deepest run; of several the one that got there first, and of those the one that began last.
pub fn best(options: &Options, events: Events<'_>) -> Option<Run> {
    let entries = (0..events.mask.len()).filter(|entry| begins(options, events, *entry));
    let runs: Vec<Run> = entries.map(|entry| run(options, events, entry)).collect();
    let reached_at = |run: &Run| run.events[run.level - 1];
    let best =
        runs.iter().min_by_key(|run| (std::cmp::Reverse(run.level), reached_at(run), std::cmp::Reverse(run.entry)))?;
    let open = best.level < options.steps && !best.removed && runs.iter().any(|run| alive(options, events, run));
    Some(Run { open, ..best.clone() })
}

fn begins(options: &Options, events: Events<'_>, entry: usize) -> bool {
    let wanted = if options.order == Order::Any { (1 << options.steps) - 1 } else { 1 };
    events.mask[entry] & wanted != 0 && (!options.hold || events.held[entry] != 0)
}

fn alive(options: &Options, events: Events<'_>, run: &Run) -> bool {
    run.under_way && events.is_open && events.open_us[run.entry] >= options.as_of_us
}

fn run(options: &Options, events: Events<'_>, entry: usize) -> Run {
    let len = events.mask.len();
    let closed = (entry..len).find(|event| events.time_us[*event] > events.until_us[entry]).unwrap_or(len);
    let counts = |event: usize| !options.hold || events.held[event] == events.held[entry];
    let is = |event: usize, bit: usize| counts(event) && events.mask[event] >> bit & 1 == 1;
    let (mut found, mut stopped) = match options.order {
        Order::InOrder => (in_order(options, entry, closed, &is), closed),
        Order::Strict => strict(options, entry, closed, &is),
        Order::Any => (any_order(options, events.mask, entry, closed, &counts), closed),
    };
    // An excluded event lies between the events of two steps, or after that of the first if the other was not done.
    let mut removed = false;
    let mut dropped: Option<usize> = None;
    let mut removals: Vec<usize> = Vec::new();
    for (i, (after, before, removes)) in options.exclusions.iter().enumerate() {
        let Some(from) = (if options.order == Order::Any { found[0] } else { found[*after] }) else { continue };
        let to = found[*before].unwrap_or((stopped + 1).min(closed));
        let forbidden = |event: &usize| {
            let concerns = !options.hold || events.held[*event] == events.held[entry] || events.held[*event] == 0;
            concerns && events.mask[*event] >> (options.steps + i) & 1 == 1
        };
        let Some(hit) = (from + 1..to).find(forbidden) else { continue };
        match removes {
            true => removals.push(hit),
            false => dropped = Some(dropped.map_or(hit, |earlier| earlier.min(hit))),
        }
    }
    if let Some(hit) = dropped {
        found.iter_mut().filter(|event| event.is_some_and(|event| event > hit)).for_each(|event| *event = None);
        stopped = hit;
    }
    removed |= removals.iter().any(|hit| dropped.is_none_or(|dropped| *hit <= dropped));
    let needed = |step: &usize| options.optional >> step & 1 == 0;
    let level = (0..options.steps).filter(needed).take_while(|step| found[*step].is_some()).last().unwrap_or(0) + 1;
    let through = if level == options.steps { found[level - 1] } else { None };
    let under_way = through.is_none() && dropped.is_none() && stopped == len;
    let ended = through.map_or(stopped, |event| event + 1).max(entry + 1);
    let mut run = Run { entry, events: found, level, removed, open: false, ended, under_way };
    run.open = !removed && alive(options, events, &run);
    run
}

/// Steps that are not optional at their earliest, then those that are in the gaps between.
fn in_order(options: &Options, entry: usize, closed: usize, is: &dyn Fn(usize, usize) -> bool) -> Vec<Option<usize>> {
    let mut found = vec![None; options.steps];
    found[0] = Some(entry);
    let needed: Vec<usize> = (0..options.steps).filter(|step| options.optional >> step & 1 == 0).collect();
    let mut at = entry;
    for step in &needed[1..] {
        let from = if options.reuse { at } else { at + 1 };
        let Some(event) = (from..closed).find(|event| is(*event, *step)) else { break };
        found[*step] = Some(event);
        at = event;
    }
    for (i, step) in needed.iter().enumerate() {
        let Some(from) = found[*step] else { break };
        let next = needed.get(i + 1).copied();
        let to = next.and_then(|next| found[next]);
        let gap: Vec<usize> = match (options.reuse, to) {
            (true, Some(to)) => (from..=to).collect(),
            (false, Some(to)) => (from + 1..to).collect(),
            (true, None) => (from..closed).collect(),
            (false, None) => (from + 1..closed).collect(),
        };
        let mut passed = *step;
        for event in gap {
            while let Some(step) = (passed + 1..next.unwrap_or(options.steps)).find(|step| is(event, *step)) {
                found[step] = Some(event);
                passed = step;
                if !options.reuse {
                    break;
                }
            }
        }
    }
    found
}

/// Each event after the first has to be a next step. Also the first event that is not.
fn strict(
    options: &Options,
    entry: usize,
    closed: usize,
    is: &dyn Fn(usize, usize) -> bool,
) -> (Vec<Option<usize>>, usize) {
    let mut found = vec![None; options.steps];
    found[0] = Some(entry);
    let needed = |step: &usize| options.optional >> step & 1 == 0;
    let mut passed = 0;
    for event in entry..closed {
        let mut took = event == entry;
        while (options.reuse || !took) && passed + 1 < options.steps {
            let Some(station) = (passed + 1..options.steps).find(needed) else { break };
            let nearest = (passed + 1..=station).find(|step| is(event, *step));
            let step = if !options.reuse && is(event, station) { Some(station) } else { nearest };
            let Some(step) = step else { break };
            found[step] = Some(event);
            passed = step;
            took = true;
        }
        if !took {
            return (found, event);
        }
        if passed + 1 == options.steps {
            break;
        }
    }
    (found, closed)
}

/// Events by how many steps were done with them.
fn any_order(
    options: &Options,
    masks: &[u64],
    entry: usize,
    closed: usize,
    counts: &dyn Fn(usize) -> bool,
) -> Vec<Option<usize>> {
    let mut found = Vec::new();
    let steps = (1 << options.steps) - 1;
    for event in entry..closed {
        let taken: Vec<u64> =
            (entry..=event).filter(|event| counts(*event)).map(|event| masks[event] & steps).collect();
        let done = if options.reuse {
            taken.iter().fold(0, |all, mask| all | mask).count_ones() as usize
        } else {
            most(&taken, steps)
        };
        found.resize(done.max(found.len()), Some(event));
    }
    found.resize(options.steps, None);
    found
}

/// Of the steps left, how many can have an event of their own.
fn most(events: &[u64], left: u64) -> usize {
    let Some((first, rest)) = events.split_first() else { return 0 };
    let without = most(rest, left);
    (0..64)
        .filter(|step| first & left & 1 << step != 0)
        .map(|step| 1 + most(rest, left & !(1 << step)))
        .fold(without, usize::max)
}
