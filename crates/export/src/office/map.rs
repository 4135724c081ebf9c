//! The numbers of a journey map as a document: what a workbook of it holds.

use analysis::answer::{MoveTo, PinnedNumber, Reach};
use model::lanes::Lane;
use model::pain::Money;

use super::{Document, DocumentCell, DocumentColumn, DocumentNote, DocumentPart, DocumentTable};
use crate::Picture;
use crate::head::workspace;
use crate::kit::Kit;
use crate::lanes::pinned_value;
use crate::notes::notes;
use crate::words::{Language, Words, say};

/// The document of a map.
pub(crate) fn document(picture: &Picture<'_>, kit: &Kit) -> Document {
    let (map, words, language) = (picture.map, kit.words, kit.language);
    let tag = language.tag();
    let meta = &map.meta;
    let of = Maker { picture, words, language };
    let mut tables = vec![of.totals(), of.stages(), of.touchpoints(), of.moves()];
    tables.extend([of.channels(), of.pains(), of.pinned(), of.cards()].into_iter().flatten());
    let texts = notes(picture, kit).into_iter();
    Document {
        title: map.journey.definition.name.get(tag).to_owned(),
        facts: vec![
            workspace(picture, words),
            meta.population.get(tag).to_owned(),
            say(words.version, &[&map.journey.version.to_string()]),
            say(words.as_of, &[&language.moment(meta.as_of_us, &meta.zone), &meta.zone]),
        ],
        as_of_us: meta.as_of_us,
        parts: tables.into_iter().map(DocumentPart::Table).collect(),
        notes: texts.map(|note| DocumentNote { title: note.title, text: note.paragraphs.join("\n") }).collect(),
    }
}

struct Maker<'a> {
    picture: &'a Picture<'a>,
    words: &'static Words,
    language: Language,
}

fn columns(first: &[&str], numbers: &[&str]) -> Vec<DocumentColumn> {
    let column = |numeric| move |name: &&str| DocumentColumn { name: (*name).to_owned(), numeric };
    first.iter().map(column(false)).chain(numbers.iter().map(column(true))).collect()
}

