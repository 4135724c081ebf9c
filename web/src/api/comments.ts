// Comments on a journey's map.
import { queryOptions } from "@tanstack/react-query";

import { path, request } from "./client";
import { PATHS } from "./paths";
import type { ChangeComment, Comment, CommentList, SeenComment } from "./types";

export const commentsKey = (workspace: string, journey: string) => ["comments", workspace, journey] as const;

export const commentsQuery = (workspace: string, journey: string) =>
  queryOptions({
    queryKey: commentsKey(workspace, journey),
    queryFn: ({ signal }) => request<CommentList>(path(PATHS.comments, { workspace, journey }), { signal }),
  });

export function addComment(workspace: string, journey: string, comment: Comment): Promise<SeenComment> {
  return request<SeenComment>(path(PATHS.comments, { workspace, journey }), { body: comment });
}

export function changeComment(workspace: string, id: number, change: ChangeComment): Promise<SeenComment> {
  return request<SeenComment>(path(PATHS.comment, { workspace, comment: String(id) }), { method: "PUT", body: change });
}

export function deleteComment(workspace: string, id: number): Promise<unknown> {
  return request<unknown>(path(PATHS.comment, { workspace, comment: String(id) }), { method: "DELETE" });
}
