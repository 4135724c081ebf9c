//! Reference tables: what figures need beside events. What things cost and bring, what is in stock, who works when,
//! what a channel costs and should bring, which promotions run, what kind of day it is.
//!
//! Every row is valid from a day, and to a day where it ends. A table is imported as a whole: each import is a
//! *version*, in force from its day until the day of the next one. So an old question is answered with what was valid
//! then, and a later import of the same day corrects the earlier one. See [`in_force`].
//!
//! Not here: where tables lie (`lake`), how files become rows (`ingest`).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// What is sold, at which price, and what it costs or brings.
    Catalogue,
    /// What is there, where and when.
    Stock,
    /// Who works where and when, as numbers of people.
    Rosters,
    /// What a channel costs and should bring over some days.
    ChannelCosts,
    /// Which promotions run.
    Promotions,
    /// Holidays, days of promotions, weather.
    Calendar,
}

impl TableKind {
    pub const ALL: [TableKind; 6] = [
        TableKind::Catalogue,
        TableKind::Stock,
        TableKind::Rosters,
        TableKind::ChannelCosts,
        TableKind::Promotions,
        TableKind::Calendar,
    ];

    /// The word for it in addresses, commands and files.
    pub fn id(self) -> &'static str {
        match self {
            TableKind::Catalogue => "catalogue",
            TableKind::Stock => "stock",
            TableKind::Rosters => "rosters",
            TableKind::ChannelCosts => "channel_costs",
            TableKind::Promotions => "promotions",
            TableKind::Calendar => "calendar",
        }
    }

    pub fn by_id(id: &str) -> Option<TableKind> {
        TableKind::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// Its name as a table of SQL, and as the folder it lies in.
    pub fn table(self) -> &'static str {
        match self {
            TableKind::Catalogue => "reference_catalogue",
            TableKind::Stock => "reference_stock",
            TableKind::Rosters => "reference_rosters",
            TableKind::ChannelCosts => "reference_channel_costs",
            TableKind::Promotions => "reference_promotions",
            TableKind::Calendar => "reference_calendar",
        }
    }

    /// Its columns in order. The last two, always `valid_from` and `valid_to`, say on which days a row holds.
    pub fn columns(self) -> &'static [Column] {
        match self {
            TableKind::Catalogue => CATALOGUE,
            TableKind::Stock => STOCK,
            TableKind::Rosters => ROSTERS,
            TableKind::ChannelCosts => CHANNEL_COSTS,
            TableKind::Promotions => PROMOTIONS,
            TableKind::Calendar => CALENDAR,
        }
    }

    /// Position of a column.
    pub fn column(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.name == name)
    }

    /// Position of the column whose day is all a row holds on.
    fn day(self) -> Option<usize> {
        self.column("day")
    }

    fn valid_from(self) -> usize {
        self.columns().len() - 2
    }
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: ColumnKind,
    /// Whether a row without it is refused.
    pub required: bool,
    /// Whether it is part of what a row is about: two rows that agree in all of these and in their days say the same
    /// thing twice.
    pub key: bool,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    Text,
    /// 0 or more.
    Number,
    /// In units of the version's currency. 0 or more, but for a margin.
    Money,
    /// A calendar day.
    Day,
    /// A time of day, `09:30`.
    Clock,
}

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, required: false, key: false }
}

const fn key(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, required: true, key: true }
}

const fn required(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, required: true, key: false }
}

const SITE: Column = Column { name: "site", kind: ColumnKind::Text, required: false, key: true };
const FROM: Column = column("valid_from", ColumnKind::Day);
const FROM_STATED: Column = required("valid_from", ColumnKind::Day);
const TO: Column = column("valid_to", ColumnKind::Day);

