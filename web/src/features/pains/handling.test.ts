import { describe, expect, it } from "vitest";

import { PAIN_STATUSES } from "../../api/pains";
import { decision, draftOf, isChanged, needsOwner, statusChoices } from "./handling";

describe("handling a pain", () => {
  it("offers what it is and what a person may make of it; found and came back are facts", () => {
    for (const status of PAIN_STATUSES) {
      const [own, ...next] = statusChoices(status);
      expect(own).toBe(status);
      expect(next).not.toContain(status);
      expect(next.filter((each) => each === "found" || each === "came_back")).toEqual([]);
    }
    expect(statusChoices("closed")).toEqual(["closed", "acknowledged", "owned", "working"]);
    expect(PAIN_STATUSES.filter(needsOwner)).toEqual(["owned", "working"]);
  });

  it("sends only what is said, and the version it was decided from", () => {
    const draft = draftOf({ status: "found", owner: null, due: null });
    expect(decision({ ...draft, status: "owned", owner: " Lin ", note: "  " }, 3)).toEqual({ status: "owned", owner: "Lin", expected_version: 3 });
    expect(decision({ ...draft, due: "2026-12-20", note: "see ticket" }, 1)).toEqual({
      status: "found",
      due: "2026-12-20",
      note: "see ticket",
      expected_version: 1,
    });
  });

  it("knows whether there is anything to save", () => {
    const now = { status: "owned", owner: "Lin", due: null } as const;
    const draft = draftOf(now);
    expect(isChanged(draft, now)).toBe(false);
    expect(isChanged({ ...draft, owner: "Lin " }, now)).toBe(false);
    expect(isChanged({ ...draft, owner: "" }, now)).toBe(true);
    expect(isChanged({ ...draft, note: "still there" }, now)).toBe(true);
  });
});
