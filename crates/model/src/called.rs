//! What a customer is called: the trait that holds their name.
//!
//! Sources name it in their own ways, so a list of usual names is tried in order, letters of either case, with or without
//! the `$` of 神策. Not here: how a name is found by a few letters ([`crate::find`]).

use serde_json::{Map, Value};

/// Traits that hold a name, the more certain first: real names before those one gives oneself.
pub const NAME_TRAITS: [&str; 14] = [
    "name",
    "full_name",
    "fullname",
    "real_name",
    "realname",
    "customer_name",
    "姓名",
    "客户姓名",
    "会员姓名",
    "display_name",
    "nickname",
    "nick_name",
    "昵称",
    "username",
];
const FIRST: [&str; 2] = ["first_name", "firstname"];
const LAST: [&str; 2] = ["last_name", "lastname"];

/// Longest name that is shown and found; what is longer is no name.
pub const NAME_CHARS_MAX: usize = 100;

/// Whether a trait may hold a name or a part of one.
pub fn names(key: &str) -> bool {
    let key = plain(key);
    NAME_TRAITS.iter().chain(&FIRST).chain(&LAST).any(|known| *known == key)
}

/// The name that traits say, if any.
pub fn name(traits: &Map<String, Value>) -> Option<String> {
    let of = |known: &str| traits.iter().find(|(key, _)| plain(key) == known).and_then(|(_, value)| text(value));
    let either = |keys: [&str; 2]| keys.into_iter().find_map(of);
    NAME_TRAITS[..NAMED_WHOLE].iter().find_map(|known| of(known)).or_else(|| {
        let parts = (either(FIRST), either(LAST));
        match parts {
            (Some(first), Some(last)) if first.is_ascii() || last.is_ascii() => Some(format!("{first} {last}")),
            // 王 小明: the family comes first and no space stands between.
            (Some(first), Some(last)) => Some(format!("{last}{first}")),
            (first, last) => first.or(last),
        }
        .or_else(|| NAME_TRAITS[NAMED_WHOLE..].iter().find_map(|known| of(known)))
    })
}

/// So many of [`NAME_TRAITS`] are preferred to a name in parts.
const NAMED_WHOLE: usize = 9;

fn plain(key: &str) -> String {
    key.trim_start_matches('$').to_lowercase()
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty() && text.chars().count() <= NAME_CHARS_MAX).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(traits: Value) -> Option<String> {
        name(traits.as_object().unwrap())
    }

    #[test]
    fn a_real_name_comes_before_one_given_oneself() {
        assert_eq!(of(json!({"nickname": "三哥", "Name": " 张三 "})).as_deref(), Some("张三"));
        assert_eq!(of(json!({"nickname": "三哥", "firstName": "三", "lastName": "张"})).as_deref(), Some("张三"));
        assert_eq!(of(json!({"first_name": "Ann", "last_name": "Lee"})).as_deref(), Some("Ann Lee"));
        assert_eq!(of(json!({"$昵称": "三哥"})).as_deref(), Some("三哥"));
        assert_eq!(of(json!({"name": "", "age": 7, "姓名": 7})), None);
        assert_eq!(of(json!({"name": "长".repeat(NAME_CHARS_MAX + 1)})), None);
        assert!(names("$name") && names("LastName") && !names("level"));
    }
}