const CATALOGUE: &[Column] = &[
    key("sku", ColumnKind::Text),
    column("name", ColumnKind::Text),
    column("category", ColumnKind::Text),
    column("price", ColumnKind::Money),
    column("cost", ColumnKind::Money),
    column("margin", ColumnKind::Money),
    FROM,
    TO,
];
/// No site: everywhere together.
const STOCK: &[Column] = &[
    key("sku", ColumnKind::Text),
    SITE,
    key("day", ColumnKind::Day),
    required("quantity", ColumnKind::Number),
    FROM,
    TO,
];
/// A shift that ends before it begins ends the next day.
const ROSTERS: &[Column] = &[
    key("site", ColumnKind::Text),
    Column { name: "role", kind: ColumnKind::Text, required: false, key: true },
    key("day", ColumnKind::Day),
    key("start", ColumnKind::Clock),
    required("end", ColumnKind::Clock),
    required("staff", ColumnKind::Number),
    column("hourly_cost", ColumnKind::Money),
    FROM,
    TO,
];
/// Cost and target are those of all the row's days together.
const CHANNEL_COSTS: &[Column] = &[
    key("channel", ColumnKind::Text),
    column("cost", ColumnKind::Money),
    column("target", ColumnKind::Money),
    FROM_STATED,
    TO,
];
const PROMOTIONS: &[Column] = &[
    key("id", ColumnKind::Text),
    column("name", ColumnKind::Text),
    column("scope", ColumnKind::Text),
    FROM_STATED,
    TO,
];
const CALENDAR: &[Column] =
    &[key("day", ColumnKind::Day), key("name", ColumnKind::Text), key("kind", ColumnKind::Text), SITE, FROM, TO];

/// What may stand in `kind` of the calendar.
pub const DAY_KINDS: [&str; 3] = ["holiday", "promotion", "weather"];

/// A value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Cell {
    Number(f64),
    Day(NaiveDate),
    Text(String),
}

impl Cell {
    pub fn number(&self) -> Option<f64> {
        match self {
            Cell::Number(value) => Some(*value),
            _ => None,
        }
    }

    pub fn day(&self) -> Option<NaiveDate> {
        match self {
            Cell::Day(value) => Some(*value),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Cell::Text(value) => Some(value),
            _ => None,
        }
    }
}

/// A row: one value, or none, for each column of its table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<Option<Cell>>);

/// Why a row cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Stable code.
    pub code: &'static str,
    pub column: &'static str,
    /// What is wrong and how to mend it.
    pub reason: String,
}

impl RowFault {
    pub fn new(code: &'static str, column: &'static str, reason: impl Into<String>) -> RowFault {
        RowFault { code, column, reason: reason.into() }
    }
}

/// How far price, cost and margin may disagree, as a share of the price: prices are rounded.
const MARGIN_TOLERANCE: f64 = 0.01;

impl Row {
    pub fn get(&self, kind: TableKind, name: &str) -> Option<&Cell> {
        self.0.get(kind.column(name)?)?.as_ref()
    }

    pub fn number(&self, kind: TableKind, name: &str) -> Option<f64> {
        self.get(kind, name).and_then(Cell::number)
    }

    pub fn text(&self, kind: TableKind, name: &str) -> Option<&str> {
        self.get(kind, name).and_then(Cell::text)
    }

    /// The days the row holds on; None: without end.
    pub fn days(&self, kind: TableKind) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let day = |at: usize| self.0.get(at).and_then(Option::as_ref).and_then(Cell::day);
        (day(kind.valid_from()), day(kind.valid_from() + 1))
    }

    /// Fills in what follows from other values, and says what is wrong with the rest. A row without days of its own
    /// holds from the day its version does.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn settle(&mut self, kind: TableKind, valid_from: NaiveDate) -> Result<(), RowFault> {
        for (column, cell) in kind.columns().iter().zip(&self.0) {
            match cell {
                None if column.required => {
                    return Err(RowFault::new("value_missing", column.name, format!("{} is missing", column.name)));
                }
                Some(Cell::Number(value)) if *value < 0.0 && column.name != "margin" => {
                    let reason = format!("{} is {value}; it cannot be below 0", column.name);
                    return Err(RowFault::new("value_negative", column.name, reason));
                }
                _ => {}
            }
        }
        if kind == TableKind::Catalogue {
            self.settle_margin()?;
        }
        if kind == TableKind::Calendar
            && let Some(given) = self.text(kind, "kind").filter(|given| !DAY_KINDS.contains(given))
        {
            let reason = format!("kind is `{given}`; give one of {}", DAY_KINDS.join(", "));
            return Err(RowFault::new("kind_unknown", "kind", reason));
        }
        let at = kind.valid_from();
        if let Some(day) = kind.day().and_then(|day| self.0[day].clone()) {
            self.0[at] = Some(day.clone());
            self.0[at + 1] = Some(day);
        } else if self.0[at].is_none() {
            self.0[at] = Some(Cell::Day(valid_from));
        }
        if let (Some(from), Some(to)) = self.days(kind)
            && to < from
        {
            return Err(RowFault::new(
                "days_reversed",
                "valid_to",
                format!("it ends on {to}, before it begins on {from}"),
            ));
        }
        Ok(())
    }

    /// Margin is price less cost; of the three, one follows from two.
    fn settle_margin(&mut self) -> Result<(), RowFault> {
        let kind = TableKind::Catalogue;
        let at = |name: &str| kind.column(name).unwrap_or_default();
        let (price, cost, margin) = (at("price"), at("cost"), at("margin"));
        let number = |at: usize| self.0[at].as_ref().and_then(Cell::number);
        match (number(price), number(cost), number(margin)) {
            (Some(p), Some(c), None) => self.0[margin] = Some(Cell::Number(p - c)),
            (Some(p), None, Some(m)) if m <= p => self.0[cost] = Some(Cell::Number(p - m)),
            (Some(p), None, Some(m)) => {
                let reason = format!("the margin {m} is above the price {p}; margins are money, not per cent");
                return Err(RowFault::new("margin_disagrees", "margin", reason));
            }
            (Some(p), Some(c), Some(m)) if (p - c - m).abs() > MARGIN_TOLERANCE * p.max(1.0) => {
                let reason =
                    format!("the margin {m} is not the price {p} less the cost {c}; correct one, or leave one out");
                return Err(RowFault::new("margin_disagrees", "margin", reason));
            }
            _ => {}
        }
        Ok(())
    }

    /// A hash of what the row is about and from when: rows of one import that share it say the same thing twice.
    pub fn key(&self, kind: TableKind) -> i64 {
        let last = kind.valid_from();
        let parts: Vec<String> = kind
            .columns()
            .iter()
            .zip(&self.0)
            .enumerate()
            .filter(|(at, (column, _))| column.key || *at == last)
            .map(|(_, (_, cell))| match cell {
                None => "0".to_owned(),
                Some(Cell::Number(value)) => format!("n{value}"),
                Some(Cell::Day(day)) => format!("d{day}"),
                Some(Cell::Text(text)) => format!("t{text}"),
            })
            .collect();
        crate::hash::parts(&parts.iter().map(String::as_bytes).collect::<Vec<_>>())
    }
}

