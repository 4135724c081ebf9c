//! How each stage does: reach, going on, time, ends of stays, losses.

use model::period::SECOND_US;

use super::{Body, Lane};
use crate::Picture;
use crate::drawing::{Block, Rect};
use crate::kit::{Align, Kit, Room};
use crate::words::say;

/// Shares of fewer instances than this are shown with their interval.
const SMALL: u64 = 100;

/// The rows people read first.
pub(super) fn first<'a>(picture: &'a Picture<'a>, kit: &'a Kit) -> Vec<Lane<'a>> {
    let words = kit.words;
    vec![
        lane(words.reached, words.reached_note, move |stage, width| reached(picture, kit, stage, width)),
        lane(words.went_on, words.went_on_note, move |stage, width| went_on(picture, kit, stage, width)),
        lane(words.time, words.time_note, move |stage, width| time(picture, kit, stage, width)),
    ]
}

/// The rows that account for every stay and every loss.
pub(super) fn last<'a>(picture: &'a Picture<'a>, kit: &'a Kit) -> Vec<Lane<'a>> {
    let words = kit.words;
    vec![
        lane(words.exits, words.exits_note, move |stage, width| exits(picture, kit, stage, width)),
        lane(words.lost, words.lost_note, move |stage, width| lost(picture, kit, stage, width)),
    ]
}

fn lane<'a>(name: &str, note: &str, cell: impl Fn(usize, f32) -> Block + 'a) -> Lane<'a> {
    let body = Body::Cells(Box::new(move |stage, width| vec![cell(stage, width)]));
    Lane { name: name.to_owned(), note: note.to_owned(), body }
}

/// A figure to the left and what goes with it to the right; below it, if there is no room beside it.
fn pair(kit: &Kit, width: f32, figure: &str, beside: &str) -> Block {
    let mut block = Block::new(width, kit.figure().leading());
    let whole = Room { x: 0.0, y: 0.0, width };
    let end = kit.line(&mut block, whole, kit.figure(), Align::Left, figure);
    if beside.is_empty() {
        return block;
    }
    if end + 8.0 + kit.width(beside, kit.soft()) <= width {
        let room = Room { x: end + 8.0, y: 4.0, width: width - end - 8.0 };
        kit.line(&mut block, room, kit.soft(), Align::Right, beside);
    } else {
        let below = Room { y: block.height, ..whole };
        let height = kit.paragraph(&mut block, below, kit.soft(), beside);
        block.height += height;
    }
    block
}

/// What the team expects, and by shape and colour whether it is met.
fn verdict(kit: &Kit, block: &mut Block, met: Option<bool>, expected: &str) {
    let (mark, fill) = match met {
        Some(true) => ("▲ ", kit.palette.good),
        Some(false) => ("▼ ", kit.palette.bad),
        None => ("", kit.palette.text_3),
    };
    let ink = kit.ink(11.0, crate::fonts::Weight::Regular, fill);
    let text = kit.text_block(block.width, ink, &format!("{mark}{expected}"));
    block.stack(text, 1.0);
}

fn reached(picture: &Picture<'_>, kit: &Kit, stage: usize, width: f32) -> Block {
    let reach = &picture.stage(stage).metrics.reach;
    let mut block =
        pair(kit, width, &kit.language.count(reach.reached.instances), &kit.language.percent(reach.share.share));
    let y = block.height + 2.0;
    block.rect(Rect { y, width, height: 4.0, radius: 2.0, fill: Some(kit.palette.line), ..Rect::default() });
    let filled = width * reach.share.share.unwrap_or(0.0).clamp(0.0, 1.0) as f32;
    block.rect(Rect { y, width: filled, height: 4.0, radius: 2.0, fill: Some(kit.palette.forward), ..Rect::default() });
    block.height = y + 6.0;
    let customers = say(kit.words.customers, &[&kit.language.count(reach.reached.customers)]);
    block.stack(kit.text_block(width, kit.small(), &customers), 1.0);
    block
}

fn went_on(picture: &Picture<'_>, kit: &Kit, stage: usize, width: f32) -> Block {
    let stage = picture.stage(stage).metrics;
    let share = stage.to_next;
    let counts = match share.of {
        0 => String::new(),
        of => format!("{} / {}", kit.language.count(share.hits), kit.language.count(of)),
    };
    let mut block = pair(kit, width, &kit.language.percent(share.share), &counts);
    if let Some(expected) = stage.expect.and_then(|expect| expect.conversion) {
        let expected = say(kit.words.expected_share, &[&kit.language.percent(Some(expected))]);
        verdict(kit, &mut block, stage.conversion_met, &expected);
    }
    if let (true, Some(low), Some(high)) = (share.of < SMALL, share.low, share.high) {
        let [low, high] = [low, high].map(|share| kit.language.percent(Some(share)));
        block.stack(kit.text_block(width, kit.small(), &say(kit.words.interval, &[&low, &high])), 1.0);
    }
    block
}

