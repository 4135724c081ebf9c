//! What merging came to, customer by customer: of those to whom nothing came, it need not be done again.
//!
//! A lake that lives has a new plan for every question, and most customers whose rows lie where runs overlap are the
//! same as in the plan before. Runs do not change, so the merged rows of a customer depend only on which rows of which
//! runs there are, and in which order the runs stand.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::layout::{Piece, Run};

/// Merged rows of customers of a shard, under a hash of what they were made from.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    /// From where on in `pieces`, and how many.
    of: FxHashMap<u128, (u32, u32)>,
    pieces: Vec<Piece>,
    /// Of the runs that pieces name by number; empty of others.
    names: Vec<String>,
}

impl Merged {
    /// `merged` over `runs`, each with its hash.
    pub(crate) fn new<'a>(runs: &[Run], merged: impl Iterator<Item = (u128, &'a [Piece])>) -> Merged {
        let mut all = Merged { names: vec![String::new(); runs.len()], ..Merged::default() };
        for (hash, pieces) in merged {
            all.of.insert(hash, (all.pieces.len() as u32, pieces.len() as u32));
            all.pieces.extend_from_slice(pieces);
        }
        for piece in &all.pieces {
            let name = &mut all.names[piece.run as usize];
            if name.is_empty() {
                runs[piece.run as usize].name().clone_into(name);
            }
        }
        all
    }

    /// For each hash the merged rows it stands for, as pieces of `runs`.
    pub(crate) fn recall(&self, hashes: &[u128], runs: &[Run]) -> Vec<Option<Vec<Piece>>> {
        let numbers: FxHashMap<&str, u32> = runs.iter().map(Run::name).zip(0..).collect();
        let now: Vec<Option<u32>> = self.names.iter().map(|name| numbers.get(&**name).copied()).collect();
        let recalled = |hash: &u128| {
            let (from, count) = *self.of.get(hash)?;
            let pieces = &self.pieces[from as usize..(from + count) as usize];
            pieces.iter().map(|piece| Some(Piece { run: now[piece.run as usize]?, ..*piece })).collect()
        };
        hashes.iter().map(recalled).collect()
    }

    /// Whether any of it is of these files.
    pub(crate) fn is_of(&self, names: &FxHashSet<&str>) -> bool {
        self.names.iter().any(|name| names.contains(&**name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::tests::event;
    use crate::lake::{Lake, LakeOptions};
    use crate::layout::{Duplicates, Layout, Selection};
    use crate::snapshot::Shard;

    const ALL: Shard = Shard { lo: 0, hi: 256 };
    const CUSTOMERS: i64 = 50;

    async fn append(lake: &Lake, customers: std::ops::Range<i64>, time_us: i64) {
        let events = customers.map(|customer| model::event::Event {
            event_id: customer * 1_000 + time_us,
            time_us,
            ..event(customer)
        });
        lake.append(events.collect()).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn only_customers_to_whom_something_came_are_merged_again() {
        let folder = tempfile::tempdir().unwrap();
        let options = LakeOptions { flush_after: None, ..LakeOptions::default() };
        let lake = Lake::open(folder.path(), options).await.unwrap();
        append(&lake, 0..CUSTOMERS, 10).await;
        append(&lake, 0..CUSTOMERS, 30).await;
        lake.flush().await.unwrap();
        append(&lake, 0..CUSTOMERS, 20).await;
        lake.flush().await.unwrap();
        let plan = async |before: &Merged| {
            let snapshot = lake.snapshot().await.unwrap();
            let overlay = snapshot.overlay().await.unwrap();
            let (layout, merged) = Layout::plan_shard(snapshot.runs(), overlay, ALL, before).await.unwrap();
            let anew = snapshot.plan(Selection::Shard(ALL), Duplicates::OfCustomer).await.unwrap();
            assert_eq!((layout.key(), layout.rows()), (anew.key(), anew.rows()));
            merged
        };
        let new =
            |merged: &Merged, before: &Merged| merged.of.keys().filter(|key| !before.of.contains_key(key)).count();
        let first = plan(&Merged::default()).await;
        assert_eq!(new(&first, &Merged::default()), CUSTOMERS as usize);
        assert_eq!(new(&plan(&first).await, &first), 0);
        append(&lake, 7..9, 25).await;
        let second = plan(&first).await;
        assert_eq!(new(&second, &first), 2);
        // A file that did not have them before.
        lake.flush().await.unwrap();
        let third = plan(&second).await;
        assert_eq!((new(&third, &second), third.of.len()), (2, CUSTOMERS as usize));
        assert!(third.pieces.len() < 4 * CUSTOMERS as usize, "rows that follow on each other are one piece");
    }
}
