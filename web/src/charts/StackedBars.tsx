// Bars of a period each, their parts on top of each other, some below the line. Parts are buttons: arrow keys walk them
// (left and right between periods, up and down within one), Enter opens one. The same numbers stand in a table.
import type { KeyboardEvent } from "react";
import { useRef, useState } from "react";

import { ticks } from "./scale";
import type { BarPart, StackedPart } from "./stack";
import { reach, stack } from "./stack";
import { Ticks } from "./Ticks";
import { useElementWidth } from "./width";

export interface BarColumn {
  key: string;
  name: string;
  /** Its numbers may still change. */
  open?: boolean;
  parts: BarPart[];
}

interface Props {
  columns: readonly BarColumn[];
  label: string;
  valueText: (value: number) => string;
  /** The whole sentence of a part, for readers and the line below. */
  partText: (column: BarColumn, part: BarPart) => string;
  onOpen: (column: BarColumn, part: BarPart) => void;
}

const HEIGHT = 300;
const LEFT = 52;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 26;
const NAME_WIDTH = 76;
const WIDEST = 72;

export function StackedBars({ columns, label, valueText, partText, onOpen }: Props) {
  const [ref, width] = useElementWidth();
  const [active, setActive] = useState(0);
  const [read, setRead] = useState("");
  const elements = useRef<(SVGGElement | null)[]>([]);
  const { above, below } = reach(columns.map(({ parts }) => parts));
  const scale = { low: -below, high: above || 1 };
  const [w, h] = [Math.max(0, width - LEFT - RIGHT), HEIGHT - TOP - BOTTOM];
  const y = (value: number) => TOP + ((scale.high - value) / (scale.high - scale.low)) * h;
  const each = w / Math.max(1, columns.length);
  const bar = Math.max(3, Math.min(WIDEST, each * 0.72));
  const named = Math.max(1, Math.ceil(NAME_WIDTH / (each || 1)));
  const parts = columns.flatMap((column, at) => stack(column.parts).map((part) => ({ column, at, part })));
  const current = Math.min(active, parts.length - 1);
  const walk = (event: KeyboardEvent, index: number) => {
    const own = parts[index];
    if (!own) return;
    const next = toward(parts, index, event.key);
    if (next !== null) {
      event.preventDefault();
      setActive(next);
      elements.current[next]?.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onOpen(own.column, own.part);
    }
  };
  return (
    <div className="stacked">
      <div ref={ref}>
        {width > 0 && (
          <svg className="picture" width={width} height={HEIGHT} role="group" aria-label={label}>
            <g aria-hidden>
              <Ticks marks={ticks(scale, 6).map((value) => ({ value, y: y(value) }))} left={LEFT} right={LEFT + w} text={(value) => valueText(Math.abs(value))} />
              {columns.map(({ key, name, open }, index) =>
                // A name that would be cut off by the edge is left out.
                index % named === 0 && LEFT + (index + 0.5) * each + NAME_WIDTH / 2 < width + RIGHT ? (
                  <text key={key} className="scale-mark" x={LEFT + (index + 0.5) * each} y={HEIGHT - 8} textAnchor="middle">
                    {open ? `${name}*` : name}
                  </text>
                ) : null,
              )}
            </g>
            {parts.map(({ column, at, part }, index) => {
              const [one, other] = part.below ? [-part.from, -part.to] : [part.to, part.from];
              const text = partText(column, part);
              return (
                <g
                  key={`${column.key} ${part.key}`}
                  ref={(element) => {
                    elements.current[index] = element;
                  }}
                  role="button"
                  tabIndex={index === current ? 0 : -1}
                  aria-label={text}
                  className="stacked-part"
                  onClick={() => onOpen(column, part)}
                  onFocus={() => {
                    setActive(index);
                    setRead(text);
                  }}
                  onBlur={() => setRead("")}
                  onPointerEnter={() => setRead(text)}
                  onPointerLeave={() => setRead("")}
                  onKeyDown={(event) => walk(event, index)}
                >
                  <rect className={`stacked-box ${part.look}`} x={LEFT + at * each + (each - bar) / 2} y={y(one)} width={bar} height={Math.max(1, y(other) - y(one))} fillOpacity={column.open ? 0.6 : 1} />
                </g>
              );
            })}
          </svg>
        )}
      </div>
      <p className="flow-read" aria-hidden>
        {read}
      </p>
    </div>
  );
}

/** The middle of a part, from the line. */
function height({ below, from, to }: StackedPart): number {
  return ((below ? -1 : 1) * (from + to)) / 2;
}

/** Where an arrow key leads; null for other keys. */
function toward(parts: readonly { at: number; part: StackedPart }[], index: number, key: string): number | null {
  const own = parts[index];
  if (!own) return null;
  const best = (candidates: readonly number[], far: (at: number) => number) => candidates.toSorted((a, b) => far(a) - far(b))[0] ?? index;
  const heightAt = (at: number) => height(parts[at]?.part ?? own.part);
  if (key === "ArrowUp" || key === "ArrowDown") {
    const way = key === "ArrowUp" ? 1 : -1;
    const ahead = parts.flatMap((each, at) => (each.at === own.at && way * (height(each.part) - height(own.part)) > 0 ? [at] : []));
    return best(ahead, (at) => Math.abs(heightAt(at) - height(own.part)));
  }
  if (key !== "ArrowLeft" && key !== "ArrowRight") return null;
  const way = key === "ArrowRight" ? 1 : -1;
  const beyond = parts.flatMap((each, at) => (way * (each.at - own.at) > 0 ? [at] : []));
  const near = Math.min(...beyond.map((at) => Math.abs((parts[at]?.at ?? 0) - own.at)));
  const column = beyond.filter((at) => Math.abs((parts[at]?.at ?? 0) - own.at) === near);
  // The same part where the period has it, else the one of about the same height.
  return best(column, (at) => (parts[at]?.part.key === own.part.key ? -1 : Math.abs(heightAt(at) - height(own.part))));
}
