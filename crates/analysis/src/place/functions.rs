//! The answers of a floor as table functions of SQL: `place_zones('{"site": "west-lake"}')`.
//!
//! Options are the question as the API takes it, with `site`, and `rows` where an answer has several lists; a text that is no
//! JSON is the site's id. Columns are the answer's fields by their names, ids for names, and flat: `difference_low`. What is
//! withheld of an answer is in no row.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::json::ReaderBuilder;
use lake::{Control, Snapshot};
use operators::{AnsweredCall, AnsweredFunction, AnsweredRows};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{
    PlaceForecastQuestion, PlaceHeat, PlaceHeatQuestion, PlacePainsQuestion, PlaceQuestion, PlaceStaffing,
    PlaceStaffingQuestion, PlaceTripsQuestion, PlaceVisits, ResolvedSite,
};
use crate::analyst::Analyst;
use crate::error::{Error, Result};

/// A site that is being looked up.
pub type SiteFound<'a> = Pin<Box<dyn Future<Output = Result<ResolvedSite>> + Send + 'a>>;

/// Where the sites of a workspace are found.
pub trait Sites: fmt::Debug + Send + Sync {
    /// The site at a version, else at its newest.
    fn site<'a>(&'a self, id: &'a str, version: Option<u32>) -> SiteFound<'a>;
}

/// The table functions of floors, over one snapshot.
pub(crate) fn functions(
    analyst: &Analyst,
    snapshot: &Arc<Snapshot>,
    sites: &Arc<dyn Sites>,
) -> Vec<Arc<dyn AnsweredFunction>> {
    let of = |form: &'static Form| PlaceFunction {
        forms: form,
        analyst: analyst.clone(),
        snapshot: Arc::clone(snapshot),
        sites: Arc::clone(sites),
    };
    FORMS.iter().map(|form| Arc::new(of(form)) as Arc<dyn AnsweredFunction>).collect()
}

/// A function, and the lists its answer has; the first is that of a call that names none.
#[derive(Debug)]
struct Form {
    name: &'static str,
    asks: What,
    lists: &'static [List],
}

#[derive(Debug, Clone, Copy)]
enum What {
    Visits,
    Zones,
    Flows,
    Queues,
    Staffing,
    Heat,
    Trips,
    Pains,
    Forecast,
}

#[derive(Debug)]
struct List {
    rows: &'static str,
    columns: &'static [(&'static str, Kind)],
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Texts,
    Day,
    Count,
    Number,
    Flag,
}

use Kind::{Count, Day, Flag, Number, Text, Texts};

const MOVES: &[(&str, Kind)] = &[("from_zone", Text), ("to_zone", Text), ("times", Count), ("visits", Count)];

const FORECAST: &[(&str, Kind)] = &[
    ("of", Text),
    ("before", Texts),
    ("after", Texts),
    ("moves", Flag),
    ("reached_measured", Count),
    ("reached_forecast", Number),
    ("reached_low", Number),
    ("reached_high", Number),
    ("stopped_measured", Count),
    ("stopped_forecast", Number),
    ("stopped_low", Number),
    ("stopped_high", Number),
    ("units_measured", Count),
    ("units_forecast", Number),
    ("units_low", Number),
    ("units_high", Number),
    ("sales_measured", Number),
    ("sales_forecast", Number),
    ("sales_low", Number),
    ("sales_high", Number),
];

