// What directly follows what, how often and after how long: a square coloured by frequency, and the table of all pairs.
import { Fragment } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { TransitionsAnswer, TransitionsNumbers, WorkspaceInfo } from "../../api/types";
import { NOTHING, useFormat } from "../../ui/format";
import { AnalysisFrame } from "./AnalysisFrame";
import type { FigureInfo } from "./answer";
import { Figure, Said } from "./answer";
import { transitionsFinding } from "./finding";
import { GroupSwitch, numbersOf } from "./GroupSwitch";
import { useLabels, usePeople } from "./labels";
import { heatStep, matrixOf } from "./matrix";
import { Sentences, useShareText } from "./Sentence";
import type { AnswerTable, Column } from "./table";
import { named } from "./table";
import type { TransitionsView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: TransitionsView;
  onChange: (change: Partial<TransitionsView>) => void;
}

type Label = (name: string) => string;

export default function Transitions({ workspace, view, onChange }: Props) {
  const label = useLabels(workspace.id, view.unit);
  const tables = useTables(label);
  const shown = (answer: TransitionsAnswer): TransitionsNumbers => numbersOf(answer, view.only);
  return (
    <AnalysisFrame<TransitionsView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      everyone={(answer) => answer.subjects}
      finding={(answer) => <TransitionsSentence numbers={shown(answer)} view={view} label={label} />}
      chart={(answer) => (
        <section className="card chart-card">
          <GroupSwitch groups={answer.groups} size={({ subjects }) => subjects.instances} by={view.by} only={view.only} onChange={(only) => onChange({ only })} />
          <Square numbers={shown(answer)} label={label} />
        </section>
      )}
      tables={(answer) => tables(shown(answer))}
    />
  );
}

function useInfo(label: Label): { edge: (edge: TransitionsNumbers["edges"][number]) => FigureInfo; end: (end: TransitionsNumbers["ends"][number]) => FigureInfo } {
  const { t } = useTranslation();
  return {
    edge: ({ from, to, people }) => ({ title: `${label(from)} → ${label(to)}`, definition: t("define.transitions.count"), pick: people.pick, people: t("transitions.people") }),
    end: (end) => ({ title: t("transitions.endOf", { label: label(end.label) }), definition: t("define.transitions.end"), pick: end.pick }),
  };
}

function TransitionsSentence({ numbers, view, label }: { numbers: TransitionsNumbers; view: TransitionsView; label: Label }) {
  const { t } = useTranslation();
  const format = useFormat();
  const people = usePeople(view.unit);
  const share = useShareText();
  const info = useInfo(label);
  const found = transitionsFinding(numbers);
  if (found.kind === "nobody") return t("analysis.nobody");
  const { edge, at, end } = found;
  const last = end && numbers.ends.find((each) => each.label === end.label);
  return (
    <Sentences
      of={[
        edge && (
          <Trans
            key="edge"
            i18nKey="finding.transitions"
            values={{ from: label(edge.from), to: label(edge.to), count: edge.count, n: format.whole(edge.count), share: share.share(at), interval: share.interval(at), time: format.duration(edge.gap.median_s) }}
            components={{ from: <strong />, to: <strong />, n: <Said info={info.edge(edge)} text={format.whole(edge.count)} />, b: <span className="nowrap" /> }}
          />
        ),
        end && last && (
          <Trans
            key="end"
            i18nKey="finding.transitionsEnd"
            values={{ all: people(numbers.subjects), label: label(end.label), share: share.share(end.at), interval: share.interval(end.at) }}
            components={{
              all: <Said info={{ title: t("paths.all"), definition: t("define.paths.all"), pick: numbers.subjects.pick }} text={people(numbers.subjects)} />,
              label: <strong />,
              share: <Said info={info.end(last)} text={share.share(end.at)} />,
              n: <span className="nowrap" />,
            }}
          />
        ),
        found.few && <span key="few">{t("finding.few")}</span>,
      ]}
    />
  );
}

function Square({ numbers, label }: { numbers: TransitionsNumbers; label: Label }) {
  const { t } = useTranslation();
  const format = useFormat();
  const info = useInfo(label);
  const matrix = matrixOf(numbers);
  return (
    <>
      <div className="table-scroll">
        <table className="table heat">
          <caption className="visually-hidden">{t("transitions.square")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("moves.fromTo")}</th>
              {matrix.names.map((name) => (
                <th scope="col" key={name} className="heat-name">
                  <Breakable text={label(name)} />
                </th>
              ))}
              <th scope="col" className="heat-name">
                {t("transitions.end")}
              </th>
            </tr>
          </thead>
          <tbody>
            {matrix.rows.map(({ from, cells, end }) => (
              <tr key={from}>
                <th scope="row">{label(from)}</th>
                {cells.map((edge, index) => (
                  <td key={matrix.names[index]} className={`heat-cell seq-${heatStep(edge?.count ?? 0, matrix.most)}`}>
                    {edge ? <Figure info={info.edge(edge)} text={format.count(edge.count)} full={format.whole(edge.count)} /> : NOTHING}
                  </td>
                ))}
                <td className="heat-cell heat-end">{end ? <Figure info={info.end(end)} text={format.count(end.subjects)} full={format.whole(end.subjects)} /> : NOTHING}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {matrix.left > 0 && <p className="chart-note">{t("transitions.left", { shown: format.whole(matrix.names.length), left: format.whole(matrix.left) })}</p>}
    </>
  );
}

/** A name that breaks where its words end. */
function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[_.\-/])/).map((part, index) => (
    <Fragment key={`${index} ${part}`}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

function numeric(name: string): Column {
  return { name, numeric: true };
}

function useTables(label: Label): (numbers: TransitionsNumbers) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const info = useInfo(label);
  return ({ edges, ends, subjects }) => [
    {
      id: "pairs",
      title: t("transitions.pairs"),
      columns: [
        { name: t("paths.from") },
        { name: t("paths.to") },
        ...(["count", "customers", "share", "shareWithEnd", "median", "p90", "p95"] as const).map((key) => numeric(t(`transitions.${key}`))),
      ],
      rows: edges.map((edge) => [
        named(label(edge.from)),
        named(label(edge.to)),
        { value: edge.count, text: format.whole(edge.count), info: info.edge(edge) },
        { value: edge.people.customers, text: format.whole(edge.people.customers) },
        { value: edge.share, text: format.percent(edge.share) },
        { value: edge.share_with_end, text: format.percent(edge.share_with_end) },
        ...[edge.gap.median_s, edge.gap.p90_s, edge.gap_p95_s].map((seconds) => ({ value: seconds ?? null, text: format.duration(seconds) })),
      ]),
    },
    {
      id: "ends",
      title: t("transitions.ends"),
      columns: [{ name: t("paths.name") }, numeric(t("paths.subjects")), numeric(t("paths.shareOfAll"))],
      rows: ends.map((end) => {
        const share = end.subjects / subjects.instances;
        return [named(label(end.label)), { value: end.subjects, text: format.whole(end.subjects), info: info.end(end) }, { value: share, text: format.percent(share) }];
      }),
    },
  ];
}
