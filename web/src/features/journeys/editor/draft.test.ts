import { describe, expect, it } from "vitest";

import type { Journey, Lane } from "../../../api/types";
import { patched, renamed, same } from "../../../ui/draft/same";
import { addCard, addEvent, addPersona, addStage, addTouchpoint, cardOf, cardPlace, cardsIn, changeCard, changeTouchpoint, likely, moveCard, moveStage, moveTouchpoint, removeCard, removeStage, removeTouchpoint, setGoal, shiftCard, shiftStage, shiftTouchpoint, stageAround, stagePlace, standing, takeEvent, touchpointOf, touchpointPlace, unknownNames, withoutNames } from "./draft";
import { placed } from "./faults";
import { STEPS_MAX, begun, changed, redone, undone } from "../../../ui/draft/history";
import { merged } from "../../../ui/draft/merge";

/** With fields the editor does not show, and some that no model has yet. */
const JOURNEY = {
  id: "shop",
  name: { "zh-CN": "购物", en: "Shopping" },
  gap: "30d",
  zone: "Asia/Shanghai",
  parent: { journey: "life", stage: "use" },
  planned: ["look", "buy"],
  signals: [{ id: "refused", name: "Refused", kind: "error", match: [{ event: ["refused"] }] }],
  novel: { kept: [1, 2] },
  stages: [
    { id: "help", name: "Help", touchpoints: [{ id: "call", name: "Call", match: [{ event: ["call"] }] }], novel: "stage" },
    {
      id: "look",
      name: { "zh-CN": "看", en: "Look" },
      touchpoints: [
        { id: "view", name: "View", match: [{ event: ["view"] }], channel: "web", novel: 7 },
        { id: "search", name: "Search", match: [{ event: ["search"], where: [{ column: "props.q", op: "exists" }] }] },
      ],
      cards: [{ id: "a", lane: "need", text: "Find it", basis: "assumption" }],
    },
    { id: "buy", name: "Buy", touchpoints: [{ id: "order", name: "Order", match: [{ event: ["order"] }] }] },
  ],
  goal: { name: "Order", touchpoints: ["order"], value: "amount" },
} as unknown as Journey;

const shape = (journey: Journey) => journey.stages.map(({ id, touchpoints }) => `${id}: ${touchpoints.map((each) => each.id).join(" ")}`);

const put = (moved: string | null, of: "stage" | "touchpoint", id: string, at: "on" | "before" | "after") => touchpointPlace(JOURNEY, moved, { of, id, at });
const written = (id: string, lane: Lane, more: object = {}) => ({ id, lane, text: id, ...more });
const ids = (journey: Journey) => journey.stages.map(({ cards = [] }) => cards.map(({ id }) => id).join(" "));
const named = (name: string): Journey => ({ ...JOURNEY, name });

