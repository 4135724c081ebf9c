// A segment's definition as it is edited: groups of tests, each of which may be turned round. It is read from and written
// to the API's tree, where "not" is a node of its own. Pure: nothing here knows the page.
import type { AskedRule } from "../../../api/queries";
import type { Measure, Segment, Who, Within } from "../../../api/types";
import { isBlank, isRule, written } from "../../../ui/rule/rules";

/** When events have to have happened; what is left out is open. */
export type Window = Partial<Within>;

export const TESTS = ["did", "last", "first", "sequence", "channel", "trait", "segment", "rfm"] as const;
export type TestKind = (typeof TESTS)[number];

/** A test as the API writes it, its kind beside it. Tests that nobody has completed yet stand here, too. */
export type Test =
  | { kind: "did"; match: AskedRule; measure: Measure; is: Bounds; within: Window }
  | { kind: "last" | "first"; match: AskedRule; within: Window }
  | { kind: "sequence"; steps: AskedRule[]; span: string; within: Window }
  | { kind: "channel"; any_of: string[]; within: Window }
  | { kind: "trait"; key: string; op: string; value: unknown }
  | { kind: "segment"; segment: string }
  | { kind: "rfm"; match: AskedRule; rest: object; groups: string[]; r: number[]; f: number[]; m: number[] };

export const BOUNDS = ["gte", "lte", "eq", "gt", "lt"] as const;
export type Bounds = { [K in (typeof BOUNDS)[number]]?: number | null };

export type Node = TestNode | GroupNode;
export interface TestNode {
  not: boolean;
  test: Test;
}
export interface GroupNode {
  not: boolean;
  join: "all" | "any";
  items: Node[];
}

export const isGroup = (node: Node): node is GroupNode => "items" in node;

/** As the server allows: tests of a definition, steps of a sequence. */
export const TESTS_MAX = 100;
export const STEPS_MIN = 2;
export const STEPS_MAX = 20;
/** Groups within groups that the builder offers to add; deeper ones are shown as they are. */
export const DEPTH_MAX = 4;

/** A test of a kind before anything of it is chosen. */
export function blank(kind: TestKind): Test {
  switch (kind) {
    case "did":
      return { kind, match: [{}], measure: "count", is: { gte: 1 }, within: {} };
    case "last":
      return { kind, match: [{}], within: { last: "30d" } };
    case "first":
      return { kind, match: [{}], within: { last: "30d" } };
    case "sequence":
      return { kind, steps: [[{}], [{}]], span: "7d", within: {} };
    case "channel":
      return { kind, any_of: [], within: {} };
    case "trait":
      return { kind, key: "", op: "eq", value: "" };
    case "segment":
      return { kind, segment: "" };
    case "rfm":
      return { kind, match: [{}], rest: {}, groups: [], r: [], f: [], m: [] };
  }
}

export const emptyTree = (): GroupNode => ({ not: false, join: "all", items: [{ not: false, test: blank("did") }] });

/** The tree of a definition; its root is a group, so that there is always something to add to. */
export function treeOf(who: Who): GroupNode {
  const node = nodeOf(who, false);
  return isGroup(node) ? node : { not: false, join: "all", items: [node] };
}

function nodeOf(who: Who, not: boolean): Node {
  if ("not" in who) return nodeOf(who.not, !not);
  if ("all" in who) return { not, join: "all", items: who.all.map((item) => nodeOf(item, false)) };
  if ("any" in who) return { not, join: "any", items: who.any.map((item) => nodeOf(item, false)) };
  return { not, test: testOf(who) };
}

type Leaf = Exclude<Who, { all: unknown } | { any: unknown } | { not: unknown }>;

function testOf(who: Leaf): Test {
  if ("did" in who) {
    const { match, measure = "count", is = { gte: 1 }, within = {} } = who.did;
    return { kind: "did", match: match as AskedRule, measure, is, within };
  }
  if ("first" in who) return { kind: "first", match: who.first.match as AskedRule, within: who.first.within };
  if ("last" in who) return { kind: "last", match: who.last.match as AskedRule, within: who.last.within };
  if ("sequence" in who) {
    const { steps, span, within = {} } = who.sequence;
    return { kind: "sequence", steps: steps as AskedRule[], span: span ?? "", within };
  }
  if ("channel" in who) return { kind: "channel", any_of: who.channel.any_of, within: who.channel.within ?? {} };
  if ("trait" in who) return { kind: "trait", key: who.trait.key, op: who.trait.op, value: who.trait.value };
  if ("segment" in who) return { kind: "segment", segment: who.segment };
  const { model, groups = [], r = [], f = [], m = [], edges } = who.rfm;
  const { match, ...rest } = model;
  return { kind: "rfm", match: match as AskedRule, rest: edges ? { model: rest, edges } : { model: rest }, groups, r, f, m };
}

/** The definition a tree means; null while it has a test that is not complete, or none at all. */
export function whoOf(node: Node): Who | null {
  const inner = isGroup(node) ? whoOfGroup(node) : isComplete(node.test) ? whoOfTest(node.test) : null;
  return inner && node.not ? { not: inner } : inner;
}