static FORMS: [Form; 9] = [
    Form {
        name: "place_visits",
        asks: What::Visits,
        lists: &[
            List {
                rows: "days",
                columns: &[("day", Day), ("visits", Count), ("units", Count), ("most_at_once", Count)],
            },
            List {
                rows: "half_hours",
                columns: &[("minute", Count), ("entered", Count), ("mean", Number), ("most", Count)],
            },
            List {
                rows: "summary",
                columns: &[
                    ("visits", Count),
                    ("units", Count),
                    ("median_seconds", Number),
                    ("passers_by", Count),
                    ("capture", Number),
                    ("sales_receipts", Count),
                    ("sales_matched", Count),
                    ("sales_amount", Number),
                    ("sales_conversion", Number),
                    ("sales_amount_per_visit", Number),
                    ("sales_amount_per_receipt", Number),
                    ("detour_visits", Count),
                    ("detour_median", Number),
                    ("detour_p90", Number),
                ],
            },
        ],
    },
    Form {
        name: "place_zones",
        asks: What::Zones,
        lists: &[List {
            rows: "zones",
            columns: &[
                ("zone", Text),
                ("floor", Text),
                ("kind", Text),
                ("visits", Count),
                ("reach", Number),
                ("entries", Count),
                ("stopped", Count),
                ("engaged", Count),
                ("exact_seconds", Number),
                ("dwell_seconds", Number),
                ("engaged_seconds", Number),
                ("median_seconds", Number),
                ("bought", Count),
                ("first", Count),
                ("last", Count),
            ],
        }],
    },
    Form {
        name: "place_flows",
        asks: What::Flows,
        lists: &[
            List { rows: "moves", columns: MOVES },
            List { rows: "ends", columns: MOVES },
            List { rows: "first_stops", columns: MOVES },
        ],
    },
    Form {
        name: "place_queues",
        asks: What::Queues,
        lists: &[List {
            rows: "queues",
            columns: &[
                ("queue", Text),
                ("heads", Texts),
                ("joined", Count),
                ("served", Count),
                ("abandoned", Count),
                ("unknown", Count),
                ("abandonment", Number),
                ("mean_wait_seconds", Number),
                ("median_wait_seconds", Number),
                ("p90_wait_seconds", Number),
                ("mean_service_seconds", Number),
                ("mean_length", Number),
                ("most", Count),
                ("arrivals_times_wait", Number),
            ],
        }],
    },
    Form {
        name: "place_staffing",
        asks: What::Staffing,
        lists: &[
            List {
                rows: "tills",
                columns: &[
                    ("queue", Text),
                    ("minute", Count),
                    ("arrivals_per_hour", Number),
                    ("mean_service_seconds", Number),
                    ("offered", Number),
                    ("tills", Count),
                    ("mean_wait_seconds", Number),
                    ("utilisation", Number),
                ],
            },
            List {
                rows: "lanes",
                columns: &[
                    ("queue", Text),
                    ("minute", Count),
                    ("layout", Text),
                    ("tills", Count),
                    ("self_checkouts", Count),
                    ("mean_wait_seconds", Number),
                    ("kept", Number),
                ],
            },
            List {
                rows: "zones",
                columns: &[
                    ("zone", Text),
                    ("minute", Count),
                    ("visits", Number),
                    ("engaged_minutes", Number),
                    ("staff_minutes", Number),
                ],
            },
        ],
    },
    Form {
        name: "place_heat",
        asks: What::Heat,
        lists: &[List {
            rows: "cells",
            columns: &[
                ("floor", Text),
                ("x", Number),
                ("y", Number),
                ("cell_m", Number),
                ("seconds", Number),
                ("visits", Count),
            ],
        }],
    },
    Form {
        name: "place_trips",
        asks: What::Trips,
        lists: &[
            List {
                rows: "types",
                columns: &[
                    ("visits", Count),
                    ("share", Number),
                    ("median_seconds", Number),
                    ("bought", Count),
                    ("zones", Texts),
                ],
            },
            List {
                rows: "spillovers",
                columns: &[
                    ("from_zone", Text),
                    ("to_zone", Text),
                    ("visits", Count),
                    ("stopped", Count),
                    ("then", Number),
                    ("otherwise", Number),
                    ("difference_value", Number),
                    ("difference_low", Number),
                    ("difference_high", Number),
                    ("p_value", Number),
                    ("q_value", Number),
                ],
            },
            List {
                rows: "exposures",
                columns: &[
                    ("zone", Text),
                    ("floor", Text),
                    ("kind", Text),
                    ("high_margin", Flag),
                    ("visits", Count),
                    ("reach", Number),
                    ("stopped", Count),
                    ("stop_rate", Number),
                    ("than_others_value", Number),
                    ("than_others_low", Number),
                    ("than_others_high", Number),
                    ("time_by_area", Number),
                ],
            },
        ],
    },
    Form {
        name: "place_pains",
        asks: What::Pains,
        lists: &[
            List {
                rows: "pains",
                columns: &[
                    ("key", Text),
                    ("kind", Text),
                    ("zone", Text),
                    ("category", Text),
                    ("comparison", Text),
                    ("from_day", Day),
                    ("to_day", Day),
                    ("observed_hits", Count),
                    ("observed_exposed", Count),
                    ("observed_rate", Number),
                    ("reference_rate", Number),
                    ("difference_value", Number),
                    ("difference_low", Number),
                    ("difference_high", Number),
                    ("p_value", Number),
                    ("q_value", Number),
                    ("excess_value", Number),
                    ("per_month_value", Number),
                    ("money_amount_value", Number),
                ],
            },
            List {
                rows: "causes",
                columns: &[
                    ("key", Text),
                    ("zone", Text),
                    ("kind", Text),
                    ("basis", Text),
                    ("category", Text),
                    ("share_here", Number),
                    ("share_reference", Number),
                    ("explains_value", Number),
                    ("explains_low", Number),
                    ("explains_high", Number),
                ],
            },
        ],
    },
    Form {
        name: "place_forecast",
        asks: What::Forecast,
        lists: &[List { rows: "categories", columns: FORECAST }, List { rows: "zones", columns: FORECAST }],
    },
];

