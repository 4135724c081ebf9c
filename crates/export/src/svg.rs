//! A drawing as SVG text.

use std::fmt::Write as _;

use crate::drawing::{Block, Shape, Text};
use crate::fonts::{Fonts, Glyph, Origin, Weight};
use crate::words::Language;

/// Families a viewer may have; the first are closest to those the text was measured with. Fonts for Chinese set
/// quotation marks as wide as a character, so in English they come last.
const FAMILIES_CHINESE: &str =
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif";
const FAMILIES_ENGLISH: &str = "'Source Sans 3','Source Sans Pro','Segoe UI','Helvetica Neue',Arial,\
                                'Liberation Sans','Noto Sans CJK SC',sans-serif";

/// Who reads the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// A browser or a drawing program with fonts of its own: lines say how long they are, so that they keep to their
    /// room in a wider font.
    Viewer,
    /// Our own renderer, which is told the font of every character; see [`family`].
    Renderer,
}

/// What stands in the head of the file.
#[derive(Debug, Clone)]
pub(crate) struct Head<'a> {
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) language: Language,
}

pub(crate) fn write(drawing: &Block, fonts: &Fonts, head: &Head<'_>, reader: Reader) -> String {
    let (width, height) = (drawing.width.ceil(), drawing.height.ceil());
    let mut out = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" xml:lang=\"{}\" xml:space=\"preserve\" font-kerning=\"none\"",
        head.language.tag()
    );
    if reader == Reader::Viewer {
        let families = match head.language {
            Language::Chinese => FAMILIES_CHINESE,
            Language::English => FAMILIES_ENGLISH,
        };
        let _ = write!(out, " font-family=\"{families}\"");
    }
    let _ = writeln!(out, "><title>{}</title><desc>{}</desc>", escape(head.title), escape(head.description));
    for shape in &drawing.shapes {
        write_shape(&mut out, shape, fonts, reader);
        out.push('\n');
    }
    out.push_str("</svg>\n");
    out
}

/// The name our renderer knows a font by.
pub(crate) fn family(origin: Origin) -> String {
    match origin {
        Origin::Own(at) => format!("own-{at}"),
        Origin::Machine(at) => format!("machine-{at}"),
    }
}

/// The font of such a name.
pub(crate) fn origin(family: &str) -> Option<Origin> {
    let (kind, at) = family.split_once('-')?;
    let at = at.parse().ok()?;
    match kind {
        "own" => Some(Origin::Own(at)),
        "machine" => Some(Origin::Machine(at)),
        _ => None,
    }
}

/// Text that XML reads as it was meant. Characters XML cannot hold have no glyph and never come here but in names
/// outside the drawing.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c as u32, 0xfffe | 0xffff) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

fn write_shape(out: &mut String, shape: &Shape, fonts: &Fonts, reader: Reader) {
    let dashes = |dashed: bool| if dashed { " stroke-dasharray=\"4 3\"" } else { "" };
    let _ = match shape {
        // Renderers complain of what cannot be seen: a bar of nothing.
        Shape::Rect(rect) if rect.width <= 0.0 || rect.height <= 0.0 => Ok(()),
        Shape::Rect(rect) => {
            let fill = rect.fill.unwrap_or("none");
            let _ = write!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"",
                n(rect.x),
                n(rect.y),
                n(rect.width),
                n(rect.height)
            );
            if rect.radius > 0.0 {
                let _ = write!(out, " rx=\"{}\"", n(rect.radius));
            }
            if let Some(stroke) = rect.stroke {
                let _ = write!(out, " stroke=\"{stroke}\"{}", dashes(rect.dashed));
            }
            write!(out, "/>")
        }
        Shape::Line(line) => write!(
            out,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-width=\"{}\"{}/>",
            n(line.from[0]),
            n(line.from[1]),
            n(line.to[0]),
            n(line.to[1]),
            line.stroke,
            n(line.width),
            dashes(line.dashed)
        ),
        Shape::Path(path) => {
            let _ = write!(out, "<path d=\"M{} {}", n(path.start[0]), n(path.start[1]));
            for curve in &path.curves {
                let [a, b, c] = curve.map(|[x, y]| format!("{} {}", n(x), n(y)));
                let _ = write!(out, "C{a} {b} {c}");
            }
            write!(
                out,
                "\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-opacity=\"{}\"{}/>",
                path.stroke,
                n(path.width),
                n(path.opacity),
                dashes(path.dashed)
            )
        }
        Shape::Circle(circle) => write!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"2\"/>",
            n(circle.centre[0]),
            n(circle.centre[1]),
            n(circle.radius),
            circle.fill,
            circle.stroke
        ),
        Shape::Text(text) => {
            write_text(out, text, fonts, reader);
            Ok(())
        }
    };
}

fn write_text(out: &mut String, text: &Text, fonts: &Fonts, reader: Reader) {
    let _ = write!(
        out,
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"",
        n(text.x),
        n(text.y),
        n(text.size),
        text.fill
    );
    match reader {
        Reader::Viewer => {
            if text.weight == Weight::Bold {
                out.push_str(" font-weight=\"700\"");
            }
            // A single character has no gaps to stretch.
            if text.text.chars().nth(1).is_some() {
                let _ = write!(out, " textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", n(text.width));
            }
            let _ = write!(out, ">{}</text>", escape(&text.text));
        }
        Reader::Renderer => {
            out.push('>');
            for (origin, run) in runs(&text.text, text.weight, fonts) {
                let _ = write!(out, "<tspan font-family=\"{}\">{}</tspan>", family(origin), escape(&run));
            }
            out.push_str("</text>");
        }
    }
}

/// The text cut where the font changes.
fn runs(text: &str, weight: Weight, fonts: &Fonts) -> Vec<(Origin, String)> {
    let mut runs: Vec<(Origin, String)> = Vec::new();
    for c in text.chars() {
        // What has no glyph was replaced when it was set.
        let Some(Glyph { origin, .. }) = fonts.glyph(c, weight) else { continue };
        match runs.last_mut().filter(|(last, _)| *last == origin) {
            Some((_, run)) => run.push(c),
            None => runs.push((origin, c.to_string())),
        }
    }
    runs
}

/// A number with at most two digits behind the point.
fn n(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
