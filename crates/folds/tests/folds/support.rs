//! What the tests of the folds share: customers as columns, and ways to run a fold over them.

#![allow(dead_code)]

use folds::fold::{decode, encode};
use folds::slice::{Membership, Run};
use folds::{End, Fold, Slice, Slicer};
use model::period::Period;
use proptest::prelude::*;

/// All events of one customer, as columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Customer {
    pub(crate) id: i64,
    pub(crate) time: Vec<i64>,
    pub(crate) label: Vec<u32>,
    pub(crate) mask: Vec<u64>,
    pub(crate) channel: Vec<u32>,
    pub(crate) value: Vec<f64>,
    pub(crate) score: Vec<f64>,
    /// `facets` codes an event.
    pub(crate) facet: Vec<u32>,
    pub(crate) facets: usize,
    /// Empty: every subject counts.
    pub(crate) marked: Vec<bool>,
    pub(crate) case: Vec<u32>,
    pub(crate) until: Vec<i64>,
    pub(crate) held: Vec<u32>,
    /// By stretch of moments, the segments the customer is in.
    pub(crate) runs: Vec<Run>,
    pub(crate) until_us: i64,
    pub(crate) lane: Vec<u32>,
    pub(crate) campaign: Vec<u32>,
}

impl Customer {
    pub(crate) fn slice(&self) -> Slice<'_> {
        Slice {
            customer: self.id,
            time: &self.time,
            label: &self.label,
            mask: &self.mask,
            channel: &self.channel,
            value: &self.value,
            score: &self.score,
            facet: &self.facet,
            facets: self.facets,
            marked: &self.marked,
            case: &self.case,
            until: &self.until,
            held: &self.held,
            membership: Membership { runs: &self.runs, until_us: self.until_us },
            lane: &self.lane,
            campaign: &self.campaign,
            end: End::Open,
        }
    }
}

/// A population with a slicer: everything a fold is run on.
#[derive(Debug, Clone)]
pub(crate) struct Population {
    pub(crate) customers: Vec<Customer>,
    pub(crate) slicer: Slicer,
    pub(crate) entry: Period,
    pub(crate) as_of_us: i64,
}

impl Population {
    pub(crate) fn new(customers: Vec<Customer>, slicer: Slicer) -> Population {
        let as_of_us = customers.iter().filter_map(|c| c.time.last()).max().copied().unwrap_or(0);
        Population { customers, slicer, entry: Period::default(), as_of_us }
    }

    pub(crate) fn each(&self, mut each: impl FnMut(&Slice<'_>)) {
        let mut splitter = self.slicer.clone().splitter();
        for customer in &self.customers {
            splitter.split(&customer.slice(), &self.entry, self.as_of_us, &mut each);
        }
    }

    pub(crate) fn run<F: Fold>(&self, fold: &F) -> F::State {
        let mut state = fold.state();
        self.each(|subject| fold.fold(&mut state, subject));
        state
    }

    /// The same by partitions: customer i belongs to `part[i % len]`; parts are merged from the last. The last
    /// customer comes when all are merged, so that what a state remembers of whose turn it is must not matter.
    pub(crate) fn run_in_parts<F: Fold>(&self, fold: &F, part: &[usize]) -> F::State {
        let count = part.iter().max().map_or(1, |most| most + 1);
        let mut states: Vec<F::State> = (0..count).map(|_| fold.state()).collect();
        let mut splitter = self.slicer.clone().splitter();
        let (last, others) = match self.customers.split_last() {
            Some((last, others)) => (Some(last), others),
            None => (None, &[][..]),
        };
        for (i, customer) in others.iter().enumerate() {
            let state = &mut states[part[i % part.len()]];
            splitter.split(&customer.slice(), &self.entry, self.as_of_us, |subject| fold.fold(state, subject));
        }
        let mut merged = states.remove(0);
        while let Some(state) = states.pop() {
            // Partials come as bytes from elsewhere, or as they are from the same process.
            let state = if states.len() % 2 == 0 { state } else { decode(&encode(&state).unwrap()).unwrap() };
            fold.merge(&mut merged, state);
        }
        if let Some(last) = last {
            splitter.split(&last.slice(), &self.entry, self.as_of_us, |subject| fold.fold(&mut merged, subject));
        }
        merged
    }

    /// The same by blocks of customers whose columns lie behind each other: of `sizes[i % len]` + 1 customers each, in turn
    /// with customers by themselves. The slicer has to make ranges of their rows.
    pub(crate) fn run_in_blocks<F: Fold>(&self, fold: &F, sizes: &[usize]) -> F::State {
        let (mut state, mut splitter) = (fold.state(), self.slicer.clone().splitter());
        let (mut rest, mut subjects) = (self.customers.as_slice(), Vec::new());
        for size in sizes.iter().cycle() {
            let Some((alone, others)) = rest.split_first() else { break };
            splitter.split(&alone.slice(), &self.entry, self.as_of_us, |subject| fold.fold(&mut state, subject));
            let (block, after) = others.split_at(others.len().min(size + 1));
            rest = after;
            let (whole, ids, offsets) = joined(block);
            let rows = whole.slice();
            assert!(splitter.ranges((&ids, &offsets, &rows), &self.entry, self.as_of_us, &mut subjects));
            fold.fold_all(&mut state, &rows, &subjects);
        }
        state
    }

    /// Subjects a pick names (or parts of them, where parts count), and customers who have one.
    pub(crate) fn picked<F: Fold>(&self, fold: &F, pick: &F::Pick) -> (u64, u64) {
        let mut subjects = 0;
        let mut customers = std::collections::BTreeSet::new();
        self.each(|subject| {
            let times = fold.times(subject, pick);
            assert_eq!(fold.picks(subject, pick), times > 0);
            if times > 0 {
                subjects += times;
                customers.insert(subject.customer);
            }
        });
        (subjects, customers.len() as u64)
    }
}

/// The columns of customers behind each other, with their ids and where each begins.
pub(crate) fn joined(customers: &[Customer]) -> (Customer, Vec<i64>, Vec<u32>) {
    let (mut whole, mut ids, mut offsets) = (Customer::default(), Vec::new(), vec![0]);
    for customer in customers {
        whole.time.extend(&customer.time);
        whole.label.extend(&customer.label);
        whole.mask.extend(&customer.mask);
        whole.channel.extend(&customer.channel);
        whole.value.extend(&customer.value);
        whole.score.extend(&customer.score);
        whole.facet.extend(&customer.facet);
        whole.facets = whole.facets.max(customer.facets);
        whole.held.extend(&customer.held);
        ids.push(customer.id);
        offsets.push(whole.time.len() as u32);
    }
    (whole, ids, offsets)
}

/// What random customers are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) labels: u32,
    pub(crate) steps: u32,
    pub(crate) channels: u32,
    pub(crate) events: usize,
    /// Longest time between events, microseconds. Small: many ties.
    pub(crate) gap_us: i64,
}