struct PlaceFunction {
    forms: &'static Form,
    analyst: Analyst,
    snapshot: Arc<Snapshot>,
    sites: Arc<dyn Sites>,
}

impl fmt::Debug for PlaceFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlaceFunction").field("name", &self.forms.name).finish_non_exhaustive()
    }
}

impl AnsweredFunction for PlaceFunction {
    fn name(&self) -> &'static str {
        self.forms.name
    }

    fn call(&self, argument: Option<&str>) -> operators::Result<Arc<dyn AnsweredCall>> {
        let name = self.forms.name;
        let (site, list, question) =
            self.understood(argument).map_err(|what| operators::Error::Sql { what: format!("{name}: {what}") })?;
        let fields = list.columns.iter().map(|(name, kind)| Field::new(*name, kind.data_type(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        Ok(Arc::new(PlaceCall {
            name,
            schema,
            asks: self.forms.asks,
            rows: list.rows,
            site,
            question,
            analyst: self.analyst.clone(),
            snapshot: Arc::clone(&self.snapshot),
            sites: Arc::clone(&self.sites),
        }))
    }
}

impl PlaceFunction {
    /// The site, the list and the question of a call.
    fn understood(&self, argument: Option<&str>) -> Result<(String, &'static List, Value), String> {
        let text = argument.unwrap_or_default().trim();
        let mut options: Map<String, Value> = match text.starts_with('{') {
            true => serde_json::from_str(text).map_err(|error| error.to_string())?,
            false => Map::from_iter([("site".to_owned(), text.into())]),
        };
        let site = match options.remove("site") {
            Some(Value::String(site)) if !site.is_empty() => site,
            _ => return Err("say which `site`, by its id".to_owned()),
        };
        let lists = self.forms.lists;
        let list = match options.remove("rows") {
            None => &lists[0],
            Some(rows) => lists.iter().find(|list| rows == list.rows).ok_or_else(|| {
                let known: Vec<String> = lists.iter().map(|list| format!("`{}`", list.rows)).collect();
                format!("there are no rows {rows}; there are {}", known.join(", "))
            })?,
        };
        let question = Value::Object(options);
        self.forms.asks.check(&question).map_err(|error| error.to_string())?;
        Ok((site, list, question))
    }
}

impl What {
    /// Whether a question can be read.
    fn check(self, question: &Value) -> serde_json::Result<()> {
        fn read<T: DeserializeOwned>(question: &Value) -> serde_json::Result<()> {
            T::deserialize(question).map(|_| ())
        }
        match self {
            What::Visits | What::Zones | What::Flows | What::Queues => read::<PlaceQuestion>(question),
            What::Staffing => read::<PlaceStaffingQuestion>(question),
            What::Heat => read::<PlaceHeatQuestion>(question),
            What::Trips => read::<PlaceTripsQuestion>(question),
            What::Pains => read::<PlacePainsQuestion>(question),
            What::Forecast => read::<PlaceForecastQuestion>(question),
        }
    }
}

impl Kind {
    fn data_type(self) -> DataType {
        match self {
            Text => DataType::Utf8,
            Texts => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
            Day => DataType::Date32,
            Count => DataType::Int64,
            Number => DataType::Float64,
            Flag => DataType::Boolean,
        }
    }
}

struct PlaceCall {
    name: &'static str,
    schema: SchemaRef,
    asks: What,
    rows: &'static str,
    site: String,
    question: Value,
    analyst: Analyst,
    snapshot: Arc<Snapshot>,
    sites: Arc<dyn Sites>,
}

impl fmt::Debug for PlaceCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlaceCall").field("name", &self.name).field("site", &self.site).finish_non_exhaustive()
    }
}

