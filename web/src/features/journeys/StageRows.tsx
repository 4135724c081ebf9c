// The rows of the map that tell how each stage does: reach, conversion, time, ends of stays, losses.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { StageMetrics } from "../../api/types";
import { ENDS, ExitBar, ShareBar } from "../../charts/Bars";
import type { End } from "../../charts/Bars";
import { NOTHING, spanSeconds, useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Delta, Figure, useFrame } from "./frame";
import { peopleIn, ratio } from "./metric";

/** Shares of fewer than this are shown with their interval. */
const SMALL = 100;

interface CellProps {
  stage: StageMetrics;
  /** The stage in the period compared with. */
  before: StageMetrics | undefined;
}

function Row({ name, note, cell: Cell }: { name: string; note?: string; cell: (props: CellProps) => ReactNode }) {
  const { map, before } = useFrame();
  return (
    <tr>
      <th scope="row">
        {name}
        {note && <span className="row-note">{note}</span>}
      </th>
      {map.stages.map((stage) => (
        <td key={stage.stage}>
          <Cell stage={stage} before={before?.stages.find((other) => other.stage === stage.stage)} />
        </td>
      ))}
    </tr>
  );
}

/** Met or missed, by shape and colour, and in words for readers. */
function Verdict({ met, expected }: { met: boolean | null | undefined; expected: string }) {
  const { t } = useTranslation();
  if (met == null) return <span className="sub">{expected}</span>;
  return (
    <span className={met ? "sub delta-good" : "sub delta-bad"}>
      <span className="mark" aria-hidden>
        {met ? "▲" : "▼"}
      </span>
      {expected}
      <span className="visually-hidden">{met ? t("expect.met") : t("expect.missed")}</span>
    </span>
  );
}

export function StageRows() {
  const { t } = useTranslation();
  const { unit } = useFrame();
  return (
    <>
      <Row name={t("row.reached")} note={t(`unit.${unit}`)} cell={Reached} />
      <Row name={t("row.toNext")} note={t("row.toNext.note")} cell={ToNext} />
      <Row name={t("row.time")} note={t("row.time.note")} cell={Time} />
      <Row name={t("row.exits")} note={t("row.exits.note")} cell={ExitsCell} />
      <Row name={t("row.lost")} note={t(`unit.${unit}`)} cell={Lost} />
    </>
  );
}

export function Reached({ stage, before }: CellProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map, before: beforeMap, unit } = useFrame();
  const value = peopleIn(stage.reached, unit);
  const share = ratio(value, peopleIn(map.totals.started, unit));
  const name = localized(stage.name);
  const [there, startedThere] = beforeMap && before ? [peopleIn(before.reached, unit), peopleIn(beforeMap.totals.started, unit)] : [];
  const ofAll = { now: share, before: there === undefined || startedThere === undefined ? undefined : ratio(there, startedThere), share: true, text: format.percent };
  return (
    <>
      <div className="pair">
        <Figure
          className="strong"
          info={{
            title: `${name} · ${t("figure.reached")} · ${t(`unit.${unit}`)}`,
            definition: t("define.reached"),
            pick: stage.reached.pick,
            against: { now: value, before: there, text: format.whole },
          }}
          text={format.count(value)}
          full={format.whole(value)}
        />
        <Figure
          className="soft"
          info={{ title: `${name} · ${t("figure.share")}`, definition: t("define.share"), pick: stage.reached.pick, against: ofAll }}
          text={format.percent(share)}
        />
      </div>
      <ShareBar share={share} />
      <Delta {...ofAll} />
    </>
  );
}

export function ToNext({ stage, before }: CellProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { to_next: next, expect } = stage;
  const name = localized(stage.name);
  const against = { now: next.share ?? null, before: before ? (before.to_next.share ?? null) : undefined, share: true, text: format.percent };
  return (
    <>
      <div className="pair">
        <Figure
          className="strong"
          info={{
            title: `${name} · ${t("figure.toNext")}`,
            definition: t("define.toNext"),
            pick: stage.onward.pick,
            people: t("people.wentOn"),
            against,
          }}
          text={format.percent(next.share)}
          full={next.share == null ? NOTHING : `${format.percent(next.share)} (${format.whole(next.hits)} / ${format.whole(next.of)})`}
        />
        <Delta {...against} welcome="more" />
      </div>
      {expect?.conversion != null && (
        <Verdict met={stage.conversion_met} expected={t("expect.conversion", { share: format.percent(expect.conversion) })} />
      )}
      {next.share != null && next.of < SMALL && next.low != null && next.high != null && (
        <span className="sub">{t("totals.interval", { low: format.percent(next.low), high: format.percent(next.high) })}</span>
      )}
    </>
  );
}

