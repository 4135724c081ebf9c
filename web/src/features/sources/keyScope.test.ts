import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { KINDS, PROTOCOLS, WHOLE, scopeOf, whyOf } from "./keyScope";

const PROTOCOLS_OF_SERVER = join(import.meta.dirname, "../../../../crates/ingest/src/live.rs");

describe("what a key may send", () => {
  it("is said in the order of the lists, and all as nothing", () => {
    expect(scopeOf(["sensors", "segment"], ["profile", "event"])).toEqual({ protocols: ["segment", "sensors"], kinds: ["event", "profile"] });
    expect(scopeOf(PROTOCOLS, KINDS)).toEqual(WHOLE);
    expect(scopeOf([], [])).toEqual(WHOLE);
    expect(scopeOf(["fax"], [])).toEqual(WHOLE);
  });

  it("names the protocols the server knows", () => {
    const named = [...readFileSync(PROTOCOLS_OF_SERVER, "utf8").matchAll(/Protocol::\w+ => "(\w+)"/g)].map(([, name]) => name);
    expect(new Set(named)).toEqual(new Set(PROTOCOLS));
  });
});

describe("why a letter was refused", () => {
  it("has words, or its code", () => {
    expect(whyOf("origin_refused")).toBe("origin_refused");
    expect(whyOf("of_tomorrow")).toBeNull();
  });
});
