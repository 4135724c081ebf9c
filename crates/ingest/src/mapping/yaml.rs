//! YAML text to a value tree that remembers where each field stands, so that a fault can point at its line.

use std::collections::HashMap;
use std::fmt;

use model::journey::Fault;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

use super::Mapping;

/// A mapping as it was written.
pub(super) struct Document {
    root: Map<String, Value>,
    /// Line and column of each field, by its path.
    places: HashMap<String, (u32, u32)>,
    /// Whether the only entry of `files` stands at the root.
    is_short: bool,
}

impl Document {
    pub(super) fn parse(text: &str) -> Result<Document, Box<Fault>> {
        let tree: Tree = serde_saphyr::from_str(text).map_err(|error| Box::new(syntax_fault(&error)))?;
        let mut places = HashMap::from([(String::new(), (1, 1))]);
        let Value::Object(root) = tree.flatten("", &mut places) else {
            let fault = Fault::new(DOCUMENT, "a mapping is a set of fields; begin with `source: name`");
            return Err(Box::new(Fault { line: Some(1), column: Some(1), ..fault }));
        };
        let is_short = !root.contains_key("files");
        Ok(Document { root, places, is_short })
    }

    /// Reads the tree as a mapping. The short form is turned into the long one first. Every field that cannot be read
    /// is a fault and left out, so that the others are looked at too: the mapping is what remains, if that is one.
    pub(super) fn read_mapping(&self) -> (Option<Mapping>, Reading) {
        let mut root = self.root.clone();
        if self.is_short {
            let mut entry = std::mem::take(&mut root);
            for field in ["source", "ignore"] {
                if let Some(value) = entry.shift_remove(field) {
                    root.insert(field.to_owned(), value);
                }
            }
            root.insert("files".to_owned(), Value::Array(vec![Value::Object(entry)]));
        }
        let mut reading = Reading { tree: Value::Object(root), faults: Vec::new(), left_out: Vec::new() };
        // Each turn leaves at least one field out.
        while reading.faults.len() < FAULTS_MAX {
            match serde_path_to_error::deserialize(&reading.tree) {
                Ok(mapping) => return (Some(mapping), reading),
                Err(error) if reading.leave_out(&error.path().to_string(), &error.inner().to_string()) => {}
                Err(_) => break,
            }
        }
        (None, reading)
    }

    /// Adds line and column to faults and puts them in the order of the document.
    pub(super) fn locate(&self, faults: Vec<Fault>) -> Vec<Fault> {
        let mut faults: Vec<Fault> = faults.into_iter().map(|fault| self.locate_one(fault)).collect();
        faults.sort_by_key(|fault| (fault.line, fault.column));
        faults
    }

    /// The place of a field that is missing is that of what should hold it.
    fn locate_one(&self, mut fault: Fault) -> Fault {
        if self.is_short {
            fault.path = match fault.path.strip_prefix("files[0]") {
                Some(rest) => rest.trim_start_matches('.').to_owned(),
                None => fault.path,
            };
        }
        let mut path = fault.path.as_str();
        loop {
            if let Some((line, column)) = self.places.get(path) {
                fault.line = Some(*line);
                fault.column = Some(*column);
                return fault;
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None if path.is_empty() => return fault,
                None => path = "",
            }
        }
    }
}

/// Faults told of one document.
const FAULTS_MAX: usize = 100;

/// Whether the field `outer` is `inner` or holds it.
fn holds(outer: &str, inner: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || outer.is_empty() || rest.starts_with(['.', '[']))
}

/// The list an entry stands in, if the path is that of an entry.
fn list_of(path: &str) -> Option<(&str, &str)> {
    path.strip_suffix(']').and_then(|path| path.rsplit_once('['))
}

/// A tree that is read again and again, each time without the field that could not be read.
pub(super) struct Reading {
    tree: Value,
    pub(super) faults: Vec<Fault>,
    /// What was left out, in order: the path it had in the tree of then.
    left_out: Vec<String>,
}

impl Reading {
    /// Notes what is wrong at `path` and takes it out of the tree. False if there is nothing that could be taken out.
    fn leave_out(&mut self, path: &str, message: &str) -> bool {
        let named = |what: &str| message.strip_prefix(what).and_then(|rest| rest.split('`').next());
        let mut path = path.trim_matches('.').to_owned();
        if let (Some(parent), Some(name)) = (path.strip_suffix('?'), named("unknown variant `")) {
            // A key that is no known name has no place in the path yet.
            path = format!("{parent}{name}");
        }
        if let Some(field) = named("unknown field `").filter(|field| !path.ends_with(field)) {
            path = if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
        }
        let missing = named("missing field `").map(|field| match path.as_str() {
            "" => field.to_owned(),
            path => format!("{path}.{field}"),
        });
        // Missing because it was left out: that was told already.
        let known = missing.as_ref().is_some_and(|missing| self.left_out.contains(missing));
        if !known {
            self.faults.push(Fault::new(self.as_written(&path), message));
        }
        if let Some(missing) = missing
            && let Some(name) = missing.rsplit('.').next()
            && let Some(Value::Object(fields)) = find(&mut self.tree, &path)
            && let Some(stand_in) = stand_in(name)
        {
            fields.insert(name.to_owned(), stand_in);
            self.left_out.push(missing);
            return true;
        }
        let taken = take(&mut self.tree, &path);
        self.left_out.push(path);
        taken
    }

