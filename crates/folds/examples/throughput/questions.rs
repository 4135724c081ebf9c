//! The eight questions of `benches/compare`, each on its own: the columns are prepared a block of customers at a time, as
//! operators do it, two states are folded, merged, and what an answer tells is read from the whole.

use folds::attribution::{self, Attribution, CONVERSION, Credited, Earlier, Model, TOUCH};
use folds::by::{self, At, By};
use folds::funnel::{self, Funnel};
use folds::paths::{self, Keep, Paths, Repeats};
use folds::periods::Periods;
use folds::quantile::Together;
use folds::retention::{self, Retention};
use folds::segment::{self, Days, Events as Own, Measure, Number, Program, Segments, Test};
use folds::sessions::{self, Sessions};
use folds::slice::{Membership, Run};
use folds::transitions::Transitions;
use folds::{Fold, Slice, Slicer};
use model::period::{DAY_US, MINUTE_US, Period, SECOND_US, Span};
use model::segment::{Bounds, Within};

use crate::events::{CHANNELS, END_US, Events, NAMES, PAGE_VIEW, PURCHASE, STEPS, TOUCHES};
use crate::meter::{Spent, least};

/// Rows prepared at a time, as `operators::limits::BLOCK_ROWS`.
const BLOCK_ROWS: usize = 1 << 14;
const REPEATS: usize = 7;

/// What is made of a block: only rows that take part, and of customers who have some.
#[derive(Default)]
struct Block {
    customers: Vec<i64>,
    offsets: Vec<u32>,
    time: Vec<i64>,
    label: Vec<u32>,
    mask: Vec<u64>,
    channel: Vec<u32>,
    value: Vec<f64>,
    facet: Vec<u32>,
    runs: Vec<Run>,
}

/// Which columns a question reads.
#[derive(Clone, Copy, Default)]
struct Reads<'a> {
    label: bool,
    channel: bool,
    value: bool,
    facet: bool,
    /// By event code. Empty: masks are not read.
    mask: &'a [u64],
    /// Whether only rows with a mask take part.
    masked_only: bool,
    segment: Option<&'a Program>,
}

impl Block {
    /// Prepares customers from `first` on; the customer after the last.
    fn prepare(&mut self, events: &Events, first: usize, reads: &Reads<'_>) -> usize {
        let from = events.starts[first];
        let next = (events.starts.partition_point(|start| *start <= from + BLOCK_ROWS) - 1).max(first + 1);
        let (all, code) = (from..events.starts[next], &events.event);
        let Block { customers, offsets, time, label, mask, channel, value, facet, runs } = self;
        [&mut *offsets, &mut *label, &mut *channel, &mut *facet].into_iter().for_each(Vec::clear);
        customers.clear();
        time.clear();
        mask.clear();
        value.clear();
        runs.clear();
        if reads.masked_only {
            let rows: Vec<usize> = all.filter(|row| reads.mask[code[*row] as usize] != 0).collect();
            let mut at = 0;
            for customer in first..next {
                let begin = at;
                at += rows[at..].iter().take_while(|row| **row < events.starts[customer + 1]).count();
                if at > begin {
                    customers.push(customer as i64);
                    offsets.push(begin as u32);
                }
            }
            offsets.push(at as u32);
            time.extend(rows.iter().map(|row| events.time[*row]));
            mask.extend(rows.iter().map(|row| reads.mask[code[*row] as usize]));
            if reads.value {
                value.extend(rows.iter().map(|row| events.amount[*row]));
            }
            if reads.facet {
                facet.extend(rows.iter().map(|row| events.channel[*row]));
            }
            return next;
        }
        customers.extend(first as i64..next as i64);
        offsets.extend(events.starts[first..=next].iter().map(|start| (start - from) as u32));
        time.extend_from_slice(&events.time[all.clone()]);
        if reads.label {
            label.extend(code[all.clone()].iter().map(|code| code + 1));
        }
        if !reads.mask.is_empty() {
            mask.extend(code[all.clone()].iter().map(|code| reads.mask[*code as usize]));
        }
        if reads.channel {
            channel.extend_from_slice(&events.channel[all.clone()]);
        }
        if reads.value {
            value.extend_from_slice(&events.amount[all.clone()]);
        }
        if reads.facet {
            facet.extend_from_slice(&events.channel[all.clone()]);
        }
        if let Some(program) = reads.segment {
            for pair in offsets.windows(2) {
                let own = pair[0] as usize..pair[1] as usize;
                let own = Own { customer: 0, time: &time[own.clone()], mask: &mask[own], columns: &[] };
                program.runs(&own, &[END_US], runs);
            }
        }
        next
    }

