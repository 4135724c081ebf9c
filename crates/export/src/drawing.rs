//! What a map is drawn with: shapes with places in pixels (96 to the inch, y downwards), gathered in blocks.

use crate::fonts::Weight;

/// Something of known size that is not broken over pages. Places are relative to its upper left corner.
#[derive(Debug, Clone, Default)]
pub(crate) struct Block {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) shapes: Vec<Shape>,
}

#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Rect(Rect),
    Line(Line),
    Path(Path),
    Circle(Circle),
    Text(Text),
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rect {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) radius: f32,
    pub(crate) fill: Option<&'static str>,
    pub(crate) stroke: Option<&'static str>,
    pub(crate) dashed: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) from: [f32; 2],
    pub(crate) to: [f32; 2],
    pub(crate) stroke: &'static str,
    pub(crate) width: f32,
    pub(crate) dashed: bool,
}

/// A line through cubic curves.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    pub(crate) start: [f32; 2],
    /// Two control points and the end of each.
    pub(crate) curves: Vec<[[f32; 2]; 3]>,
    pub(crate) stroke: &'static str,
    pub(crate) width: f32,
    pub(crate) opacity: f32,
    pub(crate) dashed: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Circle {
    pub(crate) centre: [f32; 2],
    pub(crate) radius: f32,
    pub(crate) fill: &'static str,
    pub(crate) stroke: &'static str,
}

/// One line of text. Every character of it has a glyph.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    /// Left end, and the baseline.
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) size: f32,
    pub(crate) weight: Weight,
    pub(crate) fill: &'static str,
    pub(crate) text: String,
    /// Left and right edge of the room it was given.
    pub(crate) room: [f32; 2],
}

impl Block {
    pub(crate) fn new(width: f32, height: f32) -> Block {
        Block { width, height, shapes: Vec::new() }
    }

    /// Puts another block into this one, which does not grow.
    pub(crate) fn place(&mut self, block: Block, x: f32, y: f32) {
        self.shapes.extend(block.shapes.into_iter().map(|shape| shape.moved(x, y)));
    }

    /// Puts another block below what there is, and grows.
    pub(crate) fn stack(&mut self, block: Block, gap: f32) {
        let y = if self.height > 0.0 { self.height + gap } else { 0.0 };
        self.height = y + block.height;
        self.place(block, 0.0, y);
    }

    pub(crate) fn rect(&mut self, rect: Rect) {
        self.shapes.push(Shape::Rect(rect));
    }

    /// A filled rectangle behind all there is.
    pub(crate) fn behind(&mut self, rect: Rect) {
        self.shapes.insert(0, Shape::Rect(rect));
    }

    pub(crate) fn line(&mut self, from: [f32; 2], to: [f32; 2], stroke: &'static str) {
        self.shapes.push(Shape::Line(Line { from, to, stroke, width: 1.0, dashed: false }));
    }
}

impl Shape {
    fn moved(self, x: f32, y: f32) -> Shape {
        let by = |[px, py]: [f32; 2]| [px + x, py + y];
        match self {
            Shape::Rect(rect) => Shape::Rect(Rect { x: rect.x + x, y: rect.y + y, ..rect }),
            Shape::Line(line) => Shape::Line(Line { from: by(line.from), to: by(line.to), ..line }),
            Shape::Path(path) => Shape::Path(Path {
                start: by(path.start),
                curves: path.curves.into_iter().map(|curve| curve.map(by)).collect(),
                ..path
            }),
            Shape::Circle(circle) => Shape::Circle(Circle { centre: by(circle.centre), ..circle }),
            Shape::Text(text) => {
                Shape::Text(Text { x: text.x + x, y: text.y + y, room: text.room.map(|edge| edge + x), ..text })
            }
        }
    }
}
