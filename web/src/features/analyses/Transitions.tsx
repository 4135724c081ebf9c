// What directly follows what, how often and after how long: a square coloured by frequency, and the table of all pairs.
import { Fragment } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { TransitionsAnswer, TransitionsNumbers, WorkspaceInfo } from "../../api/types";
import { NOTHING, useFormat } from "../../ui/format";
import { AnalysisFrame } from "./AnalysisFrame";
import { Figure, Said } from "../../ui/answer/figure";
import { transitionsFinding } from "./finding";
import { GroupSwitch, numbersOf } from "./GroupSwitch";
import { useLabels, usePeople } from "./labels";
import { heatStep, matrixOf } from "./matrix";
import { Sentences, useShareText } from "./Sentence";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { NextSteps, StepMatrix, TransitionsMap, stepNames } from "./TransitionsParts";
import { TransitionsEditor } from "./TransitionsEditor";
import { useTransitionsInfo } from "./transitionsInfo";
import type { TransitionsView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: TransitionsView;
  onChange: (change: Partial<TransitionsView>) => void;
}

type Label = (name: string) => string;

export default function Transitions({ workspace, view, onChange }: Props) {
  const label = useLabels(workspace.id, view.unit);
  const tables = useTables(label, view);
  const shown = (answer: TransitionsAnswer): TransitionsNumbers => numbersOf(answer, view.only);
  return (
    <AnalysisFrame<TransitionsView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      label={label}
      editor={<TransitionsEditor workspace={workspace} view={view} onChange={onChange} label={label} />}
      everyone={(answer) => answer.subjects}
      finding={(answer) => <TransitionsSentence numbers={shown(answer)} view={view} label={label} />}
      chart={(answer) => (
        <section className="card chart-card">
          <GroupSwitch groups={answer.groups} size={({ subjects }) => subjects.instances} by={view.by} only={view.only} onChange={(only) => onChange({ only })} />
          {view.part === "map" && <TransitionsMap numbers={shown(answer)} label={label} view={view} onChange={onChange} />}
          {view.part === "square" && <Square numbers={shown(answer)} label={label} />}
          {view.part === "steps" && <StepMatrix numbers={shown(answer)} label={label} />}
          {view.part === "next" && <NextSteps numbers={shown(answer)} label={label} after={view.after} target={view.target} />}
        </section>
      )}
      drawn={view.part === "map"}
      tables={(answer) => tables(shown(answer))}
    />
  );
}

function TransitionsSentence({ numbers, view, label }: { numbers: TransitionsNumbers; view: TransitionsView; label: Label }) {
  const { t } = useTranslation();
  const format = useFormat();
  const people = usePeople(view.unit);
  const share = useShareText();
  const info = useTransitionsInfo(label);
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
              all: <Said info={{ title: t("transitions.all"), definition: t("define.transitions.all"), pick: numbers.subjects.pick }} text={people(numbers.subjects)} />,
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
  const info = useTransitionsInfo(label);
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

function useTables(label: Label, view: TransitionsView): (numbers: TransitionsNumbers) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const info = useTransitionsInfo(label);
  const whole = (value: number): Cell => ({ value, text: format.whole(value) });
  const percent = (value: number | null | undefined): Cell => ({ value: value ?? null, text: format.percent(value) });
  const decimal = (value: number): Cell => ({ value, text: format.decimal(value) });
  return ({ edges, ends, nodes, subjects, steps, next, outlook }) => [
    ...(steps.length === 0
      ? []
      : [
          {
            id: "steps",
            title: t("stepMatrix.caption"),
            columns: [{ name: t("stepMatrix.at") }, ...steps.map(({ step }) => numeric(t("stepMatrix.step", { n: step })))],
            rows: [
              ...stepNames({ steps }).map((name) => [named(label(name)), ...steps.map(({ labels }) => percent(labels.find((each) => each.label === name)?.share.share))]),
              [named(t("stepMatrix.ended")), ...steps.map(({ ended_share: share }) => percent(share.share))],
            ],
          },
        ]),
    ...(next
      ? [
          {
            id: "next",
            title: t("next.after", { names: view.after.map(label).join(" → ") }),
            columns: [{ name: t("paths.name") }, numeric(t("transitions.count")), numeric(t("next.probability"))],
            rows: next.next.map((step) => [named(step.label == null ? t("transitions.end") : label(step.label)), whole(step.count), percent(step.probability)]),
          },
        ]
      : []),
    ...(outlook
      ? [
          {
            id: "outlook",
            title: t("next.to", { name: label(outlook.target) }),
            columns: [{ name: t("next.from") }, numeric(t("next.probability")), numeric(t("next.visits")), numeric(t("next.toEnd"))],
            rows: outlook.from.map((from) => [named(label(from.label)), percent(from.probability), decimal(from.visits), decimal(from.events_to_end)]),
          },
        ]
      : []),
    {
      id: "nodes",
      title: t("transitions.nodes"),
      columns: [{ name: t("paths.name") }, ...(["events", "subjects", "repeat", "repeatShare", "starts", "ended"] as const).map((key) => numeric(t(`transitions.${key}`)))],
      rows: nodes.map((node) => [
        named(label(node.label)),
        whole(node.events),
        { ...whole(node.people.instances), info: info.node(node) },
        { ...whole(node.repeats.instances), info: info.repeats(node) },
        percent(node.repeat_share.share),
        { ...whole(node.starts.subjects), info: info.start(node) },
        { ...whole(node.ends.subjects), info: info.end(node.ends) },
      ]),
    },
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
