//! Which font has a character, and how wide it is there.
//!
//! Fonts come with the product (`fonts/`), so that a map looks the same on a machine without any: Latin, the
//! signs maps use, and the characters of GB 2312; beside them the marks that English sets narrower. A character they lack is looked for in the fonts of the machine.
//! One that nobody has is drawn as 〓, which printers set for a missing type, and is reported.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use resvg::usvg::fontdb::{Database, ID, Source as FontSource, Style, Weight as FontWeight};
use ttf_parser::{Face, OutlineBuilder};

use crate::words::Language;

static REGULAR: &[u8] = include_bytes!("../fonts/ThroughlineSans-Regular.otf");
static BOLD: &[u8] = include_bytes!("../fonts/ThroughlineSans-Bold.otf");
static NARROW_REGULAR: &[u8] = include_bytes!("../fonts/ThroughlineSansNarrow-Regular.otf");
static NARROW_BOLD: &[u8] = include_bytes!("../fonts/ThroughlineSansNarrow-Bold.otf");

/// Marks that are narrow in Chinese, too: they only set things apart.
const NARROW_IN_CHINESE: &str = "·•";

/// What stands for a character no font has.
pub(crate) const MISSING: char = '〓';

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// Where a glyph comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A font of the product, by its place in [`OWN`].
    Own(usize),
    /// A font of the machine, by its place in the list of those that were needed so far.
    Machine(usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) origin: Origin,
    /// In units of the font size.
    pub(crate) advance: f32,
}

/// The fonts of the product, each with the weight it is for, those looked into first before the others.
const OWN: [(&[u8], Weight); 4] =
    [(NARROW_REGULAR, Weight::Regular), (NARROW_BOLD, Weight::Bold), (REGULAR, Weight::Regular), (BOLD, Weight::Bold)];
/// How many of these are narrow.
const NARROW: usize = 2;

/// The fonts of a language.
pub(crate) struct Fonts {
    language: Language,
    faces: Vec<(Face<'static>, ID)>,
    own: Arc<Database>,
    /// The same and the machine's, read when first needed.
    all: OnceLock<Arc<Database>>,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    glyphs: HashMap<(char, Weight), Option<Glyph>>,
    machine: Vec<ID>,
}

/// The fonts of a language, read once. None if those that come with the product are damaged.
pub(crate) fn fonts(language: Language) -> Option<&'static Fonts> {
    static CHINESE: OnceLock<Option<Fonts>> = OnceLock::new();
    static ENGLISH: OnceLock<Option<Fonts>> = OnceLock::new();
    let fonts = match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    fonts.get_or_init(|| Fonts::read(language)).as_ref()
}

