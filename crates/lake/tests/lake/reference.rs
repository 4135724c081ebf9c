//! Reference tables: imported once, in force from their day, there after a reopening, and seen by SQL's reader.

use chrono::NaiveDate;
use lake::{Control, Error, Lake, LakeOptions, Mode, ReferenceQuery, ReferenceState, ReferenceWriter, reference_key};
use model::reference::{Cell, Row, TableKind, Version};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn text(text: &str) -> Option<Cell> {
    Some(Cell::Text(text.into()))
}

fn item(sku: &str, price: f64) -> Row {
    let number = |value: f64| Some(Cell::Number(value));
    Row(vec![text(sku), None, text("床品"), number(price), number(price / 2.0), None, None, None])
}

fn counted(sku: &str, on: &str, pieces: f64) -> Row {
    Row(vec![text(sku), text("杭州西湖店"), Some(Cell::Day(day(on))), Some(Cell::Number(pieces)), None, None])
}

/// Imports rows as they come, settled; the number of the version.
async fn import(lake: &Lake, kind: TableKind, from: &str, rows: Vec<Row>, content: &str) -> u32 {
    let (valid_from, source) = (day(from), "ERP");
    let key = reference_key(content, 1, valid_from, source);
    let number = match lake.reference_state(kind, key).await.unwrap() {
        ReferenceState::Known(version) => return version.version,
        ReferenceState::Next(number) => number,
    };
    let mut writer = ReferenceWriter::new(version(kind, number, from)).unwrap();
    let settle = |mut row: Row| {
        row.settle(kind, valid_from).unwrap();
        row
    };
    writer.push(&rows.into_iter().map(settle).collect::<Vec<_>>()).unwrap();
    lake.add_reference(writer, key, 2).await.unwrap().version
}

fn version(kind: TableKind, number: u32, from: &str) -> Version {
    Version {
        table: kind,
        version: number,
        valid_from: day(from),
        source: "ERP".into(),
        file: "items.csv".into(),
        currency: Some("CNY".into()),
        imported_at_us: 7,
        rows: 0,
        rejected: 0,
    }
}

