// What begins and ends a session, as it is chosen, stored and asked. Silence always does; the rest is added where wanted.
import { isFields, isSpan, readTexts } from "./fields";
import type { Fields } from "./fields";

/** Sessions of some channels, cut apart from those of all others. Empty spans: as other channels. */
export interface ChannelRule {
  channels: string[];
  timeout: string;
  longest: string;
  /** Each event is a session, over at once. */
  instant: boolean;
}

export interface SessionRules {
  /** A longer gap ends a session. */
  timeout: string;
  /** No event is later than this after the first; empty: any length. */
  longest: string;
  /** Whether they end at midnight. */
  midnight: boolean;
  /** The column whose change begins a session; empty: none. */
  campaign: string;
  /** Channels with sessions of their own. */
  apart: ChannelRule[];
}

/** The same with what is not said left out, as a unit of counting keeps it. */
export type GivenRules = Pick<SessionRules, "timeout"> & Partial<SessionRules>;

export const CAMPAIGNS = ["utm_campaign", "campaign", "utm_source", "utm_medium"] as const;
export const LONGEST = ["1h", "4h", "12h", "24h", "7d"] as const;
/** As many channels as the API lets have rules of their own. */
export const APART_MAX = 64;

export const IDLE: SessionRules = { timeout: "30m", longest: "", midnight: false, campaign: "", apart: [] };

export function wholeRules({ timeout, longest, midnight, campaign, apart }: GivenRules): SessionRules {
  return {
    timeout,
    longest: longest ?? IDLE.longest,
    midnight: midnight ?? IDLE.midnight,
    campaign: campaign ?? IDLE.campaign,
    apart: apart ?? IDLE.apart,
  };
}

export function givenRules({ timeout, longest, midnight, campaign, apart }: SessionRules): GivenRules {
  return {
    timeout,
    ...(longest ? { longest } : {}),
    ...(midnight ? { midnight } : {}),
    ...(campaign ? { campaign } : {}),
    ...(apart.length > 0 ? { apart } : {}),
  };
}

/** How many rules there are beside silence. */
export function furtherRules({ longest, midnight, campaign, apart }: SessionRules): number {
  return [longest !== "", midnight, campaign !== ""].filter(Boolean).length + apart.length;
}

/** What a question's `scope.subject` is; a rule of no channel is not written yet. */
export function sessionSubject(rules: GivenRules): object {
  const { apart = [], ...rest } = givenRules(wholeRules(rules));
  const channels = apart
    .filter((rule) => rule.channels.length > 0)
    .map(({ channels: of, timeout, longest, instant }) =>
      instant ? { channels: of, instant } : { channels: of, ...(timeout ? { timeout } : {}), ...(longest ? { longest } : {}) },
    );
  return { of: "session", ...rest, ...(channels.length > 0 ? { channels } : {}) };
}

/** Rules as they are stored; null where not even the timeout makes sense. */
export function readRules(fields: Fields): SessionRules | null {
  const { timeout, longest, midnight, campaign, apart } = fields;
  if (!isSpan(timeout)) return null;
  return {
    timeout,
    longest: isSpan(longest) ? longest : IDLE.longest,
    midnight: midnight === true,
    campaign: typeof campaign === "string" ? campaign : IDLE.campaign,
    apart: Array.isArray(apart) ? apart.filter(isFields).map(readApart).slice(0, APART_MAX) : [],
  };
}

function readApart({ channels, timeout, longest, instant }: Fields): ChannelRule {
  return { channels: readTexts(channels), timeout: isSpan(timeout) ? timeout : "", longest: isSpan(longest) ? longest : "", instant: instant === true };
}
