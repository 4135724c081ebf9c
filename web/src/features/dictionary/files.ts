// The dictionary as lines of a file. Names of columns are those of the API, so that a file means the same in any language.
import type { DictionaryEvent, DictionaryProperty, EventProperty, NameNote, QualityFinding } from "../../api/types";

type Line = (string | number | null)[];

const stamp = (us: number | null | undefined) => (us == null ? null : new Date(us / 1000).toISOString());
const note = (of: NameNote | null | undefined): Line => [of?.title ?? null, of?.description ?? null, of?.owner ?? null, of?.status ?? null];
const NOTE = ["title", "description", "owner", "status"];

const eventLine = (of: DictionaryEvent): Line => [
  of.name,
  ...note(of.note),
  of.count,
  stamp(of.first_us),
  stamp(of.last_us),
  of.sources.join(" "),
  of.channels.join(" "),
  of.properties,
  of.findings,
];

export function eventLines(events: readonly DictionaryEvent[]): Line[] {
  return [["event", ...NOTE, "count", "first", "last", "sources", "channels", "properties", "findings"], ...events.map(eventLine)];
}

const propertyLine = (of: DictionaryProperty): Line => [of.name, ...note(of.note), of.types.join(" "), of.events, of.count, stamp(of.first_us), stamp(of.last_us)];

export function propertyLines(properties: readonly DictionaryProperty[]): Line[] {
  return [["property", ...NOTE, "types", "events", "count", "first", "last"], ...properties.map(propertyLine)];
}

export function entryLines(event: string, properties: readonly EventProperty[]): Line[] {
  const line = (of: EventProperty): Line => [
    event,
    of.name,
    ...note(of.note),
    of.present,
    of.of,
    of.types.map((each) => each.type).join(" "),
    of.distinct,
    of.distinct_exact ? "exact" : "estimate",
    of.examples.map((example) => example.value).join(" | "),
  ];
  return [["event", "property", ...NOTE, "present", "of", "types", "distinct", "distinct_is", "examples"], ...properties.map(line)];
}

const findingLine = (of: QualityFinding): Line => [
  of.rule,
  of.source ?? null,
  of.event ?? null,
  of.property ?? null,
  of.code ?? null,
  of.usual ?? null,
  of.found ?? null,
  of.count,
  of.of,
  stamp(of.first_us),
  stamp(of.last_us),
];

export function findingLines(findings: readonly QualityFinding[]): Line[] {
  return [["rule", "source", "event", "property", "code", "usual", "found", "count", "of", "first", "last"], ...findings.map(findingLine)];
}
