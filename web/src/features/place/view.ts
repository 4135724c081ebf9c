// What of a site's page is remembered: in the address while one looks, and in stored views. Defaults are left out.
import type { VisitsWanted } from "../../api/places";
import type { PeriodChoice } from "../../ui/scope/period";
import { canonical, changed, migrated, readPeriod } from "../../ui/scope/stored";
import type { Migrations } from "../../ui/scope/stored";
import type { HeatBy } from "./cells";
import { HEAT_BY } from "./cells";
import type { Change, Told } from "./forecast/change";
import { NO_CHANGE, TOLD, readChange } from "./forecast/change";
import { readWanted } from "./visits/wanted";

export const SHOWS = ["heat", "zones", "flows", "queues", "pains", "trips", "replay", "visits", "compare", "forecast", "data"] as const;
export type Show = (typeof SHOWS)[number];

export const FIGURES = ["visits", "reach", "entries", "stopped", "engaged", "dwell_seconds", "median_seconds", "first", "last", "bought"] as const;
export type ZoneFigure = (typeof FIGURES)[number];

export const LINKS = ["moves", "ends", "first_stops"] as const;
export type LinksOf = (typeof LINKS)[number];

/** Widths of a cell, in metres. */
export const CELLS = [0.25, 0.5, 1, 2] as const;
/** How many links are drawn. */
export const TOPS = [10, 20, 40, 80] as const;

export interface SiteView {
  show: Show;
  period: PeriodChoice;
  /** null: the first floor. */
  floor: string | null;
  /** Of the site's definition; null: the newest. */
  version: number | null;
  /** Numbers beside the picture, or instead of it. */
  as: "chart" | "table";
  heat: HeatBy;
  cell: number;
  figure: ZoneFigure;
  links: LinksOf;
  top: number;
  /** The longest wait that is promised, and to which share of customers. */
  promise: number;
  share: number;
  /** The day that is played; null: the last one there is. */
  day: string | null;
  /** Which single visits are listed. */
  wanted: VisitsWanted;
  /** What is compared with; null: nothing yet. */
  against: Against | null;
  /** What of both is shown. */
  beside: "zones" | "heat";
  /** What of the layout is to change. */
  change: Change;
  /** Which visits a forecast is told by. */
  told: Told;
  /** The forecast that was written down and is looked at; null: one is asked for. */
  kept: number | null;
}

/** The other side of a comparison. */
export interface Against {
  period: PeriodChoice;
  /** null: the version of the page. */
  version: number | null;
}

export const DEFAULTS: SiteView = {
  show: "heat",
  period: { kind: "all" },
  floor: null,
  version: null,
  as: "chart",
  heat: "seconds",
  cell: 0.5,
  figure: "visits",
  links: "moves",
  top: 20,
  promise: 120,
  share: 0.9,
  day: null,
  wanted: {},
  against: null,
  beside: "zones",
  change: NO_CHANGE,
  told: "reached",
  kept: null,
};

const VERSION = 1;
const MIGRATIONS: Migrations = {};

export const PROMISE_MAX = 3600;

const counted = (value: number) => Number.isInteger(value) && value > 0;

/** A stored view; null where it is none of a site. */
export function readView(stored: unknown): { site: string; view: SiteView } | null {
  const fields = migrated(stored, MIGRATIONS, VERSION);
  const site = fields?.["site"];
  if (!fields || typeof site !== "string") return null;
  const word = <Word extends string>(name: keyof SiteView, words: readonly Word[], normal: Word): Word => words.find((each) => each === fields[name]) ?? normal;
  const number = (name: keyof SiteView, fits: (value: number) => boolean, normal: number): number => {
    const value = fields[name];
    return typeof value === "number" && fits(value) ? value : normal;
  };
  const text = (name: keyof SiteView, form: RegExp): string | null => {
    const value = fields[name];
    return typeof value === "string" && form.test(value) ? value : null;
  };
  const [version, kept] = [number("version", counted, 0), number("kept", counted, 0)];
  const view: SiteView = {
    show: word("show", SHOWS, DEFAULTS.show),
    period: readPeriod(fields["period"]) ?? DEFAULTS.period,
    floor: text("floor", /./),
    version: version === 0 ? null : version,
    as: word("as", ["chart", "table"], DEFAULTS.as),
    heat: word("heat", HEAT_BY, DEFAULTS.heat),
    cell: number("cell", (value) => CELLS.some((each) => each === value), DEFAULTS.cell),
    figure: word("figure", FIGURES, DEFAULTS.figure),
    links: word("links", LINKS, DEFAULTS.links),
    top: number("top", (value) => TOPS.some((each) => each === value), DEFAULTS.top),
    promise: number("promise", (value) => value >= 0 && value <= PROMISE_MAX, DEFAULTS.promise),
    share: number("share", (value) => value > 0 && value < 1, DEFAULTS.share),
    day: text("day", /^\d{4}-\d{2}-\d{2}$/),
    wanted: readWanted(fields["wanted"]),
    against: readAgainst(fields["against"]),
    beside: word("beside", ["zones", "heat"], DEFAULTS.beside),
    change: readChange(fields["change"]),
    told: word("told", TOLD, DEFAULTS.told),
    kept: kept === 0 ? null : kept,
  };
  return { site, view };
}

function readAgainst(stored: unknown): Against | null {
  if (stored === null || typeof stored !== "object") return null;
  const { period, version } = stored as Record<string, unknown>;
  const read = readPeriod(period);
  return read && { period: read, version: typeof version === "number" && Number.isInteger(version) && version > 0 ? version : null };
}

export function storedForm(site: string, view: SiteView): object {
  return { v: VERSION, site, ...changed(view, DEFAULTS) };
}

/** A site's view as text for its address, which names the site; absent where it is as it is by default. */
export function addressForm(view: SiteView): string | undefined {
  const fields = changed(view, DEFAULTS);
  return Object.keys(fields).length === 0 ? undefined : canonical({ v: VERSION, ...fields });
}

export function readAddress(site: string, address: string | undefined): SiteView {
  try {
    const fields = JSON.parse(address ?? "{}") as object;
    return readView({ v: VERSION, ...fields, site })?.view ?? DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}