export function Time({ stage, before }: CellProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { time, expect } = stage;
  const name = localized(stage.name);
  const people = { pick: stage.reached.pick, people: t("people.reachedHere") };
  const expected = spanSeconds(expect?.time);
  const of = (which: "median_s" | "p90_s") => ({ now: time[which] ?? null, before: before ? (before.time[which] ?? null) : undefined, text: format.duration });
  // The goal ends a journey with its event: there is no time to be long or short.
  if (time.p90_s === 0 && stage.exits.goal === stage.entries) return <span className="sub">{t("row.time.instant")}</span>;
  return (
    <>
      <div className="pair">
        <Figure
          className="strong"
          info={{ title: `${name} · ${t("figure.median")}`, definition: t("define.median"), ...people, against: of("median_s") }}
          text={format.duration(time.median_s)}
        />
        <Figure
          className="soft"
          info={{ title: `${name} · P90`, definition: t("define.p90"), ...people, against: of("p90_s") }}
          text={`P90 ${format.duration(time.p90_s)}`}
          full={format.duration(time.p90_s)}
        />
      </div>
      <Delta {...of("median_s")} welcome="less" />
      {expected !== null && <Verdict met={stage.time_met} expected={t("expect.time", { time: format.duration(expected) })} />}
    </>
  );
}

function ExitsCell({ stage }: CellProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map } = useFrame();
  const name = localized(stage.name);
  const pickOf = (end: End) =>
    end === "forward" || end === "back"
      ? { pick: stage[end].pick }
      : { pick: map.moves.find((move) => move.from === stage.stage && move.to.to === end)?.people.pick };
  return (
    <>
      <ExitBar ends={stage.exits} />
      <ul className="exits">
        {ENDS.filter((end) => stage.exits[end] > 0).map((end) => {
          const count = stage.exits[end];
          const { pick } = pickOf(end);
          return (
            <li key={end}>
              <span className={`swatch of-${end}`} aria-hidden />
              <span className="exit-name">{t(`end.${end}`)}</span>
              <Figure
                info={{ title: `${name} · ${t(`end.${end}`)}`, definition: t(`define.end.${end}`), ...(pick ? { pick } : {}) }}
                text={format.count(count)}
                full={`${format.whole(count)} / ${format.whole(stage.entries)}`}
              />
              <span className="exit-share">{format.percent(ratio(count, stage.entries))}</span>
            </li>
          );
        })}
        {stage.loops > 0 && (
          <li className="exits-other">
            <span className="swatch-loop" aria-hidden>
              ↻
            </span>
            <span className="exit-name">{t("figure.loops")}</span>
            <Figure
              info={{
                title: `${name} · ${t("figure.loops")}`,
                definition: t("define.loops"),
                pick: stage.looped.pick,
              }}
              text={format.count(stage.loops)}
              full={`${format.whole(stage.loops)} / ${format.whole(stage.entries)}`}
            />
            <span className="exit-share">{format.percent(ratio(stage.loops, stage.entries))}</span>
          </li>
        )}
      </ul>
    </>
  );
}

export function Lost({ stage, before }: CellProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map, unit } = useFrame();
  const name = localized(stage.name);
  const worst = Math.max(...map.stages.map((other) => other.left_last.instances));
  return (
    <ul className="exits lost">
      {(["left_last", "dropped_furthest"] as const).map((which) => {
        const key = which === "left_last" ? "leftLast" : "droppedFurthest";
        const value = peopleIn(stage[which], unit);
        const against = { now: value, before: before ? peopleIn(before[which], unit) : undefined, text: format.whole };
        const peak = which === "left_last" && stage.left_last.instances === worst && worst > 0;
        return (
          <li key={which} className={peak ? "peak" : undefined}>
            <span className="exit-name">{t(`row.${key}`)}</span>
            <Figure
              info={{ title: `${name} · ${t(`figure.${key}`)}`, definition: t(`define.${key}`), pick: stage[which].pick, against }}
              text={format.count(value)}
              full={format.whole(value)}
            />
            <span className="exit-share">
              <Delta {...against} welcome="less" sized />
            </span>
          </li>
        );
      })}
    </ul>
  );
}
