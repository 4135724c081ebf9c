//! Comments on a journey's map. Whoever may comment answers and settles; only the author changes the words.

use axum::extract::State;
use axum::http::StatusCode;
use control::{CommentOf, Writer};
use model::access::Ability;
use model::comment::{Comment, KeptComment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

/// A comment as somebody sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenComment {
    #[serde(flatten)]
    pub kept: KeptComment,
    /// Whether it is the caller's own.
    pub mine: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CommentList {
    /// In the order they were written.
    pub comments: Vec<SeenComment>,
}

/// What becomes of a comment. What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeComment {
    /// What it says now; only its author changes that.
    pub text: Option<String>,
    /// Whether it is settled. Answers are settled with what they answer.
    pub resolved: Option<bool>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedComment {
    pub id: i64,
}

/// The comments on a journey's map.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/journeys/{journey}/comments", tag = "comments", operation_id = "listComments",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id")),
    responses((status = 200, body = CommentList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, journey)): Path<(String, String)>,
) -> ApiResult<Json<CommentList>> {
    state.workspace(&workspace).await?;
    let comments = state.control.comments(&workspace, &journey).await?;
    let seen = |CommentOf { kept, author_id }| SeenComment { kept, mine: author_id == principal.id };
    Ok(Json(CommentList { comments: comments.into_iter().map(seen).collect() }))
}

/// Say something about a journey's map, or answer what somebody said.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/journeys/{journey}/comments", tag = "comments", operation_id = "addComment",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id")),
    request_body = Comment,
    responses((status = 200, body = SeenComment), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn add(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path((workspace, journey)): Path<(String, String)>,
    Json(comment): Json<Comment>,
) -> ApiResult<Json<SeenComment>> {
    state.workspace(&workspace).await?;
    let kept = state.control.add_comment(&workspace, &journey, &comment, writer(principal)).await?;
    trail.target(kept.id.to_string());
    Ok(Json(SeenComment { kept, mine: true }))
}

/// Change what a comment says, settle it, or open it again.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/comments/{comment}", tag = "comments", operation_id = "changeComment",
    params(("workspace" = String, Path, description = "Workspace id"), ("comment" = i64, Path, description = "Id of the comment")),
    request_body = ChangeComment,
    responses((status = 200, body = SeenComment), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn change(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, i64)>,
    Json(ChangeComment { text, resolved }): Json<ChangeComment>,
) -> ApiResult<Json<SeenComment>> {
    let CommentOf { author_id, .. } = found(&state, &workspace, id).await?;
    let mine = author_id == principal.id;
    if text.is_some() && !mine {
        return Err(refused("only its author changes what a comment says").hint("answer it instead"));
    }
    let kept = state.control.change_comment(&workspace, id, text.as_deref(), resolved, writer(principal)).await?;
    Ok(Json(SeenComment { kept, mine }))
}

/// Delete a comment with its answers: its author, or an owner of the workspace.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/comments/{comment}", tag = "comments", operation_id = "deleteComment",
    params(("workspace" = String, Path, description = "Workspace id"), ("comment" = i64, Path, description = "Id of the comment")),
    responses((status = 200, body = DeletedComment), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn delete(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, i64)>,
) -> ApiResult<Json<DeletedComment>> {
    let CommentOf { author_id, .. } = found(&state, &workspace, id).await?;
    if author_id != principal.id && principal.require(Ability::ManageMembers).is_err() {
        return Err(refused("a comment is deleted by its author or by an owner of the workspace"));
    }
    if !state.control.delete_comment(&workspace, id).await? {
        return Err(unknown(&workspace, id));
    }
    Ok(Json(DeletedComment { id }))
}

fn writer(principal: Principal) -> Writer {
    Writer { id: principal.id, name: principal.name, at_us: now_us() }
}

async fn found(state: &AppState, workspace: &str, id: i64) -> ApiResult<CommentOf> {
    state.workspace(workspace).await?;
    state.control.comment(workspace, id).await?.ok_or_else(|| unknown(workspace, id))
}

fn unknown(workspace: &str, id: i64) -> ApiError {
    ApiError::not_found("comment_unknown", format!("there is no comment {id} in workspace `{workspace}`"))
        .hint("`GET /v1/workspaces/{workspace}/journeys/{journey}/comments` lists them")
}

fn refused(message: &str) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, "comment_of_another", message.to_owned())
}
