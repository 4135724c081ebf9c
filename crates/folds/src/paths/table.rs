//! Counts by path, without an allocation per path.
//!
//! A path is a label behind the other as varints, of mostly one byte each. One of up to seven bytes is its own code: the
//! bytes and their number. Longer ones lie behind each other in one buffer; their code is a part of a hash, which only names
//! candidates, and where they lie: the bytes decide, and two paths that hash alike are still two paths.
//!
//! There are many paths, and most look-ups wait for memory. So an entry is half a cache line, and whoever has many paths
//! has them looked up together ([`Table::places`]): then they wait together.

use std::hash::Hasher;

use rustc_hash::FxHasher;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Ends;
use crate::counters::{Distinct, Tally};
use crate::lists::Lists;
use crate::quantile::Distribution;
use crate::slice::End;

/// What is counted of one path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Subjects with this path, and customers who have such a subject.
    pub paths: Tally,
    /// Of the subjects, those that have more steps than are kept.
    pub longer: u64,
    ends: [u64; 3],
}

impl Counts {
    /// Of the subjects, those that ended so.
    pub fn ended(&self, end: End) -> u64 {
        self.ends[end as usize]
    }

    /// How the subjects ended.
    pub fn ends(&self) -> Ends {
        Ends(self.ends)
    }
}

/// [`Counts`] as they are kept: every subject has one path, so its number is the sum over the ends. In 32 bits, as a state of
/// more subjects than these count does not fit any memory it is allowed.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    ends: [u32; 3],
    customers: u32,
    longer: u32,
    /// Who was counted last among the customers; known to this state alone.
    #[serde(skip)]
    last: u32,
}

impl Kept {
    /// Counts a path of the customer with this ordinal.
    #[inline]
    pub(super) fn see(&mut self, customer: u64, end: End, longer: bool) {
        let customer = customer as u32;
        self.customers += u32::from(self.last != customer);
        self.last = customer;
        self.ends[end as usize] += 1;
        self.longer += u32::from(longer);
    }

    fn subjects(&self) -> u64 {
        self.ends.iter().map(|count| u64::from(*count)).sum()
    }

    fn counts(&self) -> Counts {
        let (subjects, customers) = (Distinct::from(self.subjects()), Distinct::from(u64::from(self.customers)));
        Counts { paths: Tally { subjects, customers }, longer: self.longer.into(), ends: self.ends.map(u64::from) }
    }

    fn add(&mut self, other: &Kept) {
        self.customers += other.customers;
        self.longer += other.longer;
        for (into, from) in self.ends.iter_mut().zip(other.ends) {
            *into += from;
        }
    }
}

/// Counts by path.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// In order of first appearance.
    entries: Vec<Entry>,
    /// By what [`Table::home`] says of a code, or behind it: 1 + a place in `entries`, 0 for none. As many as a power of two,
    /// at most half of them taken.
    slots: Vec<u32>,
    /// The long paths' bytes, and where each begins.
    bytes: Vec<u8>,
    starts: Vec<usize>,
    /// How long each path took, microseconds, with its place in `entries`. Most variants have one path: a list of all
    /// costs less than a distribution each.
    lasted: Lists<(u32, u32)>,
    /// Those of more than 32 bits.
    lasted_long: Lists<(u32, i64)>,
    /// Steps of the longest path.
    longest: usize,
    key: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Entry {
    code: Code,
    kept: Kept,
}

/// A path as a number: of a short one, its bytes and, in the highest, how many they are. Of a long one [`LONG`], 31 bits of its
/// hash, and 32 bits that say which of the long ones it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Code(u64);

/// Set in the codes of paths that may share theirs with others.
const LONG: u64 = 1 << 63;

/// Bytes of the longest path that is its own code.
pub(super) const SHORT: usize = 7;

/// Labels below this take one byte.
pub(super) const ONE_BYTE: u32 = 0x80;

/// Paths looked up together.
pub(super) const TOGETHER: usize = 128;

impl Code {
    /// Adds a label below [`ONE_BYTE`] to a path that has so many, less than [`SHORT`].
    #[inline]
    pub(super) fn push(&mut self, steps: usize, label: u32) {
        self.0 |= u64::from(label) << (8 * steps);
    }

