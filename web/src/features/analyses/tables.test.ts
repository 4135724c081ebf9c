// Tables as files, the square of transitions, and where a statement is wrong.
import { describe, expect, it } from "vitest";

import { heatStep, matrixOf, shareStep } from "./matrix";
import { errorPlace } from "./sqlError";
import { sorted, toCsv } from "../../ui/answer/table";

const cell = (value: string | number | null) => ({ value, text: "shown" });

it("a table is exported with its values unrounded and quoted where needed", () => {
  const csv = toCsv({ id: "t", title: "T", columns: [{ name: "步骤" }, { name: "n, all" }], rows: [[cell('say "hi"'), cell(0.1234567)], [cell("=SUM(A1)"), cell(null)], [cell("-5"), cell(-5)], [cell("-5+A1"), cell("+1.5")]] });
  expect(csv).toBe('\ufeff步骤,"n, all"\r\n"say ""hi""",0.1234567\r\n\'=SUM(A1),\r\n-5,-5\r\n\'-5+A1,+1.5\r\n');
});

it("a table's line of totals goes into its file, below the rows", () => {
  expect(toCsv({ id: "t", title: "T", columns: [{ name: "a" }], rows: [[cell(1)]], foot: [[cell(2)]] })).toBe("\ufeffa\r\n1\r\n2\r\n");
});

it("rows are sorted by number or name either way, those without a value last, equal ones as they were", () => {
  const rows = [[cell("b"), cell(2)], [cell("a"), cell(null)], [cell("c"), cell(10)], [cell("d"), cell(2)]];
  const names = (column: number, down: boolean) => sorted(rows, { column, down }).map(([first]) => first?.value);
  expect(names(1, true)).toEqual(["c", "b", "d", "a"]);
  expect(names(1, false)).toEqual(["b", "d", "c", "a"]);
  expect(names(0, false)).toEqual(["a", "b", "c", "d"]);
  expect(sorted(rows, null)).toBe(rows);
});

it("shares are coloured in proportion, none not at all, and beyond the largest as the largest", () => {
  expect([0, 0.01, 0.35, 0.7, 0.9].map((share) => shareStep(share, 0.7))).toEqual([0, 1, 4, 7, 7]);
  expect(shareStep(0.5, 0)).toBe(0);
});

describe("the square of transitions", () => {
  const durations = { count: 0 };
  const edge = (from: string, to: string, count: number) => ({ from, to, count, people: { instances: 1, customers: 1, pick: `edge/${from}/${to}` }, share: 0, share_with_end: 0, gap: durations });
  const edges = [edge("a", "b", 9), edge("b", "a", 4), edge("c", "a", 1)];
  const ends = [{ label: "b", subjects: 3, pick: "end/b" }];

  it("has the most frequent names and says how many are left out", () => {
    const matrix = matrixOf({ edges, ends }, 2);
    expect(matrix.names).toEqual(["b", "a"]);
    expect(matrix.left).toBe(1);
    expect(matrix.rows.map(({ cells }) => cells.map((each) => each?.count ?? 0))).toEqual([[0, 4], [9, 0]]);
    expect(matrix.rows[0]?.end?.subjects).toBe(3);
    expect(matrix.most).toBe(9);
  });

  it("is coloured from nothing to most", () => {
    expect([0, 1, 9].map((count) => heatStep(count, 9))).toEqual([0, 3, 7]);
    expect(heatStep(1, 1_000_000)).toBe(1);
  });
});

it("the place of an error is found within the statement", () => {
  const message = 'SQL error: ParserError("Expected: ), found: n at Line: 2, Column: 10")';
  expect(errorPlace(message, "SELECT event,\n count(* n FROM events")).toEqual({ line: 2, column: 10 });
  expect(errorPlace(message, "SELECT 1")).toBeNull();
  expect(errorPlace("no field named evnt", "SELECT evnt")).toBeNull();
});
