//! Questions about coming back: retention, lifecycle, stickiness, survival.

use analysis::answer::{LifecycleAnswer, RetentionAnswer, StickinessAnswer, SurvivalAnswer};
use analysis::question::{LifecycleQuestion, RetentionQuestion, StickinessQuestion, SurvivalQuestion};
use axum::extract::State;
use axum::http::HeaderMap;

use crate::error::{ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::AppState;

macro_rules! activity_handler {
    ($(#[doc = $doc:literal])* $name:ident, $path:literal, $id:literal, $question:ty, $answer:ty) => {
        $(#[doc = $doc])*
        #[utoipa::path(post, path = $path, tag = "analyses", operation_id = $id,
            params(("workspace" = String, Path, description = "Workspace id"),
                   ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
            request_body = $question,
            responses((status = 200, body = $answer), (status = "default", description = "Failure", body = ErrorBody)))]
        pub async fn $name(
            State(state): State<AppState>,
            _: Principal,
            Path(workspace): Path<String>,
            headers: HeaderMap,
            Json(question): Json<$question>,
        ) -> ApiResult<Json<$answer>> {
            let present = state.present(&workspace).await?;
            let work = |control| {
                let (analyst, present, question) = (&state.analyst, &present, &question);
                async move { analyst.$name(present, question, &control).await }
            };
            state.compute.run(&headers, work).await.map(Json)
        }
    };
}

activity_handler!(
    /// Of those who started in a period, who came back, and how long after.
    retention, "/v1/workspaces/{workspace}/retention", "retention", RetentionQuestion, RetentionAnswer
);

activity_handler!(
    /// Who is new, stays, comes back and falls silent, by period.
    lifecycle, "/v1/workspaces/{workspace}/lifecycle", "lifecycle", LifecycleQuestion, LifecycleAnswer
);

activity_handler!(
    /// On how many days of a month (weeks of a quarter …) customers are active.
    stickiness, "/v1/workspaces/{workspace}/stickiness", "stickiness", StickinessQuestion, StickinessAnswer
);

activity_handler!(
    /// How long from a start to an end, where the end may not have come yet.
    survival, "/v1/workspaces/{workspace}/survival", "survival", SurvivalQuestion, SurvivalAnswer
);