pub(crate) fn customers(shape: Shape) -> impl Strategy<Value = Vec<Customer>> {
    let event = (
        0..=shape.gap_us,
        0..=shape.labels,
        0..1u64 << shape.steps,
        0..shape.channels,
        prop_oneof![Just(f64::NAN), -1e4..1e4f64],
        prop_oneof![Just(f64::NAN), (0..=10i32).prop_map(f64::from)],
    );
    let customer = prop::collection::vec(event, 0..shape.events);
    prop::collection::vec(customer, 0..8).prop_map(|customers| {
        (0..)
            .zip(customers)
            .map(|(id, events)| {
                let mut customer = Customer { id: 7 - 3 * id, ..Customer::default() };
                let mut now = 1_000;
                for (gap, label, mask, channel, value, score) in events {
                    now += gap;
                    customer.time.push(now);
                    customer.label.push(label);
                    customer.mask.push(mask);
                    customer.held.push(if channel == 0 { 0 } else { 1 + label % 2 });
                    customer.channel.push(channel);
                    customer.value.push(value);
                    customer.score.push(score);
                    // Two dimensions, told now and then, out of what is random already.
                    customer.facets = 2;
                    customer.facet.push(if mask & 1 == 0 { u32::MAX } else { label % 3 });
                    customer.facet.push(if gap % 2 == 0 { channel } else { u32::MAX });
                }
                customer
            })
            .collect()
    })
}

/// The sample shop by user: label = event code + 1, channel = platform code.
pub(crate) fn ecom_customers(ecom: &testkit::Ecom) -> Vec<Customer> {
    (0..)
        .zip(ecom.by_user())
        .map(|(id, rows)| Customer {
            id,
            time: ecom.time_us[rows.clone()].to_vec(),
            label: ecom.event[rows.clone()].iter().map(|code| *code as u32 + 1).collect(),
            mask: vec![0; rows.len()],
            channel: ecom.platform[rows].iter().map(|code| *code as u32).collect(),
            ..Customer::default()
        })
        .collect()
}

/// The shipped sessions of the file as subjects: one "customer" a session, in the order of the ids.
pub(crate) fn ecom_sessions(ecom: &testkit::Ecom) -> Vec<Customer> {
    let mut sessions = vec![Customer::default(); ecom.session_ids.len()];
    for row in 0..ecom.time_us.len() {
        let session = &mut sessions[ecom.session_id[row]];
        session.id = ecom.session_id[row] as i64;
        session.time.push(ecom.time_us[row]);
        session.label.push(ecom.event[row] as u32 + 1);
    }
    sessions
}

/// Sets the masks for the steps, given as event names.
pub(crate) fn set_steps(ecom: &testkit::Ecom, customers: &mut [Customer], steps: &[&str]) {
    let labels: Vec<u32> = steps.iter().map(|step| ecom.event_code(step) as u32 + 1).collect();
    for customer in customers {
        let mask = |label: &u32| (0..).zip(&labels).map(|(k, step)| u64::from(label == step) << k).sum();
        customer.mask = customer.label.iter().map(mask).collect();
    }
}
