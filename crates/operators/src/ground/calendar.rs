//! Calendars over a snapshot: the stretches a question speaks of, as instants and by name.

use folds::limits::{EDGES_MAX, PERIODS_MAX};
use folds::periods::Periods;
use folds::which::Which;
use model::calendar::{Calendar, Edge, Unit, WeekStart};
use model::period::Period;
use model::rule::Rule;
use model::scope::Subject;

use super::{Ground, check};
use crate::error::{Error, Result};
use crate::segments::zone;

/// Periods with the day each begins on.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub periods: Periods,
    pub names: Vec<String>,
}

/// Rules of a question as steps of the mask.
#[derive(Debug, Default)]
pub(super) struct Steps(pub Vec<Rule>);

impl Steps {
    /// The events a rule means; every event if there is none. Equal rules share a step.
    pub(super) fn which(&mut self, path: &str, rule: Option<&Rule>) -> Result<Which> {
        let Some(rule) = rule else { return Ok(Which::Any) };
        check(path, rule)?;
        let known = self.0.iter().position(|known| known == rule);
        let step = known.unwrap_or_else(|| {
            self.0.push(rule.clone());
            self.0.len() - 1
        });
        Ok(Which::Step(step as u32))
    }
}

impl Ground<'_> {
    /// Refuses subjects other than customers: coming back is what a customer does, not a session.
    pub(super) fn of_customers(&self, what: &str) -> Result<()> {
        match (self.journey, &self.scope.subject) {
            (None, Subject::Customer) => Ok(()),
            _ => Err(Error::question(format!("subject: {what} is of whole customers; leave the subject out"))),
        }
    }

    pub(super) fn calendar(&self, unit: Unit, week_start: WeekStart) -> Result<Calendar> {
        let name = self.scope.zone.as_deref().or(self.journey.map(|journey| journey.zone.as_str()));
        Ok(Calendar { unit, week_start, zone: zone(name.unwrap_or("UTC"))? })
    }

    /// The part of a period there are events in, up to the moment of the question: first and last instant.
    pub(super) fn stretch(&self, path: &str, over: Period) -> Result<(i64, i64)> {
        if let (Some(from), Some(to)) = (over.from_us, over.to_us)
            && from >= to
        {
            return Err(Error::question(format!("{path}: the period ends before it begins")));
        }
        let oldest = self.times.map_or(self.as_of_us, |(oldest, _)| oldest.min(self.as_of_us));
        let from = over.from_us.map_or(oldest, |from| from.max(oldest)).min(self.as_of_us);
        let to = over.to_us.map_or(self.as_of_us, |to| to.saturating_sub(1).min(self.as_of_us));
        Ok((from, to.max(from)))
    }

    /// The stretches of a calendar that hold these instants.
    pub(super) fn periods(&self, path: &str, calendar: Calendar, stretch: (i64, i64)) -> Result<Named> {
        self.named(path, calendar, stretch, PERIODS_MAX)
    }

    /// All days up to the moment of the question, to look times up in.
    pub(super) fn days(&self, path: &str) -> Result<Named> {
        let calendar = self.calendar(Unit::Day, WeekStart::Monday)?;
        self.named(path, calendar, self.stretch(path, Period::default())?, EDGES_MAX - 1)
    }

    fn named(&self, path: &str, calendar: Calendar, (from, to): (i64, i64), max: usize) -> Result<Named> {
        let edges = calendar.edges(from, to, max);
        let edges = edges.map_err(|error| Error::question(format!("{path}: {error}")))?;
        let (_, within) = edges.split_last().ok_or_else(|| Error::defect("a calendar without edges"))?;
        let names = within.iter().map(|edge| edge.day.to_string()).collect();
        let periods = Periods::new(edges.iter().map(|edge| edge.us).collect());
        Ok(Named { periods: periods.map_err(|error| Error::question(error.to_string()))?, names })
    }

    /// The stretch before the one that begins with an edge.
    pub(super) fn before(&self, path: &str, calendar: Calendar, edge_us: i64) -> Result<Edge> {
        let before = edge_us.saturating_sub(1);
        let edges = calendar.edges(before, before, PERIODS_MAX);
        let edges = edges.map_err(|error| Error::question(format!("{path}: {error}")))?;
        edges.first().copied().ok_or_else(|| Error::defect("a calendar without edges"))
    }
}