describe("a draft", () => {
  it("has a persona added, under a key of its own, with nothing else changed", () => {
    const first = addPersona(JOURNEY, "Busy");
    const second = addPersona(first.journey, "New");
    expect([first.id, second.id]).toEqual(["persona", "persona-2"]);
    expect(second.journey).toEqual({ ...JOURNEY, personas: [{ id: "persona", name: "Busy" }, { id: "persona-2", name: "New" }] });
  });

  it("keeps what it does not show, through every step", () => {
    let draft: Journey = JOURNEY;
    draft = addStage(draft, "Use it").journey;
    draft = moveTouchpoint(draft, "view", "use-it", 0);
    draft = changeTouchpoint(draft, "view", { name: "Seen" });
    draft = moveStage(draft, "help", 3);
    draft = addCard(draft, { stage: "look", lane: "emotion" }, "calm").journey;
    const view = draft.stages.find(({ id }) => id === "use-it")?.touchpoints[0];
    expect(view).toEqual({ id: "view", name: "Seen", match: [{ event: ["view"] }], channel: "web", novel: 7 });
    expect(draft.stages.find(({ id }) => id === "help")).toEqual(JOURNEY.stages[0]);
    for (const field of ["parent", "signals", "novel", "zone", "goal", "name"] as const) {
      expect(draft[field as "goal"], field).toBe(JOURNEY[field as "goal"]);
    }
    expect(JOURNEY.stages).toHaveLength(3);
  });

  it("moves stages and keeps the planned way in their order", () => {
    const moved = moveStage(JOURNEY, "buy", 0);
    expect(moved.stages.map(({ id }) => id)).toEqual(["buy", "help", "look"]);
    expect(moved.planned).toEqual(["buy", "look"]);
    expect(shiftStage(JOURNEY, "help", -1)).toBeNull();
    expect(shiftStage(JOURNEY, "help", 1)?.stages.map(({ id }) => id)).toEqual(["look", "help", "buy"]);
  });

  it("moves touchpoints within a stage, to another, and step by step over its edge", () => {
    expect(shape(moveTouchpoint(JOURNEY, "view", "look", 1))).toEqual(["help: call", "look: search view", "buy: order"]);
    expect(shape(moveTouchpoint(JOURNEY, "view", "buy", 1))).toEqual(["help: call", "look: search", "buy: order view"]);
    expect(moveTouchpoint(JOURNEY, "view", "nowhere", 0)).toBe(JOURNEY);
    const down = shiftTouchpoint(JOURNEY, "search", 1) as Journey;
    expect(shape(down)).toEqual(["help: call", "look: view", "buy: search order"]);
    expect(shape(shiftTouchpoint(down, "search", -1) as Journey)).toEqual(shape(JOURNEY));
    expect(shiftTouchpoint(JOURNEY, "call", -1)).toBeNull();
  });

  it("takes what names a thing away with it", () => {
    const gone = removeStage(JOURNEY, "buy");
    expect([gone.goal.touchpoints, gone.planned]).toEqual([[], ["look"]]);
    expect(removeTouchpoint(JOURNEY, "order").goal.touchpoints).toEqual([]);
    expect("planned" in removeStage(gone, "look")).toBe(false);
    expect(removeTouchpoint(JOURNEY, "view").goal).toBe(JOURNEY.goal);
    expect(setGoal(setGoal(JOURNEY, "view", true), "order", false).goal.touchpoints).toEqual(["view"]);
  });

  it("gives keys that are free, also where a name holds nothing a key may", () => {
    const first = addTouchpoint(JOURNEY, "look", { name: "加入购物车", match: [{ event: ["加入购物车"] }] });
    const second = addTouchpoint(first.journey, "buy", { name: "支付", match: [] }, 0);
    expect([first.id, second.id, addTouchpoint(JOURNEY, "buy", { name: "View!", match: [] }).id]).toEqual(["touchpoint", "touchpoint-2", "view-2"]);
    expect(shape(second.journey)).toEqual(["help: call", "look: view search touchpoint", "buy: touchpoint-2 order"]);
    expect(addStage(JOURNEY, "看").id).toBe("stage");
  });

  it("adds an event beside names, and apart from conditions that ask for more", () => {
    expect(addEvent([{ event: ["a"] }], "b")).toEqual([{ event: ["a", "b"] }]);
    expect(addEvent([{ event: ["a"] }], "a")).toEqual([{ event: ["a"] }]);
    const narrow = { event: ["a"], channel: ["web"] };
    expect(addEvent([narrow], "a")).toEqual([narrow, { event: ["a"] }]);
    expect(addEvent([], "b")).toEqual([{ event: ["b"] }]);
    expect(addEvent([{}], "b")).toEqual([{ event: ["b"] }]);
    expect(unknownNames([{ event: ["a", "b"] }, { event: ["b"] }], ["a"])).toEqual(["b"]);
    expect(withoutNames([{ event: ["a", "b"] }, { event: ["b"], channel: ["web"] }, { channel: ["app"] }], ["b"])).toEqual([{ event: ["a"] }, { channel: ["app"] }]);
  });

  it("takes an event into a touchpoint and into the signals that stand for the same", () => {
    const calls = { id: "called", name: "Called", kind: "contact", match: [{ event: ["call"] }] };
    const both = { id: "met", name: "Met", kind: "help", match: [{ event: ["call", "visit"] }] };
    const journey = { ...JOURNEY, signals: [...(JOURNEY.signals ?? []), calls, both] } as Journey;
    const taken = takeEvent(journey, "call", "来电");
    expect(touchpointOf(taken.journey, "call")?.match).toEqual([{ event: ["call", "来电"] }]);
    expect(taken.signals).toEqual([calls]);
    expect(taken.journey.signals).toEqual([...(JOURNEY.signals ?? []), { ...calls, match: [{ event: ["call", "来电"] }] }, both]);
    expect(takeEvent(JOURNEY, "view", "浏览").journey.signals).toBe(JOURNEY.signals);
  });

  it("changes a name in one language", () => {
    expect(renamed({ "zh-CN": "看", en: "Look" }, "zh-CN", "浏览")).toEqual({ "zh-CN": "浏览", en: "Look" });
    expect(renamed("Look", "zh-CN", "浏览")).toBe("浏览");
  });

  it("takes fields away, and compares whatever their order", () => {
    expect(patched({ a: 1, b: 2 }, { a: undefined })).toEqual({ b: 2 });
    expect(same({ a: [1, { b: 2 }], c: 3 }, { c: 3, a: [1, { b: 2 }] })).toBe(true);
    expect(same({ a: undefined }, {})).toBe(false);
    expect(same([1], { 0: 1 })).toBe(false);
  });

  it("finds the event that reads like a touchpoint", () => {
    const left = ["浏览商品", "支付成功", "加入购物车"];
    expect(likely(["加入购物车", "Add to cart"], left)).toBe("加入购物车");
    expect(likely(["支付"], left)).toBe("支付成功");
    expect(likely(["Order placed"], ["order_placed"])).toBe("order_placed");
    expect(likely(["下单"], left)).toBeNull();
    expect(likely(["领取到店券"], ["到店"])).toBeNull();
  });

  it("looks at the journey where a part is gone", () => {
    const part = { of: "touchpoint", id: "view" } as const;
    expect(standing(JOURNEY, part)).toBe(part);
    expect(standing(removeTouchpoint(JOURNEY, "view"), part)).toEqual({ of: "journey" });
  });
});

