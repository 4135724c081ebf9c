// Tests of a segment as analyses need them.
import type { AskedRule } from "../../api/queries";
import type { Period, Who } from "../../api/types";

const TEXT = "text";
/** Every event has a text or has none. */
export const ANY_EVENT: AskedRule = [{ where: [{ column: TEXT, op: "exists" }] }, { where: [{ column: TEXT, op: "missing" }] }];

/** A rule of which only events of some channels count; null where that leaves nothing. */
export function inChannels(rule: AskedRule, channels: readonly string[]): AskedRule | null {
  if (channels.length === 0) return rule;
  const kept = rule.flatMap((condition) => {
    const own = condition.channel?.length ? condition.channel.filter((channel) => channels.includes(channel)) : channels;
    return own.length > 0 ? [{ ...condition, channel: [...own] }] : [];
  });
  return kept.length > 0 ? kept : null;
}

export function did(match: AskedRule, within: Period | null = null, times = 1): Who {
  return { did: { match, ...(within ? { within } : {}), is: { gte: times } } } as Who;
}

/** Whose first such event lies in a period. */
export function began(match: AskedRule, within: Period): Who {
  return { first: { match, within } } as Who;
}

export function joined(tests: readonly Who[]): Who {
  const [first] = tests;
  return tests.length === 1 && first ? first : { all: [...tests] };
}
