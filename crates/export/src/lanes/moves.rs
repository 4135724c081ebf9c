//! How journeys move between stages: bands to the next stage, arcs over it and back.

use analysis::answer::{MoveKind, MoveTo};

use super::{Body, Columns, Lane};
use crate::Picture;
use crate::drawing::{Block, Path, Rect, Shape};
use crate::fonts::Weight;
use crate::kit::{Align, Kit, Room};
use crate::limits::ARCS_MAX;
use crate::words::say;

/// Width of the most frequent move.
const BAND_MAX: f32 = 28.0;
const NODE_HEIGHT: f32 = 36.0;

/// A move from stage to stage, by their indices.
#[derive(Debug, Clone, Copy)]
struct Step {
    from: usize,
    to: usize,
    count: u64,
    forward: bool,
}

pub(super) fn lane<'a>(picture: &'a Picture<'a>, kit: &'a Kit) -> Lane<'a> {
    let body = Body::Across(Box::new(move |columns| draw(picture, kit, columns)));
    Lane { name: kit.words.moves.to_owned(), note: kit.words.moves_note.to_owned(), body }
}

fn steps(picture: &Picture<'_>) -> Vec<Step> {
    let index = |id: &str| picture.map.stages.iter().position(|stage| stage.stage == id);
    let step = |from: &str, to: &MoveTo, kind, count| match to {
        MoveTo::Stage(to) => {
            Some(Step { from: index(from)?, to: index(to)?, count, forward: kind == MoveKind::Forward })
        }
        MoveTo::Goal | MoveTo::Leave | MoveTo::Open => None,
    };
    let moves = &picture.map.moves;
    moves.iter().filter_map(|found| step(&found.from, &found.to, found.kind, found.count)).collect()
}

fn draw(picture: &Picture<'_>, kit: &Kit, columns: Columns) -> Block {
    let steps = steps(picture);
    let most = steps.iter().map(|step| step.count).max().unwrap_or(0).max(1) as f32;
    let band = |count: u64| (count as f32 / most * BAND_MAX).max(1.0);
    let here = |step: &&Step| columns.stages().contains(&step.from) || columns.stages().contains(&step.to);
    let (next, mut arcs): (Vec<&Step>, Vec<&Step>) =
        steps.iter().filter(here).partition(|step| step.forward && step.to == step.from + 1);
    arcs.sort_by_key(|step| (std::cmp::Reverse(step.count), step.from, step.to));
    let left_out = arcs.len() > ARCS_MAX;
    arcs.truncate(ARCS_MAX);

    let span = |step: &Step| step.from.abs_diff(step.to).min(6) as f32;
    let rise = |step: &Step| 24.0 + 14.0 * span(step) + band(step.count) / 2.0;
    let room = |forward: bool| {
        let rises = arcs.iter().filter(|step| step.forward == forward).map(|step| rise(step) * 0.75 + 18.0);
        rises.fold(10.0, f32::max)
    };
    let (above, below) = (room(true), room(false));
    let middle = above + NODE_HEIGHT / 2.0;
    let width = columns.width * columns.count as f32;
    let mut block = Block::new(width, above + NODE_HEIGHT + below);
    let half_node = node_width(columns) / 2.0;

    for step in &next {
        let (from, to) = (columns.middle(step.from), columns.middle(step.to));
        let start = if columns.stages().contains(&step.from) { from + half_node } else { from };
        let end = if columns.stages().contains(&step.to) { to - half_node } else { to };
        let third = (end - start) / 3.0;
        let curve = [[start + third, middle], [end - third, middle], [end, middle]];
        push(&mut block, [start, middle], curve, kit.palette.forward, band(step.count), false);
    }
    for step in arcs.iter().rev() {
        let side = if step.forward { -1.0 } else { 1.0 };
        let edge = middle + side * NODE_HEIGHT / 2.0;
        let aside = if step.forward { 1.0 } else { -1.0 };
        let shift = |stage: usize, by: f32| {
            let inside = columns.stages().contains(&stage);
            columns.middle(stage) + if inside { by * half_node * 0.6 } else { 0.0 }
        };
        let (start, end) = (shift(step.from, aside), shift(step.to, -aside));
        let far = edge + side * rise(step);
        let outside = |stage: usize| !columns.stages().contains(&stage);
        let (from_y, to_y) = (if outside(step.from) { far } else { edge }, if outside(step.to) { far } else { edge });
        let colour = if step.forward { kit.palette.forward } else { kit.palette.back };
        push(
            &mut block,
            [start, from_y],
            [[start, far], [end, far], [end, to_y]],
            colour,
            band(step.count),
            !step.forward,
        );
    }
    // Figures after all lines, so that no line crosses one.
    let mut told_at = Vec::new();
    for step in &next {
        let place = [(columns.middle(step.from) + columns.middle(step.to)) / 2.0, middle];
        label(kit, &mut block, &mut told_at, place, &kit.language.count(step.count));
    }
    let told = |forward: bool| arcs.iter().filter(move |step| step.forward == forward).take(4);
    for step in told(true).chain(told(false)) {
        if columns.stages().contains(&step.from) && columns.stages().contains(&step.to) {
            let side = if step.forward { -1.0 } else { 1.0 };
            let apex = middle + side * (NODE_HEIGHT / 2.0 + rise(step) * 0.75);
            let x = (columns.middle(step.from) + columns.middle(step.to)) / 2.0;
            label(kit, &mut block, &mut told_at, [x, apex], &kit.language.count(step.count));
        }
    }
    for stage in columns.stages() {
        node(picture, kit, &mut block, columns, stage, above);
    }
    if left_out {
        let least = arcs.last().map_or(0, |step| step.count);
        let text = say(kit.words.moves_least, &[&kit.language.count(least)]);
        let room = Room { x: 8.0, y: block.height, width: width - 16.0 };
        let height = kit.paragraph(&mut block, room, kit.small(), &text);
        block.height += height + 4.0;
    }
    block
}

