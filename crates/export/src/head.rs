//! The top of a map: what it is of, how the journey does as a whole, for whom the team designs.

use model::lanes::Persona;
use model::sample::SampleKind;

use crate::Picture;
use crate::drawing::{Block, Rect};
use crate::fonts::Weight;
use crate::kit::{Align, Kit, Room};
use crate::lanes::basis;
use crate::words::{Words, say};

/// All of it, for the first page.
pub(crate) fn head(picture: &Picture<'_>, kit: &Kit, width: f32) -> Block {
    let mut block = title(picture, kit, width);
    if let Some(worst) = picture.pains.and_then(|pains| pains.first()) {
        let ink = kit.ink(14.0, Weight::Regular, kit.palette.text);
        block.stack(kit.text_block(width.min(1_200.0), ink, worst.sentence.get(kit.language.tag())), 8.0);
    }
    if picture.has_journeys() {
        block.stack(totals(picture, kit, width), 12.0);
    } else {
        let ink = kit.ink(14.0, Weight::Regular, kit.palette.bad);
        block.stack(kit.text_block(width, ink, kit.words.no_journeys), 8.0);
    }
    let personas = &picture.map.journey.definition.personas;
    if !personas.is_empty() {
        block.stack(persona_cards(kit, personas, width), 12.0);
    }
    block
}

/// One line, for the pages after the first.
pub(crate) fn running_head(picture: &Picture<'_>, kit: &Kit, width: f32, about: &str) -> Block {
    let ink = kit.ink(14.0, Weight::Bold, kit.palette.text);
    let mut block = Block::new(width, ink.leading());
    let about_width = kit.width(about, kit.soft());
    let name = picture.map.journey.definition.name.get(kit.language.tag());
    let room = Room { x: 0.0, y: 0.0, width: (width - about_width - 16.0).max(0.0) };
    kit.line(&mut block, room, ink, Align::Left, name);
    kit.line(&mut block, Room { x: 0.0, y: 1.0, width }, kit.soft(), Align::Right, about);
    block
}

/// What stands at the foot of every page, beside its number.
pub(crate) fn foot(picture: &Picture<'_>, kit: &Kit, width: f32, page: &str) -> Block {
    let mut block = Block::new(width, kit.small().leading());
    let (words, meta) = (kit.words, &picture.map.meta);
    let as_of = say(words.as_of, &[&kit.language.moment(meta.as_of_us, &meta.zone), &meta.zone]);
    let name = picture.map.journey.definition.name.get(kit.language.tag());
    let workspace = workspace(picture, kit.words);
    let parts = ["Throughline", &workspace, name, &version(picture, kit), &as_of];
    let page_width = kit.width(page, kit.small());
    let room = Room { x: 0.0, y: 0.0, width: (width - page_width - 16.0).max(0.0) };
    kit.line(&mut block, room, kit.small(), Align::Left, &parts.join(" · "));
    kit.line(&mut block, Room { x: 0.0, y: 0.0, width }, kit.small(), Align::Right, page);
    block
}

