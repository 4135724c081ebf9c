//! Sites: their definitions.

use axum::extract::State;
use axum::http::HeaderMap;
use control::definition;
use model::place::{Overlap, Site, SiteKind};
use model::text::LocalizedText;
use serde::Serialize;
use utoipa::ToSchema;

use super::definitions::{SaveParams, Saved, VersionParam, check_id, definition_of};
use super::versions::{VersionInfo, VersionList};
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Body, Json, Path, Query};
use crate::principal::Principal;
use crate::state::AppState;

#[derive(Debug, Serialize, ToSchema)]
pub struct SiteList {
    /// By id, each at its newest version; of whoever is limited to stores, theirs.
    pub sites: Vec<SiteInfo>,
}

/// A site as a list shows it: the newest version, and its newest plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteInfo {
    pub id: String,
    pub name: LocalizedText,
    pub kind: SiteKind,
    pub time_zone: String,
    pub version: u32,
    pub saved_at_us: i64,
    pub plans: usize,
    pub floors: usize,
    pub zones: usize,
}

/// One version of a site.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteVersion {
    pub site: Site,
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
    pub note: Option<String>,
    /// Zones that are no relatives and lie on each other, of all plans: a point there belongs to the first.
    pub overlaps: Vec<Overlap>,
}

impl From<control::StoredSite> for SiteVersion {
    fn from(stored: control::StoredSite) -> SiteVersion {
        let control::StoredSite { site, version, saved_at_us, by, note } = stored;
        let overlaps = site.plans.iter().flat_map(|plan| plan.overlaps()).collect();
        SiteVersion { site, version, saved_at_us, by, note, overlaps }
    }
}

/// What deleting did.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedSite {
    pub id: String,
}

/// The sites of a workspace.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/sites", tag = "places", operation_id = "listSites",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = SiteList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
) -> ApiResult<Json<SiteList>> {
    state.workspace(&workspace).await?;
    let mut stored = state.control.sites(&workspace).await?;
    stored.retain(|stored| sees(&principal, &stored.site));
    let sites = stored.into_iter().map(|stored| {
        let newest = stored.site.plans.last();
        SiteInfo {
            plans: stored.site.plans.len(),
            floors: newest.map_or(0, |plan| plan.floors.len()),
            zones: newest.map_or(0, |plan| plan.floors.iter().map(|floor| floor.zones.len()).sum()),
            id: stored.site.id,
            name: stored.site.name,
            kind: stored.site.kind,
            time_zone: stored.site.time_zone,
            version: stored.version,
            saved_at_us: stored.saved_at_us,
        }
    });
    Ok(Json(SiteList { sites: sites.collect() }))
}

/// One site, newest or of a version.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/sites/{site}", tag = "places", operation_id = "showSite",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"), VersionParam),
    responses((status = 200, body = SiteVersion), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, String)>,
    Query(params): Query<VersionParam>,
) -> ApiResult<Json<SiteVersion>> {
    stored(&state, &principal, &workspace, &id, params.version).await.map(|stored| Json(stored.into()))
}

/// Save a definition as the site's next version.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/sites/{site}", tag = "places", operation_id = "saveSite",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"), SaveParams),
    request_body(description = "The definition", content((Site = "application/json"), (Site = "application/yaml"))),
    responses(
        (status = 200, body = Saved),
        (status = 409, description = "Another version was saved meanwhile", body = ErrorBody),
        (status = 422, description = "Faults of the definition, with lines", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn save(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, String)>,
    Query(params): Query<SaveParams>,
    headers: HeaderMap,
    Body(body): Body,
) -> ApiResult<Json<Saved>> {
    state.workspace(&workspace).await?;
    let site = definition_of(&headers, &body, definition::site_from_json, definition::site_from_yaml)?;
    check_id(&site.id, &id)?;
    let info = params.info(principal);
    let saved = state.control.save_site(&workspace, &site, info).await?;
    state.sensors.forget().await;
    Ok(Json(saved.into()))
}

/// Delete a site with all its versions and its sensors. What was seen there stays.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/sites/{site}", tag = "places", operation_id = "deleteSite",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id")),
    responses((status = 200, body = DeletedSite), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn delete(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
) -> ApiResult<Json<DeletedSite>> {
    state.workspace(&workspace).await?;
    state.control.delete_site(&workspace, &id).await?;
    state.sensors.forget().await;
    Ok(Json(DeletedSite { id }))
}

/// The versions of a site.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/sites/{site}/versions", tag = "places", operation_id = "listSiteVersions",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id")),
    responses((status = 200, body = VersionList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn versions(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, String)>,
) -> ApiResult<Json<VersionList>> {
    stored(&state, &principal, &workspace, &id, None).await?;
    let versions = state.control.site_versions(&workspace, &id).await?;
    Ok(Json(VersionList { versions: versions.into_iter().map(VersionInfo::from).collect() }))
}

/// A site that somebody may see: of whoever is limited to stores, one of theirs.
pub(super) async fn stored(
    state: &AppState,
    principal: &Principal,
    workspace: &str,
    id: &str,
    version: Option<u32>,
) -> ApiResult<control::StoredSite> {
    state.workspace(workspace).await?;
    let stored = state.control.site(workspace, id, version).await?;
    stored.filter(|stored| sees(principal, &stored.site)).ok_or_else(|| site_unknown(id))
}

/// Whoever is limited to stores sees those they have by any of their names.
fn sees(principal: &Principal, site: &Site) -> bool {
    let mut names = std::iter::once(&site.id).chain(&site.known_as);
    principal.stores.as_ref().is_none_or(|stores| names.any(|name| stores.has(name)))
}

fn site_unknown(id: &str) -> ApiError {
    ApiError::not_found("site_unknown", format!("there is no site `{id}`, or no such version of it"))
        .hint("`GET /v1/workspaces/{workspace}/sites` lists them")
}