impl AnsweredCall for PlaceCall {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn rows<'a>(&'a self, control: &'a Control) -> AnsweredRows<'a> {
        Box::pin(async move {
            let rows = self.answer(control).await.map_err(|error| self.of_sql(error))?;
            self.batch(&rows).map_err(|error| operators::Error::Defect { what: format!("{}: {error}", self.name) })
        })
    }
}

impl PlaceCall {
    async fn answer(&self, control: &Control) -> Result<Vec<Value>> {
        let version =
            self.question.get("version").and_then(Value::as_u64).and_then(|version| u32::try_from(version).ok());
        let site = &self.sites.site(&self.site, version).await?;
        let (analyst, snapshot, rows) = (&self.analyst, &*self.snapshot, self.rows);
        Ok(match self.asks {
            What::Visits => {
                let answer = analyst.place_visits(snapshot, site, &self.question()?, control).await?;
                if rows == "summary" { vec![summary(&answer)?] } else { visits(&answer, rows)? }
            }
            What::Zones => list(&analyst.place_zones(snapshot, site, &self.question()?, control).await?.zones)?,
            What::Flows => {
                let answer = analyst.place_flows(snapshot, site, &self.question()?, control).await?;
                let links = match rows {
                    "moves" => answer.moves,
                    "ends" => answer.ends,
                    _ => answer.first_stops,
                };
                between(list(&links.links)?, "zone")
            }
            What::Queues => list(&analyst.place_queues(snapshot, site, &self.question()?, control).await?.queues)?,
            What::Staffing => {
                staffing(&analyst.place_staffing(snapshot, site, &self.question()?, control).await?, rows)?
            }
            What::Heat => cells(&analyst.place_heat(snapshot, site, &self.question()?, control).await?),
            What::Trips => {
                let answer = analyst.place_trips(snapshot, site, &self.question()?, control).await?;
                match rows {
                    "types" => list(&answer.types)?.into_iter().map(named_zones).collect(),
                    "spillovers" => between(list(&answer.spillovers)?, "zone"),
                    _ => list(&answer.exposures)?,
                }
            }
            What::Pains => {
                let pains = analyst.place_pains(snapshot, site, &self.question()?, control).await?.pains;
                if rows == "pains" { between(list(&pains)?, "day") } else { causes(list(&pains)?) }
            }
            What::Forecast => {
                let answer = analyst.place_forecast(snapshot, site, &self.question()?, control).await?;
                list(if rows == "zones" { &answer.zones } else { &answer.categories })?
            }
        })
    }

    fn question<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.question).map_err(|error| Error::invalid(self.name, error.to_string()))
    }

    /// Rows as columns; what a row has beside them is left out, and what is within something is its own column.
    fn batch(&self, rows: &[Value]) -> Result<RecordBatch, arrow::error::ArrowError> {
        let rows: Vec<Map<String, Value>> = rows.iter().map(|row| flat(row, &self.schema)).collect();
        let mut decoder =
            ReaderBuilder::new(Arc::clone(&self.schema)).with_batch_size(rows.len().max(1)).build_decoder()?;
        decoder.serialize(&rows)?;
        Ok(decoder.flush()?.unwrap_or_else(|| RecordBatch::new_empty(Arc::clone(&self.schema))))
    }

    fn of_sql(&self, error: Error) -> operators::Error {
        match error {
            Error::Operators(error) => error,
            Error::Lake(lake::Error::Cancelled) => operators::Error::Cancelled,
            Error::Lake(error) => operators::Error::Lake(error),
            Error::Definitions { .. } => operators::Error::Defect { what: error.to_string() },
            other => operators::Error::Sql { what: format!("{}: {other}", self.name) },
        }
    }
}

