// What the API is asked for a view.
import type { AskedScope } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { groupScope } from "../../ui/scope/group";
import { chosenDays, periodOf } from "../../ui/scope/period";
import { cutQuestion } from "./pathsView";
import { ruleName, says, written } from "./rules";
import { sessionSubject } from "./sessionRules";
import { sessionsOf } from "./view";
import type { AskedView, By, Step, Unit } from "./view";

type Place = Pick<WorkspaceInfo, "zone" | "first_us" | "last_us">;

/** The question of a view; null while there is nothing to ask yet. */
export function questionOf(view: AskedView, place: Place): object | null {
  const scope = scopeOf(view, place);
  switch (view.kind) {
    case "funnel": {
      // Steps of a journey are its stages: they have no window of their own and no mode.
      if (view.unit.of === "journey") return { scope, ...journeyOf(view.unit) };
      const steps = view.steps.map((step) => ({ ...step, match: step.match.map(written) })).filter(isComplete);
      if (steps.length === 0) return null;
      return { scope, steps: steps.map((step) => ({ name: stepName(step), match: step.match })), mode: view.mode, ...(view.window ? { window: view.window } : {}) };
    }
    case "paths":
      return { scope, ...journeyOf(view.unit), collapse: view.collapse, steps: view.depth, top: view.top, ...cutQuestion(view, view.unit.of === "journey") };
    case "transitions":
      return { scope, ...journeyOf(view.unit) };
    case "sessions":
      return { scope };
  }
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

function byOf({ dimension, at, top }: By): object {
  return { dimension, at: typeof at === "number" ? { step: at } : at, top };
}

function journeyOf(unit: Unit): object {
  return unit.of === "journey" ? { journey: { id: unit.journey } } : {};
}

/** Whether a step says which events do it. */
export function isComplete(step: Step): boolean {
  return step.match.length > 0 && step.match.every(says);
}

/** What a step is called: by its name, else by its events. */
export function stepName(step: Step): string {
  return step.name.trim() || ruleName(step.match);
}
