//! DXF as text: closed polylines and circles are areas, lines and arcs that meet end to end close one, blocks are drawn
//! where they are inserted, a text within an area is its name.
//!
//! What a shape is, the words of its layer say (`A-WALL`, `CJM-ZONE`); an area on a layer that says nothing is a zone if a
//! text names it. Own reader of groups: of the hundred entities DXF has a plan needs ten, and every error has its line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::f64::consts::TAU;

use encoding_rs::Encoding;
use model::place::calibration::Affine;
use model::place::shape::{Point, Polygon, Ring};

use super::assemble::{self, Ids};
use super::sketch::{CHORD_M_MAX, Drawn, Role, Sketch, Thing};
use super::{Draft, Options, Result, Unreadable, Warning, words};
use crate::limits::{PLAN_DEPTH_MAX, PLAN_POINTS_MAX, PLAN_SHAPES_MAX};

pub(super) const BINARY_MARK: &[u8] = b"AutoCAD Binary DXF";

/// Chords of a full circle at most, however large.
const CHORDS_MAX: f64 = 512.0;

/// One group: what it is, and its value.
#[derive(Debug, Clone, Copy)]
struct Group<'a> {
    code: i32,
    value: &'a str,
    line: usize,
}

/// An entity with its groups.
#[derive(Debug, Clone, Copy)]
struct Entity<'a> {
    kind: &'a str,
    groups: &'a [Group<'a>],
    line: usize,
}

#[derive(Debug)]
struct Block<'a> {
    base: Point,
    entities: Vec<Entity<'a>>,
}

pub(super) fn read(bytes: &[u8], options: &Options<'_>) -> Result<Draft> {
    if bytes.starts_with(BINARY_MARK) {
        return Err(Unreadable::new("the file", "a binary DXF; save it as text (ASCII DXF)"));
    }
    let text = text(bytes);
    let groups = groups(&text)?;
    let drawing = Drawing::of(&groups)?;
    let mut sketch = Sketch::default();
    let unit = drawing.unit(options, &mut sketch.warnings);
    let mut pen = Pen {
        drawing: &drawing,
        chord: CHORD_M_MAX / unit,
        sketch: &mut sketch,
        open: BTreeMap::new(),
        unsaid: Vec::new(),
        passed: BTreeMap::new(),
        inserts: 0,
        points: 0,
    };
    pen.draw(&drawing.entities, &Affine::IDENTITY, None, 0)?;
    pen.finish(unit)?;
    let laid = sketch.lay(options, true, [0.0, 0.0])?;
    let (affine, fit) = laid.unwrap_or((Affine::scale(unit, unit), None));
    sketch.map(|point| affine.apply(point));
    let (floor, warnings) =
        assemble::floor(options.name, options.name.into(), options.level, sketch, options, &mut Ids::default())?;
    Ok(Draft { floors: vec![floor], warnings, fit })
}

/// The text of the file: UTF-8 since 2007, else the code page it names.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text.trim_start_matches('\u{feff}'));
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(64 << 10)]);
    let page = head.split_once("$DWGCODEPAGE").and_then(|(_, rest)| rest.lines().map(str::trim).nth(2));
    let label = page.and_then(|page| page.to_ascii_lowercase().strip_prefix("ansi_").map(str::to_owned));
    let encoding = match label.as_deref() {
        Some("936") => encoding_rs::GBK,
        Some("950") => encoding_rs::BIG5,
        Some("932") => encoding_rs::SHIFT_JIS,
        Some("949") => encoding_rs::EUC_KR,
        Some(number) => Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(encoding_rs::GBK),
        None => encoding_rs::GBK,
    };
    encoding.decode_without_bom_handling(bytes).0
}

fn groups(text: &str) -> Result<Vec<Group<'_>>> {
    let mut groups = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, code)) = lines.next() {
        let line = at + 1;
        if code.trim().is_empty() && lines.clone().all(|(_, rest)| rest.trim().is_empty()) {
            break;
        }
        let code = code.trim().parse().map_err(|_| {
            let shown: String = code.trim().chars().take(40).collect();
            Unreadable::new(format!("line {line}"), format!("`{shown}` is no group code; is it a DXF file?"))
        })?;
        let Some((_, value)) = lines.next() else {
            return Err(Unreadable::new(format!("line {line}"), "the file ends within a group; fetch it again"));
        };
        groups.push(Group { code, value: value.trim(), line });
        if code == 0 && value.trim() == "EOF" {
            break;
        }
    }
    Ok(groups)
}

