//! Where it happens: each stage's touchpoints with their channels, and its channels altogether.

use analysis::answer::TouchpointMetrics;

use super::{Body, Lane};
use crate::Picture;
use crate::drawing::{Block, Rect};
use crate::kit::{Align, Ink, Kit, Room};

pub(super) fn touchpoints<'a>(picture: &'a Picture<'a>, kit: &'a Kit) -> Lane<'a> {
    let cells = picture.map.cells.iter().map(|cell| cell.reach.reached.instances);
    let all = picture.map.touchpoints.iter().map(|touchpoint| touchpoint.reach.reached.instances);
    let most = cells.chain(all).max().unwrap_or(0) as f64;
    let body = Body::Cells(Box::new(move |stage, width| {
        let id = &picture.map.stages[stage].stage;
        let here = picture.map.touchpoints.iter().filter(|touchpoint| touchpoint.stage == *id);
        here.map(|touchpoint| draw(picture, kit, touchpoint, most, width)).collect()
    }));
    let note = if picture.has_journeys() { kit.words.touchpoints_note } else { "" };
    Lane { name: kit.words.touchpoints.to_owned(), note: note.to_owned(), body }
}

fn draw(picture: &Picture<'_>, kit: &Kit, touchpoint: &TouchpointMetrics, most: f64, width: f32) -> Block {
    let name = touchpoint.name.get(kit.language.tag());
    let reached = touchpoint.reach.reached.instances;
    let mut block = Block::new(width, 0.0);
    let shown = picture.has_journeys().then_some(reached);
    block.stack(row(kit, width, kit.strong(), name, shown, most), 0.0);
    let cells = picture
        .map
        .cells
        .iter()
        .filter(|cell| cell.touchpoint == touchpoint.touchpoint && cell.stage == touchpoint.stage);
    for cell in cells {
        let channel = kit.language.channel(&cell.channel);
        let mut inset = Block::new(width, 0.0);
        let row = row(kit, width - 6.0, kit.soft(), channel, Some(cell.reach.reached.instances), most);
        inset.height = row.height;
        inset.place(row, 3.0, 0.0);
        block.stack(inset, 2.0);
    }
    if reached == 0 && picture.has_journeys() {
        let mut text = Block::new(width, kit.small().leading());
        let room = Room { x: 8.0, y: 0.0, width: width - 16.0 };
        kit.line(&mut text, room, kit.small(), Align::Left, kit.words.unreached);
        block.stack(text, 0.0);
    }
    block.height += 3.0;
    let edge = Rect { width, height: block.height, radius: 6.0, dashed: reached == 0, ..Rect::default() };
    block.rect(Rect { stroke: Some(kit.palette.line), ..edge });
    block
}

/// A name and a count on the ground of its heat.
fn row(kit: &Kit, width: f32, ink: Ink, name: &str, count: Option<u64>, most: f64) -> Block {
    const PAD: f32 = 8.0;
    let (fill, text) = match kit.palette.heat(count.unwrap_or(0) as f64, most) {
        Some((fill, text)) => (Some(fill), text),
        None => (None, ink.fill),
    };
    let ink = Ink { fill: text, ..ink };
    let number = count.map_or_else(String::new, |count| kit.language.count(count));
    let number_width = kit.width(&number, ink);
    let mut block = Block::new(width, 0.0);
    let names = width - 2.0 * PAD - number_width - 6.0;
    let height = kit.paragraph(&mut block, Room { x: PAD, y: 3.0, width: names }, ink, name);
    block.height = height + 6.0;
    let room = Room { x: width - PAD - number_width, y: 3.0, width: number_width };
    kit.line(&mut block, room, ink, Align::Right, &number);
    block.behind(Rect { width, height: block.height, radius: 4.0, fill, ..Rect::default() });
    block
}

/// None where nothing happened on any channel.
pub(super) fn channels<'a>(picture: &'a Picture<'a>, kit: &'a Kit) -> Option<Lane<'a>> {
    let map = picture.map;
    if map.channels.is_empty() {
        return None;
    }
    let most = map.stage_channels.iter().map(|cell| cell.reach.reached.instances).max().unwrap_or(0) as f64;
    let body = Body::Cells(Box::new(move |stage, width| {
        let id = &map.stages[stage].stage;
        let draw = |channel: &String| {
            let cell = map.stage_channels.iter().find(|cell| cell.stage == *id && cell.channel == *channel);
            let name = kit.language.channel(channel);
            match cell {
                Some(cell) => row(kit, width, kit.body(), name, Some(cell.reach.reached.instances), most),
                None => hole(kit, width, name),
            }
        };
        map.channels.iter().map(draw).collect()
    }));
    Some(Lane { name: kit.words.matrix.to_owned(), note: kit.words.matrix_note.to_owned(), body })
}

/// A stage without the channel.
fn hole(kit: &Kit, width: f32, name: &str) -> Block {
    let mut block = row(kit, width, kit.small(), name, None, 0.0);
    let height = block.height;
    let ink = kit.small();
    let room = Room { x: width - 24.0, y: 3.0, width: 16.0 };
    kit.line(&mut block, room, ink, Align::Right, crate::format::NOTHING);
    let edge = Rect { width, height, radius: 4.0, stroke: Some(kit.palette.line), dashed: true, ..Rect::default() };
    block.behind(edge);
    block
}
