import { describe, expect, it } from "vitest";

import openapi from "../../../../crates/server/tests/openapi.json";
import { ACTIONS, detailText } from "./audit";

describe("the audit log", () => {
  it("can be filtered by every action there is", () => {
    expect([...ACTIONS].toSorted()).toEqual(openapi.components.schemas.Action.enum.toSorted());
  });

  it("says what an action was made with", () => {
    expect(detailText({ role: "viewer", version: 3, note: null, sources: ["a", "b"] })).toBe('role: viewer · version: 3 · sources: ["a","b"]');
    expect(detailText({})).toBe("");
  });
});