#[derive(Debug, Default)]
struct Drawing<'a> {
    /// What `$INSUNITS` and `$MEASUREMENT` say.
    unit: Option<i32>,
    is_metric: bool,
    blocks: HashMap<&'a str, Block<'a>>,
    entities: Vec<Entity<'a>>,
}

impl<'a> Drawing<'a> {
    fn of(groups: &'a [Group<'a>]) -> Result<Drawing<'a>> {
        let mut drawing = Drawing { is_metric: true, ..Drawing::default() };
        let mut has_entities = false;
        let is_section = |group: &Group<'_>| group.code == 0 && group.value == "SECTION";
        let starts: Vec<usize> = (0..groups.len()).filter(|at| is_section(&groups[*at])).collect();
        for (nth, start) in starts.iter().enumerate() {
            let end = starts.get(nth + 1).copied().unwrap_or(groups.len());
            let body = &groups[start + 1..end];
            match body.first().map(|group| group.value) {
                Some("HEADER") => drawing.header(body),
                Some("BLOCKS") => drawing.blocks(body),
                Some("ENTITIES") => {
                    has_entities = true;
                    drawing.entities.extend(entities(body));
                }
                _ => {}
            }
        }
        if !has_entities {
            return Err(Unreadable::new("the file", "it has no section ENTITIES; is it a DXF drawing?"));
        }
        Ok(drawing)
    }

    fn header(&mut self, body: &[Group<'_>]) {
        for pair in body.windows(2).filter(|pair| pair[0].code == 9) {
            match pair[0].value {
                "$INSUNITS" => self.unit = pair[1].value.parse().ok(),
                "$MEASUREMENT" => self.is_metric = pair[1].value != "0",
                _ => {}
            }
        }
    }

    fn blocks(&mut self, body: &'a [Group<'a>]) {
        let mut open: Option<(&str, Block<'a>)> = None;
        for entity in entities(body) {
            match entity.kind {
                "BLOCK" => open = Some((entity.text(2), Block { base: entity.point(10), entities: Vec::new() })),
                "ENDBLK" => self.blocks.extend(open.take()),
                _ => {
                    if let Some((_, block)) = &mut open {
                        block.entities.push(entity);
                    }
                }
            }
        }
    }

    /// Metres of a unit.
    fn unit(&self, options: &Options<'_>, warnings: &mut Vec<Warning>) -> f64 {
        if let Some(unit) = options.metres_per_unit {
            return unit;
        }
        match self.unit {
            Some(1) => 0.025_4,
            Some(2) => 0.304_8,
            Some(4) => 0.001,
            Some(5) => 0.01,
            Some(6) => 1.0,
            Some(7) => 1_000.0,
            Some(10) => 0.914_4,
            Some(14) => 0.1,
            _ => {
                let (unit, name) = if self.is_metric { (0.001, "millimetres") } else { (0.025_4, "inches") };
                let text = format!("the drawing says no unit; it was read as {name}. If that is wrong, say its unit");
                warnings.push(Warning::at("unit_guessed", "HEADER", text));
                unit
            }
        }
    }
}

