//! The people behind a number, one person's timeline, and finding a person by an identifier.

use analysis::answer::{CustomerList, SearchResult, Timeline};
use analysis::question::{JourneyKey, Question};
use axum::extract::State;
use axum::http::HeaderMap;
use model::identity::CustomerId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::AppState;
use crate::trail::Trail;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListParams {
    /// `meta.question` of the answer the number stands in.
    pub question: String,
    /// `pick` of the number.
    pub pick: String,
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
pub struct SearchParams {
    /// The identifier, exactly.
    pub value: String,
    /// Only in this namespace: `member_no`.
    pub namespace: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TimelineParams {
    /// Journey whose touchpoints and stages to mark.
    pub journey: Option<String>,
    /// None: the newest.
    pub version: Option<u32>,
    /// `next` of the page before: older events.
    pub before: Option<String>,
    /// 1 to 500.
    #[serde(default = "hundred")]
    #[param(default = 100)]
    pub limit: usize,
}

/// The customers behind a number.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/customers", tag = "customers", operation_id = "listCustomers",
    params(("workspace" = String, Path, description = "Workspace id"), ListParams,
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses((status = 200, body = CustomerList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Query(params): Query<ListParams>,
    headers: HeaderMap,
) -> ApiResult<Json<CustomerList>> {
    let limit = page(params.limit, analysis::PAGE_CUSTOMERS_MAX)?;
    let question = Question::decode(&params.question)?;
    if let Some(journey) = question.journey() {
        trail.target(&*journey.id);
    }
    let present = state.present_to(&principal, &workspace).await?;
    let journey = state.journey_of(&workspace, question.journey()).await?;
    let work = |control| {
        let (analyst, present, question, params) = (&state.analyst, &present, &question, &params);
        let (journey, after) = (journey.as_ref(), params.after.as_deref());
        async move { analyst.customers(present, question, journey, &params.pick, after, limit, &control).await }
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}

/// The customers an identifier belongs to.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/customers/search", tag = "customers", operation_id = "searchCustomers",
    params(("workspace" = String, Path, description = "Workspace id"), SearchParams),
    responses((status = 200, body = SearchResult), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn search(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Query(params): Query<SearchParams>,
) -> ApiResult<Json<SearchResult>> {
    trail.target(state.access.keyed("identifier", &params.value));
    let present = state.present_to(&principal, &workspace).await?;
    Ok(Json(state.analyst.search(&present, params.namespace.as_deref(), &params.value).await?))
}

/// A customer's events, newest page first.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/customers/{customer}", tag = "customers", operation_id = "customerTimeline",
    params(("workspace" = String, Path, description = "Workspace id"), ("customer" = String, Path, description = "Customer id, decimal"), TimelineParams),
    responses((status = 200, body = Timeline), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn timeline(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, customer)): Path<(String, String)>,
    Query(params): Query<TimelineParams>,
) -> ApiResult<Json<Timeline>> {
    let limit = page(params.limit, analysis::PAGE_EVENTS_MAX)?;
    let id = customer
        .parse()
        .map_err(|_| ApiError::bad_request("customer_id_invalid", "a customer's id is a decimal number"))?;
    let present = state.present_to(&principal, &workspace).await?;
    let key = params.journey.map(|id| JourneyKey { id, version: params.version });
    let journey = state.journey_of(&workspace, key.as_ref()).await?;
    let before = params.before.as_deref();
    Ok(Json(state.analyst.timeline(&present, CustomerId(id), journey.as_ref(), before, limit).await?))
}

fn page(limit: usize, max: usize) -> ApiResult<usize> {
    if (1..=max).contains(&limit) {
        return Ok(limit);
    }
    Err(ApiError::bad_request("limit_invalid", format!("`limit` is 1 to {max}, not {limit}")))
}

fn fifty() -> usize {
    50
}

fn hundred() -> usize {
    100
}
