//! Typed reading of a tree that notes every fault and goes on.
//!
//! A value that cannot be read is noted and replaced by a placeholder, so that what follows is read too; the
//! placeholder never leaves this module's callers, because a reading with faults gives no result.

use chrono::NaiveDate;
use model::journey::Fault;
use model::period::Span;

use super::limits::FAULTS_MAX;
use super::tree::{Entry, Kind, Node, position};

/// Edits apart a misspelt name may be and still be recognised; more would guess.
const MISSPELLING_EDITS_MAX: usize = 2;

#[derive(Debug, Default)]
pub(super) struct Reader {
    faults: Vec<(usize, Fault)>,
    /// Paths of absent fields whose absence another fault explains.
    explained: Vec<String>,
}

/// The fields of one map.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    node: &'a Node,
    entries: &'a [Entry],
    path: String,
    /// Known fields that an unknown one seems to mean; they are not reported as missing too.
    misspelt: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn get(&self, field: &str) -> Option<&'a Node> {
        self.entries.iter().find(|entry| entry.key == field).map(|entry| &entry.node)
    }

    /// The field unless it is absent or null.
    pub(super) fn given(&self, field: &str) -> Option<&'a Node> {
        self.get(field).filter(|node| !node.is_null())
    }

    pub(super) fn path(&self, field: &str) -> String {
        join(&self.path, field)
    }
}

impl Reader {
    pub(super) fn fault(&mut self, node: &Node, path: &str, message: impl Into<String>) {
        self.fault_at(node.at, path, message);
    }

    fn fault_at(&mut self, at: usize, path: &str, message: impl Into<String>) {
        self.faults.push((at, Fault::new(path, message)));
    }

    pub(super) fn expected(&mut self, node: &Node, path: &str, what: &str) {
        self.fault(node, path, format!("expected {what}, found {}", node.kind_name()));
    }

