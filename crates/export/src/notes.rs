//! What a printed map has to say for itself: definitions of its numbers, its data, and where statements come from.

use model::lanes::Basis;

use crate::Picture;
use crate::drawing::Block;
use crate::fonts::Weight;
use crate::kit::Kit;
use crate::words::say;

/// A heading with its paragraphs. The whole is set in columns of one width.
pub(crate) struct Note {
    pub(crate) title: String,
    pub(crate) paragraphs: Vec<String>,
}

/// All notes, in their order.
pub(crate) fn notes(picture: &Picture<'_>, kit: &Kit) -> Vec<Note> {
    let (words, language, meta) = (kit.words, kit.language, &picture.map.meta);
    let tag = language.tag();
    let note = |title: &str, paragraphs: Vec<String>| Note { title: title.to_owned(), paragraphs };
    let mut data =
        vec![say(words.notes_data_text, &[&meta.snapshot, &language.moment(meta.as_of_us, &meta.zone), &meta.zone])];
    if let Some(rows) = meta.rows_scanned {
        data.push(say(words.notes_read, &[&language.whole(rows)]));
    }
    if let Some(later) = meta.events_later.filter(|later| *later > 0) {
        data.push(say(words.notes_later, &[&language.whole(later)]));
    }
    if meta.truncated {
        data.push(words.notes_truncated.to_owned());
    }
    let numbers = words.define.iter().map(|(name, meaning)| format!("{name}{}{meaning}", words.colon)).collect();
    let mut notes = vec![
        note(words.notes_analysis, vec![meta.definition.get(tag).to_owned()]),
        note(words.notes_population, vec![meta.population.get(tag).to_owned()]),
    ];
    if !meta.filters.is_empty() {
        let filters = meta.filters.iter().map(|filter| filter.get(tag).to_owned());
        notes.push(note(words.notes_filters, filters.collect()));
    }
    notes.push(note(words.notes_identity, vec![meta.identity.get(tag).to_owned()]));
    notes.push(note(words.notes_data, data));
    notes.push(note(words.notes_numbers, numbers));
    notes.push(note(words.notes_basis, vec![words.basis_text.to_owned()]));
    let sources = sources(picture, kit);
    if !sources.is_empty() {
        notes.push(note(words.notes_sources, sources));
    }
    // Everything else has been set by now, so this is all that is missing.
    let missing = kit.missing();
    if !missing.is_empty() {
        let codes: Vec<_> = missing.iter().map(|c| format!("U+{:04X}", *c as u32)).collect();
        notes.push(note(words.notes_missing, vec![say(words.notes_missing_text, &[&codes.join(words.comma)])]));
    }
    notes
}

impl Note {
    /// The note as blocks of a width, none of them to be broken: the heading stays with its first paragraph.
    pub(crate) fn blocks(&self, kit: &Kit, width: f32) -> Vec<Block> {
        let ink = kit.ink(12.0, Weight::Bold, kit.palette.text);
        let mut blocks = Vec::new();
        for (i, paragraph) in self.paragraphs.iter().enumerate() {
            let text = kit.text_block(width, kit.ink(11.0, Weight::Regular, kit.palette.text_2), paragraph);
            if i == 0 {
                let mut first = Block::new(width, 8.0);
                first.stack(kit.text_block(width, ink, &self.title), 0.0);
                first.stack(text, 1.0);
                blocks.push(first);
            } else {
                blocks.push(text);
            }
        }
        blocks
    }
}

/// The studies and people that cards of research name, each with the stages it speaks of.
fn sources(picture: &Picture<'_>, kit: &Kit) -> Vec<String> {
    let mut sources: Vec<(&str, Vec<&str>)> = Vec::new();
    for stage in &picture.map.journey.definition.stages {
        let name = stage.name.get(kit.language.tag());
        for card in stage.cards.iter().filter(|card| card.basis == Basis::Research) {
            let Some(source) = card.source.as_deref() else { continue };
            match sources.iter_mut().find(|(known, _)| *known == source) {
                Some((_, stages)) if stages.contains(&name) => {}
                Some((_, stages)) => stages.push(name),
                None => sources.push((source, vec![name])),
            }
        }
    }
    sources
        .iter()
        .map(|(source, stages)| format!("{source}{}{}", kit.words.colon, stages.join(kit.words.comma)))
        .collect()
}
