// A set of traffic rules being edited. Every rule has a key of its own, so that it stays the same one while it is moved.
import type { LocalizedText, SourceList, TrafficField, TrafficOp, TrafficRule, TrafficRuleSet, TrafficTest, TrafficUnclassified } from "../../api/types";

export interface KeyedRule {
  key: number;
  rule: TrafficRule;
}

export interface Draft {
  groups: TrafficRuleSet["groups"];
  lists: SourceList[];
  ownHosts: string[];
  rules: KeyedRule[];
  /** The next key. */
  next: number;
}

export const FIELDS: readonly TrafficField[] = ["source", "medium", "campaign", "referrer_host", "click_id", "channel"];

/** What can be asked of a field: lists hold sources. */
export function opsOf(field: TrafficField): readonly TrafficOp[] {
  const texts: TrafficOp[] = ["is", "is_not", "contains", "starts_with", "ends_with", "matches"];
  return field === "source" ? ["in_list", "not_in_list", ...texts] : field === "click_id" ? ["is", "is_not"] : texts;
}

/** Whether a test's values are lists. */
export function isListed(op: TrafficOp): boolean {
  return op === "in_list" || op === "not_in_list";
}

export function draftOf(rules: TrafficRuleSet): Draft {
  return {
    groups: rules.groups,
    lists: rules.lists,
    ownHosts: rules.own_hosts ?? [],
    rules: rules.rules.map((rule, key) => ({ key, rule })),
    next: rules.rules.length,
  };
}

export function rulesOf(draft: Draft): TrafficRuleSet {
  return {
    groups: draft.groups,
    lists: draft.lists,
    ...(draft.ownHosts.length > 0 ? { own_hosts: draft.ownHosts } : {}),
    rules: draft.rules.map(({ rule }) => rule),
  };
}

/** Whether both say the same. */
export function same(a: TrafficRuleSet, b: TrafficRuleSet): boolean {
  return JSON.stringify(rulesOf(draftOf(a))) === JSON.stringify(rulesOf(draftOf(b)));
}

/** One place up or down; nothing happens at the ends. */
export function moved(draft: Draft, key: number, by: -1 | 1): Draft {
  const at = draft.rules.findIndex((each) => each.key === key);
  const to = at + by;
  const own = draft.rules[at];
  const other = draft.rules[to];
  if (!own || !other) return draft;
  const rules = [...draft.rules];
  rules[at] = other;
  rules[to] = own;
  return { ...draft, rules };
}

export function changed(draft: Draft, key: number, rule: TrafficRule): Draft {
  return { ...draft, rules: draft.rules.map((each) => (each.key === key ? { key, rule } : each)) };
}

export function removed(draft: Draft, key: number): Draft {
  return { ...draft, rules: draft.rules.filter((each) => each.key !== key) };
}

/** At the end: it takes what nothing before it takes. */
export function added(draft: Draft, rule: TrafficRule): Draft {
  return { ...draft, rules: [...draft.rules, { key: draft.next, rule }], next: draft.next + 1 };
}

export const emptyTest = (): TrafficTest => ({ field: "source", op: "is", values: [] });

export function emptyRule(name: string, group: string): TrafficRule {
  return { name, any: [{ all: [emptyTest()] }], group };
}

const SAYS_NOTHING = ["(direct)", "(none)", "(not set)", ""];

const told = (field: TrafficField, value: string): TrafficTest[] => (SAYS_NOTHING.includes(value) ? [] : [{ field, op: "is", values: [value] }]);

/** A rule that takes what no rule takes so far: by its source and medium, else by what else it says. */
export function ruleFor(of: TrafficUnclassified, group: string): TrafficRule {
  const first = [...told("source", of.source), ...told("medium", of.medium)];
  const all = first.length > 0 ? first : [...told("referrer_host", of.referrer_host), ...told("campaign", of.campaign)];
  const name = all.flatMap(({ values }) => values).join(" / ");
  return { name, any: [{ all: all.length > 0 ? all : [emptyTest()] }], group };
}

/** Values parted by commas, of both kinds. */
export function valuesOf(text: string): string[] {
  return text.split(/[,，]/).map((value) => value.trim()).filter((value) => value !== "");
}

export const valuesText = (values: readonly string[]): string => values.join(", ");

/** A source a line: its name, then what stands for it, too. */
export function sourcesText(list: SourceList): string {
  return list.sources.map(({ source, also }) => [source, ...(also ?? [])].join(", ")).join("\n");
}

export function sourcesOf(text: string): SourceList["sources"] {
  return text.split("\n").flatMap((line) => {
    const [source, ...also] = valuesOf(line);
    return source === undefined ? [] : [also.length > 0 ? { source, also } : { source }];
  });
}

/** The text with its words in one language changed; what it says in others stays. */
export function renamed(text: LocalizedText, language: string, value: string): LocalizedText {
  return typeof text === "string" ? value : { ...text, [language]: value };
}

/** The rule a fault's path names, counted from 1; null where it is about something else. */
export function ruleNumber(path: string): number | null {
  const at = /^rules\[(\d+)\]/.exec(path)?.[1];
  return at === undefined ? null : Number(at) + 1;
}
