//! A table keyed by two small numbers: (from, to), (touchpoint, channel).

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::limits::FLAT_LABELS_MAX;

/// Cells by pair, in order of first use. Pairs of small numbers are found without hashing.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Vec<((u32, u32), T)>", bound(deserialize = "T: Default + Deserialize<'de>"))]
pub struct Pairs<T> {
    keys: Vec<(u32, u32)>,
    cells: Vec<T>,
    /// By first number: by second number: position in `cells` + 1, 0 for none.
    flat: Vec<Vec<u32>>,
    hashed: FxHashMap<(u32, u32), u32>,
}

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Pairs { keys: Vec::new(), cells: Vec::new(), flat: Vec::new(), hashed: FxHashMap::default() }
    }
}

impl<T: Default> Pairs<T> {
    /// Position of the pair's cell, which is made if there is none.
    #[inline]
    pub fn place(&mut self, a: u32, b: u32) -> usize {
        match self.flat.get(a as usize).and_then(|row| row.get(b as usize)) {
            Some(place) if *place != 0 => *place as usize - 1,
            _ => self.find_or_make(a, b),
        }
    }

    #[inline]
    pub fn at(&mut self, place: usize) -> &mut T {
        &mut self.cells[place]
    }

    pub fn cell(&mut self, a: u32, b: u32) -> &mut T {
        let place = self.place(a, b);
        &mut self.cells[place]
    }

    #[inline(never)]
    fn find_or_make(&mut self, a: u32, b: u32) -> usize {
        let next = self.cells.len() as u32 + 1;
        let slot = if a < FLAT_LABELS_MAX && b < FLAT_LABELS_MAX {
            if self.flat.len() <= a as usize {
                self.flat.resize_with(a as usize + 1, Vec::new);
            }
            let row = &mut self.flat[a as usize];
            if row.len() <= b as usize {
                row.resize(b as usize + 1, 0);
            }
            &mut row[b as usize]
        } else {
            self.hashed.entry((a, b)).or_insert(0)
        };
        if *slot == 0 {
            *slot = next;
            self.keys.push((a, b));
            self.cells.push(T::default());
        }
        *slot as usize - 1
    }
}

impl<T> Pairs<T> {
    pub fn get(&self, a: u32, b: u32) -> Option<&T> {
        let flat = self.flat.get(a as usize).and_then(|row| row.get(b as usize)).copied();
        match flat.or_else(|| self.hashed.get(&(a, b)).copied()) {
            None | Some(0) => None,
            Some(place) => self.cells.get(place as usize - 1),
        }
    }

    pub fn len(&self) -> usize {
        self.cells.len()
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Pairs with their cells, in order of first use.
    pub fn iter(&self) -> impl Iterator<Item = ((u32, u32), &T)> {
        self.keys.iter().copied().zip(&self.cells)
    }

    /// Pairs with their cells, in ascending order of the pairs.
    pub fn sorted(&self) -> Vec<((u32, u32), &T)> {
        let mut all: Vec<_> = self.iter().collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all
    }

    pub fn into_entries(self) -> impl Iterator<Item = ((u32, u32), T)> {
        self.keys.into_iter().zip(self.cells)
    }

    /// Heap bytes held, without what the cells hold themselves.
    pub fn bytes(&self) -> usize {
        self.cells.capacity() * (size_of::<T>() + size_of::<(u32, u32)>())
            + self.flat.iter().map(|row| row.capacity() * size_of::<u32>()).sum::<usize>()
            + self.hashed.capacity() * size_of::<(u32, u32, u32)>()
    }
}

impl<T: PartialEq> PartialEq for Pairs<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|((a, b), cell)| other.get(a, b) == Some(cell))
    }
}

impl<T: Default> From<Vec<((u32, u32), T)>> for Pairs<T> {
    fn from(entries: Vec<((u32, u32), T)>) -> Self {
        let mut pairs = Pairs::default();
        for ((a, b), cell) in entries {
            *pairs.cell(a, b) = cell;
        }
        pairs
    }
}

impl<T: Serialize> Serialize for Pairs<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_like_a_map(keys in prop::collection::vec((0u32..2_000, 0u32..2_000), 0..200), again in 0usize..200) {
            let mut pairs = Pairs::<u64>::default();
            let mut map = HashMap::<(u32, u32), u64>::new();
            for (a, b) in keys.iter().chain(keys.iter().take(again)) {
                *pairs.cell(*a, *b) += 1;
                *map.entry((*a, *b)).or_default() += 1;
            }
            prop_assert_eq!(pairs.len(), map.len());
            for ((a, b), count) in &map {
                prop_assert_eq!(pairs.get(*a, *b), Some(count));
            }
            let read: Pairs<u64> = crate::fold::decode(&crate::fold::encode(&pairs).unwrap()).unwrap();
            prop_assert_eq!(read, pairs);
        }
    }
}
