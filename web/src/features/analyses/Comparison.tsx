// Two answers side by side: what each side is, one sentence, and every number that stands in both with its difference.
import type { ReactNode } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { AnswerChange, Meta, People } from "../../api/types";
import { useFormat } from "../../ui/format";
import { sentence, useLocalized } from "../../ui/language";
import { AnswerProvider } from "./answer";
import { Said } from "../../ui/answer/figure";
import { AnswerTables } from "../../ui/answer/AnswerTables";
import { useChangeWords } from "./changeWords";
import { isClear, told } from "./comparison";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import type { AskedView } from "./view";

export interface Side {
  name: string;
  meta: Meta;
  everyone: People;
}

interface Props {
  view: AskedView;
  own: Side;
  other: Side;
  changes: readonly AnswerChange[];
  truncated: boolean;
  table: AnswerTable;
  stale: boolean;
  label: (name: string) => string;
}

export function Comparison({ view, own, other, changes, truncated, table, stale, label }: Props) {
  const { t } = useTranslation();
  return (
    <section className={stale ? "comparison stale" : "comparison"} aria-busy={stale} aria-labelledby="comparison-title">
      <h2 id="comparison-title" className="section-title">
        {t("versus.title")}
      </h2>
      <div className="compare-legend card" role="note">
        <SideNote side={own} which={t("versus.here")} isOwn />
        <SideNote side={other} which={t("versus.there")} />
        <span className="sub">{t("versus.intervals")}</span>
      </div>
      <p className="finding">
        <Sentence view={view} changes={changes} own={own.name} other={other.name} label={label} />
      </p>
      <AnswerTables tables={[truncated ? { ...table, note: t("analysis.truncated") } : table]} />
    </section>
  );
}

function SideNote({ side, which, isOwn = false }: { side: Side; which: string; isOwn?: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  return (
    <AnswerProvider value={{ meta: side.meta }}>
      <span className="compare-side">
        <span className={isOwn ? "compare-which compare-own" : "compare-which"}>{which}</span>
        <strong>{side.name}</strong>
        <span className="sub">
          <Said info={{ title: side.name, definition: sentence(localized(side.meta.population)), pick: side.everyone.pick }} text={format.whole(side.everyone.customers)} /> {t("versus.customers")}
        </span>
      </span>
    </AnswerProvider>
  );
}

function Sentence({ view, changes, own, other, label }: { view: AskedView; changes: readonly AnswerChange[]; own: string; other: string; label: (name: string) => string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useChangeWords(view, label);
  const { clearest, judged, clear } = told(changes);
  if (judged === 0) return t("versus.noShares");
  if (!clearest) return t("versus.nothingClear", { own, other, n: format.whole(judged) });
  return (
    <Trans
      i18nKey="versus.clearest"
      values={{
        own,
        other,
        what: words(clearest.path),
        here: format.percent(clearest.here),
        there: format.percent(clearest.there),
        by: format.points(clearest.difference, t("versus.points")),
        interval: t("share.interval", { low: format.points(clearest.low ?? 0, t("versus.points")), high: format.points(clearest.high ?? 0, t("versus.points")) }),
        clear: format.whole(clear),
        judged: format.whole(judged),
      }}
      components={{ what: <strong />, n: <span className="nowrap" /> }}
    />
  );
}

function signed(value: number, text: string): string {
  return value > 0 ? `+${text}` : value < 0 ? `−${text}` : text;
}

export function useComparisonTable(view: AskedView, currency: string | null | undefined, label: (name: string) => string): (changes: readonly AnswerChange[], own: string, other: string) => AnswerTable {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useChangeWords(view, label);
  const points = t("versus.points");
  const written = (of: AnswerChange["of"], value: number): string => {
    switch (of) {
      case "share":
        return format.percent(value);
      case "duration":
        return format.duration(value);
      case "people":
        return format.whole(value);
      case "money":
        return format.money(value, currency);
      case "number":
        return format.decimal(value);
    }
  };
  const number = (of: AnswerChange["of"], value: number): Cell => ({ value, text: written(of, value) });
  const difference = (change: AnswerChange): Cell => {
    const { of, difference: by } = change;
    const size = Math.abs(by);
    const text = of === "share" ? format.points(by, points) : signed(by, written(of, size));
    return { value: by, text: isClear(change) ? `${by > 0 ? "▲" : "▼"} ${text}` : text };
  };
  return (changes, own, other) => ({
    id: "comparison",
    title: t("versus.table"),
    columns: [{ name: t("versus.number") }, ...[own, other, t("versus.difference"), t("versus.interval")].map(numeric)],
    rows: told(changes).changes.map((change) => {
      const { low, high } = change;
      return [
        named(words(change.path)),
        number(change.of, change.here),
        number(change.of, change.there),
        difference(change),
        {
          value: low == null || high == null ? null : `${low} … ${high}`,
          text: low == null || high == null ? "–" : `${format.points(low, "")}… ${format.points(high, points)}`,
        },
      ];
    }),
  });
}