/// Its name, and that its data are a sample where they are.
pub(crate) fn workspace(picture: &Picture<'_>, words: &Words) -> String {
    let sample = picture.sample.map(|kind| match kind {
        SampleKind::Sample => words.sample,
        SampleKind::Simulated => words.simulated,
    });
    [Some(picture.workspace), sample].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn version(picture: &Picture<'_>, kit: &Kit) -> String {
    say(kit.words.version, &[&picture.map.journey.version.to_string()])
}

fn title(picture: &Picture<'_>, kit: &Kit, width: f32) -> Block {
    let (map, words, tag) = (picture.map, kit.words, kit.language.tag());
    let definition = &map.journey.definition;
    let text_width = width.min(1_200.0);
    let mut block = Block::new(width, 0.0);
    let eyebrow = [words.journey_map, &workspace(picture, words), &version(picture, kit)].join(" · ");
    block.stack(kit.text_block(text_width, kit.small(), &eyebrow), 0.0);
    let ink = kit.ink(26.0, Weight::Bold, kit.palette.text);
    block.stack(kit.text_block(text_width, ink, definition.name.get(tag)), 0.0);
    if let Some(description) = &definition.description {
        let ink = kit.ink(13.0, Weight::Regular, kit.palette.text_2);
        block.stack(kit.text_block(text_width, ink, description.get(tag)), 2.0);
    }
    let as_of = say(words.as_of, &[&kit.language.moment(map.meta.as_of_us, &map.meta.zone), &map.meta.zone]);
    let mut facts = vec![map.meta.population.get(tag).to_owned(), as_of];
    facts.extend(definition.owner.as_deref().map(|owner| say(words.owner, &[owner])));
    facts.extend(definition.review.map(|day| say(words.review, &[&kit.language.day(day)])));
    block.stack(kit.text_block(text_width, kit.soft(), &facts.join(" · ")), 4.0);
    block
}

/// A figure of the journey as a whole.
struct Total {
    name: String,
    figure: String,
    notes: Vec<String>,
}

fn totals(picture: &Picture<'_>, kit: &Kit, width: f32) -> Block {
    const GOAL: f32 = 330.0;
    let (totals, words, language) = (&picture.map.totals, kit.words, kit.language);
    let people = |name: &str, people: &analysis::answer::People| Total {
        name: name.to_owned(),
        figure: language.count(people.instances),
        notes: vec![say(words.customers, &[&language.count(people.customers)])],
    };
    let time = &totals.time_to_goal;
    let p90 = time.p90_s.map(|p90| say(words.p90_within, &[&language.duration(Some(p90))]));
    let mut all = vec![
        people(words.started, &totals.started),
        people(words.arrived, &totals.goal),
        people(words.left, &totals.left),
        people(words.open, &totals.open),
        Total {
            name: words.time_to_goal.to_owned(),
            figure: language.duration(time.median_s),
            notes: p90.into_iter().collect(),
        },
    ];
    if let Some(value) = totals.value {
        let each = (totals.goal.instances > 0).then(|| value / totals.goal.instances as f64);
        let each = each.map(|each| say(words.value_each, &[&language.money(each, picture.currency)]));
        let figure = language.money(value, picture.currency);
        all.push(Total { name: words.value.to_owned(), figure, notes: each.into_iter().collect() });
    }
    let cell = ((width - GOAL) / all.len() as f32).min(240.0);
    let mut cells = vec![(goal(picture, kit, GOAL - 32.0), GOAL)];
    cells.extend(all.iter().map(|total| (draw_total(kit, total, cell - 32.0), cell)));
    let height = cells.iter().map(|(cell, _)| cell.height).fold(0.0, f32::max) + 24.0;
    let mut block = Block::new(width, height);
    let card = Rect { x: 0.0, y: 0.0, width: cells.iter().map(|(_, width)| width).sum(), height, ..Rect::default() };
    block.rect(Rect { radius: 8.0, fill: Some(kit.palette.surface), stroke: Some(kit.palette.line), ..card });
    let mut x = 0.0;
    for (cell, width) in cells {
        if x > 0.0 {
            block.line([x, 0.0], [x, height], kit.palette.line);
        }
        block.place(cell, x + 16.0, 12.0);
        x += width;
    }
    block
}

fn draw_total(kit: &Kit, total: &Total, width: f32) -> Block {
    let mut block = kit.text_block(width, kit.small(), &total.name);
    let ink = kit.ink(20.0, Weight::Bold, kit.palette.text);
    block.stack(kit.text_block(width, ink, &total.figure), 0.0);
    for note in &total.notes {
        block.stack(kit.text_block(width, kit.small(), note), 0.0);
    }
    block
}

/// Conversion to the goal beside its baseline and target.
fn goal(picture: &Picture<'_>, kit: &Kit, width: f32) -> Block {
    let (words, language, palette) = (kit.words, kit.language, kit.palette);
    let goal = &picture.map.journey.definition.goal;
    let conversion = picture.map.totals.conversion;
    let name = format!("{}{}{}", words.goal, words.colon, goal.name.get(language.tag()));
    let mut block = kit.text_block(width, kit.small(), &name);
    let ink = kit.ink(20.0, Weight::Bold, palette.text);
    let figure = language.percent(conversion.share);
    let mut row = Block::new(width, ink.leading());
    let end = kit.line(&mut row, Room { x: 0.0, y: 0.0, width }, ink, Align::Left, &figure);
    let room = Room { x: end + 8.0, y: 7.0, width: width - end - 8.0 };
    kit.line(&mut row, room, kit.soft(), Align::Left, words.conversion);
    block.stack(row, 0.0);

    // With something to compare to, the bar ends a little beyond the larger of the two; else at all of them.
    let compared = goal.baseline.into_iter().chain(goal.target).reduce(f64::max);
    let most = compared.map_or(1.0, |mark| mark.max(conversion.share.unwrap_or(0.0)) * 1.15).clamp(1e-6, 1.0);
    let at = |share: f64| (share / most).clamp(0.0, 1.0) as f32 * width;
    let mut bar = Block::new(width, 16.0);
    let track = Rect { y: 4.0, width, height: 8.0, radius: 4.0, fill: Some(palette.line), ..Rect::default() };
    bar.rect(track);
    if let Some(share) = conversion.share {
        bar.rect(Rect { width: at(share), fill: Some(palette.forward), ..track });
    }
    for (share, colour) in [(goal.baseline, palette.line_strong), (goal.target, palette.goal)] {
        if let Some(share) = share {
            let x = at(share) - 1.0;
            bar.rect(Rect { x, y: 0.0, width: 3.0, height: 16.0, radius: 1.5, fill: Some(colour), ..Rect::default() });
        }
    }
    block.stack(bar, 2.0);

    let mut notes = Vec::new();
    notes.extend(goal.baseline.map(|share| say(words.baseline, &[&language.percent(Some(share))])));
    notes.extend(goal.target.map(|share| match goal.by {
        Some(day) => say(words.target_by, &[&language.percent(Some(share)), &language.day(day)]),
        None => say(words.target, &[&language.percent(Some(share))]),
    }));
    if let (Some(low), Some(high)) = (conversion.low, conversion.high) {
        let [low, high] = [low, high].map(|share| language.percent(Some(share)));
        notes.push(say(words.interval, &[&low, &high]));
    }
    block.stack(kit.text_block(width, kit.small(), &notes.join(" · ")), 2.0);
    block
}

fn persona_cards(kit: &Kit, personas: &[Persona], width: f32) -> Block {
    const GAP: f32 = 12.0;
    let columns = ((width / 300.0) as usize).clamp(1, personas.len());
    let card = ((width - GAP * (columns - 1) as f32) / columns as f32).min(480.0);
    let title = format!("{}{}", kit.words.personas, kit.words.colon);
    let ink = kit.ink(12.0, Weight::Bold, kit.palette.text_2);
    let mut block = kit.text_block(width, ink, title.trim_end().trim_end_matches(['：', ':']));
    for row in personas.chunks(columns) {
        let drawn: Vec<Block> = row.iter().map(|persona| draw_persona(kit, persona, card)).collect();
        let height = drawn.iter().map(|card| card.height).fold(0.0, f32::max);
        let mut line = Block::new(width, height);
        for (i, drawn) in drawn.into_iter().enumerate() {
            let x = i as f32 * (card + GAP);
            let ground = Rect { x, width: card, height, radius: 8.0, ..Rect::default() };
            line.rect(Rect { fill: Some(kit.palette.surface), stroke: Some(kit.palette.line), ..ground });
            line.place(drawn, x, 0.0);
        }
        block.stack(line, 6.0);
    }
    block
}

fn draw_persona(kit: &Kit, persona: &Persona, width: f32) -> Block {
    const PAD: f32 = 12.0;
    let inner = width - 2.0 * PAD;
    let tag = kit.language.tag();
    let mut block = Block::new(width, 9.0);
    let room = |y: f32| Room { x: PAD, y, width: inner };
    let ink = kit.ink(13.0, Weight::Bold, kit.palette.text);
    let (name, basis_word) = (persona.name.get(tag), kit.words.basis(persona.basis()));
    let beside = kit.width(name, ink) + 8.0 + kit.width(basis_word, kit.small()) + 12.0 <= inner;
    block.height += kit.paragraph(&mut block, room(9.0), ink, name);
    if beside {
        let x = PAD + kit.width(name, ink) + 8.0;
        let place = Room { x, y: 10.0, width: PAD + inner - x };
        basis(kit, &mut block, place, persona.basis());
    } else {
        let place = room(block.height + 2.0);
        basis(kit, &mut block, place, persona.basis());
        block.height += kit.small().leading() + 4.0;
    }
    if let Some(description) = &persona.description {
        let place = room(block.height + 2.0);
        block.height += kit.paragraph(&mut block, place, kit.soft(), description.get(tag)) + 2.0;
    }
    block.height += 9.0;
    block
}
