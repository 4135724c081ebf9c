//! Sources that send events of their own accord, and their keys.

use std::collections::HashMap;

use analysis::answer::DictionarySource;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use control::{KeyKind, KeyScope, MessageKind, NewKey, Refusals, RefusedLetter, Source, SourceKey};
use ingest::live::Protocol;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dictionary;
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

/// Longest grace of a key that is replaced: a month, in hours.
const GRACE_HOURS_MAX: u32 = 31 * 24;

#[derive(Debug, Serialize, ToSchema)]
pub struct Sources {
    pub sources: Vec<SourceInfo>,
}

/// A source, its keys, and what came from it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceInfo {
    pub id: String,
    pub name: String,
    /// Channel of events that do not say theirs.
    pub channel: String,
    /// Origins of pages that may send; empty: any.
    pub origins: Vec<String>,
    pub keys: Vec<KeyInfo>,
    /// Events of it, those imported from files under its name included.
    pub events: u64,
    /// Messages that wait among the dead letters.
    pub rejected: u64,
    /// When something of it last arrived, UTC microseconds.
    pub last_us: Option<i64>,
    /// A gap longer than this is a silence, by the rhythm in which it sends. Null: too little is known of it to say.
    pub silent_after_seconds: Option<u64>,
    /// When something last arrived, where the gap since then is a silence.
    pub silent_since_us: Option<i64>,
    /// Letters its doors refused, whole or in part, by what the sender was told, the newest first.
    pub refused: Vec<RefusedLetters>,
}

/// Letters of a source that were refused for one reason. Nothing of them is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedLetters {
    /// Stable code: `origin_refused`, `rate_limited`, `body_unreadable`.
    pub code: String,
    pub count: u64,
    pub first_us: i64,
    pub last_us: i64,
    pub example: RefusedLetterInfo,
}

/// What the newest of them looked like from outside.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedLetterInfo {
    pub method: String,
    /// Path of the door, without the key.
    pub path: String,
    /// Without parameters; empty where none was said.
    pub content_type: String,
    pub content_encoding: String,
    /// As the sender said.
    pub bytes: Option<u64>,
    /// Of the page it came from.
    pub origin: Option<String>,
}

impl From<Refusals> for RefusedLetters {
    fn from(refusals: Refusals) -> RefusedLetters {
        let Refusals { code, count, first_us, last_us, example } = refusals;
        let RefusedLetter { method, path, content_type, content_encoding, bytes, origin } = example;
        let example = RefusedLetterInfo { method, path, content_type, content_encoding, bytes, origin };
        RefusedLetters { code, count, first_us, last_us, example }
    }
}

/// A key as it is listed.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyInfo {
    pub id: String,
    pub kind: SourceKeyKind,
    /// Its first characters, to know it by.
    pub start: String,
    /// The key itself, where it is public.
    pub key: Option<String>,
    pub created_us: i64,
    /// From then on it opens nothing.
    pub expires_us: Option<i64>,
    /// To the minute.
    pub last_used_us: Option<i64>,
    /// Protocols it may speak; empty: all.
    pub protocols: Vec<String>,
    /// Kinds of messages it may send; empty: all.
    pub kinds: Vec<SourceMessageKind>,
}

/// What a message does beside being an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceMessageKind {
    /// Something happened.
    Event,
    /// Identifiers are one person, or are no longer.
    Identify,
    /// Traits are set.
    Profile,
}

