//! The HTTP API, version 1: one module a noun. Handlers translate between HTTP and the crates below; they
//! compute nothing themselves.

use axum::extract::DefaultBodyLimit;
use serde_json::Value;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as OpenApiDocument;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use worker::uploads::PIECE_BYTES_MAX;

use crate::state::AppState;

pub mod analyses;
pub mod audit;
pub mod changes;
pub mod comments;
pub mod customers;
pub mod definitions;
pub mod dictionary;
pub mod dimensions;
pub mod exports;
pub mod health;
pub mod identity;
pub mod identity_policy;
pub mod identity_shapes;
pub mod imports;
pub mod invitations;
pub mod journeys;
pub mod live;
pub mod members;
pub mod named_views;
pub mod pains;
pub mod people;
pub mod place_forecasts;
pub mod places;
pub mod positions;
pub mod proposals;
pub mod provider;
pub mod queries;
pub mod reference;
pub mod rejections;
pub mod segments;
pub mod sensors;
pub mod session;
pub mod sites;
pub mod sources;
pub mod sql;
pub mod system;
pub mod templates;
pub mod traffic;
pub mod upload_shapes;
pub mod uploads;
pub mod versions;
pub mod views;
pub mod workspaces;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Throughline",
        description = "Customer journeys: maps, funnels, paths, and the people behind every number. Times are UTC \
                       microseconds, money is in the workspace's currency, and every failure has the same envelope."
    ),
    tags(
        (name = "access", description = "Who may what: sign-in, people, members, invitations, audit"),
        (name = "system", description = "How the installation is, for its administrators"),
        (name = "workspaces", description = "Sets of data that never mix"),
        (name = "imports", description = "Files that are handed in, looked at and imported"),
        (name = "journeys", description = "Journey definitions, with versions"),
        (name = "segments", description = "Named sets of customers, with versions"),
        (name = "traffic", description = "Which way visitors came, by rules with versions"),
        (name = "analyses", description = "Questions and answers"),
        (name = "places", description = "Sites, and what people did on their floors"),
        (name = "pains", description = "What hurts on a journey: found, tracked, handled"),
        (name = "proposals", description = "What to do about it"),
        (name = "comments", description = "What people say to each other about a map"),
        (name = "changes", description = "What was changed on which day, and a number before and after"),
        (name = "reference", description = "What figures need beside events: dated tables"),
        (name = "customers", description = "The people behind the numbers"),
        (name = "identity", description = "Who is one customer: rules, review, decisions"),
        (name = "views", description = "Permalinks, named views, and what is pinned to maps"),
        (name = "sql", description = "Read-only SQL"),
        (name = "queries", description = "Progress and cancelling"),
        (name = "events", description = "Sending events, with a key"),
        (name = "dictionary", description = "What is in the events, by name, and what is wrong with it"),
        (name = "sources", description = "What sends events of its own accord: keys, the live stream, dead letters"),
    )
)]
struct Document;

