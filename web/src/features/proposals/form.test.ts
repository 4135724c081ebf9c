import { describe, expect, it } from "vitest";

import type { Pain, Proposal } from "../../api/types";
import { draftAgainst, draftOf, emptyDraft, read, readIdea } from "./form";

const PROPOSAL: Proposal = {
  title: "Show delivery costs on the product page",
  journey: "buy",
  stage: "pay",
  pain: "00aa",
  rests_on: { on: "cause", kind: "price", signals: ["fees"] },
  gain: { customers_per_month: { value: 96, low: 79, high: 113 } },
  cost: { known: "amount", amount: 1200, source: "quote of the agency" },
  currency: "CNY",
  owner: "Lin",
  due: "2026-12-20",
  status: "accepted",
};

const PAIN = {
  key: "00aa",
  journey: "buy",
  stage: "pay",
  causes: [{ kind: "error", signals: ["refused"] }, { kind: "help", signals: ["chat"] }],
  customers_per_month: { value: 95.702839, low: 78.5785, high: 112.531 },
  money: { known: "per_month", amount: { value: 38000.4, low: 30000, high: 46000 }, currency: "CNY" },
} as unknown as Pain;

const wrong = (change: object) => read({ ...draftOf(PROPOSAL), ...change });

describe("the form of a proposal", () => {
  it("reads back what it was filled with", () => {
    expect(read(draftOf(PROPOSAL))).toEqual({ proposal: PROPOSAL });
  });

  it("starts from a pain: its likeliest cause, its size, and no cost", () => {
    const draft = { ...draftAgainst(PAIN, null), title: "Retry once" };
    expect(read(draft)).toEqual({
      proposal: {
        title: "Retry once",
        journey: "buy",
        stage: "pay",
        pain: "00aa",
        rests_on: { on: "cause", kind: "error", signals: ["refused"] },
        gain: {
          customers_per_month: { value: 95.7, low: 78.6, high: 112.5 },
          money_per_month: { value: 38000, low: 30000, high: 46000 },
        },
        cost: { known: "missing" },
        currency: "CNY",
        status: "proposed",
      },
    });
  });

  it("takes up what is suggested", () => {
    const gain = { customers_per_month: { value: 40, low: 20, high: 70 } };
    const draft = draftAgainst(PAIN, null, { title: "Answer it on the page", rests_on: { on: "cause", kind: "help", signals: ["chat"] }, gain });
    const { proposal } = read(draft) as { proposal: Proposal };
    expect(proposal).toMatchObject({ title: "Answer it on the page", pain: "00aa", stage: "pay", currency: "CNY", gain });
    expect(proposal.rests_on).toEqual({ on: "cause", kind: "help", signals: ["chat"] });
  });

  it("asks for words where no cause can be told, and leaves money out that is not known", () => {
    const draft = draftAgainst({ ...PAIN, causes: [], money: { known: "missing", why: "no_loss_seen" } }, "CNY");
    expect(draft.restsOn).toEqual({ on: "words", text: "" });
    expect(draft.money).toEqual({ value: "", low: "", high: "" });
    expect(read(draft)).toEqual({ faults: { title: true, restsOn: true } });
  });

  it("says what is wrong before the server has to", () => {
    expect(wrong({ customers: { value: "5", low: "7", high: "9" } })).toEqual({ faults: { customers: true } });
    expect(wrong({ customers: { value: "5", low: "", high: "9" } })).toEqual({ faults: { customers: true } });
    expect(wrong({ money: { value: "a few", low: "1", high: "2" } })).toEqual({ faults: { money: true } });
    expect(wrong({ costAmount: "-1" })).toEqual({ faults: { costAmount: true } });
    expect(wrong({ costSource: " " })).toEqual({ faults: { costSource: true } });
    expect(wrong({ currency: "yuan" })).toEqual({ faults: { currency: true } });
    expect(wrong({ status: "in_progress", owner: "" })).toEqual({ faults: { owner: true } });
  });

  it("reads numbers as people type them", () => {
    const said = read({ ...draftOf(PROPOSAL), costAmount: " 12,000.50 " });
    expect(said).toMatchObject({ proposal: { cost: { amount: 12_000.5 } } });
  });

  it("keeps an idea of its own free of a pain", () => {
    const draft = { ...emptyDraft("buy", "pay", null), title: "Chairs at the till", restsOn: { on: "words" as const, text: "a hunch" } };
    expect(read(draft)).toEqual({
      proposal: {
        title: "Chairs at the till",
        journey: "buy",
        stage: "pay",
        rests_on: { on: "words", text: "a hunch" },
        gain: {},
        cost: { known: "missing" },
        status: "proposed",
      },
    });
  });

  it("takes up what another page hands over, and nothing that is no idea", () => {
    const idea = readIdea(JSON.stringify({ title: "Staff at the wine", text: "alone from 17:00", gain: { customers_per_month: { value: 96, low: 79, high: 113 }, money_per_month: { value: "x" } } }));
    expect(idea).toEqual({ title: "Staff at the wine", restsOn: { on: "words", text: "alone from 17:00" }, customers: { value: "96", low: "79", high: "113" }, money: { value: "", low: "", high: "" } });
    expect(["", "null", "[]", "7", '{"title":"only"}'].map(readIdea)).toEqual([null, null, null, null, null]);
  });
});
