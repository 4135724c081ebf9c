//! Open pains, under the stage they are found in, with their size.

use model::pain::{Money, Pain};

use super::{Body, Lane};
use crate::Picture;
use crate::drawing::{Block, Rect};
use crate::fonts::Weight;
use crate::kit::{Kit, Room};
use crate::limits::STAGE_PAINS_MAX;
use crate::words::say;

/// None where it is not known whether there are any.
pub(super) fn lane<'a>(picture: &'a Picture<'a>, kit: &'a Kit) -> Option<Lane<'a>> {
    let pains = picture.pains?;
    let words = kit.words;
    let note = if pains.is_empty() { words.pains_none } else { words.pains_note };
    let body = Body::Cells(Box::new(move |stage, width| {
        let id = &picture.map.stages[stage].stage;
        let here: Vec<&Pain> = pains.iter().filter(|pain| pain.stage == *id).collect();
        let shown = here.iter().take(STAGE_PAINS_MAX);
        let mut blocks: Vec<Block> = shown.map(|pain| card(picture, kit, pain, width)).collect();
        if here.len() > STAGE_PAINS_MAX {
            let more = say(words.pains_more, &[&(here.len() - STAGE_PAINS_MAX).to_string()]);
            blocks.push(kit.text_block(width, kit.small(), &more));
        }
        blocks
    }));
    Some(Lane { name: words.pains.to_owned(), note: note.to_owned(), body })
}

fn card(picture: &Picture<'_>, kit: &Kit, pain: &Pain, width: f32) -> Block {
    const PAD: f32 = 8.0;
    let mut block = Block::new(width, 6.0);
    let room = |y: f32| Room { x: PAD + 2.0, y, width: width - 2.0 * PAD - 2.0 };
    let sentence = pain.sentence.get(kit.language.tag());
    block.height += kit.paragraph(&mut block, room(6.0), kit.body(), sentence);
    let size = sizes(picture, kit, pain).join(" · ");
    let ink = kit.ink(11.0, Weight::Bold, kit.palette.bad);
    let room = room(block.height + 2.0);
    block.height += kit.paragraph(&mut block, room, ink, &size) + 8.0;
    let ground = Rect { width, height: block.height, radius: 4.0, ..Rect::default() };
    block.behind(Rect { width: 3.0, radius: 1.5, fill: Some(kit.palette.bad), ..ground });
    block.behind(Rect { fill: Some(kit.palette.bad_weak), ..ground });
    block
}

fn sizes(picture: &Picture<'_>, kit: &Kit, pain: &Pain) -> Vec<String> {
    let customers = kit.language.rough(pain.customers_per_month.value);
    let mut sizes = vec![say(kit.words.per_month_customers, &[&customers])];
    if let Money::PerMonth { amount, currency, .. } = &pain.money {
        let money = kit.language.money(amount.value, currency.as_deref().or(picture.currency));
        sizes.push(say(kit.words.per_month_money, &[&money]));
    }
    sizes
}