    /// The fields of a map. Notes unknown and doubled ones. `None` if the node is no map.
    pub(super) fn fields<'a>(&mut self, node: &'a Node, path: &str, known: &[&'static str]) -> Option<Fields<'a>> {
        let Kind::Map(entries) = &node.kind else {
            self.expected(node, path, &format!("a map with the fields {}", listed(known)));
            return None;
        };
        let mut misspelt = Vec::new();
        for (i, entry) in entries.iter().enumerate() {
            let at = join(path, &entry.key);
            if known.contains(&entry.key.as_str()) {
                self.check_doubled(&entries[..i], entry, &at);
            } else if let Some(meant) = closest(&entry.key, known) {
                misspelt.push(meant);
                self.fault_at(entry.key_at, &at, format!("there is no field `{}`; did you mean `{meant}`?", entry.key));
            } else {
                let message = format!("there is no field `{}`; the fields here are {}", entry.key, listed(known));
                self.fault_at(entry.key_at, &at, message);
            }
        }
        Some(Fields { node, entries, path: path.to_owned(), misspelt })
    }

    fn check_doubled(&mut self, before: &[Entry], entry: &Entry, path: &str) {
        if before.iter().any(|other| other.key == entry.key) {
            self.fault_at(entry.key_at, path, format!("`{}` stands twice; keep one", entry.key));
        }
    }

    /// A field that must be there, read by `read`; `T`'s default where it is not.
    pub(super) fn required<'a, T: Default>(
        &mut self,
        fields: &Fields<'a>,
        field: &str,
        read: impl FnOnce(&mut Reader, &'a Node, &str) -> T,
    ) -> T {
        let path = fields.path(field);
        match fields.get(field) {
            Some(node) => read(self, node, &path),
            None => {
                if fields.misspelt.contains(&field) {
                    self.explained.push(path);
                } else {
                    self.fault(fields.node, &path, format!("`{field}` is missing"));
                }
                T::default()
            }
        }
    }

    /// A field that may be absent or null.
    pub(super) fn optional<'a, T>(
        &mut self,
        fields: &Fields<'a>,
        field: &str,
        read: impl FnOnce(&mut Reader, &'a Node, &str) -> T,
    ) -> Option<T> {
        if fields.misspelt.contains(&field) {
            self.explained.push(fields.path(field));
        }
        let node = fields.given(field)?;
        Some(read(self, node, &fields.path(field)))
    }

    /// A list that may be absent or null, which then is empty.
    pub(super) fn optional_list<'a, T>(
        &mut self,
        fields: &Fields<'a>,
        field: &str,
        read: impl FnMut(&mut Reader, &'a Node, &str) -> T,
    ) -> Vec<T> {
        self.optional(fields, field, |reader, node, path| reader.list(node, path, read)).unwrap_or_default()
    }

    pub(super) fn text(&mut self, node: &Node, path: &str) -> String {
        match node.text() {
            Some(text) => text.to_owned(),
            None => {
                self.expected(node, path, "a text");
                String::new()
            }
        }
    }

    /// A list, each item read by `read`.
    pub(super) fn list<'a, T>(
        &mut self,
        node: &'a Node,
        path: &str,
        mut read: impl FnMut(&mut Reader, &'a Node, &str) -> T,
    ) -> Vec<T> {
        let Kind::List(items) = &node.kind else {
            self.expected(node, path, "a list");
            return Vec::new();
        };
        items.iter().enumerate().map(|(i, item)| read(self, item, &format!("{path}[{i}]"))).collect()
    }

    pub(super) fn texts(&mut self, node: &Node, path: &str) -> Vec<String> {
        self.list(node, path, Reader::text)
    }

    /// `home` and `[home, catalog]`.
    pub(super) fn one_or_many_texts(&mut self, node: &Node, path: &str) -> Vec<String> {
        match (&node.kind, node.text()) {
            (Kind::List(_), _) => self.texts(node, path),
            (_, Some(text)) => vec![text.to_owned()],
            _ => {
                self.expected(node, path, "a text or a list of texts");
                Vec::new()
            }
        }
    }

    /// A map whose keys are free, such as languages.
    pub(super) fn text_map<B: FromIterator<(String, String)>>(&mut self, node: &Node, path: &str) -> B {
        let Kind::Map(entries) = &node.kind else { return std::iter::empty().collect() };
        let mut pairs = Vec::with_capacity(entries.len());
        for (i, entry) in entries.iter().enumerate() {
            let path = join(path, &entry.key);
            self.check_doubled(&entries[..i], entry, &path);
            pairs.push((entry.key.clone(), self.text(&entry.node, &path)));
        }
        pairs.into_iter().collect()
    }

    pub(super) fn number(&mut self, node: &Node, path: &str, example: &str) -> f64 {
        match &node.kind {
            Kind::Scalar(scalar) if scalar.value.is_number() => scalar.value.as_f64().unwrap_or_default(),
            _ => {
                self.expected(node, path, &format!("a number, as in {example}"));
                0.0
            }
        }
    }

    /// A whole number in the range of `T`; `what` says which are meant.
    pub(super) fn whole_number<T: TryFrom<i64>>(&mut self, node: &Node, path: &str, what: &str) -> Option<T> {
        let number = match &node.kind {
            Kind::Scalar(scalar) => scalar.value.as_i64().and_then(|number| T::try_from(number).ok()),
            _ => None,
        };
        if number.is_none() {
            self.expected(node, path, what);
        }
        number
    }

    pub(super) fn date(&mut self, node: &Node, path: &str) -> Option<NaiveDate> {
        let Some(text) = node.text() else {
            self.expected(node, path, "a day, as in 2026-03-31");
            return None;
        };
        let day = text.parse().ok();
        if day.is_none() {
            self.fault(node, path, format!("`{text}` is no day; write year, month and day, as in 2026-03-31"));
        }
        day
    }

    pub(super) fn span(&mut self, node: &Node, path: &str) -> Span {
        let placeholder = Span::from_us(1);
        let Kind::Scalar(scalar) = &node.kind else {
            self.expected(node, path, "a length of time, as in 30m, 12h or 7d");
            return placeholder;
        };
        if scalar.value.is_null() {
            self.expected(node, path, "a length of time, as in 30m, 12h or 7d");
            return placeholder;
        }
        let text = node.text().map_or_else(|| scalar.value.to_string(), str::to_owned);
        text.parse().unwrap_or_else(|error| {
            self.fault(node, path, format!("{error}"));
            placeholder
        })
    }

    /// One word of a closed list.
    pub(super) fn word<T: Copy>(&mut self, node: &Node, path: &str, words: &[(&'static str, T)]) -> Option<T> {
        let known: Vec<&'static str> = words.iter().map(|(word, _)| *word).collect();
        let Some(text) = node.text() else {
            self.expected(node, path, &format!("one of {}", listed(&known)));
            return None;
        };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let advice = closest(text, &known)
                .map_or_else(|| format!("write one of {}", listed(&known)), |word| format!("did you mean `{word}`?"));
            self.fault(node, path, format!("`{text}` is not known here; {advice}"));
        }
        found
    }

    /// Whether a fault at `path`, above or below it is noted already.
    pub(super) fn is_noted(&self, path: &str) -> bool {
        let noted = self.faults.iter().map(|(_, fault)| &fault.path);
        noted.chain(&self.explained).any(|noted| is_within(path, noted) || is_within(noted, path))
    }

    /// Whether a misspelt name explains that the field is absent.
    pub(super) fn is_explained(&self, path: &str) -> bool {
        self.explained.iter().any(|explained| explained == path)
    }

    /// Adds a fault found in the read value, placed where its path leads in the tree.
    pub(super) fn add(&mut self, root: &Node, fault: Fault) {
        self.faults.push((place(root, &fault.path), fault));
    }

    pub(super) fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// The faults with their lines and columns, in the order of the text.
    pub(super) fn into_faults(mut self, text: &str) -> Vec<Fault> {
        self.faults.sort_by_key(|(at, _)| *at);
        self.faults.truncate(FAULTS_MAX);
        self.faults
            .into_iter()
            .map(|(at, fault)| {
                let (line, column) = position(text, at);
                Fault { line: Some(line), column: Some(column), ..fault }
            })
            .collect()
    }
}

/// The byte at which the value stands that `path` leads to, or its nearest parent's if it is absent.
fn place(root: &Node, path: &str) -> usize {
    let mut node = root;
    for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
        let next = match (&node.kind, step.strip_suffix(']')) {
            (Kind::List(items), Some(index)) => index.parse::<usize>().ok().and_then(|i| items.get(i)),
            (Kind::Map(entries), None) => entries.iter().find(|entry| entry.key == step).map(|entry| &entry.node),
            _ => None,
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    node.at
}

fn is_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn join(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

fn closest(text: &str, known: &[&'static str]) -> Option<&'static str> {
    let lower = text.to_lowercase();
    known
        .iter()
        .map(|word| (strsim::damerau_levenshtein(&lower, word), *word))
        .filter(|(edits, word)| *edits <= MISSPELLING_EDITS_MAX && *edits < word.len())
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, word)| word)
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
