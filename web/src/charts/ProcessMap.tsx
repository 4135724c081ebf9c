// A process map: boxes as dark as they are frequent, arrows as thick. Boxes and arrows are one list that arrow keys walk, each
// read out whole; Enter opens it.
import type { KeyboardEvent } from "react";
import { useMemo, useRef, useState } from "react";

import { fit } from "./letters";
import type { ProcessArrow, ProcessBox, ProcessEdge, ProcessNode } from "./processLayout";
import { placeLabels, processLayout } from "./processLayout";
import { useElementWidth } from "./width";

interface Props<Node extends ProcessNode, Edge extends ProcessEdge> {
  label: string;
  nodes: readonly Node[];
  edges: readonly Edge[];
  /** The two lines of a box. */
  nodeName: (node: Node) => string;
  nodeNumber: (node: Node) => string;
  /** The whole of it, for readers and the line below. */
  nodeText: (node: Node) => string;
  edgeNumber: (edge: Edge) => string;
  edgeText: (edge: Edge) => string;
  onNode: (node: Node) => void;
  onEdge: (edge: Edge) => void;
}

const SHADES = 5;
const HIT = 14;
/** Numbers of so many arrows are written; of the others the line below tells. */
const NUMBERS_MAX = 40;
const LETTER = 6.7;

export function ProcessMap<Node extends ProcessNode, Edge extends ProcessEdge>(props: Props<Node, Edge>) {
  const { nodes, edges } = props;
  const [ref, width] = useElementWidth();
  const [read, setRead] = useState("");
  const [lit, setLit] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const elements = useRef<(SVGGElement | null)[]>([]);
  const layout = useMemo(() => processLayout(nodes, edges, Math.max(width, 300)), [nodes, edges, width]);
  const most = Math.max(1, ...nodes.map(({ weight }) => weight));
  const nodeOf = new Map(nodes.map((node) => [node.id, node]));
  const edgeOf = new Map(edges.map((edge) => [keyOf(edge), edge]));
  const count = layout.arrows.length + layout.boxes.length;
  const current = Math.min(active, count - 1);
  const written = (arrow: ProcessArrow) => {
    const edge = edgeOf.get(keyOf(arrow));
    return edge ? `${arrow.kind === "loop" ? "↻ " : arrow.kind === "back" ? "↶ " : ""}${props.edgeNumber(edge)}` : "";
  };
  const labels = placeLabels(layout.arrows.toSorted((a, b) => b.count - a.count).slice(0, NUMBERS_MAX), layout.boxes, written);

  const common = (index: number, text: string, light: string, open: () => void) => ({
    ref: (element: SVGGElement | null) => {
      elements.current[index] = element;
    },
    role: "button",
    tabIndex: index === current ? 0 : -1,
    "aria-label": text,
    onClick: open,
    onFocus: () => {
      setActive(index);
      setRead(text);
      setLit(light);
    },
    onBlur: () => {
      setRead("");
      setLit(null);
    },
    onPointerEnter: () => {
      setRead(text);
      setLit(light);
    },
    onPointerLeave: () => {
      setRead("");
      setLit(null);
    },
    onKeyDown: (event: KeyboardEvent) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step !== undefined) {
        event.preventDefault();
        const next = (index + step + count) % count;
        setActive(next);
        elements.current[next]?.focus();
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        open();
      }
    },
  });
  const look = (arrow: ProcessArrow) => {
    const own = keyOf(arrow);
    if (lit === null) return "";
    return lit === own || lit === arrow.from || lit === arrow.to ? " lit" : " dim";
  };
  const shade = ({ weight }: ProcessBox) => Math.max(1, Math.ceil(Math.sqrt(weight / most) * SHADES));
  return (
    <div className="process" ref={ref}>
      {/* A scrollable region must be reachable by keyboard; what is in it is. */}
      <div className="process-scroll">
        {width > 0 && (
          <svg className="picture" width={layout.width} height={layout.height} role="group" aria-label={props.label}>
            <defs>
              {(["forward", "back"] as const).map((kind) => (
                <marker key={kind} id={`process-head-${kind}`} viewBox="0 0 8 8" refX={7} refY={4} markerWidth={9} markerHeight={9} markerUnits="userSpaceOnUse" orient="auto">
                  <path d="M0,0.5L8,4L0,7.5Z" className={`process-head kind-${kind}`} />
                </marker>
              ))}
            </defs>
            {layout.boxes.map((box, index) => {
              const node = nodeOf.get(box.id);
              if (!node) return null;
              return (
                <g key={box.id} className={`process-node${box.end ? " process-end" : ` process-shade-${shade(box)}`}${lit !== null && lit !== box.id ? " dim" : ""}`} {...common(index, props.nodeText(node), box.id, () => props.onNode(node))}>
                  <rect className="process-box" x={box.x} y={box.y} width={box.width} height={box.height} rx={box.end ? box.height / 2 : 6} />
                </g>
              );
            })}
            {layout.arrows.map((arrow, index) => {
              const edge = edgeOf.get(keyOf(arrow));
              if (!edge) return null;
              return (
                <g key={keyOf(arrow)} className={`process-arrow kind-${arrow.kind === "forward" ? "forward" : "back"}${look(arrow)}`} {...common(layout.boxes.length + index, props.edgeText(edge), keyOf(arrow), () => props.onEdge(edge))}>
                  <path className="flow-hit" d={arrow.path} strokeWidth={Math.max(HIT, arrow.thickness)} />
                  <path className="process-line" d={arrow.path} strokeWidth={arrow.thickness} markerEnd={`url(#process-head-${arrow.kind === "forward" ? "forward" : "back"})`} strokeDasharray={arrow.kind === "back" ? "7 3" : undefined} />
                </g>
              );
            })}
            {/* Outside of the buttons, whose names say more than what is written. */}
            <g aria-hidden className="process-texts">
              {layout.boxes.map((box) => {
                const node = nodeOf.get(box.id);
                return node && <BoxText key={box.id} box={box} look={box.end ? "process-end" : `process-shade-${shade(box)}`} name={props.nodeName(node)} number={props.nodeNumber(node)} />;
              })}
              {[...labels].map(([arrow, { x, y }]) => (
                <text key={keyOf(arrow)} className={`flow-label process-label${look(arrow)}`} x={x} y={y + 4}>
                  {written(arrow)}
                </text>
              ))}
            </g>
          </svg>
        )}
      </div>
      <p className="flow-read" aria-hidden>
        {read}
      </p>
    </div>
  );
}

function BoxText({ box, look, name, number }: { box: ProcessBox; look: string; name: string; number: string }) {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  if (box.end) {
    return (
      <g className={look}>
        {box.end === "start" ? <path className="process-sign" d={`M${x - 4},${y - 6}L${x + 6},${y}L${x - 4},${y + 6}Z`} /> : <rect className="process-sign" x={x - 5} y={y - 5} width={10} height={10} />}
        <text className="process-name" x={x} y={box.y + box.height + 14}>
          {name}
        </text>
      </g>
    );
  }
  return (
    <g className={look}>
      <text className="process-name" x={x} y={y - 4}>
        {fit(name, box.width / LETTER)}
      </text>
      <text className="process-number" x={x} y={y + 13}>
        {number}
      </text>
    </g>
  );
}

function keyOf({ from, to }: ProcessEdge): string {
  return `${from}\u0001${to}`;
}
