//! Who is one customer: the queue of what people are asked, what they decide, and undoing it.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::HeaderMap;
use lake::limits::REVIEW_PAGE_MAX;
use lake::{Lake, ReviewAsk, Verdict};
use model::access::{Ability, Action};
use model::identity::{CustomerId, Identifier, ProfileId};
use model::stitching::{Decision, Why};
use serde::Deserialize;
use utoipa::IntoParams;

use super::identity_shapes::{
    CustomerIdentity, IdentityCase, IdentityDecided, IdentityDecisionList, IdentityEffect, IdentityName,
    IdentityReview, IdentityVerdict, IdentityVerdicts, Sight, decision_id, link, reasons,
};
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

/// Verdicts of one request: what a person settles at a time.
const VERDICTS_MAX: usize = 50;

/// Longest note in bytes.
const NOTE_BYTES_MAX: usize = 1000;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct IdentityReviewParams {
    /// Only cases of which something is withheld for this reason.
    #[param(inline)]
    pub why: Option<Why>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200.
    #[serde(default = "fifty")]
    #[param(default = 50)]
    pub limit: usize,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct IdentityDecisionParams {
    /// `next` of the page before.
    #[serde(default)]
    pub after: u64,
    /// 1 to 200.
    #[serde(default = "fifty")]
    #[param(default = 50)]
    pub limit: usize,
}

/// The review queue: identifiers of which something was said that does not stand.
///
/// Who may not see customers gets the first page, with identifiers masked.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/identity/review", tag = "identity", operation_id = "listIdentityReview",
    params(("workspace" = String, Path, description = "Workspace id"), IdentityReviewParams,
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses((status = 200, body = IdentityReview), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn review(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Query(params): Query<IdentityReviewParams>,
    headers: HeaderMap,
) -> ApiResult<Json<IdentityReview>> {
    let limit = page(params.limit)?;
    let sight = sight(&principal, &trail);
    let after = params.after.as_deref().filter(|_| sight == Sight::Full).map(profile).transpose()?;
    let lake = existing(&state, &workspace).await?;
    let ask = ReviewAsk { why: params.why, after, limit };
    let lake = &lake;
    let page = state.compute.run(&principal, &headers, |_| async move { lake.review(ask).await }).await?;
    Ok(Json(IdentityReview {
        cases: page.cases.into_iter().map(|case| sight.case(case)).collect(),
        total: page.total,
        reasons: reasons(page.reasons),
        next: page.next.filter(|_| sight == Sight::Full).map(|next| next.0.to_string()),
    }))
}

/// One open case: what was said of an identifier and does not stand.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/identity/review/{profile}", tag = "identity", operation_id = "showIdentityCase",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("profile" = String, Path, description = "`profile` of the case's subject")),
    responses((status = 200, body = IdentityCase), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn case(
    State(state): State<AppState>,
    _: Principal,
    trail: Trail,
    Path((workspace, subject)): Path<(String, String)>,
) -> ApiResult<Json<IdentityCase>> {
    trail.target(state.access.keyed("profile", &subject));
    let subject = profile(&subject)?;
    let case = existing(&state, &workspace).await?.case(subject).await?;
    case.map(|case| Json(Sight::Full.case(case))).ok_or_else(|| {
        ApiError::not_found(
            "identity_case_unknown",
            "nothing is asked about this identifier: it is settled, or unknown",
        )
        .hint("`GET /v1/workspaces/{workspace}/identity/review` lists the open cases")
    })
}

/// Why a customer is one: its identifiers, the links that hold them together, and where it was met.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/customers/{customer}/identity", tag = "identity", operation_id = "customerIdentity",
    params(("workspace" = String, Path, description = "Workspace id"), ("customer" = String, Path, description = "Customer id, decimal")),
    responses((status = 200, body = CustomerIdentity), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn customer(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, customer)): Path<(String, String)>,
) -> ApiResult<Json<CustomerIdentity>> {
    let id = customer
        .parse()
        .map(CustomerId)
        .map_err(|_| ApiError::bad_request("customer_id_invalid", "a customer's id is a decimal number"))?;
    let lake = existing(&state, &workspace).await?;
    let explained = lake.explain(id).await?;
    let presence = state.analyst.presence(&state.present(&workspace).await?, id).await?;
    if explained.members.is_empty() || (presence.events == 0 && explained.members_count == 1) {
        return Err(ApiError::not_found("customer_unknown", format!("customer {} is none now", id.0))
            .hint("it may be part of another customer by now, or split: look for one of its identifiers"));
    }
    Ok(Json(CustomerIdentity {
        customer,
        members: explained.members.into_iter().map(|member| Sight::Full.member(member)).collect(),
        members_count: explained.members_count,
        links: explained.links.into_iter().filter_map(link).collect(),
        links_count: explained.links_count,
        presence,
    }))
}

/// What decisions would change. Writes nothing.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/identity/preview", tag = "identity", operation_id = "previewIdentity",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = IdentityVerdicts,
    responses((status = 200, body = IdentityEffect), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn preview(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
    headers: HeaderMap,
    Json(request): Json<IdentityVerdicts>,
) -> ApiResult<Json<IdentityEffect>> {
    let lake = existing(&state, &workspace).await?;
    let verdicts = verdicts(&lake, &request).await?;
    let (lake, verdicts) = (&lake, &verdicts);
    let work = |_| async move { lake.preview_verdicts(verdicts).await };
    let change = state.compute.run(&principal, &headers, work).await?;
    Ok(Json(Sight::Full.effect(change)))
}

/// Decide who is one customer and who is not. All of it holds for all of history at once.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/identity/decisions", tag = "identity", operation_id = "decideIdentity",
    params(("workspace" = String, Path, description = "Workspace id")),
    request_body = IdentityVerdicts,
    responses((status = 200, body = IdentityDecided), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn decide(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Json(request): Json<IdentityVerdicts>,
) -> ApiResult<Json<IdentityDecided>> {
    let lake = existing(&state, &workspace).await?;
    let verdicts = verdicts(&lake, &request).await?;
    let ends: Vec<_> = verdicts.iter().map(|verdict| (verdict.decision, ends(verdict))).collect();
    trail.target(state.access.keyed("identity", &ends[0].1));
    trail.detail("decision", word(ends[0].0));
    trail.detail("verdicts", verdicts.len());
    decided(&state, &workspace, &principal, verdicts).await.map(Json)
}

/// The decisions in force, newest first.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/identity/decisions", tag = "identity", operation_id = "listIdentityDecisions",
    params(("workspace" = String, Path, description = "Workspace id"), IdentityDecisionParams),
    responses((status = 200, body = IdentityDecisionList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn decisions(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Query(params): Query<IdentityDecisionParams>,
) -> ApiResult<Json<IdentityDecisionList>> {
    let limit = page(params.limit)?;
    let sight = sight(&principal, &trail);
    let made = existing(&state, &workspace).await?.decisions().await?;
    let total = made.len() as u64;
    let skipped = usize::try_from(params.after).unwrap_or(usize::MAX);
    let shown: Vec<_> = made.into_iter().rev().skip(skipped).take(limit).map(|made| sight.decision(made)).collect();
    let until = params.after.saturating_add(shown.len() as u64);
    Ok(Json(IdentityDecisionList { decisions: shown, total, next: Some(until).filter(|until| *until < total) }))
}

/// Undo a decision: the rules decide again, and all numbers are as if it had never been.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/identity/decisions/{decision}", tag = "identity", operation_id = "undoIdentityDecision",
    params(("workspace" = String, Path, description = "Workspace id"), ("decision" = String, Path, description = "`id` of the decision")),
    responses((status = 200, body = IdentityDecided), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn undo(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path((workspace, id)): Path<(String, String)>,
) -> ApiResult<Json<IdentityDecided>> {
    let unknown = || {
        ApiError::not_found("identity_decision_unknown", "there is no such decision in force")
            .hint("`GET /v1/workspaces/{workspace}/identity/decisions` lists them")
    };
    let lake = existing(&state, &workspace).await?;
    let about =
        |made: &lake::DecisionMade| decision_id(made.a.profile, made.b.as_ref().unwrap_or(&made.a).profile) == id;
    let made = lake.decisions().await?.into_iter().find(about).ok_or_else(unknown)?;
    let a = made.a.identifier.ok_or_else(unknown)?;
    let b = made.b.map(|b| b.identifier.ok_or_else(unknown)).transpose()?;
    let verdict = Verdict { decision: Decision::Undo, a, b, reason: String::new() };
    trail.target(state.access.keyed("identity", &ends(&verdict)));
    trail.detail("decision", word(Decision::Undo));
    decided(&state, &workspace, &principal, vec![verdict]).await.map(Json)
}

async fn decided(
    state: &AppState,
    workspace: &str,
    principal: &Principal,
    verdicts: Vec<Verdict>,
) -> ApiResult<IdentityDecided> {
    let lake = state.lakes.writer(&state.workspace(workspace).await?).await?;
    let change = lake.preview_verdicts(&verdicts).await?;
    let identity_version = lake.decide(verdicts.clone(), &principal.name, now_us()).await?.0;
    let snapshot = lake.snapshot().await?;
    let mut decisions = Vec::new();
    for Verdict { a, b, .. } in verdicts.iter().filter(|verdict| verdict.decision != Decision::Undo) {
        let known = |profile: Option<ProfileId>, one: &Identifier| profile.unwrap_or_else(|| one.profile(0));
        let first = known(snapshot.profile_of(a).await?, a);
        let second = match b {
            Some(b) => known(snapshot.profile_of(b).await?, b),
            None => first,
        };
        decisions.push(decision_id(first, second));
    }
    Ok(IdentityDecided { identity_version, decisions, effect: Sight::Full.effect(change) })
}

/// The lake of a workspace that has events.
pub(super) async fn existing(state: &AppState, workspace: &str) -> ApiResult<Lake> {
    state.lakes.lake(&state.workspace(workspace).await?).await
}

/// What the caller may see; that identifiers are shown is written down.
pub(super) fn sight(principal: &Principal, trail: &Trail) -> Sight {
    if principal.require(Ability::SeeCustomers).is_err() {
        return Sight::Masked;
    }
    trail.action(Action::CustomersSeen);
    Sight::Full
}

/// Verdicts of a request as the lake takes them.
async fn verdicts(lake: &Lake, request: &IdentityVerdicts) -> ApiResult<Vec<Verdict>> {
    let count = request.verdicts.len();
    if !(1..=VERDICTS_MAX).contains(&count) {
        return Err(ApiError::bad_request(
            "verdicts_invalid",
            format!("give 1 to {VERDICTS_MAX} verdicts, not {count}"),
        ));
    }
    let note = request.note.as_deref().unwrap_or_default().trim();
    if note.len() > NOTE_BYTES_MAX {
        let message = format!("a note has at most {NOTE_BYTES_MAX} bytes, not {}", note.len());
        return Err(ApiError::bad_request("note_invalid", message));
    }
    let names = request.verdicts.iter().flat_map(|verdict| [Some(&verdict.a), verdict.b.as_ref()]).flatten();
    let profiles = names.filter_map(|name| match name {
        IdentityName::Profile { profile: id } => Some(profile(id)),
        IdentityName::Identifier { .. } => None,
    });
    let known = lake.identifiers(&profiles.collect::<ApiResult<BTreeSet<_>>>()?).await?;
    let identifier = |name: &IdentityName| -> ApiResult<Identifier> {
        let (namespace, value) = match name {
            IdentityName::Identifier { namespace, value } => (namespace, value),
            IdentityName::Profile { profile: id } => {
                return known.get(&profile(id)?).cloned().ok_or_else(|| {
                    let message = format!("no event has carried an identifier of profile {id}");
                    ApiError::not_found("identifier_unknown", message)
                });
            }
        };
        model::identifier::read(namespace, value).map_err(|illegal| {
            ApiError::bad_request(illegal.code(), "this identifier names nobody: it is empty, too long or malformed")
        })
    };
    let verdict = |IdentityVerdict { decision, a, b }: &IdentityVerdict| -> ApiResult<Verdict> {
        let (a, b) = (identifier(a)?, b.as_ref().map(&identifier).transpose()?);
        Ok(Verdict { decision: *decision, a, b, reason: note.to_owned() })
    };
    request.verdicts.iter().map(verdict).collect()
}

/// What a verdict is about, as one text in one order.
fn ends(verdict: &Verdict) -> String {
    let mut ends = vec![&verdict.a];
    ends.extend(verdict.b.as_ref());
    ends.sort();
    let texts: Vec<String> = ends.iter().map(|one| format!("{}:{}", one.namespace, one.value)).collect();
    texts.join(" ")
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Join => "join",
        Decision::KeepApart => "keep_apart",
        Decision::Block => "block",
        Decision::Undo => "undo",
    }
}

fn profile(id: &str) -> ApiResult<ProfileId> {
    id.parse()
        .map(ProfileId)
        .map_err(|_| ApiError::bad_request("profile_id_invalid", "a profile's id is a decimal number"))
}

fn page(limit: usize) -> ApiResult<usize> {
    if (1..=REVIEW_PAGE_MAX).contains(&limit) {
        return Ok(limit);
    }
    Err(ApiError::bad_request("limit_invalid", format!("`limit` is 1 to {REVIEW_PAGE_MAX}, not {limit}")))
}

fn fifty() -> usize {
    50
}
