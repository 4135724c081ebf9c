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

    /// Reads the tree as a mapping. The short form is turned into the long one first.
    pub(super) fn read_mapping(&self) -> Result<Mapping, Box<Fault>> {
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
        serde_path_to_error::deserialize(Value::Object(root)).map_err(|error| {
            let message = error.inner().to_string();
            let mut path = error.path().to_string().trim_matches('.').to_owned();
            if let Some(parent) = path.strip_suffix('?')
                && let Some(name) = message.strip_prefix("unknown variant `").and_then(|rest| rest.split('`').next())
            {
                // A key that is no known name has no place in the path yet.
                path = format!("{parent}{name}");
            }
            if let Some(field) = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next())
                && !path.ends_with(field)
            {
                path = if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
            }
            Box::new(self.locate_one(Fault::new(path, message)))
        })
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
