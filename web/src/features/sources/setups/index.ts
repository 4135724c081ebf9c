// How each sender is told where to send: code that can be pasted as it stands, with this server's address and a key.
import type { KeyKind } from "../../../api/types";
import { ownSetups } from "./own";
import { productSetups } from "./product";
import { segmentSetups } from "./segment";
import { sensorsSetups } from "./sensors";
import { webSetups } from "./web";

export interface Place {
  /** `https://collect.example.com`, without a slash at its end. */
  address: string;
  key: string;
}

export interface Block {
  /** Where the code belongs. */
  goes: "terminal" | "page" | "code";
  code: string;
}

export interface Setup {
  /** `posthog-node`. */
  id: string;
  vendor: Vendor;
  /** The platform, as its makers write it; absent where the vendor has one way alone. */
  platform?: Platform;
  /** The kind of key such a sender may have: what runs at visitors' is public. */
  key: KeyKind;
  blocks: Block[];
}

export const VENDORS = ["throughline", "segment", "rudderstack", "posthog", "sensors", "ga4", "gtag", "snowplow", "matomo"] as const;
export type Vendor = (typeof VENDORS)[number];
export type Platform = "web" | "http" | "node" | "python" | "miniprogram";

export function setupsOf(place: Place): Setup[] {
  const all = [...ownSetups(place), ...segmentSetups(place), ...productSetups(place), ...sensorsSetups(place), ...webSetups(place)];
  return all.toSorted((one, other) => VENDORS.indexOf(one.vendor) - VENDORS.indexOf(other.vendor));
}

/** What a person typed as an address: where it is one that can stand in code. */
export function addressOf(typed: string): string | null {
  try {
    const { protocol, origin, pathname } = new URL(typed.trim());
    const plain = /^https?:$/.test(protocol) && /^[\w./~-]*$/.test(pathname);
    return plain ? (origin + pathname).replace(/\/+$/, "") : null;
  } catch {
    return null;
  }
}
