//! Forecasts of layouts that were written down: kept, listed, scored against what happened.

use analysis::place::{PlaceForecastKept, PlaceForecastQuestion, PlaceForecastScore, PlaceScope, ResolvedSite};
use axum::extract::State;
use axum::http::HeaderMap;
use control::SaveInfo;
use model::journey::Fault;
use model::place::forecast::{KeptForecast, NewForecast};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sites::stored;
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastList {
    /// The newest first, without their answers.
    pub forecasts: Vec<ForecastInfo>,
}

/// A kept forecast as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastInfo {
    pub id: i64,
    pub title: String,
    pub site_version: u32,
    /// As it was asked.
    #[schema(value_type = Object)]
    pub question: serde_json::Value,
    pub created_at_us: i64,
    pub created_by: String,
}

/// A forecast to be made and written down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepForecast {
    /// What is to be changed, in a sentence.
    pub title: String,
    pub question: PlaceForecastQuestion,
}

/// Days to score a forecast by.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScoreForecast {
    /// Of them those after the forecast's own on which a later plan holds. The floor is the forecast's.
    pub scope: PlaceScope,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedForecast {
    pub id: i64,
}

/// The forecasts of a site that were written down.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/sites/{site}/forecasts", tag = "places", operation_id = "listForecasts",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id")),
    responses((status = 200, body = ForecastList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, String)>,
) -> ApiResult<Json<ForecastList>> {
    stored(&state, &principal, &workspace, &id, None).await?;
    let kept = state.control.kept_forecasts(&workspace, &id).await?;
    let forecasts = kept.into_iter().map(|KeptForecast { id, forecast, created_at_us, created_by }| {
        let NewForecast { title, site_version, question, .. } = forecast;
        ForecastInfo { id, title, site_version, question, created_at_us, created_by }
    });
    Ok(Json(ForecastList { forecasts: forecasts.collect() }))
}

/// Make a forecast of a changed layout and write it down. Nobody can change it afterwards.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/sites/{site}/forecasts", tag = "places", operation_id = "keepForecast",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = KeepForecast,
    responses((status = 200, body = KeptForecast), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn keep(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path((workspace, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(request): Json<KeepForecast>,
) -> ApiResult<Json<KeptForecast>> {
    let KeepForecast { title, question } = request;
    let site = stored(&state, &principal, &workspace, &id, question.version).await?;
    let mut new = NewForecast {
        title,
        site: id,
        site_version: site.version,
        question: serde_json::to_value(&question).map_err(|error| ApiError::internal(&error))?,
        answer: serde_json::Value::Null,
    };
    if let Some(Fault { path, message, .. }) = new.faults().into_iter().next() {
        return Err(control::Error::Invalid { field: path, message }.into());
    }
    let site = ResolvedSite { version: site.version, definition: site.site };
    let of = state.workspace(&workspace).await?;
    let snapshot = state.lakes.snapshot(&of).await?;
    let analyst = state.analyst.clone();
    let work = |control| async move {
        let runtime = tokio::runtime::Handle::current();
        let ask = move || runtime.block_on(analyst.place_forecast(&snapshot, &site, &question, &control));
        let answer = tokio::task::spawn_blocking(ask).await.map_err(|error| ApiError::internal(&error))?;
        answer.map_err(ApiError::from)
    };
    let answer = state.compute.run(&principal, &headers, work).await?;
    new.answer = serde_json::to_value(&answer).map_err(|error| ApiError::internal(&error))?;
    let info = SaveInfo { at_us: now_us(), by: principal.name, note: None, expected_version: None };
    let kept = state.control.keep_forecast(&workspace, &new, info).await?;
    trail.target(kept.id.to_string());
    Ok(Json(kept))
}

/// One forecast, as it was when it was written down.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/sites/{site}/forecasts/{forecast}", tag = "places", operation_id = "showForecast",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"),
           ("forecast" = i64, Path, description = "Id of the forecast")),
    responses((status = 200, body = KeptForecast), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id, forecast)): Path<(String, String, i64)>,
) -> ApiResult<Json<KeptForecast>> {
    stored(&state, &principal, &workspace, &id, None).await?;
    kept(&state, &workspace, &id, forecast).await.map(Json)
}

/// Forget a forecast.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/sites/{site}/forecasts/{forecast}", tag = "places", operation_id = "deleteForecast",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"),
           ("forecast" = i64, Path, description = "Id of the forecast")),
    responses((status = 200, body = DeletedForecast), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn delete(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id, forecast)): Path<(String, String, i64)>,
) -> ApiResult<Json<DeletedForecast>> {
    stored(&state, &principal, &workspace, &id, None).await?;
    if !state.control.delete_forecast(&workspace, &id, forecast).await? {
        return Err(unknown(&id, forecast));
    }
    Ok(Json(DeletedForecast { id: forecast }))
}

/// A forecast against what happened on the days after the change, and against saying that nothing changes.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/sites/{site}/forecasts/{forecast}/score", tag = "places", operation_id = "scoreForecast",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"),
           ("forecast" = i64, Path, description = "Id of the forecast"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = ScoreForecast,
    responses((status = 200, body = PlaceForecastScore), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn score(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id, forecast)): Path<(String, String, i64)>,
    headers: HeaderMap,
    Json(ScoreForecast { scope }): Json<ScoreForecast>,
) -> ApiResult<Json<PlaceForecastScore>> {
    let site = stored(&state, &principal, &workspace, &id, None).await?;
    let kept = kept(&state, &workspace, &id, forecast).await?;
    let kept: PlaceForecastKept =
        serde_json::from_value(kept.forecast.answer).map_err(|error| ApiError::internal(&error))?;
    let site = ResolvedSite { version: site.version, definition: site.site };
    let of = state.workspace(&workspace).await?;
    let snapshot = state.lakes.snapshot(&of).await?;
    let analyst = state.analyst.clone();
    let work = |control| async move {
        let runtime = tokio::runtime::Handle::current();
        let ask = move || runtime.block_on(analyst.place_forecast_score(&snapshot, &site, &kept, &scope, &control));
        let answer = tokio::task::spawn_blocking(ask).await.map_err(|error| ApiError::internal(&error))?;
        answer.map_err(ApiError::from)
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}

async fn kept(state: &AppState, workspace: &str, site: &str, id: i64) -> ApiResult<KeptForecast> {
    state.control.kept_forecast(workspace, site, id).await?.ok_or_else(|| unknown(site, id))
}

fn unknown(site: &str, id: i64) -> ApiError {
    ApiError::not_found("forecast_unknown", format!("there is no forecast {id} of site `{site}`"))
        .hint("`GET /v1/workspaces/{workspace}/sites/{site}/forecasts` lists them")
}
