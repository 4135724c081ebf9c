//! Setting text and small parts of maps into blocks.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::drawing::{Block, Rect, Shape, Text};
use crate::fonts::{Fonts, MISSING, Weight};
use crate::theme::Palette;
use crate::words::{Language, Words};
use crate::wrap::{Setting, fit, wrap};

/// Where a line stands in its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Middle,
    Right,
}

/// Everything that is drawn goes through here.
pub(crate) struct Kit {
    pub(crate) fonts: &'static Fonts,
    pub(crate) palette: &'static Palette,
    pub(crate) language: Language,
    pub(crate) words: &'static Words,
    missing: RefCell<BTreeSet<char>>,
}

/// A kind of text: size, weight, colour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ink {
    pub(crate) setting: Setting,
    pub(crate) fill: &'static str,
}

/// Where text goes: left edge, top, width.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
}

impl Kit {
    pub(crate) fn new(fonts: &'static Fonts, palette: &'static Palette, language: Language) -> Kit {
        Kit { fonts, palette, language, words: language.words(), missing: RefCell::default() }
    }

    /// Characters that were to be drawn and that no font has.
    pub(crate) fn missing(&self) -> Vec<char> {
        self.missing.borrow().iter().copied().collect()
    }

    pub(crate) fn ink(&self, size: f32, weight: Weight, fill: &'static str) -> Ink {
        Ink { setting: Setting { size, weight }, fill }
    }

    pub(crate) fn body(&self) -> Ink {
        self.ink(12.0, Weight::Regular, self.palette.text)
    }

    pub(crate) fn soft(&self) -> Ink {
        self.ink(12.0, Weight::Regular, self.palette.text_2)
    }

    pub(crate) fn small(&self) -> Ink {
        self.ink(11.0, Weight::Regular, self.palette.text_3)
    }

    pub(crate) fn strong(&self) -> Ink {
        self.ink(12.0, Weight::Bold, self.palette.text)
    }

    pub(crate) fn figure(&self) -> Ink {
        self.ink(16.0, Weight::Bold, self.palette.text)
    }

    pub(crate) fn width(&self, text: &str, ink: Ink) -> f32 {
        ink.setting.width(self.fonts, &self.drawable(text))
    }

    /// One line, shortened to its room. Gives its right end.
    pub(crate) fn line(&self, block: &mut Block, room: Room, ink: Ink, align: Align, text: &str) -> f32 {
        let text = fit(self.fonts, &self.drawable(text), ink.setting, room.width);
        let width = ink.setting.width(self.fonts, &text);
        let x = match align {
            Align::Left => room.x,
            Align::Middle => room.x + (room.width - width) / 2.0,
            Align::Right => room.x + room.width - width,
        };
        let y = room.y + (ink.leading() - ink.setting.size) / 2.0 + 0.86 * ink.setting.size;
        if !text.trim().is_empty() {
            block.shapes.push(Shape::Text(Text {
                x,
                y,
                width,
                size: ink.setting.size,
                weight: ink.setting.weight,
                fill: ink.fill,
                text,
                room: [room.x, room.x + room.width],
            }));
        }
        x + width
    }

    /// As many lines as the text takes. Gives their height.
    pub(crate) fn paragraph(&self, block: &mut Block, room: Room, ink: Ink, text: &str) -> f32 {
        let lines = wrap(self.fonts, &self.drawable(text), ink.setting, room.width);
        self.lines(block, room, ink, &lines)
    }

    /// A paragraph as a block of its own.
    pub(crate) fn text_block(&self, width: f32, ink: Ink, text: &str) -> Block {
        let mut block = Block::new(width, 0.0);
        block.height = self.paragraph(&mut block, Room { x: 0.0, y: 0.0, width }, ink, text);
        block
    }

    /// A label with a rounded ground. Gives its right end.
    pub(crate) fn chip(&self, block: &mut Block, room: Room, ink: Ink, ground: Rect, text: &str) -> f32 {
        let inner = Room { x: room.x + 6.0, y: room.y, width: room.width - 12.0 };
        let at = block.shapes.len();
        let end = self.line(block, inner, ink, Align::Left, text) + 6.0;
        let rect = Rect { x: room.x, y: room.y, width: end - room.x, height: ink.leading(), radius: 4.0, ..ground };
        block.shapes.insert(at, Shape::Rect(rect));
        end
    }

    fn lines(&self, block: &mut Block, room: Room, ink: Ink, lines: &[String]) -> f32 {
        for (i, line) in lines.iter().enumerate() {
            self.line(block, Room { y: room.y + i as f32 * ink.leading(), ..room }, ink, Align::Left, line);
        }
        lines.len() as f32 * ink.leading()
    }

    /// The text without what has no shape of its own, and with a sign for what no font has.
    fn drawable(&self, text: &str) -> String {
        let shown = text.chars().filter(|c| !is_ignorable(*c));
        let sign = |c: char| {
            if c.is_whitespace() && c != '\u{a0}' {
                return ' ';
            }
            if self.fonts.glyph(c, Weight::Regular).is_some() {
                return c;
            }
            self.missing.borrow_mut().insert(c);
            MISSING
        };
        shown.map(sign).collect()
    }
}

impl Ink {
    /// Height of a line.
    pub(crate) fn leading(self) -> f32 {
        (self.setting.size * 1.5).round()
    }
}

/// Joiners, variation selectors and marks of direction: they shape their neighbours and are nothing by themselves.
fn is_ignorable(c: char) -> bool {
    matches!(c as u32, 0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfe00..=0xfe0f | 0xfeff
        | 0xe0100..=0xe01ef)
}
