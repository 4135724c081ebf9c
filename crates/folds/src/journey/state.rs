//! What instances add up to, and the map made of it.

use serde::{Deserialize, Serialize};

use super::Config;
use super::course::{self, Course, Exit};
use super::way::Way;
use crate::counters::{Distinct, Scratch, Tally, Turn};
use crate::pairs::Pairs;
use crate::quantile::Distribution;
use crate::slice::{End, Slice};
use crate::sum::Sum;

/// What happened at one place: a stage, a touchpoint, a channel, or a crossing of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Here {
    pub events: u64,
    /// Runs of events here. In a stage they are its stays.
    pub entries: u64,
    /// Events at a touchpoint where the instance had already been.
    pub repeats: u64,
    /// Instances with an event here (`subjects`), and customers with such an instance.
    pub reached: Tally,
    /// Of them, those that reached the goal.
    pub to_goal: Tally,
    /// Of them, those that are open: whether they will reach it is not known yet.
    pub open: Tally,
    /// Of them, those that after an event here were in a later stage than that event's, or reached the goal.
    pub onward: Tally,
    /// Of the open ones, those that have gone onward: the others are still waiting here.
    pub onward_open: Distinct,
    /// Value of the goal's events that happened here.
    pub value: Sum,
    /// Goal value of the instances that were here: counted once at each place they were at.
    pub value_through: Sum,
    /// Sum of the scores given here, and how many there are.
    pub score: Sum,
    pub scores: u64,
}

/// Stays, and the instances and customers they belong to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passes {
    pub stays: u64,
    pub tally: Tally,
}

/// Instances, and how many of them ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ends {
    pub all: Tally,
    pub goal: Distinct,
    pub left: Distinct,
    pub open: Distinct,
}

/// Moves from one stage to another, and the instances that made one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moves {
    pub stays: u64,
    pub ends: Ends,
}

/// One stage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    pub here: Here,
    /// Instances that begin here.
    pub starts: Ends,
    /// Open instances that were here and have not gone onward yet.
    pub waiting: Tally,
    /// By [`Exit`] as a number; see [`Stage::exit`].
    exits: [Passes; 5],
    /// Stays of instances that had been here before.
    pub loops: Passes,
    /// Lengths of the stays that ended, microseconds. Open stays are not among them.
    pub stay_us: Distribution,
    /// Left instances whose furthest stage this is.
    pub furthest_left: Tally,
    /// Open instances whose furthest stage this is.
    pub furthest_open: Tally,
    /// Instances at the goal whose furthest stage this is.
    pub furthest_goal: Tally,
}

/// The journey as a whole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    pub events: u64,
    pub instances: Tally,
    pub goal: Tally,
    pub left: Tally,
    pub open: Tally,
    /// Instances on the planned way, and those that left it: together all.
    pub on_way: Ends,
    pub off_way: Ends,
    pub value: Sum,
    /// From the first event of an instance to the goal's, microseconds.
    pub to_goal_us: Distribution,
}

/// See [`super::StageMachine`]. Sums that follow from the cells are left to
/// [`super::StageMachine::answer`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    totals: Totals,
    stages: Vec<Stage>,
    touchpoints: Vec<Here>,
    /// By (touchpoint, channel).
    cells: Pairs<Here>,
    /// By (stage, channel).
    stage_channels: Pairs<Here>,
    /// By (0, channel).
    channels: Pairs<Here>,
    /// By stage from × number of stages + stage to.
    moves: Vec<Moves>,
    #[serde(skip)]
    turn: Scratch<Turn>,
    /// Of the instance whose turn it is, by stage: how many of its events may yet be followed by a later stage.
    /// Only of stages it was in.
    #[serde(skip)]
    later: Scratch<Vec<usize>>,
}

/// The map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub totals: Totals,
    pub stages: Vec<Stage>,
    pub touchpoints: Vec<Here>,
    /// By (touchpoint, channel), ascending; only cells with events.
    pub cells: Vec<((u32, u32), Here)>,
    /// By (stage, channel), ascending; only those with events.
    pub stage_channels: Vec<((u32, u32), Here)>,
    /// By channel, ascending; only those with events.
    pub channels: Vec<(u32, Here)>,
    /// By stage from, then by stage to. A stage's other exits are in [`Stage::exit`].
    pub moves: Vec<Vec<Moves>>,
}