/// Who may read a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKeyKind {
    /// Stands in pages and apps.
    Public,
    /// Stays on servers; shown once.
    Secret,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSource {
    /// Lower-case letters, digits, `-` and `_`. It stands in every event and never changes.
    pub id: String,
    pub name: String,
    pub channel: String,
    #[serde(default)]
    pub origins: Vec<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceChange {
    pub name: Option<String>,
    pub channel: Option<String>,
    pub origins: Option<Vec<String>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    pub kind: SourceKeyKind,
    /// Protocols it may speak: `throughline`, `segment`, `posthog`, `ga4`, `gtag`, `sensors`, `snowplow`, `matomo`. None: all.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub protocols: Vec<Protocol>,
    /// Kinds of messages it may send. None: all.
    #[serde(default)]
    pub kinds: Vec<SourceMessageKind>,
}

impl KeyRequest {
    /// Each named once.
    fn scope(&self) -> KeyScope {
        let protocols = self.protocols.iter().map(|protocol| protocol.id().to_owned()).collect();
        let kinds = self.kinds.iter().map(|kind| MessageKind::from(*kind)).collect();
        KeyScope { protocols, kinds }.in_order()
    }
}

impl From<SourceMessageKind> for MessageKind {
    fn from(kind: SourceMessageKind) -> MessageKind {
        match kind {
            SourceMessageKind::Event => MessageKind::Event,
            SourceMessageKind::Identify => MessageKind::Identify,
            SourceMessageKind::Profile => MessageKind::Profile,
        }
    }
}

impl From<MessageKind> for SourceMessageKind {
    fn from(kind: MessageKind) -> SourceMessageKind {
        match kind {
            MessageKind::Event => SourceMessageKind::Event,
            MessageKind::Identify => SourceMessageKind::Identify,
            MessageKind::Profile => SourceMessageKind::Profile,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// Hours the replaced key goes on to open, 0 to 744.
    pub grace_hours: u32,
}

/// A new key: the only time a secret one is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyMade {
    pub id: String,
    pub kind: SourceKeyKind,
    pub key: String,
    pub start: String,
    pub created_us: i64,
}

/// The sources of a workspace.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/sources", tag = "sources", operation_id = "listSources",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = Sources), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Json<Sources>> {
    let known = state.workspace(&workspace).await?;
    let sources = state.control.sources(&workspace).await?;
    let mut keys: HashMap<String, Vec<KeyInfo>> = HashMap::new();
    for key in state.control.source_keys(&workspace).await? {
        keys.entry(key.source.clone()).or_default().push(KeyInfo::from(key));
    }
    let arrived = arrived(&state, &principal, &workspace, &headers).await?;
    let mut rejected: HashMap<String, u64> = HashMap::new();
    for count in state.intake.feed(&known).await?.letters.counts() {
        *rejected.entry(count.source).or_default() += count.count;
    }
    state.refusals.write_down().await;
    let mut refused = state.control.refusals(&workspace).await?;
    let info = |source: Source| {
        let arrived = arrived.get(&source.id);
        SourceInfo {
            keys: keys.remove(&source.id).unwrap_or_default(),
            refused: refused.remove(&source.id).unwrap_or_default().into_iter().map(RefusedLetters::from).collect(),
            events: arrived.map_or(0, |arrived| arrived.events),
            last_us: arrived.map(|arrived| arrived.received_us),
            silent_after_seconds: arrived.and_then(|arrived| arrived.rhythm.silent_after_seconds),
            silent_since_us: arrived.and_then(|arrived| arrived.rhythm.silent_since_us),
            rejected: rejected.get(&source.id).copied().unwrap_or_default(),
            id: source.id,
            name: source.name,
            channel: source.channel,
            origins: source.origins,
        }
    };
    Ok(Json(Sources { sources: sources.into_iter().map(info).collect() }))
}

/// Add a source.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/sources", tag = "sources", operation_id = "addSource",
    params(("workspace" = String, Path, description = "Workspace id")), request_body = NewSource,
    responses((status = 201, body = NewSourceMade), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn add(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    trail: Trail,
    Json(new): Json<NewSource>,
) -> ApiResult<(StatusCode, Json<NewSourceMade>)> {
    let NewSource { id, name, channel, origins } = new;
    let source = Source { id, name, channel, origins, created_at_us: now_us() };
    let source = state.control.add_source(&workspace, source).await?;
    trail.target(&*source.id);
    Ok((StatusCode::CREATED, Json(NewSourceMade { id: source.id })))
}

/// That it was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewSourceMade {
    pub id: String,
}

/// Change a source's name, channel or origins.
#[utoipa::path(patch, path = "/v1/workspaces/{workspace}/sources/{source}", tag = "sources", operation_id = "changeSource",
    params(("workspace" = String, Path, description = "Workspace id"), ("source" = String, Path, description = "Source id")),
    request_body = SourceChange,
    responses((status = 204, description = "Changed"), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn change(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, source)): Path<(String, String)>,
    Json(change): Json<SourceChange>,
) -> ApiResult<StatusCode> {
    let before = state.control.sources(&workspace).await?.into_iter().find(|other| other.id == source);
    let before = before.ok_or_else(|| source_unknown(&source))?;
    let changed = Source {
        name: change.name.unwrap_or(before.name),
        channel: change.channel.unwrap_or(before.channel),
        origins: change.origins.unwrap_or(before.origins),
        id: before.id,
        created_at_us: before.created_at_us,
    };
    state.control.change_source(&workspace, changed).await?;
    state.keys.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a source and its keys. Its events stay.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/sources/{source}", tag = "sources", operation_id = "deleteSource",
    params(("workspace" = String, Path, description = "Workspace id"), ("source" = String, Path, description = "Source id")),
    responses((status = 204, description = "Deleted"), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn delete(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, source)): Path<(String, String)>,
) -> ApiResult<StatusCode> {
    if !state.control.delete_source(&workspace, &source).await? {
        return Err(source_unknown(&source));
    }
    state.keys.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Make a key of a source.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/sources/{source}/keys", tag = "sources", operation_id = "addSourceKey",
    params(("workspace" = String, Path, description = "Workspace id"), ("source" = String, Path, description = "Source id")),
    request_body = KeyRequest,
    responses((status = 201, body = KeyMade), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn add_key(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, source)): Path<(String, String)>,
    trail: Trail,
    Json(request): Json<KeyRequest>,
) -> ApiResult<(StatusCode, Json<KeyMade>)> {
    let new = new_key(request.kind.into(), request.scope())?;
    let made = state.control.add_source_key(&workspace, &source, new.clone()).await?;
    state.keys.forget();
    trail.detail("key", &*made.id);
    Ok((StatusCode::CREATED, Json(KeyMade::of(made, new.text))))
}

