//! What is said of files that were handed in, as the API says it.

use std::collections::BTreeMap;

use ingest::mapping::Format;
use ingest::{DoubtKind, Inspection, Mapping};
use model::event::{Event, Rejection};
use model::identity::Identifier;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use worker::import::{Origin, Preview};
use worker::uploads::{KEPT_US, Upload};

/// Files that were handed in and are not imported yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadList {
    /// Oldest first.
    pub uploads: Vec<UploadInfo>,
    /// The most a file may have.
    pub bytes_max: u64,
    /// The most a piece may have.
    pub piece_bytes_max: u64,
}

/// A file that was handed in, or is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadInfo {
    pub id: String,
    pub name: String,
    pub bytes: u64,
    /// Bytes that are here; the next piece begins there.
    pub received: u64,
    /// UTC microseconds.
    pub created_us: i64,
    /// When it is thrown away, imported or not.
    pub ends_us: i64,
    /// The mapping it was last begun to be imported with: an import that was cut off goes on with it.
    pub mapping: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUploadRequest {
    /// What the file is called, its ending included; no path.
    #[schema(example = "orders.xlsx")]
    pub name: String,
    /// How long it is.
    #[schema(minimum = 1)]
    pub bytes: u64,
}

/// How to look at a file.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SuggestionRequest {
    /// The sheet of a workbook; the one with the longest table, if left out.
    pub sheet: Option<String>,
}

/// What a file is, and how it could be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct MappingSuggestion {
    /// `csv`, `ndjson`, `parquet`, `xlsx`, `xls`, `xes` or `ocel`.
    pub format: String,
    /// The visible sheets of a workbook.
    pub sheets: Vec<String>,
    /// The sheet that was looked at.
    pub sheet: Option<String>,
    pub columns: Vec<SuggestedColumn>,
    /// Rows looked at.
    pub rows: u64,
    /// The mapping as a structure; null where the document lacks something.
    #[schema(value_type = Option<Object>)]
    pub mapping: Option<Value>,
    /// The same as a document with comments.
    pub yaml: String,
    /// What only a person knows.
    pub doubts: Vec<MappingDoubt>,
    /// Oddities of the reading.
    pub notes: Vec<String>,
    /// The file whose rejected rows these are, corrected: its mapping is suggested again.
    pub corrects: Option<String>,
}

/// A column as the first rows show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestedColumn {
    pub name: String,
    /// Rows with a value, of those looked at.
    pub filled: u64,
    /// The first few different values.
    pub samples: Vec<String>,
    /// Time formats in which every value can be read, as a mapping writes them.
    pub times: Vec<String>,
    /// Its times say their offset: no zone is needed.
    pub has_offset: bool,
    pub is_number: bool,
    /// It looks like an amount of money, by its name or its values.
    pub is_amount: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MappingDoubt {
    pub code: MappingDoubtCode,
    /// The column, or the sheet, it is about.
    pub column: Option<String>,
    /// How many rows, cells or sheets it is about.
    pub count: Option<u64>,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MappingDoubtCode {
    TimeMissing,
    TimesUnread,
    DayOrMonth,
    ZoneMissing,
    ActorMissing,
    ActorGuessed,
    CaseActs,
    EventMissing,
    ChannelMissing,
    ChannelGuessed,
    RowsShared,
    AmountUnmapped,
    AmountUnread,
    SheetChosen,
    CellsMerged,
    TotalRows,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// A mapping in YAML or JSON; see the reference of mappings.
    pub mapping: String,
}

/// What would become of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportPreview {
    pub rows: u64,
    pub events: u64,
    pub rejected: u64,
    /// Rows the mapping leaves out on purpose.
    pub skipped: u64,
    /// When the first and the last event happened, UTC microseconds.
    pub first_us: Option<i64>,
    pub last_us: Option<i64>,
    /// Events that are later than now.
    pub ahead: u64,
    /// Events that say a time of day, and those of them between midnight and six in the workspace's zone.
    pub timed: u64,
    pub night: u64,
    /// Events that have an amount, and the sum of those.
    pub amounts: u64,
    pub amount_sum: f64,
    /// Of the events, by name; the first 200 names.
    #[schema(value_type = Object)]
    pub event_names: BTreeMap<String, u64>,
    /// Of the events, by channel.
    #[schema(value_type = Object)]
    pub channels: BTreeMap<String, u64>,
    /// Of the rejected rows, by code.
    #[schema(value_type = Object)]
    pub rejected_by_code: BTreeMap<String, u64>,
    pub first_events: Vec<PreviewEvent>,
    pub first_rejected: Vec<Rejection>,
    pub notes: Vec<String>,
}

/// An event as it would be written.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewEvent {
    pub time_us: i64,
    pub event: String,
    pub channel: String,
    pub identifiers: Vec<Identifier>,
    /// Typed columns that are set, by name.
    #[schema(value_type = Object)]
    pub columns: Value,
    #[schema(value_type = Object)]
    pub traits: Value,
    #[schema(value_type = Object)]
    pub props: Value,
    #[schema(value_type = Vec<Object>)]
    pub items: Value,
}

