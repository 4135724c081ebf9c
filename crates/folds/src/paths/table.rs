//! Counts by path, without an allocation per path.
//!
//! All paths lie behind each other in one buffer, a label as a varint of mostly one byte. A path of up to
//! seven bytes is found by those bytes themselves. Longer ones are found by a hash, which only names
//! candidates: the bytes decide, and two paths that hash alike are still two paths.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Ends;
use crate::counters::{Distinct, Tally};
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

/// [`Counts`] as they are kept: every subject has one path, so its number is the sum over the ends, and an
/// entry fits a cache line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) ends: [u64; 3],
    pub(super) customers: Distinct,
    pub(super) longer: u64,
}

impl Kept {
    fn counts(&self) -> Counts {
        let subjects = Distinct::from(self.ends.iter().sum::<u64>());
        Counts { paths: Tally { subjects, customers: self.customers }, longer: self.longer, ends: self.ends }
    }

    fn add(&mut self, other: &Kept) {
        self.customers.add(other.customers);
        self.longer += other.longer;
        for (into, from) in self.ends.iter_mut().zip(other.ends) {
            *into += from;
        }
    }
}

/// Counts by path.
#[derive(Debug, Clone, Default)]
pub struct Table {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// [`code`] of a path's bytes → 1 + the last entry with that code.
    index: FxHashMap<u64, u32>,
    /// How long each path took, microseconds, with its place in `entries`. Most variants have one path: a list of all
    /// costs less than a distribution each.
    lasted: Vec<(u32, i64)>,
    /// Steps of the longest path.
    longest: usize,
    key: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: usize,
    len: u32,
    /// 1 + the entry before with the same code, 0 for none.
    next: u32,
    kept: Kept,
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

    pub(super) fn kept(&mut self, place: usize) -> &mut Kept {
        &mut self.entries[place].kept
    }

    /// Notes how long a path took.
    pub(super) fn lasted(&mut self, place: usize, duration_us: i64) {
        self.lasted.push((place as u32, duration_us));
    }

    /// How long the paths at these places took.
    pub(super) fn durations_us(&self, places: &[usize]) -> Vec<Distribution> {
        let mut wanted = vec![u32::MAX; self.entries.len()];
        for (at, place) in (0u32..).zip(places) {
            wanted[*place] = at;
        }
        let mut durations = vec![Distribution::default(); places.len()];
        for (place, duration_us) in &self.lasted {
            if let Some(duration) = durations.get_mut(wanted[*place as usize] as usize) {
                duration.push(*duration_us);
            }
        }
        durations
    }

    /// What is counted of a path.
    pub(super) fn get(&self, labels: &[u32]) -> Counts {
        let mut key = Vec::new();
        write_key(labels, &mut key);
        self.find(&key).map_or_else(Counts::default, |place| self.entries[place].kept.counts())
    }

    pub(crate) fn merge(&mut self, other: &Table) {
        let mut places = Vec::with_capacity(if other.lasted.is_empty() { 0 } else { other.entries.len() });
        for entry in &other.entries {
            let place = self.place(other.path(entry));
            self.entries[place].kept.add(&entry.kept);
            if !other.lasted.is_empty() {
                places.push(place as u32);
            }
        }
        self.lasted.extend(other.lasted.iter().map(|(place, duration_us)| (places[*place as usize], *duration_us)));
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
        self.entries.iter().map(|entry| entry.kept.ends.iter().sum())
    }

    /// The labels of the path at a place, and its counts.
    pub(super) fn at(&self, place: usize) -> (Vec<u32>, Counts) {
        let entry = &self.entries[place];
        (labels(self.path(entry)), entry.kept.counts())
    }

    /// Tells every path with its counts, in order of first appearance.
    pub(super) fn each(&self, mut each: impl FnMut(&[u32], &Counts)) {
        let mut labels = Vec::new();
        for entry in &self.entries {
            labels.clear();
            read_key(self.path(entry), &mut labels);
            each(&labels, &entry.kept.counts());
        }
    }

