//! The randomness of jobs and requests, from the operating system. Everything below takes its ids, tokens and salts
//! from here.

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