    /// The code of a path of so many steps.
    #[inline]
    pub(super) fn ended(self, steps: usize) -> Code {
        Code(self.0 | (steps as u64) << (8 * SHORT))
    }

    fn is_long(self) -> bool {
        self.0 & LONG != 0
    }

    fn which(self) -> usize {
        self.0 as u32 as usize
    }

    /// The same without the part that says where a long path lies.
    fn hashed(self) -> u64 {
        if self.is_long() { self.0 >> 32 << 32 } else { self.0 }
    }
}

impl Table {
    /// Where a path is kept, made if it is new.
    pub(super) fn place_of(&mut self, labels: &[u32]) -> usize {
        let mut key = std::mem::take(&mut self.key);
        write_key(labels, &mut key);
        let place = self.place(&key);
        self.key = key;
        place
    }

    /// Where short paths are kept, made if they are new; at most [`TOGETHER`] of them.
    pub(super) fn places(&mut self, codes: &[Code], places: &mut [u32]) {
        if self.slots.is_empty() {
            self.grow();
        }
        // First only reading, of one place each: what is not in a cache yet comes while others are waited for.
        for (code, place) in codes.iter().zip(places.iter_mut()) {
            *place = self.slots[self.home(*code)];
        }
        for (code, place) in codes.iter().zip(places.iter_mut()) {
            let found = self.entries.get((*place as usize).wrapping_sub(1)).is_some_and(|entry| entry.code == *code);
            *place = if found { *place } else { 0 };
        }
        for (code, place) in codes.iter().zip(places.iter_mut()) {
            if *place == 0 {
                *place = self.place_of_short(*code) as u32 + 1;
            }
            *place -= 1;
        }
    }

    #[inline]
    pub(super) fn kept(&mut self, place: usize) -> &mut Kept {
        &mut self.entries[place].kept
    }

    /// Notes how long a path took.
    #[inline]
    pub(super) fn lasted(&mut self, place: usize, duration_us: i64) {
        match u32::try_from(duration_us) {
            Ok(duration_us) => self.lasted.push((place as u32, duration_us)),
            Err(_) => self.lasted_long.push((place as u32, duration_us)),
        }
    }

    fn each_lasted(&self) -> impl Iterator<Item = (u32, i64)> {
        let short = self.lasted.iter().map(|(place, duration_us)| (*place, i64::from(*duration_us)));
        short.chain(self.lasted_long.iter().copied())
    }

    /// How long the paths at these places took.
    pub(super) fn durations_us(&self, places: &[usize]) -> Vec<Distribution> {
        // Most paths are not asked for, and whether they are is a bit that fits the processor's caches.
        let mut wanted = vec![0u64; self.entries.len().div_ceil(64)];
        let mut which = vec![0u32; self.entries.len()];
        for (at, place) in (0..).zip(places) {
            wanted[place / 64] |= 1 << (place % 64);
            which[*place] = at;
        }
        let mut durations = vec![Distribution::default(); places.len()];
        let mut note = |place: u32, duration_us: i64| {
            if wanted[place as usize / 64] >> (place % 64) & 1 != 0 {
                durations[which[place as usize] as usize].push(duration_us);
            }
        };
        for list in self.lasted.lists() {
            list.iter().for_each(|(place, duration_us)| note(*place, i64::from(*duration_us)));
        }
        for list in self.lasted_long.lists() {
            list.iter().for_each(|(place, duration_us)| note(*place, *duration_us));
        }
        durations
    }

    /// What is counted of a path.
    pub(super) fn get(&self, labels: &[u32]) -> Counts {
        let mut key = Vec::new();
        write_key(labels, &mut key);
        let place = if self.slots.is_empty() { None } else { self.find(code(&key), &key).ok() };
        place.map_or_else(Counts::default, |place| self.entries[place].kept.counts())
    }

