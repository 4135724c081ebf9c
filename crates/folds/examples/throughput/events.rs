//! Invented events, in kind those of `benches/compare/generate.py`: customers who visit a few times within 26 weeks, mostly
//! once or twice and some very often; a visit is a walk from event to event on one channel; pauses are mostly seconds, and
//! now and then long enough to end a session. The columns are those the questions read.

use model::period::{DAY_US, MINUTE_US, SECOND_US};

pub(crate) const NAMES: u32 = 60;
pub(crate) const CHANNELS: u32 = 12;
pub(crate) const END_US: i64 = 26 * 7 * DAY_US;

// Codes of the events the questions name, and `ARRIVE`: the state a visit begins in.
pub(crate) const PAGE_VIEW: u32 = 0;
pub(crate) const STEPS: [u32; 4] = [1, 7, 11, 12];
pub(crate) const PURCHASE: u32 = 12;
pub(crate) const TOUCHES: [u32; 5] = [9, 10, 17, 27, 28];
const ARRIVE: usize = NAMES as usize;

/// How often a visit goes from one event to another, in hundredths; what is missing from 100 goes to any event.
const WAYS: [(usize, &[(usize, u32)]); 14] = [
    (ARRIVE, &[(0, 20), (3, 20), (9, 12), (6, 8), (10, 6), (17, 5), (2, 5), (28, 2), (27, 2)]),
    (0, &[(0, 15), (1, 25), (2, 10), (4, 10)]),
    (2, &[(1, 45), (2, 10)]),
    (4, &[(1, 40), (0, 10)]),
    (1, &[(1, 25), (7, 14), (0, 10), (20, 6)]),
    (7, &[(11, 30), (1, 25), (7, 5)]),
    (11, &[(24, 25), (12, 25), (22, 10), (23, 5)]),
    (24, &[(12, 60)]),
    (22, &[(12, 40), (24, 20)]),
    (12, &[(42, 30), (52, 15), (30, 10)]),
    (8, &[(9, 20)]),
    (6, &[(10, 25)]),
    (16, &[(17, 30)]),
    (26, &[(27, 20)]),
];

/// Columns by customer and time: customer i owns rows `starts[i]..starts[i + 1]`.
#[derive(Default)]
pub(crate) struct Events {
    pub(crate) starts: Vec<usize>,
    pub(crate) time: Vec<i64>,
    pub(crate) event: Vec<u32>,
    pub(crate) channel: Vec<u32>,
    /// NaN where nothing is bought.
    pub(crate) amount: Vec<f64>,
}

/// SplitMix64: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// From 0 on, below 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.share()).ln()).sqrt() * (std::f64::consts::TAU * self.share()).cos()
    }

    /// Of shape 0.45, by the method of Marsaglia and Tsang.
    fn gamma(&mut self) -> f64 {
        const SHAPE: f64 = 0.45;
        let d = SHAPE + 1.0 - 1.0 / 3.0;
        let drawn = loop {
            let x = self.normal();
            let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
            if v > 0.0 && (1.0 - self.share()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                break d * v;
            }
        };
        drawn * (1.0 - self.share()).powf(1.0 / SHAPE)
    }

    fn poisson(&mut self, mean: f64) -> usize {
        let (mut count, mut left) = (0, mean);
        loop {
            left += (1.0 - self.share()).ln();
            if left < 0.0 {
                return count;
            }
            count += 1;
        }
    }

    fn pick(&mut self, from: &[u8]) -> u32 {
        u32::from(from[self.next() as usize % from.len()])
    }
}

/// 4,096 entries in which each rank stands as often as its weight, 1 ÷ rank^power, says.
fn falling(count: u32, power: f64) -> Vec<u8> {
    table((1..=count).map(|rank| f64::from(rank).powf(-power)).collect())
}

fn table(weights: Vec<f64>) -> Vec<u8> {
    let all: f64 = weights.iter().sum();
    let (mut rank, mut up_to) = (0, weights[0]);
    let entry = |at: u32| {
        while rank + 1 < weights.len() && up_to / all * 4_096.0 < f64::from(at) + 0.5 {
            rank += 1;
            up_to += weights[rank];
        }
        rank as u8
    };
    (0..4_096).map(entry).collect()
}

/// By state, the events that may follow.
fn ways() -> Vec<Vec<u8>> {
    let common: Vec<f64> = (1..=NAMES).map(|rank| f64::from(rank).powf(-1.1)).collect();
    let all: f64 = common.iter().sum();
    let row = |state: usize| {
        let known = WAYS.iter().find(|(of, _)| *of == state).map_or(&[(0, 25)][..], |(_, to)| *to);
        let rest = 1.0 - f64::from(known.iter().map(|(_, share)| share).sum::<u32>()) / 100.0;
        let mut row: Vec<f64> = common.iter().map(|weight| weight / all * rest).collect();
        known.iter().for_each(|(event, share)| row[*event] += f64::from(*share) / 100.0);
        table(row)
    };
    (0..=ARRIVE).map(row).collect()
}

impl Events {
    /// About so many.
    pub(crate) fn invent(count: usize) -> Events {
        let (mut random, ways, channels) = (Random(7), ways(), falling(CHANNELS, 0.8));
        let mut events = Events::default();
        let mut own: Vec<(i64, u32, u32, f64)> = Vec::new();
        let latest = (END_US - 2 * DAY_US) as f64;
        while events.time.len() < count {
            own.clear();
            let mean = 7.2 * random.gamma();
            let visits = (1 + random.poisson(mean)).min(400);
            let joined = random.share().powf(0.8) * latest;
            let favourite = random.next() as u32 % CHANNELS;
            for visit in 0..visits {
                let begun = if visit == 0 { 0.0 } else { random.share().powf(1.3) * (latest - joined) };
                let channel = if random.share() < 0.45 { favourite } else { random.pick(&channels) };
                let length = (1.0 + (1.0 + 0.95 * random.normal()).exp().floor()).min(300.0) as usize;
                let (mut now, mut state) = (joined + begun, ARRIVE);
                for _ in 0..length {
                    state = random.pick(&ways[state]) as usize;
                    let amount = if state as u32 == PURCHASE { (3.4 + 0.9 * random.normal()).exp() } else { f64::NAN };
                    own.push((now as i64, state as u32, channel, (amount * 100.0).round() / 100.0));
                    let short = (1.2 * random.normal()).exp() * 20.0 * SECOND_US as f64;
                    let long = random.share() < 0.015;
                    let most = 25.0 * MINUTE_US as f64;
                    now += if long { random.share() * 120.0 * MINUTE_US as f64 } else { short.min(most) } + 1.0;
                }
            }
            own.sort_by_key(|(time, ..)| *time);
            events.starts.push(events.time.len());
            for (time, event, channel, amount) in &own {
                events.time.push((*time).min(END_US - 1));
                events.event.push(*event);
                events.channel.push(*channel);
                events.amount.push(*amount);
            }
        }
        events.starts.push(events.time.len());
        events
    }

    pub(crate) fn len(&self) -> usize {
        self.time.len()
    }

    pub(crate) fn customers(&self) -> usize {
        self.starts.len() - 1
    }
}
