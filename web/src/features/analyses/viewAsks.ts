// What a view asks, as a named view keeps it: the question that makes it a number elsewhere.
import type { NamedView, WorkspaceInfo } from "../../api/types";
import { fixed } from "../../ui/scope/period";
import { questionOf, versusScope } from "./ask";
import type { AnalysisView, AskedView } from "./view";

/** The view with its days named, so that the question kept with it stays that of the view. */
export function fixedView(view: AskedView, place: WorkspaceInfo): AskedView {
  return { ...view, period: fixed(view.period, place) };
}

/** `place`: the workspace with the zone that is asked in. null while there is nothing to ask, and for SQL. */
export function asksOf(view: AnalysisView, place: WorkspaceInfo): NonNullable<NamedView["asks"]> | null {
  if (view.kind === "sql") return null;
  const question = questionOf(view, place);
  if (question === null) return null;
  const versus = versusScope(view, place);
  return { question: { ask: view.kind, ...question }, ...(versus === null ? {} : { versus }) } as unknown as NonNullable<NamedView["asks"]>;
}

/** The same of a view that is kept: a rolling period keeps rolling when it is opened, so it has no question that stays the same. */
export function keptAsks(view: AskedView, place: WorkspaceInfo): ReturnType<typeof asksOf> {
  return view.period.kind === "last" ? null : asksOf(view, place);
}
