//! Which identifiers mean one person, in one spelling, and which mean nobody.
//!
//! Senders write the same person in many ways (`+86 138-0013-8000`, `13800138000`) and send placeholders where they
//! know nobody (`null`, `[object Object]`, an IMEI of zeros). One that is let through fuses strangers, so both are settled
//! here, before an identifier is hashed. What follows from two identifiers on one event is another module's.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::Identifier;
use crate::limits::{IDENTIFIER_BYTES_MAX, NAME_BYTES_MAX};

/// How much an identifier says about who somebody is. Later kinds say more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = IdentifierKind)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A thing that people share and change: a browser, a phone, a till.
    Device,
    /// One deed of somebody: an order number, a visit to a floor. Two deeds of one person are common, two persons of one deed are not.
    Deed,
    /// A way to reach somebody, which families share: a phone number, an e-mail address.
    Contact,
    /// Given to exactly one person: a login, a member number, an id of a messenger.
    Person,
}

/// The namespace of the number of an order, whichever system says it.
pub const ORDER_NO: &str = "order_no";

/// Namespaces that senders write in several ways, each with its one name: the ids that 微信 gives a person in all apps of a
/// company, and in one app. The libraries of 神策 know them with the name of the messenger, others without.
const SAME: [(&str, &[&str]); 2] = [
    ("wechat_unionid", &["unionid", "union_id", "wechat_union_id", "mp_unionid"]),
    ("wechat_openid", &["openid", "open_id", "wechat_open_id", "mp_openid"]),
];

/// The one name of a namespace: identifiers are the same only where theirs is.
pub fn namespace(written: &str) -> &str {
    let is = |(one, others): &&(&str, &[&str])| {
        std::iter::once(one).chain(*others).any(|name| name.eq_ignore_ascii_case(written))
    };
    SAME.iter().find(is).map_or(written, |(one, _)| one)
}

/// The kind of a namespace. One that is not known was named by somebody who maps their own customers' numbers.
pub fn kind(namespace: &str) -> Kind {
    match namespace {
        "anonymous_id" | "device_id" | "client_id" | "cookie_id" | "idfa" | "idfv" | "oaid" | "imei" | "mac" => {
            Kind::Device
        }
        "order_id" | ORDER_NO | "receipt_id" | "receipt_no" | "floor_visit" => Kind::Deed,
        "email" | "phone" => Kind::Contact,
        _ => Kind::Person,
    }
}

/// Why a value names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Illegal {
    Empty,
    TooLong,
    /// A word that programs write where they know nobody.
    Placeholder,
    /// No e-mail address, no phone number.
    Malformed,
}

impl Illegal {
    /// Stable code of a rejection.
    pub fn code(self) -> &'static str {
        match self {
            Illegal::Empty => "identifier_empty",
            Illegal::TooLong => "identifier_too_long",
            Illegal::Placeholder => "identifier_placeholder",
            Illegal::Malformed => "identifier_malformed",
        }
    }
}

/// Values that name nobody, in lower case.
const PLACEHOLDERS: &[&str] = &[
    "null",
    "nil",
    "none",
    "undefined",
    "nan",
    "[object object]",
    "anonymous",
    "guest",
    "unknown",
    "unbekannt",
    "not_authenticated",
    "distinct_id",
    "distinctid",
    "id",
    "email",
    "true",
    "false",
    "test",
    "n/a",
    "na",
];

/// An identifier in its one spelling: trimmed, of a [`namespace`] by its one name; an e-mail address in lower case; a phone number in digits, that of the
/// mainland of China without its country code.
///
/// # Errors
/// What is wrong with a value that names nobody.
pub fn read(namespace: &str, value: &str) -> Result<Identifier, Illegal> {
    let (namespace, value) = (self::namespace(namespace), value.trim());
    if value.is_empty() || namespace.is_empty() {
        return Err(Illegal::Empty);
    }
    if value.len() > IDENTIFIER_BYTES_MAX || namespace.len() > NAME_BYTES_MAX {
        return Err(Illegal::TooLong);
    }
    if is_placeholder(namespace, value) {
        return Err(Illegal::Placeholder);
    }
    let value = match namespace {
        "email" => email(value)?,
        "phone" => phone(value)?,
        _ => value.to_owned(),
    };
    Ok(Identifier::new(namespace, value))
}

