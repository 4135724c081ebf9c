// Paths as tables: who is where at each step, who goes where next, and whole paths.
import { useTranslation } from "react-i18next";

import type { PathsNumbers } from "../../api/types";
import { useFormat } from "../../ui/format";
import type { FigureInfo } from "./answer";
import type { AnswerTable, Cell } from "./table";
import { named } from "./table";

/** Stands for names that are not told apart, in the API's links. */
const REST = "…";

export function usePathsTables(label: (name: string) => string): (numbers: PathsNumbers) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const count = (value: number, info: FigureInfo): Cell => ({ value, text: format.whole(value), info });
  const share = (value: number): Cell => ({ value, text: format.percent(value) });
  const name = (text: string | null | undefined) => (text == null ? t("paths.ended") : text === REST ? t("paths.other") : label(text));
  return ({ subjects, positions, links, top, variants }) => {
    const all = subjects.instances;
    const steps = positions.flatMap(({ position, labels, other, ended, ended_pick }) => {
      const row = (text: string, value: number, define: "step" | "other" | "ended", pick?: string): Cell[] => [
        { value: position, text: t("paths.stepN", { n: position }) },
        named(text),
        count(value, { title: t("paths.stepOf", { n: position, label: text }), definition: t(`define.paths.${define}`), ...(pick === undefined ? {} : { pick }) }),
        share(value / all),
      ];
      return [
        ...labels.map((each) => row(label(each.label), each.subjects, "step", each.pick)),
        ...(other > 0 ? [row(t("paths.other"), other, "other")] : []),
        ...(ended > 0 ? [row(t("paths.ended"), ended, "ended", ended_pick)] : []),
      ];
    });
    return [
      {
        id: "steps",
        title: t("paths.steps"),
        columns: [{ name: t("paths.step") }, { name: t("paths.name") }, { name: t("paths.subjects"), numeric: true }, { name: t("paths.shareOfAll"), numeric: true }],
        rows: steps,
      },
      {
        id: "links",
        title: t("paths.links"),
        columns: [{ name: t("paths.step") }, { name: t("paths.from") }, { name: t("paths.to") }, { name: t("paths.subjects"), numeric: true }, { name: t("paths.shareOfAll"), numeric: true }],
        rows: links
          .toSorted((a, b) => a.position - b.position || b.subjects - a.subjects)
          .map(({ position, from, to, subjects: n, pick }) => [
            { value: position, text: t("paths.stepN", { n: position }) },
            named(name(from)),
            named(name(to)),
            count(n, { title: `${name(from)} → ${name(to)}`, definition: t("define.paths.link", { n: position }), ...(pick == null ? {} : { pick }) }),
            share(n / all),
          ]),
      },
      {
        id: "variants",
        title: t("paths.variants"),
        note: t("paths.variantsOf", { shown: format.whole(top.length), all: format.whole(variants) }),
        columns: [{ name: t("paths.path") }, { name: t("paths.subjects"), numeric: true }, { name: t("paths.customers"), numeric: true }, { name: t("paths.shareOfAll"), numeric: true }],
        rows: top.map(({ path, people, share: of }) => {
          const text = path.map(label).join(" → ");
          return [named(text), count(people.instances, { title: text, definition: t("define.paths.variant"), pick: people.pick }), { value: people.customers, text: format.whole(people.customers) }, share(of.share ?? 0)];
        }),
      },
    ];
  };
}
