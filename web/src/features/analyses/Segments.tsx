// Segments side by side: how many each has, how many are in several at once, and how that went day by day.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Trans, useTranslation } from "react-i18next";

import { segmentsQuery } from "../../api/segments";
import type { SegmentsAnswer, WorkspaceInfo } from "../../api/types";
import { IntervalBar } from "../../charts/Bars";
import { MultiPicker, Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Empty } from "../../ui/States";
import { AnalysisFrame } from "./AnalysisFrame";
import { Figure, Said } from "../../ui/answer/figure";
import { intervalOf } from "./interval";
import { useOverlapInfo } from "./overlapInfo";
import { SegmentTrend } from "./segments/SegmentTrend";
import { useSizeInfo } from "./segments/Size";
import { Sentences, useShareText } from "./Sentence";
import { useSegmentsTables } from "./segmentsTables";
import { SEGMENTS_MAX, TREND_DAYS } from "./view";
import type { SegmentsView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: SegmentsView;
  onChange: (change: Partial<SegmentsView>) => void;
}

export default function Segments({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const stored = useQuery(segmentsQuery(workspace.id)).data?.segments;
  const label = (id: string) => localized(stored?.find(({ segment }) => segment.id === id)?.segment.name) || id;
  const tables = useSegmentsTables(label, view.by?.dimension);
  return (
    <AnalysisFrame<SegmentsView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      label={label}
      editor={<Editor workspace={workspace} view={view} onChange={onChange} label={label} />}
      incomplete={
        <Empty title={t("overlap.incomplete")}>
          <p>{t(stored?.length === 0 ? "group.noSegments" : "overlap.incompleteHow")}</p>
          <Link to="/w/$workspace/segments" params={{ workspace: workspace.id }}>
            {t("nav.segments")}
          </Link>
        </Empty>
      }
      everyone={(answer) => answer.population}
      finding={(answer) => <Finding answer={answer} label={label} />}
      chart={(answer) => <Chart answer={answer} label={label} />}
      drawn
      tables={tables}
    />
  );
}

function Editor({ workspace, view, onChange, label }: Props & { label: (id: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const stored = useQuery(segmentsQuery(workspace.id)).data?.segments ?? [];
  const full = view.segments.length >= SEGMENTS_MAX;
  const ids = [...new Set([...stored.map(({ segment }) => segment.id), ...view.segments])];
  const days = [...new Set([0, ...TREND_DAYS, view.days])].toSorted((a, b) => a - b);
  return (
    <section className="card editor" aria-label={t("overlap.edit")}>
      <div className="scope">
        <MultiPicker
          label={t("overlap.segments", { most: SEGMENTS_MAX })}
          summary={view.segments.length === 0 ? t("who.choose") : view.segments.map(label).join(t("common.comma"))}
          values={view.segments}
          choices={ids.map((id) => ({ id, label: label(id), disabled: full && !view.segments.includes(id) }))}
          onChange={(segments) => onChange({ segments: segments.slice(0, SEGMENTS_MAX) })}
        />
        <Picker
          label={t("overlap.trend")}
          value={String(view.days)}
          choices={days.map((each) => ({ id: String(each), label: each === 0 ? t("overlap.noTrend") : t("period.last", { count: each }), ...(each > 0 ? { note: format.whole(each) } : {}) }))}
          onChange={(each) => onChange({ days: Number(each) })}
        />
      </div>
    </section>
  );
}

function Finding({ answer, label }: { answer: SegmentsAnswer; label: (id: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = useSizeInfo();
  const overlapInfo = useOverlapInfo(label);
  const largest = answer.segments.reduce<SegmentsAnswer["segments"][number] | null>((most, next) => (most === null || next.members.customers > most.members.customers ? next : most), null);
  if (!largest) return t("segments.none");
  const interval = intervalOf(largest.share);
  const pair = answer.overlaps.filter(({ segments }) => segments.length === 2).reduce<SegmentsAnswer["overlaps"][number] | null>((most, next) => ((next.share_of_union.share ?? -1) > (most?.share_of_union.share ?? -1) ? next : most), null);
  const [first, last] = [answer.trend[0], answer.trend.at(-1)];
  const index = answer.segments.indexOf(largest);
  const change = first && last && answer.trend.length > 1 ? (last.members[index]?.customers ?? 0) - (first.members[index]?.customers ?? 0) : null;
  const n = format.whole(largest.members.customers);
  return (
    <Sentences
      of={[
        <Trans
          key="size"
          i18nKey={answer.segments.length > 1 ? "overlap.largest" : "overlap.one"}
          values={{ name: label(largest.id), n, all: format.whole(answer.population.customers), share: share.share(interval), interval: share.interval(interval) }}
          components={{ name: <strong />, count: <Said info={info(largest)} text={n} />, b: <span className="nowrap" /> }}
        />,
        change !== null && first && (
          <span key="change">{t(change === 0 ? "overlap.steady" : change > 0 ? "overlap.grew" : "overlap.shrank", { day: format.day(first.day), by: format.whole(Math.abs(change)) })}</span>
        ),
        pair && (
          <Trans
            key="pair"
            i18nKey="overlap.pair"
            values={{ names: pair.segments.map(label).join(t("overlap.and")), n: format.whole(pair.members.customers), share: format.percent(pair.share_of_union.share) }}
            components={{ names: <strong />, count: <Said info={overlapInfo(pair, "members")} text={format.whole(pair.members.customers)} /> }}
          />
        ),
      ]}
    />
  );
}

function Chart({ answer, label }: { answer: SegmentsAnswer; label: (id: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const info = useSizeInfo();
  const overlapInfo = useOverlapInfo(label);
  const combined = answer.overlaps.filter(({ segments }) => segments.length > 1).toSorted((a, b) => b.members.customers - a.members.customers);
  const most = Math.max(1, ...combined.map(({ members }) => members.customers));
  return (
    <div className="analysis-body">
      <section className="card" aria-labelledby="sizes-title">
        <header className="section-head">
          <h2 id="sizes-title">{t("overlap.sizes")}</h2>
        </header>
        <ul className="size-list">
          {answer.segments.map((segment, index) => {
            const at = intervalOf(segment.share);
            return (
              <li key={segment.id} className={`of-category-${index + 1}`}>
                <span className="size-name">
                  <span className="swatch of-category" aria-hidden />
                  <strong>{label(segment.id)}</strong>
                </span>
                <Figure info={info(segment)} text={format.count(segment.members.customers)} full={format.whole(segment.members.customers)} />
                <span className="size-share">
                  {format.percent(segment.share.share)}
                  {at && <IntervalBar {...at} />}
                </span>
                <span className="sub size-words">{localized(segment.definition)}</span>
              </li>
            );
          })}
        </ul>
      </section>
      {answer.trend.length > 1 && <SegmentTrend answer={answer} label={label} />}
      {combined.length > 0 && (
        <section className="card" aria-labelledby="overlap-title">
          <header className="section-head">
            <h2 id="overlap-title">{t("overlap.title")}</h2>
            <p className="section-note">{t("overlap.note")}</p>
          </header>
          <ul className="overlap-list">
            {combined.map((overlap) => (
              <li key={overlap.segments.join("+")}>
                <span className="overlap-names">
                  {answer.segments.map((segment, index) => {
                    const isIn = overlap.segments.includes(segment.id);
                    return isIn ? (
                      <span key={segment.id} className={`overlap-name of-category-${index + 1}`}>
                        <span className="swatch of-category" aria-hidden />
                        {label(segment.id)}
                      </span>
                    ) : null;
                  })}
                </span>
                <span className="label-bars-track" aria-hidden>
                  <span style={{ width: `${(overlap.members.customers / most) * 100}%` }} />
                </span>
                <span className="numeric">
                  <Figure info={overlapInfo(overlap, "members")} text={format.count(overlap.members.customers)} full={format.whole(overlap.members.customers)} />
                  <span className="sub"> {t("overlap.ofUnion", { share: format.percent(overlap.share_of_union.share) })}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