/// The entities of a section, each from its group 0 to the next.
fn entities<'a>(body: &'a [Group<'a>]) -> impl Iterator<Item = Entity<'a>> {
    let starts: Vec<usize> = (0..body.len()).filter(|at| body[*at].code == 0).collect();
    (0..starts.len()).map(move |nth| {
        let (start, end) = (starts[nth], starts.get(nth + 1).copied().unwrap_or(body.len()));
        Entity { kind: body[start].value, groups: &body[start + 1..end], line: body[start].line }
    })
}

impl<'a> Entity<'a> {
    fn text(&self, code: i32) -> &'a str {
        self.groups.iter().find(|group| group.code == code).map_or("", |group| group.value)
    }

    fn number(&self, code: i32) -> Option<f64> {
        let value = self.groups.iter().find(|group| group.code == code)?.value.parse().ok();
        value.filter(|number: &f64| number.is_finite())
    }

    fn flag(&self, code: i32) -> i64 {
        self.text(code).parse().unwrap_or(0)
    }

    /// The point at a code, y ten above x.
    fn point(&self, code: i32) -> Point {
        [self.number(code).unwrap_or(0.0), self.number(code + 10).unwrap_or(0.0)]
    }

    /// From the entity's own plane, which may look at the drawing from below, to the drawing's.
    fn plane(&self) -> Affine {
        Affine::scale(if self.number(230).is_some_and(|z| z < 0.0) { -1.0 } else { 1.0 }, 1.0)
    }

    /// Vertices of a light polyline, each with its bulge.
    fn vertices(&self) -> Vec<(Point, f64)> {
        let mut vertices: Vec<(Point, f64)> = Vec::new();
        for group in self.groups {
            let number: f64 = group.value.parse().ok().filter(|it: &f64| it.is_finite()).unwrap_or(0.0);
            match (group.code, vertices.last_mut()) {
                (10, _) => vertices.push(([number, 0.0], 0.0)),
                (20, Some((point, _))) => point[1] = number,
                (42, Some((_, bulge))) => *bulge = number,
                _ => {}
            }
        }
        vertices
    }
}

/// Draws entities onto a sketch.
struct Pen<'a, 's> {
    drawing: &'a Drawing<'a>,
    /// How far a chord may miss, in units.
    chord: f64,
    sketch: &'s mut Sketch,
    /// Lines that close nothing by themselves, by layer, each with where it stands.
    open: BTreeMap<String, Vec<(Ring, usize)>>,
    /// Areas on layers that say nothing.
    unsaid: Vec<(Ring, usize)>,
    /// Entities that are not read, by kind.
    passed: BTreeMap<String, usize>,
    inserts: usize,
    points: usize,
}

/// What a block that is being drawn was called, and the layer its layer 0 is.
#[derive(Clone, Copy)]
struct Inserted<'a> {
    layer: &'a str,
    name: &'a str,
}

