//! Tokens of this test's own key, wrong in one thing each; and tokens signed by OpenSSL (`signed.json`: Node's `crypto`,
//! one key an algorithm), which check what this test would otherwise only agree with itself about.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;

use super::*;

const NOW: i64 = 1_700_000_000;
const ISSUER: &str = "https://login.example";

struct Signer {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Signer {
    fn new() -> Signer {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random).unwrap();
        Signer { pair, random }
    }

    fn jwk(&self, kid: &str) -> Value {
        let point = self.pair.public_key().as_ref();
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": text(&point[1..33]), "y": text(&point[33..])})
    }

    fn token(&self, header: &Value, payload: &Value) -> String {
        let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", text(header), text(payload));
        let signature = self.pair.sign(&self.random, signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn header() -> Value {
    json!({"alg": "ES256", "kid": "k1"})
}

fn payload() -> Value {
    json!({"iss": ISSUER, "aud": "throughline", "sub": "s1", "nonce": "n", "iat": NOW, "exp": NOW + 300,
           "email": "lin@shop.example", "email_verified": true})
}

/// The payload with other values; null takes one away.
fn with(changes: Value) -> Value {
    let mut payload = payload();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => payload.as_object_mut().unwrap().remove(name),
            value => payload.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    payload
}

fn expected() -> Expected<'static> {
    Expected { issuer: ISSUER, client_id: "throughline", nonce: "n", now_s: NOW }
}

#[test]
fn each_condition_is_checked() {
    let signer = Signer::new();
    let keys = Keys::of(&json!({"keys": [signer.jwk("k1")]}));
    let found = |changes: Value| verify(&signer.token(&header(), &with(changes)), &keys, &expected()).err();
    assert_eq!(found(json!({})), None);
    for (changes, refusal) in [
        (json!({"iss": "https://evil.example"}), Refusal::TokenIssuer),
        (json!({"iss": "https://login.example/"}), Refusal::TokenIssuer),
        (json!({"aud": "another"}), Refusal::Audience),
        (json!({"aud": []}), Refusal::Audience),
        (json!({"aud": ["throughline", "another"]}), Refusal::Audience),
        (json!({"aud": ["throughline", "another"], "azp": "another"}), Refusal::Audience),
        (json!({"azp": "another"}), Refusal::Audience),
        (json!({"nonce": "m"}), Refusal::Nonce),
        (json!({"nonce": null}), Refusal::Nonce),
        (json!({"exp": NOW - SKEW_SECONDS}), Refusal::Time),
        (json!({"iat": NOW + SKEW_SECONDS + 1}), Refusal::Time),
        (json!({"nbf": NOW + SKEW_SECONDS + 1}), Refusal::Time),
        (json!({"exp": null}), Refusal::TokenForm),
        (json!({"iat": null}), Refusal::TokenForm),
        (json!({"iss": null}), Refusal::TokenForm),
        (json!({"aud": null}), Refusal::TokenForm),
        (json!({"sub": null}), Refusal::TokenForm),
        (json!({"sub": ""}), Refusal::TokenForm),
    ] {
        assert_eq!(found(changes.clone()), Some(refusal), "{changes}");
    }
    for fine in [
        json!({"aud": ["throughline"]}),
        json!({"aud": ["another", "throughline"], "azp": "throughline"}),
        json!({"exp": NOW - SKEW_SECONDS + 1}),
        json!({"iat": NOW + SKEW_SECONDS, "nbf": NOW + SKEW_SECONDS}),
    ] {
        assert_eq!(found(fine.clone()), None, "{fine}");
    }
}

#[test]
fn only_a_published_key_signs_and_only_by_its_own_algorithm() {
    let (signer, stranger) = (Signer::new(), Signer::new());
    let keys = Keys::of(&json!({"keys": [{"kty": "unheard of"}, signer.jwk("k1")]}));
    let check = |token: &str| verify(token, &keys, &expected()).err();
    let named = |header: Value| check(&signer.token(&header, &payload()));
    for alg in ["none", "None", "HS256", "HS512", "ES256K", ""] {
        let found = named(json!({"alg": alg, "kid": "k1"}));
        assert!(matches!(found, Some(Refusal::Algorithm(_))), "{alg}: {found:?}");
    }
    // Without a signature at all.
    let bare = |header: Value| {
        let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        check(&format!("{}.{}.", text(&header), text(&payload())))
    };
    assert_eq!(bare(json!({"alg": "none"})), Some(Refusal::Algorithm("none".into())));
    assert_eq!(bare(header()), Some(Refusal::Signature));
    assert_eq!(named(json!({"alg": "RS256", "kid": "k1"})), Some(Refusal::Key), "a curve's key is none of RSA");
    assert_eq!(named(json!({"alg": "ES384", "kid": "k1"})), Some(Refusal::Key));
    assert_eq!(named(json!({"alg": "ES256", "kid": "k2"})), Some(Refusal::Key));
    assert_eq!(named(json!({"alg": "ES256"})), None, "there is only one it can be");
    assert_eq!(named(json!({"alg": "ES256", "kid": "k1", "crit": ["b64"]})), Some(Refusal::TokenForm));
    assert_eq!(check(&stranger.token(&header(), &payload())), Some(Refusal::Signature));
    for broken in ["", "a.b", "a.b.c", "a.b.c.d"] {
        assert_eq!(check(broken), Some(Refusal::TokenForm), "{broken}");
    }
    let token = signer.token(&header(), &payload());
    let parts: Vec<&str> = token.split('.').collect();
    let other = URL_SAFE_NO_PAD.encode(with(json!({"sub": "s2"})).to_string());
    assert_eq!(check(&format!("{}.{other}.{}", parts[0], parts[2])), Some(Refusal::Signature));

    let two = Keys::of(&json!({"keys": [signer.jwk("k1"), stranger.jwk("k2")]}));
    let nameless = signer.token(&json!({"alg": "ES256"}), &payload());
    assert_eq!(verify(&nameless, &two, &expected()).err(), Some(Refusal::Key), "it does not say which");
    // After a rotation the old key is no longer published.
    let rotated = Keys::of(&json!({"keys": [stranger.jwk("k2")]}));
    assert_eq!(verify(&token, &rotated, &expected()).err(), Some(Refusal::Key));
    let mut for_encryption = signer.jwk("k1");
    for_encryption["use"] = json!("enc");
    let encrypting = Keys::of(&json!({"keys": [for_encryption]}));
    assert_eq!(verify(&token, &encrypting, &expected()).err(), Some(Refusal::Key));
}

#[test]
fn signatures_of_another_maker_are_told_from_forged_ones() {
    let signed: Value = serde_json::from_str(include_str!("signed.json")).unwrap();
    let keys = Keys::of(&signed);
    let tokens = signed["tokens"].as_object().unwrap();
    assert_eq!(tokens.len(), 6);
    for (algorithm, token) in tokens {
        let token = token.as_str().unwrap();
        let claims = verify(token, &keys, &expected()).unwrap_or_else(|refusal| panic!("{algorithm}: {refusal}"));
        let account = claims.account(ISSUER, &[]).unwrap();
        assert_eq!((account.subject, account.email.as_str()), (format!("sub-{algorithm}"), "lin@shop.example"));
        assert_eq!(account.name, "林晓");
        // One bit of the signature, in a place that is no padding.
        let at = token.rfind('.').unwrap() + 5;
        let flipped = if &token[at..=at] == "A" { "B" } else { "A" };
        let forged = format!("{}{flipped}{}", &token[..at], &token[at + 1..]);
        assert_eq!(verify(&forged, &keys, &expected()).err(), Some(Refusal::Signature), "{algorithm}");
    }
}

#[test]
fn an_address_has_to_be_verified_and_of_a_domain_that_is_let_in() {
    let claims = |changes: Value| Claims::deserialize(with(changes)).unwrap();
    let domains = ["shop.example".to_owned()];
    let account = |changes: Value| claims(changes).account(ISSUER, &domains);
    assert!(account(json!({})).is_ok() && account(json!({"email_verified": "true"})).is_ok());
    assert_eq!(account(json!({"email": "LIN@Shop.Example"})).unwrap().email, "lin@shop.example");
    for unverified in [
        json!({"email_verified": false}),
        json!({"email_verified": null}),
        json!({"email_verified": "false"}),
        json!({"email_verified": 1}),
        json!({"email": null}),
        json!({"email": "no address"}),
    ] {
        assert_eq!(account(unverified.clone()).err(), Some(Refusal::EmailUnverified), "{unverified}");
    }
    for foreign in ["lin@evil.example", "lin@sub.shop.example", "lin@shop.example.evil.example"] {
        assert_eq!(account(json!({"email": foreign})).err(), Some(Refusal::Domain), "{foreign}");
    }
    assert!(claims(json!({"email": "lin@evil.example"})).account(ISSUER, &[]).is_ok(), "any domain");

    let mut half = claims(json!({"email": null, "email_verified": null}));
    assert_eq!(half.clone().complete(claims(json!({"sub": "s2"}))).err(), Some(Refusal::Subject));
    half.complete(claims(json!({"name": "Lin"}))).unwrap();
    assert_eq!(half.account(ISSUER, &domains).unwrap().name, "Lin");
}