    pub(crate) fn merge(&mut self, mut other: Table) {
        let mut moved = vec![0; other.entries.len()];
        let mut codes = Vec::with_capacity(TOGETHER);
        for (entries, places) in other.entries.chunks(TOGETHER).zip(moved.chunks_mut(TOGETHER)) {
            codes.clear();
            // Of a long path the code of none, which is short; it is looked up by its bytes.
            codes.extend(entries.iter().map(|entry| if entry.code.is_long() { Code::default() } else { entry.code }));
            match entries.iter().any(|entry| entry.code.is_long()) {
                false => self.places(&codes, places),
                true => {
                    for (entry, place) in entries.iter().zip(&mut *places) {
                        *place = match entry.code.is_long() {
                            true => self.place(other.long(entry.code)),
                            false => self.place_of_short(entry.code),
                        } as u32;
                    }
                }
            }
            for (entry, place) in entries.iter().zip(places) {
                self.entries[*place as usize].kept.add(&entry.kept);
            }
        }
        other.lasted.iter_mut().for_each(|(place, _)| *place = moved[*place as usize]);
        other.lasted_long.iter_mut().for_each(|(place, _)| *place = moved[*place as usize]);
        self.lasted.merge(other.lasted);
        self.lasted_long.merge(other.lasted_long);
    }

    /// Number of distinct paths.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Steps of the longest path.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// How many subjects each path has, in order of first appearance.
    pub(super) fn subjects(&self) -> impl Iterator<Item = u64> {
        self.entries.iter().map(|entry| entry.kept.subjects())
    }

    /// The labels of the path at a place, and its counts.
    pub(super) fn at(&self, place: usize) -> (Vec<u32>, Counts) {
        let mut labels = Vec::new();
        self.read(self.entries[place].code, &mut labels);
        (labels, self.entries[place].kept.counts())
    }

    /// Tells every path with its counts, in order of first appearance.
    pub(super) fn each(&self, mut each: impl FnMut(&[u32], &Counts)) {
        let mut labels = Vec::new();
        for entry in &self.entries {
            labels.clear();
            self.read(entry.code, &mut labels);
            each(&labels, &entry.kept.counts());
        }
    }

    /// Paths with their counts, in order of first appearance.
    pub fn iter(&self) -> impl Iterator<Item = (Vec<u32>, Counts)> {
        (0..self.len()).map(|place| self.at(place))
    }

    /// Heap bytes held.
    pub fn bytes(&self) -> usize {
        self.bytes.capacity()
            + self.starts.capacity() * size_of::<usize>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.slots.capacity() * size_of::<u32>()
            + self.lasted.bytes()
            + self.lasted_long.bytes()
    }

    /// The bytes of a long path.
    fn long(&self, code: Code) -> &[u8] {
        let end = self.starts.get(code.which() + 1).copied().unwrap_or(self.bytes.len());
        &self.bytes[self.starts[code.which()]..end]
    }

    fn read(&self, code: Code, labels: &mut Vec<u32>) {
        if code.is_long() {
            return read_key(self.long(code), labels);
        }
        let bytes = code.0.to_le_bytes();
        let bytes = &bytes[..bytes[SHORT] as usize];
        match bytes.iter().all(|byte| u32::from(*byte) < ONE_BYTE) {
            true => labels.extend(bytes.iter().map(|byte| u32::from(*byte))),
            false => read_key(bytes, labels),
        }
    }

