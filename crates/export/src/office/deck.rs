//! The package of a slide deck (ECMA-376, PresentationML): slides, one plain layout, and what ties them together.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::theme::{LAYOUT, MASTER, THEME};
use crate::error::{Error, Result};
use crate::svg::escape;

/// English Metric Units of a pixel of the layout, 96 to the inch.
const EMU: f32 = 9_525.0;

/// Slides of one size.
#[derive(Debug)]
pub(super) struct Deck<'a> {
    pub(super) title: &'a str,
    /// Of every slide, in pixels.
    pub(super) size: [f32; 2],
    pub(super) slides: Vec<Slide>,
}

/// A slide: shapes as DrawingML, and the pictures they speak of as `rIdP1`, `rIdP2` …
#[derive(Debug, Default)]
pub(super) struct Slide {
    pub(super) body: String,
    pub(super) pictures: Vec<Vec<u8>>,
    /// Number of the shape written last; 1 is the slide itself.
    pub(super) last_id: u32,
}

/// Pixels in the format's units.
pub(super) fn emu(pixels: f32) -> i64 {
    (f64::from(pixels) * f64::from(EMU)).round() as i64
}

impl Slide {
    /// The next shape's number.
    pub(super) fn next_id(&mut self) -> u32 {
        self.last_id = self.last_id.max(1) + 1;
        self.last_id
    }
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// The one kind of relation that stands elsewhere than the others.
const CORE_PROPERTIES: &str = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const NAMESPACES: &str = r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main""#;
const GROUP: &str = r#"<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>"#;

pub(super) fn write(deck: &Deck<'_>) -> Result<Vec<u8>> {
    let mut package = Package::new();
    let count = deck.slides.len();
    package.put("[Content_Types].xml", content_types(count).as_bytes())?;
    let root = relations(&[
        ("rId1", "officeDocument", "ppt/presentation.xml".to_owned()),
        ("rId2", "extended-properties", "docProps/app.xml".to_owned()),
        ("rId3", CORE_PROPERTIES, "docProps/core.xml".to_owned()),
    ]);
    package.put("_rels/.rels", root.as_bytes())?;
    package.put("docProps/core.xml", core_properties(deck.title).as_bytes())?;
    package.put(
        "docProps/app.xml",
        format!("{HEAD}<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Application>Throughline</Application><Slides>{count}</Slides></Properties>").as_bytes(),
    )?;
    package.put("ppt/presentation.xml", presentation(deck).as_bytes())?;
    let mut parts = vec![
        ("rId1".to_owned(), "slideMaster", "slideMasters/slideMaster1.xml".to_owned()),
        ("rId2".to_owned(), "theme", "theme/theme1.xml".to_owned()),
    ];
    parts.extend((1..=count).map(|n| (format!("rIdS{n}"), "slide", format!("slides/slide{n}.xml"))));
    let parts: Vec<_> = parts.iter().map(|(id, kind, target)| (id.as_str(), *kind, target.clone())).collect();
    package.put("ppt/_rels/presentation.xml.rels", relations(&parts).as_bytes())?;
    package.put("ppt/theme/theme1.xml", format!("{HEAD}{THEME}").as_bytes())?;
    package.put(
        "ppt/slideMasters/slideMaster1.xml",
        format!("{HEAD}<p:sldMaster {NAMESPACES}><p:cSld><p:bg><p:bgRef idx=\"1001\"><a:schemeClr val=\"bg1\"/></p:bgRef></p:bg><p:spTree>{GROUP}</p:spTree></p:cSld>{MASTER}</p:sldMaster>").as_bytes(),
    )?;
    package.put(
        "ppt/slideMasters/_rels/slideMaster1.xml.rels",
        relations(&[
            ("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml".to_owned()),
            ("rId2", "theme", "../theme/theme1.xml".to_owned()),
        ])
        .as_bytes(),
    )?;
    package.put(
        "ppt/slideLayouts/slideLayout1.xml",
        format!("{HEAD}<p:sldLayout {NAMESPACES} type=\"blank\" preserve=\"1\"><p:cSld name=\"Blank\"><p:spTree>{GROUP}</p:spTree></p:cSld>{LAYOUT}</p:sldLayout>").as_bytes(),
    )?;
    package.put(
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels",
        relations(&[("rId1", "slideMaster", "../slideMasters/slideMaster1.xml".to_owned())]).as_bytes(),
    )?;
    let mut picture = 0;
    for (n, slide) in (1..).zip(&deck.slides) {
        let mut parts = vec![("rId1".to_owned(), "slideLayout", "../slideLayouts/slideLayout1.xml".to_owned())];
        for (at, bytes) in (1..).zip(&slide.pictures) {
            picture += 1;
            package.put(&format!("ppt/media/image{picture}.png"), bytes)?;
            parts.push((format!("rIdP{at}"), "image", format!("../media/image{picture}.png")));
        }
        let parts: Vec<_> = parts.iter().map(|(id, kind, target)| (id.as_str(), *kind, target.clone())).collect();
        let text = format!(
            "{HEAD}<p:sld {NAMESPACES}><p:cSld><p:spTree>{GROUP}{}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>",
            slide.body
        );
        package.put(&format!("ppt/slides/slide{n}.xml"), text.as_bytes())?;
        package.put(&format!("ppt/slides/_rels/slide{n}.xml.rels"), relations(&parts).as_bytes())?;
    }
    package.finish()
}

fn content_types(slides: usize) -> String {
    let mut out = format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>"
    );
    let presentation = "application/vnd.openxmlformats-officedocument.presentationml";
    let mut part = |name: &str, kind: &str| {
        // Writing to a string cannot fail.
        let _ = write!(out, "<Override PartName=\"{name}\" ContentType=\"{kind}+xml\"/>");
    };
    part("/ppt/presentation.xml", &format!("{presentation}.presentation.main"));
    part("/ppt/slideMasters/slideMaster1.xml", &format!("{presentation}.slideMaster"));
    part("/ppt/slideLayouts/slideLayout1.xml", &format!("{presentation}.slideLayout"));
    part("/ppt/theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme");
    part("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties");
    part("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties");
    for n in 1..=slides {
        part(&format!("/ppt/slides/slide{n}.xml"), &format!("{presentation}.slide"));
    }
    out + "</Types>"
}

