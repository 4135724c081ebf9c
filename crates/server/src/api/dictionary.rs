//! The data dictionary: what is in a workspace's events by name, what is wrong with it, and what people wrote about names.

use std::collections::BTreeMap;
use std::sync::Arc;

use analysis::answer::{DictionaryAnswer, DictionaryEntry, NameNote};
use analysis::dictionary::{DictionaryContext, Examples, RejectedCount};
use analysis::question::Present;
use axum::extract::State;
use axum::http::HeaderMap;
use lake::DictionaryRead;
use model::access::Ability;
use model::dictionary::{DictionaryNote, DictionarySubject};

use super::definitions::{SaveParams, Saved};
use super::versions::{VersionInfo, VersionList};
use crate::error::{ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::AppState;
use crate::trail::Trail;

/// The data dictionary with its findings.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/dictionary", tag = "dictionary", operation_id = "showDictionary",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses((status = 200, body = DictionaryAnswer), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Json<DictionaryAnswer>> {
    let present = state.present(&workspace).await?;
    let read = read(&state, &principal, &workspace, &present, &headers).await?;
    let context = context(&state, &workspace).await?;
    Ok(Json(analysis::dictionary::answer(&present, &read, &context)?))
}

/// One event of it. Below the role of an analyst, examples are of columns only that never say who.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/dictionary/events/{event}", tag = "dictionary",
    operation_id = "showDictionaryEvent",
    params(("workspace" = String, Path, description = "Workspace id"), ("event" = String, Path, description = "Name of the event"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses((status = 200, body = DictionaryEntry), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn event(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, event)): Path<(String, String)>,
    headers: HeaderMap,
) -> ApiResult<Json<DictionaryEntry>> {
    let present = state.present(&workspace).await?;
    let read = read(&state, &principal, &workspace, &present, &headers).await?;
    let context = context(&state, &workspace).await?;
    let sees = principal.require(Ability::SeeCustomers).is_ok();
    let examples = if sees { Examples::All } else { Examples::Plain };
    Ok(Json(analysis::dictionary::entry(&present, &read, &context, &event, examples)?))
}

/// Write about an event. An empty note takes it back.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/dictionary/events/{event}", tag = "dictionary",
    operation_id = "describeEvent",
    params(("workspace" = String, Path, description = "Workspace id"), ("event" = String, Path, description = "Name of the event"),
           SaveParams),
    request_body = DictionaryNote,
    responses(
        (status = 200, body = Saved),
        (status = 409, description = "Another version was saved meanwhile", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn describe_event(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, event)): Path<(String, String)>,
    trail: Trail,
    Query(params): Query<SaveParams>,
    Json(note): Json<DictionaryNote>,
) -> ApiResult<Json<Saved>> {
    describe(&state, principal, &workspace, DictionarySubject::Event(event), &trail, params, &note).await
}

/// Write about a property, as rules name it: `amount`, `props.plan`. An empty note takes it back.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/dictionary/properties/{property}", tag = "dictionary",
    operation_id = "describeProperty",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("property" = String, Path, description = "Name of the property"), SaveParams),
    request_body = DictionaryNote,
    responses(
        (status = 200, body = Saved),
        (status = 409, description = "Another version was saved meanwhile", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn describe_property(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, property)): Path<(String, String)>,
    trail: Trail,
    Query(params): Query<SaveParams>,
    Json(note): Json<DictionaryNote>,
) -> ApiResult<Json<Saved>> {
    describe(&state, principal, &workspace, DictionarySubject::Property(property), &trail, params, &note).await
}

/// The saved versions of what is written about an event.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/dictionary/events/{event}/versions", tag = "dictionary",
    operation_id = "listEventNoteVersions",
    params(("workspace" = String, Path, description = "Workspace id"), ("event" = String, Path, description = "Name of the event")),
    responses((status = 200, body = VersionList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn event_versions(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, event)): Path<(String, String)>,
) -> ApiResult<Json<VersionList>> {
    versions(&state, &workspace, DictionarySubject::Event(event)).await
}

/// The saved versions of what is written about a property.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/dictionary/properties/{property}/versions", tag = "dictionary",
    operation_id = "listPropertyNoteVersions",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("property" = String, Path, description = "Name of the property")),
    responses((status = 200, body = VersionList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn property_versions(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, property)): Path<(String, String)>,
) -> ApiResult<Json<VersionList>> {
    versions(&state, &workspace, DictionarySubject::Property(property)).await
}

/// The summary of the newest state of a workspace's events.
pub(super) async fn read(
    state: &AppState,
    principal: &Principal,
    workspace: &str,
    present: &Present,
    headers: &HeaderMap,
) -> ApiResult<Arc<DictionaryRead>> {
    if let Some(kept) = state.dictionaries.get(workspace, &present.snapshot) {
        return Ok(kept);
    }
    let work = |control| async move { analysis::dictionary::read(present, &control).await };
    let read = Arc::new(state.compute.run(principal, headers, work).await?);
    state.dictionaries.keep(workspace.to_owned(), &present.snapshot, Arc::clone(&read));
    Ok(read)
}

async fn context(state: &AppState, workspace: &str) -> ApiResult<DictionaryContext> {
    let known = state.workspace(workspace).await?;
    let notes: BTreeMap<DictionarySubject, NameNote> = state
        .control
        .dictionary_notes(workspace)
        .await?
        .into_iter()
        .map(|(subject, stored)| {
            let control::StoredDictionaryNote { note, version, saved_at_us, by } = stored;
            (subject, NameNote { note, version, saved_at_us, by })
        })
        .collect();
    let counts = state.intake.feed(&known).await?.letters.counts();
    let rejected = counts.into_iter().map(|count| RejectedCount {
        source: count.source,
        code: count.code,
        count: count.count,
        first_us: count.first_us,
        last_us: count.last_us,
    });
    Ok(DictionaryContext { notes, rejected: rejected.collect() })
}

async fn describe(
    state: &AppState,
    principal: Principal,
    workspace: &str,
    subject: DictionarySubject,
    trail: &Trail,
    params: SaveParams,
    note: &DictionaryNote,
) -> ApiResult<Json<Saved>> {
    state.workspace(workspace).await?;
    let info = params.info(principal);
    trail.target(subject.name());
    let saved = state.control.save_dictionary_note(workspace, &subject, note, info).await?;
    Ok(Json(Saved { version: saved.version, created: saved.created }))
}

async fn versions(state: &AppState, workspace: &str, subject: DictionarySubject) -> ApiResult<Json<VersionList>> {
    state.workspace(workspace).await?;
    let versions = state.control.dictionary_note_versions(workspace, &subject).await?;
    Ok(Json(VersionList { versions: versions.into_iter().map(VersionInfo::from).collect() }))
}