impl Maker<'_> {
    fn whole(&self, value: u64) -> DocumentCell {
        DocumentCell::number(Some(value as f64), self.language.whole(value))
    }

    fn share(&self, share: Option<f64>) -> DocumentCell {
        DocumentCell::number(share, self.language.percent(share))
    }

    fn seconds(&self, seconds: Option<f64>) -> DocumentCell {
        DocumentCell::number(seconds, self.language.duration(seconds))
    }

    fn money(&self, value: Option<f64>, currency: Option<&str>) -> DocumentCell {
        DocumentCell::number(value, value.map(|value| self.language.money(value, currency)).unwrap_or_default())
    }

    fn rough(&self, value: f64) -> DocumentCell {
        DocumentCell::number(Some(value), self.language.rough(value))
    }

    fn table(&self, title: &str, columns: Vec<DocumentColumn>, rows: Vec<Vec<DocumentCell>>) -> DocumentTable {
        DocumentTable { title: title.to_owned(), columns, rows, totals: 0, note: None }
    }

    fn stage(&self, id: &str) -> DocumentCell {
        let stage = self.picture.map.stages.iter().find(|stage| stage.stage == id);
        DocumentCell::text(stage.map_or(id, |stage| stage.name.get(self.language.tag())))
    }

    fn totals(&self) -> DocumentTable {
        let (totals, words) = (&self.picture.map.totals, self.words);
        let of = |name: &str, number: DocumentCell, customers: Option<u64>| {
            vec![DocumentCell::text(name), number, customers.map_or_else(DocumentCell::nothing, |n| self.whole(n))]
        };
        let people = [
            (words.started, &totals.started),
            (words.arrived, &totals.goal),
            (words.left, &totals.left),
            (words.open, &totals.open),
        ];
        let mut rows: Vec<_> =
            people.map(|(name, people)| of(name, self.whole(people.instances), Some(people.customers))).into();
        let conversion = totals.conversion;
        rows.push(of(words.conversion, self.share(conversion.share), None));
        rows.push(of(words.interval_low, self.share(conversion.low), None));
        rows.push(of(words.interval_high, self.share(conversion.high), None));
        rows.push(of(words.time_to_goal, self.seconds(totals.time_to_goal.median_s), None));
        if totals.value.is_some() {
            rows.push(of(words.value, self.money(totals.value, self.picture.currency), None));
        }
        self.table(words.totals, columns(&[words.measure], &[words.journeys, words.customers_column]), rows)
    }

    fn stages(&self) -> DocumentTable {
        let words = self.words;
        let names = [
            words.journeys,
            words.customers_column,
            words.share,
            words.went_on,
            words.median,
            words.p90,
            words.stays,
            words.exit_goal,
            words.exit_forward,
            words.exit_back,
            words.exit_leave,
            words.exit_open,
            words.loops,
            words.left_last,
            words.dropped_furthest,
            words.curve_score,
        ];
        let rows = self.picture.map.stages.iter().map(|stage| {
            let (reach, exits) = (&stage.reach, &stage.exits);
            let ends = [exits.goal, exits.forward, exits.back, exits.leave, exits.open, stage.loops];
            let mut row = vec![
                DocumentCell::text(stage.name.get(self.language.tag())),
                self.whole(reach.reached.instances),
                self.whole(reach.reached.customers),
                self.share(reach.share.share),
                self.share(stage.to_next.share),
                self.seconds(stage.time.median_s),
                self.seconds(stage.time.p90_s),
                self.whole(stage.entries),
            ];
            row.extend(ends.map(|count| self.whole(count)));
            row.extend([stage.left_last.instances, stage.dropped_furthest.instances].map(|count| self.whole(count)));
            row.push(self.score(reach));
            row
        });
        self.table(words.stage, columns(&[words.stage], &names), rows.collect())
    }

    fn score(&self, reach: &Reach) -> DocumentCell {
        DocumentCell::number(reach.score_mean, reach.score_mean.map(|mean| format!("{mean:.2}")).unwrap_or_default())
    }

    /// Each touchpoint on all channels, then on each.
    fn touchpoints(&self) -> DocumentTable {
        let (words, map) = (self.words, self.picture.map);
        let row = |stage: &str, name: &str, channel: &str, reach: &Reach| {
            let value = self.money(reach.value, self.picture.currency);
            let head = [self.stage(stage), DocumentCell::text(name), DocumentCell::text(channel)];
            let numbers = [
                self.whole(reach.events),
                self.whole(reach.reached.instances),
                self.whole(reach.reached.customers),
                self.share(reach.share.share),
                self.share(reach.to_goal.share),
                self.score(reach),
                value,
            ];
            head.into_iter().chain(numbers).collect::<Vec<_>>()
        };
        let mut rows = Vec::new();
        for touchpoint in &map.touchpoints {
            let name = touchpoint.name.get(self.language.tag());
            rows.push(row(&touchpoint.stage, name, words.all_channels, &touchpoint.reach));
            let cells = map
                .cells
                .iter()
                .filter(|cell| cell.stage == touchpoint.stage && cell.touchpoint == touchpoint.touchpoint);
            rows.extend(cells.map(|cell| row(&cell.stage, name, self.language.channel(&cell.channel), &cell.reach)));
        }
        let names = [
            words.events,
            words.journeys,
            words.customers_column,
            words.share,
            words.conversion,
            words.curve_score,
            words.value,
        ];
        self.table(words.touchpoints, columns(&[words.stage, words.touchpoint, words.matrix], &names), rows)
    }

    fn moves(&self) -> DocumentTable {
        let words = self.words;
        let rows = self.picture.map.moves.iter().map(|each| {
            let to = match &each.to {
                MoveTo::Stage(stage) => self.stage(stage),
                MoveTo::Goal => DocumentCell::text(words.exit_goal),
                MoveTo::Leave => DocumentCell::text(words.exit_leave),
                MoveTo::Open => DocumentCell::text(words.exit_open),
            };
            let people = &each.people;
            let numbers = [each.count, people.instances, people.customers].map(|count| self.whole(count));
            [self.stage(&each.from), to].into_iter().chain(numbers).collect()
        });
        let names = [words.stays, words.journeys, words.customers_column];
        self.table(words.moves, columns(&[words.from, words.to], &names), rows.collect())
    }

    /// Stages × channels. None where nothing happened on any.
    fn channels(&self) -> Option<DocumentTable> {
        let map = self.picture.map;
        if map.channels.is_empty() {
            return None;
        }
        let names: Vec<&str> = map.channels.iter().map(|channel| self.language.channel(channel)).collect();
        let rows = map.stages.iter().map(|stage| {
            let cells = map.channels.iter().map(|channel| {
                let cell = map.stage_channels.iter().find(|cell| cell.stage == stage.stage && cell.channel == *channel);
                cell.map_or_else(DocumentCell::nothing, |cell| self.whole(cell.reach.reached.instances))
            });
            std::iter::once(DocumentCell::text(stage.name.get(self.language.tag()))).chain(cells).collect()
        });
        Some(self.table(self.words.matrix, columns(&[self.words.stage], &names), rows.collect()))
    }

    fn pains(&self) -> Option<DocumentTable> {
        let (pains, words) = (self.picture.pains?, self.words);
        let rows = pains.iter().map(|pain| {
            let customers = pain.customers_per_month;
            let money = match &pain.money {
                Money::PerMonth { amount, currency, .. } => {
                    let currency = currency.as_deref().or(self.picture.currency);
                    [amount.value, amount.low, amount.high].map(|value| self.money(Some(value), currency))
                }
                _ => [(); 3].map(|()| DocumentCell::nothing()),
            };
            let head = [DocumentCell::text(pain.sentence.get(self.language.tag())), self.stage(&pain.stage)];
            let sizes = [customers.value, customers.low, customers.high].map(|value| self.rough(value));
            head.into_iter().chain(sizes).chain(money).collect()
        });
        let of = |name: &str, end: &str| format!("{name}{}{end}", self.words.colon);
        let month = [words.customers_month, words.money_month];
        let names = month.map(|name| [name.to_owned(), of(name, words.interval_low), of(name, words.interval_high)]);
        let names: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
        (!pains.is_empty())
            .then(|| self.table(words.pains, columns(&[words.pains, words.stage], &names), rows.collect()))
    }

    fn pinned(&self) -> Option<DocumentTable> {
        let (pinned, words) = (self.picture.pinned, self.words);
        let rows = pinned.iter().map(|pin| {
            let value = match &pin.number {
                Some(PinnedNumber { headline, .. }) => {
                    DocumentCell::number(headline.value, pinned_value(self.language, headline))
                }
                None => DocumentCell { value: None, text: words.pinned_failed.to_owned() },
            };
            vec![DocumentCell::text(&pin.name), self.stage(&pin.place.stage), value]
        });
        let columns = columns(&[words.measure, words.stage], &[words.value_column]);
        (!pinned.is_empty()).then(|| self.table(words.pinned, columns, rows.collect()))
    }

    /// What the team wrote, with what it rests on.
    fn cards(&self) -> Option<DocumentTable> {
        let (words, tag) = (self.words, self.language.tag());
        let definition = &self.picture.map.journey.definition;
        let mut rows = Vec::new();
        for stage in &definition.stages {
            for lane in Lane::ALL {
                for card in stage.cards.iter().filter(|card| card.lane == lane) {
                    rows.push(vec![
                        DocumentCell::text(stage.name.get(tag)),
                        DocumentCell::text(words.lane(lane)),
                        DocumentCell::text(card.text.get(tag)),
                        DocumentCell::text(words.basis(card.basis)),
                        card.source.as_deref().map_or_else(DocumentCell::nothing, DocumentCell::text),
                    ]);
                }
            }
        }
        let columns = columns(&[words.stage, words.lane, words.text, words.notes_basis, words.source_column], &[]);
        (!rows.is_empty()).then(|| self.table(words.written, columns, rows))
    }
}
