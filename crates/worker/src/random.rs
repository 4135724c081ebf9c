//! The randomness of jobs and requests, from the operating system. Everything below takes its ids, tokens and salts
//! from here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};

/// Bytes nobody can foresee.
///
/// # Errors
/// If the operating system has none to give.
pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Randomness(error.to_string()))?;
    Ok(bytes)
}

/// What cannot be guessed: 256 bits as 64 hexadecimal digits, for links and cookies.
///
/// # Errors
/// As [`bytes`].
pub fn token() -> Result<String> {
    bytes::<32>().map(|bytes| hexadecimal(&bytes))
}

/// A key nobody guesses, which says by its beginning what it is a key of: 192 bits behind `start`, fit for an address.
///
/// # Errors
/// As [`bytes`].
pub fn key(start: &str) -> Result<String> {
    Ok(format!("{start}{}", URL_SAFE_NO_PAD.encode(bytes::<24>()?)))
}

/// An id no other thing has: 80 bits as 20 hexadecimal digits.
///
/// # Errors
/// As [`bytes`].
pub fn id() -> Result<String> {
    bytes::<10>().map(|bytes| hexadecimal(&bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
