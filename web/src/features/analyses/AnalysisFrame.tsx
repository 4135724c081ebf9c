// The frame of every analysis with a scope: what it is of, one sentence, picture or table, and what can be done with it.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { use, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { Answers } from "../../api/queries";
import { analysisQuery, journeysQuery } from "../../api/queries";
import { compareQuery } from "../../api/segments";
import type { People, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button, Segmented } from "../../ui/Controls";
import { ExplainContext } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { sentence, useLocalized } from "../../ui/language";
import { useRead } from "../../ui/read";
import { CopyLink } from "../../ui/scope/CopyLink";
import { Empty, Failure, Progress } from "../../ui/States";
import { ExplainButtons } from "../../ui/ExplainButtons";
import { Later } from "../../ui/Later";
import { AnswerProvider } from "./answer";
import type { Answered } from "./answer";
import { AnswerTables } from "../../ui/answer/AnswerTables";
import { questionOf, versusScope } from "./ask";
import { Comparison, useComparisonTable } from "./Comparison";
import { ExportMenu } from "../../ui/answer/ExportMenu";
import { useMeeting } from "./meeting";
import { PageHead } from "./PageHead";
import { PinToMap } from "./PinToMap";
import { SaveSegment } from "./SaveSegment";
import type { ScopeChange } from "./ScopeBar";
import { ScopeBar } from "./ScopeBar";
import type { AnswerTable } from "../../ui/answer/table";
import { SavedViews } from "../../ui/views/SavedViews";
import { SHOWS, defaultView, storedForm } from "./view";
import { useSides } from "./VersusPicker";
import type { AskedView } from "./view";
import { keptAsks } from "./viewAsks";

export interface FrameProps<View extends AskedView, Answer> {
  workspace: WorkspaceInfo;
  view: View;
  onChange: (change: Partial<View>) => void;
  /** The settings of this analysis alone. */
  editor?: ReactNode;
  /** What to do where the question is not complete yet. */
  incomplete?: ReactNode;
  /** All subjects of the answer. */
  everyone: (answer: Answer) => People;
  /** What to do where nobody is found, if the scope may not be why. */
  nobodyHow?: string;
  finding: (answer: Answer) => ReactNode;
  /** `against`: the answer it is compared with, and what that is called. */
  chart: (answer: Answer, against: { answer: Answer; name: string } | null) => ReactNode;
  /** A name of the data as people say it. */
  label?: (name: string) => string;
  /** Whether the picture is one that can be saved. */
  drawn?: boolean;
  tables: (answer: Answer) => AnswerTable[];
}