    /// Paths with their counts, in order of first appearance.
    pub fn iter(&self) -> impl Iterator<Item = (Vec<u32>, Counts)> {
        self.entries.iter().map(|entry| (labels(self.path(entry)), entry.kept.counts()))
    }

    /// Heap bytes held.
    pub fn bytes(&self) -> usize {
        self.bytes.capacity()
            + self.entries.capacity() * size_of::<Entry>()
            + self.index.capacity() * 16
            + self.lasted.capacity() * size_of::<(u32, i64)>()
    }

    fn path(&self, entry: &Entry) -> &[u8] {
        &self.bytes[entry.start..entry.start + entry.len as usize]
    }

    /// The entry of the path.
    fn find(&self, key: &[u8]) -> Option<usize> {
        let code = code(key);
        let mut candidate = self.index.get(&code).copied().unwrap_or(0);
        while candidate != 0 {
            let entry = &self.entries[candidate as usize - 1];
            if code & LONG == 0 || self.path(entry) == key {
                return Some(candidate as usize - 1);
            }
            candidate = entry.next;
        }
        None
    }

    /// The entry of the path, made if there is none.
    fn place(&mut self, key: &[u8]) -> usize {
        let code = code(key);
        let head = self.index.entry(code).or_insert(0);
        let mut candidate = *head;
        while candidate != 0 {
            let entry = &self.entries[candidate as usize - 1];
            if code & LONG == 0 || &self.bytes[entry.start..entry.start + entry.len as usize] == key {
                return candidate as usize - 1;
            }
            candidate = entry.next;
        }
        let entry = Entry { start: self.bytes.len(), len: key.len() as u32, next: *head, kept: Kept::default() };
        self.bytes.extend_from_slice(key);
        self.entries.push(entry);
        self.longest = self.longest.max(key.iter().filter(|byte| **byte < 0x80).count());
        *head = self.entries.len() as u32;
        self.entries.len() - 1
    }
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

/// Set in the codes of paths that may share theirs with others.
const LONG: u64 = 1 << 63;

/// A number by which a path is found: of a short one, its bytes and their number; of a long one, a hash.
fn code(key: &[u8]) -> u64 {
    if key.len() < 8 {
        let mut bytes = [0; 8];
        bytes[..key.len()].copy_from_slice(key);
        bytes[7] = key.len() as u8;
        u64::from_le_bytes(bytes)
    } else {
        let mut hasher = FxHasher::default();
        hasher.write(key);
        hasher.finish() | LONG
    }
}

fn labels(path: &[u8]) -> Vec<u32> {
    let mut labels = Vec::with_capacity(path.len());
    read_key(path, &mut labels);
    labels
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

/// The form on the wire: the buffer, and length and counts of each path in it.
#[derive(Serialize, Deserialize)]
struct Packed {
    bytes: Vec<u8>,
    entries: Vec<(u32, Kept)>,
    lasted: Vec<(u32, i64)>,
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.entries.iter().map(|entry| (entry.len, entry.kept)).collect();
        Packed { bytes: self.bytes.clone(), entries, lasted: self.lasted.clone() }.serialize(serializer)
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
        if packed.lasted.iter().any(|(place, _)| *place as usize >= table.len()) {
            return Err(D::Error::custom("a duration belongs to no path"));
        }
        table.lasted = packed.lasted;
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longer<'a>(table: &'a mut Table, labels: &[u32]) -> &'a mut u64 {
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

    #[test]
    fn paths_that_hash_alike_stay_apart() {
        let (first, second) = ([1, 2, 3, 4, 5, 6, 7, 8, 9], [9, 8, 7, 6, 5, 4, 3, 2, 1]);
        let mut table = Table::default();
        *longer(&mut table, &first) = 1;
        // Pretend that the second path has the hash of the first.
        let head = table.index[&code(&first.map(|label| label as u8))];
        table.index.insert(code(&second.map(|label| label as u8)), head);
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
