// Which part of the transitions a process map shows: the most frequent events, and of the transitions between them the most
// frequent ones. No event is left without its most frequent way in and out.
import type { TransitionsNumbers } from "../../api/types";
import type { ProcessEdge, ProcessNode } from "../../charts/processLayout";

type Edge = TransitionsNumbers["edges"][number];
type Label = TransitionsNumbers["nodes"][number];

/** Ids no event has: events are written with a mark before their name. */
export const START = "start";
export const END = "end";
/** So many ways from the start and to the end are always shown. */
const ENDS_MIN = 2;
const idOf = (label: string) => `:${label}`;

export interface ProcessStep extends ProcessEdge {
  /** The transition it stands for; absent where subjects begin or end. */
  edge: Edge | null;
  node: Label | null;
}

export interface Process {
  nodes: (ProcessNode & { node: Label | null })[];
  steps: ProcessStep[];
  /** Events and transitions there are, and the part of all transitions that the map shows. */
  allNodes: number;
  allEdges: number;
  shownEdges: number;
  covered: number;
}

/** `share`: how many percent of the transitions between the shown events are shown; at 0 only each event's main ways. */
export function processOf({ nodes, edges }: Pick<TransitionsNumbers, "nodes" | "edges">, most: number, share: number): Process {
  const kept = nodes.toSorted((a, b) => b.events - a.events || (a.label < b.label ? -1 : 1)).slice(0, most);
  const labels = new Set(kept.map(({ label }) => label));
  const between = edges.filter(({ from, to }) => labels.has(from) && labels.has(to));
  const ways: ProcessStep[] = [
    ...between.map((edge) => ({ from: idOf(edge.from), to: idOf(edge.to), count: edge.count, edge, node: null })),
    ...kept.flatMap((node) => [
      ...(node.starts.subjects > 0 ? [{ from: START, to: idOf(node.label), count: node.starts.subjects, edge: null, node }] : []),
      ...(node.ends.subjects > 0 ? [{ from: idOf(node.label), to: END, count: node.ends.subjects, edge: null, node }] : []),
    ]),
  ].toSorted((a, b) => b.count - a.count || (a.from + a.to < b.from + b.to ? -1 : 1));
  const chosen = new Set(ways.slice(0, Math.round((ways.length * share) / 100)));
  for (const { label } of kept) {
    const id = idOf(label);
    const into = ways.find(({ from, to }) => to === id && from !== id);
    const out = ways.find(({ from, to }) => from === id && to !== id);
    if (into) chosen.add(into);
    if (out) chosen.add(out);
  }
  // Where it begins and ends belongs to a map of a process.
  for (const way of [...ways.filter(({ from }) => from === START).slice(0, ENDS_MIN), ...ways.filter(({ to }) => to === END).slice(0, ENDS_MIN)]) chosen.add(way);
  const steps = ways.filter((way) => chosen.has(way));
  const shown = steps.filter(({ edge }) => edge !== null);
  const total = edges.reduce((sum, { count }) => sum + count, 0);
  const used = new Set(steps.flatMap(({ from, to }) => [from, to]));
  return {
    nodes: [
      ...(used.has(START) ? [{ id: START, weight: 0, end: "start" as const, node: null }] : []),
      ...kept.map((node) => ({ id: idOf(node.label), weight: node.events, node })),
      ...(used.has(END) ? [{ id: END, weight: 0, end: "end" as const, node: null }] : []),
    ],
    steps,
    allNodes: nodes.length,
    allEdges: edges.length,
    shownEdges: shown.length,
    covered: total === 0 ? 0 : shown.reduce((sum, { count }) => sum + count, 0) / total,
  };
}
