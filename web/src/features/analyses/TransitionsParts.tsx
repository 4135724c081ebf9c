// Transitions as a process map, as the events of the first steps, and as what is likely to come next.
import { use, useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { TransitionsNumbers } from "../../api/types";
import { ProcessMap } from "../../charts/ProcessMap";
import { ExplainContext } from "../../ui/explain";
import { NOTHING, useFormat } from "../../ui/format";
import { TableScroll } from "../../ui/TableScroll";
import { Figure, useExplained } from "../../ui/answer/figure";
import type { FigureInfo } from "../../ui/answer/figure";
import { useTyped } from "../../ui/useTyped";
import { heatStep } from "./matrix";
import { END, START, processOf } from "./process";
import type { ProcessStep } from "./process";
import { useTransitionsInfo } from "./transitionsInfo";
import type { TransitionsView } from "./view";

type Label = (name: string) => string;

interface Props {
  numbers: TransitionsNumbers;
  label: Label;
}

export function TransitionsMap({ numbers, label, view, onChange }: Props & { view: TransitionsView; onChange: (change: Partial<TransitionsView>) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const info = useTransitionsInfo(label);
  const open = use(ExplainContext);
  const explained = useExplained();
  const process = useMemo(() => processOf(numbers, view.nodes, view.edges), [numbers, view.nodes, view.edges]);
  const name = (id: string) => (id === START ? t("moves.start") : id === END ? t("process.end") : label(id.slice(1)));
  const number = ({ edge, count }: ProcessStep) => (view.weigh === "median" && edge ? format.duration(edge.gap.median_s) : format.count(count));
  const text = (step: ProcessStep) => {
    const way = `${name(step.from)} → ${name(step.to)}`;
    if (!step.edge) return t("process.endText", { way, n: format.whole(step.count) });
    return t("process.edgeText", { way, n: format.whole(step.count), share: format.percent(step.edge.share), time: format.duration(step.edge.gap.median_s) });
  };
  const show = (of: FigureInfo, value: number) => open(explained(of, format.whole(value)));
  const repeats = process.nodes.reduce((most: TransitionsNumbers["nodes"][number] | null, { node }) => (node && (node.repeat_share.share ?? 0) > (most?.repeat_share.share ?? -1) ? node : most), null);
  return (
    <>
      <div className="process-controls">
        <Slider label={t("process.nodes")} value={Math.min(view.nodes, numbers.nodes.length)} min={1} max={Math.min(40, numbers.nodes.length)} text={(value) => t("process.ofN", { n: format.whole(value), all: format.whole(numbers.nodes.length) })} onChange={(nodes) => onChange({ nodes })} />
        <Slider label={t("process.edges")} value={view.edges} min={0} max={100} step={5} text={(value) => t("process.percent", { n: format.whole(value) })} onChange={(edges) => onChange({ edges })} />
      </div>
      <ProcessMap
        label={t("process.label")}
        nodes={process.nodes}
        edges={process.steps}
        nodeName={({ id }) => name(id)}
        nodeNumber={({ node }) => (node ? format.count(node.events) : "")}
        nodeText={({ id, node }) =>
          node
            ? t("process.nodeText", { name: name(id), events: format.whole(node.events), n: format.whole(node.people.instances), share: format.percent(node.repeat_share.share) })
            : t(id === START ? "process.startText" : "process.finishText", { n: format.whole(numbers.subjects.instances) })
        }
        edgeNumber={number}
        edgeText={text}
        onNode={({ node }) => (node ? show(info.node(node), node.people.instances) : show({ title: t("transitions.all"), definition: t("define.transitions.all"), pick: numbers.subjects.pick }, numbers.subjects.instances))}
        onEdge={({ edge, node, from, count }) => {
          if (edge) return show(info.edge(edge), edge.count);
          if (node) show(from === START ? info.start(node) : info.end(node.ends), count);
        }}
      />
      <p className="process-key" aria-hidden>
        <span className="process-key-item kind-forward">
          <i /> {t("process.forward")}
        </span>
        <span className="process-key-item kind-back">
          <i /> {t("process.back")}
        </span>
      </p>
      <p className="chart-note">
        {t("process.covers", { nodes: format.whole(process.nodes.filter(({ node }) => node).length), allNodes: format.whole(process.allNodes), edges: format.whole(process.shownEdges), allEdges: format.whole(process.allEdges), share: format.percent(process.covered) })}
        {repeats && repeats.repeats.instances > 0 && ` ${t("process.rework", { name: label(repeats.label), share: format.percent(repeats.repeat_share.share) })}`}
      </p>
    </>
  );
}

interface SliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  text: (value: number) => string;
  onChange: (value: number) => void;
}

function Slider({ label, value, min, max, step = 1, text, onChange }: SliderProps) {
  const { shown, type, onBlur } = useTyped(value, onChange);
  return (
    <label className="slider">
      <span className="field-label">{label}</span>
      <input type="range" min={min} max={Math.max(min, max)} step={step} value={shown} aria-valuetext={text(shown)} onChange={(event) => type(Number(event.target.value))} onBlur={onBlur} />
      <output className="slider-value">{text(shown)}</output>
    </label>
  );
}

/** Where everybody is at each of the first steps; a column adds up to all. */
export function StepMatrix({ numbers, label }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { steps } = numbers;
  const names = stepNames(numbers);
  const most = Math.max(0, ...steps.flatMap(({ labels }) => labels.map(({ share }) => share.share ?? 0)));
  return (
    <>
      <div className="table-scroll">
        <table className="table heat">
          <caption className="visually-hidden">{t("stepMatrix.caption")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("stepMatrix.at")}</th>
              {steps.map(({ step }) => (
                <th key={step} scope="col" className="numeric">
                  {t("stepMatrix.step", { n: step })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">{label(name)}</th>
                {steps.map(({ step, labels }) => {
                  const cell = labels.find((each) => each.label === name);
                  return (
                    <td key={step} className={`heat-cell seq-${heatStep(cell?.share.share ?? 0, most)}`}>
                      {cell ? <Figure info={{ title: t("stepMatrix.title", { n: step, name: label(name) }), definition: t("define.paths.step"), pick: cell.people.pick }} text={format.percent(cell.share.share)} full={format.whole(cell.people.instances)} /> : NOTHING}
                    </td>
                  );
                })}
              </tr>
            ))}
            <tr>
              <th scope="row">{t("stepMatrix.ended")}</th>
              {steps.map(({ step, ended, ended_share, ended_pick }) => (
                <td key={step} className="heat-cell stepmatrix-ended">
                  {ended > 0 ? <Figure info={{ title: t("stepMatrix.title", { n: step, name: t("stepMatrix.ended") }), definition: t("define.paths.ended"), pick: ended_pick }} text={format.percent(ended_share.share)} full={format.whole(ended)} /> : NOTHING}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
      <p className="chart-note">{t("stepMatrix.note")}</p>
    </>
  );
}

/** Names of a step matrix, those of most subjects first. */
export function stepNames({ steps }: Pick<TransitionsNumbers, "steps">): string[] {
  const weight = new Map<string, number>();
  for (const { labels } of steps) for (const { label, people } of labels) weight.set(label, (weight.get(label) ?? 0) + people.instances);
  return [...weight].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name);
}

export function NextSteps({ numbers, label, after, target }: Props & { after: readonly string[]; target: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { next, outlook } = numbers;
  const most = Math.max(0.0001, ...(next?.next ?? []).map(({ probability }) => probability));
  const real = numbers.nodes.find((node) => node.label === target)?.people.instances;
  return (
    <div className="chart-pair">
      <section aria-labelledby="next-title">
        <h2 id="next-title" className="chart-title">
          {after.length > 0 ? t("next.after", { names: after.map(label).join(" → ") }) : t("next.title")}
        </h2>
        {next && next.next.length > 0 ? (
          <>
            <p className="sub">{t("next.seen", { n: next.seen.map(format.whole).join(" / ") })}</p>
            <ol className="label-bars next-bars">
              {next.next.map((step) => (
                <li key={step.label ?? "\u0001end"}>
                  <span className={step.label == null ? "label-bars-name sub" : "label-bars-name"}>{step.label == null ? t("transitions.end") : label(step.label)}</span>
                  <span className="label-bars-track" aria-hidden>
                    <span style={{ width: `${(step.probability / most) * 100}%` }} className={step.label == null ? "next-nothing" : ""} />
                  </span>
                  <span className="numeric">
                    {format.percent(step.probability)}
                    <span className="sub"> {t("next.count", { n: format.whole(step.count) })}</span>
                  </span>
                </li>
              ))}
            </ol>
          </>
        ) : (
          <p className="sub">{t(after.length > 0 ? "next.unseen" : "next.choose")}</p>
        )}
      </section>
      <section aria-labelledby="outlook-title">
        <h2 id="outlook-title" className="chart-title">
          {target === "" ? t("next.outlook") : t("next.to", { name: label(target) })}
        </h2>
        {outlook ? (
          <>
            <p>
              {t("next.chance", { chance: format.percent(outlook.probability) })}
              {real !== undefined && numbers.subjects.instances > 0 && ` ${t("next.real", { share: format.percent(real / numbers.subjects.instances) })}`}
            </p>
            <TableScroll labelledBy="outlook-title">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t("next.from")}</th>
                    <th scope="col" className="numeric">
                      {t("next.probability")}
                    </th>
                    <th scope="col" className="numeric">
                      {t("next.visits")}
                    </th>
                    <th scope="col" className="numeric">
                      {t("next.toEnd")}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {outlook.from.map((from) => (
                    <tr key={from.label}>
                      <th scope="row">{label(from.label)}</th>
                      <td className="numeric">{format.percent(from.probability)}</td>
                      <td className="numeric">{format.decimal(from.visits)}</td>
                      <td className="numeric">{format.decimal(from.events_to_end)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </TableScroll>
          </>
        ) : (
          <p className="sub">{t("next.chooseTarget")}</p>
        )}
        <p className="chart-note next-note">{t("next.markov")}</p>
      </section>
    </div>
  );
}
