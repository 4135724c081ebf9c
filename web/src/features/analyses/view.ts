// What of an analysis is remembered: in the address while one looks, and in stored views. Defaults are left out.
import type { AskedRule } from "../../api/queries";
import { EVERYONE, readGroup } from "../../ui/scope/group";
import type { Group } from "../../ui/scope/group";
import type { PeriodChoice } from "../../ui/scope/period";
import { canonical, changed, migrated, readPeriod } from "../../ui/scope/stored";
import type { Migrations } from "../../ui/scope/stored";
import { attributionDefaults, readAttribution } from "./attributionView";
import type { AttributionView } from "./attributionView";
import { readBands } from "./bands";
import type { Bands } from "./bands";
import { isFields, readCount, readTexts, readWord } from "./fields";
import type { Fields } from "./fields";
import { STEPS_MAX, funnelDefaults, readFunnel } from "./funnelView";
import type { FunnelView } from "./funnelView";
import { WHOLE, readCut } from "./pathsView";
import type { PathsCut } from "./pathsView";
import { RFM, readRfm } from "./rfm";
import type { Rfm } from "./rfm";
import { IDLE, givenRules, readRules, wholeRules } from "./sessionRules";
import type { GivenRules, SessionRules } from "./sessionRules";
import { readTimeView, timeDefaults } from "./timeViews";
import type { TimeView } from "./timeViews";
import { NOTHING_ELSE, fitting, readVersus } from "./versus";
import type { Versus } from "./versus";

export const KINDS = ["funnel", "paths", "transitions", "sessions", "retention", "lifecycle", "stickiness", "survival", "attribution", "segments", "rfm", "sql"] as const;
export type Kind = (typeof KINDS)[number];

/** What one exchange of events is counted as. */
export type Unit = { of: "customer" } | ({ of: "session" } & GivenRules) | { of: "journey"; journey: string };

export const AT = ["first", "last"] as const;
export interface By {
  dimension: string;
  /** Which event speaks for its subject: the first or last that says anything, or the one that did a step, from 1. */
  at: (typeof AT)[number] | number;
  top: number;
  /** Of numbers, in place of the `top` values. */
  bands?: Bands;
}

export const SHOWS = ["chart", "table"] as const;

export interface Asked {
  period: PeriodChoice;
  of: Group;
  /** Only events of these channels; none: of all. */
  channels: string[];
  by: By | null;
  /** What the answer is compared with. */
  versus: Versus;
  show: (typeof SHOWS)[number];
}

/** A rule with a name: any event that matches. */
export interface Step {
  /** What a person calls it; empty: it is called by its events. */
  name: string;
  match: AskedRule;
}

/** Of a breakdown: everyone together, or one of its groups. */
export type Only = "all" | "other" | "none" | { value: string };

export interface PathsView extends Asked, PathsCut {
  kind: "paths";
  unit: Unit;
  only: Only;
  collapse: boolean;
  /** Steps told apart. */
  depth: number;
  /** Names per step that are told apart. */
  top: number;
}

export interface TransitionsView extends Asked {
  kind: "transitions";
  unit: Unit;
  only: Only;
  part: TransitionsPart;
  /** Of the process map: how many events, the part of the transitions between them in percent, and what is written on these. */
  nodes: number;
  edges: number;
  weigh: (typeof WEIGHS)[number];
  /** Steps of the step matrix. */
  depth: number;
  /** After which events one asks for the next, the last one last; and where people are to come to. */
  after: string[];
  target: string;
}

/** What of the transitions is shown. */
export const TRANSITIONS_PARTS = ["map", "square", "steps", "next"] as const;
export type TransitionsPart = (typeof TRANSITIONS_PARTS)[number];
export const WEIGHS = ["count", "median"] as const;
/** As many events back as the API tells the next from. */
export const AFTER_MAX = 3;
const NODES_MAX = 40;

export interface SessionsView extends Asked, SessionRules {
  kind: "sessions";
}

/** Segments side by side: how many, how many in several at once, and day by day. */
export interface SegmentsView extends Asked {
  kind: "segments";
  segments: string[];
  /** Days of the trend; 0: none. */
  days: number;
}
export const SEGMENTS_MAX = 5;
export const TREND_DAYS = [30, 90, 180, 365] as const;
const TREND_DAYS_MAX = 400;

export interface RfmView extends Asked, Rfm {
  kind: "rfm";
}

export interface SqlView {
  kind: "sql";
  cells: string[];
}

/** An analysis with a scope. */
export type AskedView = FunnelView | PathsView | TransitionsView | SessionsView | TimeView | AttributionView | SegmentsView | RfmView;
export type AnalysisView = AskedView | SqlView;