describe("cards", () => {
  /** Lanes lie between each other, as files have them. */
  const WRITTEN = {
    ...JOURNEY,
    stages: [
      { ...JOURNEY.stages[0], cards: [written("n1", "need"), written("p1", "pain", { novel: 1 }), written("n2", "need"), written("e1", "emotion", { feeling: -1 }), written("n3", "need")] },
      JOURNEY.stages[2],
    ],
  } as unknown as Journey;
  const HELP_NEED = { stage: "help", lane: "need" } as const;

  it("move within their cell and leave other lanes as they stand", () => {
    expect(ids(moveCard(WRITTEN, "n3", HELP_NEED, 0))).toEqual(["n3 n1 p1 n2 e1", ""]);
    expect(ids(moveCard(WRITTEN, "n1", HELP_NEED, 2))).toEqual(["p1 n2 e1 n3 n1", ""]);
    expect(ids(shiftCard(WRITTEN, "n2", 1) as Journey)).toEqual(["n1 p1 e1 n3 n2", ""]);
    expect(ids(shiftCard(WRITTEN, "n2", -1) as Journey)).toEqual(["n2 n1 p1 e1 n3", ""]);
    expect([shiftCard(WRITTEN, "n1", -1), shiftCard(WRITTEN, "n3", 1), shiftCard(WRITTEN, "p1", 1), shiftCard(WRITTEN, "gone", 1)]).toEqual([null, null, null, null]);
  });

  it("move to another stage and lane with all that they hold, but a feeling only among emotions", () => {
    const moved = moveCard(WRITTEN, "p1", { stage: "buy", lane: "need" }, 0);
    expect(ids(moved)).toEqual(["n1 n2 e1 n3", "p1"]);
    expect(moved.stages[1]?.cards).toEqual([{ id: "p1", lane: "need", text: "p1", novel: 1 }]);
    expect(cardOf(moveCard(WRITTEN, "e1", { stage: "buy", lane: "emotion" }, 0), "e1")?.card.feeling).toBe(-1);
    expect(cardOf(moveCard(WRITTEN, "e1", { stage: "help", lane: "need" }, 1), "e1")).toMatchObject({ card: { id: "e1", lane: "need" } });
    expect("feeling" in (cardOf(moveCard(WRITTEN, "e1", HELP_NEED, 1), "e1")?.card ?? {})).toBe(false);
    expect(cardsIn(moveCard(WRITTEN, "e1", HELP_NEED, 1), HELP_NEED).map(({ id }) => id)).toEqual(["n1", "e1", "n2", "n3"]);
    expect([moveCard(WRITTEN, "n1", { stage: "nowhere", lane: "need" }, 0), moveCard(WRITTEN, "gone", HELP_NEED, 0)]).toEqual([WRITTEN, WRITTEN]);
  });

  it("leave no empty list behind, and are added, changed and removed wherever they stand", () => {
    const alone = addCard(WRITTEN, { stage: "buy", lane: "note" }, "new");
    expect(cardOf(alone.journey, alone.id)).toMatchObject({ stage: { id: "buy" }, card: { lane: "note", text: "new", basis: "assumption" } });
    expect(addCard(alone.journey, { stage: "buy", lane: "note" }, "other").id).not.toBe(alone.id);
    expect("cards" in (removeCard(alone.journey, alone.id).stages[1] ?? {})).toBe(false);
    expect("cards" in (moveCard(alone.journey, alone.id, HELP_NEED, 0).stages[1] ?? {})).toBe(false);
    expect(cardOf(changeCard(WRITTEN, "n2", { source: "interview" }), "n2")?.card).toEqual({ id: "n2", lane: "need", text: "n2", source: "interview" });
    expect([changeCard(WRITTEN, "gone", { text: "x" }), removeCard(WRITTEN, "gone")]).toEqual([WRITTEN, WRITTEN]);
  });

  it("are dropped among the others of a cell, or at its end", () => {
    const beside = (moved: string, id: string, at: "on" | "before" | "after") => cardPlace(WRITTEN, moved, HELP_NEED, { id, at });
    expect([beside("n1", "n3", "before"), beside("n1", "n3", "after"), beside("p1", "n1", "after"), beside("p1", "n1", "on"), beside("n1", "n1", "after")]).toEqual([1, 2, 1, null, null]);
    expect([cardPlace(WRITTEN, "n1", HELP_NEED), cardPlace(WRITTEN, "p1", HELP_NEED), cardPlace(WRITTEN, "p1", { stage: "buy", lane: "pain" })]).toEqual([2, 3, 0]);
  });

  it("are looked at in their stage, and the journey once they are gone", () => {
    const part = { of: "card", id: "n1" } as const;
    expect([stageAround(WRITTEN, part)?.id, standing(WRITTEN, part), standing(removeCard(WRITTEN, "n1"), part)]).toEqual(["help", part, { of: "journey" }]);
  });
});