fn relations(parts: &[(&str, &str, String)]) -> String {
    let mut out = format!("{HEAD}<Relationships xmlns=\"{RELATIONSHIPS}\">");
    for (id, kind, target) in parts {
        let kind = if kind.contains("://") { (*kind).to_owned() } else { format!("{OFFICE}/{kind}") };
        let _ = write!(out, "<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"/>");
    }
    out + "</Relationships>"
}

fn core_properties(title: &str) -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>Throughline</dc:creator></cp:coreProperties>",
        escape(title)
    )
}

fn presentation(deck: &Deck<'_>) -> String {
    let [width, height] = deck.size.map(emu);
    let mut slides = String::new();
    for n in 1..=deck.slides.len() {
        let _ = write!(slides, "<p:sldId id=\"{}\" r:id=\"rIdS{n}\"/>", 255 + n);
    }
    format!(
        "{HEAD}<p:presentation {NAMESPACES}><p:sldMasterIdLst><p:sldMasterId id=\"2147483648\" r:id=\"rId1\"/></p:sldMasterIdLst>\
         <p:sldIdLst>{slides}</p:sldIdLst><p:sldSz cx=\"{width}\" cy=\"{height}\"/><p:notesSz cx=\"6858000\" cy=\"9144000\"/></p:presentation>"
    )
}

/// A ZIP in the making; the same parts make the same bytes.
struct Package {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl Package {
    fn new() -> Package {
        Package { zip: ZipWriter::new(Cursor::new(Vec::new())) }
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let failed = |error: &dyn std::fmt::Display| Error::Render(error.to_string());
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        self.zip.start_file(name, options).map_err(|error| failed(&error))?;
        self.zip.write_all(bytes).map_err(|error| failed(&error))
    }

    fn finish(self) -> Result<Vec<u8>> {
        self.zip.finish().map(Cursor::into_inner).map_err(|error| Error::Render(error.to_string()))
    }
}