/// One import of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Version {
    pub table: TableKind,
    /// From 1, in the order of imports.
    pub version: u32,
    /// The first day it holds.
    pub valid_from: NaiveDate,
    /// Where it comes from, in the words of whoever imported it: `ERP 2025-11`.
    pub source: String,
    /// Name of the file, without its folder.
    pub file: String,
    /// ISO 4217 code of its money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// UTC microseconds.
    pub imported_at_us: i64,
    pub rows: u64,
    /// Rows of the file that could not be taken.
    pub rejected: u64,
}

/// For each version, the days it is in force: from its own day until the day before the next one's, whichever was
/// imported later where they share a day. None: never, or (as an end) for ever. Versions are in the order of imports.
pub fn in_force(versions: &[Version]) -> Vec<Option<(NaiveDate, Option<NaiveDate>)>> {
    let begins = |at: usize| {
        let later = versions.iter().skip(at + 1);
        let replaced = later.clone().any(|version| version.valid_from == versions[at].valid_from);
        (!replaced).then_some(versions[at].valid_from)
    };
    let ends = |from: NaiveDate| {
        let next = versions.iter().map(|version| version.valid_from).filter(|day| *day > from).min();
        next.and_then(|day| day.pred_opt())
    };
    (0..versions.len()).map(|at| begins(at).map(|from| (from, ends(from)))).collect()
}

/// What a figure rests on: a version of a table, as it was in force on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReferenceSource {
    pub table: TableKind,
    pub version: u32,
    /// Where it comes from, in the words of whoever imported it.
    pub source: String,
    /// The first day the version holds.
    pub valid_from: NaiveDate,
}

