//! Journeys to begin with, one a trade. They belong to the program, not to a workspace.

use model::journey::Journey;
use model::text::LocalizedText;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;

#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateList {
    /// In the order to show them in.
    pub templates: Vec<TemplateInfo>,
}

/// A template as a list to choose from shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateInfo {
    pub id: String,
    pub name: LocalizedText,
    pub industry: Industry,
    /// What the journey is about.
    pub description: Option<LocalizedText>,
    /// Number of stages.
    pub stages: usize,
    /// Number of touchpoints.
    pub touchpoints: usize,
}

/// A template with all of its journey.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateDetail {
    pub id: String,
    pub name: LocalizedText,
    pub industry: Industry,
    pub journey: Journey,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Industry {
    Retail,
    Ecommerce,
    Services,
    Banking,
    B2b,
}

impl From<control::Industry> for Industry {
    fn from(industry: control::Industry) -> Industry {
        match industry {
            control::Industry::Retail => Industry::Retail,
            control::Industry::Ecommerce => Industry::Ecommerce,
            control::Industry::Services => Industry::Services,
            control::Industry::Banking => Industry::Banking,
            control::Industry::B2b => Industry::B2b,
        }
    }
}

/// Templates of journeys.
#[utoipa::path(get, path = "/v1/templates", tag = "journeys", operation_id = "listTemplates",
    responses((status = 200, body = TemplateList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(_: Principal) -> ApiResult<Json<TemplateList>> {
    let templates = control::templates().iter().map(|template| TemplateInfo {
        id: template.id.to_owned(),
        name: template.name.clone(),
        industry: template.industry.into(),
        description: template.journey.description.clone(),
        stages: template.journey.stages.len(),
        touchpoints: template.journey.touchpoints().count(),
    });
    Ok(Json(TemplateList { templates: templates.collect() }))
}

/// One template with its journey.
#[utoipa::path(get, path = "/v1/templates/{template}", tag = "journeys", operation_id = "showTemplate",
    params(("template" = String, Path, description = "Template id")),
    responses((status = 200, body = TemplateDetail), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(_: Principal, Path(id): Path<String>) -> ApiResult<Json<TemplateDetail>> {
    let template = control::template(&id).ok_or_else(|| template_unknown(&id))?;
    Ok(Json(TemplateDetail {
        id: template.id.to_owned(),
        name: template.name.clone(),
        industry: template.industry.into(),
        journey: template.journey.clone(),
    }))
}

pub(super) fn template_unknown(id: &str) -> ApiError {
    ApiError::not_found("template_unknown", format!("there is no template `{id}`"))
        .hint("`GET /v1/templates` lists them")
}
