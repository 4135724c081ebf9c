//! The curve of a journey: mean scores as measured, feelings as the team wrote them, and where it hurts.

use model::lanes::Lane as Written;

use super::{Body, Columns, Lane};
use crate::Picture;
use crate::drawing::{Block, Circle, Line, Path, Rect, Shape};
use crate::fonts::Weight;
use crate::kit::{Align, Kit, Room};

const HEIGHT: f32 = 136.0;
/// Top and bottom of the scale.
const SCALE: [f32; 2] = [30.0, 112.0];
/// Ends of the scales people are asked on; a journey's scores are drawn from nought to the next one.
const SCALES: [f64; 5] = [1.0, 5.0, 7.0, 10.0, 100.0];

/// None where nothing was scored and no feeling written.
pub(super) fn lane<'a>(picture: &'a Picture<'a>, kit: &'a Kit) -> Option<Lane<'a>> {
    let (scores, feelings) = (scores(picture), feelings(picture));
    let has = |values: &[Option<f64>]| values.iter().any(Option::is_some);
    let mut notes = Vec::new();
    if has(&scores) {
        notes.push(format!("● {} 0–{}", kit.words.curve_score, scale(&scores)));
    }
    if has(&feelings) {
        notes.push(format!("○ {}", kit.words.curve_feeling));
    }
    if notes.is_empty() {
        return None;
    }
    let body = Body::Across(Box::new(move |columns| draw(kit, columns, picture, &scores, &feelings)));
    Some(Lane { name: kit.words.curve.to_owned(), note: notes.join(" "), body })
}

fn scores(picture: &Picture<'_>) -> Vec<Option<f64>> {
    let score = |stage: &analysis::answer::StageMetrics| stage.reach.score_mean.filter(|_| stage.reach.score_count > 0);
    picture.map.stages.iter().map(score).collect()
}

/// The mean of the feelings written on each stage's cards.
fn feelings(picture: &Picture<'_>) -> Vec<Option<f64>> {
    let of_stage = |index: usize| {
        let cards = picture.stage(index).definition.map_or(&[][..], |stage| &stage.cards);
        let written = cards.iter().filter(|card| card.lane == Written::Emotion);
        let values: Vec<f64> = written.filter_map(|card| card.feeling.map(f64::from)).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    (0..picture.map.stages.len()).map(of_stage).collect()
}

fn scale(scores: &[Option<f64>]) -> f64 {
    let most = scores.iter().flatten().copied().fold(0.0, f64::max);
    SCALES.into_iter().find(|end| *end >= most).unwrap_or_else(|| most.ceil())
}

fn draw(kit: &Kit, columns: Columns, picture: &Picture<'_>, scores: &[Option<f64>], feelings: &[Option<f64>]) -> Block {
    let width = columns.width * columns.count as f32;
    let mut block = Block::new(width, HEIGHT);
    let [top, bottom] = SCALE;
    for y in [top, (top + bottom) / 2.0, bottom] {
        let line = Line { from: [0.0, y], to: [width, y], stroke: kit.palette.line, width: 1.0, dashed: true };
        block.shapes.push(Shape::Line(line));
    }
    let y = |share: f64| bottom - (bottom - top) * share.clamp(0.0, 1.0) as f32;
    let most = scale(scores);
    let measured: Vec<_> = scores.iter().map(|score| score.map(|score| y(score / most))).collect();
    let written: Vec<_> = feelings.iter().map(|feeling| feeling.map(|feeling| y((feeling + 2.0) / 4.0))).collect();
    curve(&mut block, columns, &written, kit.palette.line_strong, true);
    curve(&mut block, columns, &measured, kit.palette.forward, false);
    for stage in columns.stages() {
        let x = columns.middle(stage);
        if let Some(y) = written[stage] {
            dot(&mut block, [x, y], kit.palette.surface, kit.palette.line_strong);
            let value = feelings[stage].map_or(String::new(), feeling_words);
            tell(kit, &mut block, [x, y + 7.0], kit.palette.text_3, &value, columns.width);
        }
        if let Some(y) = measured[stage] {
            dot(&mut block, [x, y], kit.palette.forward, kit.palette.surface);
            let value = scores[stage].map_or(String::new(), |score| format!("{score:.2}"));
            tell(kit, &mut block, [x, y - 23.0], kit.palette.text, &value, columns.width);
        }
        let pains = picture.pains.unwrap_or_default();
        let count = pains.iter().filter(|pain| pain.stage == picture.map.stages[stage].stage).count();
        if count > 0 {
            let ink = kit.ink(11.0, Weight::Bold, kit.palette.bad);
            let ground = Rect { fill: Some(kit.palette.bad_weak), ..Rect::default() };
            let text = format!("▼ {} {count}", kit.words.pains);
            let chip = (kit.width(&text, ink) + 12.0).min(columns.width - 4.0);
            let room = Room { x: x - chip / 2.0, y: 4.0, width: chip };
            kit.chip(&mut block, room, ink, ground, &text);
        }
    }
    block
}

/// `+1.5`, with a true minus.
pub(super) fn feeling_words(feeling: f64) -> String {
    let text = if feeling.fract() == 0.0 { format!("{feeling:+.0}") } else { format!("{feeling:+.1}") };
    if feeling == 0.0 { "0".to_owned() } else { text.replace('-', "−") }
}

/// A line through the known points, also to those on neighbouring pages; it does not cross a stage without one.
fn curve(block: &mut Block, columns: Columns, points: &[Option<f32>], stroke: &'static str, dashed: bool) {
    for stage in columns.first.saturating_sub(1)..columns.first + columns.count {
        let (Some(Some(from)), Some(Some(to))) = (points.get(stage), points.get(stage + 1)) else { continue };
        let at = |stage: usize| (stage as f32 - columns.first as f32 + 0.5) * columns.width;
        let (x, next) = (at(stage), at(stage + 1));
        let half = (x + next) / 2.0;
        let middle = (from + to) / 2.0;
        // Beyond the page only the half that lies on it.
        let (start, curve) = if stage < columns.first {
            ([half, middle], [[(half + next) / 2.0, *to], [(half + next) / 2.0, *to], [next, *to]])
        } else if stage + 1 >= columns.first + columns.count {
            ([x, *from], [[(x + half) / 2.0, *from], [(x + half) / 2.0, *from], [half, middle]])
        } else {
            ([x, *from], [[half, *from], [half, *to], [next, *to]])
        };
        block.shapes.push(Shape::Path(Path { start, curves: vec![curve], stroke, width: 2.0, opacity: 1.0, dashed }));
    }
}

fn dot(block: &mut Block, centre: [f32; 2], fill: &'static str, stroke: &'static str) {
    block.shapes.push(Shape::Circle(Circle { centre, radius: 5.0, fill, stroke }));
}

fn tell(kit: &Kit, block: &mut Block, [x, y]: [f32; 2], fill: &'static str, text: &str, width: f32) {
    let room = Room { x: x - width / 2.0, y, width };
    kit.line(block, room, kit.ink(11.0, Weight::Bold, fill), Align::Middle, text);
}