function whoOfGroup({ join, items }: GroupNode): Who | null {
  const own = items.map(whoOf);
  if (own.length === 0 || own.includes(null)) return null;
  const [first] = own as Who[];
  if (own.length === 1 && first) return first;
  return join === "all" ? { all: own as Who[] } : { any: own as Who[] };
}

/** The tree without the tests that are not complete; null where nothing is left. */
export function completed(node: Node): Node | null {
  if (!isGroup(node)) return isComplete(node.test) ? node : null;
  const items = node.items.map(completed).filter((item) => item !== null);
  return items.length > 0 ? { ...node, items } : null;
}

export function countTests(node: Node, counted: (test: Test) => boolean = () => true): number {
  return isGroup(node) ? node.items.reduce((sum, item) => sum + countTests(item, counted), 0) : counted(node.test) ? 1 : 0;
}

function hasWithin(within: Window): boolean {
  return Object.values(within).some((part) => part != null);
}

function given(within: Window): Window {
  return Object.fromEntries(Object.entries(within).filter(([, part]) => part != null));
}

function inTime(within: Window): { within?: Window } {
  return hasWithin(within) ? { within: given(within) } : {};
}

const asked = (rule: AskedRule): AskedRule => rule.map(written);

function whoOfTest(test: Test): Who {
  switch (test.kind) {
    case "did":
      return { did: { match: asked(test.match), measure: test.measure, is: test.is, ...inTime(test.within) } } as Who;
    case "first":
    case "last":
      return { [test.kind]: { match: asked(test.match), within: given(test.within) } } as unknown as Who;
    case "sequence":
      return { sequence: { steps: test.steps.map(asked), ...(test.span ? { span: test.span } : {}), ...inTime(test.within) } } as Who;
    case "channel":
      return { channel: { any_of: test.any_of, ...inTime(test.within) } } as Who;
    case "trait": {
      const valueless = test.op === "exists" || test.op === "missing";
      return { trait: { key: test.key, op: test.op, ...(valueless ? {} : { value: test.value }) } } as Who;
    }
    case "segment":
      return { segment: test.segment };
    case "rfm": {
      const { model = {}, ...rest } = test.rest as { model?: object };
      return { rfm: { model: { match: asked(test.match), ...model }, groups: test.groups, r: test.r, f: test.f, m: test.m, ...rest } } as Who;
    }
  }
}

export function isComplete(test: Test): boolean {
  switch (test.kind) {
    case "did":
      return isRule(test.match) && Object.values(test.is).some((bound) => bound != null);
    case "first":
    case "last":
      return isRule(test.match) && hasWithin(test.within);
    case "sequence":
      return test.steps.length >= STEPS_MIN && test.steps.every(isRule);
    case "channel":
      return test.any_of.length > 0;
    case "trait":
      return test.key !== "" && (test.op === "exists" || test.op === "missing" || !isBlank(test.value));
    case "segment":
      return test.segment !== "";
    case "rfm":
      return isRule(test.match);
  }
}

/** Where a node stands: the index in each group on the way to it. */
export type Place = readonly number[];

export function nodeAt(root: Node, place: Place): Node | undefined {
  const [index, ...rest] = place;
  if (index === undefined) return root;
  const item = isGroup(root) ? root.items[index] : undefined;
  return item && nodeAt(item, rest);
}

/** The tree with another node at a place; null takes it out, and with it a group that it leaves empty. */
export function put(root: GroupNode, place: Place, node: Node | null): GroupNode {
  const [index, ...rest] = place;
  if (index === undefined) return node && isGroup(node) ? node : root;
  const item = root.items[index];
  if (!item) return root;
  const next = rest.length === 0 ? node : isGroup(item) ? put(item, rest, node) : item;
  const emptied = next === null || (rest.length > 0 && isGroup(next) && next.items.length === 0);
  return { ...root, items: emptied ? root.items.toSpliced(index, 1) : root.items.with(index, next) };
}

export function append(root: GroupNode, place: Place, node: Node): GroupNode {
  const group = nodeAt(root, place);
  return group && isGroup(group) ? put(root, place, { ...group, items: [...group.items, node] }) : root;
}

/** The tree with a node one place up or down in its group. */
export function moved(root: GroupNode, place: Place, by: -1 | 1): GroupNode {
  const group = nodeAt(root, place.slice(0, -1));
  const index = place.at(-1);
  if (!group || !isGroup(group) || index === undefined) return root;
  const [from, to] = [group.items[index], group.items[index + by]];
  return from && to ? put(root, place.slice(0, -1), { ...group, items: group.items.with(index, to).with(index + by, from) }) : root;
}

/** Segments a definition rests on. */
export function namedIn(node: Node): string[] {
  if (isGroup(node)) return [...new Set(node.items.flatMap(namedIn))];
  return node.test.kind === "segment" && node.test.segment !== "" ? [node.test.segment] : [];
}

/** A name in the language of the page, the others as they were. */
export function renamed(name: Segment["name"] | null | undefined, language: string, text: string): Segment["name"] {
  return name != null && typeof name === "object" ? { ...name, [language]: text } : text;
}
