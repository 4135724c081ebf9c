// A dated change as its form has it: texts, read into what is sent, or into what is wrong with them.
import type { ChangeFigure, DatedChange, KeptNamedView } from "../../api/types";

export const FIGURES = ["headline", "started", "goal", "time_to_goal", "stage_reached", "stage_onward"] as const satisfies readonly ChangeFigure["of"][];
export type FigureName = (typeof FIGURES)[number];

/** Kinds of analyses that have a before and an after; the server refuses the others. */
const MEASURED = ["funnel", "paths", "transitions", "sessions", "retention", "survival", "sequence"];

export const WEEKS = [7, 14, 28, 56, 84];
const WINDOW_MAX = 182;
const LEFT_OUT_MAX = 28;

/** Stands for the numbers of a map; else `view:3`, or what a known change asks already. */
export const OF_MAP = "map";
export const AS_IT_IS = "known";

export interface Draft {
  title: string;
  day: string;
  metric: string;
  journey: string;
  stage: string;
  figure: FigureName;
  windowDays: string;
  leftOutDays: string;
  /** Key of a segment the change did not touch; empty: none. */
  group: string;
  proposal: number | null;
  note: string;
}

export type Faulty = "title" | "day" | "windowDays" | "leftOutDays" | "journey";

export function emptyDraft(journey: string, stage: string): Draft {
  return { title: "", day: "", metric: OF_MAP, journey, stage, figure: "headline", windowDays: "28", leftOutDays: "0", group: "", proposal: null, note: "" };
}

export function takesStage(figure: FigureName): boolean {
  return figure === "stage_reached" || figure === "stage_onward";
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** The journey whose map the metric is of; null: it is an analysis. */
export function mapOf(change: DatedChange): string | null {
  const question = record(change.metric.question);
  const id = record(question["journey"])["id"];
  return question["ask"] === "journey_map" && typeof id === "string" ? id : null;
}

/** The segment of a comparison group that this form can make; empty where there is none. */
function segmentOf(change: DatedChange): string {
  const segments = record(change.group?.scope)["segments"];
  const first: unknown = Array.isArray(segments) ? segments[0] : undefined;
  return typeof first === "string" ? first : "";
}

export function draftOf(change: DatedChange): Draft {
  const map = mapOf(change);
  const figure = change.metric.figure ?? { of: "headline" };
  return {
    title: change.title,
    day: change.day,
    metric: map === null ? AS_IT_IS : OF_MAP,
    journey: map ?? change.journey ?? "",
    stage: "stage" in figure ? figure.stage : (change.stage ?? ""),
    figure: figure.of,
    windowDays: String(change.window_days ?? 28),
    leftOutDays: String(change.left_out_days ?? 0),
    group: segmentOf(change),
    proposal: change.proposal ?? null,
    note: change.note ?? "",
  };
}

/** Named views whose number has a before and an after. */
export function measurable(views: readonly KeptNamedView[]): KeptNamedView[] {
  return views.filter(({ named }) => MEASURED.includes(String(record(named.asks?.question)["ask"])));
}

export interface Known {
  views: readonly KeptNamedView[];
  /** What is changed; null: it is new. */
  change: DatedChange | null;
  /** What a figure of a map, and a segment, is called. */
  figureName: (figure: FigureName) => string;
  segmentName: (key: string) => string;
}

function whole(text: string, least: number, most: number): number | null {
  const number = /^\d{1,3}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : null;
}

export function read(draft: Draft, { views, change, figureName, segmentName }: Known): { change: DatedChange } | { faults: Partial<Record<Faulty, true>> } {
  const faults: Partial<Record<Faulty, true>> = {};
  const [windowDays, leftOutDays] = [whole(draft.windowDays, 1, WINDOW_MAX), whole(draft.leftOutDays, 0, LEFT_OUT_MAX)];
  if (draft.title.trim() === "") faults.title = true;
  if (draft.day === "") faults.day = true;
  if (windowDays === null) faults.windowDays = true;
  if (leftOutDays === null) faults.leftOutDays = true;
  const metric = metricOf(draft, views, change, figureName);
  if (metric === null) faults.journey = true;
  if (metric === null || windowDays === null || leftOutDays === null || Object.keys(faults).length > 0) return { faults };
  const place = draft.metric === OF_MAP ? { journey: draft.journey, ...(takesStage(draft.figure) ? { stage: draft.stage } : {}) } : {};
  const group = groupOf(draft, metric.question, change, segmentName);
  return {
    change: {
      title: draft.title.trim(),
      day: draft.day,
      ...place,
      metric,
      window_days: windowDays,
      left_out_days: leftOutDays,
      ...(draft.proposal === null ? {} : { proposal: draft.proposal }),
      ...(group ? { group } : {}),
      ...(draft.note.trim() === "" ? {} : { note: draft.note.trim() }),
    },
  };
}

/** JSON of any shape, which the description's types take for nothing. */
const json = (value: object) => value as DatedChange["metric"]["question"];

function metricOf(draft: Draft, views: readonly KeptNamedView[], change: DatedChange | null, figureName: (figure: FigureName) => string): DatedChange["metric"] | null {
  if (draft.metric === AS_IT_IS) return change?.metric ?? null;
  if (draft.metric === OF_MAP) {
    if (draft.journey === "") return null;
    const figure: ChangeFigure = draft.figure === "stage_reached" || draft.figure === "stage_onward" ? { of: draft.figure, stage: draft.stage } : { of: draft.figure };
    return { name: figureName(draft.figure), question: json({ ask: "journey_map", journey: { id: draft.journey } }), figure };
  }
  const named = views.find(({ id }) => `view:${id}` === draft.metric)?.named;
  return named?.asks ? { name: named.name, view: named.view, question: named.asks.question } : null;
}

/** The question's own scope, of other people. */
function groupOf(draft: Draft, question: unknown, change: DatedChange | null, segmentName: (key: string) => string): DatedChange["group"] {
  if (change?.group && draft.group === segmentOf(change)) return change.group;
  if (draft.group === "") return null;
  return { name: segmentName(draft.group), scope: json({ ...record(record(question)["scope"]), segments: [draft.group] }) };
}
