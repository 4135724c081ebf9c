//! The people behind a number, finding and listing people, and one person's life.

use analysis::answer::{CustomerList, CustomerOverview, CustomerPage, Timeline};
use analysis::question::{JourneyKey, Question};
use analysis::{BrowseAsk, FindAsk, SortBy, TimelineAsk, TimelineFrom};
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
    /// A name, its sounds (`zhangsan`, `zs`) or an identifier, each whole or in part; letters of either case. At most 200
    /// characters.
    pub value: String,
    /// Only by identifiers of this namespace: `member_no`.
    pub namespace: Option<String>,
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
pub struct BrowseParams {
    #[serde(default)]
    #[param(inline)]
    pub sort: SortBy,
    /// The least or earliest first.
    #[serde(default)]
    pub ascending: bool,
    /// Only the members of this segment.
    pub segment: Option<String>,
    /// `next` of the page before, asked with the same order and segment.
    pub after: Option<String>,
    /// 1 to 200.
    #[serde(default = "fifty")]
    #[param(default = 50)]
    pub limit: usize,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TimelineParams {
    /// Journey whose touchpoints and stages to mark.
    pub journey: Option<String>,
    /// None: the newest.
    pub version: Option<u32>,
    /// `next` of another page: older events. At most one of `before`, `after`, `skip` and `at_us`.
    pub before: Option<String>,
    /// `previous` of another page: newer events.
    pub after: Option<String>,
    /// The page that so many newer events come before.
    pub skip: Option<u64>,
    /// The page that ends with the newest event not later than this, UTC microseconds.
    pub at_us: Option<i64>,
    /// Only events of these channels: a JSON list of at most 100.
    pub channels: Option<String>,
    /// Only these events: a JSON list of at most 100.
    pub events: Option<String>,
    /// 1 to 500.
    #[serde(default = "hundred")]
    #[param(default = 100)]
    pub limit: usize,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OverviewParams {
    /// Journey whose changes of stage to tell.
    pub journey: Option<String>,
    /// None: the newest.
    pub version: Option<u32>,
    /// Count only events of these channels: a JSON list of at most 100.
    pub channels: Option<String>,
    /// Count only these events: a JSON list of at most 100.
    pub events: Option<String>,
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

/// Customers by name, by the sounds of it (pinyin) or by an identifier, each also in part; the best matches first.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/customers/search", tag = "customers", operation_id = "searchCustomers",
    params(("workspace" = String, Path, description = "Workspace id"), SearchParams,
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses((status = 200, body = CustomerPage), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn search(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Query(params): Query<SearchParams>,
    headers: HeaderMap,
) -> ApiResult<Json<CustomerPage>> {
    let limit = page(params.limit, analysis::PAGE_CUSTOMERS_MAX)?;
    trail.target(state.access.keyed("identifier", &params.value));
    let present = state.present_to(&principal, &workspace).await?;
    let namespace = params.namespace.map(|written| model::identifier::namespace(&written).to_owned());
    let ask = FindAsk { text: params.value, namespace, after: params.after, limit };
    let work = |control| {
        let (analyst, present, ask) = (&state.analyst, &present, &ask);
        async move { analyst.find(present, ask, &control).await }
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}

/// The customers there are, who was last seen first or in another order.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/customers/all", tag = "customers", operation_id = "browseCustomers",
    params(("workspace" = String, Path, description = "Workspace id"), BrowseParams,
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses((status = 200, body = CustomerPage), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn browse(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
    Query(params): Query<BrowseParams>,
    headers: HeaderMap,
) -> ApiResult<Json<CustomerPage>> {
    let limit = page(params.limit, analysis::PAGE_CUSTOMERS_MAX)?;
    let present = state.present_to(&principal, &workspace).await?;
    let BrowseParams { sort, ascending, segment, after, .. } = params;
    let ask = BrowseAsk { by: sort, ascending, segment, after, limit };
    let work = |control| {
        let (analyst, present, ask) = (&state.analyst, &present, &ask);
        async move { analyst.browse(present, ask, &control).await }
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}

/// A page of a customer's events: the newest, older or newer than another page, or those around a moment.
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
    let id = customer_id(&customer)?;
    let from = match (params.before, params.after, params.skip, params.at_us) {
        (None, None, None, None) => TimelineFrom::Newest,
        (Some(before), None, None, None) => TimelineFrom::Before(before),
        (None, Some(after), None, None) => TimelineFrom::After(after),
        (None, None, Some(newer), None) => TimelineFrom::Skipping(newer),
        (None, None, None, Some(at_us)) => TimelineFrom::At(at_us),
        _ => {
            let what = "give one of `before`, `after`, `skip` and `at_us`, or none";
            return Err(ApiError::bad_request("page_invalid", what));
        }
    };
    let (channels, events) = (names("channels", params.channels)?, names("events", params.events)?);
    let ask = TimelineAsk { from, channels, events, limit };
    let present = state.present_to(&principal, &workspace).await?;
    let key = params.journey.map(|id| JourneyKey { id, version: params.version });
    let journey = state.journey_of(&workspace, key.as_ref()).await?;
    Ok(Json(state.analyst.timeline(&present, id, journey.as_ref(), &ask).await?))
}

/// A customer's events over time and channels, their sessions, stages and scores.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/customers/{customer}/overview", tag = "customers", operation_id = "customerOverview",
    params(("workspace" = String, Path, description = "Workspace id"), ("customer" = String, Path, description = "Customer id, decimal"), OverviewParams),
    responses((status = 200, body = CustomerOverview), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn overview(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, customer)): Path<(String, String)>,
    Query(params): Query<OverviewParams>,
) -> ApiResult<Json<CustomerOverview>> {
    let id = customer_id(&customer)?;
    let (channels, events) = (names("channels", params.channels)?, names("events", params.events)?);
    let ask = TimelineAsk { channels, events, ..TimelineAsk::default() };
    let present = state.present_to(&principal, &workspace).await?;
    let key = params.journey.map(|id| JourneyKey { id, version: params.version });
    let journey = state.journey_of(&workspace, key.as_ref()).await?;
    Ok(Json(state.analyst.overview(&present, id, journey.as_ref(), &ask).await?))
}

pub(super) fn customer_id(text: &str) -> ApiResult<CustomerId> {
    let id = text.parse();
    id.map(CustomerId).map_err(|_| ApiError::bad_request("customer_id_invalid", "a customer's id is a decimal number"))
}

/// Names to filter by. A list in JSON, as names may hold any other sign.
fn names(what: &str, list: Option<String>) -> ApiResult<Vec<String>> {
    let read = |list: String| {
        serde_json::from_str(&list).map_err(|_| {
            ApiError::bad_request("filter_invalid", format!("`{what}` is a JSON list of names: [\"web\"]"))
        })
    };
    list.map_or_else(|| Ok(Vec::new()), read)
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
