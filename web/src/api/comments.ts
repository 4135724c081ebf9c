// Comments on a journey's map.
import { queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import { PATHS } from "./paths";
import type { ChangeComment, Comment, SeenComment } from "./types";

export const commentsKey = (workspace: string, journey: string) => ["comments", workspace, journey] as const;

export const commentsQuery = (workspace: string, journey: string) =>
  queryOptions({
    queryKey: commentsKey(workspace, journey),
    queryFn: ({ signal }) => request("GET", PATHS.comments, { path: { workspace, journey }, signal }),
  });

export function addComment(workspace: string, journey: string, comment: Comment): Promise<SeenComment> {
  return request("POST", PATHS.comments, { path: { workspace, journey }, body: comment });
}

export function changeComment(workspace: string, id: number, change: ChangeComment): Promise<SeenComment> {
  return request("PUT", PATHS.comment, { path: { workspace, comment: String(id) }, body: change });
}

export function deleteComment(workspace: string, id: number): Promise<unknown> {
  return request("DELETE", PATHS.comment, { path: { workspace, comment: String(id) } });
}
