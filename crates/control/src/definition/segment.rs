//! Tree → segment, and segment → text.

use model::event::Column;
use model::journey::Fault;
use model::rfm::{self, Group, Ties};
use model::rule::Rule;
use model::segment::{Bounds, Did, Happened, Measure, RfmTest, Segment, Sequence, TraitTest, UsedChannel, Who, Within};
use model::text::LocalizedText;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::read::{OPERATORS, localized, rule};
use super::reader::Reader;
use super::tree::Node;

/// The tests a tree is made of, by the word that begins them.
const TESTS: [&str; 11] =
    ["all", "any", "not", "trait", "did", "first", "last", "sequence", "channel", "segment", "rfm"];

pub(super) fn segment(root: &Node, text: &str) -> Result<Segment, Vec<Fault>> {
    let mut reader = Reader::default();
    let read = read_segment(&mut reader, root);
    let Some(segment) = read else { return Err(reader.into_faults(text)) };
    let new: Vec<Fault> = segment.faults().into_iter().filter(|fault| !reader.is_noted(&fault.path)).collect();
    new.into_iter().for_each(|fault| reader.add(root, fault));
    if reader.has_faults() { Err(reader.into_faults(text)) } else { Ok(segment) }
}

pub(super) fn yaml(segment: &Segment) -> String {
    #[derive(Serialize)]
    struct Out<'a> {
        id: &'a str,
        name: &'a LocalizedText,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<&'a LocalizedText>,
        who: Value,
    }
    let options = serde_saphyr::ser_options! { compact_list_indent: false, prefer_block_scalars: false };
    let Segment { id, name, description, who } = segment;
    // By way of JSON, where a test is a map with one key.
    let written = serde_json::to_value(who).ok().and_then(|who| {
        let out = Out { id, name, description: description.as_ref(), who };
        serde_saphyr::to_string_with_options(&out, options).ok()
    });
    // JSON is YAML too, should the writer ever refuse a value.
    written.unwrap_or_else(|| json(segment))
}

pub(super) fn json(segment: &Segment) -> String {
    let mut text = serde_json::to_string_pretty(segment)
        .expect("a segment's keys are texts, so nothing in it can fail to be JSON");
    text.push('\n');
    text
}

fn read_segment(reader: &mut Reader, node: &Node) -> Option<Segment> {
    let fields = reader.fields(node, "", &["id", "name", "description", "who"])?;
    Some(Segment {
        id: reader.required(&fields, "id", Reader::text),
        name: reader.required(&fields, "name", localized).0,
        description: reader.optional(&fields, "description", localized).map(|text| text.0),
        who: reader.required(&fields, "who", read_who).0,
    })
}

/// A tree that has a default, as [`Reader::required`] wants one; the default never leaves this module.
struct Tree(Who);

impl Default for Tree {
    fn default() -> Self {
        Tree(Who::All(Vec::new()))
    }
}

fn read_who(reader: &mut Reader, node: &Node, path: &str) -> Tree {
    let Some(fields) = reader.fields(node, path, &TESTS) else { return Tree::default() };
    let given: Vec<&'static str> = TESTS.into_iter().filter(|test| fields.get(test).is_some()).collect();
    let [test] = given.as_slice() else {
        let what = "is one test: one of all, any, not, trait, did, first, last, sequence, channel, segment and rfm";
        if !reader.is_noted(path) {
            reader.expected(node, path, what);
        }
        return Tree::default();
    };
    let (Some(node), path) = (fields.get(test), fields.path(test)) else { return Tree::default() };
    let path = path.as_str();
    Tree(match *test {
        "all" => Who::All(reader.list(node, path, |reader, node, path| read_who(reader, node, path).0)),
        "any" => Who::Any(reader.list(node, path, |reader, node, path| read_who(reader, node, path).0)),
        "not" => Who::Not(Box::new(read_who(reader, node, path).0)),
        "trait" => Who::Trait(trait_test(reader, node, path)),
        "did" => Who::Did(did(reader, node, path)),
        "first" => Who::First(happened(reader, node, path)),
        "last" => Who::Last(happened(reader, node, path)),
        "sequence" => Who::Sequence(sequence(reader, node, path)),
        "channel" => Who::Channel(used_channel(reader, node, path)),
        "segment" => Who::Segment(reader.text(node, path)),
        _ => Who::Rfm(rfm_test(reader, node, path)),
    })
}

fn trait_test(reader: &mut Reader, node: &Node, path: &str) -> TraitTest {
    let unread = TraitTest { key: String::new(), op: model::rule::Op::Exists, value: Value::Null };
    let Some(fields) = reader.fields(node, path, &["key", "op", "value"]) else { return unread };
    TraitTest {
        key: reader.required(&fields, "key", Reader::text),
        op: reader
            .required(&fields, "op", |reader, node, path| reader.word(node, path, &OPERATORS))
            .unwrap_or(unread.op),
        value: fields.get("value").map_or(Value::Null, Node::value),
    }
}

fn did(reader: &mut Reader, node: &Node, path: &str) -> Did {
    let unread =
        Did { rule: Rule::default(), within: Within::EVER, measure: Measure::Count, is: Bounds::at_least(1.0) };
    let Some(fields) = reader.fields(node, path, &["match", "within", "measure", "is"]) else { return unread };
    Did {
        rule: reader.required(&fields, "match", rule),
        within: reader.optional(&fields, "within", within).unwrap_or_default(),
        measure: reader
            .optional(&fields, "measure", |reader, node, path| {
                parsed(reader, node, path, "count, days, or a column's number, as in {sum: amount}")
            })
            .unwrap_or(unread.measure),
        is: reader
            .optional(&fields, "is", |reader, node, path| parsed(reader, node, path, "bounds, as in {gte: 2}"))
            .unwrap_or(unread.is),
    }
}

