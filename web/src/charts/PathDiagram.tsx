// Paths as columns joined by bands. Nodes are buttons: arrow keys walk them (up and down in a column, left and right
// between columns), Enter opens one, and the bands of the one looked at stand out. The same numbers stand in a table.
import type { KeyboardEvent, MouseEvent } from "react";
import { memo, useCallback, useMemo, useRef, useState } from "react";

import type { PathBand, PathColumn, PathColumnLink, PathEnd, PathLayout, PathNode } from "./pathLayout";
import { NODE_WIDTH, PATH_ENDS, bandAt, bandOutline, pathLayout } from "./pathLayout";
import { useElementWidth } from "./width";

const HIT_MIN = 6;
const TOP = 26;
const TEXT_GAP = 5;

export interface PathDiagramProps {
  columns: PathColumn[];
  links: PathColumnLink[];
  label: string;
  /** Steps are counted from the last. */
  backwards?: boolean;
  columnName: (column: number) => string;
  nodeName: (node: PathNode) => string;
  /** The number beside the name. */
  nodeNumber: (node: PathNode) => string;
  /** The whole sentence, for readers and the line below. */
  nodeText: (node: PathNode) => string;
  bandText: (from: PathNode, to: PathNode, band: PathBand) => string;
  onOpen: (node: PathNode) => void;
  /** What the ways to end are called: the legend, where more than one is seen. */
  endName: (end: PathEnd) => string;
  endText: (node: PathNode, end: PathEnd, count: number) => string;
  onOpenEnd: (node: PathNode, end: PathEnd, count: number) => void;
  /** Whether a band can be opened; one to the rest or the end stands for no group of its own. */
  opens: (from: PathNode, to: PathNode) => boolean;
  onOpenBand: (from: PathNode, to: PathNode, band: PathBand) => void;
}

export function PathDiagram(props: PathDiagramProps) {
  const { columns, links, label, backwards = false } = props;
  const [ref, width] = useElementWidth();
  const [read, setRead] = useState("");
  const [lit, setLit] = useState<string | null>(null);
  const layout = useMemo(() => (width > 0 ? pathLayout(columns, links, width, backwards) : null), [columns, links, width, backwards]);
  const seen = PATH_ENDS.filter((end) => columns.some(({ ends }) => ends[end] > 0));
  const look = useCallback((key: string | null, text: string) => {
    setLit(key);
    setRead(text);
  }, []);
  return (
    <div className="paths">
      <div className="paths-scroll" ref={ref}>
        {layout && (
          <svg className="picture" width={layout.width} height={layout.height + TOP + 8} role="group" aria-label={label}>
            {columns.map((_, index) => (
              <text key={props.columnName(index)} className="paths-column" x={index * layout.columnWidth} y={14}>
                {props.columnName(index)}
              </text>
            ))}
            <g transform={`translate(0 ${TOP})`}>
              <g className={lit === null ? "paths-all" : "paths-all paths-dim"}>
                <Bands {...props} layout={layout} onLook={look} />
              </g>
              {lit !== null && <LitBands layout={layout} lit={lit} />}
              <Nodes {...props} layout={layout} onLook={look} />
            </g>
          </svg>
        )}
      </div>
      {seen.length > 1 && (
        <ul className="paths-legend" aria-hidden>
          {seen.map((end) => (
            <li key={end}>
              <svg width={12} height={12}>
                <line className={`paths-end of-end-${end}`} x1={6} x2={6} y1={0} y2={12} strokeWidth={NODE_WIDTH} />
              </svg>
              {props.endName(end)}
            </li>
          ))}
        </ul>
      )}
      <p className="flow-read" aria-hidden>
        {read}
      </p>
    </div>
  );
}

type Look = (key: string | null, text: string) => void;

/**
 * For the eye and the pointer; the keyboard opens the same numbers in the table. There may be thousands: those of a node are
 * one shape, all shapes one piece of markup that names each by its index, and which band is meant is told from the place.
 */
const Bands = memo(function Bands({ layout, onLook, bandText, opens, onOpenBand }: PathDiagramProps & { layout: PathLayout; onLook: Look }) {
  const byKey = useMemo(() => new Map(layout.nodes.map((node) => [node.key, node])), [layout]);
  const group = useRef<SVGGElement>(null);
  const looked = useRef<string | null>(null);
  const markup = useMemo(() => layout.sheaves.map(({ kind, bands }, index) => `<path data-sheaf="${index}" class="paths-band kind-path-${kind}" d="${bands.map(bandOutline).join("")}"/>`).join(""), [layout]);
  const at = ({ target, clientX, clientY }: MouseEvent) => {
    const sheaf = layout.sheaves[Number((target as Element).getAttribute("data-sheaf") ?? Number.NaN)];
    const corner = group.current?.ownerSVGElement?.getBoundingClientRect();
    const band = sheaf && corner ? bandAt(sheaf, clientX - corner.left, clientY - corner.top - TOP) : undefined;
    const [from, to] = band ? [byKey.get(band.from), byKey.get(band.to)] : [];
    return band && from && to ? { band, from, to } : undefined;
  };
  const over = (event: MouseEvent) => {
    const met = at(event);
    if (!met || looked.current === met.band.key) return;
    looked.current = met.band.key;
    group.current?.classList.toggle("openable", opens(met.from, met.to));
    onLook(met.band.key, bandText(met.from, met.to, met.band));
  };
  const out = () => {
    looked.current = null;
    onLook(null, "");
  };
  const click = (event: MouseEvent) => {
    const met = at(event);
    if (met && opens(met.from, met.to)) onOpenBand(met.from, met.to, met.band);
  };
  // Nothing in it but numbers and words of this file.
  return <g aria-hidden ref={group} dangerouslySetInnerHTML={{ __html: markup }} onPointerMove={over} onPointerOut={out} onClick={click} />;
});

