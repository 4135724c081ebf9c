// The flow between stages as a picture whose bands can be hovered, focused (arrow keys walk them) and opened.
// What starts, arrives and leaves stands above and below as ordinary text that the page provides.
import type { KeyboardEvent, ReactNode } from "react";
import { useMemo, useRef, useState } from "react";

import type { Band, FlowLink, FlowNode } from "./flowLayout";
import { flowLayout } from "./flowLayout";
import { fit } from "./letters";
import { useElementWidth } from "./width";

const HIT_MIN = 24;
const BAND_MIN = 1.5;
/** Below this share of the widest band a number would hide more than it says; it is still read out. */
const LABEL_SHARE = 0.04;
/** Below this width of a box a name does not fit. */
const NAME_WIDTH_MIN = 64;
const LETTER = 6.2;

export interface FlowDiagramProps {
  nodes: FlowNode[];
  links: FlowLink[];
  label: string;
  nodeName: (index: number) => string;
  nodeNumber: (index: number) => string;
  linkNumber: (link: FlowLink) => string;
  /** The whole sentence of a link, for readers and the line below. */
  linkText: (link: FlowLink) => string;
  onOpen: (link: FlowLink) => void;
  above: (index: number) => ReactNode;
  below: (index: number) => ReactNode;
}

export function FlowDiagram(props: FlowDiagramProps) {
  const { nodes, links } = props;
  const [ref, width] = useElementWidth();
  const [read, setRead] = useState("");
  const layout = useMemo(() => flowLayout(nodes, links, Math.max(width, 200)), [nodes, links, width]);
  const strip = { gridTemplateColumns: `repeat(${nodes.length}, minmax(0, 1fr))` };
  const fixed = layout.bands.filter((band) => band.from < 0 || band.to < 0);
  const moving = layout.bands.filter((band) => band.from >= 0 && band.to >= 0);
  return (
    <div className="flow" ref={ref}>
      <div className="flow-strip" style={strip}>
        {nodes.map((node, index) => (
          <div key={node.id}>{props.above(index)}</div>
        ))}
      </div>
      {width > 0 && (
        <svg width={width} height={layout.height} role="group" aria-label={props.label}>
          {fixed.map((band) => (
            <path
              key={`${band.kind}${band.from}-${band.to}`}
              d={band.path}
              className={`flow-band kind-${band.kind}`}
              strokeWidth={Math.max(BAND_MIN, band.thickness)}
            />
          ))}
          <Links {...props} bands={moving} onRead={setRead} />
          {layout.boxes.map((box, index) => (
            <g key={box.id} aria-hidden>
              <rect className="flow-box" x={box.x} y={box.y} width={box.width} height={box.height} rx={6} />
              <text className="flow-box-number" x={box.x + box.width / 2} y={box.y + (box.width < NAME_WIDTH_MIN ? 27 : 19)}>
                {props.nodeNumber(index)}
              </text>
              {box.width >= NAME_WIDTH_MIN && (
                <text className="flow-box-name" x={box.x + box.width / 2} y={box.y + 36}>
                  {fit(props.nodeName(index), (box.width - 12) / LETTER)}
                </text>
              )}
            </g>
          ))}
        </svg>
      )}
      <div className="flow-strip" style={strip}>
        {nodes.map((node, index) => (
          <div key={node.id}>{props.below(index)}</div>
        ))}
      </div>
      <p className="flow-read" aria-hidden>
        {read}
      </p>
    </div>
  );
}

function Links({ bands, linkNumber, linkText, onOpen, onRead }: FlowDiagramProps & { bands: Band[]; onRead: (text: string) => void }) {
  const [active, setActive] = useState(0);
  const elements = useRef<(SVGGElement | null)[]>([]);
  const widest = Math.max(...bands.map((band) => band.count), 1);
  const current = Math.min(active, bands.length - 1);

  const walk = (event: KeyboardEvent, index: number, band: Band) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = (index + step + bands.length) % bands.length;
      setActive(next);
      elements.current[next]?.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onOpen(band);
    }
  };

  return (
    <g>
      {bands.map((band, index) => (
        <g
          key={`${band.from}-${band.to}`}
          ref={(element) => {
            elements.current[index] = element;
          }}
          role="button"
          tabIndex={index === current ? 0 : -1}
          aria-label={linkText(band)}
          className={`flow-link kind-${band.kind}`}
          onClick={() => onOpen(band)}
          onFocus={() => {
            setActive(index);
            onRead(linkText(band));
          }}
          onBlur={() => onRead("")}
          onPointerEnter={() => onRead(linkText(band))}
          onPointerLeave={() => onRead("")}
          onKeyDown={(event) => walk(event, index, band)}
        >
          <path d={band.path} className="flow-hit" strokeWidth={Math.max(HIT_MIN, band.thickness)} />
          <path d={band.path} className="flow-band" strokeWidth={Math.max(BAND_MIN, band.thickness)} />
        </g>
      ))}
      {/* Outside of the buttons, whose names say more than the number. */}
      <g aria-hidden>
        {bands
          .filter((band) => band.count / widest >= LABEL_SHARE)
          .map((band) => (
            <text key={`${band.from}-${band.to}`} className="flow-label" x={band.label.x} y={band.label.y}>
              {band.kind === "back" ? "↶ " : ""}
              {linkNumber(band)}
            </text>
          ))}
      </g>
    </g>
  );
}
