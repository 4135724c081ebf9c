//! Reading a whole lake through its public door, in a form that can be compared.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use futures::FutureExt;
use futures::future::BoxFuture;
use lake::{Lake, LayoutKey, PartCache, Snapshot};

/// Rows of a part of a file: files of tests have several.
pub(crate) const PART_ROWS: usize = 16;

/// Parts of all lakes of this process, by the lake's number, kept over snapshots as long as there are few.
static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);

type Kept = HashMap<(u64, LayoutKey, String), ArrayRef>;

struct Keeping(u64);

impl PartCache for Keeping {
    fn part<'a>(
        &'a self,
        key: LayoutKey,
        name: &'a str,
        read: BoxFuture<'a, lake::Result<ArrayRef>>,
    ) -> BoxFuture<'a, lake::Result<ArrayRef>> {
        let key = (self.0, key, name.to_owned());
        async {
            if let Some(array) = KEPT.lock().unwrap().get(&key) {
                return Ok(array.clone());
            }
            let array = read.await?;
            let mut kept = KEPT.lock().unwrap();
            if kept.len() > 10_000 {
                kept.clear();
            }
            kept.insert(key, array.clone());
            Ok(array)
        }
        .boxed()
    }
}

/// One row. Field order is the order of rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub bucket: i32,
    pub customer: i64,
    pub time_us: i64,
    pub seq: i64,
    pub event_id: i64,
    pub profile: i64,
    pub event: String,
    pub channel: String,
    pub amount: Option<u64>,
    pub props: Option<String>,
}

/// Every row of a snapshot, shard after shard.
pub(crate) async fn lines(snapshot: &Snapshot, target_rows: usize) -> lake::Result<Vec<Line>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut next_bucket = 0;
    for shard in snapshot.shards(target_rows) {
        assert_eq!(i64::from(shard.lo), next_bucket, "shards leave no bucket out");
        next_bucket = i64::from(shard.hi);
        let layout = snapshot.layout(shard).await?;
        let mut columns: Vec<ArrayRef> = Vec::new();
        for name in ["bucket", "customer", "time", "seq", "event_id", "profile", "event", "channel", "amount", "props"]
        {
            let column = snapshot.column(&layout, name).await?;
            assert_eq!(column.len(), layout.rows(), "column {name}");
            let through = snapshot.column_through(&layout, name, &Keeping(snapshot.lake())).await?;
            let plain = |array: &ArrayRef| match array.data_type() {
                DataType::Dictionary(..) => cast(array, &DataType::Utf8).unwrap(),
                _ => array.clone(),
            };
            assert_eq!(plain(&through).as_ref(), plain(&column).as_ref(), "column {name}, through what is kept");
            columns.push(column);
        }
        for name in [6, 7, 9] {
            columns[name] = cast(&columns[name], &DataType::Utf8)?;
        }
        let long = |column: usize| columns[column].as_primitive::<Int64Type>();
        let text = |column: usize, row: usize| columns[column].as_string::<i32>().value(row).to_owned();
        let start = lines.len();
        for row in 0..layout.rows() {
            let amount = columns[8].as_primitive::<Float64Type>();
            lines.push(Line {
                bucket: columns[0].as_primitive::<Int32Type>().value(row),
                customer: long(1).value(row),
                time_us: columns[2].as_primitive::<TimestampMicrosecondType>().value(row),
                seq: long(3).value(row),
                event_id: long(4).value(row),
                profile: long(5).value(row),
                event: text(6, row),
                channel: text(7, row),
                amount: amount.is_valid(row).then(|| amount.value(row).to_bits()),
                props: columns[9].is_valid(row).then(|| text(9, row)),
            });
        }
        check_customers(layout.customers(), layout.offsets(), &lines[start..]);
    }
    assert_eq!(next_bucket, 256, "shards cover every bucket");
    Ok(lines)
}

/// The slices a layout promises are the customers' rows.
fn check_customers(customers: &[i64], offsets: &[u32], lines: &[Line]) {
    let mut expected: Vec<(i64, usize)> = Vec::new();
    for line in lines {
        match expected.last_mut() {
            Some((customer, rows)) if *customer == line.customer => *rows += 1,
            _ => expected.push((line.customer, 1)),
        }
    }
    let slices = offsets.windows(2).map(|pair| (pair[1] - pair[0]) as usize);
    assert_eq!(customers.iter().copied().zip(slices).collect::<Vec<_>>(), expected);
}

/// Every row of a lake now.
pub(crate) async fn all(lake: &Lake) -> lake::Result<Vec<Line>> {
    lines(&*lake.snapshot().await?, 1 << 20).await
}