impl Fonts {
    fn read(language: Language) -> Option<Fonts> {
        let mut own = Database::new();
        let mut load = |bytes: &'static [u8]| {
            let id = own.load_font_source(FontSource::Binary(Arc::new(bytes))).first().copied()?;
            Some((Face::parse(bytes, 0).ok()?, id))
        };
        let faces = OWN.iter().map(|(bytes, _)| load(bytes)).collect::<Option<Vec<_>>>()?;
        Some(Fonts { language, faces, own: Arc::new(own), all: OnceLock::new(), found: Mutex::default() })
    }

    /// The glyph of a character; None if no font has it.
    pub(crate) fn glyph(&self, c: char, weight: Weight) -> Option<Glyph> {
        if let Some(known) = self.found().glyphs.get(&(c, weight)) {
            return *known;
        }
        let glyph = self.own_glyph(c, weight).or_else(|| self.machine_glyph(c, weight));
        self.found().glyphs.insert((c, weight), glyph);
        glyph
    }

    /// Width of a text in units of its size. Characters without a glyph count as what stands for them.
    pub(crate) fn width(&self, text: &str, weight: Weight) -> f32 {
        text.chars().map(|c| self.advance(c, weight)).sum()
    }

    pub(crate) fn advance(&self, c: char, weight: Weight) -> f32 {
        self.glyph(c, weight).or_else(|| self.glyph(MISSING, weight)).map_or(1.0, |glyph| glyph.advance)
    }

    /// The font of an origin, to be looked up in [`Fonts::database`].
    pub(crate) fn id(&self, origin: Origin) -> Option<ID> {
        match origin {
            Origin::Own(at) => self.faces.get(at).map(|(_, id)| *id),
            Origin::Machine(at) => self.found().machine.get(at).copied(),
        }
    }

    /// Every font that has been needed so far.
    pub(crate) fn database(&self) -> Arc<Database> {
        Arc::clone(self.all.get().unwrap_or(&self.own))
    }

    fn own_glyph(&self, c: char, weight: Weight) -> Option<Glyph> {
        let narrow = self.language == Language::English || NARROW_IN_CHINESE.contains(c);
        let of_weight = (0..OWN.len()).filter(|at| OWN[*at].1 == weight && (narrow || *at >= NARROW));
        let glyph = |at: usize| Some(Glyph { origin: Origin::Own(at), advance: advance(&self.faces[at].0, c)? });
        of_weight.into_iter().find_map(glyph)
    }

    /// Looks through the machine's upright fonts: sans serif first, then those closest in weight, then by name.
    fn machine_glyph(&self, c: char, weight: Weight) -> Option<Glyph> {
        if c.is_control() {
            return None;
        }
        let all = self.all.get_or_init(|| {
            let mut all = Database::clone(&self.own);
            all.load_system_fonts();
            Arc::new(all)
        });
        let wanted = if weight == Weight::Bold { FontWeight::BOLD } else { FontWeight::NORMAL };
        let mut faces: Vec<_> = all.faces().filter(|face| face.style == Style::Normal).collect();
        faces.sort_by_key(|face| {
            let serif = !face.post_script_name.contains("Sans");
            (serif, face.weight.0.abs_diff(wanted.0), face.post_script_name.clone(), face.index)
        });
        let (id, advance) = faces.into_iter().find_map(|face| {
            let read = |data: &[u8], index| advance(&Face::parse(data, index).ok()?, c);
            Some((face.id, all.with_face_data(face.id, read)??))
        })?;
        let mut found = self.found();
        let at = found.machine.iter().position(|known| *known == id).unwrap_or_else(|| {
            found.machine.push(id);
            found.machine.len() - 1
        });
        Some(Glyph { origin: Origin::Machine(at), advance })
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        // A panic elsewhere leaves nothing half done in it.
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The advance of a character the face can draw as an outline: pictures of emoji cannot be drawn as vectors.
fn advance(face: &Face<'_>, c: char) -> Option<f32> {
    struct Nothing;
    impl OutlineBuilder for Nothing {
        fn move_to(&mut self, _: f32, _: f32) {}
        fn line_to(&mut self, _: f32, _: f32) {}
        fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}
        fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {}
        fn close(&mut self) {}
    }
    let glyph = face.glyph_index(c)?;
    if !c.is_whitespace() && face.outline_glyph(glyph, &mut Nothing).is_none() {
        return None;
    }
    Some(f32::from(face.glyph_hor_advance(glyph)?) / f32::from(face.units_per_em()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_maps_say_is_in_the_fonts_of_the_product() {
        let fonts = fonts(Language::Chinese).unwrap();
        let signs = "▲▼△▽→←●○◆◇■□×÷±−–—…·•%‰¥€£$≥≤≈≠∈“”‘’「」『』（）《》〈〉【】、。，．：；！？〓 \u{a0}";
        let text = "动线旅程地图转化率触点渠道客户痛点";
        let latin = "The quick brown fox — ÄÖÜäöüßéèñçøåÅ 0123456789";
        for c in signs.chars().chain(text.chars()).chain(latin.chars()) {
            for weight in [Weight::Regular, Weight::Bold] {
                let glyph = fonts.glyph(c, weight);
                assert!(matches!(glyph.map(|g| g.origin), Some(Origin::Own(_))), "{c:?} {weight:?}");
            }
        }
    }

    #[test]
    fn digits_are_equally_wide_and_han_is_square() {
        let fonts = fonts(Language::Chinese).unwrap();
        for weight in [Weight::Regular, Weight::Bold] {
            let zero = fonts.advance('0', weight);
            assert!("123456789".chars().all(|digit| fonts.advance(digit, weight) == zero));
            assert_eq!(fonts.width("转化率", weight), 3.0);
        }
    }

    #[test]
    fn quotation_marks_have_the_width_of_the_language() {
        let width = |language| fonts(language).unwrap().width("“”", Weight::Regular);
        assert_eq!(width(Language::Chinese), 2.0);
        assert!(width(Language::English) < 1.0);
    }

    #[test]
    fn a_character_nobody_has_is_known_as_missing() {
        let fonts = fonts(Language::Chinese).unwrap();
        // A code point that stands for no character.
        assert_eq!(fonts.glyph('\u{e0fff}', Weight::Regular), None);
        assert_eq!(fonts.advance('\u{e0fff}', Weight::Regular), 1.0);
    }
}