/// Words for nobody, and ids of zeros alone: `00000000-0000-0000-0000-000000000000`.
///
/// Zero is nobody where a program fills the namespace. Where somebody numbers their own, it may be their first.
fn is_placeholder(namespace: &str, value: &str) -> bool {
    let lower = value.to_lowercase();
    let bare = lower.trim_matches(['"', '\'']);
    if bare.bytes().all(|byte| matches!(byte, b'-' | b':')) {
        return true;
    }
    if bare == "-1" || bare.bytes().all(|byte| matches!(byte, b'0' | b'-' | b':')) {
        return namespace == "user_id" || kind(namespace) != Kind::Person;
    }
    PLACEHOLDERS.contains(&bare)
}

fn email(value: &str) -> Result<String, Illegal> {
    let lower = value.to_lowercase();
    let (name, host) = lower.rsplit_once('@').ok_or(Illegal::Malformed)?;
    let plain = |part: &str| !part.is_empty() && !part.contains(|sign: char| sign.is_whitespace() || sign.is_control());
    if plain(name) && plain(host) && host.contains('.') { Ok(lower) } else { Err(Illegal::Malformed) }
}

fn phone(value: &str) -> Result<String, Illegal> {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let foreign =
        value.chars().any(|sign| !(sign.is_ascii_digit() || matches!(sign, '+' | '-' | ' ' | '(' | ')' | '.')));
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    let digits = match digits.strip_prefix("86") {
        Some(mobile) if mobile.len() == 11 && mobile.starts_with('1') => mobile,
        _ => digits,
    };
    if foreign || !(5..=15).contains(&digits.len()) || digits.bytes().all(|digit| digit == b'0') {
        return Err(Illegal::Malformed);
    }
    Ok(digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_one_spelling() {
        for written in ["+86 138-0013-8000", "8613800138000", "0086 13800138000", "138 0013 8000", " 13800138000 "] {
            assert_eq!(read("phone", written), Ok(Identifier::new("phone", "13800138000")), "{written}");
        }
        assert_eq!(read("phone", "+49 (30) 901820"), Ok(Identifier::new("phone", "4930901820")));
        assert_eq!(read("email", " Li.Lei@Example.COM "), Ok(Identifier::new("email", "li.lei@example.com")));
        assert_eq!(read("user_id", " U-1 "), Ok(Identifier::new("user_id", "U-1")));
    }

    #[test]
    fn a_persons_ids_of_wechat_have_one_name_whoever_writes_them() {
        for written in ["unionid", "unionId", "union_id", "wechat_unionid", "mp_unionid"] {
            assert_eq!(read(written, "oX1"), Ok(Identifier::new("wechat_unionid", "oX1")), "{written}");
        }
        for written in ["openid", "OpenID", "open_id", "wechat_openid"] {
            assert_eq!(read(written, "oY1"), Ok(Identifier::new("wechat_openid", "oY1")), "{written}");
        }
        // That of another messenger is another.
        assert_eq!(read("alipay_openid", "oY1"), Ok(Identifier::new("alipay_openid", "oY1")));
        assert_eq!(namespace("member_no"), "member_no");
    }

    #[test]
    fn words_for_nobody_name_nobody() {
        for nobody in
            ["null", "[object Object]", "0", "00000000-0000-0000-0000-000000000000", "Guest", "\"undefined\"", "NaN"]
        {
            assert_eq!(read("user_id", nobody), Err(Illegal::Placeholder), "{nobody}");
        }
        assert_eq!(read("user_id", "  "), Err(Illegal::Empty));
        assert_eq!(read("user_id", &"x".repeat(600)), Err(Illegal::TooLong));
        for (namespace, value) in [("email", "li.lei"), ("email", "a b@c.d"), ("phone", "none of it"), ("phone", "12")]
        {
            assert_eq!(read(namespace, value), Err(Illegal::Malformed), "{value}");
        }
        for first in ["0", "00"] {
            assert_eq!(
                read("household", first),
                Ok(Identifier::new("household", first)),
                "one's own numbers begin where one likes"
            );
            assert_eq!(read("anonymous_id", first), Err(Illegal::Placeholder));
        }
        // What begins like a word for nobody is somebody.
        assert!(read("user_id", "guest-4411").is_ok());
    }

    #[test]
    fn a_persons_number_says_more_than_a_device() {
        assert!(
            kind("member_no") > kind("phone")
                && kind("phone") > kind("order_id")
                && kind("order_id") > kind("anonymous_id")
        );
    }
}