fn time(picture: &Picture<'_>, kit: &Kit, stage: usize, width: f32) -> Block {
    let stage = picture.stage(stage).metrics;
    // The goal ends a journey with its event: there is no time to be long or short.
    if stage.time.p90_s == Some(0.0) && stage.exits.goal == stage.entries {
        return kit.text_block(width, kit.soft(), kit.words.at_once);
    }
    let p90 = format!("P90 {}", kit.language.duration(stage.time.p90_s));
    let mut block = pair(kit, width, &kit.language.duration(stage.time.median_s), &p90);
    if let Some(expected) = stage.expect.and_then(|expect| expect.time) {
        let expected = kit.language.duration(Some(expected.us as f64 / SECOND_US as f64));
        verdict(kit, &mut block, stage.time_met, &say(kit.words.expected_time, &[&expected]));
    }
    block
}

fn exits(picture: &Picture<'_>, kit: &Kit, stage: usize, width: f32) -> Block {
    let stage = picture.stage(stage).metrics;
    let (words, palette, exits) = (kit.words, kit.palette, stage.exits);
    let ends = [
        (words.exit_goal, exits.goal, palette.goal),
        (words.exit_forward, exits.forward, palette.forward),
        (words.exit_back, exits.back, palette.back),
        (words.exit_leave, exits.leave, palette.leave),
        (words.exit_open, exits.open, palette.open),
    ];
    let mut block = Block::new(width, 12.0);
    block.rect(Rect { y: 2.0, width, height: 8.0, radius: 3.0, fill: Some(palette.sunken), ..Rect::default() });
    let mut x = 0.0;
    for (_, count, fill) in ends {
        let part = width * count as f32 / stage.entries.max(1) as f32;
        block.rect(Rect { x, y: 2.0, width: part, height: 8.0, fill: Some(fill), ..Rect::default() });
        x += part;
    }
    for (name, count, fill) in ends.into_iter().filter(|(_, count, _)| *count > 0) {
        let swatch = Rect { y: 4.0, width: 10.0, height: 10.0, radius: 2.0, fill: Some(fill), ..Rect::default() };
        block.stack(counted(kit, width, swatch, name, count, stage.entries), 1.0);
    }
    if stage.loops > 0 {
        // Stays that came back end in one of the ways above, too: an empty mark, outside the bar.
        let (width_mark, stroke) = (9.0, Some(palette.line_strong));
        let mark =
            Rect { x: 0.5, y: 4.5, width: width_mark, height: width_mark, radius: 4.5, stroke, ..Rect::default() };
        block.stack(counted(kit, width, mark, words.loops, stage.loops, stage.entries), 1.0);
    }
    block
}

/// A coloured mark, a name, a count and its share.
fn counted(kit: &Kit, width: f32, swatch: Rect, name: &str, count: u64, of: u64) -> Block {
    const SHARE: f32 = 44.0;
    let ink = kit.ink(11.0, crate::fonts::Weight::Regular, kit.palette.text_2);
    let strong = kit.ink(11.0, crate::fonts::Weight::Bold, kit.palette.text);
    let mut block = Block::new(width, ink.leading());
    block.rect(swatch);
    let x = 15.0;
    let number = kit.language.count(count);
    let number_width = kit.width(&number, strong).min(width - SHARE);
    let names = (width - SHARE - number_width - x - 4.0).max(0.0);
    kit.line(&mut block, Room { x, y: 0.0, width: names }, ink, Align::Left, name);
    let room = Room { x: width - SHARE - number_width, y: 0.0, width: number_width };
    kit.line(&mut block, room, strong, Align::Right, &number);
    let share = kit.language.percent((of > 0).then(|| count as f64 / of as f64));
    kit.line(&mut block, Room { x: width - SHARE, y: 0.0, width: SHARE }, kit.small(), Align::Right, &share);
    block
}

fn lost(picture: &Picture<'_>, kit: &Kit, stage: usize, width: f32) -> Block {
    let worst = picture.map.stages.iter().map(|stage| stage.left_last.instances).max().unwrap_or(0);
    let stage = picture.stage(stage).metrics;
    let mut block = Block::new(width, 0.0);
    let last = stage.left_last.instances;
    for (name, count) in [(kit.words.left_last, last), (kit.words.dropped_furthest, stage.dropped_furthest.instances)] {
        let peak = name == kit.words.left_last && last == worst && worst > 0;
        let ink = if peak { kit.ink(12.0, crate::fonts::Weight::Bold, kit.palette.bad) } else { kit.soft() };
        let mut row = Block::new(width, ink.leading() + 2.0);
        if peak {
            let ground = Rect { x: -4.0, width: width + 8.0, height: row.height, radius: 4.0, ..Rect::default() };
            row.rect(Rect { fill: Some(kit.palette.bad_weak), ..ground });
        }
        let number = kit.language.count(count);
        let number_width = kit.width(&number, ink).min(width);
        let names = Room { x: 0.0, y: 1.0, width: (width - number_width - 6.0).max(0.0) };
        kit.line(&mut row, names, ink, Align::Left, name);
        let room = Room { x: width - number_width, y: 1.0, width: number_width };
        kit.line(&mut row, room, ink, Align::Right, &number);
        block.stack(row, 1.0);
    }
    block
}
