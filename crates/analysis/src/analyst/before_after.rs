//! A number before a day and after it.

use std::time::Instant;

use folds::by::{At, Group};
use folds::periods::Periods;
use model::period::Period;
use model::scope::Scope;
use operators::Control;
use operators::spec::{BySpec, FoldState};

use super::{Analyst, mixed_up};
use crate::answer::{
    BeforeAfter, ChangeVerdict, ComparedDay, ComparedSide, GroupEffect, MeasuredEffect, Meta, NetEffect,
};
use crate::before_after::figure::{Measured, Reader};
use crate::before_after::windows::{Stretch, Windows};
use crate::before_after::{self, Side, words};
use crate::error::Result;
use crate::meta::Asked;
use crate::plan;
use crate::question::{BeforeAfterQuestion, Present, Question, ResolvedJourney};

impl Analyst {
    /// One number in equally many days before a day and after it, one scan a side, and one more for days that are shown
    /// but not compared.
    ///
    /// # Errors
    /// As of the question itself; `Invalid` for days beyond the calendar.
    pub async fn before_after(
        &self,
        present: &Present,
        asked: &BeforeAfterQuestion,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<BeforeAfter> {
        let as_of_us = operators::ground::as_of_us(&present.snapshot, asked.as_of_us, present.now_us);
        let windows = Windows::of(asked, &present.zone, as_of_us)?;
        let looking = Looking { analyst: self, present, asked, journey, control, windows: &windows };
        let own = looking.sides(None).await?;
        let mut days = own.days(&windows);
        for stretch in windows.others() {
            let (_, side, _) = looking.side(None, &stretch, windows.after_as_of_us, own.column.clone()).await?;
            days.extend(compared_days(&stretch, &side));
        }
        days.sort_by_key(|day| day.day);
        let group = match (&asked.group, &own.after) {
            (Some(scope), Some(_)) => Some(looking.sides(Some(scope)).await?),
            _ => None,
        };
        let effect = own.effect();
        let verdict = match &own.after {
            None => ChangeVerdict::Waiting,
            Some(_) => effect.as_ref().map_or(ChangeVerdict::Unknown, MeasuredEffect::verdict),
        };
        let (before, after) = (&own.before.1, own.after.as_ref().map(|(_, side)| side));
        let label = after.unwrap_or(before).whole.headline.label.clone();
        let first_us = present.snapshot.time_range().map(|(first, _)| first);
        Ok(BeforeAfter {
            notice: words::notice(),
            sentence: words::sentence(&windows.said, &label, (before, after), effect.as_ref(), verdict),
            caveats: words::caveats(&windows.said, (before, after), effect.as_ref(), first_us),
            of: before.whole.headline.of,
            label,
            verdict,
            group: group.and_then(|group| own.against(&group, effect.as_ref())),
            before: compared(&own.before),
            after: own.after.as_ref().map(compared),
            effect,
            days,
            windows: windows.said.clone(),
        })
    }
}

/// A number with where it stands.
type Seen = (Meta, Side);

/// Both sides of one population.
struct Sides {
    before: Seen,
    after: Option<Seen>,
    /// The column of retention they are read at.
    column: Option<String>,
}

impl Sides {
    fn effect(&self) -> Option<MeasuredEffect> {
        before_after::effect(&self.before.1, &self.after.as_ref()?.1)
    }

    fn days(&self, windows: &Windows) -> Vec<ComparedDay> {
        let mut days = compared_days(&windows.before(), &self.before.1);
        if let Some((stretch, (_, side))) = windows.after().zip(self.after.as_ref()) {
            days.extend(compared_days(&stretch, side));
        }
        days
    }

    /// What a group's numbers say, beside one's own.
    fn against(&self, group: &Sides, effect: Option<&MeasuredEffect>) -> Option<GroupEffect> {
        let (own, others) = (self.after.as_ref()?, group.after.as_ref()?);
        let of_others = group.effect();
        let net: Option<NetEffect> = effect.zip(of_others.as_ref()).and_then(|(effect, of_others)| {
            before_after::net((&self.before.1, &own.1, effect), (&group.before.1, &others.1, of_others))
        });
        Some(GroupEffect { before: compared(&group.before), after: compared(others), effect: of_others, net })
    }
}

/// One comparison being made.
#[derive(Clone, Copy)]
struct Looking<'a> {
    analyst: &'a Analyst,
    present: &'a Present,
    asked: &'a BeforeAfterQuestion,
    journey: Option<&'a ResolvedJourney>,
    control: &'a Control,
    windows: &'a Windows,
}