impl Stage {
    /// The stays that ended so. They add up to `here.entries` over all exits.
    pub fn exit(&self, exit: Exit) -> &Passes {
        &self.exits[exit as usize]
    }

    fn merge(&mut self, from: Stage) {
        self.here.merge(&from.here);
        self.starts.merge(from.starts);
        self.waiting.add(from.waiting);
        for (into, from) in self.exits.iter_mut().zip(from.exits) {
            into.merge(from);
        }
        self.loops.merge(from.loops);
        self.stay_us.merge(from.stay_us);
        self.furthest_left.add(from.furthest_left);
        self.furthest_open.add(from.furthest_open);
        self.furthest_goal.add(from.furthest_goal);
    }
}

impl Passes {
    fn see(&mut self, turn: &Turn) {
        self.stays += 1;
        self.tally.see(turn);
    }

    fn merge(&mut self, from: Passes) {
        self.stays += from.stays;
        self.tally.add(from.tally);
    }
}

impl Ends {
    #[inline]
    fn see(&mut self, turn: &Turn, end: End) {
        self.all.see(turn);
        let ended = match end {
            End::Goal => &mut self.goal,
            End::Left => &mut self.left,
            End::Open => &mut self.open,
        };
        ended.see(turn.subject);
    }

    fn merge(&mut self, from: Ends) {
        self.all.add(from.all);
        self.goal.add(from.goal);
        self.left.add(from.left);
        self.open.add(from.open);
    }
}

impl Moves {
    fn merge(&mut self, from: Moves) {
        self.stays += from.stays;
        self.ends.merge(from.ends);
    }
}

/// What is known of an instance wherever it was.
#[derive(Clone, Copy)]
struct Outcome {
    end: End,
    /// The goal's value, if it has ended there.
    goal_value: f64,
}

impl Here {
    /// Counts the instance here, once; true the first time. `onward`: whether it went on after this event, which after
    /// later ones of the same stage it cannot have done if not after this.
    #[inline]
    fn touch(&mut self, turn: &Turn, outcome: Outcome, onward: bool) -> bool {
        if !self.reached.subjects.see(turn.subject) {
            return false;
        }
        self.reached.customers.see(turn.customer_ordinal);
        match outcome.end {
            End::Goal => {
                self.to_goal.see(turn);
                self.value_through.add(outcome.goal_value);
            }
            End::Open => self.open.see(turn),
            End::Left => {}
        }
        if onward {
            self.go_on(turn, outcome);
        }
        true
    }

    /// Counts the instance as one that went on from here, once.
    #[inline]
    fn go_on(&mut self, turn: &Turn, outcome: Outcome) {
        self.onward.see(turn);
        if outcome.end == End::Open {
            self.onward_open.see(turn.subject);
        }
    }

    /// Instances that are open, were here and have not gone onward yet.
    pub fn waiting(&self) -> u64 {
        self.open.subjects.count - self.onward_open.count
    }

    fn merge(&mut self, from: &Here) {
        self.add_events(from);
        self.entries += from.entries;
        self.reached.add(from.reached);
        self.to_goal.add(from.to_goal);
        self.open.add(from.open);
        self.onward.add(from.onward);
        self.onward_open.add(from.onward_open);
        self.value_through.merge(from.value_through);
    }

    /// Adds what counts events, which of a larger place is the sum over its cells.
    fn add_events(&mut self, cell: &Here) {
        self.events += cell.events;
        self.repeats += cell.repeats;
        self.value.merge(cell.value);
        self.score.merge(cell.score);
        self.scores += cell.scores;
    }
}

/// Where the event before was.
#[derive(Clone, Copy)]
struct At {
    touchpoint: usize,
    stage: usize,
    channel: u32,
    cell: usize,
    /// Whether the run on its channel is known to have gone on.
    channel_onward: bool,
}

impl State {
    pub(super) fn new(config: &Config) -> State {
        State {
            stages: vec![Stage::default(); config.stages],
            touchpoints: vec![Here::default(); config.stage_of.len()],
            moves: vec![Moves::default(); config.stages * config.stages],
            ..State::default()
        }
    }