/// Replace a key by a new one of its kind; the old one goes on to open for a while.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/sources/{source}/keys/{key}/rotation", tag = "sources",
    operation_id = "rotateSourceKey",
    params(("workspace" = String, Path, description = "Workspace id"), ("source" = String, Path, description = "Source id"),
           ("key" = String, Path, description = "Key id")),
    request_body = Rotation,
    responses((status = 201, body = KeyMade), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn rotate_key(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, source, key)): Path<(String, String, String)>,
    trail: Trail,
    Json(rotation): Json<Rotation>,
) -> ApiResult<(StatusCode, Json<KeyMade>)> {
    if rotation.grace_hours > GRACE_HOURS_MAX {
        let message = format!("`grace_hours` is 0 to {GRACE_HOURS_MAX}");
        return Err(ApiError::bad_request("grace_invalid", message));
    }
    let keys = state.control.source_keys(&workspace).await?;
    let old = keys.into_iter().find(|other| other.source == source && other.id == key);
    let old = old.ok_or_else(|| key_unknown(&key))?;
    let new = new_key(old.kind, old.scope)?;
    let ends_at_us = new.at_us + i64::from(rotation.grace_hours) * 3_600_000_000;
    let made = state.control.rotate_source_key(&workspace, &source, &key, new.clone(), ends_at_us).await?;
    state.keys.forget();
    trail.detail("key", &*made.id);
    Ok((StatusCode::CREATED, Json(KeyMade::of(made, new.text))))
}

/// Take a key away. It opens nothing from now on.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/sources/{source}/keys/{key}", tag = "sources",
    operation_id = "deleteSourceKey",
    params(("workspace" = String, Path, description = "Workspace id"), ("source" = String, Path, description = "Source id"),
           ("key" = String, Path, description = "Key id")),
    responses((status = 204, description = "Deleted"), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn delete_key(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, source, key)): Path<(String, String, String)>,
) -> ApiResult<StatusCode> {
    if !state.control.delete_source_key(&workspace, &source, &key).await? {
        return Err(key_unknown(&key));
    }
    state.keys.forget();
    Ok(StatusCode::NO_CONTENT)
}

impl From<SourceKeyKind> for KeyKind {
    fn from(kind: SourceKeyKind) -> KeyKind {
        match kind {
            SourceKeyKind::Public => KeyKind::Public,
            SourceKeyKind::Secret => KeyKind::Secret,
        }
    }
}

impl From<KeyKind> for SourceKeyKind {
    fn from(kind: KeyKind) -> SourceKeyKind {
        match kind {
            KeyKind::Public => SourceKeyKind::Public,
            KeyKind::Secret => SourceKeyKind::Secret,
        }
    }
}

impl From<SourceKey> for KeyInfo {
    fn from(key: SourceKey) -> KeyInfo {
        KeyInfo {
            id: key.id,
            kind: key.kind.into(),
            start: key.start,
            key: key.plain,
            created_us: key.created_at_us,
            expires_us: key.expires_at_us,
            last_used_us: key.last_used_at_us,
            protocols: key.scope.protocols,
            kinds: key.scope.kinds.into_iter().map(SourceMessageKind::from).collect(),
        }
    }
}

impl KeyInfo {
    /// What it may send, in words: `segment ga4 · event`.
    pub fn limits(&self) -> String {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| MessageKind::from(*kind).id()).collect();
        let parts = [self.protocols.join(" "), kinds.join(" ")];
        let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { "all".to_owned() } else { parts.join(" · ") }
    }
}

impl KeyMade {
    pub fn is_secret(&self) -> bool {
        self.kind == SourceKeyKind::Secret
    }

    pub fn of(made: SourceKey, key: String) -> KeyMade {
        KeyMade { id: made.id, kind: made.kind.into(), key, start: made.start, created_us: made.created_at_us }
    }
}

fn new_key(kind: KeyKind, scope: KeyScope) -> ApiResult<NewKey> {
    let text = worker::random::key(kind.start()).map_err(|error| ApiError::internal(&error))?;
    Ok(NewKey { kind, text, at_us: now_us(), scope })
}

/// What is known of the sources of a workspace's events, by name.
async fn arrived(
    state: &AppState,
    principal: &Principal,
    workspace: &str,
    headers: &HeaderMap,
) -> ApiResult<HashMap<String, DictionarySource>> {
    let present = match state.present(workspace).await {
        Ok(present) => present,
        Err(error) if error.code == "workspace_empty" => return Ok(HashMap::new()),
        Err(error) => return Err(error),
    };
    let read = dictionary::read(state, principal, workspace, &present, headers).await?;
    let sources = analysis::dictionary::sources(&present, &read)?;
    Ok(sources.into_iter().map(|source| (source.source.clone(), source)).collect())
}

fn source_unknown(id: &str) -> ApiError {
    ApiError::not_found("source_unknown", format!("there is no source `{id}`"))
        .hint("`GET /v1/workspaces/{workspace}/sources` lists them")
}

fn key_unknown(id: &str) -> ApiError {
    ApiError::not_found("key_unknown", format!("this source has no key `{id}`"))
}
