// What the numbers of transitions say of themselves.
import { useTranslation } from "react-i18next";

import type { LabelCount, TransitionsNumbers } from "../../api/types";
import type { FigureInfo } from "../../ui/answer/figure";

type Node = TransitionsNumbers["nodes"][number];

export interface TransitionsInfo {
  edge: (edge: TransitionsNumbers["edges"][number]) => FigureInfo;
  end: (end: LabelCount) => FigureInfo;
  start: (node: Node) => FigureInfo;
  node: (node: Node) => FigureInfo;
  repeats: (node: Node) => FigureInfo;
}

export function useTransitionsInfo(label: (name: string) => string): TransitionsInfo {
  const { t } = useTranslation();
  return {
    edge: ({ from, to, people }) => ({ title: `${label(from)} → ${label(to)}`, definition: t("define.transitions.count"), pick: people.pick, people: t("transitions.people") }),
    end: (end) => ({ title: t("transitions.endOf", { label: label(end.label) }), definition: t("define.transitions.end"), pick: end.pick }),
    start: (node) => ({ title: t("transitions.startOf", { label: label(node.label) }), definition: t("define.transitions.start"), pick: node.starts.pick }),
    node: (node) => ({ title: label(node.label), definition: t("define.transitions.node"), pick: node.people.pick }),
    repeats: (node) => ({ title: t("transitions.repeatOf", { label: label(node.label) }), definition: t("define.transitions.repeat"), pick: node.repeats.pick }),
  };
}