    pub(super) fn add(&mut self, config: &Config, way: &Way, instance: &Slice<'_>) {
        self.turn.0.next(instance.customer);
        let turn = self.turn.0;
        // Missing (NaN) values add nothing to a sum.
        let goal_value = instance.value.last().copied().unwrap_or(f64::NAN);
        let Some(course) = self.add_stays(config, way, instance, &turn) else { return };
        self.find_later(&course, instance);
        self.add_events(config, instance, &turn, Outcome { end: instance.end, goal_value });
        self.totals.instances.see(&turn);
        let side = if course.on_way { &mut self.totals.on_way } else { &mut self.totals.off_way };
        side.see(&turn, instance.end);
        match instance.end {
            End::Goal => {
                self.totals.goal.see(&turn);
                self.totals.value.add(goal_value);
                self.totals.to_goal_us.push(instance.duration_us());
            }
            End::Left => self.totals.left.see(&turn),
            End::Open => self.totals.open.see(&turn),
        }
    }

    /// None if no event is at a touchpoint: then it is no instance. Leaves in `later`, by stage it was in, where its
    /// last stay there begins.
    fn add_stays(&mut self, config: &Config, way: &Way, instance: &Slice<'_>, turn: &Turn) -> Option<Course> {
        let (stages, moves, last) = (&mut self.stages, &mut self.moves, &mut self.later.0);
        last.resize(config.stages, 0);
        let course = course::walk(&config.stage_of, way, instance, |stay| {
            last[stay.stage] = stay.begin;
            let stage = &mut stages[stay.stage];
            stage.here.entries += 1;
            stage.exits[stay.exit as usize].see(turn);
            if stay.again {
                stage.loops.see(turn);
            }
            if let Some(length_us) = stay.length_us {
                stage.stay_us.push(length_us);
            }
            if let Some(next) = stay.next {
                let moves = &mut moves[stay.stage * config.stages + next];
                moves.stays += 1;
                moves.ends.see(turn, instance.end);
            }
        })?;
        self.stages[course.first].starts.see(turn, instance.end);
        if instance.end == End::Open {
            let mut waiting = course.waiting();
            while waiting != 0 {
                self.stages[waiting.trailing_zeros() as usize].waiting.see(turn);
                waiting &= waiting - 1;
            }
        }
        let furthest = &mut self.stages[course.furthest()];
        match instance.end {
            End::Goal => furthest.furthest_goal.see(turn),
            End::Left => furthest.furthest_left.see(turn),
            End::Open => furthest.furthest_open.see(turn),
        }
        Some(course)
    }

    /// Makes of `later` what its field says: the events of a stage that lie before the last stay in a later one. Of an
    /// instance at the goal, all.
    fn find_later(&mut self, course: &Course, instance: &Slice<'_>) {
        let mut events = if instance.end == End::Goal { usize::MAX } else { 0 };
        let mut left = course.visited;
        while left != 0 {
            let stage = 63 - left.leading_zeros() as usize;
            left ^= 1 << stage;
            let last = std::mem::replace(&mut self.later.0[stage], events);
            events = events.max(last);
        }
    }

    fn add_events(&mut self, config: &Config, instance: &Slice<'_>, turn: &Turn, outcome: Outcome) {
        let mut before: Option<At> = None;
        for (i, label) in instance.label.iter().enumerate() {
            let Some((touchpoint, stage)) = course::touchpoint(&config.stage_of, *label) else { continue };
            let channel = instance.channel.get(i).copied().unwrap_or(0);
            let (at, first) = match before {
                Some(at) if at.touchpoint == touchpoint && at.channel == channel => (at, false),
                _ => {
                    let onward = i < self.later.0[stage];
                    let now = At { touchpoint, stage, channel, cell: 0, channel_onward: false };
                    self.enter(now, before, turn, outcome, onward)
                }
            };
            let here = self.cells.at(at.cell);
            here.events += 1;
            here.repeats += u64::from(!first);
            if let Some(score) = instance.score.get(i).filter(|score| score.is_finite()) {
                here.score.add(*score);
                here.scores += 1;
            }
            before = Some(at);
        }
        if let (End::Goal, Some(last)) = (outcome.end, before) {
            self.cells.at(last.cell).value.add(outcome.goal_value);
        }
    }