fn happened(reader: &mut Reader, node: &Node, path: &str) -> Happened {
    let Some(fields) = reader.fields(node, path, &["match", "within"]) else {
        return Happened { rule: Rule::default(), within: Within::EVER };
    };
    Happened { rule: reader.required(&fields, "match", rule), within: reader.required(&fields, "within", within) }
}

fn sequence(reader: &mut Reader, node: &Node, path: &str) -> Sequence {
    let Some(fields) = reader.fields(node, path, &["steps", "span", "within"]) else {
        return Sequence { steps: Vec::new(), span: None, within: Within::EVER };
    };
    Sequence {
        steps: reader.required(&fields, "steps", |reader, node, path| reader.list(node, path, rule)),
        span: reader.optional(&fields, "span", Reader::span),
        within: reader.optional(&fields, "within", within).unwrap_or_default(),
    }
}

fn used_channel(reader: &mut Reader, node: &Node, path: &str) -> UsedChannel {
    let Some(fields) = reader.fields(node, path, &["any_of", "within"]) else {
        return UsedChannel { any_of: Vec::new(), within: Within::EVER };
    };
    UsedChannel {
        any_of: reader.required(&fields, "any_of", Reader::one_or_many_texts),
        within: reader.optional(&fields, "within", within).unwrap_or_default(),
    }
}

fn rfm_test(reader: &mut Reader, node: &Node, path: &str) -> RfmTest {
    let unread =
        RfmTest { model: model(), groups: Vec::new(), r: Vec::new(), f: Vec::new(), m: Vec::new(), edges: None };
    let Some(fields) = reader.fields(node, path, &["model", "groups", "r", "f", "m"]) else { return unread };
    let groups = Group::ALL.map(|group| (group.id(), group));
    let mut scores = |field: &str| {
        let score = |reader: &mut Reader, node: &Node, path: &str| {
            reader.whole_number::<u8>(node, path, "a score from 1 to 5").unwrap_or(1)
        };
        reader.optional_list(&fields, field, score)
    };
    let [r, f, m] = ["r", "f", "m"].map(&mut scores);
    RfmTest {
        model: reader.required(&fields, "model", |reader, node, path| Model(rfm_model(reader, node, path))).0,
        groups: reader
            .optional_list(&fields, "groups", |reader, node, path| reader.word(node, path, &groups))
            .into_iter()
            .flatten()
            .collect(),
        r,
        f,
        m,
        edges: None,
    }
}

struct Model(rfm::Model);

impl Default for Model {
    fn default() -> Self {
        Model(model())
    }
}

fn model() -> rfm::Model {
    rfm::Model {
        rule: Rule::default(),
        value: Column::Amount,
        within: Within::EVER,
        ties: Ties::Together,
        high: rfm::HIGH,
    }
}

fn rfm_model(reader: &mut Reader, node: &Node, path: &str) -> rfm::Model {
    let unread = model();
    let Some(fields) = reader.fields(node, path, &["match", "value", "within", "ties", "high"]) else { return unread };
    let ties = [("together", Ties::Together), ("by_customer", Ties::ByCustomer)];
    rfm::Model {
        rule: reader.required(&fields, "match", rule),
        value: reader
            .optional(&fields, "value", |reader, node, path| parsed(reader, node, path, "a numeric column, as amount"))
            .unwrap_or(unread.value),
        within: reader.optional(&fields, "within", within).unwrap_or_default(),
        ties: reader
            .optional(&fields, "ties", |reader, node, path| reader.word(node, path, &ties))
            .flatten()
            .unwrap_or_default(),
        high: reader
            .optional(&fields, "high", |reader, node, path| {
                reader.whole_number(node, path, "the lowest high score, 2 to 5").unwrap_or(unread.high)
            })
            .unwrap_or(unread.high),
    }
}

fn within(reader: &mut Reader, node: &Node, path: &str) -> Within {
    let Some(fields) = reader.fields(node, path, &["last", "before", "from_us", "to_us"]) else { return Within::EVER };
    let mut moment = |field: &str| {
        let time = |reader: &mut Reader, node: &Node, path: &str| {
            reader.whole_number::<i64>(node, path, "a moment in microseconds since 1970, UTC")
        };
        reader.optional(&fields, field, time).flatten()
    };
    let [from_us, to_us] = ["from_us", "to_us"].map(&mut moment);
    Within {
        last: reader.optional(&fields, "last", Reader::span),
        before: reader.optional(&fields, "before", Reader::span),
        from_us,
        to_us,
    }
}

/// A small value that reads as a whole or not at all.
fn parsed<T: DeserializeOwned + Parsed>(reader: &mut Reader, node: &Node, path: &str, what: &str) -> T {
    serde_json::from_value(node.value()).unwrap_or_else(|_| {
        reader.expected(node, path, what);
        T::placeholder()
    })
}

/// What stands for a value that could not be read, and is no fault of its own.
trait Parsed {
    fn placeholder() -> Self;
}

impl Parsed for Measure {
    fn placeholder() -> Self {
        Measure::Count
    }
}

impl Parsed for Bounds {
    fn placeholder() -> Self {
        Bounds::at_least(1.0)
    }
}

impl Parsed for Column {
    fn placeholder() -> Self {
        Column::Amount
    }
}
