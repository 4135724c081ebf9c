//! Passwords: which are refused, and the form they are kept in.
//!
//! Kept is an Argon2id hash. The salt is the caller's, as all randomness is. Hashing takes tens of milliseconds and
//! 19 MiB, so a server does it on a thread of its own and bounds how many run.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::{Error, Result};
use crate::limits::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};

/// 19 MiB, twice, in one lane: the first of the equal settings the OWASP password storage cheat sheet gives for
/// Argon2id. It asks for the most memory of them, which is what a guesser's hardware has least of.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Bytes of a salt: RFC 9106, 3.1.
pub const SALT_BYTES: usize = 16;

/// The hash of no password, made with the same effort as a real one: what is verified where there is nobody, so that
/// the time taken does not tell.
pub const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The commonest passwords of published leaks that are long enough to be taken otherwise, and this product's own
/// words. Compared in lower case.
const COMMON: &[&str] = &[
    "0123456789",
    "0987654321",
    "1234512345",
    "1234554321",
    "1234567890",
    "12345678900",
    "12345678910",
    "123456789a",
    "123456789q",
    "1234567891",
    "1qaz2wsx3edc",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "5201314520",
    "9876543210",
    "a123456789",
    "a1b2c3d4e5",
    "abc123456789",
    "abcd123456",
    "abcd1234567890",
    "abcdefghij",
    "admin12345",
    "admin123456",
    "administrator",
    "asdfghjkl;",
    "asdfghjkl123",
    "baseball123",
    "basketball",
    "changeme123",
    "football123",
    "iloveyou123",
    "letmein123",
    "password01",
    "password12",
    "password123",
    "password1234",
    "password12345",
    "passw0rd123",
    "p@ssw0rd123",
    "p@ssword123",
    "q1w2e3r4t5",
    "q1w2e3r4t5y6",
    "qazwsxedcrfv",
    "qq123456789",
    "qwer123456",
    "qwerty12345",
    "qwerty123456",
    "qwertyuiop",
    "qwertyuiop123",
    "throughline",
    "throughline1",
    "welcome123",
    "woaini1314",
    "woaini1314520",
    "woaini5201314",
    "zaq12wsxcde3",
    "zxcvbnm123",
];

/// Fails if a password is too short, too long, too common, or says the person's e-mail.
///
/// # Errors
/// [`Error::Invalid`] for the field `password`, never with the password in it.
pub fn check(password: &str, email: &str) -> Result<()> {
    let refused = |message: String| Err(Error::invalid("password", message));
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return refused(format!("use at least {PASSWORD_CHARS_MIN} characters"));
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return refused(format!("use at most {PASSWORD_BYTES_MAX} bytes"));
    }
    let lower = password.to_lowercase();
    let email = email.trim().to_lowercase();
    if !email.is_empty() && (lower == email || email.split_once('@').is_some_and(|(name, _)| lower == name)) {
        return refused("use something else than your e-mail address".to_owned());
    }
    let first = lower.chars().next();
    if COMMON.contains(&lower.as_str()) || lower.chars().all(|c| Some(c) == first) {
        return refused("this password is one of the first that are tried; use another".to_owned());
    }
    Ok(())
}

/// The form a password is kept in: a PHC string.
///
/// # Errors
/// None that a password [`check`] lets pass can cause.
pub fn hash(password: &str, salt: [u8; SALT_BYTES]) -> Result<String> {
    let failed = |error: &dyn std::fmt::Display| Error::invalid("password", format!("it cannot be hashed: {error}"));
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| failed(&error))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash =
        argon2.hash_password_with_salt(password.as_bytes(), &salt).map_err(|error| failed(&error))?;
    Ok(hash.to_string())
}

/// Whether `password` is the one `kept` was made of. Takes as long as hashing; the comparison takes the same time
/// wherever the difference lies.
pub fn verify(password: &str, kept: &str) -> bool {
    password.len() <= PASSWORD_BYTES_MAX
        && PasswordHash::new(kept)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_says_how_it_was_made_and_knows_its_password_alone() {
        let kept = hash("correct horse battery", [7; SALT_BYTES]).unwrap();
        let effort = "$argon2id$v=19$m=19456,t=2,p=1$";
        assert!(kept.starts_with(effort) && NOBODYS.starts_with(effort), "{kept}");
        assert!(PasswordHash::new(NOBODYS).is_ok() && !verify("", NOBODYS));
        assert!(verify("correct horse battery", &kept));
        assert!(!verify("correct horse batterz", &kept) && !verify("", &kept) && !verify("x", "no hash"));
        assert_ne!(hash("correct horse battery", [8; SALT_BYTES]).unwrap(), kept);
    }

    #[test]
    fn hashes_of_another_implementation_are_read() {
        // RFC 9106 has no PHC string; this one is of the reference implementation's test.c (version 0x13, Argon2id).
        let kept = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify("password", kept) && !verify("passwort", kept));
    }

    #[test]
    fn weak_passwords_are_refused_and_not_repeated() {
        let refused =
            ["short", "Password123", "aaaaaaaaaaaa", "LIN@example.com", "wang.xiaoming", "一二三四五六七八九"];
        let emails = ["a@b.cn", "a@b.cn", "a@b.cn", "lin@example.com", "wang.xiaoming@b.cn", "a@b.cn"];
        for (password, email) in refused.into_iter().zip(emails) {
            let error = check(password, email).unwrap_err().to_string();
            assert!(!error.contains(password), "{error}");
        }
        check(&"x1".repeat(PASSWORD_BYTES_MAX), "a@b.cn").unwrap_err();
        check("十个汉字也是好的密码", "a@b.cn").unwrap();
        check("correct horse battery", "a@b.cn").unwrap();
    }

    #[test]
    fn the_list_holds_what_length_alone_would_take() {
        assert!(COMMON.iter().all(|word| word.chars().count() >= PASSWORD_CHARS_MIN && word.to_lowercase() == **word));
    }
}