describe("a drop", () => {
  it("means a place among the others", () => {
    expect(put("view", "touchpoint", "search", "after")).toEqual({ stage: "look", to: 1 });
    expect(put("search", "touchpoint", "view", "before")).toEqual({ stage: "look", to: 0 });
    expect(put(null, "touchpoint", "search", "before")).toEqual({ stage: "look", to: 1 });
    expect(put("view", "stage", "look", "on")).toEqual({ stage: "look", to: 1 });
    expect(put("view", "stage", "buy", "on")).toEqual({ stage: "buy", to: 1 });
    expect([put("view", "stage", "buy", "before"), put("view", "touchpoint", "search", "on"), put("view", "touchpoint", "view", "after")]).toEqual([null, null, null]);
  });

  it("of a stage means a place among stages", () => {
    expect(stagePlace(JOURNEY, "help", { of: "stage", id: "look", at: "after" })).toBe(1);
    expect(stagePlace(JOURNEY, "buy", { of: "stage", id: "help", at: "before" })).toBe(0);
    expect(stagePlace(JOURNEY, "buy", { of: "stage", id: "help", at: "on" })).toBeNull();
    expect(stagePlace(JOURNEY, "buy", { of: "touchpoint", id: "view", at: "before" })).toBeNull();
  });
});

