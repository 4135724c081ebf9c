//! A map's slides as shapes of the office program: every bar can be moved, every word changed.

use std::fmt::Write as _;

use super::deck::{self, Deck, Slide, emu};
use crate::drawing::{Block, Circle, Line, Path, Rect, Shape, Text};
use crate::error::Result;
use crate::fonts::Weight;
use crate::svg::{Head, escape};

/// Hundredths of a point of a pixel.
const POINTS: f32 = 75.0;

/// Of a line of letters, what stands above the baseline and the whole, in sizes.
const ASCENT: f32 = 0.98;
const LINE: f32 = 1.22;

/// One slide a sheet. What a screen reader says of a slide is its title.
pub(crate) fn write(sheets: &[Block], head: &Head<'_>) -> Result<Vec<u8>> {
    let size = sheets.first().map_or([0.0, 0.0], |sheet| [sheet.width, sheet.height]);
    let slides = sheets.iter().map(|sheet| {
        let mut slide = Slide::default();
        sheet.shapes.iter().for_each(|shape| draw(&mut slide, shape, head.language.tag()));
        slide
    });
    deck::write(&Deck { title: head.title, size, slides: slides.collect() })
}

fn draw(slide: &mut Slide, shape: &Shape, language: &str) {
    match shape {
        Shape::Rect(rect) => draw_rect(slide, rect),
        Shape::Line(line) => draw_line(slide, line),
        Shape::Path(path) => draw_path(slide, path),
        Shape::Circle(circle) => draw_circle(slide, circle),
        Shape::Text(text) => draw_text(slide, text, language),
    }
}

/// `#0f3568` as the format has it.
pub(super) fn colour(hex: &str) -> String {
    hex.trim_start_matches('#').to_ascii_uppercase()
}

fn fill(hex: Option<&str>) -> String {
    hex.map_or_else(
        || "<a:noFill/>".to_owned(),
        |hex| format!("<a:solidFill><a:srgbClr val=\"{}\"/></a:solidFill>", colour(hex)),
    )
}

/// An outline of so many pixels.
fn outline(hex: Option<&str>, width: f32, dashed: bool, opacity: f32) -> String {
    let Some(hex) = hex else { return "<a:ln><a:noFill/></a:ln>".to_owned() };
    let dash = if dashed { "<a:prstDash val=\"dash\"/>" } else { "" };
    let alpha = (opacity.clamp(0.0, 1.0) * 100_000.0).round() as u32;
    let alpha = if alpha < 100_000 { format!("<a:alpha val=\"{alpha}\"/>") } else { String::new() };
    format!(
        "<a:ln w=\"{}\"><a:solidFill><a:srgbClr val=\"{}\">{alpha}</a:srgbClr></a:solidFill>{dash}</a:ln>",
        emu(width).max(1),
        colour(hex)
    )
}

/// A shape without words.
fn put(slide: &mut Slide, place: [f32; 4], geometry: &str, looks: &str) {
    let id = slide.next_id();
    let [x, y, width, height] = place.map(emu);
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        slide.body,
        "<p:sp><p:nvSpPr><p:cNvPr id=\"{id}\" name=\"{id}\"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>\
         <a:xfrm><a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>{geometry}{looks}</p:spPr></p:sp>"
    );
}

fn preset(name: &str, adjust: &str) -> String {
    format!("<a:prstGeom prst=\"{name}\"><a:avLst>{adjust}</a:avLst></a:prstGeom>")
}

fn draw_rect(slide: &mut Slide, rect: &Rect) {
    if rect.width <= 0.0 || rect.height <= 0.0 {
        return;
    }
    let geometry = if rect.radius > 0.0 {
        // A part of the shorter side, in hundred thousandths, up to a half.
        let part = (rect.radius / rect.width.min(rect.height)).min(0.5) * 100_000.0;
        preset("roundRect", &format!("<a:gd name=\"adj\" fmla=\"val {}\"/>", part.round() as u32))
    } else {
        preset("rect", "")
    };
    let looks = fill(rect.fill) + &outline(rect.stroke, 1.0, rect.dashed, 1.0);
    put(slide, [rect.x, rect.y, rect.width, rect.height], &geometry, &looks);
}