impl Looking<'_> {
    async fn sides(self, scope: Option<&Scope>) -> Result<Sides> {
        let Windows { after_as_of_us, before_as_of_us, .. } = *self.windows;
        // What is not over tells how far can be seen, so it is asked first.
        let (after, column) = match self.windows.after() {
            None => (None, None),
            Some(stretch) => {
                let (meta, side, column) = self.side(scope, &stretch, after_as_of_us, None).await?;
                (Some((meta, side)), column)
            }
        };
        let (meta, side, column) = self.side(scope, &self.windows.before(), before_as_of_us, column).await?;
        Ok(Sides { before: (meta, side), after, column })
    }

    /// The number of those who begin in a stretch, and of each of its days: one scan.
    async fn side(
        self,
        scope: Option<&Scope>,
        stretch: &Stretch,
        as_of_us: i64,
        column: Option<String>,
    ) -> Result<(Meta, Side, Option<String>)> {
        let Looking { analyst, present, asked, journey, control, .. } = self;
        let edges = self.windows.edges(stretch)?;
        let entry = Period { from_us: edges.first().copied(), to_us: edges.last().copied() };
        let mut question = asked.question.clone();
        let own = scope.unwrap_or(asked.question.scope()).clone();
        *question.scope_mut() = Scope { entry, by: None, as_of_us: Some(as_of_us), ..own };
        analyst.settle(present, &mut question, journey, control).await?;
        let plan = plan::plan(present, &question, journey)?;
        let mut scan = plan.spec.scan.clone();
        scan.by = Some(BySpec::periods(Periods::new(edges)?, speaks(&question)));
        let started = Instant::now();
        let folded = operators::run(&analyst.engine, present.snapshot.clone(), &scan, control).await?;
        let counted = (folded.rows_scanned, folded.rows_later);
        let meta = Asked { question: &question, journey, plan: &plan }.meta(present, counted, started.elapsed())?;
        let FoldState::By(states) = folded.state else { return Err(mixed_up()) };
        let (question, figure) = (&question, &asked.figure);
        let reader = Reader { question, figure, plan: &plan, journey, meta: &meta, column: None };
        let column = match column {
            Some(column) => Some(column),
            None => reader.column(&states.all)?,
        };
        let reader = Reader { column: column.clone(), ..reader };
        let whole = reader.read(states.all)?;
        let mut days: Vec<Option<Measured>> = stretch.days.iter().map(|_| None).collect();
        for (group, state) in states.groups {
            if let Group::Value(day) = group {
                days[day as usize] = Some(reader.read(state)?);
            }
        }
        let days = days.into_iter().map(|day| day.unwrap_or_else(|| nobody(&whole))).collect();
        Ok((meta, Side { whole, days }, column))
    }
}

/// Which of a subject's events says when it begins: the first; where a start is asked for, the first that is one.
fn speaks(question: &Question) -> At {
    match question {
        Question::Retention(_) | Question::Survival(_) => At::Step(1),
        _ => At::First,
    }
}

/// A day on which nobody began.
fn nobody(whole: &Measured) -> Measured {
    let of_nobody = |_| crate::share::share(0, 0);
    let mut headline = whole.headline.clone();
    headline.value = (headline.of == crate::answer::HeadlineOf::People).then_some(0.0);
    headline.share = headline.share.map(of_nobody);
    headline.people = None;
    Measured { headline, low_s: None, high_s: None, began: 0, open: 0 }
}

fn compared((meta, side): &Seen) -> ComparedSide {
    let Measured { headline, low_s, high_s, began, open } = side.whole.clone();
    ComparedSide { meta: meta.clone(), headline, low_s, high_s, began, open }
}

fn compared_days(stretch: &Stretch, side: &Side) -> Vec<ComparedDay> {
    let day = |(day, measured): (&chrono::NaiveDate, &Measured)| ComparedDay {
        day: *day,
        role: stretch.role,
        value: measured.headline.value,
        share: measured.headline.share,
        began: measured.began,
        open: measured.open,
    };
    stretch.days.iter().zip(&side.days).map(day).collect()
}
