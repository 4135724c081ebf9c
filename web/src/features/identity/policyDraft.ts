// A policy while it is edited: fields as they are typed, and the policy they make, or which of them are wrong.
import type { IdentifierKind, IdentityNamespace, SharedIdentifiers, StitchingNamespace, StitchingPolicy } from "../../api/types";

/** What stands for "as the kind has it". */
export const USUAL = "";

export interface NamespaceDraft {
  namespace: string;
  kind: IdentifierKind | typeof USUAL;
  priority: string;
  perCustomer: string;
  persons: string;
  shared: SharedIdentifiers | typeof USUAL;
}

export interface PolicyDraft {
  shared: SharedIdentifiers;
  identifiers: string;
  connected: string;
  namespaces: NamespaceDraft[];
}

export type NumberField = "priority" | "perCustomer" | "persons";

/** The least and the most of each number. */
export const LIMITS: Record<NumberField, [number, number]> = { priority: [0, 255], perCustomer: [1, 4_294_967_295], persons: [1, 4_294_967_295] };
const IDENTIFIERS: [number, number] = [2, 10_000];
const CONNECTED_MAX = 100_000;

const typed = (value: number | null | undefined) => (value == null ? USUAL : String(value));

export function draftOf(policy: StitchingPolicy, namespaces: readonly IdentityNamespace[]): PolicyDraft {
  const own = policy.namespaces ?? {};
  const names = [...new Set([...namespaces.map(({ namespace }) => namespace), ...Object.keys(own)])].toSorted();
  return {
    shared: policy.shared ?? "first",
    identifiers: typed(policy.customer_identifiers_max),
    connected: typed(policy.connected_identifiers_max),
    namespaces: names.map((namespace) => {
      const rules = own[namespace];
      return {
        namespace,
        kind: rules?.kind ?? USUAL,
        priority: typed(rules?.priority),
        perCustomer: typed(rules?.per_customer_max),
        persons: typed(rules?.persons_max),
        shared: rules?.shared ?? USUAL,
      };
    }),
  };
}

/** Whether a number as typed is one within its limits, or left out. */
export function numberFault(text: string, [least, most]: readonly [number, number], needed = false): boolean {
  if (text.trim() === "") return needed;
  const value = Number(text);
  return !Number.isInteger(value) || value < least || value > most;
}

export const namespaceFault = (draft: NamespaceDraft, field: NumberField): boolean => numberFault(draft[field], LIMITS[field]);

export const identifiersFault = (draft: PolicyDraft): boolean => numberFault(draft.identifiers, IDENTIFIERS, true);

export const connectedFault = (draft: PolicyDraft): boolean => numberFault(draft.connected, [Number(draft.identifiers) || 2, CONNECTED_MAX]);

function number(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}

/** The policy a draft makes; null where a field is wrong. Namespaces of which nothing is said are left out. */
export function policyOf(draft: PolicyDraft): StitchingPolicy | null {
  const fields = ["priority", "perCustomer", "persons"] as const;
  if (identifiersFault(draft) || connectedFault(draft)) return null;
  if (draft.namespaces.some((each) => fields.some((field) => namespaceFault(each, field)))) return null;
  const namespaces: Record<string, StitchingNamespace> = {};
  for (const { namespace, kind, priority, perCustomer, persons, shared } of draft.namespaces) {
    const said: StitchingNamespace = {
      kind: kind === USUAL ? null : kind,
      priority: number(priority),
      per_customer_max: number(perCustomer),
      persons_max: number(persons),
      shared: shared === USUAL ? null : shared,
    };
    if (Object.values(said).some((value) => value !== null)) namespaces[namespace] = said;
  }
  return {
    shared: draft.shared,
    customer_identifiers_max: Number(draft.identifiers),
    connected_identifiers_max: number(draft.connected),
    namespaces,
  };
}

/** Whether two policies say the same, in whatever order. */
export function samePolicy(a: StitchingPolicy, b: StitchingPolicy): boolean {
  return plain(a) === plain(b);
}

function plain(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, each]) => each != null);
  return `{${entries
    .toSorted(([x], [y]) => (x < y ? -1 : 1))
    .map(([key, each]) => `${key}:${plain(each)}`)
    .join()}}`;
}
