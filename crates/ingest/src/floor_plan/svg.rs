//! SVG: shapes with their transforms, y turned up.
//!
//! What a shape is, its class or `data-kind` says, else the group it stands in (`<g id="zones">`), else its id. Its name is
//! `data-name`, a `<title>`, Inkscape's label or a text drawn within it. How long a unit is the caller says, or
//! `data-px-per-m` on the root: widths in millimetres are those of the paper.

use std::collections::HashMap;

use kurbo::{BezPath, Shape as _};
use model::place::calibration::Affine;
use model::place::shape::Polygon;
use roxmltree::{Document, Node, ParsingOptions};
use svgtypes::{Length, LengthUnit, PointsParser, SimplePathSegment, SimplifyingPathParser, Transform, ViewBox};

use super::assemble::{self, Ids};
use super::sketch::{CHORD_M_MAX, Drawn, Role, Sketch, Thing, chords, nested};
use super::{Draft, Options, Result, Unreadable, Warning, words};
use crate::limits::{PLAN_DEPTH_MAX, PLAN_POINTS_MAX, PLAN_SHAPES_MAX};

const INKSCAPE: &str = "http://www.inkscape.org/namespaces/inkscape";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// Elements whose content is not drawn where it stands.
const NOT_DRAWN: [&str; 9] =
    ["defs", "symbol", "clipPath", "mask", "pattern", "marker", "metadata", "style", "linearGradient"];

pub(super) fn read(bytes: &[u8], options: &Options<'_>) -> Result<Draft> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Unreadable::new(format!("byte {}", error.valid_up_to()), "the text is not UTF-8"))?;
    check_depth(text)?;
    let parsing = ParsingOptions { allow_dtd: false, nodes_limit: PLAN_POINTS_MAX as u32 };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let document = Document::parse_with_options(text, parsing).map_err(|error| {
        let at = error.pos();
        Unreadable::new(format!("line {} column {}", at.row, at.col), format!("the XML is broken: {error}"))
    })?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" {
        return Err(Unreadable::new("the file", format!("its root is `{}`, not `svg`", root.tag_name().name())));
    }
    let view = view(root)?;
    let own = root.attribute("data-px-per-m").and_then(|text| text.trim().parse::<f64>().ok());
    let own = own.filter(|pixels| pixels.is_finite() && *pixels > 0.0).map(f64::recip);
    let mut sketch = Sketch::default();
    let mut pen = Pen {
        ids: root.descendants().filter_map(|node| Some((node.attribute("id")?, node))).collect(),
        chord: CHORD_M_MAX / unit(options, own, &view),
        sketch: &mut sketch,
        unsaid: 0,
        uses: 0,
        points: 0,
    };
    for child in root.children() {
        pen.draw(child, kurbo::Affine::IDENTITY, None, 0)?;
    }
    let unsaid = pen.unsaid;
    if unsaid > 0 {
        let text = format!("{unsaid} shapes were left out: neither class, id, group nor a name says what they are");
        sketch.warnings.push(Warning::new("shapes_left_out", text));
    }
    let origin = [view.x, view.y + view.h];
    let (affine, fit) = match (sketch.lay(options, false, origin)?, own) {
        (Some(laid), _) => laid,
        (None, Some(unit)) => (Affine::shift(-origin[0], -origin[1]).then(&Affine::scale(unit, -unit)), None),
        (None, None) => {
            let reason = "how many metres a unit is, the file does not say; give the unit, the size of the outline, or \
                          control points";
            return Err(Unreadable::new("the scale", reason));
        }
    };
    sketch.map(|point| affine.apply(point));
    let (floor, warnings) =
        assemble::floor(options.name, options.name.into(), options.level, sketch, options, &mut Ids::default())?;
    Ok(Draft { floors: vec![floor], warnings, fit })
}

