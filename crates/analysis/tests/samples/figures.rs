//! Everyday figures of both shops: by day, week and month, by store, income and department, as other engines count them.

use std::collections::BTreeMap;

use analysis::question::SessionsQuestion;
use chrono::{NaiveDate, NaiveTime};
use model::period::{DAY_US, Span};
use model::scope::{Scope, Subject};
use model::session::SessionRules;
use operators::Control;
use serde_json::{Value, json};
use testkit::golden;

use crate::agree::rows;
use crate::samples;

type Row = BTreeMap<String, String>;

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|error| panic!("{column} of {row:?}: {error}"))
}

/// Compares the columns that both rows have under these names.
fn same(got: &Row, expected: &Row, columns: &[&str]) {
    for column in columns {
        let (got_number, printed) = (number(got, column), number(expected, column));
        assert!(golden::same(got_number, printed), "{column}: {got:?} is not {expected:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_day_of_the_shop() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let counted = [
        ("payment", "payment_details"),
        ("payment_error", "payment_error"),
        ("support_chat", "support_chat"),
        ("checkout_bug", "checkout_bug"),
        ("purchase", "purchase"),
        ("promo_page", "promo_page"),
    ];
    let of = |(column, event): &(&str, &str)| format!("count(*) FILTER (WHERE event = '{event}') AS {column}");
    let sql = format!(
        "SELECT to_char(time, '%Y-%m-%d') AS day, count(DISTINCT customer) AS users, count(*) AS events, {} \
         FROM events WHERE event NOT LIKE '$%' GROUP BY 1",
        counted.iter().map(of).collect::<Vec<_>>().join(", ")
    );
    let found = rows(samples, &present, &sql).await;
    let by_day: BTreeMap<&str, &Row> = found.iter().map(|row| (row["day"].as_str(), row)).collect();
    // A visit over midnight is one of both days.
    let rules = SessionRules { midnight: true, ..SessionRules::idle(Span::minutes(30)) };
    let scope = Scope { subject: Subject::Session(rules), zone: Some("UTC".into()), ..Scope::default() };
    let question = SessionsQuestion { scope, timeout: None, apart: None };
    let sessions = samples.analyst.sessions(&present, &question, &Control::new()).await.unwrap().numbers;
    let sessions: BTreeMap<&str, u64> =
        sessions.days.iter().map(|on| (on.day.as_str(), on.part.sessions.instances)).collect();
    let columns: Vec<&str> = ["users", "events"].into_iter().chain(counted.iter().map(|(column, _)| *column)).collect();
    let expected = golden::csv("ecom_daily.csv");
    assert_eq!(expected.len(), 181);
    for day in &expected {
        let name = day["day"].as_str();
        assert_eq!(sessions.get(name).copied().unwrap_or(0).to_string(), day["sessions"], "{name}");
        match by_day.get(name) {
            Some(row) => same(row, day, &columns),
            None => assert_eq!(day["events"], "0", "{name}"),
        }
    }
    assert!(by_day.keys().all(|name| expected.iter().any(|day| day["day"] == *name)));
}

/// Visits of each week that come to the payment, and those that buy.
#[tokio::test(flavor = "multi_thread")]
async fn every_week_from_payment_to_purchase() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    for row in golden::csv("ecom_weekly_payment_conversion.csv") {
        let monday: NaiveDate = row["w"].parse().unwrap();
        let from_us = monday.and_time(NaiveTime::MIN).and_utc().timestamp_micros();
        let scope = json!({
            "entry": { "from_us": from_us, "to_us": from_us + 7 * DAY_US },
            "subject": { "of": "session", "timeout": "30m", "midnight": true },
        });
        let sql = format!("SELECT event, sessions FROM sessions('{}')", json!({ "rows": "events", "scope": scope }));
        let found = rows(samples, &present, &sql).await;
        let with =
            |event: &str| found.iter().find(|row| row["event"] == event).map_or(0.0, |row| number(row, "sessions"));
        let (paid, bought) = (with("payment_details"), with("purchase"));
        assert_eq!((paid, bought), (number(&row, "payment_details"), number(&row, "purchase")), "{row:?}");
        assert!(golden::same(bought / paid, number(&row, "rate")), "{row:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn baskets_by_month_store_and_income() {
    let samples = samples().await;
    let present = samples.present("completejourney").await;
    let sums = "count(DISTINCT customer) AS households, count(*) AS baskets, round(sum(amount), 2) AS sales";
    let columns = ["households", "baskets", "sales"];
    let sql = format!(
        "SELECT to_char(time, '%Y-%m') AS ym, {sums} FROM events WHERE event = 'purchase' GROUP BY 1 ORDER BY 1"
    );
    let (found, expected) = (rows(samples, &present, &sql).await, golden::csv("cj_monthly.csv"));
    assert_eq!(found.len(), expected.len());
    for (got, expected) in found.iter().zip(&expected) {
        assert_eq!(got["ym"], expected["ym"]);
        same(got, expected, &columns);
    }
    let sql = format!(
        "SELECT site AS store_id, {sums} FROM events WHERE event = 'purchase' GROUP BY 1 ORDER BY sales DESC LIMIT 20"
    );
    let (found, expected) = (rows(samples, &present, &sql).await, golden::csv("cj_top_stores.csv"));
    let mut found: Vec<&Row> = found.iter().collect();
    let mut expected: Vec<&Row> = expected.iter().collect();
    for rows in [&mut found, &mut expected] {
        rows.sort_by(|a, b| a["store_id"].cmp(&b["store_id"]));
    }
    assert_eq!(found.len(), expected.len());
    for (got, expected) in found.into_iter().zip(expected) {
        assert_eq!(got["store_id"], expected["store_id"]);
        same(got, expected, &columns);
    }
    // What a household spent, by what it said of its income.
    let sql = "SELECT p.traits, sum(e.amount) AS sales FROM events e JOIN profiles p ON e.customer = p.customer \
               WHERE e.event = 'purchase' AND p.traits IS NOT NULL GROUP BY e.customer, p.traits";
    let mut of_income: BTreeMap<String, (u64, f64)> = BTreeMap::new();
    for row in rows(samples, &present, sql).await {
        let traits: Value = serde_json::from_str(&row["traits"]).unwrap_or_default();
        if let Some(income) = traits["income"].as_str() {
            let (households, sales) = of_income.entry(income.to_owned()).or_default();
            *households += 1;
            *sales += number(&row, "sales");
        }
    }
    let expected = golden::csv("cj_sales_by_income.csv");
    assert_eq!(of_income.len(), expected.len());
    for row in &expected {
        let (households, sales) = of_income[&row["income"]];
        assert_eq!(households.to_string(), row["households"]);
        assert!((sales / households as f64 - number(row, "mean_sales")).abs() < 1e-6, "{row:?}");
    }
}

/// Which departments a household comes to first, second, third: by its first basket with something of it, departments of
/// one basket by name.
#[tokio::test(flavor = "multi_thread")]
async fn departments_in_the_order_households_find_them() {
    let samples = samples().await;
    let present = samples.present("completejourney").await;
    let sql = "SELECT customer, CAST(time AS BIGINT) AS us, items FROM events WHERE event = 'purchase'";
    let mut firsts: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page =
            rows(samples, &present, &format!("{sql} ORDER BY customer, time, seq LIMIT 50000 OFFSET {after}")).await;
        for row in &page {
            let found = firsts.entry(row["customer"].clone()).or_default();
            let us: i64 = row["us"].parse().unwrap();
            for item in serde_json::from_str::<Vec<Value>>(&row["items"]).unwrap() {
                if let Some(department) = item["department"].as_str() {
                    let first = found.entry(department.to_owned()).or_insert(us);
                    *first = us.min(*first);
                }
            }
        }
        after += page.len();
        if page.len() < 50_000 {
            break;
        }
    }
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    for departments in firsts.values() {
        let mut order: Vec<(i64, &String)> = departments.iter().map(|(name, us)| (*us, name)).collect();
        order.sort_unstable();
        for (k, (_, name)) in (1..=3).zip(order) {
            *counts.entry((k.to_string(), name.clone())).or_default() += 1;
        }
    }
    let expected = golden::csv("cj_first_department_order.csv").into_iter();
    let expected: BTreeMap<(String, String), u64> = expected
        .map(|row| ((row["k"].clone(), row["department"].clone()), row["households"].parse().unwrap()))
        .collect();
    assert_eq!(counts, expected);
}

/// Days from a campaign's mailing to the first coupon of it, as dates on the shops' calendar.
#[tokio::test(flavor = "multi_thread")]
async fn days_until_a_coupon_is_redeemed() {
    let samples = samples().await;
    let present = samples.present("completejourney").await;
    // Mailings stand at the midnight (UTC) their day begins; coupons at the last second of theirs in New York, which is
    // the next day in UTC.
    let sql = "WITH sent AS (SELECT customer, campaign, min(time) AS at FROM events WHERE event = 'campaign_received' GROUP BY 1, 2), \
               used AS (SELECT customer, campaign, min(time) AS at FROM events WHERE event = 'coupon_redeemed' GROUP BY 1, 2) \
               SELECT CAST(date_part('epoch', used.at - sent.at) AS BIGINT) / 86400 - 1 AS k, count(*) AS n \
               FROM sent JOIN used ON sent.customer = used.customer AND sent.campaign = used.campaign GROUP BY 1 ORDER BY 1";
    let (found, expected) = (rows(samples, &present, sql).await, golden::csv("cj_days_to_redeem.csv"));
    assert_eq!(found.len(), expected.len());
    for (got, expected) in found.iter().zip(&expected) {
        same(got, expected, &["k", "n"]);
    }
}