export const DEPTHS = [3, 4, 5, 6, 8, 10, 15, 20] as const;
export const TOPS = [3, 5, 8, 10, 15] as const;
export const BY_TOPS = [3, 5, 10, 20] as const;
export const TIMEOUTS = ["5m", "15m", "30m", "1h", "2h", "12h"] as const;
const CELLS_MAX = 50;

/** Version of the stored form. Raise it with a step in [`MIGRATIONS`] when a field changes its meaning. */
export const VIEW_VERSION = 1;
export const PAGE = "analysis";
export const MIGRATIONS: Migrations = {};

const SCOPE: Omit<Asked, "show"> = { period: { kind: "all" }, of: EVERYONE, channels: [], by: null, versus: NOTHING_ELSE };
const CUSTOMERS: Unit = { of: "customer" };

const DEFAULTS: { [K in Kind]: Extract<AnalysisView, { kind: K }> } = {
  funnel: funnelDefaults({ ...SCOPE, show: "chart" }),
  paths: { kind: "paths", ...SCOPE, show: "chart", unit: { of: "session", timeout: "30m" }, only: "all", collapse: true, depth: 5, top: 5, ...WHOLE },
  transitions: { kind: "transitions", ...SCOPE, show: "chart", unit: CUSTOMERS, only: "all", part: "map", nodes: 10, edges: 25, weigh: "count", depth: 10, after: [], target: "" },
  sessions: { kind: "sessions", ...SCOPE, show: "chart", ...IDLE },
  ...timeDefaults({ ...SCOPE, show: "chart" }),
  attribution: attributionDefaults({ ...SCOPE, show: "chart" }),
  segments: { kind: "segments", ...SCOPE, show: "chart", segments: [], days: 90 },
  rfm: { kind: "rfm", ...SCOPE, show: "chart", ...RFM },
  sql: { kind: "sql", cells: [] },
};

export function defaultView<K extends Kind>(kind: K): Extract<AnalysisView, { kind: K }> {
  return DEFAULTS[kind];
}

export function isKind(text: unknown): text is Kind {
  return readWord(KINDS, text) !== undefined;
}

/** The default view of another analysis with the scope of this one: what one looks at stays. */
export function carried<K extends Kind>(kind: K, from: AnalysisView): Extract<AnalysisView, { kind: K }> {
  const normal = DEFAULTS[kind];
  if (from.kind === "sql" || kind === "sql") return normal;
  const { period, of, channels, versus } = from;
  // A step speaks only for subjects of its own funnel.
  const by = from.by && typeof from.by.at === "number" ? { ...from.by, at: "first" as const } : from.by;
  return { ...normal, period, of, channels, by, versus: fitting(kind, versus), ...carriedSessions(normal, from) };
}

/** What a session is, where somebody has said so: other analyses then count those. */
function carriedSessions(normal: AnalysisView, from: AskedView): object {
  const unit = sessionsOf(from);
  const usual = sessionsOf(DEFAULTS[from.kind] as AskedView);
  if (unit === null || canonical(unit) === canonical(usual)) return {};
  if (normal.kind === "sessions") return wholeRules(unit);
  return "unit" in normal ? { unit } : {};
}

/** The sessions a view counts; null where it counts something else. */
export function sessionsOf(view: AskedView): Extract<Unit, { of: "session" }> | null {
  if (view.kind === "sessions") return { of: "session", ...givenRules(view) };
  return "unit" in view && view.unit.of === "session" ? view.unit : null;
}

/** The stored form: everything that is not as it is by default. */
export function storedForm(view: AnalysisView): Record<string, unknown> {
  const sorted = "channels" in view ? { ...view, channels: view.channels.toSorted() } : view;
  return { v: VIEW_VERSION, page: PAGE, kind: view.kind, ...changed(sorted, DEFAULTS[view.kind]) };
}

/** What the address carries; undefined for the default view, whose address stays short. */
export function addressForm(view: AnalysisView): string | undefined {
  const { page: _page, kind: _kind, ...rest } = storedForm(view);
  return Object.keys(rest).length > 1 ? canonical(rest) : undefined;
}

/** The view of an address. */
export function readAddress<K extends Kind>(kind: K, text: string | undefined): Extract<AnalysisView, { kind: K }> {
  const normal = defaultView(kind);
  if (text === undefined) return normal;
  try {
    const read = readView({ ...(JSON.parse(text) as object), page: PAGE, kind });
    return (read as typeof normal | null) ?? normal;
  } catch {
    return normal;
  }
}