/// Refuses elements within each other without end, before a parser is let at them.
fn check_depth(text: &str) -> Result<()> {
    // A multiple: depth is counted by signs, and what is within quotes or comments counts as well.
    const SIGNS_DEEP_MAX: usize = 40 * PLAN_DEPTH_MAX;
    let (mut depth, bytes) = (0_usize, text.as_bytes());
    for (at, pair) in bytes.windows(2).enumerate() {
        match pair {
            b"</" | b"/>" => depth = depth.saturating_sub(1),
            [b'<', next] if next.is_ascii_alphabetic() => depth += 1,
            _ => {}
        }
        if depth > SIGNS_DEEP_MAX {
            let line = text[..at].matches('\n').count() + 1;
            return Err(Unreadable::new(format!("line {line}"), "elements stand too deep within each other"));
        }
    }
    Ok(())
}

/// What is shown: the view box, else width and height.
fn view(root: Node<'_, '_>) -> Result<ViewBox> {
    if let Some(text) = root.attribute("viewBox") {
        return text.parse().map_err(|_| Unreadable::new("viewBox", format!("`{text}` is not four numbers")));
    }
    let side = |name: &str| number(root, name).filter(|side| *side > 0.0);
    match (side("width"), side("height")) {
        (Some(width), Some(height)) => Ok(ViewBox::new(0.0, 0.0, width, height)),
        _ => Err(Unreadable::new("the root element", "it has neither a viewBox nor a width and height in pixels")),
    }
}

/// About the metres of a unit, for the chords of curves.
fn unit(options: &Options<'_>, own: Option<f64>, view: &ViewBox) -> f64 {
    let fitted = || Some(Affine::fit(options.control_points).ok()?.affine.determinant().abs().sqrt());
    let sized = || Some(options.size_m?[0] / view.w);
    let unit = fitted().or(options.metres_per_unit).or_else(sized).or(own);
    unit.filter(|unit| unit.is_normal() && *unit > 1e-6).unwrap_or(0.01)
}

/// A number of an attribute, without unit or in pixels.
fn number(node: Node<'_, '_>, name: &str) -> Option<f64> {
    let length: Length = node.attribute(name)?.trim().parse().ok()?;
    (matches!(length.unit, LengthUnit::None | LengthUnit::Px) && length.number.is_finite()).then_some(length.number)
}

struct Pen<'a, 'i, 's> {
    ids: HashMap<&'a str, Node<'a, 'i>>,
    /// How far a chord may miss, in units.
    chord: f64,
    sketch: &'s mut Sketch,
    unsaid: usize,
    uses: usize,
    points: usize,
}