fn node_width(columns: Columns) -> f32 {
    (columns.width * 0.5).clamp(60.0, 108.0)
}

fn node(picture: &Picture<'_>, kit: &Kit, block: &mut Block, columns: Columns, stage: usize, y: f32) {
    let width = node_width(columns);
    let x = columns.middle(stage) - width / 2.0;
    let rect = Rect { x, y, width, height: NODE_HEIGHT, radius: 6.0, ..Rect::default() };
    block.rect(Rect { fill: Some(kit.palette.surface), stroke: Some(kit.palette.line_strong), ..rect });
    let stays = kit.language.count(picture.map.stages[stage].entries);
    let text = say(kit.words.moves_stays, &[&stays]);
    let ink = kit.strong();
    let text = if kit.width(&text, ink) <= width - 8.0 { text } else { stays };
    let room = Room { x: x + 4.0, y: y + (NODE_HEIGHT - ink.leading()) / 2.0, width: width - 8.0 };
    kit.line(block, room, ink, Align::Middle, &text);
}

fn push(block: &mut Block, start: [f32; 2], curve: [[f32; 2]; 3], stroke: &'static str, width: f32, dashed: bool) {
    // A wide band needs no dashes to be told from others.
    let dashed = dashed && width < 6.0;
    block.shapes.push(Shape::Path(Path { start, curves: vec![curve], stroke, width, opacity: 0.45, dashed }));
}

/// A figure on a ground of its own, in the middle of a place; left out where it would cover another.
fn label(kit: &Kit, block: &mut Block, told_at: &mut Vec<Rect>, [x, y]: [f32; 2], text: &str) {
    let ink = kit.ink(11.0, Weight::Bold, kit.palette.text);
    let (width, height) = (kit.width(text, ink), 16.0);
    // At the edge of a page the figure moves in.
    let left = (x - width / 2.0).clamp(4.0, (block.width - width - 4.0).max(4.0));
    let fill = Some(kit.palette.surface);
    let (ground_x, ground_y) = (left - 4.0, y - height / 2.0);
    let ground = Rect { x: ground_x, y: ground_y, width: width + 8.0, height, radius: 8.0, fill, ..Rect::default() };
    let covers = |other: &Rect| {
        (other.x - ground.x).abs() < (other.width + ground.width) / 2.0 + (other.width - ground.width).abs() / 2.0
            && (other.y - ground.y).abs() < height
    };
    if told_at.iter().any(covers) {
        return;
    }
    told_at.push(ground);
    block.rect(ground);
    let room = Room { x: left, y: y - ink.leading() / 2.0, width };
    kit.line(block, room, ink, Align::Left, text);
}
