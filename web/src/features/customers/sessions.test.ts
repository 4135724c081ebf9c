import { describe, expect, it } from "vitest";

import { cameFrom, eventOf, foldsOf, keep, lastOf, rowOf, rowsOf, stretches } from "./sessions";

const known = (sessions: readonly (number | null)[], from = 0) => new Map(sessions.map((session, at) => [from + at, { session }]));
const all = (sessions: readonly unknown[], from = 0) => sessions.map((_, at) => from + at);

describe("rows in sight", () => {
  it("stand together by session, the system's own events with what is above them", () => {
    const sessions = [null, 3, 3, null, 2, 1, 1];
    expect(stretches(all(sessions), known(sessions))).toEqual([
      { session: 3, begins: true, indices: [0, 1, 2, 3] },
      { session: 2, begins: true, indices: [4] },
      { session: 1, begins: true, indices: [5, 6] },
    ]);
  });

  it("do not begin a session where what is above them is not known, or is of it", () => {
    expect(stretches([10, 11], known([2, 1], 10)).map(({ begins }) => begins)).toEqual([false, true]);
    expect(stretches([10, 11], known([2, null, 2, 1], 8)).map(({ session, begins }) => [session, begins])).toEqual([
      [2, false],
      [1, true],
    ]);
    expect(stretches([10], known([3, null, 2], 8))).toEqual([{ session: 2, begins: true, indices: [10] }]);
  });

  it("of events that are still on their way stay with what is above them", () => {
    expect(stretches([0, 1, 2], known([4]))).toEqual([{ session: 4, begins: true, indices: [0, 1, 2] }]);
  });
});

describe("the end of a session", () => {
  const SIZE = 5;
  /** As the server gives them: each page in order of time. */
  const pages = (sessions: readonly (number | null)[], asked: number[] = []) => (nth: number) => {
    asked.push(nth);
    return Promise.resolve(sessions.slice(nth * SIZE, (nth + 1) * SIZE).map((session) => ({ session })).toReversed());
  };

  it("is found as by looking at every event", async () => {
    let seed = 7;
    const next = (below: number) => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) % Math.max(1, below);
    for (let round = 0; round < 60; round += 1) {
      const sessions: (number | null)[] = [];
      for (let session = 1 + next(9); session > 0; session -= 1) for (let left = 1 + next(23); left > 0; left -= 1) sessions.push(next(round % 7) === 0 ? null : session);
      for (const from of sessions.keys()) {
        const session = sessions[from];
        if (session == null || sessions.slice(0, from).includes(session)) continue;
        const earlier = sessions.findIndex((other) => other !== null && other !== undefined && other < session);
        expect(await lastOf({ session, from }, sessions.length, SIZE, pages(sessions))).toBe(earlier < 0 ? sessions.length - 1 : earlier - 1);
      }
    }
  });

  it("takes few pages of a session of very many events, and none but its own of a short one", async () => {
    const long = [...Array.from({ length: 50_000 }, () => 2), ...Array.from({ length: 50_000 }, () => 1)];
    const asked: number[] = [];
    expect(await lastOf({ session: 2, from: 0 }, long.length, SIZE, pages(long, asked))).toBe(49_999);
    expect(asked.length).toBeLessThan(40);
    const short: number[] = [];
    expect(await lastOf({ session: 2, from: 1 }, 5, SIZE, pages([3, 2, 2, 1, 1], short))).toBe(2);
    expect(short).toEqual([0]);
  });
});

describe("folded sessions", () => {
  const folds = [
    { session: 9, from: 2, to: 4 },
    { session: 7, from: 6, to: 9 },
  ];

  it("take a row each, and every row has its event", () => {
    expect(rowsOf(12, folds)).toBe(7);
    const events = Array.from({ length: 7 }, (_, row) => eventOf(row, folds));
    expect(events).toEqual([0, 1, 2, 5, 6, 10, 11]);
    expect(events.map((event) => rowOf(event, folds))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("stand for their events", () => {
    expect([3, 4].map((event) => rowOf(event, folds))).toEqual([2, 2]);
    expect([7, 9].map((event) => rowOf(event, folds))).toEqual([4, 4]);
  });
});

it("where a session came from is what its first event says", () => {
  expect(cameFrom({ utm_source: "baidu", utm_medium: "cpc", referrer_host: "baidu.com" })).toBe("baidu / cpc");
  expect(cameFrom({ utm_medium: "email" })).toBe("email");
  expect(cameFrom({ referrer_host: "baidu.com", campaign: "春" })).toBe("baidu.com");
  expect(cameFrom({ campaign: "春" })).toBe("春");
  expect(cameFrom({ platform: "ios", utm_source: "" })).toBeNull();
});

describe("folds", () => {
  it("stay on their events when others come above them, and take in what came of their session", () => {
    const kept = [keep({ session: 2, from: 3, to: 5 }, 10), keep({ session: 3, from: 0, to: 2 }, 10)];
    expect(foldsOf(kept, 10, known([3, 3, 3]))).toEqual([
      { session: 3, from: 0, to: 2 },
      { session: 2, from: 3, to: 5 },
    ]);
    // A new session of one event, above two more of the folded one.
    expect(foldsOf(kept, 13, known([4, 3, 3, 3, 3, 3]))).toEqual([
      { session: 3, from: 1, to: 5 },
      { session: 2, from: 6, to: 8 },
    ]);
  });
});
