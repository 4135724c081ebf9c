//! Values as they come, one behind the other.
//!
//! They lie in lists that are not moved once they are long: memory that is touched for the first time costs more than
//! putting a value there.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Values of a full list. One that is not yet so long grows to twice its length.
const LIST: usize = 1 << 15;

/// Those of the smallest, as a state of a breakdown may hold few.
const LEAST: usize = 8;

/// See above; of no order.
#[derive(Debug, Clone)]
pub(crate) struct Lists<T> {
    full: Vec<Vec<T>>,
    newest: Vec<T>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Lists { full: Vec::new(), newest: Vec::new() }
    }
}

impl<T> Lists<T> {
    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        if self.newest.len() == self.newest.capacity() {
            self.make_room();
        }
        self.newest.push(value);
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        match self.newest.len() {
            len if len >= LIST => self.full.push(std::mem::replace(&mut self.newest, Vec::with_capacity(LIST))),
            len => self.newest.reserve_exact(len.max(LEAST)),
        }
    }

    /// Takes over the values of another, list by list.
    pub(crate) fn merge(&mut self, mut other: Lists<T>) {
        self.full.append(&mut other.full);
        if self.newest.len() < other.newest.len() {
            std::mem::swap(&mut self.newest, &mut other.newest);
        }
        if other.newest.len() < LIST / 8 {
            self.newest.append(&mut other.newest);
        } else {
            self.full.push(other.newest);
        }
    }

    pub(crate) fn lists(&self) -> impl Iterator<Item = &[T]> + Clone {
        self.full.iter().chain(std::iter::once(&self.newest)).map(Vec::as_slice)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> + Clone {
        self.lists().flatten()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.full.iter_mut().chain(std::iter::once(&mut self.newest)).flatten()
    }

    /// Heap bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let capacity = self.full.iter().map(Vec::capacity).sum::<usize>() + self.newest.capacity();
        capacity * size_of::<T>() + self.full.capacity() * size_of::<Vec<T>>()
    }
}

impl<T> FromIterator<T> for Lists<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut lists = Lists::default();
        values.into_iter().for_each(|value| lists.push(value));
        lists
    }
}

impl<T: Serialize> Serialize for Lists<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Its length has to be known beforehand.
        serializer.collect_seq(self.iter().collect::<Vec<_>>())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lists<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}