/** The bands of what is looked at, over the others. */
function LitBands({ layout, lit }: { layout: PathLayout; lit: string }) {
  return (
    <g aria-hidden className="paths-lit">
      {layout.bands
        .filter(({ key, from, to }) => lit === key || lit === from || lit === to)
        .map((band) => (
          <path key={band.key} d={bandOutline(band)} className={`paths-band kind-path-${band.kind}`} />
        ))}
    </g>
  );
}

const Nodes = memo(function Nodes({ layout, columns, nodeName, nodeNumber, nodeText, onOpen, onLook, endText, onOpenEnd }: PathDiagramProps & { layout: PathLayout; onLook: Look }) {
  const { nodes } = layout;
  const [active, setActive] = useState(0);
  const elements = useRef<(SVGGElement | null)[]>([]);
  const current = Math.min(active, nodes.length - 1);
  const walk = (event: KeyboardEvent, index: number, node: PathNode) => {
    const ways: Record<string, () => number> = {
      ArrowDown: () => vertical(nodes, index, 1),
      ArrowUp: () => vertical(nodes, index, -1),
      ArrowRight: () => across(nodes, node, 1, columns.length),
      ArrowLeft: () => across(nodes, node, -1, columns.length),
    };
    const next = ways[event.key]?.();
    if (next !== undefined) {
      event.preventDefault();
      setActive(next);
      elements.current[next]?.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onOpen(node);
    }
  };
  return nodes.map((node, index) => (
    <g
      key={node.key}
      ref={(element) => {
        elements.current[index] = element;
      }}
      role="button"
      tabIndex={index === current ? 0 : -1}
      aria-label={nodeText(node)}
      className={`paths-node kind-path-${node.kind}`}
      onClick={() => onOpen(node)}
      onFocus={() => {
        setActive(index);
        onLook(node.key, nodeText(node));
      }}
      onBlur={() => onLook(null, "")}
      onPointerEnter={() => onLook(node.key, nodeText(node))}
      onPointerLeave={() => onLook(null, "")}
      onKeyDown={(event) => walk(event, index, node)}
    >
      {/* Wide enough to be met by a finger. */}
      <rect className="flow-hit-area" x={node.x - HIT_MIN} y={node.y - HIT_MIN} width={layout.columnWidth - HIT_MIN} height={Math.max(node.height, 12) + HIT_MIN} />
      {node.parts.length === 0 && <rect className="paths-box" x={node.x} y={node.y} width={NODE_WIDTH} height={node.height} rx={2} />}
      {/* For the eye and the pointer, as bands are. */}
      {node.parts.map(({ end, count, y, height }) => (
        <line
          key={end}
          className={`paths-end of-end-${end}`}
          x1={node.x + NODE_WIDTH / 2}
          x2={node.x + NODE_WIDTH / 2}
          y1={y}
          y2={y + height}
          strokeWidth={NODE_WIDTH}
          onPointerEnter={() => onLook(node.key, endText(node, end, count))}
          onClick={(event) => {
            event.stopPropagation();
            onOpenEnd(node, end, count);
          }}
        />
      ))}
      <text className="paths-name" x={node.x + NODE_WIDTH + TEXT_GAP} y={node.y + Math.max(10, Math.min(node.height / 2 + 4, node.height))}>
        {fit(nodeName(node), layout.columnWidth - NODE_WIDTH - TEXT_GAP - 12, nodeNumber(node))}{" "}
        <tspan className="paths-number">{nodeNumber(node)}</tspan>
      </text>
    </g>
  ));
});

/** The node above or below in the column, from its end round to its beginning. */
function vertical(nodes: readonly PathNode[], index: number, step: 1 | -1): number {
  const column = nodes[index]?.column;
  const own = nodes.flatMap((node, at) => (node.column === column ? [at] : []));
  return own[(own.indexOf(index) + step + own.length) % own.length] ?? index;
}

function middle({ y, height }: PathNode): number {
  return y + height / 2;
}

/** The node of the next column at about the same height. */
function across(nodes: readonly PathNode[], node: PathNode, step: 1 | -1, columns: number): number {
  const column = (node.column + step + columns) % columns;
  const [nearest] = nodes
    .flatMap((other, at) => (other.column === column ? [{ at, far: Math.abs(middle(other) - middle(node)) }] : []))
    .toSorted((a, b) => a.far - b.far);
  return nearest?.at ?? nodes.indexOf(node);
}

const LETTER = 6.4;

/** A name cut so that the number fits beside it; a Chinese character is about twice as wide as a Latin letter. */
function fit(name: string, width: number, number: string): string {
  let room = width / LETTER - number.length;
  const kept: string[] = [];
  for (const char of name) {
    room -= char.charCodeAt(0) > 0x2e80 ? 2 : 1;
    if (room < 0) return `${kept.slice(0, -1).join("")}…`;
    kept.push(char);
  }
  return name;
}