impl<'a> Pen<'a, '_> {
    fn draw(&mut self, all: &[Entity<'a>], to: &Affine, within: Option<Inserted<'a>>, depth: usize) -> Result<()> {
        let mut rest = all.iter();
        while let Some(entity) = rest.next() {
            // On paper, not in the model.
            if entity.flag(67) == 1 {
                continue;
            }
            let to = &entity.plane().then(to);
            match entity.kind {
                "LWPOLYLINE" => self.polyline(entity, &entity.vertices(), entity.flag(70) & 1 == 1, to, within)?,
                "POLYLINE" => {
                    let vertex = |it: &&Entity<'_>| it.kind == "VERTEX";
                    let own = rest.clone().take_while(vertex);
                    let vertices: Vec<_> = own.map(|it| (it.point(10), it.number(42).unwrap_or(0.0))).collect();
                    if entity.flag(70) & (16 | 64) == 0 {
                        self.polyline(entity, &vertices, entity.flag(70) & 1 == 1, to, within)?;
                    }
                }
                "LINE" => self.curve(
                    entity,
                    vec![entity.point(10), entity.point(11)],
                    false,
                    &Affine::IDENTITY.then(to),
                    within,
                )?,
                "CIRCLE" => {
                    let ring = self.arc(entity.point(10), entity.number(40).unwrap_or(0.0), 0.0, TAU, to);
                    self.curve(entity, ring, true, to, within)?;
                }
                "ARC" => {
                    let angle = |code: i32| entity.number(code).unwrap_or(0.0).to_radians();
                    let (from, sweep) = (angle(50), (angle(51) - angle(50)).rem_euclid(TAU));
                    let arc = self.arc(entity.point(10), entity.number(40).unwrap_or(0.0), from, sweep, to);
                    self.curve(entity, arc, false, to, within)?;
                }
                "TEXT" | "MTEXT" | "ATTRIB" => self.label(entity, to),
                "INSERT" => self.insert(entity, to, within, depth)?,
                "VERTEX" | "SEQEND" | "ENDSEC" | "BLOCK" | "ENDBLK" | "EOF" | "ATTDEF" => {}
                other => *self.passed.entry(other.chars().take(20).collect()).or_default() += 1,
            }
        }
        Ok(())
    }

    fn insert(&mut self, entity: &Entity<'a>, to: &Affine, within: Option<Inserted<'a>>, depth: usize) -> Result<()> {
        let at = || format!("line {}", entity.line);
        let name = entity.text(2);
        let Some(block) = self.drawing.blocks.get(name) else {
            let text = format!("block `{name}` is inserted and nowhere defined; it was left out");
            self.sketch.warnings.push(Warning::at("block_missing", at(), text));
            return Ok(());
        };
        if depth >= PLAN_DEPTH_MAX {
            let reason = format!("block `{name}` stands more than {PLAN_DEPTH_MAX} blocks deep; does it hold itself?");
            return Err(Unreadable::new(at(), reason));
        }
        let scale = |code: i32| entity.number(code).unwrap_or(1.0);
        let turned = Affine::shift(-block.base[0], -block.base[1])
            .then(&Affine::scale(scale(41), scale(42)))
            .then(&Affine::turn(entity.number(50).unwrap_or(0.0).to_radians()));
        let turn = Affine::turn(entity.number(50).unwrap_or(0.0).to_radians());
        let (columns, rows) = (entity.flag(70).max(1), entity.flag(71).max(1));
        let [x, y] = entity.point(10);
        let layer = match (entity.text(8), within) {
            ("0", Some(within)) => within.layer,
            (own, _) => own,
        };
        if columns.saturating_mul(rows) > PLAN_SHAPES_MAX as i64 {
            return Err(Unreadable::new(
                at(),
                format!("block `{name}` stands {columns} × {rows} times; that is no plan"),
            ));
        }
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
            self.inserts += 1;
            if self.inserts > PLAN_SHAPES_MAX {
                return Err(Unreadable::new(at(), format!("blocks are inserted more than {PLAN_SHAPES_MAX} times")));
            }
            let step =
                [column as f64 * entity.number(44).unwrap_or(0.0), row as f64 * entity.number(45).unwrap_or(0.0)];
            let [dx, dy] = turn.apply(step);
            let placed = turned.then(&Affine::shift(x + dx, y + dy)).then(to);
            self.draw(&block.entities, &placed, Some(Inserted { layer, name }), depth + 1)?;
        }
        Ok(())
    }

    fn polyline(
        &mut self,
        entity: &Entity<'a>,
        vertices: &[(Point, f64)],
        is_closed: bool,
        to: &Affine,
        within: Option<Inserted<'a>>,
    ) -> Result<()> {
        let mut ring: Ring = Vec::new();
        for (at, (point, bulge)) in vertices.iter().enumerate() {
            ring.push(*point);
            let next = vertices.get(at + 1).or(if is_closed { vertices.first() } else { None });
            if let Some((next, _)) = next.filter(|_| *bulge != 0.0) {
                ring.extend(self.bulge(*point, *next, *bulge, to));
            }
        }
        let is_closed = is_closed || (ring.len() > 3 && ring.first() == ring.last());
        self.curve(entity, ring, is_closed, to, within)
    }

    /// The points between two vertices on an arc; the bulge is the tangent of a quarter of its angle.
    fn bulge(&self, from: Point, to: Point, bulge: f64, affine: &Affine) -> Ring {
        let (chord, sweep) = ([to[0] - from[0], to[1] - from[1]], 4.0 * bulge.atan());
        let length = chord[0].hypot(chord[1]);
        let radius = length / 2.0 / (sweep / 2.0).sin();
        if !radius.is_finite() || length == 0.0 {
            return Vec::new();
        }
        let rise = radius * (sweep / 2.0).cos();
        let centre =
            [(from[0] + to[0]) / 2.0 - chord[1] / length * rise, (from[1] + to[1]) / 2.0 + chord[0] / length * rise];
        let start = (from[1] - centre[1]).atan2(from[0] - centre[0]);
        let arc = self.arc(centre, radius.abs(), start, sweep, affine);
        arc.get(1..arc.len().saturating_sub(1)).unwrap_or_default().to_vec()
    }

    /// An arc as chords, both ends among its points.
    fn arc(&self, [x, y]: Point, radius: f64, from: f64, sweep: f64, to: &Affine) -> Ring {
        let seen = radius.abs() * to.determinant().abs().sqrt();
        // Half a chord's angle, so that its middle misses the arc by no more than may be.
        let half = (1.0 - (self.chord / seen).min(1.0)).acos();
        let count = (sweep.abs() / (2.0 * half)).ceil().clamp(4.0, CHORDS_MAX);
        let count = if count.is_finite() { count } else { 4.0 };
        (0..=count as usize)
            .map(|step| {
                let (sin, cos) = (from + sweep * step as f64 / count).sin_cos();
                [x + radius * cos, y + radius * sin]
            })
            .collect()
    }

    fn curve(
        &mut self,
        entity: &Entity<'a>,
        mut ring: Ring,
        is_closed: bool,
        to: &Affine,
        within: Option<Inserted<'a>>,
    ) -> Result<()> {
        self.points += ring.len();
        if self.points > PLAN_POINTS_MAX {
            let reason = format!("more than {PLAN_POINTS_MAX} corners up to here; leave out layers that are no plan");
            return Err(Unreadable::new(format!("line {}", entity.line), reason));
        }
        ring.iter_mut().for_each(|point| *point = to.apply(*point));
        if ring.iter().flatten().any(|value| !value.is_finite()) {
            return Ok(());
        }
        let layer = match (entity.text(8), within) {
            ("0" | "", Some(within)) => within.layer,
            (own, _) => own,
        };
        let role = words::role(layer).or_else(|| words::role(within?.name));
        let name = within.map(|within| within.name.to_owned());
        match (role, is_closed) {
            (Some(Role::Gate), false) => {
                let (Some(from), Some(to)) = (ring.first(), ring.last()) else { return Ok(()) };
                self.add(Role::Gate, Drawn::Line(*from, *to), None, entity.line)
            }
            (Some(Role::Gate), true) => Ok(()),
            (Some(role), true) => {
                let area = Polygon { outer: ring, holes: Vec::new() };
                self.add(role, Drawn::Area(area.into()), name.filter(|_| role == Role::Fixture), entity.line)
            }
            (None, true) => {
                self.unsaid.push((ring, entity.line));
                Ok(())
            }
            (_, false) => {
                self.open.entry(layer.to_owned()).or_default().push((ring, entity.line));
                Ok(())
            }
        }
    }

    fn add(&mut self, role: Role, drawn: Drawn, id: Option<String>, line: usize) -> Result<()> {
        self.sketch.add(Thing { role, id, name: None, category: None, drawn, at: format!("line {line}") })
    }

    fn label(&mut self, entity: &Entity<'a>, to: &Affine) {
        // A text that is not set from its left has its place in the second point.
        let is_aligned = entity.kind != "MTEXT" && (entity.flag(72) != 0 || entity.flag(73) != 0);
        let at = to.apply(entity.point(if is_aligned { 11 } else { 10 }));
        let parts = entity.groups.iter().filter(|group| matches!(group.code, 1 | 3)).map(|group| group.value);
        let text = plain(&parts.collect::<String>());
        if !text.is_empty() && at.iter().all(|value| value.is_finite()) && self.sketch.labels.len() < PLAN_SHAPES_MAX {
            self.sketch.labels.push((at, text));
        }
    }

    /// Closes what lines close together, and tells of the rest.
    fn finish(mut self, unit: f64) -> Result<()> {
        let mut open_lines = 0;
        for (layer, lines) in std::mem::take(&mut self.open) {
            let (rings, rest) = closed(lines, CHORD_M_MAX / unit);
            open_lines += rest;
            for (ring, line) in rings {
                match words::role(&layer) {
                    Some(role) => {
                        let area = Polygon { outer: ring, holes: Vec::new() };
                        self.add(role, Drawn::Area(area.into()), None, line)?;
                    }
                    None => self.unsaid.push((ring, line)),
                }
            }
        }
        let mut nameless = 0;
        for (ring, line) in std::mem::take(&mut self.unsaid) {
            let area = Polygon { outer: ring, holes: Vec::new() };
            if self.sketch.labels.iter().any(|(at, _)| area.contains(*at)) {
                self.add(Role::Zone(None), Drawn::Area(area.into()), None, line)?;
            } else {
                nameless += 1;
            }
        }
        if open_lines > 0 {
            let text = format!("{open_lines} lines and arcs close no area and were left out");
            self.sketch.warnings.push(Warning::new("lines_left_out", text));
        }
        if nameless > 0 {
            let text = format!(
                "{nameless} areas were left out: neither their layer (WALL, ZONE, FIXTURE …) nor a text says what they are"
            );
            self.sketch.warnings.push(Warning::new("areas_left_out", text));
        }
        if !self.passed.is_empty() {
            let kinds: Vec<String> =
                self.passed.iter().take(10).map(|(kind, count)| format!("{count} {kind}")).collect();
            let text = format!("not read: {}; explode what belongs to the plan", kinds.join(", "));
            self.sketch.warnings.push(Warning::new("entities_left_out", text));
        }
        Ok(())
    }
}

