// Rules as they are asked: what nobody has written yet is left out.
import type { AskedCondition, AskedRule } from "../../api/queries";

/** Columns of events that are offered beside the workspace's own dimensions. */
export const EVENT_COLUMNS = ["amount", "quantity", "product", "category", "page", "campaign", "platform", "city", "site", "score", "error", "duration_seconds"] as const;

/** Operators of tests, in the order they are offered. */
export const OPS = ["eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "contains", "starts_with", "exists", "missing"] as const;

/** A condition without the tests that nobody has written yet. */
export function written(condition: AskedCondition): AskedCondition {
  const { where, ...rest } = condition;
  const tests = where?.filter(({ column, op, value }) => column !== "" && (op === "exists" || op === "missing" || !isBlank(value)));
  return tests && tests.length > 0 ? { ...rest, where: tests } : rest;
}

export function isBlank(value: unknown): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Whether a condition says which events it means. */
export function says({ event = [], channel = [], where = [] }: AskedCondition): boolean {
  return event.length + channel.length + where.length > 0;
}

/** The conditions of a rule that say something; empty where none does. */
export function ruleOf(rule: AskedRule): AskedRule {
  return rule.map(written).filter(says);
}

/** Whether each condition of a rule says something, so that it can be asked. */
export function isRule(rule: AskedRule): boolean {
  return rule.length > 0 && rule.map(written).every(says);
}

/** A rule in as few words as tell it apart: its events, else its channels and tests. */
export function ruleName(rule: AskedRule): string {
  const events = rule.flatMap((condition) => condition.event ?? []);
  if (events.length > 0) return events.join(" | ");
  const channels = rule.flatMap((condition) => condition.channel ?? []);
  const tests = rule.flatMap((condition) => condition.where ?? []).map(({ column, op, value }) => [column, op, value ?? ""].join(" ").trim());
  return [...channels, ...tests].join(" | ");
}

/** What a step is called: by its name, else by its events. */
export function stepName({ name, match }: { name: string; match: AskedRule }): string {
  return name.trim() || ruleName(match);
}