impl<'a, 'i> Pen<'a, 'i, '_> {
    fn draw(&mut self, node: Node<'a, 'i>, to: kurbo::Affine, role: Option<Role>, depth: usize) -> Result<()> {
        let tag = node.tag_name().name();
        let is_hidden = node.attribute("display") == Some("none")
            || node.attribute("style").is_some_and(|style| style.replace(' ', "").contains("display:none"));
        if !node.is_element() || NOT_DRAWN.contains(&tag) || is_hidden {
            return Ok(());
        }
        if depth > PLAN_DEPTH_MAX {
            let reason =
                format!("groups stand more than {PLAN_DEPTH_MAX} deep within each other; does a `use` use itself?");
            return Err(Unreadable::new(place(node), reason));
        }
        let to = to * transform(node)?;
        match tag {
            "g" | "a" | "svg" | "symbol" | "switch" => {
                let role = said(node).or_else(|| label(node).and_then(words::role)).or_else(|| by_id(node)).or(role);
                let to = if tag == "svg" { to * inner_view(node) } else { to };
                node.children().try_for_each(|child| self.draw(child, to, role, depth + 1))
            }
            "use" => self.draw_used(node, to, role, depth),
            "text" => {
                self.label(node, to);
                Ok(())
            }
            _ => match path(node)? {
                Some(path) => self.shape(node, &(to * path), said(node).or(role).or_else(|| by_id(node))),
                None => Ok(()),
            },
        }
    }

    fn draw_used(&mut self, node: Node<'a, 'i>, to: kurbo::Affine, role: Option<Role>, depth: usize) -> Result<()> {
        self.uses += 1;
        if self.uses > PLAN_SHAPES_MAX {
            return Err(Unreadable::new(place(node), format!("more than {PLAN_SHAPES_MAX} uses")));
        }
        let target = node.attribute("href").or_else(|| node.attribute((XLINK, "href")));
        let Some(used) = target.and_then(|target| self.ids.get(target.strip_prefix('#')?).copied()) else {
            return Ok(());
        };
        let shift = (number(node, "x").unwrap_or(0.0), number(node, "y").unwrap_or(0.0));
        let (to, role) = (to * kurbo::Affine::translate(shift), said(node).or(role));
        if used.tag_name().name() == "symbol" {
            let to = to * transform(used)?;
            return used.children().try_for_each(|child| self.draw(child, to, role, depth + 1));
        }
        self.draw(used, to, role, depth + 1)
    }

    fn shape(&mut self, node: Node<'a, 'i>, path: &BezPath, role: Option<Role>) -> Result<()> {
        let rings = chords(path, self.chord);
        self.points += rings.iter().map(|(ring, _)| ring.len()).sum::<usize>();
        if self.points > PLAN_POINTS_MAX {
            let reason = format!("more than {PLAN_POINTS_MAX} corners up to here; draw curves with fewer points");
            return Err(Unreadable::new(place(node), reason));
        }
        let title = node.children().find(|child| child.tag_name().name() == "title").and_then(|title| title.text());
        let name = node.attribute("data-name").or(title).or_else(|| label(node)).map(str::trim);
        let id = node.attribute("id").map(str::to_owned);
        let category = node.attribute("data-category").map(str::to_owned);
        let is_line = matches!(node.tag_name().name(), "line" | "polyline");
        let is_finite = rings.iter().flat_map(|(ring, _)| ring).flatten().all(|value| value.is_finite());
        let (role, drawn) = match role {
            _ if !is_finite => return Err(Unreadable::new(place(node), "its coordinates are beyond all numbers")),
            Some(Role::Gate) => match rings.first().map(|(ring, _)| (ring.first(), ring.last())) {
                Some((Some(from), Some(to))) => (Role::Gate, Drawn::Line(*from, *to)),
                _ => return Ok(()),
            },
            None if name.is_none() || is_line => {
                self.unsaid += 1;
                return Ok(());
            }
            role => {
                // What is drawn as an area is one, closed or not; a mere stroke is none.
                let areas = rings.into_iter().filter(|(ring, closed)| ring.len() > 2 && (*closed || !is_line));
                let areas = nested(areas.map(|(ring, _)| ring).collect());
                if areas.polygons.iter().all(|polygon: &Polygon| polygon.area_m2() == 0.0) {
                    self.unsaid += 1;
                    return Ok(());
                }
                (role.unwrap_or(Role::Zone(None)), Drawn::Area(areas))
            }
        };
        let name = name.filter(|name| !name.is_empty()).map(Into::into);
        self.sketch.add(Thing { role, id, name, category, drawn, at: place(node) })
    }

    fn label(&mut self, node: Node<'a, 'i>, to: kurbo::Affine) {
        let words: Vec<&str> = node
            .descendants()
            .filter(Node::is_text)
            .filter_map(|text| text.text())
            .flat_map(str::split_whitespace)
            .collect();
        let placed = node.descendants().find(|it| number(*it, "x").is_some());
        let at = placed.map(|it| (number(it, "x").unwrap_or(0.0), number(it, "y").unwrap_or(0.0))).unwrap_or_default();
        let at = to * kurbo::Point::from(at);
        if !words.is_empty() && at.is_finite() && self.sketch.labels.len() < PLAN_SHAPES_MAX {
            self.sketch.labels.push(([at.x, at.y], words.join(" ").chars().take(100).collect()));
        }
    }
}

/// What a node's own words say it is.
fn said(node: Node<'_, '_>) -> Option<Role> {
    ["data-kind", "class"].into_iter().find_map(|name| words::role(node.attribute(name)?))
}

fn by_id(node: Node<'_, '_>) -> Option<Role> {
    words::role(node.attribute("id")?)
}

fn label<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.attribute((INKSCAPE, "label"))
}

fn place(node: Node<'_, '_>) -> String {
    let at = node.document().text_pos_at(node.range().start);
    let id = node.attribute("id").map(|id| format!(" `{id}`")).unwrap_or_default();
    format!("line {} column {}, {}{id}", at.row, at.col, node.tag_name().name())
}

