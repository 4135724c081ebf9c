//! A provider's signing keys (RFC 7517, RFC 7518, RFC 8037), and whether a signature is one of theirs.
//!
//! What an algorithm is belongs to the key: a token cannot have a key of one kind read as one of another.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use serde::Deserialize;

use super::refusal::Refusal;

/// A set as the provider publishes it. A key of a kind that is not known here does not spoil the others.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys(Vec<Key>);

/// One public key.
#[derive(Debug, Clone, Deserialize)]
struct Key {
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    used: Option<String>,
    #[serde(flatten)]
    kind: Kind,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kty")]
enum Kind {
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "EC")]
    Curve { crv: String, x: String, y: String },
    #[serde(rename = "OKP")]
    Edwards { crv: String, x: String },
}

/// Algorithms by which a public key signs. What is not here is refused before any key is looked at: `none`, and those
/// by which whoever knows a shared secret could sign.
const RSA: [(&str, &RsaParameters); 6] = [
    ("RS256", &RSA_PKCS1_2048_8192_SHA256),
    ("RS384", &RSA_PKCS1_2048_8192_SHA384),
    ("RS512", &RSA_PKCS1_2048_8192_SHA512),
    ("PS256", &RSA_PSS_2048_8192_SHA256),
    ("PS384", &RSA_PSS_2048_8192_SHA384),
    ("PS512", &RSA_PSS_2048_8192_SHA512),
];
const CURVES: [(&str, &str, &dyn VerificationAlgorithm); 2] =
    [("ES256", "P-256", &ECDSA_P256_SHA256_FIXED), ("ES384", "P-384", &ECDSA_P384_SHA384_FIXED)];
const EDWARDS: (&str, &str) = ("EdDSA", "Ed25519");

/// Whether signatures of an algorithm are accepted at all.
pub(super) fn accepts(algorithm: &str) -> bool {
    RSA.iter().any(|(name, _)| *name == algorithm)
        || CURVES.iter().any(|(name, ..)| *name == algorithm)
        || algorithm == EDWARDS.0
}

impl Keys {
    /// Those of a key set that can be read.
    pub(super) fn of(set: &serde_json::Value) -> Keys {
        let keys = set["keys"].as_array().into_iter().flatten();
        Keys(keys.filter_map(|key| Key::deserialize(key).ok()).collect())
    }

    /// Checks a signature by the key of this name, or without a name by the only one that can have made it.
    pub(super) fn check(
        &self,
        kid: Option<&str>,
        algorithm: &str,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Refusal> {
        let mut fitting = self.0.iter().filter(|key| key.signs(algorithm));
        let key = match kid {
            Some(kid) => fitting.find(|key| key.kid.as_deref() == Some(kid)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        };
        match key.ok_or(Refusal::Key)?.verify(algorithm, message, signature) {
            Some(true) => Ok(()),
            Some(false) => Err(Refusal::Signature),
            None => Err(Refusal::Key),
        }
    }
}

impl Key {
    fn signs(&self, algorithm: &str) -> bool {
        let meant = self.used.as_deref().is_none_or(|used| used == "sig")
            && self.alg.as_deref().is_none_or(|alg| alg == algorithm);
        meant
            && match &self.kind {
                Kind::Rsa { .. } => RSA.iter().any(|(name, _)| *name == algorithm),
                Kind::Curve { crv, .. } => CURVES.iter().any(|(name, curve, _)| *name == algorithm && curve == crv),
                Kind::Edwards { crv, .. } => (algorithm, crv.as_str()) == EDWARDS,
            }
    }

    /// None: the key cannot be read.
    fn verify(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> Option<bool> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        let checked = match &self.kind {
            Kind::Rsa { n, e } => {
                let parameters = RSA.iter().find(|(name, _)| *name == algorithm)?.1;
                RsaPublicKeyComponents { n: bytes(n)?, e: bytes(e)? }.verify(parameters, message, signature)
            }
            Kind::Curve { x, y, .. } => {
                let curve = CURVES.iter().find(|(name, ..)| *name == algorithm)?.2;
                // An uncompressed point: SEC 1, 2.3.3.
                let point = [vec![4], bytes(x)?, bytes(y)?].concat();
                UnparsedPublicKey::new(curve, point).verify(message, signature)
            }
            Kind::Edwards { x, .. } => UnparsedPublicKey::new(&ED25519, bytes(x)?).verify(message, signature),
        };
        Some(checked.is_ok())
    }
}