/// Rings that lines form end to end, and how many lines form none. Where more than two meet, none goes on.
fn closed(lines: Vec<(Ring, usize)>, near: f64) -> (Vec<(Ring, usize)>, usize) {
    let place = |[x, y]: Point| ((x / near).round() as i64, (y / near).round() as i64);
    let mut at: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for (nth, (line, _)) in lines.iter().enumerate() {
        if let (Some(first), Some(last)) = (line.first(), line.last()) {
            at.entry(place(*first)).or_default().push(nth);
            at.entry(place(*last)).or_default().push(nth);
        }
    }
    let mut used = vec![false; lines.len()];
    let (mut rings, mut left) = (Vec::new(), 0);
    for start in 0..lines.len() {
        if std::mem::replace(&mut used[start], true) {
            continue;
        }
        let (mut ring, mut count) = (lines[start].0.clone(), 1);
        while let (Some(first), Some(end)) = (ring.first().copied(), ring.last().copied()) {
            if place(first) == place(end) {
                break;
            }
            let meeting = at.get(&place(end)).map(Vec::as_slice).unwrap_or_default();
            let next = if meeting.len() == 2 { meeting.iter().copied().find(|next| !used[*next]) } else { None };
            let Some(next) = next else { break };
            used[next] = true;
            count += 1;
            let mut line = lines[next].0.clone();
            if line.first().is_some_and(|point| place(*point) != place(end)) {
                line.reverse();
            }
            ring.extend(line.into_iter().skip(1));
        }
        let is_ring = ring.len() > 3 && ring.first().zip(ring.last()).is_some_and(|(a, b)| place(*a) == place(*b));
        if is_ring {
            rings.push((ring, lines[start].1));
        } else {
            left += count;
        }
    }
    (rings, left)
}