    fn rows(&self) -> Slice<'_> {
        Slice {
            time: &self.time,
            label: &self.label,
            mask: &self.mask,
            channel: &self.channel,
            value: &self.value,
            facet: &self.facet,
            facets: usize::from(!self.facet.is_empty()),
            ..Slice::default()
        }
    }

    fn slice(&self, at: usize) -> Slice<'_> {
        let rows = self.offsets[at] as usize..self.offsets[at + 1] as usize;
        let facets = usize::from(!self.facet.is_empty());
        Slice {
            customer: self.customers[at],
            time: &self.time[rows.clone()],
            label: self.label.get(rows.clone()).unwrap_or_default(),
            mask: self.mask.get(rows.clone()).unwrap_or_default(),
            channel: self.channel.get(rows.clone()).unwrap_or_default(),
            value: self.value.get(rows.clone()).unwrap_or_default(),
            facet: self.facet.get(rows).unwrap_or_default(),
            facets,
            membership: Membership { runs: self.runs.get(at..at + 1).unwrap_or_default(), until_us: 0 },
            ..Slice::default()
        }
    }
}

fn ask<F: Fold>(
    name: &str,
    events: &Events,
    reads: Reads<'_>,
    slicer: &Slicer,
    fold: &F,
    answer: impl Fn(F::State) -> u64,
) {
    let half = events.customers() / 2;
    let mut block = Block::default();
    let mut pass = |begin: usize, end: usize, mut each: Option<&mut dyn FnMut(&Block)>| {
        let mut next = begin;
        while next < end {
            next = block.prepare(events, next, &reads);
            if let Some(each) = &mut each {
                each(&block);
            }
        }
        next
    };
    let mut spent = [Spent::MAX; 4];
    let (mut check, mut bytes) = (0, 0);
    let mut subjects = Vec::new();
    for _ in 0..REPEATS {
        least(&mut spent[0], || pass(0, events.customers(), None));
        let mut states = Vec::new();
        least(&mut spent[1], || {
            let mut begin = 0;
            for end in [half, events.customers()] {
                let (mut state, mut splitter) = (fold.state(), slicer.clone().splitter());
                let mut each = |block: &Block| {
                    let (rows, offsets) = (block.rows(), &block.offsets);
                    let (customers, whole) = (&block.customers, &Period::default());
                    if splitter.ranges((customers, offsets, &rows), whole, END_US, &mut subjects)
                        && block.runs.is_empty()
                    {
                        return fold.fold_all(&mut state, &rows, &subjects);
                    }
                    for at in 0..block.customers.len() {
                        splitter.split(&block.slice(at), &Period::default(), END_US, |subject| {
                            fold.fold(&mut state, subject);
                        });
                    }
                };
                begin = pass(begin, end, Some(&mut each));
                states.push(state);
            }
        });
        bytes = states.iter().map(|state| fold.state_bytes(state)).sum::<usize>();
        let (from, mut into) = (states.pop().unwrap(), states.pop().unwrap());
        least(&mut spent[2], || fold.merge(&mut into, from));
        least(&mut spent[3], || check = answer(into));
    }
    let [prepare, both, merge, finish] = spent.map(|spent| spent.ns / events.len() as f64);
    println!(
        "{name:<22} {:>7.2} ns an event: prepare {prepare:>6.2}, fold {:>6.2}, merge {merge:>6.2}, answer {finish:>6.2}  {:>6.1} MB  {check:016x}",
        both + merge + finish,
        both - prepare,
        bytes as f64 / 1e6,
    );
}

/// What tells answers apart.
fn told(numbers: impl IntoIterator<Item = u64>) -> u64 {
    numbers.into_iter().fold(7, |sum, number| (sum ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23))
}