export function AnalysisFrame<View extends AskedView>(props: FrameProps<View, Answers[View["kind"]]>) {
  const { t } = useTranslation();
  const { workspace, view, onChange, editor, incomplete, everyone } = props;
  const journeys = useQuery(journeysQuery(workspace.id));
  const journey = "unit" in view && view.unit.of === "journey" ? view.unit.journey : null;
  const known = journeys.data?.journeys.find(({ id }) => id === journey);
  // Days are those of the journey's zone, as everywhere a journey is asked about.
  const place = known?.zone == null ? workspace : { ...workspace, zone: known.zone };
  const question = questionOf(view, place);
  const options = analysisQuery(workspace.id, view.kind as View["kind"], question ?? {});
  const ready = question !== null && (journey === null || !journeys.isPending);
  const asked = useQuery({ ...options, enabled: ready });
  const versus = question === null ? null : versusScope(view, place);
  const comparing = compareQuery(workspace.id, view.kind, question ?? {}, versus ?? {});
  const compared = useQuery({ ...comparing, enabled: ready && versus !== null });
  const sides = useSides(workspace.id)(view, place);
  const label = props.label ?? asItIs;
  const comparisonTable = useComparisonTable(view, place.currency, label);
  const drawing = useRef<HTMLDivElement>(null);
  const answer = question === null || asked.error ? undefined : asked.data;
  const stopped = ready && asked.fetchStatus === "idle" && !asked.error && (asked.isPending || asked.isPlaceholderData);
  const answered: Answered | null = answer ? { meta: answer.meta, ...(known ? { journey: { id: known.id, version: known.version } } : {}) } : null;
  const both = versus === null || compared.error ? undefined : compared.data;
  // The kind of a comparison is that of its question; what still stands from another one does not count.
  const against = both && !compared.isPlaceholderData ? (both.versus as unknown as Answers[View["kind"]]) : null;
  const comparison = both && comparisonTable(both.changes, sides.own, sides.other);
  const change = (next: ScopeChange) => onChange(next as Partial<View>);
  const nobody = answer !== undefined && everyone(answer).instances === 0;
  const { period, of, channels } = defaultView(view.kind);
  const meeting = useMeeting(place);
  return (
    <>
      <PageHead workspace={workspace} view={view}>
        <Later>
          {answer && answered && !nobody && (
            <>
              <Verbs answered={answered} everyone={everyone(answer)} kind={view.kind} />
              <Allowed to="save_segments">
                <SaveSegment workspace={workspace} view={view} place={place} answer={answer} {...(props.label ? { label: props.label } : {})} />
              </Allowed>
              <Allowed to="export">
                <ExportMenu
                  name={`${workspace.id}-${view.kind}`}
                  answer={answer}
                  tables={() => [...props.tables(answer), ...(comparison ? [comparison] : [])]}
                  meeting={meeting(answered.meta, t(`analysis.${view.kind}`))}
                  picture={props.drawn && view.show === "chart" ? () => drawing.current?.querySelector("svg.picture") ?? null : null}
                />
              </Allowed>
              <Allowed to="save_views">
                <PinToMap place={place} view={view} />
              </Allowed>
            </>
          )}
        </Later>
        <SavedViews workspace={place.id} stored={() => storedForm(view)} asks={keptAsks(view, place)} />
        <CopyLink workspace={place} period={view.period} stored={(fixed) => storedForm({ ...view, period: fixed })} />
      </PageHead>
      <ScopeBar workspace={place} view={view} onChange={change} />
      {editor}
      {asked.isFetching && <Progress key={JSON.stringify(options.queryKey)} queryKey={options.queryKey} />}
      {compared.isFetching && versus !== null && !asked.isFetching && <Progress key={JSON.stringify(comparing.queryKey)} queryKey={comparing.queryKey} />}
      {asked.error && question !== null && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      <p role="status" className="visually-hidden">
        {asked.isFetching ? t("analysis.loading") : answer ? t("analysis.loaded") : ""}
      </p>
      {question === null && incomplete}
      {stopped && (
        <Empty title={t("map.cancelled")}>
          <Button onPress={() => void asked.refetch()}>{t("common.retry")}</Button>
        </Empty>
      )}
      {nobody && !stopped && (
        <Empty title={t("analysis.nobody")}>
          <p>{props.nobodyHow ?? t("analysis.nobodyHow")}</p>
          <Button onPress={() => change({ period, of, channels })}>{t("map.reset")}</Button>
        </Empty>
      )}
      {answer && answered && !nobody && !stopped && (
        <AnswerProvider value={answered}>
          <div className={asked.isPlaceholderData ? "analysis-body stale" : "analysis-body"} aria-busy={asked.isPlaceholderData}>
            <div className="analysis-said">
              <p className="finding">{props.finding(answer)}</p>
              <Segmented label={t("show.label")} value={view.show} choices={SHOWS.map((id) => ({ id, label: t(`show.${id}`) }))} onChange={(show) => change({ show })} />
            </div>
            {view.show === "chart" ? (
              <div ref={drawing}>{props.chart(answer, against && { answer: against, name: sides.other })}</div>
            ) : (
              <AnswerTables tables={props.tables(answer)} />
            )}
            {compared.error && versus !== null && <Failure error={compared.error} retry={() => void compared.refetch()} />}
            {both && comparison && (
              <Comparison
                view={view}
                own={{ name: sides.own, meta: both.answer.meta, everyone: everyone(both.answer as unknown as Answers[View["kind"]]) }}
                other={{ name: sides.other, meta: both.versus.meta, everyone: everyone(both.versus as unknown as Answers[View["kind"]]) }}
                changes={both.changes}
                truncated={both.truncated}
                table={comparison}
                stale={compared.isPlaceholderData}
                label={label}
              />
            )}
            <Provenance answered={answered} />
          </div>
        </AnswerProvider>
      )}
      {!answer && asked.isFetching && <div className="skeleton analysis-skeleton" aria-hidden />}
    </>
  );
}

function asItIs(name: string): string {
  return name;
}

/** What can be asked of the whole answer: what it means, and who it is about. */
function Verbs({ answered, everyone, kind }: { answered: Answered; everyone: People; kind: AskedView["kind"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const open = use(ExplainContext);
  const { meta } = answered;
  const explain = (opensAt: "meaning" | "customers") =>
    open({
      title: t(`analysis.${kind}`),
      value: format.whole(everyone.instances),
      definition: sentence(localized(meta.population)),
      pick: everyone.pick,
      question: meta.question,
      opensAt,
      ...answered,
    });
  return <ExplainButtons explain={explain} />;
}

function Provenance({ answered: { meta } }: { answered: Answered }) {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useRead();
  return (
    <p className="provenance">
      {t("analysis.provenance", {
        read: read(meta),
        asOf: format.dateTime(meta.as_of_us, meta.zone),
        zone: meta.zone,
      })}
      {meta.truncated && ` · ${t("analysis.truncated")}`}
    </p>
  );
}
