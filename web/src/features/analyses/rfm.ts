// Recency, frequency and monetary value as a person sets them, and the eight named groups.
import type { AskedRule } from "../../api/queries";
import { isSpan, readRule, readWord } from "./fields";
import type { Fields } from "./fields";

/** In the order they are shown: the most valuable first. */
export const RFM_GROUPS = [
  "important_value",
  "important_develop",
  "important_keep",
  "important_rescue",
  "general_value",
  "general_develop",
  "general_keep",
  "general_rescue",
] as const;
export type RfmKey = (typeof RFM_GROUPS)[number];

export const TIES = ["together", "by_customer"] as const;
export const HIGHS = [2, 3, 4, 5] as const;

/** What counts as buying, and how it is scored. */
export interface Rfm {
  match: AskedRule;
  /** The column that is summed. */
  value: string;
  /** Only purchases of this window; empty: all. */
  last: string;
  /** The lowest high score. */
  high: number;
  ties: (typeof TIES)[number];
}

export const RFM: Rfm = { match: [], value: "amount", last: "", high: 4, ties: "together" };

export function readRfm(fields: Fields): Rfm {
  const { value, last } = fields;
  return {
    match: readRule(fields["match"]),
    value: typeof value === "string" && value !== "" ? value : RFM.value,
    last: isSpan(last) ? last : RFM.last,
    high: HIGHS.find((high) => high === fields["high"]) ?? RFM.high,
    ties: readWord(TIES, fields["ties"]) ?? RFM.ties,
  };
}

/** The model as the API takes it; everything is said, so that two ways to the same model are the same question. */
export function modelOf({ match, value, last, high, ties }: Rfm): object {
  return { match, value, high, ties, ...(last === "" ? {} : { within: { last } }) };
}
