// Paths as a picture: a column a step, from the first or, where paths only have an end, from the last, which stands right.
import { use, useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { PathsNumbers } from "../../api/types";
import { PathDiagram } from "../../charts/PathDiagram";
import type { PathColumn, PathColumnLink, PathNode } from "../../charts/pathLayout";
import { ExplainContext } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { useExplained } from "../../ui/answer/figure";
import type { FigureInfo } from "../../ui/answer/figure";
import { hasConversion, stepNumber, usePathInfo } from "./pathsWords";
import type { PathsView } from "./view";

type Numbers = Pick<PathsNumbers, "positions" | "links" | "counted_from">;

/** The answer in the form the picture takes: columns from left to right as time goes. */
export function columnsOf({ positions, links, counted_from: from }: Numbers): { columns: PathColumn[]; links: PathColumnLink[] } {
  const columns = positions.map(({ labels, other, ended, ended_as: as }) => ({
    labels: labels.map(({ label, subjects }) => ({ label, count: subjects })),
    other,
    ended,
    ends: { goal: as.goal.subjects, left: as.left.subjects, open: as.open.subjects },
  }));
  const last = from === "last";
  return {
    columns: last ? columns.toReversed() : columns,
    // A link without an end leads to the next column's "ended", or comes from those not begun.
    links: links.flatMap(({ position, from: one, to: other, subjects }) =>
      one == null || other == null ? [] : [{ column: last ? columns.length - 1 - position : position - 1, from: one, to: other, count: subjects }],
    ),
  };
}

/** The position, from 1, that a column stands for. */
function positionAt(column: number, { positions, counted_from: from }: Numbers): number {
  return from === "last" ? positions.length - column : column + 1;
}

export function PathsDiagram({ numbers, label, view }: { numbers: PathsNumbers; label: (name: string) => string; view: PathsView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = use(ExplainContext);
  const explained = useExplained();
  const words = usePathInfo(label);
  const { columns, links } = useMemo(() => columnsOf(numbers), [numbers]);
  
  const all = numbers.subjects.instances;
  const last = numbers.counted_from === "last";
  const converts = hasConversion(view, numbers);
  const ended = t(last ? "paths.notBegun" : "paths.ended");
  const name = (node: PathNode) => (node.kind === "label" ? label(node.label) : node.kind === "ended" ? ended : t("paths.other"));
  const at = (column: number) => stepNumber(positionAt(column, numbers), numbers.counted_from);
  const position = (node: PathNode) => numbers.positions[positionAt(node.column, numbers) - 1];
  const endName = (end: "goal" | "left" | "open") => t(converts || end === "open" ? `paths.end.${end}` : "paths.ended");
  const info = (node: PathNode): FigureInfo => {
    const there = position(node);
    const pick = node.kind === "ended" ? there?.ended_pick : node.kind === "other" ? there?.rest.pick : there?.labels.find((each) => each.label === node.label)?.pick;
    return words.step(positionAt(node.column, numbers), numbers.counted_from, name(node), node.kind === "label" ? "step" : node.kind, pick);
  };
  const linkPick = (from: PathNode, to: PathNode) => {
    const near = positionAt(last ? to.column : from.column, numbers);
    if (from.kind !== "label" || to.kind !== "label") return undefined;
    return numbers.links.find((link) => link.position === near && link.from === from.label && link.to === to.label)?.pick;
  };
  const parts = (node: PathNode) =>
    node.parts.length > 1 ? t("share.aside", { text: node.parts.map(({ end, count }) => `${endName(end)} ${format.whole(count)}`).join(t("common.comma")) }) : "";
  return (
    <PathDiagram
      columns={columns}
      links={links}
      backwards={last}
      label={t("paths.label")}
      columnName={(column) => t("paths.stepN", { n: at(column) })}
      nodeName={name}
      nodeNumber={(node) => format.count(node.count)}
      nodeText={(node) => `${t("paths.nodeText", { n: at(node.column), label: name(node), count: format.whole(node.count), share: format.percent(node.count / all) })}${parts(node)}`}
      bandText={(from, to, band) => t("paths.bandText", { from: name(from), to: name(to), count: format.whole(band.count), share: format.percent(band.count / from.count) })}
      onOpen={(node) => open(explained(info(node), format.whole(node.count)))}
      endName={endName}
      endText={(node, end, count) => t("paths.nodeText", { n: at(node.column), label: `${ended} · ${endName(end)}`, count: format.whole(count), share: format.percent(count / all) })}
      onOpenEnd={(node, end, count) => {
        const pick = position(node)?.ended_as[end].pick;
        const whole = info(node);
        open(explained({ ...whole, title: `${whole.title} · ${endName(end)}`, ...(pick === undefined ? {} : { pick }) }, format.whole(count)));
      }}
      opens={(from, to) => linkPick(from, to) != null}
      onOpenBand={(from, to, band) => {
        const pick = linkPick(from, to);
        if (pick != null) open(explained({ title: `${name(from)} → ${name(to)}`, definition: t("define.paths.link", { n: at(from.column), next: at(to.column) }), pick }, format.whole(band.count)));
      }}
    />
  );
}
