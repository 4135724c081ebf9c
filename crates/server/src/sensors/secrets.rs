//! Keys of sensors, and what is sealed of them: nobody reads a broker's password out of a copy of the control database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::error::ApiError;
use crate::secret::Secret;

/// Longest password or secret, in bytes.
pub const SECRET_BYTES_MAX: usize = 1024;

/// The key of a sensor's door.
///
/// # Errors
/// The operating system gives no random numbers.
pub fn new_key() -> worker::Result<String> {
    worker::random::key("tln_")
}

/// Seals and opens with the key of the data folder.
pub struct Sealer {
    key: LessSafeKey,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(hidden)")
    }
}

impl Sealer {
    pub fn new(key: &[u8; 32]) -> Sealer {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).expect("a key of this cipher is 32 bytes long");
        Sealer { key: LessSafeKey::new(key) }
    }

    /// Seals a text for one sensor: for another it does not open.
    ///
    /// # Errors
    /// It is too long or empty, or the operating system gives no random numbers.
    pub fn seal(&self, workspace: &str, sensor: &str, text: &str) -> Result<String, ApiError> {
        if text.is_empty() || text.len() > SECRET_BYTES_MAX {
            let message = format!("a password or secret has 1 to {SECRET_BYTES_MAX} bytes");
            return Err(ApiError::bad_request("secret_invalid", message));
        }
        let nonce = worker::random::bytes::<NONCE_LEN>().map_err(|error| ApiError::internal(&error))?;
        let mut sealed = text.as_bytes().to_vec();
        let of = Aad::from(format!("{workspace}/{sensor}"));
        let done = self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), of, &mut sealed);
        done.map_err(|error| ApiError::internal(&error))?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// None: it was sealed by another key or for another sensor.
    pub fn open(&self, workspace: &str, sensor: &str, sealed: &str) -> Option<Secret> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let mut sealed = sealed.to_vec();
        let of = Aad::from(format!("{workspace}/{sensor}"));
        let opened = self.key.open_in_place(Nonce::assume_unique_for_key(*nonce), of, &mut sealed).ok()?;
        String::from_utf8(opened.to_vec()).ok().map(Secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_sensor_alone() {
        let sealer = Sealer::new(&[7; 32]);
        let sealed = sealer.seal("shop", "tags", "broker's 密码").unwrap();
        assert_ne!(sealed, sealer.seal("shop", "tags", "broker's 密码").unwrap(), "a nonce is used once");
        assert_eq!(sealer.open("shop", "tags", &sealed).unwrap().0, "broker's 密码");
        assert!(sealer.open("shop", "other", &sealed).is_none());
        assert!(Sealer::new(&[8; 32]).open("shop", "tags", &sealed).is_none());
        assert!(sealer.open("shop", "tags", "short").is_none());
        assert_eq!(sealer.seal("shop", "tags", "").unwrap_err().code, "secret_invalid");
    }
}
