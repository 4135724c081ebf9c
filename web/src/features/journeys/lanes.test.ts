// Lanes show what is written of the people the map counts, and nothing where nothing is written.
import { describe, expect, it } from "vitest";

import type { Card } from "../../api/types";
import { EVERYONE } from "../../ui/scope/group";
import { LANES } from "../../ui/lanes";
import { filledLanes, hasPoints, isCurve, scores, written } from "./lanes";

const card = (id: string, lane: Card["lane"], more: Partial<Card> = {}): Card => ({ id, lane, text: id, ...more });
const stage = (id: string, cards: Card[], owner?: string) => ({ id, name: id, touchpoints: [], cards, ...(owner ? { owner } : {}) });

const definition = {
  stages: [
    stage("a", [card("1", "pain"), card("2", "emotion", { feeling: -2 }), card("3", "emotion", { feeling: 1, persona: "phone" })], "Li"),
    stage("b", [card("4", "need", { persona: "desk" }), card("5", "emotion")]),
    { id: "c", name: "c", touchpoints: [] },
  ],
};

describe("written lanes", () => {
  it("hold every card on the map of everyone, in the lanes' own order", () => {
    const stages = written(definition, EVERYONE);
    expect(filledLanes(stages)).toEqual(["need", "emotion", "pain"]);
    expect(filledLanes(stages)).toEqual(LANES.filter((lane) => filledLanes(stages).includes(lane)));
    expect(stages.map(({ feeling }) => feeling)).toEqual([-0.5, null, null]);
    expect(stages.map(({ owner }) => owner)).toEqual(["Li", null, null]);
    expect(stages[0]?.cards.emotion?.map(({ id }) => id)).toEqual(["2", "3"]);
  });

  it("leave out what is written of another persona", () => {
    const stages = written(definition, { by: "persona", persona: "desk" });
    expect(stages[0]?.cards.emotion?.map(({ id }) => id)).toEqual(["2"]);
    expect(stages[0]?.feeling).toBe(-2);
    expect(filledLanes(stages)).toContain("need");
    expect(filledLanes(written(definition, { by: "persona", persona: "phone" }))).not.toContain("need");
  });

  it("are none where nothing is written, and a mean without a score is none", () => {
    expect(filledLanes(written({ stages: [{ id: "a", name: "a", touchpoints: [] }] }, EVERYONE))).toEqual([]);
    expect(scores([{ score_mean: 4.5, score_count: 2 }, { score_mean: null, score_count: 0 }])).toEqual([4.5, null]);
    expect([hasPoints([null, 0]), hasPoints([null]), hasPoints([])]).toEqual([true, false, false]);
    expect([isCurve([null, 0]), isCurve([1, null, 0])]).toEqual([false, true]);
  });
});