fn draw_line(slide: &mut Slide, line: &Line) {
    let id = slide.next_id();
    let ([x0, y0], [x1, y1]) = (line.from, line.to);
    let flips = [("flipH", x1 < x0), ("flipV", y1 < y0)];
    let flips: String = flips.iter().filter(|(_, on)| *on).map(|(name, _)| format!(" {name}=\"1\"")).collect();
    let [x, y, width, height] = [x0.min(x1), y0.min(y1), (x1 - x0).abs(), (y1 - y0).abs()].map(emu);
    let _ = write!(
        slide.body,
        "<p:cxnSp><p:nvCxnSpPr><p:cNvPr id=\"{id}\" name=\"{id}\"/><p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr><p:spPr>\
         <a:xfrm{flips}><a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>{}{}</p:spPr></p:cxnSp>",
        preset("line", ""),
        outline(Some(line.stroke), line.width, line.dashed, 1.0)
    );
}

fn draw_path(slide: &mut Slide, path: &Path) {
    let points = || std::iter::once(path.start).chain(path.curves.iter().flatten().copied());
    let least = points().fold([f32::INFINITY; 2], |[x, y], point| [x.min(point[0]), y.min(point[1])]);
    let most = points().fold([f32::NEG_INFINITY; 2], |[x, y], point| [x.max(point[0]), y.max(point[1])]);
    let [width, height] = [(most[0] - least[0]).max(1.0), (most[1] - least[1]).max(1.0)];
    let at = |[x, y]: [f32; 2]| format!("<a:pt x=\"{}\" y=\"{}\"/>", emu(x - least[0]), emu(y - least[1]));
    let curves: String =
        path.curves.iter().map(|curve| format!("<a:cubicBezTo>{}</a:cubicBezTo>", curve.map(at).concat())).collect();
    let geometry = format!(
        "<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l=\"0\" t=\"0\" r=\"r\" b=\"b\"/><a:pathLst>\
         <a:path w=\"{}\" h=\"{}\" fill=\"none\"><a:moveTo>{}</a:moveTo>{curves}</a:path></a:pathLst></a:custGeom>",
        emu(width),
        emu(height),
        at(path.start)
    );
    let looks = fill(None) + &outline(Some(path.stroke), path.width, path.dashed, path.opacity);
    put(slide, [least[0], least[1], width, height], &geometry, &looks);
}

fn draw_circle(slide: &mut Slide, circle: &Circle) {
    let ([x, y], radius) = (circle.centre, circle.radius);
    let looks = fill(Some(circle.fill)) + &outline(Some(circle.stroke), 2.0, false, 1.0);
    put(slide, [x - radius, y - radius, 2.0 * radius, 2.0 * radius], &preset("ellipse", ""), &looks);
}

/// One line of words, where the layout has measured it; in a wider font it grows to the right.
fn draw_text(slide: &mut Slide, text: &Text, language: &str) {
    let id = slide.next_id();
    let bold = if text.weight == Weight::Bold { " b=\"1\"" } else { "" };
    let [x, y] = [emu(text.x), emu(text.y - ASCENT * text.size)];
    let [width, height] = [emu(text.width), emu(LINE * text.size)];
    let _ = write!(
        slide.body,
        "<p:sp><p:nvSpPr><p:cNvPr id=\"{id}\" name=\"{id}\"/><p:cNvSpPr txBox=\"1\"/><p:nvPr/></p:nvSpPr><p:spPr>\
         <a:xfrm><a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>{}<a:noFill/></p:spPr>\
         <p:txBody><a:bodyPr wrap=\"none\" lIns=\"0\" tIns=\"0\" rIns=\"0\" bIns=\"0\" anchor=\"t\"><a:noAutofit/></a:bodyPr><a:p>\
         <a:pPr><a:lnSpc><a:spcPts val=\"{}\"/></a:lnSpc></a:pPr>\
         <a:r><a:rPr lang=\"{language}\" sz=\"{}\"{bold}><a:solidFill><a:srgbClr val=\"{}\"/></a:solidFill></a:rPr>\
         <a:t>{}</a:t></a:r></a:p></p:txBody></p:sp>",
        preset("rect", ""),
        (LINE * text.size * POINTS).round() as u32,
        (text.size * POINTS).round() as u32,
        colour(text.fill),
        escape(&text.text)
    );
}
