//! What the team wrote: a row for each lane that has cards, every card with what it rests on.

use model::lanes::{Basis, Card, Lane as Written};

use super::curve::feeling_words;
use super::{Body, Lane};
use crate::Picture;
use crate::drawing::{Block, Rect};
use crate::kit::{Kit, Room};
use crate::words::say;

pub(super) fn lanes<'a>(picture: &'a Picture<'a>, kit: &'a Kit) -> Vec<Lane<'a>> {
    let used = |lane: Written| (0..picture.map.stages.len()).any(|stage| !of_stage(picture, stage, lane).is_empty());
    let lane = |written: Written| Lane {
        name: kit.words.lane(written).to_owned(),
        note: kit.words.written.to_owned(),
        body: Body::Cells(Box::new(move |stage, width| {
            of_stage(picture, stage, written).into_iter().map(|card| draw(picture, kit, card, width)).collect()
        })),
    };
    Written::ALL.into_iter().filter(|written| used(*written)).map(lane).collect()
}

fn of_stage<'a>(picture: &Picture<'a>, stage: usize, lane: Written) -> Vec<&'a Card> {
    let definition = &picture.map.journey.definition;
    let id = &picture.map.stages[stage].stage;
    let cards = definition.stages.iter().filter(|stage| stage.id == *id).flat_map(|stage| &stage.cards);
    cards.filter(|card| card.lane == lane).collect()
}

fn draw(picture: &Picture<'_>, kit: &Kit, card: &Card, width: f32) -> Block {
    const PAD: f32 = 8.0;
    let inner = width - 2.0 * PAD;
    let mut block = Block::new(width, 6.0);
    let text = card.text.get(kit.language.tag());
    block.height += kit.paragraph(&mut block, Room { x: PAD, y: 6.0, width: inner }, kit.body(), text);
    let y = block.height + 4.0;
    let end = basis(kit, &mut block, Room { x: PAD, y, width: inner }, card.basis);
    let mut about = Vec::new();
    if let Some(feeling) = card.feeling {
        about.push(feeling_words(f64::from(feeling)));
    }
    if let Some(id) = &card.persona {
        let persona = picture.map.journey.definition.personas.iter().find(|persona| persona.id == *id);
        about.push(persona.map_or(id.as_str(), |persona| persona.name.get(kit.language.tag())).to_owned());
    }
    let about = about.join(" · ");
    let rest = Room { x: end + 6.0, y, width: PAD + inner - end - 6.0 };
    block.height = y + kit.small().leading();
    if !about.is_empty() {
        if kit.width(&about, kit.small()) <= rest.width {
            kit.paragraph(&mut block, rest, kit.small(), &about);
        } else {
            let room = Room { x: PAD, y: block.height + 2.0, width: inner };
            block.height += kit.paragraph(&mut block, room, kit.small(), &about) + 2.0;
        }
    }
    if let Some(source) = &card.source {
        let room = Room { x: PAD, y: block.height + 2.0, width: inner };
        block.height += kit.paragraph(&mut block, room, kit.small(), &say(kit.words.source, &[source])) + 2.0;
    }
    block.height += 7.0;
    let ground = Rect { width, height: block.height, radius: 6.0, ..Rect::default() };
    let assumed = card.basis == Basis::Assumption;
    block.behind(Rect { fill: Some(kit.palette.sunken), stroke: Some(kit.palette.line), dashed: assumed, ..ground });
    block
}

/// What it rests on, by word and by form: an assumption has a dashed edge, research a ground.
pub(crate) fn basis(kit: &Kit, block: &mut Block, room: Room, basis: Basis) -> f32 {
    let palette = kit.palette;
    let (fill, stroke, ink) = match basis {
        Basis::Assumption => (None, Some(palette.line_strong), palette.text_2),
        Basis::Research => (Some(palette.accent_weak), None, palette.good),
        Basis::Live => (Some(palette.forward), None, palette.surface),
    };
    let ground = Rect { fill, stroke, dashed: basis == Basis::Assumption, ..Rect::default() };
    let ink = kit.ink(11.0, crate::fonts::Weight::Regular, ink);
    kit.chip(block, room, ink, ground, kit.words.basis(basis))
}
