//! Scores of recency, frequency and monetary value: one fold's numbers, named.

use folds::rfm::{CELLS, Cell, Pick, State, WITHOUT, cell, scores};
use model::rfm::{Edge, Edges, Group, Model, Scores};

use crate::answer::{People, RfmBoundary, RfmCell, RfmGroup, RfmNumbers};
use crate::error::Result;
use crate::groups::Within;
use crate::pick::unknown;
use crate::share::share;
use crate::words;

pub(crate) fn numbers(model: &Model, edges: &Edges, state: &State, within: &Within) -> RfmNumbers {
    let people = |customers: u64, pick: &str| People { instances: customers, customers, pick: within.pick(pick) };
    let sum = |cells: &mut dyn Iterator<Item = &Cell>| {
        cells.fold(Cell::default(), |mut sum, cell| {
            sum.customers += cell.customers;
            sum.value.merge(cell.value);
            sum.recency_days += cell.recency_days;
            sum.frequency_days += cell.frequency_days;
            sum
        })
    };
    let whole = sum(&mut state.cells.iter());
    let named = Group::ALL.map(|group| {
        let cells = state.cells.iter().enumerate();
        let mut own = cells.filter(|(place, _)| scores(*place).group(model.high) == group).map(|(_, cell)| cell);
        let own = sum(&mut own);
        let mean = |total: f64| (own.customers > 0).then(|| total / own.customers as f64);
        RfmGroup {
            group,
            name: words::segments::group(group),
            people: people(own.customers, &format!("group/{}", group.id())),
            share: share(own.customers, whole.customers),
            value: own.value.value(),
            value_share: (whole.value.value() != 0.0).then(|| own.value.value() / whole.value.value()),
            recency_days_mean: mean(own.recency_days as f64),
            frequency_days_mean: mean(own.frequency_days as f64),
            value_mean: mean(own.value.value()),
        }
    });
    let cells = state.cells.iter().enumerate().rev().filter(|(_, cell)| cell.customers > 0).map(|(place, cell)| {
        let scores = scores(place);
        RfmCell {
            scores,
            group: scores.group(model.high),
            people: people(cell.customers, &format!("cell/{}/{}/{}", scores.r, scores.f, scores.m)),
            value: cell.value.value(),
        }
    });
    RfmNumbers {
        scored: people(whole.customers, "scored"),
        without: people(state.without, "without"),
        value: whole.value.value(),
        named: named.into(),
        cells: cells.collect(),
        boundaries: boundaries(edges),
    }
}

fn boundaries(edges: &Edges) -> Vec<RfmBoundary> {
    let value = |edge: Edge| edge.value;
    let scores = (2..).zip(edges.recency).zip(edges.frequency).zip(edges.monetary);
    let boundary = |(((score, recency), frequency), monetary)| RfmBoundary {
        score,
        recency_days_below: value(recency).map(|negated| -negated),
        frequency_days_above: value(frequency),
        value_above: value(monetary),
    };
    scores.map(boundary).collect()
}

/// Reads `scored`, `without`, `group/important_value`, `cell/5/4/3`.
pub(crate) fn pick(text: &str, model: &Model) -> Result<Pick> {
    let score = |text: &str| text.parse::<u8>().ok().filter(|score| (1..=5).contains(score));
    let cells = |wanted: &dyn Fn(Scores) -> bool| {
        let bits = (0..CELLS).filter(|place| wanted(scores(*place))).map(|place| 1u128 << place);
        Pick(bits.fold(0, |all, bit| all | bit))
    };
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["scored"] => Ok(cells(&|_| true)),
        ["without"] => Ok(Pick(1 << WITHOUT)),
        ["group", group] => {
            let group = Group::by_id(group).ok_or_else(|| unknown(text))?;
            Ok(cells(&|scores| scores.group(model.high) == group))
        }
        ["cell", r, f, m] => match (score(r), score(f), score(m)) {
            (Some(r), Some(f), Some(m)) => Ok(Pick(1 << cell(Scores { r, f, m }))),
            _ => Err(unknown(text)),
        },
        _ => Err(unknown(text)),
    }
}