fn of_times<'a>(times: impl Into<Together<'a>>) -> u64 {
    let times = times.into();
    let quantiles = times.quantiles(&[0.5, 0.9, 0.95]).unwrap_or_default();
    told(
        [times.count(), times.mean().unwrap_or(0.0).to_bits()].into_iter().chain(quantiles.iter().map(|q| q.to_bits())),
    )
}

fn masks(of: &[(u32, u64)]) -> Vec<u64> {
    let mut masks = vec![0; NAMES as usize];
    of.iter().for_each(|(event, bit)| masks[*event as usize] |= bit);
    masks
}

fn steps() -> Vec<u64> {
    masks(&STEPS.iter().zip(0..).map(|(event, step)| (*event, 1 << step)).collect::<Vec<_>>())
}

fn of_funnel(state: &funnel::State) -> u64 {
    let times = state.from_previous_us.iter().chain(&state.from_entry_us).map(of_times);
    told(state.reached.iter().map(|tally| tally.customers.count).chain(times))
}

/// Asks one of the questions `a` to `h`.
pub(crate) fn question(letter: char, events: &Events) {
    let session = Slicer::Session { timeout_us: 30 * MINUTE_US };
    let within = Slicer::Within { ahead: true };
    let week = funnel::Config::new(4, 7 * DAY_US, END_US);
    match letter {
        'a' => {
            let (mask, fold) = (steps(), Funnel::new(week).unwrap());
            let reads = Reads { mask: &mask, ..Reads::default() };
            ask("a funnel", events, reads, &within, &fold, |state| of_funnel(&state));
        }
        'b' => {
            let mask = steps();
            let reads = Reads { mask: &mask, masked_only: true, facet: true, ..Reads::default() };
            let config = by::Config { values: CHANNELS, at: At::First };
            let fold = By::new(Funnel::new(week).unwrap(), config).unwrap().of_customers();
            ask("b funnel by channel", events, reads, &within, &fold, |state| {
                let (all, groups) = fold.parts(state);
                told(groups.iter().map(|(_, group)| of_funnel(group)).chain([of_funnel(&all)]))
            });
        }
        'c' => {
            let config = paths::Config {
                repeats: Repeats::Collapse,
                keep: Keep::First(5),
                durations: true,
                as_of_us: END_US,
                ..paths::Config::default()
            };
            let reads = Reads { label: true, ..Reads::default() };
            ask("c paths", events, reads, &session, &Paths::new(config).unwrap(), of_paths);
        }
        'd' => {
            let weeks = Periods::new((0..=26).map(|week| week * 7 * DAY_US).collect()).unwrap();
            let fold = Retention::new(retention::Config::new(weeks, 12, END_US)).unwrap();
            ask("d retention", events, Reads::default(), &Slicer::Customer, &fold, |state| {
                told(state.cohorts.iter().flat_map(|cohort| cohort.cells()).map(|cell| cell.returned))
            });
        }
        'e' => {
            let touches = TOUCHES.map(|event| (event, TOUCH));
            let mask = masks(&[&touches[..], &[(PURCHASE, CONVERSION)]].concat());
            let reads = Reads { mask: &mask, masked_only: true, value: true, facet: true, ..Reads::default() };
            let fold = Attribution::new(attribution::Config {
                values: CHANNELS as usize,
                credited: Credited::Facet(0),
                earlier: Earlier::Keep,
                as_of_us: END_US,
                ..attribution::Config::default()
            });
            let fold = fold.unwrap();
            ask("e attribution", events, reads, &Slicer::Customer, &fold, |state| of_attribution(&fold, &state));
        }
        'f' => {
            let days = Periods::new((0..=182).map(|day| day * DAY_US).collect()).unwrap();
            let config = sessions::Config { labels: NAMES, channels: CHANNELS, days: Some(days) };
            let reads = Reads { label: true, channel: true, ..Reads::default() };
            ask("f sessions", events, reads, &session, &Sessions::with(config).unwrap(), of_sessions);
        }
        'g' => {
            let mask = masks(&[(PURCHASE, 1), (PAGE_VIEW, 2)]);
            let program = segment();
            let reads = Reads { mask: &mask, segment: Some(&program), ..Reads::default() };
            let fold = Segments::new(segment::Config { first: 0, count: 1, moments_us: vec![END_US] }).unwrap();
            ask("g segment", events, reads, &Slicer::Customer, &fold, |state| told([state.sizes(1)[0].in_all(1)]));
        }
        _ => {
            let reads = Reads { label: true, ..Reads::default() };
            ask("h transitions", events, reads, &Slicer::Within { ahead: false }, &Transitions::default(), |state| {
                let edges = state.edges.sorted();
                told(edges.iter().flat_map(|((a, b), edge)| {
                    [u64::from(*a), u64::from(*b), edge.count, edge.tally.customers.count, of_times(&edge.gaps_us)]
                }))
            });
        }
    }
}

