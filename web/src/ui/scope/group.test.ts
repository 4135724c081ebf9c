// A group means one scope, the same on both sides of a comparison, and comes back from where it is stored.
import { describe, expect, it } from "vitest";

import type { Group } from "./group";
import { EVERYONE, groupScope, readGroup, sameGroup } from "./group";

const definition = {
  personas: [
    { id: "phone", name: "Phone", customers: [{ channel: ["mobile_web"] }] },
    { id: "imagined", name: "Imagined" },
  ],
};

const GROUPS: Group[] = [
  EVERYONE,
  { by: "persona", persona: "phone" },
  { by: "persona", persona: "imagined" },
  { by: "segment", segment: "vip" },
  { by: "value", dimension: "channel", value: "store" },
  { by: "value", dimension: "site", value: "" },
  { by: "value", dimension: "traits.city_tier", value: "1" },
];

describe("groups", () => {
  it("ask for customers where they are of customers, for journeys where they are of events", () => {
    expect(GROUPS.map((group) => groupScope(group, definition))).toEqual([
      {},
      { persona: "phone" },
      null,
      { segments: ["vip"] },
      { subjects: [{ channel: ["store"] }] },
      { subjects: [{ where: [{ column: "site", op: "eq", value: "" }] }] },
      { customers: [{ where: [{ column: "traits.city_tier", op: "eq", value: "1" }] }] },
    ]);
    expect(groupScope({ by: "persona", persona: "gone" }, definition)).toBeNull();
    expect(groupScope({ by: "persona", persona: "phone" }, undefined)).toBeNull();
  });

  it("come back from where they are stored, and are told apart", () => {
    for (const group of GROUPS) expect(readGroup(JSON.parse(JSON.stringify(group)))).toEqual(group);
    for (const [index, group] of GROUPS.entries()) {
      for (const [other, against] of GROUPS.entries()) expect(sameGroup(group, against)).toBe(index === other);
    }
    const nonsense = [null, 1, {}, { by: "persona" }, { by: "persona", persona: "" }, { by: "value", dimension: "", value: "x" }, { by: "value", dimension: "site" }];
    for (const each of nonsense) expect(readGroup(each)).toBeNull();
  });
});
