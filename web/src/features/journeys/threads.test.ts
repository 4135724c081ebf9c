// Threads hold their answers, and a stage counts those of its touchpoints that are open.
import { expect, it } from "vitest";

import type { SeenComment } from "../../api/types";
import { aboutKey, openAt, threadsOf } from "./threads";

const seen = (id: number, comment: Partial<SeenComment["comment"]>, resolved_at_us: number | null = null): SeenComment => ({
  id,
  journey: "buy",
  comment: { text: `c${id}`, ...comment },
  created_at_us: id,
  created_by: "Lin",
  edited_at_us: null,
  resolved_at_us,
  resolved_by: resolved_at_us === null ? null : "Mo",
  mine: false,
});

const comments = [seen(1, { stage: "pay" }), seen(2, {}), seen(3, { reply_to: 1 }), seen(4, { stage: "pay", touchpoint: "card" }), seen(5, { stage: "pay" }, 9), seen(6, { reply_to: 1 })];

it("answers stand below what they answer, in their order", () => {
  expect(threadsOf(comments).map(({ first, answers }) => [first.id, answers.map(({ id }) => id)])).toEqual([[1, [3, 6]], [2, []], [4, []], [5, []]]);
});

it("a stage has its own open threads and those of its touchpoints", () => {
  expect(openAt(threadsOf(comments), "pay").map(({ first }) => first.id)).toEqual([1, 4]);
  expect(openAt(threadsOf(comments), "look")).toEqual([]);
});

it("what it is about has one name each", () => {
  expect([{}, { stage: "pay" }, { stage: "pay", touchpoint: "card" }].map(aboutKey)).toEqual(["/", "pay/", "pay/card"]);
});
