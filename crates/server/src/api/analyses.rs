//! Questions over a workspace's events. Each handler resolves the journey, takes a present and asks.

use analysis::answer::{
    AttributionAnswer, Comparison, FunnelAnswer, JourneyMap, LifecycleAnswer, PathsAnswer, PersonasAnswer,
    RetentionAnswer, RfmAnswer, SegmentsAnswer, SequenceAnswer, SessionsAnswer, StickinessAnswer, SurvivalAnswer,
    TransitionsAnswer,
};
use analysis::question::{
    AttributionQuestion, FunnelQuestion, JourneyKey, JourneyMapQuestion, LifecycleQuestion, PathsQuestion, Question,
    RetentionQuestion, RfmQuestion, SegmentsQuestion, SequenceQuestion, SessionsQuestion, StickinessQuestion,
    SurvivalQuestion, TransitionsQuestion,
};
use axum::extract::State;
use axum::http::HeaderMap;
use model::scope::Scope;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::error::{ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::AppState;

/// Which version of the journey, over which people and period.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MapRequest {
    /// None: the newest.
    pub version: Option<u32>,
    /// Only customers of this persona of the journey.
    pub persona: Option<String>,
    pub scope: Scope,
}

/// Which version of the journey, over which people and period.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PersonasRequest {
    /// None: the newest.
    pub version: Option<u32>,
    pub scope: Scope,
}

/// The journey map of a population and period.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/journeys/{journey}/map", tag = "analyses", operation_id = "journeyMap",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = MapRequest,
    responses((status = 200, body = JourneyMap), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn journey_map(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(request): Json<MapRequest>,
) -> ApiResult<Json<JourneyMap>> {
    let MapRequest { version, persona, scope } = request;
    let question = JourneyMapQuestion { journey: JourneyKey { id, version }, persona, scope };
    let present = state.present_to(&principal, &workspace).await?;
    let journey = state.journey(&workspace, &question.journey).await?;
    let work = |control| {
        let (analyst, present, question, journey) = (&state.analyst, &present, &question, &journey);
        async move { analyst.journey_map(present, question, journey, &control).await }
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}

/// The personas of a journey side by side, each by the same map.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/journeys/{journey}/personas", tag = "analyses", operation_id = "journeyPersonas",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = PersonasRequest,
    responses((status = 200, body = PersonasAnswer), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn personas(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(request): Json<PersonasRequest>,
) -> ApiResult<Json<PersonasAnswer>> {
    let PersonasRequest { version, scope } = request;
    let question = JourneyMapQuestion { journey: JourneyKey { id, version }, persona: None, scope };
    let present = state.present_to(&principal, &workspace).await?;
    let journey = state.journey(&workspace, &question.journey).await?;
    let work = |control| {
        let (analyst, present, question, journey) = (&state.analyst, &present, &question, &journey);
        async move { analyst.personas(present, question, journey, &control).await }
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}

/// A question, and the scope its answer is compared with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareRequest {
    /// Any but maps and pains.
    pub question: Question,
    /// In place of the question's own; `by` is not used.
    pub versus: Scope,
}

/// A question over two scopes: both answers, and what differs.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/compare", tag = "analyses", operation_id = "compare",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = CompareRequest,
    responses((status = 200, body = Comparison), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn compare(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
    headers: HeaderMap,
    Json(CompareRequest { question, versus }): Json<CompareRequest>,
) -> ApiResult<Json<Comparison>> {
    let present = state.present_to(&principal, &workspace).await?;
    let journey = state.journey_of(&workspace, question.journey()).await?;
    let work = |control| {
        let (analyst, present, question, versus) = (&state.analyst, &present, &question, &versus);
        let journey = journey.as_ref();
        async move { analyst.compare(present, question, versus, journey, &control).await }
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}

/// The handler of one kind of question; `of journey` where it may be of a journey's instances.
macro_rules! analysis_handler {
    ($(#[doc = $doc:literal])* $name:ident, $path:literal, $id:literal, $question:ty, $answer:ty $(, of $journey:ident)?) => {
        $(#[doc = $doc])*
        #[utoipa::path(post, path = $path, tag = "analyses", operation_id = $id,
            params(("workspace" = String, Path, description = "Workspace id"),
                   ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
            request_body = $question,
            responses((status = 200, body = $answer), (status = "default", description = "Failure", body = ErrorBody)))]
        pub async fn $name(
            State(state): State<AppState>,
            principal: Principal,
            Path(workspace): Path<String>,
            headers: HeaderMap,
            Json(question): Json<$question>,
        ) -> ApiResult<Json<$answer>> {
            let present = state.present_to(&principal, &workspace).await?;
            $(let $journey = state.journey_of(&workspace, question.journey.as_ref()).await?;)?
            let work = |control| {
                let (analyst, present, question) = (&state.analyst, &present, &question);
                $(let $journey = $journey.as_ref();)?
                async move { analyst.$name(present, question, $($journey,)? &control).await }
            };
            state.compute.run(&principal, &headers, work).await.map(Json)
        }
    };
}

analysis_handler!(
    /// How many go from step to step, in order and in time.
    funnel, "/v1/workspaces/{workspace}/funnel", "funnel", FunnelQuestion, FunnelAnswer, of journey
);

analysis_handler!(
    /// The paths people take.
    paths, "/v1/workspaces/{workspace}/paths", "paths", PathsQuestion, PathsAnswer, of journey
);

analysis_handler!(
    /// What directly follows what and after how long, where subjects are at each step, and what comes next.
    transitions, "/v1/workspaces/{workspace}/transitions", "transitions", TransitionsQuestion, TransitionsAnswer, of journey
);

analysis_handler!(
    /// Who did something after something else, by a pattern of conditions and times.
    sequence, "/v1/workspaces/{workspace}/sequence", "sequence", SequenceQuestion, SequenceAnswer, of journey
);

analysis_handler!(
    /// Sessions: runs of events without a long gap.
    sessions, "/v1/workspaces/{workspace}/sessions", "sessions", SessionsQuestion, SessionsAnswer
);

analysis_handler!(
    /// Which touches led to conversions, by all models side by side.
    attribution, "/v1/workspaces/{workspace}/attribution", "attribution", AttributionQuestion, AttributionAnswer
);

analysis_handler!(
    /// Of those who started in a period, who came back, and how long after.
    retention, "/v1/workspaces/{workspace}/retention", "retention", RetentionQuestion, RetentionAnswer
);

analysis_handler!(
    /// Who is new, stays, comes back and falls silent, by period.
    lifecycle, "/v1/workspaces/{workspace}/lifecycle", "lifecycle", LifecycleQuestion, LifecycleAnswer
);

analysis_handler!(
    /// On how many days of a month (weeks of a quarter …) customers are active.
    stickiness, "/v1/workspaces/{workspace}/stickiness", "stickiness", StickinessQuestion, StickinessAnswer
);

analysis_handler!(
    /// How long from a start to an end, where the end may not have come yet.
    survival, "/v1/workspaces/{workspace}/survival", "survival", SurvivalQuestion, SurvivalAnswer
);

analysis_handler!(
    /// How many customers are in segments, in several at once, and day by day.
    segments, "/v1/workspaces/{workspace}/segmentation", "segmentation", SegmentsQuestion, SegmentsAnswer
);

analysis_handler!(
    /// Customers by recency, frequency and monetary value.
    rfm, "/v1/workspaces/{workspace}/rfm", "rfm", RfmQuestion, RfmAnswer
);
