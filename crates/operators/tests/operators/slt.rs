//! The statements of `tests/slt`, each asked of the sample shop however it is stored and scanned: the answers stand in the
//! files once, and are the same every time.
//!
//! With `UPDATE_SNAPSHOTS=1` the files are filled with the answers of one engine over one sorted file. Look at what changed:
//! many of the numbers stand in `testdata/golden` as other engines count them.

use std::path::{Path, PathBuf};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use async_trait::async_trait;
use lake::Lake;
use model::event::{Column, ColumnValue, Event, event_id};
use model::identity::{Identifier, ProfileId};
use operators::{Control, Engine, QueryLimits};
use sqllogictest::{
    AsyncDB, DBOutput, DefaultColumnType, Runner, default_column_validator, default_normalizer, default_validator,
};

use crate::answers::engine;
use crate::world::{Stored, World, link_profiles, open, store};

/// A shop that answers.
#[derive(Clone)]
struct Shop {
    engine: Engine,
    lake: Lake,
}

#[async_trait]
impl AsyncDB for Shop {
    type Error = operators::Error;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> operators::Result<DBOutput<DefaultColumnType>> {
        let limits = QueryLimits { rows: 10_000, now_us: i64::MAX, control: Control::new() };
        let snapshot = self.lake.snapshot().await.unwrap();
        let batches = operators::query(&self.engine, snapshot, sql, limits).await?;
        let options = FormatOptions::default().with_null("NULL");
        let mut rows: Vec<Vec<String>> = Vec::new();
        for batch in &batches {
            let columns: Vec<_> =
                batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
            // A cell of nothing could not be told from a gap between two.
            let cell = |column: &ArrayFormatter<'_>, row: usize| match column.value(row).to_string() {
                text if text.is_empty() => "(empty)".to_owned(),
                text => text,
            };
            rows.extend((0..batch.num_rows()).map(|row| columns.iter().map(|column| cell(column, row)).collect()));
        }
        let columns = batches.first().map_or(0, |batch| batch.num_columns());
        Ok(DBOutput::Rows { types: vec![DefaultColumnType::Any; columns], rows })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        "throughline"
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slt");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "slt"));
    files.sort();
    files
}

/// The sample shop. With `aliases` every second event of two customers in three comes from an identity of its own.
fn shop(aliases: bool) -> (Vec<Event>, Vec<(ProfileId, ProfileId)>) {
    let ecom = testkit::ecom();
    let mut links = Vec::new();
    let mut events = Vec::new();
    for (row, time_us) in ecom.time_us.iter().copied().enumerate() {
        let user = Identifier::new("user", ecom.users[ecom.user[row]].clone());
        let device = Identifier::new("device", ecom.users[ecom.user[row]].clone());
        let is_alias = aliases && !ecom.user[row].is_multiple_of(3) && row % 2 == 1;
        if is_alias && links.last().is_none_or(|(_, last)| *last != device.profile(0)) {
            links.push((user.profile(0), device.profile(0)));
        }
        let (event, platform) = (&ecom.events[ecom.event[row]], &ecom.platforms[ecom.platform[row]]);
        let channel = match (event.as_str(), platform.as_str()) {
            ("support_chat", _) => "chat",
            (_, "desktop") => "web",
            _ => "mobile_web",
        };
        let text = |text: &String| ColumnValue::Text(text.clone());
        events.push(Event {
            event_id: event_id("ecom", &row.to_string()),
            time_us,
            offset_minutes: None,
            received_at_us: time_us,
            seq: row as i64,
            event: event.clone(),
            channel: channel.to_owned(),
            source: "ecom".to_owned(),
            message_id: Some(row.to_string()),
            identifiers: vec![if is_alias { device } else { user }],
            link_identifiers: false,
            columns: [
                (Column::Platform, text(platform)),
                (Column::SessionId, text(&ecom.session_ids[ecom.session_id[row]])),
                // So that something can be added up.
                (Column::Amount, ColumnValue::Number((row % 7) as f64)),
            ]
            .into(),
            items: Vec::new(),
            traits: serde_json::Map::from_iter([("half".to_owned(), (ecom.user[row] % 2).to_string().into())]),
            props: serde_json::Map::new(),
        });
    }
    (events, links)
}

async fn stored(folder: &Path, aliases: bool, how: Stored) -> Lake {
    let (events, links) = shop(aliases);
    let lake = open(folder).await;
    store(&lake, &World { events, links: Vec::new() }, how).await;
    link_profiles(&lake, &links).await;
    lake
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_answered_the_same_whatever_lies_below() {
    let folder = tempfile::tempdir().unwrap();
    let file = stored(&folder.path().join("file"), false, Stored::File).await;
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        for path in files() {
            let shop = Shop { engine: engine(1, 1 << 19, 64 << 20), lake: file.clone() };
            let mut runner = Runner::new(|| async { Ok(shop.clone()) });
            let (validate, normalize) = (default_validator, default_normalizer);
            runner.update_test_file(&path, " ", validate, normalize, default_column_validator).await.unwrap();
        }
    }
    let lakes = [
        ("one file", file),
        ("files and a tail", stored(&folder.path().join("mixed"), false, Stored::Mixed).await),
        ("compacted", stored(&folder.path().join("compacted"), false, Stored::Compacted).await),
        ("merged customers", stored(&folder.path().join("merged"), true, Stored::Mixed).await),
        ("merged customers, compacted before", stored(&folder.path().join("both"), true, Stored::Compacted).await),
    ];
    // One partition that keeps columns; more, over small shards, that read them each time.
    for (partitions, shard_rows, cache_bytes) in [(1, 1 << 19, 64 << 20), (3, 2_000, 0)] {
        let engine = engine(partitions, shard_rows, cache_bytes);
        for (name, lake) in &lakes {
            let shop = Shop { engine: engine.clone(), lake: lake.clone() };
            for path in files() {
                let mut runner = Runner::new(|| async { Ok(shop.clone()) });
                let answered = runner.run_file_async(&path).await;
                answered.unwrap_or_else(|error| panic!("{name}, {partitions} partitions: {}", error.display(false)));
            }
        }
    }
}