describe("changes of two people", () => {
  it("are both kept where they touch different things", () => {
    const mine = changeTouchpoint(moveStage(JOURNEY, "help", 2), "view", { name: "Seen" });
    const theirs = changeTouchpoint(addTouchpoint({ ...JOURNEY, owner: "Lin" }, "look", { name: "Filter", match: [] }, 1).journey, "search", { channel: "app" });
    const both = merged(JOURNEY, mine, theirs);
    expect(shape(both)).toEqual(["look: view filter search", "buy: order", "help: call"]);
    expect(both.owner).toBe("Lin");
    expect(both.stages[0]?.touchpoints.map(({ name, channel }) => [name, channel])).toEqual([["Seen", "web"], ["Filter", undefined], ["Search", "app"]]);
  });

  it("are mine where they touch the same, and what one took away is gone unless the other changed it", () => {
    const mine = removeTouchpoint(changeTouchpoint(JOURNEY, "view", { name: "Mine" }), "call");
    const theirs = removeTouchpoint(changeTouchpoint(JOURNEY, "view", { name: "Theirs" }), "search");
    expect(shape(merged(JOURNEY, mine, theirs))).toEqual(["help: ", "look: view", "buy: order"]);
    expect(merged(JOURNEY, mine, theirs).stages[1]?.touchpoints[0]?.name).toBe("Mine");
    expect(shape(merged(JOURNEY, changeTouchpoint(JOURNEY, "search", { name: "S" }), theirs))).toEqual(["help: call", "look: view search", "buy: order"]);
    expect(shape(merged(JOURNEY, { ...JOURNEY, owner: "me" }, moveStage(JOURNEY, "buy", 0)))[0]).toBe("buy: order");
    expect(merged(JOURNEY, JOURNEY, theirs)).toBe(theirs);
  });

  it("keep their order where I left it alone", () => {
    const theirs = moveTouchpoint(JOURNEY, "view", "look", 1);
    expect(shape(merged(JOURNEY, changeTouchpoint(JOURNEY, "view", { name: "V" }), theirs))[1]).toBe("look: search view");
  });
});

describe("faults", () => {
  it.each([
    ["stages[1].touchpoints[0].match[0].where[2].column", { of: "touchpoint", id: "view" }, "column"],
    ["stages[1].touchpoints[1].match", { of: "touchpoint", id: "search" }, "rule"],
    ["stages[0].touchpoints[0].match[1]", { of: "touchpoint", id: "call" }, "condition"],
    ["stages[2].touchpoints", { of: "stage", id: "buy" }, "touchpoints"],
    ["stages[2].name", { of: "stage", id: "buy" }, "name"],
    ["stages[1].cards[0].source", { of: "card", id: "a" }, "source"],
    ["stages[1].cards[0].text", { of: "card", id: "a" }, "name"],
    ["stages", { of: "journey" }, "stages"],
    ["goal.touchpoints", { of: "journey" }, "goal"],
    ["goal.touchpoints[0]", { of: "journey" }, "goalUnknown"],
    ["goal.name", { of: "journey" }, "name"],
    ["case.key", { of: "journey" }, "other"],
  ])("%s", (path, part, word) => {
    expect(placed(JOURNEY, { path, message: "" })).toMatchObject({ part, word });
  });
});

describe("history", () => {
  it("undoes and redoes step by step, and forgets what was undone once something else is done", () => {
    let history = changed(changed(begun(JOURNEY), named("a"), null), named("b"), null);
    history = undone(history);
    expect(history.now.name).toBe("a");
    expect(redone(history).now.name).toBe("b");
    history = undone(history);
    expect(history.now).toBe(JOURNEY);
    expect(undone(history)).toBe(history);
    const other = changed(history, named("c"), null);
    expect([other.now.name, redone(other) === other]).toEqual(["c", true]);
  });

  it("takes what is typed into one field for one step", () => {
    let history = begun(JOURNEY);
    for (const name of ["a", "ab", "abc"]) history = changed(history, named(name), "name");
    expect(undone(history).now).toBe(JOURNEY);
    history = changed(undone(changed(history, named("other"), "description")), named("abcd"), "name");
    expect(undone(history).now.name).toBe("abc");
  });

  it("is no step where nothing changes, and keeps a number of them", () => {
    let history = begun(JOURNEY);
    expect(changed(history, { ...JOURNEY }, null)).toBe(history);
    for (let n = 0; n < STEPS_MAX + 20; n += 1) history = changed(history, named(`n${n}`), null);
    expect(history.past).toHaveLength(STEPS_MAX);
  });
});
