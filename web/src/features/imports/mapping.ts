// What the columns of a file mean, as a person says it in a table, and the mapping that says the same to the server.
import type { MappingSuggestion } from "../../api/types";

/** Columns of an event with a meaning of their own, most usual first; the server's names. */
export const TYPED = [
  "amount",
  "currency",
  "quantity",
  "product",
  "category",
  "order_id",
  "site",
  "page",
  "campaign",
  "text",
  "score",
  "session_id",
  "device",
  "platform",
  "country",
  "region",
  "city",
  "referrer",
  "utm_source",
  "utm_medium",
  "utm_campaign",
  "utm_term",
  "utm_content",
  "account",
  "zone",
  "duration_seconds",
  "error",
] as const;
export type Typed = (typeof TYPED)[number];

/** What a column can be. */
export const ROLES = ["time", "time_of_day", "event", "identifier", "channel", ...TYPED, "message_id", "items", "trait", "property", "ignore"] as const;
export type Role = (typeof ROLES)[number];

/** Roles that any number of columns may have. */
const SHARED: readonly Role[] = ["identifier", "trait", "property", "ignore"];

/** Time formats that are offered where the values do not say theirs. */
const FORMATS = ["iso8601", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "unix_s", "unix_ms", "unix_us"];

/** No zone is needed. */
export const NO_ZONE = "";

type Source = { column: string } | { const: unknown } | { expr: string };

/** One kind of file of a mapping, as the server writes it; what the table does not show is kept as it is. */
interface FileEntry {
  time?: { column?: string; columns?: string[]; format?: string | string[]; zone?: string };
  identifiers?: { namespace: string; column?: string }[];
  link?: boolean;
  message_id?: Source;
  event?: Source;
  channel?: Source;
  columns?: Record<string, Source>;
  traits?: Record<string, Source>;
  types?: Record<string, string>;
  items?: string;
  props?: unknown;
}

export interface MappingDocument {
  source: unknown;
  files: (FileEntry & Record<string, unknown>)[];
}

/** The table while it is being filled in. */
export interface Draft {
  /** Name of the feed. */
  source: string;
  roles: Record<string, Role>;
  /** Of columns that identify a customer: what kind of identifier it is. */
  kinds: Record<string, string>;
  /** Those columns, the one that counts first in front. */
  identifiers: string[];
  /** Whether the identifiers of a row are one customer for certain. */
  link: boolean;
  format: string;
  zone: string;
  /** The event's name and channel where no column says them. */
  event: string;
  channel: string;
}

const columnOf = (source: Source | undefined): string | undefined => (source && "column" in source ? source.column : undefined);
const constantOf = (source: unknown): string => (typeof source === "object" && source !== null && "const" in source ? String(source.const) : "");
const doubted = (suggestion: MappingSuggestion, code: string): boolean => suggestion.doubts.some((doubt) => doubt.code === code);
const exceptOf = (props: unknown): string[] => (typeof props === "object" && props !== null && "except" in props && Array.isArray(props.except) ? props.except.map(String) : []);
const entryOf = (suggestion: MappingSuggestion): FileEntry & Record<string, unknown> => (suggestion.mapping as MappingDocument | null)?.files[0] ?? {};

/** Columns that look like an amount where none is: what they are worth would count for nothing. */
export function amountsAsked(draft: Draft, suggestion: MappingSuggestion): string[] {
  if (columnWith(draft, "amount") !== undefined) return [];
  return suggestion.columns.flatMap(({ name, is_amount }) => (is_amount && draft.roles[name] === "property" ? [name] : []));
}

/** Nothing, or a column. */
const plain = (source: Source | undefined) => source === undefined || columnOf(source) !== undefined;
/** The same, or a fixed name. */
const named = (source: Source | undefined) => plain(source) || (source !== undefined && "const" in source);

/** Whether the table can say all that a suggested mapping says; else it is better shown as a document. */
export function isTabular(suggestion: MappingSuggestion): boolean {
  const entry = entryOf(suggestion);
  return (
    (entry.time?.column !== undefined || entry.time?.columns !== undefined) &&
    (entry.identifiers ?? []).every(({ column }) => column !== undefined) &&
    named(entry.event) &&
    named(entry.channel) &&
    plain(entry.message_id) &&
    Object.values(entry.columns ?? {}).every(plain) &&
    Object.entries(entry.traits ?? {}).every(([name, source]) => columnOf(source) === name) &&
    (entry.props === undefined || entry.props === "all" || (typeof entry.props === "object" && entry.props !== null && "except" in entry.props))
  );
}