impl From<&Version> for ReferenceSource {
    fn from(version: &Version) -> ReferenceSource {
        let Version { table, version, source, valid_from, .. } = version.clone();
        ReferenceSource { table, version, source, valid_from }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn text(value: &str) -> Option<Cell> {
        Some(Cell::Text(value.into()))
    }

    fn number(value: f64) -> Option<Cell> {
        Some(Cell::Number(value))
    }

    fn item(price: Option<f64>, cost: Option<f64>, margin: Option<f64>) -> Row {
        let money = |value: Option<f64>| value.map(Cell::Number);
        Row(vec![text("a"), None, None, money(price), money(cost), money(margin), None, None])
    }

    #[test]
    fn words_are_the_serialised_form_and_every_table_ends_with_its_days() {
        for kind in TableKind::ALL {
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.id().into()));
            assert_eq!(TableKind::by_id(kind.id()), Some(kind));
            assert_eq!(kind.table(), format!("reference_{}", kind.id()));
            let names: Vec<_> = kind.columns().iter().rev().take(2).map(|column| column.name).collect();
            assert_eq!(names, ["valid_to", "valid_from"]);
        }
    }

    #[test]
    fn of_price_cost_and_margin_one_follows_from_two() {
        let settled = |mut row: Row| row.settle(TableKind::Catalogue, day("2025-11-01")).map(|()| row);
        let row = settled(item(Some(100.0), Some(60.0), None)).unwrap();
        assert_eq!(row.number(TableKind::Catalogue, "margin"), Some(40.0));
        assert_eq!(row.days(TableKind::Catalogue), (Some(day("2025-11-01")), None));
        let row = settled(item(Some(100.0), None, Some(40.0))).unwrap();
        assert_eq!(row.number(TableKind::Catalogue, "cost"), Some(60.0));
        assert!(settled(item(Some(100.0), Some(60.0), Some(40.5))).is_ok());
        assert_eq!(settled(item(Some(100.0), Some(60.0), Some(30.0))).unwrap_err().code, "margin_disagrees");
        assert_eq!(settled(item(Some(0.4), None, Some(40.0))).unwrap_err().code, "margin_disagrees");
        assert_eq!(settled(item(Some(-1.0), None, None)).unwrap_err().code, "value_negative");
        // Sold below cost.
        assert_eq!(
            settled(item(Some(50.0), Some(60.0), None)).unwrap().number(TableKind::Catalogue, "margin"),
            Some(-10.0)
        );
    }

    #[test]
    fn what_is_of_one_day_holds_on_that_day_alone() {
        let mut row = Row(vec![text("a"), None, Some(Cell::Day(day("2025-11-05"))), number(3.0), None, None]);
        row.settle(TableKind::Stock, day("2025-11-01")).unwrap();
        assert_eq!(row.days(TableKind::Stock), (Some(day("2025-11-05")), Some(day("2025-11-05"))));
        let missing =
            Row(vec![text("a"), None, None, number(3.0), None, None]).settle(TableKind::Stock, day("2025-11-01"));
        let missing = missing.unwrap_err();
        assert_eq!((missing.code, missing.column), ("value_missing", "day"));
    }

    #[test]
    fn days_that_are_reversed_and_kinds_nobody_knows_are_refused() {
        let (from, to) = (Some(Cell::Day(day("2025-11-05"))), Some(Cell::Day(day("2025-11-04"))));
        let mut promotion = Row(vec![text("p"), None, None, from, to]);
        assert_eq!(promotion.settle(TableKind::Promotions, day("2025-01-01")).unwrap_err().code, "days_reversed");
        let mut today = Row(vec![Some(Cell::Day(day("2025-11-05"))), text("雨"), text("rain"), None, None, None]);
        assert_eq!(today.settle(TableKind::Calendar, day("2025-01-01")).unwrap_err().code, "kind_unknown");
    }

    #[test]
    fn rows_about_the_same_thing_share_a_key() {
        let stock = |site: Option<&str>, on: &str, pieces: f64| {
            let mut row =
                Row(vec![text("a"), site.and_then(text), Some(Cell::Day(day(on))), number(pieces), None, None]);
            row.settle(TableKind::Stock, day("2025-01-01")).unwrap();
            row.key(TableKind::Stock)
        };
        assert_eq!(stock(None, "2025-11-05", 3.0), stock(None, "2025-11-05", 4.0));
        assert_ne!(stock(None, "2025-11-05", 3.0), stock(None, "2025-11-06", 3.0));
        assert_ne!(stock(None, "2025-11-05", 3.0), stock(Some("x"), "2025-11-05", 3.0));
    }

    #[test]
    fn a_version_is_in_force_until_the_next_and_a_later_import_of_its_day_corrects_it() {
        let version = |version: u32, from: &str| Version {
            table: TableKind::Catalogue,
            version,
            valid_from: day(from),
            source: String::new(),
            file: String::new(),
            currency: None,
            imported_at_us: 0,
            rows: 1,
            rejected: 0,
        };
        let versions =
            [version(1, "2025-11-01"), version(2, "2026-01-01"), version(3, "2025-11-01"), version(4, "2025-06-01")];
        assert_eq!(
            in_force(&versions),
            [
                None,
                Some((day("2026-01-01"), None)),
                Some((day("2025-11-01"), Some(day("2025-12-31")))),
                Some((day("2025-06-01"), Some(day("2025-10-31")))),
            ]
        );
    }
}
