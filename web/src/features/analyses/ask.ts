// What the API is asked for a view.
import type { AskedScope } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { groupScope } from "../../ui/scope/group";
import type { Days } from "../../ui/scope/period";
import { chosenDays, comparedDays, periodOf } from "../../ui/scope/period";
import { attributionQuestion } from "./attributionView";
import { askedBands } from "./bands";
import { funnelQuestion } from "./funnelView";
import { cutQuestion } from "./pathsView";
import { modelOf } from "./rfm";
import { isRule, written } from "../../ui/rule/rules";
import { sessionSubject } from "./sessionRules";
import { lifecycleQuestion, over, retentionQuestion, stickinessQuestion, survivalQuestion } from "./timeViews";
import { comparesPeriods } from "./versus";
import { sessionsOf } from "./view";
import type { AskedView, By, TransitionsView, Unit } from "./view";

type Place = Pick<WorkspaceInfo, "zone" | "first_us" | "last_us" | "currency">;

/** The question of a view; null while there is nothing to ask yet. */
export function questionOf(view: AskedView, place: Place): object | null {
  const scope = scopeOf(view, place);
  switch (view.kind) {
    case "funnel":
      return funnelQuestion(view, scope);
    case "paths":
      return { scope, ...journeyOf(view.unit), collapse: view.collapse, steps: view.depth, top: view.top, ...cutQuestion(view, view.unit.of === "journey") };
    case "transitions":
      return { scope, ...journeyOf(view.unit), ...partOf(view) };
    case "sessions":
      return { scope };
    case "retention":
      return retentionQuestion(view, scope);
    case "lifecycle":
      return lifecycleQuestion(view, scope);
    case "stickiness":
      return stickinessQuestion(view, scope);
    case "survival":
      return survivalQuestion(view, scope);
    case "attribution":
      return attributionQuestion(view, scope, place.currency ?? null);
    case "segments":
      return view.segments.length === 0 ? null : { scope, segments: view.segments, ...(view.days > 0 ? { trend_days: view.days } : {}) };
    case "rfm": {
      const match = view.match.map(written);
      return isRule(match) ? { scope, model: modelOf({ ...view, match }) } : null;
    }
  }
}

function partOf({ part, depth, after, target }: TransitionsView): object {
  if (part === "steps") return { steps: depth };
  if (part !== "next") return {};
  return { ...(after.length > 0 ? { after } : {}), ...(target === "" ? {} : { target }) };
}

/** The days another period means for a view; null where it is not compared with a period, or has none. */
export function versusDays(view: AskedView, place: Place): Days | null {
  const { versus } = view;
  return versus.kind === "group" || versus.kind === "channels" ? null : comparedDays(versus, chosenDays(view.period, place));
}

/** The scope the view is compared with; null where there is none, or a period that does not exist. */
export function versusScope(view: AskedView, place: Place): object | null {
  const { versus } = view;
  if (versus.kind === "none") return null;
  // Where activity is shown over a period, the period is part of the question, not of whom it is about.
  const isOver = !comparesPeriods(view.kind);
  const own = (other: AskedView) => (isOver ? over(scopeOf(other, place)).scope : scopeOf(other, place));
  if (versus.kind === "group") return own({ ...view, of: versus.group });
  if (versus.kind === "channels") return own({ ...view, channels: versus.channels });
  const days = versusDays(view, place);
  return days && { ...scopeOf(view, place), entry: periodOf(days, place.zone) };
}

function scopeOf(view: AskedView, place: Place): AskedScope & object {
  // A group here is never a persona: those belong to a journey's own map.
  const { persona: _, ...group } = groupScope(view.of, undefined) ?? {};
  const sessions = sessionsOf(view);
  return {
    entry: periodOf(chosenDays(view.period, place), place.zone),
    zone: place.zone,
    ...(view.channels.length > 0 ? { events: [{ channel: view.channels }] } : {}),
    ...group,
    ...(sessions ? { subject: sessionSubject(sessions) } : {}),
    ...(view.by ? { by: byOf(view.by) } : {}),
  };
}

function byOf({ dimension, at, top, bands }: By): object {
  return { dimension, at: typeof at === "number" ? { step: at } : at, ...(bands === undefined ? { top } : { bands: askedBands(bands) }) };
}

function journeyOf(unit: Unit): object {
  return unit.of === "journey" ? { journey: { id: unit.journey } } : {};
}