/** The table as the suggestion fills it. What the file does not say is left for the person: a guess would be believed. */
export function draftOf(suggestion: MappingSuggestion, zone: string): Draft {
  const document = suggestion.mapping as MappingDocument | null;
  const entry = entryOf(suggestion);
  const roles: Record<string, Role> = Object.fromEntries(suggestion.columns.map(({ name }) => [name, "property" as Role]));
  const give = (column: string | undefined, role: Role) => {
    if (column !== undefined && column in roles) roles[column] = role;
  };
  const [date, clock] = entry.time?.columns ?? [entry.time?.column];
  give(date, "time");
  give(clock, "time_of_day");
  const identifiers = (entry.identifiers ?? []).flatMap(({ column }) => (column !== undefined && column in roles ? [column] : []));
  for (const column of identifiers) give(column, "identifier");
  give(columnOf(entry.message_id), "message_id");
  give(columnOf(entry.event), "event");
  give(columnOf(entry.channel), "channel");
  for (const [name, source] of Object.entries(entry.columns ?? {})) give(columnOf(source), name as Typed);
  give(entry.items, "items");
  for (const column of exceptOf(entry.props)) give(column, "ignore");
  for (const source of Object.values(entry.traits ?? {})) give(columnOf(source), "trait");
  const kinds = (entry.identifiers ?? []).flatMap(({ column, namespace }) => (column === undefined ? [] : [[column, namespace] as const]));
  const [format = "iso8601"] = [entry.time?.format ?? []].flat();
  return {
    source: constantOf(document?.source),
    roles,
    kinds: Object.fromEntries(kinds),
    identifiers,
    link: entry.link ?? false,
    format,
    zone: doubted(suggestion, "zone_missing") ? zone : (entry.time?.zone ?? NO_ZONE),
    event: constantOf(entry.event),
    channel: doubted(suggestion, "channel_missing") ? "" : constantOf(entry.channel),
  };
}

/** Gives a column another meaning; a meaning that only one column can have is taken from the one that had it. */
export function withRole(draft: Draft, column: string, role: Role, suggestion: MappingSuggestion): Draft {
  const roles = { ...draft.roles };
  if (!SHARED.includes(role)) for (const [other, had] of Object.entries(roles)) if (had === role) roles[other] = "property";
  roles[column] = role;
  const identifiers = draft.identifiers.filter((other) => roles[other] === "identifier");
  if (role === "identifier" && !identifiers.includes(column)) identifiers.push(column);
  const kinds = role === "identifier" && draft.kinds[column] === undefined ? { ...draft.kinds, [column]: kindOf(column) } : draft.kinds;
  const [first] = role === "time" ? formatsOf(suggestion, column) : [draft.format];
  return { ...draft, roles, identifiers, kinds, format: first ?? "iso8601" };
}

/** A kind of identifier of a column's name. */
export function kindOf(column: string): string {
  const last = column.split(".").at(-1) ?? column;
  return last.toLowerCase().replaceAll(/[\s-]+/g, "_");
}

export function columnWith(draft: Draft, role: Role): string | undefined {
  return Object.keys(draft.roles).find((column) => draft.roles[column] === role);
}

/** Formats in which a column can be read as a time, or all that are usual. */
export function formatsOf(suggestion: MappingSuggestion, column: string | undefined): string[] {
  const times = suggestion.columns.find(({ name }) => name === column)?.times ?? [];
  return times.length > 0 ? times : FORMATS;
}

/** Whether the times need to be told the zone of their clock. */
export function needsZone(draft: Draft, suggestion: MappingSuggestion): boolean {
  const column = columnWith(draft, "time");
  const known = suggestion.columns.find(({ name }) => name === column);
  return column !== undefined && !draft.format.startsWith("unix_") && !draft.format.includes("%z") && known?.has_offset !== true;
}

export type Lack = "time" | "identifier" | "kind" | "event" | "channel" | "source" | "zone";

