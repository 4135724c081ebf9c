//! Names that stand twice in one object of a JSON text, which the parsed object no longer shows.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Depth that is still walked; what lies deeper is not looked at.
const DEPTH_MAX: usize = 16;

/// (path, name) of names that stand twice, at most so many; lists leave no trace in a path. What is no JSON has none.
pub(super) fn find(json: &[u8], found_max: usize) -> BTreeSet<(String, String)> {
    let mut twice = BTreeSet::new();
    let mut reader = serde_json::Deserializer::from_slice(json);
    // Where it ends early, what was found until then is right.
    let _ = Walk { path: String::new(), depth: 0, found_max, twice: &mut twice }.deserialize(&mut reader);
    twice
}

/// Walks JSON and notes (path, name) of every name that stands twice in one object.
struct Walk<'a> {
    path: String,
    depth: usize,
    found_max: usize,
    twice: &'a mut BTreeSet<(String, String)>,
}

impl Walk<'_> {
    fn within(&mut self, name: &str) -> Walk<'_> {
        let path = match (self.path.is_empty(), name.is_empty()) {
            (true, _) => name.to_owned(),
            (_, true) => self.path.clone(),
            _ => format!("{}.{name}", self.path),
        };
        Walk { path, depth: self.depth + 1, found_max: self.found_max, twice: self.twice }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "JSON of at most {DEPTH_MAX} levels")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if self.depth < DEPTH_MAX {
                map.next_value_seed(self.within(&name))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            if self.twice.len() < self.found_max && seen.contains(&name) {
                self.twice.insert((self.path.clone(), name.clone()));
            }
            seen.insert(name);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while self.depth < DEPTH_MAX {
            if list.next_element_seed(self.within(""))?.is_none() {
                return Ok(());
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
