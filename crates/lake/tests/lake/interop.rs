//! A lake for foreign readers: several files, doubles, merges, a removed import, everything flushed, and
//! beside it what they must find. `python/interop/test_interop.py` reads both.
//!
//! With `THROUGHLINE_INTEROP_FOLDER` set, both are left there for it; without, the lake is only made and
//! checked by our own reader.

use std::path::PathBuf;

use lake::{CompactExtent, CompactOptions, Control, ImportState, Lake, LakeOptions, Mode};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::sequences::{check, sound};
use crate::world::{self, Op, World};

async fn make(folder: PathBuf, seed: u64, compacted: bool) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut world = World::default();
    let workspace = folder.join(if compacted { "compacted" } else { "flushed" });
    let lake = Lake::open(&workspace, LakeOptions::new(Mode::ReadWrite)).await.unwrap();
    let mut removed = false;
    while !removed || world.lines().len() < 500 {
        let mut op = world.make_op(&mut rng);
        if matches!(op, Op::RemoveImport { .. }) && world.lines().len() < 300 {
            continue;
        }
        if matches!(op, Op::Compact(CompactExtent::Full)) {
            op = Op::Compact(CompactExtent::Tier);
        }
        removed |= matches!(op, Op::RemoveImport { file } if world.import_state(file) != ImportState::Unknown);
        world::run(&lake, &op).await.unwrap();
        world.apply(&op);
    }
    lake.flush().await.unwrap();
    if compacted {
        lake.compact(CompactOptions::new(CompactExtent::Full), &Control::new()).await.unwrap();
    }
    lake.derive_profiles(&Control::new()).await.unwrap();
    check(&lake, &world, &mut rng).await.unwrap();
    sound(&lake).await.unwrap();

    let mut lines = world.lines();
    lines.sort_by_key(|line| (line.customer, line.time_us, line.seq));
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let amount = line.amount.map(f64::from_bits);
            json!([
                line.customer,
                line.time_us,
                line.seq,
                line.event_id,
                line.profile,
                line.event,
                line.channel,
                amount,
                line.props
            ])
        })
        .collect();
    let customers: std::collections::BTreeSet<i64> = lines.iter().map(|line| line.customer).collect();
    let expected = json!({
        "events": rows.len(),
        "customers": customers.len(),
        "rows": rows,
        "identity": world.customers().into_iter().collect::<Vec<_>>(),
        "profiles_derived": true,
    });
    std::fs::write(workspace.with_extension("json"), expected.to_string()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lake_for_foreign_readers() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("THROUGHLINE_INTEROP_FOLDER").map_or(temporary.path().to_owned(), PathBuf::from);
    make(folder.clone(), 11, false).await;
    make(folder, 12, true).await;
}
