//! The 64-bit hashes that are part of the stored format. Never change one: stored rows hold its results.

use xxhash_rust::xxh3::xxh3_64;

use crate::limits::BUCKETS;

/// Hash of a sequence of byte strings, each preceded by its length so that ("ab", "c") and ("a", "bc")
/// differ. The top bit is clear: the result fits a signed long that any reader understands.
pub fn parts(parts: &[&[u8]]) -> i64 {
    let mut buffer = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        buffer.extend_from_slice(&(part.len() as u64).to_le_bytes());
        buffer.extend_from_slice(part);
    }
    (xxh3_64(&buffer) >> 1) as i64
}

/// The bucket of a customer, `0..256`. Mixed first, so that ids given in sequence spread.
pub fn bucket(customer: i64) -> i32 {
    let mut x = customer as u64;
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^= x >> 33;
    (x % u64::from(BUCKETS)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_hashes_never_change() {
        assert_eq!(parts(&[b"user_id", b"user_0000"]), parts(&[b"user_id", b"user_0000"]));
        assert_ne!(parts(&[b"ab", b"c"]), parts(&[b"a", b"bc"]));
        assert!(parts(&[b"x"]) >= 0);
        assert_eq!([bucket(0), bucket(1), bucket(2), bucket(i64::MAX)], [0, 44, 231, 234]);
    }
}
