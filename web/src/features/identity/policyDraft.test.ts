import { describe, expect, it } from "vitest";

import type { StitchingNamespace, StitchingPolicy } from "../../api/types";
import { connectedFault, draftOf, policyOf, samePolicy } from "./policyDraft";

const usual: StitchingNamespace = { kind: null, priority: null, per_customer_max: null, persons_max: null, shared: null };
const policy: StitchingPolicy = {
  shared: "first",
  customer_identifiers_max: 500,
  connected_identifiers_max: null,
  namespaces: { tablet_id: { ...usual, kind: "device", shared: "none" }, phone: { ...usual, persons_max: 2 } },
};

describe("a policy being edited", () => {
  it("is the policy as long as nothing is typed", () => {
    const made = policyOf(draftOf(policy, []));
    expect(made && samePolicy(made, policy)).toBe(true);
    expect(samePolicy(policy, { ...policy, shared: "last" })).toBe(false);
  });

  it("leaves out what says nothing, and takes what does", () => {
    const draft = draftOf(policy, []);
    const phone = draft.namespaces.map((each) => (each.namespace === "phone" ? { ...each, persons: "", perCustomer: "1" } : each));
    expect(policyOf({ ...draft, namespaces: phone })?.namespaces).toEqual({ tablet_id: { ...usual, kind: "device", shared: "none" }, phone: { ...usual, per_customer_max: 1 } });
    const none = draft.namespaces.map((each) => ({ ...each, persons: "", kind: "" as const, shared: "" as const }));
    expect(policyOf({ ...draft, namespaces: none })?.namespaces).toEqual({});
  });

  it("is none while a number is no number or out of its limits", () => {
    const draft = draftOf(policy, []);
    for (const identifiers of ["", "1", "10001", "x", "2.5"]) expect(policyOf({ ...draft, identifiers })).toBeNull();
    for (const priority of ["-1", "256"]) expect(policyOf({ ...draft, namespaces: draft.namespaces.map((each) => ({ ...each, priority })) })).toBeNull();
    expect(policyOf({ ...draft, namespaces: draft.namespaces.map((each) => ({ ...each, persons: "0" })) })).toBeNull();
    expect(connectedFault({ ...draft, connected: "499" })).toBe(true);
    expect(policyOf({ ...draft, connected: "4000" })?.connected_identifiers_max).toBe(4000);
  });
});
