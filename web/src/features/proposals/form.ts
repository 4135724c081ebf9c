// A proposal as its form has it: texts, read into what is sent, or into what is wrong with them.
import type { Estimate, Pain, Proposal, ProposalStatus, RestsOn } from "../../api/types";

/** An estimate as typed; all empty for none. */
export interface Range {
  value: string;
  low: string;
  high: string;
}

export interface Draft {
  title: string;
  journey: string;
  stage: string;
  pain: string | null;
  /** A cause stands as it was found; words are written here. */
  restsOn: RestsOn;
  customers: Range;
  money: Range;
  currency: string;
  costAmount: string;
  costSource: string;
  owner: string;
  due: string;
  status: ProposalStatus;
  note: string;
}

/** Fields of a draft that can be wrong. */
export type Faulty = "title" | "restsOn" | "customers" | "money" | "currency" | "costAmount" | "costSource" | "owner";
export type Faults = Partial<Record<Faulty, true>>;

const NO_RANGE: Range = { value: "", low: "", high: "" };

/** A number as the form writes it: no more digits than an estimate has. */
function typed(value: number): string {
  return String(Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3)));
}

function rangeOf(of: Estimate | null | undefined): Range {
  return of ? { value: typed(of.value), low: typed(of.low), high: typed(of.high) } : NO_RANGE;
}

export function draftOf(proposal: Proposal): Draft {
  const cost = proposal.cost?.known === "amount" ? proposal.cost : null;
  return {
    title: proposal.title,
    journey: proposal.journey,
    stage: proposal.stage,
    pain: proposal.pain ?? null,
    restsOn: proposal.rests_on,
    customers: rangeOf(proposal.gain?.customers_per_month),
    money: rangeOf(proposal.gain?.money_per_month),
    currency: proposal.currency ?? "",
    costAmount: cost ? String(cost.amount) : "",
    costSource: cost?.source ?? "",
    owner: proposal.owner ?? "",
    due: proposal.due ?? "",
    status: proposal.status ?? "proposed",
    note: "",
  };
}

/** An idea of its own. */
export function emptyDraft(journey: string, stage: string, currency: string | null): Draft {
  return draftOf({ title: "", journey, stage, rests_on: { on: "words", text: "" }, currency });
}

/** What another page hands over to become a proposal, as text in the address; null where it is none. */
export function readIdea(text: string): Pick<Draft, "title" | "restsOn" | "customers" | "money"> | null {
  const fields = parsed(text);
  const [title, why] = [fields?.["title"], fields?.["text"]];
  if (typeof title !== "string" || typeof why !== "string") return null;
  const gain = fields?.["gain"] as Record<string, unknown> | undefined;
  return { title, restsOn: { on: "words", text: why }, customers: rangeOf(estimated(gain?.["customers_per_month"])), money: rangeOf(estimated(gain?.["money_per_month"])) };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const fields: unknown = JSON.parse(text);
    return typeof fields === "object" ? (fields as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

function estimated(of: unknown): Estimate | null {
  const { value, low, high } = (of ?? {}) as Partial<Estimate>;
  return [value, low, high].every((each) => Number.isFinite(each)) ? (of as Estimate) : null;
}

/** What of a proposal is suggested. */
export type Suggested = Pick<Proposal, "title" | "rests_on" | "gain">;

/**
 * Against a pain: as suggested; else it rests on the likeliest cause and should bring what the pain takes. What it costs
 * is not known.
 */
export function draftAgainst(pain: Pain, currency: string | null, suggested: Suggested | null = null): Draft {
  const [cause] = pain.causes;
  const money = pain.money.known === "per_month" ? pain.money : null;
  return draftOf({
    title: "",
    journey: pain.journey,
    stage: pain.stage,
    pain: pain.key,
    rests_on: cause ? { on: "cause", kind: cause.kind, signals: cause.signals } : { on: "words", text: "" },
    gain: { customers_per_month: pain.customers_per_month, ...(money ? { money_per_month: money.amount } : {}) },
    currency: money?.currency ?? currency,
    ...suggested,
  });
}

/** A number as people type it: `1,200.5`; NaN where it is none. */
function number(text: string): number {
  const plain = text.trim().replaceAll(/[,，\s]/g, "");
  return plain === "" ? Number.NaN : Number(plain);
}

/** null: none; undefined: not three numbers in order. */
function estimate({ value, low, high }: Range): Estimate | null | undefined {
  if ([value, low, high].every((text) => text.trim() === "")) return null;
  const numbers = { value: number(value), low: number(low), high: number(high) };
  return numbers.low <= numbers.value && numbers.value <= numbers.high ? numbers : undefined;
}

/** What is sent, or what is wrong. */
export function read(draft: Draft): { proposal: Proposal } | { faults: Faults } {
  const faults: Faults = {};
  const [title, owner, currency, source] = [draft.title, draft.owner, draft.currency, draft.costSource].map((text) => text.trim()) as [string, string, string, string];
  if (!title) faults.title = true;
  if (draft.restsOn.on === "words" && !draft.restsOn.text.trim()) faults.restsOn = true;
  const customers = estimate(draft.customers);
  const money = estimate(draft.money);
  if (customers === undefined) faults.customers = true;
  if (money === undefined) faults.money = true;
  if (currency && !/^[A-Z]{3}$/.test(currency)) faults.currency = true;
  const amount = number(draft.costAmount);
  const costed = draft.costAmount.trim() !== "";
  if (costed && !(Number.isFinite(amount) && amount >= 0)) faults.costAmount = true;
  if (costed && !source) faults.costSource = true;
  if (draft.status === "in_progress" && !owner) faults.owner = true;
  if (Object.keys(faults).length > 0) return { faults };
  return {
    proposal: {
      title,
      journey: draft.journey,
      stage: draft.stage,
      rests_on: draft.restsOn,
      gain: { ...(customers ? { customers_per_month: customers } : {}), ...(money ? { money_per_month: money } : {}) },
      cost: costed ? { known: "amount", amount, source } : { known: "missing" },
      status: draft.status,
      ...(draft.pain ? { pain: draft.pain } : {}),
      ...(currency ? { currency } : {}),
      ...(owner ? { owner } : {}),
      ...(draft.due ? { due: draft.due } : {}),
    },
  };
}
