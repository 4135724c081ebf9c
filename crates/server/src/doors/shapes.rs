//! What `POST /v1/events` takes, as the API's description says it. Never made: letters are read by [`ingest::live`], which
//! tells a wrong field in a better place than the form of a whole letter could.

use std::collections::HashMap;

use model::event::{Column, ColumnType};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// One event, several, or several with the time of sending.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "a form that is described and not made")]
pub(super) enum SentEvents {
    One(SentEvent),
    Several(Vec<SentEvent>),
    Letter(SentLetter),
}

/// Events that were sent together.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "a form that is described and not made")]
pub(super) struct SentLetter {
    events: Vec<SentEvent>,
    /// By the sender's clock: with it the times of the events are set right.
    sent_at: Option<SentScalar>,
}

/// One event: what is below, and every typed column by its name. What is one's own stands under `props`.
#[derive(Debug, Serialize)]
pub(super) struct SentEvent;

/// The fields of an event that are no typed columns.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "a form that is described and not made")]
struct SentFields {
    /// What happened: `purchase`. Of the names that begin with `$` only `$profile_set`, `$identify` and `$group`.
    event: String,
    /// Who it was. By namespace, or as a list where the order matters: the first is the sender.
    identifiers: SentIdentifiers,
    /// Whether the identifiers are one person; true where it is left out.
    link: Option<bool>,
    /// ISO 8601 with an offset, or a number since 1970; the arrival where it is left out.
    time: Option<SentScalar>,
    /// By the sender's clock.
    sent_at: Option<SentScalar>,
    /// The sender's own id of the event: what comes again with it counts once.
    message_id: Option<SentScalar>,
    /// That of the source where it is left out.
    channel: Option<String>,
    /// Lines of a basket.
    items: Option<Vec<Map<String, Value>>>,
    /// Traits of the sender. Below `$set_once` stand those that are set only where there is none yet.
    traits: Option<Map<String, Value>>,
    /// Everything else.
    props: Option<Map<String, Value>>,
}

/// Identifiers by namespace, or as a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "a form that is described and not made")]
enum SentIdentifiers {
    ByNamespace(HashMap<String, SentScalar>),
    List(Vec<SentIdentifier>),
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "a form that is described and not made")]
struct SentIdentifier {
    /// `member_no`, `phone`.
    namespace: String,
    value: SentScalar,
}

/// Text, or a number that is taken for its digits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "a form that is described and not made")]
pub(super) enum SentScalar {
    Text(String),
    Number(f64),
}

impl PartialSchema for SentEvent {
    fn schema() -> RefOr<Schema> {
        let mut schema = SentFields::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.description = Some(
                "One event: what is below, and every typed column by its name. What is one's own stands under `props`."
                    .to_owned(),
            );
            for column in Column::ALL {
                let types = match column.column_type() {
                    ColumnType::Number => vec![Type::Number, Type::Null],
                    ColumnType::Text => vec![Type::String, Type::Number, Type::Null],
                };
                let of_column = ObjectBuilder::new().schema_type(SchemaType::Array(types)).build();
                object.properties.insert(column.name().to_owned(), of_column.into());
            }
        }
        schema
    }
}

impl ToSchema for SentEvent {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        SentFields::schemas(schemas);
    }
}