    /// Counts the run that begins at the cell `now`, and those of the larger places that begin with it; returns
    /// where that is, and whether the instance is at the touchpoint for the first time. A larger place that
    /// goes on has been counted. Stays of a stage are counted with its exits.
    fn enter(&mut self, now: At, before: Option<At>, turn: &Turn, outcome: Outcome, onward: bool) -> (At, bool) {
        let cell = self.cells.place(now.touchpoint as u32, now.channel);
        let here = self.cells.at(cell);
        here.entries += 1;
        here.touch(turn, outcome, onward);
        let first = before.is_none_or(|before| before.touchpoint != now.touchpoint) && {
            let here = &mut self.touchpoints[now.touchpoint];
            here.entries += 1;
            here.touch(turn, outcome, onward)
        };
        let new_stage = before.is_none_or(|before| before.stage != now.stage);
        let new_channel = before.is_none_or(|before| before.channel != now.channel);
        if new_stage {
            self.stages[now.stage].here.touch(turn, outcome, onward);
        }
        if new_stage || new_channel {
            let here = self.stage_channels.cell(now.stage as u32, now.channel);
            here.entries += 1;
            here.touch(turn, outcome, onward);
        }
        // A channel has events of several stages: after an early stage's an instance may go on though after a late
        // stage's it did not.
        let known = !new_channel && before.is_some_and(|before| before.channel_onward);
        if new_channel {
            let here = self.channels.cell(0, now.channel);
            here.entries += 1;
            here.touch(turn, outcome, false);
        }
        if onward && !known {
            self.channels.cell(0, now.channel).go_on(turn, outcome);
        }
        (At { cell, channel_onward: known || onward, ..now }, first)
    }

    pub(super) fn merge(&mut self, from: State) {
        let (into, from_totals) = (&mut self.totals, from.totals);
        into.instances.add(from_totals.instances);
        into.goal.add(from_totals.goal);
        into.left.add(from_totals.left);
        into.open.add(from_totals.open);
        into.on_way.merge(from_totals.on_way);
        into.off_way.merge(from_totals.off_way);
        into.value.merge(from_totals.value);
        into.to_goal_us.merge(from_totals.to_goal_us);
        for (into, from) in self.stages.iter_mut().zip(from.stages) {
            into.merge(from);
        }
        for (into, from) in self.touchpoints.iter_mut().zip(&from.touchpoints) {
            into.merge(from);
        }
        for (into, from) in [
            (&mut self.cells, from.cells),
            (&mut self.stage_channels, from.stage_channels),
            (&mut self.channels, from.channels),
        ] {
            for ((a, b), here) in from.into_entries() {
                into.cell(a, b).merge(&here);
            }
        }
        for (into, from) in self.moves.iter_mut().zip(from.moves) {
            into.merge(from);
        }
    }

    pub(super) fn answer(mut self, config: &Config) -> Answer {
        for ((touchpoint, channel), cell) in self.cells.iter() {
            let Some(stage) = config.stage_of.get(touchpoint as usize).copied() else { continue };
            self.totals.events += cell.events;
            self.stages[stage].here.add_events(cell);
            self.touchpoints[touchpoint as usize].add_events(cell);
            self.stage_channels.cell(stage as u32, channel).add_events(cell);
            self.channels.cell(0, channel).add_events(cell);
        }
        let sorted = |pairs: &Pairs<Here>| pairs.sorted().into_iter().map(|(key, here)| (key, *here)).collect();
        Answer {
            cells: sorted(&self.cells),
            stage_channels: sorted(&self.stage_channels),
            channels: self.channels.sorted().into_iter().map(|((_, channel), here)| (channel, *here)).collect(),
            moves: self.moves.chunks(config.stages).map(<[Moves]>::to_vec).collect(),
            totals: self.totals,
            stages: self.stages,
            touchpoints: self.touchpoints,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let stays = self.stages.iter().map(|stage| stage.stay_us.bytes() + size_of::<Stage>()).sum::<usize>();
        let tables = [&self.cells, &self.stage_channels, &self.channels].map(Pairs::bytes);
        size_of::<State>()
            + stays
            + tables.iter().sum::<usize>()
            + self.totals.to_goal_us.bytes()
            + self.touchpoints.len() * size_of::<Here>()
            + self.moves.len() * size_of::<Moves>()
            + self.later.0.len() * size_of::<usize>()
    }
}