/** What must be said before anything can be tried. */
export function lacksOf(draft: Draft, suggestion: MappingSuggestion): Lack[] {
  const lacks: Lack[] = [];
  if (columnWith(draft, "time") === undefined) lacks.push("time");
  if (draft.identifiers.length === 0) lacks.push("identifier");
  if (draft.identifiers.some((column) => (draft.kinds[column] ?? "").trim() === "")) lacks.push("kind");
  if (columnWith(draft, "event") === undefined && draft.event.trim() === "") lacks.push("event");
  if (columnWith(draft, "channel") === undefined && draft.channel.trim() === "") lacks.push("channel");
  if (draft.source.trim() === "") lacks.push("source");
  if (needsZone(draft, suggestion) && draft.zone === NO_ZONE) lacks.push("zone");
  return lacks;
}

/** The mapping that says what the table says. */
export function documentOf(draft: Draft, suggestion: MappingSuggestion): MappingDocument {
  const columns = suggestion.columns.map(({ name }) => name);
  const withRoleOf = (role: Role) => columns.filter((column) => draft.roles[column] === role);
  const { props: _, link: __, message_id: ___, items: ____, traits: _____, columns: ______, types, ...kept } = entryOf(suggestion);
  const [time] = withRoleOf("time");
  const [clock] = withRoleOf("time_of_day");
  const [messageId] = withRoleOf("message_id");
  const [items] = withRoleOf("items");
  const [event] = withRoleOf("event");
  const [channel] = withRoleOf("channel");
  const typed = TYPED.flatMap((name) => withRoleOf(name).map((column) => [name, { column }] as const));
  const traits = withRoleOf("trait").map((column) => [column, { column }] as const);
  const numbers = Object.entries(types ?? {}).filter(([column]) => draft.roles[column] === "property" || draft.roles[column] === "trait");
  const ignored = withRoleOf("ignore");
  const zone = needsZone(draft, suggestion) || draft.zone !== NO_ZONE ? { zone: draft.zone } : {};
  const entry = {
    ...kept,
    ...(numbers.length > 0 ? { types: Object.fromEntries(numbers) } : {}),
    time: { ...(clock === undefined ? { column: time ?? "" } : { columns: [time ?? "", clock] }), format: [draft.format], ...zone },
    identifiers: draft.identifiers.map((column) => ({ namespace: (draft.kinds[column] ?? "").trim(), column })),
    ...(draft.link && draft.identifiers.length > 1 ? { link: true } : {}),
    ...(messageId === undefined ? {} : { message_id: { column: messageId } }),
    event: event === undefined ? { const: draft.event.trim() } : { column: event },
    channel: channel === undefined ? { const: draft.channel.trim() } : { column: channel },
    ...(typed.length > 0 ? { columns: Object.fromEntries(typed) } : {}),
    ...(traits.length > 0 ? { traits: Object.fromEntries(traits) } : {}),
    ...(items === undefined ? {} : { items }),
    ...(ignored.length > 0 ? { props: { except: ignored } } : {}),
  };
  return { source: { const: draft.source.trim() }, files: [entry] };
}

const PLAIN = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;
const RESERVED = new Set(["true", "false", "null", "yes", "no", "on", "off", "y", "n"]);

function scalar(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return PLAIN.test(value) && !RESERVED.has(value.toLowerCase()) ? value : JSON.stringify(value);
}

const isNested = (value: unknown): value is object => typeof value === "object" && value !== null;

/** On one line. */
function flow(value: unknown): string {
  if (!isNested(value)) return scalar(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, of]) => `${scalar(key)}: ${flow(of)}`)
    .join(", ")}}`;
}

/** A mapping as YAML that a person can go on with: a field a line, lists and tables below their names. */
export function yamlOf({ source, files }: MappingDocument): string {
  const name = constantOf(source);
  const lines = [`source: ${name === "" ? flow(source) : scalar(name)}`];
  for (const [key, value] of Object.entries(files[0] ?? {})) {
    if (Array.isArray(value) && value.some(isNested)) lines.push(`${key}:`, ...value.map((each) => `  - ${flow(each)}`));
    else if (isNested(value) && Object.values(value).some((of) => isNested(of) && !Array.isArray(of))) lines.push(`${key}:`, ...Object.entries(value).map(([inner, of]) => `  ${scalar(inner)}: ${flow(of)}`));
    else lines.push(`${key}: ${flow(value)}`);
  }
  return `${lines.join("\n")}\n`;
}
