//! A map of bounded size that merges exactly.
//!
//! The entries of the smallest keys are kept, of the others only how much they counted. A key among the smallest of all is
//! among the smallest of every part that has it, so nothing that the whole keeps was dropped from a part.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something that counts, merges, and can have counts taken out again.
pub trait Tally: Default + Clone {
    fn merge(&mut self, other: &Self);
    fn less(&mut self, other: &Self);
    fn count(&self) -> u64;
}

/// See the module's description.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(
    serialize = "K: Serialize, V: Serialize",
    deserialize = "K: Ord + Deserialize<'de>, V: Deserialize<'de>"
))]
pub struct Limited<K: Ord, V, const MAX: usize> {
    kept: BTreeMap<K, V>,
    /// What the entries beyond the limit counted.
    pub rest: u64,
}

impl<K: Ord, V, const MAX: usize> Default for Limited<K, V, MAX> {
    fn default() -> Self {
        Limited { kept: BTreeMap::new(), rest: 0 }
    }
}

impl<K: Ord + Clone, V: Tally, const MAX: usize> Limited<K, V, MAX> {
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&K, &V)> + DoubleEndedIterator {
        self.kept.iter()
    }

    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.kept.get(key)
    }

    pub fn len(&self) -> usize {
        self.kept.len()
    }

    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The largest key that is kept.
    pub fn last_key(&self) -> Option<&K> {
        self.kept.last_key_value().map(|(key, _)| key)
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.kept.values_mut()
    }

    /// Changes the entry of a key, made if there is room for it; else counts `count`.
    pub(crate) fn change<Q>(&mut self, key: &Q, count: u64, change: impl FnOnce(&mut V))
    where
        K: Borrow<Q>,
        Q: Ord + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(value) = self.kept.get_mut(key) {
            return change(value);
        }
        if self.kept.len() >= MAX {
            if self.last_key().is_none_or(|last| last.borrow() < key) {
                self.rest += count;
                return;
            }
            self.rest += self.kept.pop_last().map_or(0, |(_, gone)| gone.count());
        }
        change(self.kept.entry(key.to_owned()).or_default());
    }

    /// Whether [`Limited::change`] would keep a key.
    pub(crate) fn has_room<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.kept.len() < MAX || self.last_key().is_some_and(|last| key <= last.borrow())
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.rest += other.rest;
        for (key, value) in &other.kept {
            self.change(key, value.count(), |mine| mine.merge(value));
        }
    }

    /// Of what is among these entries; an entry of which nothing is left goes.
    pub(crate) fn less(&mut self, other: &Self) {
        self.rest = self.rest.saturating_sub(other.rest);
        for (key, value) in &other.kept {
            match self.kept.get_mut(key) {
                Some(mine) => {
                    mine.less(value);
                    if mine.count() == 0 {
                        self.kept.remove(key);
                    }
                }
                None => self.rest = self.rest.saturating_sub(value.count()),
            }
        }
    }
}
