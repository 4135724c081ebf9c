// Reading stored views field by field: what makes no sense is left out.
import type { AskedCondition, AskedRule } from "../../api/queries";
import { OPS } from "../../ui/rule/rules";

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

export function readTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
}

/** A whole number from 1 to `most`. */
export function readCount(value: unknown, most: number): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most ? value : null;
}

/** One of the words offered. */
export function readWord<Word extends string>(words: readonly Word[], value: unknown): Word | undefined {
  return words.find((word) => word === value);
}

/** A length of time as the API writes it: `30m`, `7d`. */
export function isSpan(value: unknown): value is string {
  return typeof value === "string" && /^[1-9]\d{0,5}(ms|s|m|h|d|w)$/.test(value);
}

export function readRule(value: unknown): AskedRule {
  return Array.isArray(value) ? value.filter(isFields).map(readCondition) : [];
}

/** A rule with a name of its own, as steps and groups are stored. */
export function readStep(value: Fields): { name: string; match: AskedRule } {
  return { name: typeof value["name"] === "string" ? value["name"] : "", match: readRule(value["match"]) };
}

function readCondition(value: Fields): AskedCondition {
  const event = readTexts(value["event"]);
  const channel = readTexts(value["channel"]);
  const tests = Array.isArray(value["where"]) ? value["where"].filter(isTest) : [];
  return { ...(event.length > 0 ? { event } : {}), ...(channel.length > 0 ? { channel } : {}), ...(tests.length > 0 ? { where: tests } : {}) };
}

type Test = NonNullable<AskedCondition["where"]>[number];

function isTest(value: unknown): value is Test {
  return isFields(value) && typeof value["column"] === "string" && OPS.some((op) => op === value["op"]);
}