/**
 * Brings a stored view up to date and reads it; null where it is no analysis this app can read. Fields that make no
 * sense fall back to the default instead of losing the rest of the view.
 */
export function readView(stored: unknown, migrations: Migrations = MIGRATIONS, version = VIEW_VERSION): AnalysisView | null {
  const fields = migrated(stored, migrations, version);
  if (!fields || fields["page"] !== PAGE || !isKind(fields["kind"])) return null;
  switch (fields["kind"]) {
    case "funnel":
      return readFunnel(fields, readAsked(fields), readUnit(fields["unit"]));
    case "paths": {
      const view = DEFAULTS.paths;
      return {
        ...view,
        ...readAsked(fields),
        ...readCut(fields),
        unit: readUnit(fields["unit"]) ?? view.unit,
        only: readOnly(fields["only"]),
        collapse: typeof fields["collapse"] === "boolean" ? fields["collapse"] : view.collapse,
        depth: readCount(fields["depth"], 100) ?? view.depth,
        top: readCount(fields["top"], 100) ?? view.top,
      };
    }
    case "transitions": {
      const view = DEFAULTS.transitions;
      const edges = fields["edges"];
      return {
        ...view,
        ...readAsked(fields),
        unit: readUnit(fields["unit"]) ?? view.unit,
        only: readOnly(fields["only"]),
        part: readWord(TRANSITIONS_PARTS, fields["part"]) ?? view.part,
        nodes: readCount(fields["nodes"], NODES_MAX) ?? view.nodes,
        edges: edges === 0 ? 0 : (readCount(edges, 100) ?? view.edges),
        weigh: readWord(WEIGHS, fields["weigh"]) ?? view.weigh,
        depth: readCount(fields["depth"], 100) ?? view.depth,
        after: readTexts(fields["after"]).slice(0, AFTER_MAX),
        target: typeof fields["target"] === "string" ? fields["target"] : "",
      };
    }
    case "sessions":
      return { ...DEFAULTS.sessions, ...readAsked(fields), ...(readRules({ timeout: IDLE.timeout, ...fields }) ?? IDLE) };
    case "retention":
    case "lifecycle":
    case "stickiness":
    case "survival":
      return readTimeView(fields["kind"], fields, readAsked(fields), { only: readOnly(fields["only"]) });
    case "attribution": {
      const unit = readUnit(fields["unit"]);
      // A conversion is one of a customer or of a session; journeys have their own goals.
      return readAttribution(fields, readAsked(fields), { only: readOnly(fields["only"]), unit: unit?.of === "session" ? unit : CUSTOMERS });
    }
    case "segments": {
      const days = fields["days"];
      return {
        ...DEFAULTS.segments,
        ...readAsked(fields),
        segments: readTexts(fields["segments"]).slice(0, SEGMENTS_MAX),
        days: days === 0 ? 0 : (readCount(days, TREND_DAYS_MAX) ?? DEFAULTS.segments.days),
      };
    }
    case "rfm":
      return { ...DEFAULTS.rfm, ...readAsked(fields), ...readRfm(fields) };
    case "sql":
      return { kind: "sql", cells: readTexts(fields["cells"]).slice(0, CELLS_MAX) };
  }
}

function readAsked(fields: Fields): Asked {
  const { kind } = fields;
  return {
    period: readPeriod(fields["period"]) ?? SCOPE.period,
    of: readGroup(fields["of"]) ?? SCOPE.of,
    channels: readTexts(fields["channels"]).toSorted(),
    by: readBy(fields["by"]),
    versus: fitting(String(kind), readVersus(fields["versus"]) ?? SCOPE.versus),
    show: readWord(SHOWS, fields["show"]) ?? "chart",
  };
}

function readUnit(value: unknown): Unit | null {
  if (!isFields(value)) return null;
  const { of, journey } = value;
  if (of === "customer") return { of };
  const rules = of === "session" ? readRules(value) : null;
  if (rules) return { of: "session", ...givenRules(rules) };
  return of === "journey" && typeof journey === "string" && journey !== "" ? { of, journey } : null;
}

function readBy(value: unknown): By | null {
  if (!isFields(value)) return null;
  const { dimension, at, top } = value;
  if (typeof dimension !== "string" || dimension === "") return null;
  const step = readCount(at, STEPS_MAX);
  const bands = readBands(value["bands"]);
  return { dimension, at: readWord(AT, at) ?? step ?? "first", top: readCount(top, 100) ?? 5, ...(bands === undefined ? {} : { bands }) };
}

function readOnly(value: unknown): Only {
  if (value === "other" || value === "none") return value;
  return isFields(value) && typeof value["value"] === "string" ? { value: value["value"] } : "all";
}
