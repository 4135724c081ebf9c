//! Permalinks: a view of the product, kept under the hash of what it says.
//!
//! A view is the JSON a page needs to show the same again (which journey, period, filters), not its numbers. The
//! same view always has the same address, in every workspace and installation.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::Value;

use crate::entity::view;
use crate::error::{Error, Result};
use crate::limits::{VIEW_BYTES_MAX, VIEW_DEPTH_MAX, VIEWS_MAX};
use crate::store::Control;
use crate::workspace;

/// Letters that are told apart when read aloud or copied by hand (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 80 bits: with a million views the chance that any two meet is one in two trillion, and a meeting is refused.
const HASH_LETTERS: usize = 16;

impl Control {
    /// Keeps a view and returns its address: 16 letters and digits.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `json` is no object with a format version `v` of 1 or more, or is too large; no such
    /// workspace.
    pub async fn save_view(&self, workspace: &str, json: &Value, at_us: i64) -> Result<String> {
        if json.get("v").and_then(Value::as_u64).is_none_or(|version| version == 0) {
            return Err(Error::invalid("v", "a view is an object whose `v` says its format version, as in 1"));
        }
        let content = canonical(json)?;
        let hash = address(&content);

        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        if let Some(kept) = find(workspace, &hash).one(&transaction.db).await? {
            return if kept.content == content { Ok(hash) } else { Err(collision(&hash)) };
        }
        let kept = view::Entity::find().filter(view::Column::WorkspaceId.eq(workspace)).count(&transaction.db).await?;
        if kept >= VIEWS_MAX {
            return Err(Error::Full { what: "views of a workspace", max: VIEWS_MAX });
        }
        let row = view::ActiveModel {
            workspace_id: Set(workspace.to_owned()),
            hash: Set(hash.clone()),
            content: Set(content),
            created_at_us: Set(at_us),
        };
        view::Entity::insert(row).exec_without_returning(&transaction.db).await?;
        transaction.commit().await?;
        Ok(hash)
    }

    /// The view at an address. What is stored is checked against the address.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the stored view is not the one the address is of.
    pub async fn view(&self, workspace: &str, hash: &str) -> Result<Option<Value>> {
        let Some(row) = find(workspace, hash).one(self.reader()).await? else { return Ok(None) };
        if address(&row.content) != row.hash {
            return Err(Error::corrupt(format!("view `{hash}`"), "its content has changed"));
        }
        serde_json::from_str(&row.content).map(Some).map_err(|error| Error::corrupt(format!("view `{hash}`"), error))
    }
}

fn find(workspace: &str, hash: &str) -> sea_orm::Select<view::Entity> {
    view::Entity::find_by_id((workspace.to_owned(), hash.to_owned()))
}

fn collision(hash: &str) -> Error {
    Error::invalid("view", format!("another view has the address `{hash}` already; change something in this one"))
}

fn address(content: &str) -> String {
    let digest = blake3::hash(content.as_bytes());
    let bits = digest.as_bytes().iter().flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1));
    let bits: Vec<u8> = bits.take(HASH_LETTERS * 5).collect();
    let letters = bits.chunks(5).map(|five| five.iter().fold(0_usize, |index, bit| index << 1 | usize::from(*bit)));
    letters.map(|index| char::from(LETTERS[index])).collect()
}

/// One text per value: members sorted by key, no spaces, whole numbers without a fraction (a browser writes 1.0
/// as 1).
fn canonical(json: &Value) -> Result<String> {
    let mut text = String::new();
    write(json, VIEW_DEPTH_MAX, &mut text)?;
    Ok(text)
}

fn write(json: &Value, depth_left: usize, text: &mut String) -> Result<()> {
    if depth_left == 0 {
        return Err(Error::invalid("view", format!("lists and objects stand at most {VIEW_DEPTH_MAX} deep")));
    }
    match json {
        Value::Array(items) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                write(item, depth_left - 1, text)?;
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(key, _)| key.as_str());
            text.push('{');
            for (i, (key, value)) in members.into_iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(value, depth_left - 1, text)?;
            }
            text.push('}');
        }
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < SAFE_WHOLE => {
                text.push_str(&(float as i64).to_string());
            }
            _ => text.push_str(&number.to_string()),
        },
        other => text.push_str(&other.to_string()),
    }
    if text.len() > VIEW_BYTES_MAX {
        return Err(Error::invalid("view", format!("a view has at most {VIEW_BYTES_MAX} bytes")));
    }
    Ok(())
}

/// 2^53: below it a double holds every whole number.
const SAFE_WHOLE: f64 = 9_007_199_254_740_992.0;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_views_have_one_text_and_one_address() {
        let one = json!({"v": 1, "b": [1.0, 0.5, -0.0, 1e300], "a": {"ü": "\n", "k": null}});
        let two = json!({"a": {"k": null, "ü": "\n"}, "b": [1, 0.5, 0, 1e300], "v": 1.0});
        let text = canonical(&one).unwrap();
        assert_eq!(text, r#"{"a":{"k":null,"ü":"\n"},"b":[1,0.5,0,1e+300],"v":1}"#);
        assert_eq!(canonical(&two).unwrap(), text);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["b"][3], json!(1e300));
        // Links that people have sent each other depend on it.
        assert_eq!(address(&text), "jq27kefp29c1e63x");
    }

    #[test]
    fn the_address_is_the_start_of_the_hash() {
        let letters = address("x");
        let value = letters.bytes().fold(0_u128, |value, letter| {
            value << 5 | LETTERS.iter().position(|&other| other == letter).unwrap() as u128
        });
        let digest = blake3::hash(b"x");
        let start = digest.as_bytes()[..10].iter().fold(0_u128, |value, byte| value << 8 | u128::from(*byte));
        assert_eq!((letters.len(), value), (16, start));
    }
}