/// The columns of a row: a field of its name, else one within another, `difference_low` within `difference`.
fn flat(row: &Value, schema: &SchemaRef) -> Map<String, Value> {
    let found = |name: &str| within(row, name).filter(|value| !value.is_null()).cloned();
    schema.fields().iter().filter_map(|field| Some((field.name().clone(), found(field.name())?))).collect()
}

fn within<'a>(row: &'a Value, name: &str) -> Option<&'a Value> {
    if let Some(value) = row.get(name) {
        return Some(value);
    }
    let parts = name.match_indices('_').map(|(at, _)| (&name[..at], &name[at + 1..]));
    parts.rev().find_map(|(outer, inner)| within(row.get(outer)?, inner))
}

fn list<T: Serialize>(rows: &[T]) -> Result<Vec<Value>> {
    rows.iter().map(value).collect()
}

fn value<T: Serialize>(row: T) -> Result<Value> {
    serde_json::to_value(row).map_err(|error| Error::invalid("rows", error.to_string()))
}

/// `from` and `to` are words of SQL, so these columns say of what they are.
fn between(mut rows: Vec<Value>, what: &str) -> Vec<Value> {
    for row in rows.iter_mut().filter_map(Value::as_object_mut) {
        for end in ["from", "to"] {
            let value = row.remove(end).unwrap_or_default();
            row.insert(format!("{end}_{what}"), value);
        }
    }
    rows
}

/// Of the zones of a path type their ids.
fn named_zones(mut of: Value) -> Value {
    if let Some(zones) = of.get_mut("zones") {
        let ids = zones.as_array().into_iter().flatten().map(|zone| zone["zone"].clone()).collect();
        *zones = Value::Array(ids);
    }
    of
}

fn visits(answer: &PlaceVisits, rows: &str) -> Result<Vec<Value>> {
    if rows == "days" { list(&answer.days) } else { list(&answer.occupancy) }
}

fn summary(answer: &PlaceVisits) -> Result<Value> {
    let PlaceVisits { visits, units, median_seconds, passers_by, capture, sales, detour, .. } = answer;
    Ok(json!({
        "visits": visits, "units": units, "median_seconds": median_seconds, "passers_by": passers_by, "capture": capture,
        "sales": value(sales)?, "detour": value(detour)?,
    }))
}

fn staffing(answer: &PlaceStaffing, rows: &str) -> Result<Vec<Value>> {
    if rows == "zones" {
        return list(&answer.zones);
    }
    let mut all = Vec::new();
    for of in &answer.queues {
        for time in &of.half_hours {
            let at = json!({"queue": of.queue, "minute": time.minute, "mean_service_seconds": of.mean_service_seconds});
            let rows = if rows == "tills" { vec![value(time)?] } else { list(&time.lanes)? };
            all.extend(rows.into_iter().map(|row| joined(row, &at)));
        }
    }
    Ok(all)
}

/// A row with the fields of what it belongs to.
fn joined(mut row: Value, whose: &Value) -> Value {
    if let (Some(row), Some(whose)) = (row.as_object_mut(), whose.as_object()) {
        row.extend(whose.clone());
    }
    row
}

/// A row a cause, with the pain it is of.
fn causes(pains: Vec<Value>) -> Vec<Value> {
    let of = |pain: Value| {
        let whose = json!({"key": pain["key"], "zone": pain["zone"]});
        let causes = pain["causes"].as_array().cloned().unwrap_or_default();
        causes.into_iter().map(move |cause| joined(cause, &whose)).collect::<Vec<_>>()
    };
    pains.into_iter().flat_map(of).collect()
}

/// A row a cell, by its lower left corner.
fn cells(answer: &PlaceHeat) -> Vec<Value> {
    let mut rows = Vec::new();
    for floor in &answer.floors {
        for ((cell, seconds), visits) in floor.cells.iter().zip(&floor.cell_seconds).zip(&floor.cell_visits) {
            let [x, y] = floor.corner(*cell);
            rows.push(json!({
                "floor": floor.floor, "x": x, "y": y, "cell_m": floor.cell_m, "seconds": seconds, "visits": visits,
            }));
        }
    }
    rows
}
