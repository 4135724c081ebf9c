// How paths are spoken of: their steps from either end, whom they are of, where they begin and end.
import { useTranslation } from "react-i18next";

import type { PathsNumbers, People } from "../../api/types";
import { useCount } from "../../ui/count";
import type { FigureInfo } from "../../ui/answer/figure";
import { usePeople } from "./labels";
import { hasFrom, hasTo } from "./pathsView";
import { ruleName, ruleOf } from "../../ui/rule/rules";
import { useSpan } from "./span";
import type { PathsView } from "./view";

/** A step's number as it is read: −1 is the last. */
export function stepNumber(position: number, from: PathsNumbers["counted_from"]): string {
  return from === "last" ? `−${position}` : String(position);
}

/** 「从「cart」开始的」, “ from “cart” on”; empty for whole paths. */
export function useWhere(label: (name: string) => string): (view: PathsView) => string {
  const { t } = useTranslation();
  return (view) => {
    const [from, to] = [hasFrom(view) ? ruleName(ruleOf(view.from)) : "", hasTo(view) ? ruleName(ruleOf(view.to)) : ""];
    if (from && to) return t(view.orNot ? "paths.where.from" : "paths.where.between", { from: label(from), to: label(to) });
    if (from) return t("paths.where.from", { from: label(from), to: "" });
    return to && !view.orNot ? t("paths.where.to", { to: label(to), from: "" }) : "";
  };
}

/** What paths are to get to. */
export function useGoalName(label: (name: string) => string): (view: PathsView) => string {
  const { t } = useTranslation();
  return (view) => {
    const rule = ruleOf(view.goal);
    const name = ruleName(rule.length > 0 ? rule : hasTo(view) ? ruleOf(view.to) : []);
    return name === "" ? t("paths.journeyGoal") : label(name);
  };
}

/** The two sides of a split: 「有「search」」 and 「没有「search」」. */
export function useSides(): (view: PathsView) => { here: string; there: string } {
  const { t } = useTranslation();
  return (view) => {
    const name = ruleName(ruleOf(view.split));
    return { here: t("paths.side.with", { name }), there: t("paths.side.without", { name }) };
  };
}

/** Within which time, as a sentence says it; empty for any. */
export function useWithin(): (view: PathsView) => string {
  const { t } = useTranslation();
  const span = useSpan();
  return (view) => (view.window === "" ? "" : t("paths.within", { time: span(view.window) }));
}

/** Paths and whose they are: one a subject, or several of each. */
export function usePathPeople(view: PathsView): (people: Pick<People, "instances" | "customers">) => string {
  const { t } = useTranslation();
  const count = useCount();
  const people = usePeople(view.unit);
  const several = view.each && hasFrom(view) && ruleOf(view.from).length > 0;
  return (of) => (several ? t("unit.both", { subjects: count("paths", of.instances), customers: count("customers", of.customers) }) : people(of));
}

/** Whether some paths get where they should and some do not: not where all end there because only those are looked at. */
export function hasConversion(view: PathsView, numbers: Pick<PathsNumbers, "to_goal">): boolean {
  return numbers.to_goal != null && !(view.goal.length === 0 && hasTo(view) && ruleOf(view.to).length > 0 && !view.orNot);
}

/** What numbers about paths say of themselves. */
export function usePathInfo(label: (name: string) => string): {
  step: (position: number, from: PathsNumbers["counted_from"], name: string, what: "step" | "other" | "ended", pick?: string) => FigureInfo;
  variant: (path: readonly string[], pick?: string) => FigureInfo;
  end: (what: "goal" | "left" | "open" | "without", pick: string) => FigureInfo;
} {
  const { t } = useTranslation();
  return {
    step: (position, from, name, what, pick) => ({
      title: t("paths.stepOf", { n: stepNumber(position, from), label: name }),
      definition: t(from === "last" && what === "ended" ? "define.paths.notBegun" : `define.paths.${what}`),
      ...(pick === undefined ? {} : { pick }),
    }),
    variant: (path, pick) => ({ title: path.map(label).join(" → "), definition: t("define.paths.variant"), ...(pick === undefined ? {} : { pick }) }),
    end: (what, pick) => ({ title: t(`paths.end.${what}`), definition: t(`define.paths.${what}`), pick }),
  };
}
