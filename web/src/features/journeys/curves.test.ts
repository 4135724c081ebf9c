// Each persona has the line of its own map, and which are shown follows what is asked and chosen.
import { describe, expect, it } from "vitest";

import type { Card } from "../../api/types";
import { EVERYONE } from "../../ui/scope/group";
import type { Group } from "../../ui/scope/group";
import { AVERAGE, PERSONAS_MAX, feelingLines, shownLines } from "./curves";

const felt = (id: string, feeling: number | null, persona?: string): Card => ({ id, lane: "emotion", text: id, feeling, ...(persona ? { persona } : {}) });
const of = (persona: string): Group => ({ by: "persona", persona });

const DEFINITION = {
  personas: ["phone", "desk", "quiet"].map((id) => ({ id, name: id })),
  stages: [
    { id: "a", name: "a", touchpoints: [], cards: [felt("1", 0), felt("2", -2, "phone"), felt("3", 2, "desk")] },
    { id: "b", name: "b", touchpoints: [], cards: [felt("4", 1, "desk"), felt("5", null, "quiet")] },
    { id: "c", name: "c", touchpoints: [] },
  ],
};
const keys = (lines: readonly { key: string }[]) => lines.map(({ key }) => key);
const shown = (chosen: string[], ...asked: Group[]) => keys(shownLines(feelingLines(DEFINITION, asked), chosen, asked));

describe("lines of feelings", () => {
  it("are those of each persona's own map, and the average of all", () => {
    expect(feelingLines(DEFINITION, [EVERYONE])).toEqual([
      { key: AVERAGE, feelings: [0, 1, null] },
      { key: "phone", feelings: [-1, null, null] },
      { key: "desk", feelings: [1, 1, null] },
    ]);
  });

  it("have a persona without feelings of its own only where it is asked about", () => {
    expect(feelingLines(DEFINITION, [EVERYONE, of("quiet")]).at(-1)).toEqual({ key: "quiet", feelings: [0, null, null] });
    expect(keys(feelingLines(DEFINITION, [of("gone")]))).toEqual([AVERAGE, "phone", "desk"]);
  });

  it("are shown as chosen, else those asked about, else all", () => {
    expect(shown([], EVERYONE)).toEqual([AVERAGE, "phone", "desk"]);
    expect(shown([], of("phone"))).toEqual(["phone"]);
    expect(shown([], of("phone"), of("desk"))).toEqual(["phone", "desk"]);
    expect(shown([], EVERYONE, of("quiet"))).toEqual([AVERAGE, "phone", "desk", "quiet"]);
    expect(shown(["desk", AVERAGE], of("phone"))).toEqual([AVERAGE, "desk"]);
    expect(shown(["gone"], EVERYONE)).toEqual([AVERAGE, "phone", "desk"]);
  });

  it("are never more than can be told apart", () => {
    const many = Array.from({ length: PERSONAS_MAX + 3 }, (_, at) => `p${at}`);
    const definition = { personas: many.map((id) => ({ id, name: id })), stages: [{ id: "a", name: "a", touchpoints: [], cards: many.map((id) => felt(id, 1, id)) }] };
    expect(shownLines(feelingLines(definition, [EVERYONE]), [], [EVERYONE])).toHaveLength(PERSONAS_MAX + 1);
  });
});