/// The routes and their description.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Document::openapi().merge_from(Door::openapi()))
        .routes(routes!(health::show))
        .routes(routes!(session::show, session::sign_in, session::sign_out))
        .routes(routes!(provider::begin, provider::finish))
        .routes(routes!(session::change_password))
        .routes(routes!(session::set_up))
        .routes(routes!(invitations::show, invitations::accept))
        .routes(routes!(people::list))
        .routes(routes!(people::change))
        .routes(routes!(members::list))
        .routes(routes!(members::set, members::remove))
        .routes(routes!(invitations::invite))
        .routes(routes!(invitations::withdraw))
        .routes(routes!(audit::list))
        .routes(routes!(system::show))
        .routes(routes!(workspaces::list, workspaces::create))
        .routes(routes!(workspaces::show))
        .routes(routes!(imports::list, imports::start))
        .routes(routes!(imports::show, imports::cancel))
        .routes(routes!(imports::download_rejects))
        .routes(routes!(uploads::list, uploads::begin))
        .routes(routes!(uploads::show, uploads::delete))
        // A piece of a file is larger than what else comes in.
        .routes(routes!(uploads::write).layer(DefaultBodyLimit::max(PIECE_BYTES_MAX)))
        .routes(routes!(uploads::suggest))
        .routes(routes!(uploads::preview))
        .routes(routes!(journeys::list, journeys::create))
        .routes(routes!(journeys::show, journeys::save))
        .routes(routes!(journeys::preview))
        .routes(routes!(journeys::definition))
        .routes(routes!(journeys::hierarchy))
        .routes(routes!(versions::list))
        .routes(routes!(versions::diff))
        .routes(routes!(versions::restore))
        .routes(routes!(templates::list))
        .routes(routes!(templates::show))
        .routes(routes!(dimensions::list))
        .routes(routes!(exports::export))
        .routes(routes!(exports::document).layer(DefaultBodyLimit::max(exports::DOCUMENT_BYTES_MAX)))
        .routes(routes!(analyses::journey_map))
        .routes(routes!(analyses::personas))
        .routes(routes!(analyses::funnel))
        .routes(routes!(analyses::paths))
        .routes(routes!(analyses::transitions))
        .routes(routes!(analyses::sessions))
        .routes(routes!(analyses::sequence))
        .routes(routes!(analyses::compare))
        .routes(routes!(analyses::retention))
        .routes(routes!(analyses::lifecycle))
        .routes(routes!(analyses::stickiness))
        .routes(routes!(analyses::survival))
        .routes(routes!(analyses::attribution))
        .routes(routes!(segments::list))
        .routes(routes!(segments::show, segments::save, segments::delete))
        .routes(routes!(segments::versions))
        .routes(routes!(analyses::segments))
        .routes(routes!(analyses::rfm))
        .routes(routes!(sites::list))
        .routes(routes!(sites::show, sites::save, sites::delete))
        .routes(routes!(sites::versions))
        .routes(routes!(positions::read_plan))
        .routes(routes!(positions::start))
        .routes(routes!(positions::replay))
        .routes(routes!(positions::days))
        .routes(routes!(positions::remove))
        .routes(routes!(sensors::list, sensors::add))
        .routes(routes!(sensors::change, sensors::remove))
        .routes(routes!(sensors::rotate_key))
        .routes(routes!(sensors::counts))
        .routes(routes!(places::place_visits))
        .routes(routes!(places::place_visit_list))
        .routes(routes!(places::place_zones))
        .routes(routes!(places::place_flows))
        .routes(routes!(places::place_heat))
        .routes(routes!(places::place_queues))
        .routes(routes!(places::place_staffing))
        .routes(routes!(places::place_pains))
        .routes(routes!(places::place_trips))
        .routes(routes!(places::place_tracks))
        .routes(routes!(places::place_forecast))
        .routes(routes!(place_forecasts::list, place_forecasts::keep))
        .routes(routes!(place_forecasts::show, place_forecasts::delete))
        .routes(routes!(place_forecasts::score))
        .routes(routes!(traffic::show, traffic::save))
        .routes(routes!(traffic::versions))
        .routes(routes!(traffic::preview))
        .routes(routes!(pains::find))
        .routes(routes!(pains::list))
        .routes(routes!(pains::show, pains::handle))
        .routes(routes!(pains::voices))
        .routes(routes!(proposals::list, proposals::create))
        .routes(routes!(proposals::show, proposals::change))
        .routes(routes!(comments::list, comments::add))
        .routes(routes!(comments::change, comments::delete))
        .routes(routes!(changes::list, changes::create))
        .routes(routes!(changes::show, changes::save, changes::delete))
        .routes(routes!(changes::result))
        .routes(routes!(reference::list))
        .routes(routes!(reference::show))
        .routes(routes!(customers::list))
        .routes(routes!(customers::search))
        .routes(routes!(customers::browse))
        .routes(routes!(customers::timeline))
        .routes(routes!(customers::overview))
        .routes(routes!(identity::customer))
        .routes(routes!(identity::review))
        .routes(routes!(identity::case))
        .routes(routes!(identity::preview))
        .routes(routes!(identity::decisions, identity::decide))
        .routes(routes!(identity::undo))
        .routes(routes!(identity_policy::show, identity_policy::save))
        .routes(routes!(identity_policy::versions))
        .routes(routes!(identity_policy::preview))
        .routes(routes!(views::save))
        .routes(routes!(views::show))
        .routes(routes!(named_views::list, named_views::create))
        .routes(routes!(named_views::change, named_views::delete))
        .routes(routes!(named_views::number))
        .routes(routes!(sql::query))
        .routes(routes!(queries::progress, queries::cancel))
        .routes(routes!(sources::list, sources::add))
        .routes(routes!(sources::change, sources::delete))
        .routes(routes!(sources::add_key))
        .routes(routes!(sources::delete_key))
        .routes(routes!(sources::rotate_key))
        .routes(routes!(live::watch))
        .routes(routes!(dictionary::show))
        .routes(routes!(dictionary::event, dictionary::describe_event))
        .routes(routes!(dictionary::describe_property))
        .routes(routes!(dictionary::event_versions))
        .routes(routes!(dictionary::property_versions))
        .routes(routes!(rejections::list))
        .routes(routes!(rejections::replay))
}

/// The description of our own door: its route stands with the other doors.
#[derive(OpenApi)]
#[openapi(paths(crate::doors::own))]
struct Door;

/// The OpenAPI document as it is served. Types refuse fields they do not know; where one is a part of another, the fields
/// of the other parts are known as well, which a closed part of an `allOf` would deny.
pub fn description(document: &OpenApiDocument) -> Value {
    // A document that has no JSON form fails the tests that read it.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    let mut parts = Vec::new();
    parts_of(&document, &mut parts);
    for part in parts {
        if let Some(Value::Object(schema)) = document.pointer_mut(&part) {
            schema.remove("additionalProperties");
        }
    }
    document
}

/// Where the schemas stand that are parts of others, as JSON pointers.
fn parts_of(value: &Value, parts: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|each| parts_of(each, parts)),
        Value::Object(fields) => {
            let together = fields.get("allOf").and_then(Value::as_array).into_iter().flatten();
            let pointer = |part: &Value| Some(part.get("$ref")?.as_str()?.trim_start_matches('#').to_owned());
            parts.extend(together.filter_map(pointer));
            fields.values().for_each(|each| parts_of(each, parts));
        }
        _ => {}
    }
}
