//! Numbers of analyses that people pinned to stages, as the analyses give them for the map's moment.

use analysis::answer::{Headline, HeadlineOf, PinnedVersus};
use model::named_view::MapPlace;

use super::{Body, Lane};
use crate::drawing::{Block, Rect};
use crate::fonts::Weight;
use crate::kit::{Kit, Room};
use crate::words::{Language, say};
use crate::{Picture, Pinned};

/// None where nothing is pinned to a stage there is.
pub(super) fn lane<'a>(picture: &'a Picture<'a>, kit: &'a Kit) -> Option<Lane<'a>> {
    let here = move |stage: usize| {
        let id = &picture.map.stages[stage].stage;
        picture.pinned.iter().filter(move |pinned| pinned.place.stage == *id)
    };
    if !(0..picture.map.stages.len()).any(|stage| here(stage).next().is_some()) {
        return None;
    }
    let cells = move |stage: usize, width: f32| here(stage).map(|pinned| card(picture, kit, pinned, width)).collect();
    let (name, note) = (kit.words.pinned.to_owned(), kit.words.pinned_note.to_owned());
    Some(Lane { name, note, body: Body::Cells(Box::new(cells)) })
}

fn card(picture: &Picture<'_>, kit: &Kit, pinned: &Pinned, width: f32) -> Block {
    const PAD: f32 = 8.0;
    let mut block = Block::new(width, 6.0);
    let write = |block: &mut Block, ink, text: &str| {
        let room = Room { x: PAD, y: block.height, width: width - 2.0 * PAD };
        block.height += kit.paragraph(block, room, ink, text);
    };
    write(&mut block, kit.strong(), &pinned.name);
    if let Some(place) = place(picture, kit, &pinned.place) {
        write(&mut block, kit.small(), &place);
    }
    match &pinned.number {
        None => write(&mut block, kit.small(), kit.words.pinned_failed),
        Some(number) => {
            let headline = &number.headline;
            write(&mut block, kit.ink(18.0, Weight::Bold, kit.palette.text), &value(kit.language, headline));
            write(&mut block, kit.small(), headline.label.get(kit.language.tag()));
            if let Some(versus) = &number.versus {
                write(&mut block, kit.soft(), &difference(kit, headline, versus));
            }
        }
    }
    block.height += 7.0;
    let ground = Rect { width, height: block.height, radius: 6.0, ..Rect::default() };
    block.behind(Rect { fill: Some(kit.palette.sunken), stroke: Some(kit.palette.line), ..ground });
    block
}

/// The touchpoint or the lane it is pinned to, if not to the stage itself.
fn place(picture: &Picture<'_>, kit: &Kit, place: &MapPlace) -> Option<String> {
    if let Some(lane) = place.lane {
        return Some(kit.words.lane(lane).to_owned());
    }
    let id = place.touchpoint.as_ref()?;
    let mut touchpoints = picture.map.journey.definition.stages.iter().flat_map(|stage| &stage.touchpoints);
    let name = touchpoints.find(|touchpoint| touchpoint.id == *id).map(|point| point.name.get(kit.language.tag()));
    Some(name.unwrap_or(id).to_owned())
}

/// A number as people read it.
pub(crate) fn value(language: Language, headline: &Headline) -> String {
    match (headline.of, headline.value) {
        (HeadlineOf::Share, share) => language.percent(share),
        (HeadlineOf::Duration, seconds) => language.duration(seconds),
        (HeadlineOf::People, Some(people)) => language.whole(people as u64),
        (HeadlineOf::People, None) => language.percent(None),
    }
}

/// `▲ 3.2 pp against 28.1%`: by shape and sign, not by colour, for nobody said which way is good.
fn difference(kit: &Kit, headline: &Headline, versus: &PinnedVersus) -> String {
    let against = value(kit.language, &versus.headline);
    let Some(difference) = versus.difference else { return say(kit.words.pinned_against, &["–", &against]) };
    let size = match headline.of {
        HeadlineOf::Share => format!("{} {}", kit.language.points(difference), kit.words.points),
        HeadlineOf::Duration => kit.language.duration(Some(difference.abs())),
        HeadlineOf::People => kit.language.whole(difference.abs() as u64),
    };
    let mark = match difference {
        more if more > 0.0 => "▲",
        less if less < 0.0 => "▼",
        _ => "=",
    };
    say(kit.words.pinned_against, &[&format!("{mark} {size}"), &against])
}