/// A text without what sets it: `{\fArial|b0;Dairy}\Pfresh` is `Dairy fresh`.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '{' | '}' => {}
            '\\' => match rest.next() {
                Some('P' | '~') => plain.push(' '),
                Some(escaped @ ('\\' | '{' | '}')) => plain.push(escaped),
                Some('U') => {
                    let digits: String = rest.clone().skip(1).take(4).collect();
                    if let Some(known) = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                        plain.push(known);
                        rest.by_ref().take(5).for_each(drop);
                    }
                }
                Some('L' | 'l' | 'O' | 'o' | 'K' | 'k') | None => {}
                // Font, height, colour … up to its semicolon.
                Some(_) => rest.by_ref().take_while(|next| *next != ';').for_each(drop),
            },
            _ => plain.push(character),
        }
    }
    let shown: String = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    shown.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_their_setting() {
        assert_eq!(plain(r"{\fArial|b0|i0;Dairy}\Pfresh"), "Dairy fresh");
        assert_eq!(plain(r"\U+4E73\U+54C1"), "乳品");
        assert_eq!(plain(r"a\\b"), r"a\b");
    }

    #[test]
    fn lines_and_arcs_that_meet_close_an_area() {
        let arc = |step: f64| (std::f64::consts::FRAC_PI_2 * step).sin_cos();
        let quarter: Ring = (0..=8).map(|step| arc(f64::from(step) / 8.0)).map(|(sin, cos)| [cos, sin]).collect();
        let lines = vec![
            (vec![[0.0, 0.0], [1.0, 0.0]], 1),
            (quarter, 2),
            // The other way round.
            (vec![[0.0, 0.0], [0.0, 1.0]], 3),
            (vec![[5.0, 5.0], [6.0, 6.0]], 4),
        ];
        let (rings, left) = closed(lines, 0.001);
        assert_eq!((rings.len(), left), (1, 1));
        let area = Polygon { outer: rings[0].0.clone(), holes: vec![] }.area_m2();
        assert!((area - std::f64::consts::FRAC_PI_4).abs() < 0.01, "{area}");
    }
}
