import { describe, expect, it } from "vitest";

import { readStored, storedForm } from "./stored";

describe("a stored list of customers", () => {
  it("comes back as it was", () => {
    const listed = { sort: "events", up: "1", segment: "lapsed" } as const;
    expect(readStored(storedForm(listed))).toEqual(listed);
    expect(readStored(storedForm({}))).toEqual({});
  });

  it("never says whom somebody looked for", () => {
    const looked = { value: "13800138000", namespace: "phone", sort: "events" } as const;
    expect(storedForm(looked)).toEqual({ v: 1, page: "customers", sort: "events" });
    expect(readStored({ v: 1, page: "customers", value: "13800138000", sort: "no such order" })).toEqual({});
  });

  it("is none of another page or a newer version", () => {
    for (const other of [{ v: 1, page: "pains" }, { v: 2, page: "customers" }, null, []]) expect(readStored(other)).toBeNull();
  });
});
