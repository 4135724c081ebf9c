//! Which values are shown as examples: none that may tell who somebody is.
//!
//! A rule of thumb, and meant to hide too much: e-mail addresses, telephone and card numbers, ids of devices and accounts,
//! tokens, and everything under a name that says so, what people write and search for among it.

use model::event::Column;

use super::Place;

/// Characters of an example; longer ones are cut.
const TEXT_CHARS: usize = 64;

/// Digits in a row, with what is written between them, of a telephone number.
const DIGITS: usize = 9;

/// Characters of a word that is an id and no word.
const TOKEN_CHARS: usize = 20;

/// Columns whose values tell events or people apart, or are what people wrote.
const COLUMNS: [Column; 4] = [Column::Account, Column::SessionId, Column::OrderId, Column::Text];

/// Parts of names of personal properties, wherever they stand.
const WORDS: [&str; 42] = [
    "phone",
    "mobile",
    "email",
    "e_mail",
    "address",
    "idcard",
    "id_card",
    "passport",
    "openid",
    "unionid",
    "wechat",
    "token",
    "password",
    "card_no",
    "手机",
    "电话",
    "邮箱",
    "地址",
    "身份证",
    "微信",
    "$ip",
    "real_name",
    "realname",
    "user_name",
    "username",
    "full_name",
    "nick",
    "receiver",
    "recipient",
    "birth",
    "comment",
    "message",
    "feedback",
    "keyword",
    "query",
    "姓名",
    "昵称",
    "生日",
    "收货人",
    "收件人",
    "留言",
    "搜索",
];

/// The same of traits, where a name is a person's.
const TRAIT_WORDS: [&str; 2] = ["name", "名字"];

/// Whether values of a property are never shown.
pub(super) fn is_personal(place: Place, name: &str) -> bool {
    let name = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match place {
        Place::Column => COLUMNS.iter().any(|column| column.name() == name),
        Place::Trait => has(&WORDS) || has(&TRAIT_WORDS),
        Place::Prop | Place::Item => has(&WORDS) || name == "ip",
    }
}

/// A value as an example; none where it looks like a person's. What stands behind the `?` of an address is left out.
pub(super) fn example(text: &str) -> Option<String> {
    let address = text.contains("://") || text.starts_with('/');
    let shown = if address { text.split(['?', '#']).next().unwrap_or(text) } else { text };
    let shown = shown.trim();
    if shown.is_empty() || looks_personal(shown) {
        return None;
    }
    let cut = shown.char_indices().nth(TEXT_CHARS).map(|(at, _)| &shown[..at]);
    Some(cut.map_or_else(|| shown.to_owned(), |cut| format!("{cut}…")))
}

fn looks_personal(text: &str) -> bool {
    if text.contains('@') {
        return true;
    }
    let (mut digits, mut most) = (0, 0);
    for letter in text.chars() {
        match letter {
            '0'..='9' => digits += 1,
            ' ' | '-' | '(' | ')' | '+' | '.' if digits > 0 => {}
            _ => digits = 0,
        }
        most = most.max(digits);
    }
    let token = |word: &str| {
        word.chars().count() >= TOKEN_CHARS && word.is_ascii() && word.bytes().any(|byte| byte.is_ascii_digit())
    };
    let of_word = |letter: char| !letter.is_alphanumeric() && letter != '-' && letter != '_';
    most >= DIGITS || text.split(of_word).any(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_who_somebody_is_is_no_example() {
        for text in [
            "li.lei@example.com",
            "13800138000",
            "+86 138-0013-8000",
            "(010) 6552 9988 1",
            "6f9619ff-8b86-d011-b42d-00c04fc964ff",
            "oX1a2b3c4d5e6f7g8h9i0",
            "call me at 138 0013 8000",
            "https://shop.example/u/13800138000",
            " ",
        ] {
            assert_eq!(example(text), None, "{text}");
        }
        for text in ["iOS", "上海", "summer-sale-of-the-year", "SKU-1042", "12.5", "2024-03-1", "1366x768"] {
            assert_eq!(example(text).as_deref(), Some(text));
        }
        assert_eq!(example("https://shop.example/a?mail=x@y.z#t").as_deref(), Some("https://shop.example/a"));
        let long = "好".repeat(100);
        assert_eq!(example(&long).map(|text| text.chars().count()), Some(TEXT_CHARS + 1));
        assert!(is_personal(Place::Trait, "FirstName") && !is_personal(Place::Item, "name"));
        assert!(is_personal(Place::Prop, "receiver_phone") && is_personal(Place::Column, "order_id"));
        for name in ["real_name", "收货人", "nickName", "birthday", "comment", "search_keyword"] {
            assert!(is_personal(Place::Prop, name) && is_personal(Place::Item, name), "{name}");
        }
        assert!(!is_personal(Place::Column, "platform") && !is_personal(Place::Prop, "plan"));
    }
}
