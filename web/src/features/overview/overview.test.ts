// What somebody should look at: sources that do not send, days that have passed.
import { describe, expect, it } from "vitest";

import openapi from "../../../../crates/server/tests/openapi.json";
import type { ImportInfo, ProposalStatus, TrackedProposal } from "../../api/types";
import { lastImport, sourceState, toLookAt } from "./collect";
import { dayIn } from "./days";
import { INDUSTRIES, fitting, isIndustry, stagesOf } from "./firstRun";
import { overdue } from "./overdue";

const source = (id: string, last_us: number | null, silent_since_us: number | null = null) => ({ id, last_us, silent_since_us });
const run = (batch: string, started_us: number) => ({ batch, started_us }) as ImportInfo;
const proposal = (id: number, due: string | null, status?: ProposalStatus) => ({ id, proposal: { due, ...(status ? { status } : {}) } }) as unknown as TrackedProposal;

const ids = (of: ReturnType<typeof stagesOf>) => [of.planned, of.beside].map((list) => list.map(({ id }) => id));

describe("sources", () => {
  it("are named where they do not send, the longest silent first", () => {
    const all = [source("never", null), source("late", 20, 20), source("fine", 30), source("later", 10, 10)];
    expect(all.map(sourceState)).toEqual(["waiting", "silent", "sending", "silent"]);
    expect(toLookAt(all).map(({ id }) => id)).toEqual(["later", "late", "never"]);
  });

  it("have a last import", () => {
    expect(lastImport([])).toBeNull();
    expect(lastImport([run("a", 1), run("c", 3), run("b", 2)])?.batch).toBe("c");
  });
});

describe("proposals", () => {
  it("are overdue from the day after on, in the days of the workspace, unless they are closed", () => {
    // In Shanghai the next day has begun.
    const now = Date.parse("2026-03-01T17:00:00Z");
    expect([dayIn("UTC", now), dayIn("Asia/Shanghai", now)]).toEqual(["2026-03-01", "2026-03-02"]);
    const all = [proposal(1, "2026-03-01", "in_progress"), proposal(2, "2026-02-01"), proposal(3, null), proposal(4, "2026-01-01", "done"), proposal(5, "2026-01-01", "dropped")];
    expect(overdue(all, dayIn("UTC", now)).map(({ id }) => id)).toEqual([2]);
    expect(overdue(all, dayIn("Asia/Shanghai", now)).map(({ id }) => id)).toEqual([2, 1]);
  });
});

describe("the first run", () => {
  it("proposes the templates of the trade, in the order of the list", () => {
    const templates = [{ id: "a", industry: "retail" }, { id: "b", industry: "b2b" }, { id: "c", industry: "retail" }] as const;
    expect(fitting(templates, "retail").map(({ id }) => id)).toEqual(["a", "c"]);
    expect(fitting(templates, "banking")).toEqual([]);
    expect([...INDUSTRIES]).toEqual(openapi.components.schemas.Industry.enum);
    expect([isIndustry("b2b"), isIndustry("forestry")]).toEqual([true, false]);
  });
});

describe("the stages of a template", () => {
  const stages = ["help", "come", "pay"].map((id) => ({ id, name: id, touchpoints: [] }));

  it("are shown in the order of the planned way, with those beside it apart", () => {
    expect(ids(stagesOf({ stages, planned: ["come", "pay"] }))).toEqual([["come", "pay"], ["help"]]);
    expect(ids(stagesOf({ stages }))).toEqual([["help", "come", "pay"], []]);
    expect(ids(stagesOf(undefined))).toEqual([[], []]);
  });
});