/// SKUs and prices that hold on a day.
async fn prices(lake: &Lake, on: &str) -> Vec<(String, f64)> {
    let table = lake.reference(TableKind::Catalogue).await.unwrap();
    let query = ReferenceQuery { day: Some(day(on)), limit: 100, ..ReferenceQuery::default() };
    let page = table.page(&query).await.unwrap();
    let kind = TableKind::Catalogue;
    page.rows
        .iter()
        .map(|(_, row)| (row.text(kind, "sku").unwrap().to_owned(), row.number(kind, "price").unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn old_questions_are_answered_with_what_was_valid_then() {
    let home = tempfile::tempdir().unwrap();
    let open = || Lake::open(home.path(), LakeOptions::new(Mode::ReadWrite));
    let lake = open().await.unwrap();
    assert!(lake.reference(TableKind::Catalogue).await.unwrap().versions().is_empty());
    let kind = TableKind::Catalogue;
    assert_eq!(import(&lake, kind, "2025-11-01", vec![item("a", 10.0), item("b", 20.0)], "one").await, 1);
    assert_eq!(import(&lake, kind, "2026-01-01", vec![item("a", 12.0)], "two").await, 2);
    // The same again changes nothing; another content for the first day corrects it.
    assert_eq!(import(&lake, kind, "2025-11-01", vec![item("a", 10.0), item("b", 20.0)], "one").await, 1);
    let pair = |sku: &str, price: f64| (sku.to_owned(), price);
    assert_eq!(prices(&lake, "2025-12-31").await, [pair("a", 10.0), pair("b", 20.0)]);
    assert_eq!(prices(&lake, "2026-01-01").await, [pair("a", 12.0)]);
    assert_eq!(prices(&lake, "2025-10-31").await, []);
    assert_eq!(import(&lake, kind, "2025-11-01", vec![item("a", 11.0)], "three").await, 3);
    drop(lake);

    let lake = open().await.unwrap();
    assert_eq!(prices(&lake, "2025-12-31").await, [pair("a", 11.0)]);
    assert_eq!(prices(&lake, "2026-01-01").await, [pair("a", 12.0)]);
    let table = lake.reference(kind).await.unwrap();
    let kept: Vec<_> =
        table.versions().iter().map(|version| (version.version, version.rows, version.rejected)).collect();
    assert_eq!(kept, [(1, 2, 2), (2, 1, 2), (3, 1, 2)]);
    assert_eq!(table.version_on(day("2025-12-31")).map(|version| version.version), Some(3));
    assert_eq!(lake.verify(&Control::new()).await.unwrap().findings, []);
    // Nothing of it is taken for left-overs.
    lake.vacuum(lake::VacuumOptions { keep_seconds: 0 }).await.unwrap();
    assert_eq!(prices(&lake, "2026-01-01").await, [pair("a", 12.0)]);
    let reader = Lake::open(home.path(), LakeOptions::new(Mode::ReadOnly)).await.unwrap();
    assert_eq!(prices(&reader, "2026-01-01").await, [pair("a", 12.0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_one_day_counts_on_that_day_and_pages_tell_how_many_there_are() {
    let home = tempfile::tempdir().unwrap();
    let lake = Lake::open(home.path(), LakeOptions::new(Mode::ReadWrite)).await.unwrap();
    let kind = TableKind::Stock;
    let days = ["2025-11-01", "2025-11-02", "2025-11-03"];
    let rows = days.iter().flat_map(|on| [counted("a", on, 3.0), counted("b", on, 0.0)]).collect();
    import(&lake, kind, "2025-11-01", rows, "november").await;
    // From the third on, another count holds.
    import(&lake, kind, "2025-11-03", vec![counted("a", "2025-11-03", 9.0)], "third").await;
    let table = lake.reference(kind).await.unwrap();
    let ask = async |day: Option<&str>, filter: Option<(&str, &str)>, offset, limit| {
        let filter = filter.map(|(column, value)| (kind.column(column).unwrap(), value.to_owned()));
        let query = ReferenceQuery { day: day.map(self::day), filter, offset, limit };
        let page = table.page(&query).await.unwrap();
        let quantity = |(_, row): &(u32, Row)| row.number(kind, "quantity").unwrap();
        (page.rows.iter().map(quantity).collect::<Vec<_>>(), page.total)
    };
    assert_eq!(ask(Some("2025-11-02"), None, 0, 10).await, (vec![3.0, 0.0], 2));
    assert_eq!(ask(Some("2025-11-03"), None, 0, 10).await, (vec![9.0], 1));
    assert_eq!(ask(None, None, 1, 2).await, (vec![0.0, 3.0], 5));
    assert_eq!(ask(None, Some(("quantity", "0")), 0, 10).await, (vec![0.0, 0.0], 2));
    assert_eq!(ask(None, Some(("site", "nowhere")), 0, 10).await, (vec![], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_imports_that_took_the_same_number_one_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let lake = Lake::open(home.path(), LakeOptions::new(Mode::ReadWrite)).await.unwrap();
    let writer = || {
        let mut writer = ReferenceWriter::new(version(TableKind::Catalogue, 1, "2025-11-01")).unwrap();
        writer.push(&[item("a", 1.0)]).unwrap();
        writer
    };
    lake.add_reference(writer(), 1, 0).await.unwrap();
    let second = lake.add_reference(writer(), 2, 0).await;
    assert!(matches!(second, Err(Error::Raced { .. })), "{second:?}");
    assert_eq!(lake.reference(TableKind::Catalogue).await.unwrap().versions().len(), 1);
    let reader = Lake::open(home.path(), LakeOptions::new(Mode::ReadOnly)).await.unwrap();
    assert!(matches!(reader.add_reference(writer(), 3, 0).await, Err(Error::ReadOnly { .. })));
}
