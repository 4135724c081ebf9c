import { describe, expect, it } from "vitest";

import type { Card, Journey } from "../../api/types";
import { isLive, personasOf } from "./personaList";

const card = (id: string, more: Partial<Card>): Card => ({ id, lane: "emotion", text: id, basis: "assumption", ...more });
const stage = (id: string, cards: Card[]): Journey["stages"][number] => ({ id, name: id, touchpoints: [], cards });

const definition: Pick<Journey, "stages" | "personas"> = {
  personas: [
    { id: "busy", name: "Busy", customers: [{ channel: ["web"] }] },
    { id: "new", name: "New" },
  ],
  stages: [
    stage("look", [card("all", { feeling: 1 }), card("busy", { feeling: -1, persona: "busy" }), card("need", { lane: "need", persona: "new" })]),
    stage("pay", [card("busy-too", { feeling: -2, persona: "busy" })]),
    stage("wait", []),
  ],
};

describe("the personas of a journey", () => {
  const [busy, fresh] = personasOf(definition);

  it("feel what is written of them and of everyone, and nothing where nothing is", () => {
    expect(busy?.feelings).toEqual([0, -2, null]);
    expect(fresh?.feelings).toEqual([1, null, null]);
  });

  it("have cards of their own, and a curve of their own where one of these tells a feeling", () => {
    expect([busy?.cards, busy?.own]).toEqual([2, true]);
    expect([fresh?.cards, fresh?.own]).toEqual([1, false]);
  });

  it("are live where a rule says who they are", () => {
    expect(definition.personas?.map(isLive)).toEqual([true, false]);
    expect(isLive({ id: "none", name: "None", customers: [] })).toBe(false);
  });
});
