//! Cancelling, progress, memory and cache bounds.

use operators::spec::{FoldSpec, ScanSpec};
use operators::{Control, Engine, EngineOptions, ErrorKind, QueryLimits};

use crate::answers::{ask, engine, specs};
use crate::world::{Stored, World, open, store};

const ALL: i64 = i64::MAX;

async fn lake(world: &World) -> (tempfile::TempDir, lake::Lake) {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    store(&lake, world, Stored::File).await;
    (folder, lake)
}

/// Waits, without a clock, until some rows are done, then cancels: the scan has shards left.
async fn cancel_after_the_first_shard(control: Control) {
    while control.rows_done() == 0 {
        tokio::task::yield_now().await;
    }
    control.cancel();
}

#[tokio::test]
async fn a_cancelled_question_stops_at_the_next_shard() {
    let world = World::random(4, 200, 20);
    let (_folder, lake) = lake(&world).await;
    let engine = engine(1, 1, 0);
    let snapshot = lake.snapshot().await.unwrap();
    let control = Control::new();
    let spec = ScanSpec::new(FoldSpec::Sessions(Default::default()), ALL);
    let question = operators::run(&engine, snapshot.clone(), &spec, &control);
    let (answer, ()) = tokio::join!(question, cancel_after_the_first_shard(control.clone()));
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(control.rows_done() > 0 && control.rows_done() < world.rows() / 2, "{control:?}");
    // The partition that noticed has let go of its memory.
    while engine.memory_used() > 0 {
        tokio::task::yield_now().await;
    }
    // Cancelled before it began: nothing is read.
    let control = Control::new();
    control.cancel();
    let error = operators::run(&engine, snapshot, &spec, &control).await.unwrap_err();
    assert_eq!((error.kind(), control.rows_done()), (ErrorKind::Cancelled, 0));
}

#[tokio::test]
async fn a_cancelled_query_stops() {
    let world = World::random(4, 200, 20);
    let (_folder, lake) = lake(&world).await;
    let engine = engine(1, 1, 0);
    for sql in ["SELECT * FROM transitions()", "SELECT count(*) FROM funnel('{\"steps\": [\"home\", \"cart\"]}')"] {
        let control = Control::new();
        let limits = QueryLimits { rows: 10, now_us: i64::MAX, control: control.clone() };
        let query = operators::query(&engine, lake.snapshot().await.unwrap(), sql, limits);
        let (answer, ()) = tokio::join!(query, cancel_after_the_first_shard(control.clone()));
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Cancelled, "{sql}");
    }
}

#[tokio::test]
async fn progress_reaches_the_total() {
    let world = World::random(5, 50, 20);
    let (_folder, lake) = lake(&world).await;
    let control = Control::new();
    let spec = ScanSpec::new(FoldSpec::Transitions(Default::default()), ALL);
    let answer = operators::run(&engine(2, 50, 0), lake.snapshot().await.unwrap(), &spec, &control).await.unwrap();
    assert_eq!(answer.rows_scanned, world.rows());
    assert_eq!((control.rows_done(), control.rows_total()), (world.rows(), world.rows()));
}

fn poor(memory_bytes: usize) -> Engine {
    let options = EngineOptions {
        memory_bytes,
        cache_bytes: 0,
        target_partitions: 2,
        shard_rows: 1 << 19,
        ..EngineOptions::default()
    };
    Engine::new(options).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_little_memory_is_an_error_that_says_so() {
    let world = World::random(6, 60, 30);
    let (_folder, lake) = lake(&world).await;
    let engine = poor(10_000);
    let snapshot = lake.snapshot().await.unwrap();
    for spec in specs(ALL) {
        let error = operators::run(&engine, snapshot.clone(), &spec, &Control::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
        assert!(error.to_string().contains("memory"), "{error}");
    }
    for sql in ["SELECT * FROM events", "SELECT * FROM profiles", "SELECT * FROM sessions()"] {
        let limits = QueryLimits { rows: 10, now_us: i64::MAX, control: Control::new() };
        let error = operators::query(&engine, snapshot.clone(), sql, limits).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{sql}: {error}");
    }
    assert_eq!(engine.memory_used(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cache_keeps_to_its_bound_and_saves_reading_twice() {
    let world = World::random(7, 60, 30);
    let (_folder, lake) = lake(&world).await;
    let spec = &specs(ALL)[3];
    let roomy = engine(2, 200, 64 << 20);
    ask(&roomy, &lake, spec).await;
    let first = roomy.cache().stats();
    assert!(first.misses > 0 && first.hits == 0 && first.entries as u64 == first.misses, "{first:?}");
    ask(&roomy, &lake, spec).await;
    let second = roomy.cache().stats();
    assert_eq!((second.misses, second.hits, second.bytes), (first.misses, first.misses, first.bytes));
    roomy.cache().clear();
    assert_eq!((roomy.cache().stats().bytes, roomy.cache().stats().entries), (0, 0));
    // Two who ask at once read every column once.
    tokio::join!(ask(&roomy, &lake, spec), ask(&roomy, &lake, spec));
    assert_eq!(roomy.cache().stats().misses, 2 * first.misses);

    let tight = engine(2, 200, first.bytes / 3);
    for spec in specs(ALL) {
        ask(&tight, &lake, &spec).await;
        let stats = tight.cache().stats();
        assert!(stats.bytes <= stats.bound_bytes && stats.entries > 0, "{stats:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lakes_share_an_engine_without_mixing() {
    let engine = engine(2, 100, 64 << 20);
    let spec = ScanSpec::new(FoldSpec::Sessions(Default::default()), ALL);
    // The same steps: both have the same log range and identity version, but other events.
    for seed in 10..14 {
        let world = World::random(seed, 20, 10);
        let folder = tempfile::tempdir().unwrap();
        let lake = open(folder.path()).await;
        store(&lake, &world, Stored::Tail).await;
        assert_eq!(ask(&engine, &lake, &spec).await.rows_scanned, world.rows());
    }
}
