// The paths people take, step by step: names told apart, the rest, and who was gone before, each step all of them.
import { use, useMemo } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { PathsAnswer, PathsNumbers, WorkspaceInfo } from "../../api/types";
import { PathDiagram } from "../../charts/PathDiagram";
import type { PathColumn, PathColumnLink, PathNode } from "../../charts/pathLayout";
import { Picker, Segmented } from "../../ui/Controls";
import { ExplainContext } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { AnalysisFrame } from "./AnalysisFrame";
import type { FigureInfo } from "./answer";
import { Said, useExplained } from "./answer";
import { pathsFinding } from "./finding";
import { GroupSwitch, numbersOf } from "./GroupSwitch";
import { useLabels, usePeople } from "./labels";
import { usePathsTables } from "./pathsTables";
import { Sentences, useShareText } from "./Sentence";
import { DEPTHS, TOPS } from "./view";
import type { PathsView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: PathsView;
  onChange: (change: Partial<PathsView>) => void;
}

export default function Paths({ workspace, view, onChange }: Props) {
  const label = useLabels(workspace.id, view.unit);
  const tables = usePathsTables(label);
  const shown = (answer: PathsAnswer): PathsNumbers => numbersOf(answer, view.only);
  return (
    <AnalysisFrame<PathsView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      editor={<Editor view={view} onChange={onChange} />}
      everyone={(answer) => answer.subjects}
      finding={(answer) => <PathsSentence numbers={shown(answer)} view={view} label={label} />}
      chart={(answer) => (
        <section className="card chart-card">
          <GroupSwitch groups={answer.groups} size={({ subjects }) => subjects.instances} by={view.by} only={view.only} onChange={(only) => onChange({ only })} />
          <Diagram numbers={shown(answer)} label={label} />
        </section>
      )}
      drawn
      tables={(answer) => tables(shown(answer))}
    />
  );
}

function Editor({ view, onChange }: Omit<Props, "workspace">) {
  const { t } = useTranslation();
  const format = useFormat();
  const numbers = (offered: readonly number[], own: number) => [...new Set([...offered, own])].toSorted((a, b) => a - b).map((each) => ({ id: String(each), label: format.whole(each) }));
  return (
    <div className="scope" role="group" aria-label={t("paths.edit")}>
      <Picker label={t("paths.depth")} value={String(view.depth)} choices={numbers(DEPTHS, view.depth)} onChange={(depth) => onChange({ depth: Number(depth) })} />
      <Picker label={t("paths.top")} value={String(view.top)} choices={numbers(TOPS, view.top)} onChange={(top) => onChange({ top: Number(top) })} />
      <Segmented
        label={t("paths.repeats")}
        value={view.collapse ? "collapse" : "keep"}
        choices={(["collapse", "keep"] as const).map((id) => ({ id, label: t(`paths.repeats.${id}`) }))}
        onChange={(id) => onChange({ collapse: id === "collapse" })}
      />
    </div>
  );
}

function PathsSentence({ numbers, view, label }: { numbers: PathsNumbers; view: PathsView; label: (name: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const people = usePeople(view.unit);
  const share = useShareText();
  const found = pathsFinding(numbers);
  if (found.kind === "nobody") return t("analysis.nobody");
  const { start, commonest } = found;
  const everyone: FigureInfo = { title: t("paths.all"), definition: t("define.paths.all"), pick: numbers.subjects.pick };
  const startInfo: FigureInfo = { title: t("paths.stepOf", { n: 1, label: label(start?.label ?? "") }), definition: t("define.paths.step"), ...(start ? { pick: start.pick } : {}) };
  const path = (commonest?.path ?? []).map(label).join(" → ");
  const pathInfo: FigureInfo = { title: path, definition: t("define.paths.variant"), ...(commonest ? { pick: commonest.pick } : {}) };
  return (
    <Sentences
      of={[
        start && (
          <Trans
            key="start"
            i18nKey="finding.paths"
            values={{ all: people(numbers.subjects), label: label(start.label), share: share.share(start.at), interval: share.interval(start.at) }}
            components={{ all: <Said info={everyone} text={people(numbers.subjects)} />, label: <strong />, share: <Said info={startInfo} text={share.share(start.at)} />, n: <span className="nowrap" /> }}
          />
        ),
        commonest && (
          <Trans
            key="commonest"
            i18nKey="finding.pathsCommonest"
            values={{ path, count: commonest.subjects, n: format.whole(commonest.subjects), share: share.share(commonest.at), variants: format.whole(found.variants), depth: view.depth }}
            components={{ path: <strong />, n: <Said info={pathInfo} text={format.whole(commonest.subjects)} /> }}
          />
        ),
        found.few && <span key="few">{t("finding.few")}</span>,
      ]}
    />
  );
}

/** The answer in the form the picture takes. */
export function columnsOf({ positions, links }: Pick<PathsNumbers, "positions" | "links">): { columns: PathColumn[]; links: PathColumnLink[] } {
  return {
    columns: positions.map(({ labels, other, ended }) => ({ labels: labels.map(({ label, subjects }) => ({ label, count: subjects })), other, ended })),
    // Those that are over at a step are the next column's "ended".
    links: links.flatMap(({ position, from, to, subjects }) => (from == null || to == null ? [] : [{ column: position - 1, from, to, count: subjects }])),
  };
}

function Diagram({ numbers, label }: { numbers: PathsNumbers; label: (name: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = use(ExplainContext);
  const explained = useExplained();
  const { columns, links } = useMemo(() => columnsOf(numbers), [numbers]);
  const all = numbers.subjects.instances;
  const name = (node: PathNode) => (node.kind === "label" ? label(node.label) : t(`paths.${node.kind}`));
  const info = (node: PathNode): FigureInfo => {
    const position = numbers.positions[node.column];
    const pick = node.kind === "ended" ? position?.ended_pick : position?.labels.find((each) => node.kind === "label" && each.label === node.label)?.pick;
    return {
      title: t("paths.stepOf", { n: node.column + 1, label: name(node) }),
      definition: t(node.kind === "label" ? "define.paths.step" : `define.paths.${node.kind}`),
      ...(pick === undefined ? {} : { pick }),
    };
  };
  const linkOf = (from: PathNode, to: PathNode) =>
    from.kind === "label" && to.kind === "label" ? numbers.links.find((link) => link.position === from.column + 1 && link.from === from.label && link.to === to.label) : undefined;
  return (
    <PathDiagram
      columns={columns}
      links={links}
      label={t("paths.label")}
      columnName={(column) => t("paths.stepN", { n: column + 1 })}
      nodeName={name}
      nodeNumber={(node) => format.count(node.count)}
      nodeText={(node) => t("paths.nodeText", { n: node.column + 1, label: name(node), count: format.whole(node.count), share: format.percent(node.count / all) })}
      bandText={(from, to, band) => t("paths.bandText", { from: name(from), to: name(to), count: format.whole(band.count), share: format.percent(band.count / from.count) })}
      onOpen={(node) => open(explained(info(node), format.whole(node.count)))}
      opens={(from, to) => linkOf(from, to)?.pick != null}
      onOpenBand={(from, to, band) => {
        const pick = linkOf(from, to)?.pick;
        if (pick != null) open(explained({ title: `${name(from)} → ${name(to)}`, definition: t("define.paths.link", { n: from.column + 1 }), pick }, format.whole(band.count)));
      }}
    />
  );
}