    /// The slot where looking for a code begins: the highest bits of a product that all of its bits have a say in.
    #[inline]
    fn home(&self, code: Code) -> usize {
        let mixed = code.hashed().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> (64 - self.slots.len().trailing_zeros())) as usize & (self.slots.len() - 1)
    }

    /// The entry of the path, or else the slot for it. There are slots.
    #[inline]
    fn find(&self, code: Code, key: &[u8]) -> Result<usize, usize> {
        let mut slot = self.home(code);
        loop {
            let place = match self.slots[slot] {
                0 => return Err(slot),
                place => place as usize - 1,
            };
            let found = self.entries[place].code;
            if found.hashed() == code.hashed() && (!code.is_long() || self.long(found) == key) {
                return Ok(place);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// The entry of the path, made if there is none.
    fn place(&mut self, key: &[u8]) -> usize {
        let code = code(key);
        if !code.is_long() {
            return self.place_of_short(code);
        }
        if self.entries.len() * 2 >= self.slots.len() {
            self.grow();
        }
        self.find(code, key).unwrap_or_else(|slot| {
            let which = self.starts.len() as u64;
            self.starts.push(self.bytes.len());
            self.bytes.extend_from_slice(key);
            self.add(slot, Code(code.hashed() | which), steps(key))
        })
    }

    fn place_of_short(&mut self, code: Code) -> usize {
        if self.entries.len() * 2 >= self.slots.len() {
            self.grow();
        }
        self.find(code, &[]).unwrap_or_else(|slot| {
            let bytes = code.0.to_le_bytes();
            self.add(slot, code, steps(&bytes[..bytes[SHORT] as usize]))
        })
    }

    fn add(&mut self, slot: usize, code: Code, steps: usize) -> usize {
        self.entries.push(Entry { code, kept: Kept::default() });
        self.slots[slot] = self.entries.len() as u32;
        self.longest = self.longest.max(steps);
        self.entries.len() - 1
    }

    #[cold]
    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(16)];
        for (place, entry) in (1..).zip(&self.entries) {
            let mut slot = self.home(entry.code);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = place;
        }
    }
}

/// How many labels there are in a key.
fn steps(key: &[u8]) -> usize {
    key.iter().filter(|byte| **byte < 0x80).count()
}

