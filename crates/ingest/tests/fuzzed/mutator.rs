//! Mutations of known inputs, from a seed: the same ones on every machine, with a stable compiler.

/// Texts that decoders have reason to trip over.
const WORDS: &[&str] = &[
    "null",
    "true",
    "{}",
    "[]",
    "[[",
    "{\"",
    "\":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "\\u00e9",
    "0",
    "-1",
    "1e999",
    "-0.0",
    "18446744073709551616",
    "9223372036854775807",
    "-9223372036854775808",
    "1700000000",
    "1700000000000",
    "0.1e-320",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59+14:00",
    "2024-02-30",
    "+14:00",
    "%",
    "%00",
    "%e9%9e",
    "%ff",
    "&",
    "=",
    "&data=",
    "data_list=",
    ";",
    "+",
    " ",
    "\t",
    "\r\n",
    "\n",
    "\u{0}",
    "\u{feff}",
    "鞋",
    "\u{1f980}",
    "$",
    "$identify",
    "undefined",
    "[object Object]",
    "NaN",
    "\"\"",
    "{\"a\":{\"a\":{\"a\":{\"a\":1}}}}",
    "gzip",
    "eyJhIjoxfQ==",
    "H4sIAAAA",
];

/// SplitMix64: enough to choose by, and no dependency.
#[derive(Debug, Clone)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn range(&mut self, len: usize, longest: usize) -> std::ops::Range<usize> {
        let start = self.below(len + 1);
        let end = (start + 1 + self.below(longest)).min(len);
        start..end.max(start)
    }
}

/// One of `corpus`, changed in a few places.
pub(crate) fn mutated(corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = corpus[chance.below(corpus.len())].clone();
    for _ in 0..1 + chance.below(4) {
        change(&mut bytes, corpus, chance);
    }
    bytes.truncate(64 << 10);
    bytes
}

fn change(bytes: &mut Vec<u8>, corpus: &[Vec<u8>], chance: &mut Chance) {
    match chance.below(8) {
        0 if !bytes.is_empty() => {
            let at = chance.below(bytes.len());
            bytes[at] ^= 1 << chance.below(8);
        }
        1 => {
            let at = chance.below(bytes.len() + 1);
            bytes.insert(at, chance.next() as u8);
        }
        2 => {
            let gone = chance.range(bytes.len(), 64);
            bytes.drain(gone);
        }
        3 => {
            let again = bytes[chance.range(bytes.len(), 200)].to_vec();
            let at = chance.below(bytes.len() + 1);
            bytes.splice(at..at, again);
        }
        4 | 5 => {
            let word = WORDS[chance.below(WORDS.len())].as_bytes().to_vec();
            let at = if chance.below(2) == 0 {
                let at = chance.below(bytes.len() + 1);
                at..at
            } else {
                chance.range(bytes.len(), 16)
            };
            bytes.splice(at, word);
        }
        6 => {
            let other = &corpus[chance.below(corpus.len())];
            let part = other[chance.range(other.len(), 400)].to_vec();
            let at = chance.range(bytes.len(), 400);
            bytes.splice(at, part);
        }
        _ => bytes.truncate(chance.below(bytes.len() + 1)),
    }
}