    /// The path in the document of a path in the tree as it is now: entries of lists moved up where one before them was
    /// left out.
    fn as_written(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for left_out in self.left_out.iter().rev() {
            let Some((list, index)) = list_of(left_out) else { continue };
            let Some((own, rest)) =
                path.strip_prefix(list).and_then(|rest| rest.strip_prefix('[')).and_then(|rest| rest.split_once(']'))
            else {
                continue;
            };
            if let (Ok(index), Ok(own)) = (index.parse::<usize>(), own.parse::<usize>())
                && own >= index
            {
                path = format!("{list}[{}]{rest}", own + 1);
            }
        }
        path
    }

    /// Adds faults of what remains. That something lacks what was left out says nothing new.
    pub(super) fn check(&mut self, faults: Vec<Fault>) {
        let explained = |fault: &Fault| {
            let mut left_out = self.left_out.iter().map(|path| list_of(path).map_or(path.as_str(), |(list, _)| list));
            left_out.any(|path| holds(&fault.path, path))
        };
        let found: Vec<Fault> = faults
            .into_iter()
            .filter(|fault| !explained(fault))
            .map(|fault| Fault { path: self.as_written(&fault.path), ..fault })
            .collect();
        self.faults.extend(found);
    }
}

/// Something sound in place of a field that must be there, so that the others can be looked at.
fn stand_in(field: &str) -> Option<Value> {
    Some(match field {
        "source" | "namespace" | "file" | "key" => Value::from("stand_in"),
        "time" => serde_json::json!({"column": "stand_in", "zone": "UTC"}),
        "event" | "channel" => serde_json::json!({"const": "stand_in"}),
        "identifiers" => serde_json::json!([{"namespace": "stand_in", "column": "stand_in"}]),
        "columns" => serde_json::json!(["stand_in"]),
        _ => return None,
    })
}

/// The field or entry at `path`.
fn find<'a>(tree: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    if path.is_empty() {
        return Some(tree);
    }
    match tree {
        Value::Object(fields) => {
            let mut ends = path.match_indices(['.', '[']).map(|(end, _)| end).chain([path.len()]);
            let end = ends.rfind(|end| fields.contains_key(&path[..*end]))?;
            find(fields.get_mut(&path[..end])?, path[end..].trim_start_matches('.'))
        }
        Value::Array(list) => {
            let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
            find(list.get_mut(index.parse::<usize>().ok()?)?, rest.trim_start_matches('.'))
        }
        _ => None,
    }
}

/// Takes the field or entry at `path` out of a tree.
fn take(tree: &mut Value, path: &str) -> bool {
    let cut = if path.ends_with(']') { path.rfind('[') } else { path.rfind('.').map(|dot| dot + 1) };
    // Names may hold dots themselves, those of a set as well as those of the document.
    let own = cut.into_iter().chain(path.match_indices('.').map(|(dot, _)| dot + 1)).chain([0]);
    for cut in own {
        match find(tree, path[..cut].trim_end_matches('.')) {
            Some(Value::Object(fields)) => {
                let taken = fields.shift_remove(&path[cut..]).is_some();
                if taken {
                    return true;
                }
            }
            Some(Value::Array(list)) => {
                let index = path[cut..].strip_prefix('[').and_then(|index| index.strip_suffix(']'));
                if let Some(index) = index.and_then(|index| index.parse::<usize>().ok())
                    && index < list.len()
                {
                    list.remove(index);
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// The path of a fault that is not in one field.
const DOCUMENT: &str = "mapping";

fn syntax_fault(error: &serde_saphyr::Error) -> Fault {
    let plain = error.without_snippet();
    let text = plain.to_string();
    // The place is given as fields; saying it in the sentence too would print it twice.
    let message =
        text.rfind(" at line ").filter(|_| plain.location().is_some()).map_or(text.as_str(), |cut| &text[..cut]);
    let message = match message.strip_prefix("duplicate mapping key: ").and_then(|rest| rest.split(',').next()) {
        Some(key) => format!("the field `{key}` stands twice"),
        None => format!("this is no YAML: {message}"),
    };
    let mut fault = Fault::new(DOCUMENT, message);
    if let Some(location) = plain.location() {
        fault.line = u32::try_from(location.line()).ok();
        fault.column = u32::try_from(location.column()).ok();
    }
    fault
}

/// YAML with the place of every node.
enum Tree {
    Scalar(Value),
    List(Vec<Spanned<Tree>>),
    Fields(Vec<(Spanned<String>, Spanned<Tree>)>),
}

impl Tree {
    fn flatten(self, path: &str, places: &mut HashMap<String, (u32, u32)>) -> Value {
        let place = |location: serde_saphyr::Location| (location.line() as u32, location.column() as u32);
        match self {
            Tree::Scalar(value) => value,
            Tree::List(entries) => {
                let mut list = Vec::with_capacity(entries.len());
                for (index, entry) in entries.into_iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    places.insert(path.clone(), place(entry.referenced));
                    list.push(entry.value.flatten(&path, places));
                }
                Value::Array(list)
            }
            Tree::Fields(fields) => {
                let mut object = Map::with_capacity(fields.len());
                for (key, field) in fields {
                    let path = if path.is_empty() { key.value.clone() } else { format!("{path}.{}", key.value) };
                    places.insert(path.clone(), place(key.referenced));
                    object.insert(key.value, field.value.flatten(&path, places));
                }
                Value::Object(object)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, a list or a set of fields")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Tree::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element()? {
            list.push(entry);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut fields = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            fields.push(entry);
        }
        Ok(Tree::Fields(fields))
    }
}