fn transform(node: Node<'_, '_>) -> Result<kurbo::Affine> {
    let Some(text) = node.attribute("transform") else { return Ok(kurbo::Affine::IDENTITY) };
    let Transform { a, b, c, d, e, f } =
        text.parse().map_err(|error| Unreadable::new(place(node), format!("its transform cannot be read: {error}")))?;
    Ok(kurbo::Affine::new([a, b, c, d, e, f]))
}

/// Where a drawing within the drawing lies.
fn inner_view(node: Node<'_, '_>) -> kurbo::Affine {
    let of = |name: &str| number(node, name);
    let shift = kurbo::Affine::translate((of("x").unwrap_or(0.0), of("y").unwrap_or(0.0)));
    let view = node.attribute("viewBox").and_then(|text| text.parse::<ViewBox>().ok());
    match (view, of("width"), of("height")) {
        (Some(view), Some(width), Some(height)) => {
            // The whole view, in the middle, as long as nothing else is said.
            let scale = (width / view.w).min(height / view.h);
            let middle = ((width - view.w * scale) / 2.0, (height - view.h * scale) / 2.0);
            shift
                * kurbo::Affine::translate(middle)
                * kurbo::Affine::scale(scale)
                * kurbo::Affine::translate((-view.x, -view.y))
        }
        _ => shift,
    }
}

/// The outline of a shape. None: the element is none.
fn path(node: Node<'_, '_>) -> Result<Option<BezPath>> {
    // Of primitives kurbo makes paths; their own tolerance is far below that of the chords.
    const TOLERANCE: f64 = 1e-6;
    let of = |name: &str| number(node, name).unwrap_or(0.0);
    Ok(Some(match node.tag_name().name() {
        "rect" => {
            let (x, y, width, height) = (of("x"), of("y"), of("width"), of("height"));
            let rect = kurbo::Rect::new(x, y, x + width, y + height);
            let radius = number(node, "rx").or(number(node, "ry")).unwrap_or(0.0);
            if radius > 0.0 {
                rect.to_rounded_rect(radius.min(width / 2.0).min(height / 2.0)).to_path(TOLERANCE)
            } else {
                rect.to_path(TOLERANCE)
            }
        }
        "circle" => kurbo::Circle::new((of("cx"), of("cy")), of("r")).to_path(TOLERANCE),
        "ellipse" => kurbo::Ellipse::new((of("cx"), of("cy")), (of("rx"), of("ry")), 0.0).to_path(TOLERANCE),
        "line" => {
            let mut path = BezPath::new();
            path.move_to((of("x1"), of("y1")));
            path.line_to((of("x2"), of("y2")));
            path
        }
        tag @ ("polygon" | "polyline") => {
            let mut path = BezPath::new();
            for (at, point) in PointsParser::from(node.attribute("points").unwrap_or_default()).enumerate() {
                if at == 0 { path.move_to(point) } else { path.line_to(point) }
            }
            if tag == "polygon" && !path.elements().is_empty() {
                path.close_path();
            }
            path
        }
        "path" => {
            let mut path = BezPath::new();
            for segment in SimplifyingPathParser::from(node.attribute("d").unwrap_or_default()) {
                let segment = segment
                    .map_err(|error| Unreadable::new(place(node), format!("its path cannot be read: {error}")))?;
                match segment {
                    SimplePathSegment::MoveTo { x, y } => path.move_to((x, y)),
                    _ if path.elements().is_empty() => {
                        return Err(Unreadable::new(place(node), "its path begins with no move"));
                    }
                    SimplePathSegment::LineTo { x, y } => path.line_to((x, y)),
                    SimplePathSegment::Quadratic { x1, y1, x, y } => path.quad_to((x1, y1), (x, y)),
                    SimplePathSegment::CurveTo { x1, y1, x2, y2, x, y } => path.curve_to((x1, y1), (x2, y2), (x, y)),
                    SimplePathSegment::ClosePath => path.close_path(),
                }
            }
            path
        }
        _ => return Ok(None),
    }))
}
