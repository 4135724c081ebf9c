//! Interrupted at any batch and resumed, an import gives the events of one that was not, once each.

use crate::common::{batches, decode, given, mapping, parsed};
use ingest::{SourceFile, expand};
use model::event::{Event, Rejection};
use proptest::prelude::*;

/// Rows with repeats, faults and groups that stand together or not.
fn file_text(rows: &[(u8, u8, bool)]) -> String {
    let mut text = "user,time,event,basket,price,tier\n".to_owned();
    for (user, basket, is_bad) in rows {
        let price = if *is_bad { "much".to_owned() } else { (user % 3).to_string() };
        text.push_str(&format!("u{},2024-01-0{},view,b{},{price},t{}\n", user % 4, 1 + user % 5, basket % 6, user % 2));
    }
    text
}

const SHAPES: [&str; 4] = [
    "columns: {amount: price}\ntraits: [tier]\n",
    "columns: {amount: price}\nevents: [{when: 'price != \"1\"'}, {when: 'price == \"2\"', event: {const: two}}]\n",
    "columns: {amount: {sum: price}}\ngroup_by: {columns: [basket, user]}\n",
    "columns: {amount: {sum: price}}\ngroup_by: {columns: [basket, user], order: any}\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn resuming_anywhere_is_the_same_as_not_stopping(
        rows in proptest::collection::vec((0u8..8, 0u8..8, proptest::bool::weighted(0.15)), 0..60),
        shape in 0..SHAPES.len(),
        batch_events in 1usize..9,
        stop in 0usize..40,
    ) {
        let file = given("a.csv", file_text(&rows));
        let mapping = mapping(SHAPES[shape]);
        let whole = decode(&file.path, &mapping).unwrap();
        let first = batches(&file.path, &mapping, 0, batch_events);
        let committed = &first[..stop.min(first.len())];
        let position = committed.last().map_or(0, |batch| batch.position);

        let mut events: Vec<Event> = committed.iter().flat_map(|batch| batch.events.clone()).collect();
        let mut rejections: Vec<Rejection> = committed.iter().flat_map(|batch| batch.rejections.clone()).collect();
        for batch in batches(&file.path, &mapping, position, batch_events) {
            prop_assert!(batch.position >= position);
            events.extend(batch.events);
            rejections.extend(batch.rejections);
        }
        prop_assert_eq!(events, whole.events);
        // Rejections of a group that was not finished may come twice, word for word.
        rejections.sort_by_key(|rejection| rejection.line);
        rejections.dedup();
        let mut expected = whole.rejections;
        expected.sort_by_key(|rejection| rejection.line);
        prop_assert_eq!(rejections, expected);
    }
}

#[test]
fn positions_and_progress_only_grow() {
    let rows: Vec<_> = (0..5_000u32).map(|i| ((i % 251) as u8, (i / 40) as u8, false)).collect();
    let file = given("a.csv", file_text(&rows));
    for shape in SHAPES {
        let batches = batches(&file.path, &mapping(shape), 0, 100);
        assert!(
            batches
                .windows(2)
                .all(|pair| pair[0].position <= pair[1].position && pair[0].bytes_read <= pair[1].bytes_read)
        );
        let last = batches.last().unwrap();
        assert_eq!((last.rows, last.bytes_read), (5_000, SourceFile::at(&file.path).unwrap().bytes));
    }
}

#[test]
fn paths_folders_and_globs_are_expanded_once_and_sorted() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("sub")).unwrap();
    for name in ["b.csv", "a.csv.gz", "sub/c.parquet", "README.md", ".hidden.csv"] {
        std::fs::write(at(name), "x").unwrap();
    }
    let names = |paths: &[std::path::PathBuf]| -> Vec<String> {
        let files = expand(paths).unwrap();
        files.iter().map(|file| file.path.strip_prefix(folder.path()).unwrap().display().to_string()).collect()
    };
    assert_eq!(names(&[folder.path().to_owned()]), ["a.csv.gz", "b.csv", "sub/c.parquet"]);
    assert_eq!(names(&[at("*.csv*"), at("b.csv")]), ["a.csv.gz", "b.csv"]);
    assert_eq!(names(&[at("**/*.parquet")]), ["sub/c.parquet"]);
    assert_eq!(names(&[at("README.md")]), ["README.md"]);
    for missing in [at("none.csv"), at("*.xml")] {
        let error = expand(&[missing]).unwrap_err();
        assert_eq!(error.kind(), ingest::ErrorKind::NotFound, "{error}");
    }
}

#[test]
fn content_hashes_are_of_the_bytes() {
    let file = given("a.csv", "some bytes");
    let hash = SourceFile::at(&file.path).unwrap().content_hash().unwrap();
    assert_eq!(hash, *blake3::hash(b"some bytes").as_bytes());
}

#[test]
fn a_file_no_entry_covers_is_told() {
    let file = given("other.csv", "a\n1\n");
    let mapping = parsed(
        "source: s\nfiles:\n- match: orders*.csv\n  time: {column: t, zone: UTC}\n  identifiers: [{namespace: u, column: u}]\n  \
         event: {const: e}\n  channel: {const: c}\n",
    );
    let error = decode(&file.path, &mapping).unwrap_err();
    assert!(error.to_string().contains("no entry under `files`"), "{error}");
}
