// Two customers drawn side by side with what joins their identifiers and what was said between them. The table says the same.
import { useTranslation } from "react-i18next";

import type { Drawing } from "./graph";
import { ROW } from "./graph";
import { useIdentityWords } from "../../ui/identity/words";

const WIDTH = 640;
const COLUMN = 250;
/** How far a line between two of a column swings out, by how far apart they are. */
const SWING = 22;
const CHARACTERS = 30;

const middle = (row: number) => row * ROW + ROW / 2;
const short = (text: string) => (text.length > CHARACTERS ? `${text.slice(0, CHARACTERS - 1)}…` : text);

export function Graph({ drawing: { dots, lines, rows, hidden } }: { drawing: Drawing }) {
  const { t } = useTranslation();
  const words = useIdentityWords();
  if (dots.length === 0) return null;
  // Columns stand at the edges; what joins two of one column swings to its outer side's inner edge.
  const x = (side: 0 | 1) => (side === 0 ? COLUMN : WIDTH - COLUMN);
  return (
    <figure className="identity-graph">
      <svg viewBox={`0 0 ${WIDTH} ${rows * ROW}`} role="img" aria-label={t("identity.graph")}>
        {lines.map(({ a, b, stands }) => {
          const [ax, ay, bx, by] = [x(a.side), middle(a.row), x(b.side), middle(b.row)];
          const swing = (a.side === 0 ? 1 : -1) * (SWING + 6 * Math.abs(a.row - b.row));
          const way = a.side === b.side ? `M${ax} ${ay} C${ax + swing} ${ay} ${bx + swing} ${by} ${bx} ${by}` : `M${ax} ${ay} L${bx} ${by}`;
          return <path key={`${a.member.profile} ${b.member.profile} ${stands}`} d={way} className={stands ? "identity-line" : "identity-line identity-line-withheld"} />;
        })}
        {dots.map(({ member, side, row }) => (
          <g key={`${side} ${member.profile}`}>
            <circle cx={x(side)} cy={middle(row)} r={5} className={`identity-dot identity-dot-${member.kind}`} />
            <text x={side === 0 ? COLUMN - 12 : WIDTH - COLUMN + 12} y={middle(row)} textAnchor={side === 0 ? "end" : "start"} dominantBaseline="middle">
              {short(words.member(member))}
            </text>
          </g>
        ))}
      </svg>
      <figcaption className="sub">
        <span className="identity-key" aria-hidden /> {t("identity.graph.stands")} <span className="identity-key identity-key-withheld" aria-hidden /> {t("identity.graph.withheld")}
        {hidden > 0 && ` ${t("identity.graph.hidden", { n: hidden })}`}
      </figcaption>
    </figure>
  );
}
