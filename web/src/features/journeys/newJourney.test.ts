// Keys are made of names where they can be, and a file's own key is found wherever definitions write it.
import { describe, expect, it } from "vitest";

import { KEY, freeKey, keyOf, readFile } from "./newJourney";

describe("a new journey", () => {
  it("has a key that is one, or none", () => {
    for (const name of ["Online order", " B2B — Café 2! ", "购物 Shop"]) expect(keyOf(name)).toMatch(KEY);
    expect(keyOf(" B2B — Café 2! ")).toBe("b2b-cafe-2");
    expect(keyOf("线上购物")).toBe("");
    expect(freeKey("order", ["order", "order-2"])).toBe("order-3");
    expect(freeKey("order", [])).toBe("order");
  });

  it("is named by its file", () => {
    const yaml = "# id: not-this\nname: x\nid: online-order # the key\nstages:\n  - id: arrive\n";
    expect(readFile("j.yaml", yaml)).toEqual({ format: "yaml", journey: "online-order" });
    expect(readFile("j.yml", 'id: "quoted"\n').journey).toBe("quoted");
    expect(readFile("j.yaml", "stages:\n  - id: arrive\n").journey).toBeNull();
    expect(readFile("j.json", '{"id": "j", "stages": []}')).toEqual({ format: "json", journey: "j" });
    expect(readFile("j.txt", ' {"id": 3}')).toEqual({ format: "json", journey: null });
    expect(readFile("j.json", "{")).toEqual({ format: "json", journey: null });
  });
});
