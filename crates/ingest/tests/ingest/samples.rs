//! The sample data through their own mappings, against answers computed by other engines.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use ingest::{Batch, Coverage, DecodeOptions, Decoder, Lookups, Mapping, SourceFile};
use model::event::{Column, ColumnValue, Event, PROFILE_SET};

fn samples(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name)
}

fn mapping(folder: &Path) -> Mapping {
    Mapping::from_yaml(&std::fs::read_to_string(folder.join("mapping.yaml")).unwrap()).unwrap()
}

/// Decodes one sample file whole; nothing in the samples may be rejected.
fn decode(folder: &Path, mapping: &Mapping, lookups: &Lookups, name: &str) -> Vec<Event> {
    let (events, notes) = decode_with_notes(folder, mapping, lookups, name);
    assert_eq!(notes, Vec::<String>::new());
    events
}

fn decode_with_notes(folder: &Path, mapping: &Mapping, lookups: &Lookups, name: &str) -> (Vec<Event>, Vec<String>) {
    let file = SourceFile::at(folder.join(name)).unwrap();
    let options = DecodeOptions { received_at_us: 7, skip: 0, batch_events: 10_000 };
    let mut decoder = Decoder::open(&file, mapping, lookups, options).unwrap();
    let mut events = Vec::new();
    while let Some(Batch { events: some, rejections, skipped, .. }) = decoder.next_batch().unwrap() {
        assert_eq!(rejections, []);
        assert_eq!(skipped, 0);
        events.extend(some);
    }
    (events, decoder.notes())
}

fn number(event: &Event, column: Column) -> f64 {
    match event.columns.get(&column) {
        Some(ColumnValue::Number(number)) => *number,
        other => panic!("{column:?} is {other:?}"),
    }
}

fn text(event: &Event, column: Column) -> &str {
    match event.columns.get(&column) {
        Some(ColumnValue::Text(text)) => text,
        other => panic!("{column:?} is {other:?}"),
    }
}

fn customers<'a>(events: impl IntoIterator<Item = &'a Event>) -> BTreeSet<&'a str> {
    events.into_iter().map(|event| event.identifiers[0].value.as_str()).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0) + 5e-3
}

#[test]
fn ecom_is_31106_events_of_600_users() {
    let folder = samples("ecom");
    let mapping = mapping(&folder);
    let events = decode(&folder, &mapping, &Lookups::none(), "ecom.csv.gz");
    assert_eq!(events.len(), 31_106);
    assert_eq!(customers(&events).len(), 600);
    assert_eq!(events.iter().map(|event| text(event, Column::SessionId)).collect::<HashSet<_>>().len(), 3_605);
    // 30 rows are exact duplicates of others; each still has an id of its own.
    assert_eq!(events.iter().map(|event| event.event_id).collect::<HashSet<_>>().len(), 31_106);

    let mut by_event: BTreeMap<&str, usize> = BTreeMap::new();
    events.iter().for_each(|event| *by_event.entry(&event.event).or_default() += 1);
    assert_eq!((by_event["product_view"], by_event["purchase"], by_event["checkout_bug"]), (6_851, 470, 44));
    assert_eq!(by_event.len(), 19);

    let mut by_channel: BTreeMap<&str, usize> = BTreeMap::new();
    events.iter().for_each(|event| *by_channel.entry(&event.channel).or_default() += 1);
    assert_eq!(by_channel.keys().copied().collect::<Vec<_>>(), ["chat", "mobile_web", "web"]);
    assert_eq!(by_channel["chat"], by_event["support_chat"]);

    // Traits are said once a customer; what changes from visit to visit is a property.
    let with_traits: Vec<&Event> = events.iter().filter(|event| !event.traits.is_empty()).collect();
    assert_eq!(with_traits.len(), 600);
    assert!(with_traits.iter().all(|event| event.traits.len() == 2));
    assert!(events.iter().all(|event| event.props.len() == 1 && event.props.contains_key("user_lifecycle")));
    assert!(events.windows(2).all(|pair| pair[0].seq < pair[1].seq));
}

#[test]
fn ecom_days_count_as_other_engines_count_them() {
    let folder = samples("ecom");
    let events = decode(&folder, &mapping(&folder), &Lookups::none(), "ecom.csv.gz");
    let mut counts: BTreeMap<(String, &str), u64> = BTreeMap::new();
    for event in &events {
        let day = chrono::DateTime::from_timestamp_micros(event.time_us).unwrap().format("%Y-%m-%d").to_string();
        *counts.entry((day, &event.event)).or_default() += 1;
    }
    let golden = include_str!("../golden/ecom_daily.csv");
    let mut lines = golden.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut checked = 0;
    for line in lines {
        let fields: Vec<&str> = line.split(',').collect();
        for (name, field) in names.iter().zip(&fields).skip(1) {
            if counts.keys().any(|(_, event)| event == name) {
                let count = counts.get(&(fields[0].to_owned(), *name)).copied().unwrap_or(0);
                assert_eq!(count, field.parse::<u64>().unwrap(), "{name} on {}", fields[0]);
                checked += 1;
            }
        }
    }
    assert!(checked > 0);
}

