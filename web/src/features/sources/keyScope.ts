// What a key may send: protocols and kinds of messages, all of either where none is named.
import type { SourceKey } from "../../api/types";

export const PROTOCOLS = ["throughline", "segment", "posthog", "ga4", "gtag", "sensors", "snowplow", "matomo"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export const KINDS = ["event", "identify", "profile"] as const;
export type MessageKind = SourceKey["kinds"][number];

export interface KeyScope {
  protocols: Protocol[];
  kinds: MessageKind[];
}

export const WHOLE: KeyScope = { protocols: [], kinds: [] };

/** What is chosen, in the order of the lists; all of a list is said as none. */
export function scopeOf(protocols: readonly string[], kinds: readonly string[]): KeyScope {
  return { protocols: chosenOf(PROTOCOLS, protocols), kinds: chosenOf(KINDS, kinds) };
}

function chosenOf<Id extends string>(all: readonly Id[], ids: readonly string[]): Id[] {
  const some = all.filter((id) => ids.includes(id));
  return some.length === all.length ? [] : some;
}

/** Why doors refuse, as far as this page has words for it. */
export const REFUSED_WHY = ["key_refused", "origin_refused", "protocol_refused", "kind_refused", "rate_limited", "body_too_large", "body_unreadable", "compression_unknown", "encoding_unknown"] as const;
export type RefusedWhy = (typeof REFUSED_WHY)[number];

/** null: by its code alone. */
export const whyOf = (code: string): RefusedWhy | null => REFUSED_WHY.find((why) => why === code) ?? null;
