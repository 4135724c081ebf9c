// Comments as threads: what was said, and its answers below it.
import type { SeenComment } from "../../api/types";

export interface Thread {
  first: SeenComment;
  answers: SeenComment[];
}

/** In the order they were begun. */
export function threadsOf(comments: readonly SeenComment[]): Thread[] {
  return comments.filter(({ comment }) => comment.reply_to == null).map((first) => ({ first, answers: comments.filter(({ comment }) => comment.reply_to === first.id) }));
}

export const isOpen = ({ first }: Thread): boolean => first.resolved_at_us == null;

/** The open threads about a stage or one of its touchpoints. */
export function openAt(threads: readonly Thread[], stage: string): Thread[] {
  return threads.filter((thread) => isOpen(thread) && thread.first.comment.stage === stage);
}

/** What a thread is about; nothing: the whole map. */
export interface About {
  stage?: string;
  touchpoint?: string;
}

/** The same as the choice of a picker. */
export function aboutKey({ stage = "", touchpoint = "" }: About): string {
  return `${stage}/${touchpoint}`;
}