/// Labels as varints.
fn write_key(labels: &[u32], key: &mut Vec<u8>) {
    key.clear();
    for label in labels {
        let mut rest = *label;
        while rest >= 0x80 {
            key.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        key.push(rest as u8);
    }
}

/// The code of a path's bytes; of a long one it does not say yet which it is.
fn code(key: &[u8]) -> Code {
    if key.len() <= SHORT {
        let mut bytes = [0; 8];
        bytes[..key.len()].copy_from_slice(key);
        bytes[SHORT] = key.len() as u8;
        Code(u64::from_le_bytes(bytes))
    } else {
        let mut hasher = FxHasher::default();
        hasher.write(key);
        Code(hasher.finish() >> 32 << 32 | LONG)
    }
}

/// Reads what [`write_key`] wrote.
fn read_key(key: &[u8], labels: &mut Vec<u32>) {
    let (mut label, mut shift) = (0u32, 0);
    for byte in key {
        label |= u32::from(byte & 0x7f) << shift;
        shift = if byte & 0x80 != 0 { (shift + 7).min(28) } else { 0 };
        if byte & 0x80 == 0 {
            labels.push(std::mem::take(&mut label));
        }
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        let sorted = |table: &Table| {
            let places: Vec<usize> = (0..table.len()).collect();
            let mut all: Vec<_> = table.iter().zip(table.durations_us(&places)).collect();
            all.sort_unstable_by(|a, b| a.0.0.cmp(&b.0.0));
            all
        };
        self.len() == other.len() && sorted(self) == sorted(other)
    }
}

/// The form on the wire: the paths behind each other, and length and counts of each.
#[derive(Serialize, Deserialize)]
struct Packed {
    bytes: Vec<u8>,
    entries: Vec<(u32, Kept)>,
    lasted: Vec<(u32, i64)>,
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        let packed = |entry: &Entry| {
            let before = bytes.len();
            if entry.code.is_long() {
                bytes.extend_from_slice(self.long(entry.code));
            } else {
                let code = entry.code.0.to_le_bytes();
                bytes.extend_from_slice(&code[..code[SHORT] as usize]);
            }
            ((bytes.len() - before) as u32, entry.kept)
        };
        let entries = self.entries.iter().map(packed).collect();
        Packed { bytes, entries, lasted: self.each_lasted().collect() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let packed = Packed::deserialize(deserializer)?;
        let mut table = Table::default();
        let mut rest = packed.bytes.as_slice();
        for (len, kept) in packed.entries {
            let (path, after) =
                rest.split_at_checked(len as usize).ok_or_else(|| D::Error::custom("a path is cut off"))?;
            let place = table.place(path);
            table.entries[place].kept = kept;
            rest = after;
        }
        for (place, duration_us) in packed.lasted {
            if place as usize >= table.len() {
                return Err(D::Error::custom("a duration belongs to no path"));
            }
            table.lasted(place as usize, duration_us);
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn longer<'a>(table: &'a mut Table, labels: &[u32]) -> &'a mut u32 {
        let place = table.place_of(labels);
        &mut table.kept(place).longer
    }

    #[test]
    fn labels_of_every_length_come_back() {
        let path = [1, 127, 128, 300, 70_000, u32::MAX, 5];
        let mut table = Table::default();
        *longer(&mut table, &path) = 3;
        *longer(&mut table, &[1]) = 4;
        assert_eq!(
            table.iter().map(|(labels, c)| (labels, c.longer)).collect::<Vec<_>>(),
            [(path.to_vec(), 3), (vec![1], 4)]
        );
    }

    /// Numbers that look as if they were drawn.
    fn drawn(number: u64) -> u64 {
        (number ^ number << 13).wrapping_mul(0xff51_afd7_ed55_8ccd) >> 33
    }

    #[test]
    fn thousands_of_paths_are_counted_like_in_a_map() {
        let mut map = BTreeMap::<Vec<u32>, u64>::new();
        let mut tables = [Table::default(), Table::default()];
        for (at, table) in tables.iter_mut().enumerate() {
            for round in 0..200 {
                let paths: Vec<Vec<u32>> = (0..TOGETHER as u64)
                    .map(|nth| {
                        let seed = drawn(drawn(round * 1_000 + nth) % 9_000 + 4_000 * at as u64);
                        (0..1 + seed % 7).map(|step| 1 + (drawn(seed + step) % 100) as u32).collect()
                    })
                    .collect();
                let code = |path: &Vec<u32>| {
                    let mut code = Code::default();
                    path.iter().enumerate().for_each(|(steps, label)| code.push(steps, *label));
                    code.ended(path.len())
                };
                let (codes, mut places) = (paths.iter().map(code).collect::<Vec<_>>(), [0; TOGETHER]);
                table.places(&codes, &mut places);
                for (path, place) in paths.iter().zip(places) {
                    assert_eq!(table.place_of(path), place as usize);
                    table.kept(place as usize).longer += 1;
                    *map.entry(path.clone()).or_default() += 1;
                    if path.len() == 7 {
                        // Too long for a code, and with labels that take more than a byte.
                        let long = [path.as_slice(), &[200, path[0]]].concat();
                        *longer(table, &long) += 1;
                        *map.entry(long).or_default() += 1;
                    }
                }
            }
        }
        let [mut whole, other] = tables;
        whole.merge(other);
        assert_eq!(whole.iter().map(|(labels, counts)| (labels, counts.longer)).collect::<BTreeMap<_, _>>(), map);
        assert_eq!((whole.len(), whole.longest()), (map.len(), 9));
        assert!(map.len() > 5_000, "{}", map.len());
    }

    #[test]
    fn paths_that_hash_alike_stay_apart() {
        let (first, second) = ([1, 2, 3, 4, 5, 6, 7, 8, 9], [9, 8, 7, 6, 5, 4, 3, 2, 1]);
        let mut table = Table::default();
        *longer(&mut table, &first) = 1;
        // Pretend that the second path has the hash of the first.
        let alike = code(&first.map(|label| label as u8));
        assert_eq!(table.find(alike, &second.map(|label| label as u8)).ok(), None);
        assert_eq!(table.find(alike, &first.map(|label| label as u8)), Ok(0));
        *longer(&mut table, &second) = 2;
        assert_eq!((*longer(&mut table, &second), table.len()), (2, 2));
        assert_eq!((*longer(&mut table, &first), table.get(&first).longer), (1, 1));
    }

    #[test]
    fn short_paths_with_zero_like_bytes_stay_apart() {
        let mut table = Table::default();
        for path in [&[1][..], &[1, 1], &[1, 128], &[128], &[1, 1, 1, 1, 1, 1, 1], &[1, 1, 1, 1, 1, 1, 1, 1]] {
            *longer(&mut table, path) += 1;
        }
        assert_eq!(table.len(), 6);
        assert!(table.iter().all(|(_, counts)| counts.longer == 1));
    }
}
