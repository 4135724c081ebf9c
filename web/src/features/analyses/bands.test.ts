import { describe, expect, it } from "vitest";

import { askedBands, holdsNumbers, isOpen, readBands, typedEdges, writtenEdges } from "./bands";

const property = (name: string, kind: "number" | "text") => ({ name, count: 1, events: 1, types: [kind] });

describe("bands", () => {
  it("are read as people type boundaries, in any order and with any comma", () => {
    expect(typedEdges("500，100、 2.5; -1")).toEqual([-1, 2.5, 100, 500]);
    expect(typedEdges("100 100")).toEqual([100]);
    expect(typedEdges(" ")).toEqual([]);
    expect(typedEdges("100, many")).toBeNull();
    expect(typedEdges("Infinity")).toBeNull();
    expect(typedEdges(writtenEdges([1, 2.5]))).toEqual([1, 2.5]);
  });

  it("are asked by boundaries, and by number while there are none", () => {
    expect(askedBands([1, 2])).toEqual({ edges: [1, 2] });
    expect(askedBands(10)).toEqual({ count: 10 });
    expect(askedBands([])).toEqual({ count: 5 });
  });

  it("are what a stored view says, but for what makes no sense", () => {
    expect(readBands(3)).toBe(3);
    expect(readBands([5, "x", 1, null])).toEqual([1, 5]);
    for (const wrong of [1, 101, 2.5, "5", null, {}]) expect(readBands(wrong)).toBeUndefined();
  });

  it("divide columns of numbers, and what the dictionary knows as such", () => {
    const known = [property("platform", "text"), property("props.size", "number"), property("props.name", "text")];
    expect(["amount", "platform", "props.size", "props.name", "props.new", "channel"].filter((name) => holdsNumbers(name, known))).toEqual(["amount", "props.size"]);
    expect(["amount", "props.size", "traits.age"].filter((name) => holdsNumbers(name, []))).toEqual(["amount"]);
    expect(["amount", "props.size", "traits.age"].filter(isOpen)).toEqual(["props.size", "traits.age"]);
  });
});