#[test]
fn completejourney_baskets_are_one_event_each() {
    let folder = samples("completejourney");
    let mapping = mapping(&folder);
    let lookups = Lookups::load(&mapping, &folder).unwrap();
    let (baskets, notes) = decode_with_notes(&folder, &mapping, &lookups, "transactions.parquet");
    assert_eq!(notes, ["4836 rows have a key that the lookup `products` lacks"]);
    assert_eq!(baskets.len(), 155_848);
    assert_eq!(customers(&baskets).len(), 2_469);
    assert_eq!(baskets.iter().map(|basket| basket.items.len()).sum::<usize>(), 1_469_307);
    let sales: f64 = baskets.iter().map(|basket| number(basket, Column::Amount)).sum();
    assert!(close(sales, 4_596_039.58), "{sales}");
    assert_eq!(baskets.iter().map(|basket| basket.event_id).collect::<HashSet<_>>().len(), 155_848);

    let mut months: BTreeMap<String, (BTreeSet<&str>, u64, f64)> = BTreeMap::new();
    let mut stores: HashMap<&str, (BTreeSet<&str>, u64, f64)> = HashMap::new();
    for basket in &baskets {
        let month = chrono::DateTime::from_timestamp_micros(basket.time_us).unwrap().format("%Y-%m").to_string();
        let store = stores.entry(text(basket, Column::Site)).or_default();
        for cell in [months.entry(month).or_default(), store] {
            cell.0.insert(&basket.identifiers[0].value);
            cell.1 += 1;
            cell.2 += number(basket, Column::Amount);
        }
    }
    let check = |golden: &str, find: &dyn Fn(&str) -> (usize, u64, f64)| {
        for line in golden.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let (households, count, sales) = find(fields[0]);
            assert_eq!((households, count), (fields[1].parse().unwrap(), fields[2].parse().unwrap()), "{line}");
            assert!(close(sales, fields[3].parse().unwrap()), "{line}: {sales}");
        }
    };
    assert_eq!(months.len(), 13);
    check(include_str!("../golden/cj_monthly.csv"), &|month| (months[month].0.len(), months[month].1, months[month].2));
    check(include_str!("../golden/cj_top_stores.csv"), &|store| {
        (stores[store].0.len(), stores[store].1, stores[store].2)
    });
    check_first_departments(&baskets);
}

/// The department of each product comes by lookup. The golden counts households by the department they first bought
/// from; of the departments of one time the first of the alphabet counts.
fn check_first_departments(baskets: &[Event]) {
    let mut first: HashMap<&str, (i64, &str)> = HashMap::new();
    for basket in baskets {
        for department in basket.items.iter().filter_map(|item| item.get("department")?.as_str()) {
            let candidate = (basket.time_us, department);
            let known = first.entry(&basket.identifiers[0].value).or_insert(candidate);
            *known = candidate.min(*known);
        }
    }
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    first.values().for_each(|(_, department)| *counts.entry(department).or_default() += 1);
    for line in include_str!("../golden/cj_first_department_order.csv").lines().filter(|line| line.starts_with("1,")) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(counts.get(fields[1]).copied().unwrap_or(0), fields[2].parse::<u64>().unwrap(), "{line}");
    }
}

#[test]
fn completejourney_campaigns_coupons_and_households() {
    let folder = samples("completejourney");
    let mapping = mapping(&folder);
    let lookups = Lookups::load(&mapping, &folder).unwrap();
    let received = decode(&folder, &mapping, &lookups, "campaigns.parquet");
    assert_eq!(received.len(), 6_589);
    let redeemed = decode(&folder, &mapping, &lookups, "coupon_redemptions.parquet");
    assert_eq!(redeemed.len(), 2_102);
    assert_eq!(redeemed.iter().map(|event| event.event_id).collect::<HashSet<_>>().len(), 2_102);

    for line in include_str!("../../../../testdata/golden/cj_campaign_funnel.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let of_campaign = |events: &'static str, all: &[Event]| {
            all.iter().filter(|event| text(event, Column::Campaign) == fields[0] && event.event == events).count()
        };
        assert_eq!(of_campaign("campaign_received", &received), fields[4].parse::<usize>().unwrap(), "{line}");
        assert_eq!(of_campaign("coupon_redeemed", &redeemed), fields[8].parse::<usize>().unwrap(), "{line}");
        let one = received.iter().find(|event| text(event, Column::Campaign) == fields[0]).unwrap();
        assert_eq!(one.props["campaign_type"], fields[1]);
        let start = chrono::DateTime::from_timestamp_micros(one.time_us).unwrap().format("%Y-%m-%d").to_string();
        assert_eq!(start, fields[2]);
    }

    let households = decode(&folder, &mapping, &lookups, "demographics.parquet");
    assert_eq!(households.len(), 801);
    assert!(
        households.iter().all(|event| event.event == PROFILE_SET && !event.traits.is_empty() && event.props.is_empty())
    );
    let of = |name: &str| mapping.coverage(name);
    assert_eq!(of("coupons.parquet"), Coverage::Ignored);
    assert_eq!(of("products.parquet"), Coverage::Lookup);
    assert_eq!(of("other.parquet"), Coverage::Nothing);
}
