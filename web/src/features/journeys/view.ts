// What of the map page is remembered: in the address while one looks, and in stored views. Defaults are left out.
import { EVERYONE, readGroup } from "../../ui/scope/group";
import type { Group } from "../../ui/scope/group";
import type { CompareChoice, PeriodChoice } from "../../ui/scope/period";
import { canonical, changed, migrated, readDays, readPeriod } from "../../ui/scope/stored";
import type { Migrations } from "../../ui/scope/stored";

export const METRICS = ["reached", "share", "repeats", "to_goal", "value", "score"] as const;
export type Metric = (typeof METRICS)[number];
export const UNITS = ["instances", "customers"] as const;
export type Unit = (typeof UNITS)[number];

export const VALUES = ["own", "both"] as const;
export const LAYOUTS = ["over", "beside"] as const;

/**
 * What a map is compared with: the same group in another period, another group in the same period, another version of the
 * journey, or another journey.
 */
export type Compare = CompareChoice | { kind: "group"; group: Group } | { kind: "version"; version: number } | { kind: "journey"; journey: string };

export interface MapView {
  journey: string;
  /** null: the newest. */
  version: number | null;
  period: PeriodChoice;
  /** Whose journeys. */
  of: Group;
  compare: Compare;
  /** Whether the numbers compared with stand beside the map's own, or only the difference does. */
  values: (typeof VALUES)[number];
  /** Whether what is compared is told on this map, or stands beside it as a map of its own. */
  layout: (typeof LAYOUTS)[number];
  metric: Metric;
  unit: Unit;
  /** Only events of these channels; none: of all. */
  channels: string[];
  moves: "diagram" | "table";
  /** How the emotion curve is shown, and which of its lines; none: those the map is of. */
  curve: "diagram" | "table";
  curves: string[];
  /** The rows the team wrote. */
  lanes: "open" | "closed";
}

/** Version of the stored form. Raise it with a step in [`MIGRATIONS`] when a field changes its meaning. */
export const VIEW_VERSION = 1;
export const PAGE = "journey_map";

export const MIGRATIONS: Migrations = {};

export function defaultView(journey: string): MapView {
  return {
    journey,
    version: null,
    period: { kind: "all" },
    of: EVERYONE,
    compare: { kind: "none" },
    values: "own",
    layout: "over",
    metric: "reached",
    unit: "instances",
    channels: [],
    moves: "diagram",
    curve: "diagram",
    curves: [],
    lanes: "open",
  };
}

/** The stored form: everything that is not as it is by default. */
export function storedForm(view: MapView): Record<string, unknown> {
  const sorted = { ...view, channels: view.channels.toSorted(), curves: view.curves.toSorted() };
  return { v: VIEW_VERSION, page: PAGE, journey: view.journey, ...changed(sorted, defaultView(view.journey)) };
}

/** What the address carries; undefined for the default view, whose address stays short. */
export function addressForm(view: MapView): string | undefined {
  const { page: _page, journey: _journey, ...rest } = storedForm(view);
  return Object.keys(rest).length > 1 ? canonical(rest) : undefined;
}

/**
 * Brings a stored view up to date and reads it; null where it is no map view this app can read. Fields that make
 * no sense fall back to the default instead of losing the rest of the view.
 */
export function readView(stored: unknown, migrations: Migrations = MIGRATIONS, version = VIEW_VERSION): MapView | null {
  const fields = migrated(stored, migrations, version);
  if (!fields) return null;
  if (fields["page"] !== PAGE || typeof fields["journey"] !== "string") return null;
  const view = defaultView(fields["journey"]);
  const { version: chosen, channels, curves } = fields;
  if (isVersion(chosen)) view.version = chosen;
  if (Array.isArray(channels)) view.channels = channels.filter((channel) => typeof channel === "string").toSorted();
  if (Array.isArray(curves)) view.curves = curves.filter((curve) => typeof curve === "string").toSorted();
  if (fields["curve"] === "table") view.curve = "table";
  view.metric = METRICS.find((metric) => metric === fields["metric"]) ?? view.metric;
  view.unit = UNITS.find((unit) => unit === fields["unit"]) ?? view.unit;
  if (fields["values"] === "both") view.values = "both";
  if (fields["layout"] === "beside") view.layout = "beside";
  if (fields["moves"] === "table") view.moves = "table";
  if (fields["lanes"] === "closed") view.lanes = "closed";
  view.of = readGroup(fields["of"]) ?? view.of;
  view.period = readPeriod(fields["period"]) ?? view.period;
  view.compare = readCompare(fields["compare"]) ?? view.compare;
  return view;
}

/** The view of an address. */
export function readAddress(journey: string, text: string | undefined): MapView {
  if (text === undefined) return defaultView(journey);
  try {
    return readView({ ...(JSON.parse(text) as object), page: PAGE, journey }) ?? defaultView(journey);
  } catch {
    return defaultView(journey);
  }
}

function isVersion(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

/** Whether it is compared with another period, or not at all. */
export function isByPeriod(compare: Compare): compare is CompareChoice {
  return compare.kind !== "group" && compare.kind !== "version" && compare.kind !== "journey";
}

/** Whether two maps are shown: stages of another journey have no place on this one. */
export function isBeside({ compare, layout }: Pick<MapView, "compare" | "layout">): boolean {
  return compare.kind === "journey" || (compare.kind !== "none" && layout === "beside");
}

function readCompare(value: unknown): Compare | null {
  if (value === null || typeof value !== "object") return null;
  const choice = value as Record<string, unknown>;
  const kind = choice["kind"];
  if (kind === "none" || kind === "previous" || kind === "year") return { kind };
  if (kind === "group") {
    const group = readGroup(choice["group"]);
    return group && { kind, group };
  }
  if (kind === "version") {
    const version = choice["version"];
    return isVersion(version) ? { kind, version } : null;
  }
  if (kind === "journey") {
    const journey = choice["journey"];
    return typeof journey === "string" && journey !== "" ? { kind, journey } : null;
  }
  return kind === "fixed" ? readDays(choice) : null;
}