/// Three purchases in the last 90 days and no page in the last 30.
fn segment() -> Program {
    let within = |days: i64| Within { last: Some(Span { us: days * DAY_US }), ..Within::EVER };
    let number = |bit: u32, days: i64, least: f64| {
        let is = Bounds::at_least(least);
        Test::Number(Number { bit, unless: None, within: within(days), measure: Measure::Count, is })
    };
    let test = Test::All(vec![number(0, 90, 3.0), Test::Not(Box::new(number(1, 30, 1.0)))]);
    Program::new(vec![test], Days::default()).unwrap()
}

fn of_paths(state: paths::State) -> u64 {
    let (longest, variants) = (state.longest().min(5), state.variants() as u64);
    let matrix = state.step_matrix(longest, 100);
    let top = state.top(100);
    let flows = state.flows(matrix.len());
    let top = top.iter().map(|path| {
        let labels = path.labels.iter().map(|label| u64::from(*label));
        told(labels.chain([
            path.counts.paths.subjects.count,
            path.counts.paths.customers.count,
            of_times(&path.durations_us),
        ]))
    });
    let links = flows.iter().flat_map(|flow| flow.links.values().chain(flow.over.values()).copied());
    let columns = matrix.iter().flat_map(|step| [step.other, step.ended, step.labels.len() as u64]);
    let last = state.last().into_iter().map(|(label, _)| u64::from(label));
    told(top.chain(links).chain(columns).chain(last).chain([variants, state.paths.customers.count]))
}

fn of_attribution(fold: &Attribution, state: &attribution::State) -> u64 {
    let credits = [Model::Linear, Model::Last, Model::Linear].map(|model| {
        let credit = fold.credit(state, model).unwrap();
        told(credit.conversions.iter().chain(&credit.value).map(|share| share.to_bits()))
    });
    let decay = fold.credit(state, Model::TimeDecay).unwrap();
    let mut paths = state.paths.sorted();
    paths.retain(|(_, counts)| counts.conversions > 0);
    paths.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.conversions));
    paths.truncate(20);
    let paths = paths.iter().map(|(_, counts)| counts.conversions);
    let codes =
        state.codes.iter().flat_map(|code| [code.touches, code.touched.customers.count, code.value.value().to_bits()]);
    let counts =
        [of_times(&state.lag_us), of_times(&state.touches), state.lost.subjects.count, state.paths.len() as u64];
    let decay = decay.conversions.iter().chain(&decay.value).map(|share| share.to_bits());
    told(credits.into_iter().chain(decay).chain(paths).chain(codes).chain(counts))
}

fn of_sessions(state: sessions::State) -> u64 {
    let lengths = state.lengths();
    let times = state.times();
    let classes = times.all().classes(&[0, 10, 30, 60, 180, 600, 1_800, 3_600].map(|s| s * SECOND_US));
    let channels = (0..CHANNELS).map(|channel| of_times(times.on(channel)));
    let days = state.days().flat_map(|(day, part)| {
        [u64::from(day), part.sessions.customers.count, part.bounces.subjects.count, of_times(times.of_day(day))]
    });
    let labels = state.labels.iter().flat_map(|label| {
        [label.entries, label.exits, label.containing.subjects.count, label.containing.customers.count]
    });
    let whole =
        [of_times(times.all()), of_times(&lengths), state.sessions.customers.count, state.bounces.subjects.count];
    let per_customer = state.per_customer().into_iter().flat_map(|(sessions, customers)| [sessions, customers]);
    told(
        classes
            .into_iter()
            .chain(channels)
            .chain(days.collect::<Vec<_>>())
            .chain(labels)
            .chain(whole)
            .chain(per_customer),
    )
}