impl From<Upload> for UploadInfo {
    fn from(Upload { id, about, received }: Upload) -> UploadInfo {
        UploadInfo {
            id,
            name: about.name,
            bytes: about.bytes,
            received,
            created_us: about.created_us,
            ends_us: about.created_us.saturating_add(KEPT_US),
            mapping: about.mapping,
        }
    }
}

impl MappingSuggestion {
    /// What was found, and, of corrected rows, where they come from and how they were to be read.
    pub fn of(inspection: Inspection, corrects: Option<(Origin, Mapping)>) -> MappingSuggestion {
        let Inspection { format, sheets, sheet, columns, rows, yaml, mut doubts, notes } = inspection;
        let column = |column: ingest::InspectedColumn| SuggestedColumn {
            name: column.name,
            filled: column.filled as u64,
            samples: column.samples,
            times: column.times,
            has_offset: column.has_offset,
            is_number: column.is_number,
            is_amount: column.is_amount,
        };
        let (mapping, corrects) = match corrects {
            Some((origin, mapping)) => {
                // What its columns mean was decided; what stands in them is new.
                doubts.retain(|doubt| matches!(doubt.kind, DoubtKind::AmountUnread | DoubtKind::TimesUnread));
                (Some(mapping), Some(origin.file))
            }
            None => (Mapping::from_yaml(&yaml).ok(), None),
        };
        let mapping = mapping.and_then(|mapping| serde_json::to_value(mapping).ok());
        let doubt = |doubt: ingest::Doubt| MappingDoubt {
            code: doubt.kind.into(),
            column: doubt.column,
            count: doubt.count,
            text: doubt.text,
        };
        MappingSuggestion {
            format: word_of(format).to_owned(),
            sheets,
            sheet,
            columns: columns.into_iter().map(column).collect(),
            rows: rows as u64,
            // JSON is YAML too.
            yaml: mapping.as_ref().filter(|_| corrects.is_some()).map_or(yaml, |mapping| format!("{mapping:#}\n")),
            mapping,
            doubts: doubts.into_iter().map(doubt).collect(),
            notes,
            corrects,
        }
    }
}

/// A format as mappings write it.
fn word_of(format: Format) -> &'static str {
    match format {
        Format::Auto => "auto",
        Format::Csv => "csv",
        Format::Ndjson => "ndjson",
        Format::Parquet => "parquet",
        Format::Xlsx => "xlsx",
        Format::Xls => "xls",
        Format::Xes => "xes",
        Format::Ocel => "ocel",
    }
}

impl From<DoubtKind> for MappingDoubtCode {
    fn from(kind: DoubtKind) -> MappingDoubtCode {
        match kind {
            DoubtKind::TimeMissing => MappingDoubtCode::TimeMissing,
            DoubtKind::TimesUnread => MappingDoubtCode::TimesUnread,
            DoubtKind::DayOrMonth => MappingDoubtCode::DayOrMonth,
            DoubtKind::ZoneMissing => MappingDoubtCode::ZoneMissing,
            DoubtKind::ActorMissing => MappingDoubtCode::ActorMissing,
            DoubtKind::ActorGuessed => MappingDoubtCode::ActorGuessed,
            DoubtKind::CaseActs => MappingDoubtCode::CaseActs,
            DoubtKind::EventMissing => MappingDoubtCode::EventMissing,
            DoubtKind::ChannelMissing => MappingDoubtCode::ChannelMissing,
            DoubtKind::ChannelGuessed => MappingDoubtCode::ChannelGuessed,
            DoubtKind::RowsShared => MappingDoubtCode::RowsShared,
            DoubtKind::AmountUnmapped => MappingDoubtCode::AmountUnmapped,
            DoubtKind::AmountUnread => MappingDoubtCode::AmountUnread,
            DoubtKind::SheetChosen => MappingDoubtCode::SheetChosen,
            DoubtKind::CellsMerged => MappingDoubtCode::CellsMerged,
            DoubtKind::TotalRows => MappingDoubtCode::TotalRows,
        }
    }
}

impl From<Preview> for ImportPreview {
    fn from(preview: Preview) -> ImportPreview {
        ImportPreview {
            rows: preview.rows,
            events: preview.events,
            rejected: preview.rejected,
            skipped: preview.skipped,
            first_us: preview.first_us,
            last_us: preview.last_us,
            ahead: preview.ahead,
            timed: preview.timed,
            night: preview.night,
            amounts: preview.amounts,
            amount_sum: preview.amount_sum,
            event_names: preview.event_names,
            channels: preview.channels,
            rejected_by_code: preview.rejected_by_code,
            first_events: preview.first_events.into_iter().map(PreviewEvent::from).collect(),
            first_rejected: preview.first_rejected,
            notes: preview.notes,
        }
    }
}

impl From<Event> for PreviewEvent {
    fn from(event: Event) -> PreviewEvent {
        PreviewEvent {
            time_us: event.time_us,
            event: event.event,
            channel: event.channel,
            identifiers: event.identifiers,
            columns: serde_json::to_value(event.columns).unwrap_or_default(),
            traits: Value::Object(event.traits),
            props: Value::Object(event.props),
            items: Value::Array(event.items.into_iter().map(Value::Object).collect()),
        }
    }
}
