// What the rules do to all events: events and customers by group, before and after, and the largest moves.
import { useTranslation } from "react-i18next";

import type { TrafficPreview, TrafficRuleSet } from "../../api/types";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { TableScroll } from "../../ui/TableScroll";
import { useTrafficWords } from "./words";

const MOVES_SHOWN = 8;

interface Props {
  preview: TrafficPreview;
  rules: TrafficRuleSet;
  /** Of which rules the numbers are: those in force, the draft, a draft that has changed since, or what was asked before this. */
  state: "inForce" | "draft" | "stale" | "asked";
  zone: string;
}

export function Effect({ preview, rules, state, zone }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const words = useTrafficWords(rules);
  const compared = state !== "inForce";
  return (
    <section className={state === "stale" || state === "asked" ? "card stale" : "card"} aria-labelledby="effect-title">
      <header className="section-head">
        <h2 id="effect-title">{t("traffic.effect")}</h2>
      </header>
      <div className="traffic-effect">
        <p role="status">
          {state === "stale" && t("traffic.stale")}
          {state === "draft" && t("traffic.moved", { n: format.whole(preview.moved), all: format.whole(preview.all.events) })}
          {state === "inForce" && t("traffic.inForce")}
        </p>
        <TableScroll labelledBy="effect-title">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("traffic.group")}</th>
                <th scope="col" className="numeric">
                  {t("traffic.events")}
                </th>
                <th scope="col" className="numeric">
                  {t("traffic.customers")}
                </th>
              </tr>
            </thead>
            <tbody>
              {preview.groups.map(({ group, before, after }) => (
                <tr key={group}>
                  <th scope="row">{words.group(group)}</th>
                  <td className="numeric">
                    <Change before={before.events} after={after.events} compared={compared} />
                  </td>
                  <td className="numeric">
                    <Change before={before.customers} after={after.customers} compared={compared} />
                  </td>
                </tr>
              ))}
              <tr>
                <th scope="row">{t("traffic.all")}</th>
                <td className="numeric">{format.whole(preview.all.events)}</td>
                <td className="numeric">{format.whole(preview.all.customers)}</td>
              </tr>
            </tbody>
          </table>
        </TableScroll>
        {compared && preview.moves.length > 0 && (
          <>
            <h3>{t("traffic.moves")}</h3>
            <ul className="traffic-moves">
              {preview.moves.slice(0, MOVES_SHOWN).map(({ from, to, count }) => (
                <li key={`${from} ${to}`}>
                  {t("traffic.move", { from: words.group(from), to: words.group(to), events: format.whole(count.events), customers: format.whole(count.customers) })}
                </li>
              ))}
            </ul>
          </>
        )}
        <details>
          <summary>{t("traffic.meaning")}</summary>
          <p className="sub">{localized(preview.definition)}</p>
          <p className="sub">{localized(preview.population)}</p>
          <p className="sub">
            {format.dateTime(preview.meta.as_of_us, zone)} · <code>{preview.meta.snapshot}</code>
          </p>
        </details>
      </div>
    </section>
  );
}

function Change({ before, after, compared }: { before: number; after: number; compared: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!compared || before === after) return <>{format.whole(after)}</>;
  return <>{t("traffic.change", { before: format.whole(before), after: format.whole(after) })}</>;
}
