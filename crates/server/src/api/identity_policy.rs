//! The rules by which identifiers are one customer: in force, their versions, what others would change.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::HeaderMap;
use lake::NamespaceCount;
use model::stitching::{NamespaceRules, Policy};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::definitions::{Saved, VersionParam};
use super::identity::existing;
use super::identity_shapes::{IdentityEffect, ReasonCount, Sight, reasons};
use super::versions::{VersionInfo, VersionList};
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

/// Namespaces that are shown before any event has one of them.
const USUAL: [&str; 5] = ["anonymous_id", "order_no", "email", "phone", "user_id"];

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct IdentitySaveParams {
    /// The version the change was made from: if another one was saved since, nothing is saved (409).
    pub expected_version: Option<u32>,
}

/// A policy with what follows from it for each namespace.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityPolicy {
    pub policy: Policy,
    /// 0: the policy every workspace begins with.
    pub version: u32,
    /// Null for version 0, as `by`.
    pub saved_at_us: Option<i64>,
    pub by: Option<String>,
    /// Namespaces with identifiers, with rules of their own, and usual ones; by name.
    pub namespaces: Vec<IdentityNamespace>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityNamespace {
    pub namespace: String,
    /// Different identifiers of it.
    pub identifiers: u64,
    /// With what the policy leaves out filled in.
    pub rules: NamespaceRules,
    /// What the rules would be if the policy said nothing of it.
    pub usual: NamespaceRules,
}

/// What a policy would change if it were saved now.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityPolicyEffect {
    /// All customers that have an identifier.
    pub customers_before: u64,
    pub customers_after: u64,
    pub effect: IdentityEffect,
    /// Links people are asked about, by reason, in the order of the rules.
    pub asked_before: Vec<ReasonCount>,
    pub asked_after: Vec<ReasonCount>,
}

/// The identity policy in force, or that of a version.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/identity/policy", tag = "identity", operation_id = "showIdentityPolicy",
    params(("workspace" = String, Path, description = "Workspace id"), VersionParam),
    responses((status = 200, body = IdentityPolicy), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    Query(params): Query<VersionParam>,
) -> ApiResult<Json<IdentityPolicy>> {
    let lake = existing(&state, &workspace).await?;
    let mut versions = lake.stitching_policies().await?;
    let newest = versions.len() as u32;
    let version = params.version.unwrap_or(newest);
    if version > newest {
        return Err(ApiError::not_found("version_unknown", "there is no such version of the identity policy")
            .hint("`GET /v1/workspaces/{workspace}/identity/policy/versions` lists them"));
    }
    let saved = version.checked_sub(1).map(|at| versions.swap_remove(at as usize));
    let policy = saved.as_ref().map(|saved| saved.policy.clone()).unwrap_or_default();
    Ok(Json(IdentityPolicy {
        namespaces: namespaces(&policy, lake.namespaces().await?),
        policy,
        version,
        saved_at_us: saved.as_ref().map(|saved| saved.time_us),
        by: saved.map(|saved| saved.by),
    }))
}

/// Save an identity policy as the next version. Everything that was ever said is judged by it at once.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/identity/policy", tag = "identity", operation_id = "saveIdentityPolicy",
    params(("workspace" = String, Path, description = "Workspace id"), IdentitySaveParams),
    request_body = Policy,
    responses(
        (status = 200, body = Saved),
        (status = 409, description = "Another version was saved meanwhile", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn save(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Query(params): Query<IdentitySaveParams>,
    Json(policy): Json<Policy>,
) -> ApiResult<Json<Saved>> {
    existing(&state, &workspace).await?;
    let lake = state.lakes.writer(&state.workspace(&workspace).await?).await?;
    let versions = lake.stitching_policies().await?;
    let newest = versions.len() as u32;
    if params.expected_version.is_some_and(|expected| expected != newest) {
        let message = format!("version {newest} of the identity policy was saved meanwhile");
        return Err(ApiError::conflict("version_conflict", message)
            .hint("load the newest version, make the change there and save again"));
    }
    if lake.stitching_policy().await? == policy {
        return Ok(Json(Saved { version: newest, created: false }));
    }
    lake.set_stitching_policy(&policy, &principal.name, now_us()).await?;
    let version = lake.stitching_policies().await?.len() as u32;
    trail.detail("version", version);
    Ok(Json(Saved { version, created: true }))
}

/// The saved versions of the identity policy.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/identity/policy/versions", tag = "identity", operation_id = "listIdentityPolicyVersions",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = VersionList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn versions(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
) -> ApiResult<Json<VersionList>> {
    let versions = existing(&state, &workspace).await?.stitching_policies().await?;
    let info = |saved: lake::PolicyVersion| VersionInfo {
        version: saved.version,
        saved_at_us: saved.time_us,
        by: saved.by,
        note: None,
    };
    Ok(Json(VersionList { versions: versions.into_iter().rev().map(info).collect() }))
}

/// What an identity policy would change: customers, links, and what people are asked. Saves nothing.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/identity/policy/preview", tag = "identity", operation_id = "previewIdentityPolicy",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = Policy,
    responses((status = 200, body = IdentityPolicyEffect), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn preview(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
    headers: HeaderMap,
    Json(policy): Json<Policy>,
) -> ApiResult<Json<IdentityPolicyEffect>> {
    let lake = existing(&state, &workspace).await?;
    let (lake, policy) = (&lake, &policy);
    let work = |control| async move {
        let before = lake.customer_count().await?;
        Ok::<_, lake::Error>((before, lake.preview_policy(policy, &control).await?))
    };
    let (before, found) = state.compute.run(&principal, &headers, work).await?;
    // Numbers alone: who they are is asked of the queue.
    let effect = Sight::Masked.effect(found.change);
    Ok(Json(IdentityPolicyEffect {
        customers_before: before,
        customers_after: (before + effect.customers_after).saturating_sub(effect.customers_before),
        effect,
        asked_before: reasons(found.asked_before),
        asked_after: reasons(found.asked_after),
    }))
}

fn namespaces(policy: &Policy, counted: Vec<NamespaceCount>) -> Vec<IdentityNamespace> {
    let mut all: BTreeMap<String, u64> =
        counted.into_iter().map(|count| (count.namespace, count.identifiers)).collect();
    for name in policy.namespaces.keys().map(String::as_str).chain(USUAL) {
        all.entry(name.to_owned()).or_default();
    }
    let info = |(namespace, identifiers): (String, u64)| {
        let rules = policy.rules(&namespace);
        let mut without = policy.clone();
        without.namespaces.remove(&namespace);
        let usual = without.rules(&namespace);
        IdentityNamespace { namespace, identifiers, rules, usual }
    };
    all.into_iter().map(info).collect()
}
