//! The rows of a map: what stands in each stage's column, from top to bottom.

mod cards;
mod curve;
mod moves;
mod numbers;
mod pains;
mod pinned;
mod places;

pub(crate) use pinned::value as pinned_value;

use analysis::answer::StageMetrics;
use model::journey::Stage;

use crate::Picture;
use crate::drawing::{Block, Rect};
use crate::kit::{Align, Kit, Room};
use crate::words::say;

pub(crate) use cards::basis;

/// One row.
pub(crate) struct Lane<'a> {
    pub(crate) name: String,
    pub(crate) note: String,
    pub(crate) body: Body<'a>,
}

pub(crate) enum Body<'a> {
    /// The blocks of a stage's cell, from its index and the width there is. A cell may be broken between them.
    Cells(Box<dyn Fn(usize, f32) -> Vec<Block> + 'a>),
    /// Drawn over the columns that stand side by side.
    Across(Box<dyn Fn(Columns) -> Block + 'a>),
}

/// Stages that stand side by side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    pub(crate) first: usize,
    pub(crate) count: usize,
    /// Of one column.
    pub(crate) width: f32,
}

impl Columns {
    /// The stages' indices.
    pub(crate) fn stages(self) -> std::ops::Range<usize> {
        self.first..self.first + self.count
    }

    /// The middle of a stage's column; of a stage that stands elsewhere, the edge it lies beyond.
    pub(crate) fn middle(self, stage: usize) -> f32 {
        let at = stage as f32 - self.first as f32 + 0.5;
        at.clamp(0.0, self.count as f32) * self.width
    }
}

/// The numbers and the definition of one stage.
#[derive(Clone, Copy)]
pub(crate) struct StageOf<'a> {
    pub(crate) metrics: &'a StageMetrics,
    pub(crate) definition: Option<&'a Stage>,
}

impl<'a> Picture<'a> {
    pub(crate) fn stage(&self, index: usize) -> StageOf<'a> {
        let metrics = &self.map.stages[index];
        let definition = self.map.journey.definition.stages.iter().find(|stage| stage.id == metrics.stage);
        StageOf { metrics, definition }
    }

    pub(crate) fn has_journeys(&self) -> bool {
        self.map.totals.started.instances > 0
    }
}

/// All rows that have something to say, in their order.
pub(crate) fn lanes<'a>(picture: &'a Picture<'a>, kit: &'a Kit) -> Vec<Lane<'a>> {
    let mut lanes = Vec::new();
    if picture.has_journeys() {
        lanes.extend(numbers::first(picture, kit));
        lanes.push(moves::lane(picture, kit));
    }
    lanes.extend(curve::lane(picture, kit));
    lanes.extend(pains::lane(picture, kit));
    lanes.extend(pinned::lane(picture, kit));
    lanes.extend(cards::lanes(picture, kit));
    lanes.push(places::touchpoints(picture, kit));
    if picture.has_journeys() {
        lanes.extend(numbers::last(picture, kit));
        lanes.extend(places::channels(picture, kit));
    }
    lanes
}

/// The head of a stage's column: its number, its name, who answers for it.
pub(crate) fn stage_head(picture: &Picture<'_>, kit: &Kit, index: usize, width: f32) -> Block {
    const NUMBER: f32 = 20.0;
    let stage = picture.stage(index);
    let mut block = Block::new(width, 0.0);
    let number = (index + 1).to_string();
    let box_width = NUMBER.max(kit.width(&number, kit.strong()) + 8.0);
    block.rect(Rect {
        y: 1.0,
        width: box_width,
        height: NUMBER,
        radius: 4.0,
        fill: Some(kit.palette.accent_weak),
        ..Rect::default()
    });
    let ink = kit.ink(12.0, crate::fonts::Weight::Bold, kit.palette.good);
    kit.line(&mut block, Room { x: 0.0, y: 2.0, width: box_width }, ink, Align::Middle, &number);
    let ink = kit.ink(14.0, crate::fonts::Weight::Bold, kit.palette.text);
    let room = Room { x: box_width + 8.0, y: 0.0, width: width - box_width - 8.0 };
    let name = stage.metrics.name.get(kit.language.tag());
    block.height = kit.paragraph(&mut block, room, ink, name).max(NUMBER + 2.0);
    if let Some(owner) = stage.definition.and_then(|stage| stage.owner.as_deref()) {
        let below = Room { y: block.height, ..room };
        let height = kit.paragraph(&mut block, below, kit.small(), &say(kit.words.owner, &[owner]));
        block.height += height;
    }
    block
}
