// What every number of the map page needs to explain itself and to compare itself, handed down once.
import { createContext, use } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { JourneyMap, TrackedPain } from "../../api/types";
import type { Explained } from "../../ui/explain";
import { Num } from "../../ui/explain";
import { NOTHING, useFormat } from "../../ui/format";
import type { Format } from "../../ui/format";
import type { Group } from "../../ui/scope/group";
import { difference } from "./metric";
import type { Metric, Unit } from "./view";

/** The two sides of a comparison, in words. */
export interface Versus {
  /** Two periods of the same group; or two groups, versions or journeys in the same period. */
  by: "period" | "group";
  /** What the map is of. */
  own: string;
  /** What it is compared with. */
  other: string;
}

export interface Frame {
  map: JourneyMap;
  /** The same map of the period or group compared with. */
  before: JourneyMap | null;
  /** What is compared with what; null where nothing is. */
  versus: Versus | null;
  /** Whose journeys these are. */
  of: Group;
  /** Whether what became of the journeys can be called better or worse than there. */
  comparable: boolean;
  /** Whether the value there stands beside each number, not the difference alone. */
  both: boolean;
  unit: Unit;
  metric: Metric;
  currency: string | null;
  workspace: string;
  /**
   * Known open pains of the journey, those that cost most first: of all time and all customers, whatever the scope.
   * null while they are not had: the map stands without them.
   */
  pains: readonly TrackedPain[] | null;
}

const FrameContext = createContext<Frame | null>(null);
export const FrameProvider = FrameContext.Provider;

export function useFrame(): Frame {
  const frame = use(FrameContext);
  if (!frame) throw new Error("a part of the map stands outside of its frame");
  return frame;
}

/** What a number says of itself beside its value. */
export interface FigureInfo {
  title: string;
  definition: string;
  pick?: string;
  people?: string;
  against?: Against;
}

/** A number and the same one of what is compared with. */
export interface Against {
  now: number | null;
  /** Undefined: there is no such number there. */
  before: number | null | undefined;
  /** Shares differ in percentage points. */
  share?: boolean;
  text: (value: number) => string;
}

const otherText = ({ before, text }: Against) => (before == null ? NOTHING : text(before));

export function useExplained(): (info: FigureInfo, value: string) => Explained {
  const { t } = useTranslation();
  const format = useFormat();
  const { map, before, versus } = useFrame();
  return ({ against, ...info }, value) => {
    const change = before && versus && against && against.before !== undefined ? { against, ...changeText(format, against) } : null;
    const facts = change && versus && [{ name: t("versus.of", { other: versus.other }), text: change.text === null ? otherText(change.against) : `${otherText(change.against)} (${change.direction} ${change.text})` }];
    return {
      ...info,
      value,
      ...(facts ? { facts } : {}),
      question: map.meta.question,
      meta: map.meta,
      journey: { id: map.journey.id, version: map.journey.version },
    };
  };
}

/** The difference in words; null where there is none to tell. */
function changeText(format: Format, { now, before, share = false }: Against): { by: number; direction: string; text: string | null } {
  const change = difference(now, before ?? null, share);
  if (change.kind === "none") return { by: 0, direction: "", text: null };
  const direction = change.by > 0 ? "▲" : change.by < 0 ? "▼" : "＝";
  return { by: change.by, direction, text: change.kind === "points" ? format.points(change.by) : format.change(change.by) };
}

/** Which direction is welcome; neither where more is neither better nor worse. */
export type Welcome = "more" | "less" | "neither";

/** The difference to what is compared with, and its value where both are shown; nothing where nothing is compared. */
export function Delta({
  sized = false,
  welcome = "neither",
  ...against
}: Against & {
  /** Whether it grows with the number of people counted: of a larger group it is larger, which is no merit. */
  sized?: boolean;
  welcome?: Welcome;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const frame = useFrame();
  if (!frame.before || against.before === undefined) return null;
  const { by, direction, text } = changeText(format, against);
  const judged = welcome !== "neither" && by !== 0 && frame.comparable && !(sized && frame.versus?.by === "group");
  const better = !judged ? null : by > 0 === (welcome === "more");
  const tone = better === null ? "" : better ? " delta-good" : " delta-bad";
  return (
    <>
      {frame.both && (
        <span className="delta delta-other">
          {t("versus.other")} {otherText(against)}
        </span>
      )}
      {text === null ? (
        <span className="delta">{t("delta.none")}</span>
      ) : (
        <span className={`delta${tone}`}>
          <span className="mark" aria-hidden>
            {direction}
          </span>
          {text}
          {better !== null && <span className="visually-hidden">{better ? t("delta.better") : t("delta.worse")}</span>}
        </span>
      )}
    </>
  );
}

/** A number of the map: opens its explanation and shows its difference. */
export function Figure({
  info,
  text,
  full = text,
  className,
  children,
}: {
  info: FigureInfo;
  text: string;
  /** The number in full, where `text` is shortened. */
  full?: string;
  className?: string;
  children?: ReactNode;
}) {
  const explained = useExplained();
  return (
    <>
      <Num explain={() => explained(info, full)} of={info.title} {...(className ? { className } : {})}>
        {text}
      </Num>
      {children}
    </>
  );
}
