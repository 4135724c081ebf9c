import { describe, expect, it } from "vitest";

import { readStored, storedForm } from "./stored";

describe("a stored list of pains", () => {
  it("comes back as it was", () => {
    expect(readStored(storedForm("shop", { status: "all", kind: "loop", stage: "pay" }))).toEqual({ journey: "shop", status: "all", kind: "loop", stage: "pay" });
    expect(readStored(storedForm("shop", { status: "open", kind: null, stage: null }))).toEqual({ journey: "shop" });
  });

  it("loses what makes no sense, and is none of another page or a newer version", () => {
    expect(readStored({ v: 1, page: "pains", journey: "shop", filter: { status: 7, kind: "no such kind" } })).toEqual({ journey: "shop" });
    expect(readStored({ v: 1, page: "pains", journey: "shop" })).toEqual({ journey: "shop" });
    for (const other of [{ v: 1, page: "map", journey: "shop" }, { v: 2, page: "pains", journey: "shop" }, { v: 1, page: "pains" }, null, []]) expect(readStored(other)).toBeNull();
  });
});
