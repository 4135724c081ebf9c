//! Tables beside the events: what things cost, who works when, what is in store. Figures in money, staff or stock that
//! the product shows can name them as their source.

use chrono::Datelike;
use serde_json::{Value, json};

use crate::calendar::Calendar;
use crate::dice::Dice;
use crate::retailer::{CAMPAIGNS, CATEGORIES, CITIES, PRODUCTS, STORES};
use crate::world::World;

/// A table of rows, each as long as `columns`.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    pub rows: Vec<Vec<Value>>,
}

/// Products whose stock is counted.
const STOCKED: usize = 40;
/// Cost of a channel a month, ¥, and its share of the target of sales.
const CHANNELS: [(&str, f64, f64); 8] = [
    ("store", 1_460_000.0, 0.34),
    ("miniprogram", 168_000.0, 0.27),
    ("app", 236_000.0, 0.26),
    ("web", 94_000.0, 0.13),
    ("call_center", 72_000.0, 0.0),
    ("chat", 48_000.0, 0.0),
    ("sms", 19_000.0, 0.0),
    ("email", 6_500.0, 0.0),
];

impl World {
    /// Catalogue, stock by week, rosters, cost and target of channels by month, promotions, campaigns, stores and the
    /// calendar. Money in ¥.
    pub fn reference(&self) -> Vec<Table> {
        let calendar = &self.calendar;
        let mut dice = Dice::new(self.config.seed, u64::MAX - 2);
        vec![
            catalogue(),
            stock(calendar, &mut dice.split()),
            rosters(calendar, &mut dice.split()),
            channel_costs(calendar, self.config.customers),
            promotions(calendar),
            campaigns(),
            stores(),
            days(calendar),
        ]
    }
}

fn catalogue() -> Table {
    let row = |product: &crate::retailer::Product| {
        let cost = (product.price * product.cost_share * 100.0).round() / 100.0;
        let margin = ((product.price - cost) * 100.0).round() / 100.0;
        vec![
            json!(product.name),
            json!(CATEGORIES[product.category]),
            json!(product.price),
            json!(cost),
            json!(margin),
            json!(product.bulky),
        ]
    };
    Table {
        name: "catalogue",
        columns: &["product", "category", "price", "cost", "margin", "bulky"],
        rows: PRODUCTS.iter().map(row).collect(),
    }
}

/// The products that sell best: the first of each category, then the second, and so on.
fn best_sellers() -> impl Iterator<Item = &'static crate::retailer::Product> {
    let by_rank = (0..crate::retailer::PER_CATEGORY)
        .flat_map(|rank| (0..CATEGORIES.len()).map(move |category| category * crate::retailer::PER_CATEGORY + rank));
    by_rank.take(STOCKED).map(|index| &PRODUCTS[index])
}

fn stock(calendar: &Calendar, dice: &mut Dice) -> Table {
    let mut rows = Vec::new();
    for product in best_sellers() {
        let full = (60_000.0 / product.price).round();
        let mut pieces = full;
        for week in calendar.days().iter().step_by(7) {
            let sold = (full * dice.between(0.12, 0.28) * week.traffic.min(1.5)).round().min(pieces);
            pieces -= sold;
            let received = if pieces < 0.3 * full { full - pieces } else { 0.0 };
            let date = week.date.to_string();
            rows.push(vec![json!(date), json!(product.name), json!(pieces), json!(received)]);
            pieces += received;
        }
    }
    Table { name: "stock", columns: &["week_from", "product", "pieces", "received"], rows }
}

fn rosters(calendar: &Calendar, dice: &mut Dice) -> Table {
    let mut rows = Vec::new();
    for day in calendar.days() {
        for store in &STORES {
            for (shift, from, to, share) in [("早班", "09:30", "16:00", 0.85), ("晚班", "15:30", "22:00", 1.0)] {
                let sales = f64::from(store.floor_m2) / 180.0 * share * day.traffic.sqrt() + dice.between(-0.6, 0.6);
                let tills = f64::from(store.tills) * 0.5 * share * day.traffic.sqrt();
                let (sales, tills) = (sales.round().max(2.0), tills.round().clamp(1.0, f64::from(store.tills)));
                let date = day.date.to_string();
                rows.push(vec![
                    json!(date),
                    json!(store.name),
                    json!(shift),
                    json!(from),
                    json!(to),
                    json!(sales),
                    json!(tills),
                    json!((sales + tills) * 6.5),
                ]);
            }
        }
    }
    Table {
        name: "rosters",
        columns: &["date", "site", "shift", "from", "to", "sales_staff", "tills_open", "staff_hours"],
        rows,
    }
}

fn channel_costs(calendar: &Calendar, customers: u32) -> Table {
    let mut months: Vec<(i32, u32)> = calendar.days().iter().map(|day| (day.date.year(), day.date.month())).collect();
    months.dedup();
    // The plan: what this many customers usually spend in a month.
    let target = f64::from(customers) * 32.0;
    let size = f64::from(customers) / 8_000.0;
    let mut rows = Vec::new();
    for (year, month) in months {
        for (channel, cost, share) in CHANNELS {
            let month = format!("{year}-{month:02}");
            let target = if share > 0.0 { json!((target * share / 100.0).round() * 100.0) } else { Value::Null };
            rows.push(vec![json!(month), json!(channel), json!((cost * size * 0.1).round()), target]);
        }
    }
    Table { name: "channel_costs", columns: &["month", "channel", "cost", "sales_target"], rows }
}

/// Runs of days with the same promotion.
fn promotions(calendar: &Calendar) -> Table {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut running = None;
    for day in calendar.days() {
        if let Some(promotion) = day.promotion {
            let date = json!(day.date.to_string());
            match rows.last_mut().filter(|_| running == Some(promotion.name)) {
                Some(row) => row[2] = date,
                None => rows.push(vec![json!(promotion.name), date.clone(), date, json!(promotion.discount)]),
            }
        }
        running = day.promotion.map(|promotion| promotion.name);
    }
    Table { name: "promotions", columns: &["promotion", "from", "to", "discount"], rows }
}

fn campaigns() -> Table {
    let date = |(month, day): (u32, u32)| json!(format!("{month:02}-{day:02}"));
    let rows = CAMPAIGNS.iter().map(|c| vec![json!(c.name), date(c.from), date(c.to)]).collect();
    Table { name: "campaigns", columns: &["campaign", "from_day", "to_day"], rows }
}

fn stores() -> Table {
    let rows = STORES.iter().map(|store| {
        let city = &CITIES[store.city];
        vec![json!(store.name), json!(city.name), json!(city.tier), json!(store.floor_m2), json!(store.tills)]
    });
    Table { name: "stores", columns: &["site", "city", "city_tier", "floor_m2", "tills"], rows: rows.collect() }
}

fn days(calendar: &Calendar) -> Table {
    let mut rows = Vec::new();
    for day in calendar.days() {
        let weekday = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
            [day.date.weekday().num_days_from_monday() as usize];
        for (store, rain_mm) in STORES.iter().zip(day.rain_mm) {
            rows.push(vec![
                json!(day.date.to_string()),
                json!(store.name),
                json!(weekday),
                json!(day.holiday),
                json!(day.promotion.map(|promotion| promotion.name)),
                json!(rain_mm),
            ]);
        }
    }
    Table { name: "calendar", columns: &["date", "site", "weekday", "holiday", "promotion", "rain_mm"], rows }
}
