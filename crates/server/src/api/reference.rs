//! Reference tables: which there are, and their rows as of a day.

use axum::extract::State;
use chrono::NaiveDate;
use lake::{Lake, ReferenceQuery};
use model::reference::{Cell, ColumnKind, TableKind, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::AppState;

/// Rows of one page, at most and by default.
const PAGE_MAX: usize = 1_000;
const PAGE: usize = 100;

#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceList {
    /// Every kind of table there can be.
    pub tables: Vec<ReferenceInfo>,
}

/// A table and what was imported of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceInfo {
    pub table: TableKind,
    /// Its name in SQL.
    pub sql: String,
    pub columns: Vec<ReferenceColumn>,
    /// In the order of imports; empty: never imported.
    pub versions: Vec<ReferenceVersion>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceColumn {
    pub name: String,
    pub kind: ColumnKind,
    /// Whether every row has one.
    pub required: bool,
}

/// An import, and when it is in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceVersion {
    #[serde(flatten)]
    pub version: Version,
    /// Null: replaced by a later import of the same day.
    pub in_force_from: Option<NaiveDate>,
    /// The last day. Null: until further notice, or never.
    pub in_force_to: Option<NaiveDate>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReferenceParams {
    /// Only rows that hold on this day.
    pub as_of: Option<NaiveDate>,
    /// Only rows with `value` in this column.
    pub column: Option<String>,
    /// Empty: rows without a value.
    pub value: Option<String>,
    /// Rows to pass over.
    #[serde(default)]
    pub offset: u64,
    /// 1 to 1000; 100 by default.
    pub limit: Option<usize>,
}

/// A page of rows.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceRows {
    pub table: TableKind,
    pub columns: Vec<ReferenceColumn>,
    pub rows: Vec<ReferenceRow>,
    /// Rows there are, on all pages.
    pub total: u64,
    /// `offset` of the next page. Null: this is the last one.
    pub next: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceRow {
    /// The version it came with.
    pub version: u32,
    /// By column; null where there is no value.
    pub values: Vec<Option<Cell>>,
}

/// The reference tables of a workspace.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/reference", tag = "reference", operation_id = "listReference",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = ReferenceList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
) -> ApiResult<Json<ReferenceList>> {
    let lake = lake(&state, &workspace).await?;
    let mut tables = Vec::new();
    for kind in TableKind::ALL {
        let versions = match &lake {
            Some(lake) => {
                let table = lake.reference(kind).await?;
                let both = table.versions().iter().zip(table.reigns());
                both.map(|(version, reign)| {
                    let (in_force_from, in_force_to) = reign.map_or((None, None), |(from, to)| (Some(from), to));
                    ReferenceVersion { version: version.clone(), in_force_from, in_force_to }
                })
                .collect()
            }
            None => Vec::new(),
        };
        tables.push(ReferenceInfo { table: kind, sql: kind.table().to_owned(), columns: columns(kind), versions });
    }
    Ok(Json(ReferenceList { tables }))
}

/// Rows of a reference table.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/reference/{table}", tag = "reference", operation_id = "showReference",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("table" = TableKind, Path, description = "Which table"), ReferenceParams),
    responses((status = 200, body = ReferenceRows), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, kind)): Path<(String, TableKind)>,
    Query(params): Query<ReferenceParams>,
) -> ApiResult<Json<ReferenceRows>> {
    let limit = params.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ApiError::bad_request("limit_invalid", format!("a page has 1 to {PAGE_MAX} rows, not {limit}")));
    }
    let filter = match (params.column, params.value) {
        (None, None) => None,
        (Some(column), Some(value)) => {
            let at = kind.column(&column).ok_or_else(|| {
                let known: Vec<_> = kind.columns().iter().map(|column| column.name).collect();
                let message = format!("table `{}` has no column `{column}`", kind.id());
                ApiError::bad_request("column_unknown", message).hint(format!("it has {}", known.join(", ")))
            })?;
            Some((at, value))
        }
        _ => return Err(ApiError::bad_request("filter_invalid", "a filter is a `column` and a `value`")),
    };
    let query = ReferenceQuery { day: params.as_of, filter, offset: params.offset, limit };
    let page = match lake(&state, &workspace).await? {
        Some(lake) => lake.reference(kind).await?.page(&query).await?,
        None => lake::ReferencePage::default(),
    };
    let rows: Vec<_> = page.rows.into_iter().map(|(version, row)| ReferenceRow { version, values: row.0 }).collect();
    let reached = params.offset + rows.len() as u64;
    let next = (reached < page.total && !rows.is_empty()).then_some(reached);
    Ok(Json(ReferenceRows { table: kind, columns: columns(kind), rows, total: page.total, next }))
}

fn columns(kind: TableKind) -> Vec<ReferenceColumn> {
    let column = |column: &model::reference::Column| ReferenceColumn {
        name: column.name.to_owned(),
        kind: column.kind,
        required: column.required,
    };
    kind.columns().iter().map(column).collect()
}

/// None: nothing was brought into the workspace yet.
async fn lake(state: &AppState, workspace: &str) -> ApiResult<Option<Lake>> {
    let workspace = state.workspace(workspace).await?;
    match state.lakes.lake(&workspace).await {
        Ok(lake) => Ok(Some(lake)),
        Err(error) if error.code == "workspace_empty" => Ok(None),
        Err(error) => Err(error),
    }
}
