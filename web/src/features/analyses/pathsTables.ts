// Paths as tables: who is where at each step, who goes where next, whole paths with their time and conversion, where paths
// end, and two sides of a split beside each other.
import { useTranslation } from "react-i18next";

import type { PathsAnswer, PathsNumbers, Share, ShareDifference } from "../../api/types";
import { useFormat } from "../../ui/format";
import { sentence } from "../../ui/language";
import { titled } from "../../ui/answer/figure";
import type { FigureInfo } from "../../ui/answer/figure";
import { hasConversion, stepNumber, usePathInfo, useSides } from "./pathsWords";
import { useShareText } from "./Sentence";
import type { AnswerTable, Cell, Column } from "../../ui/answer/table";
import { named } from "../../ui/answer/table";
import type { PathsView } from "./view";

/** Stands for names that are not told apart, in the API's links. */
const REST = "…";

export interface PathsTables {
  variants: (numbers: PathsNumbers) => AnswerTable;
  /** The two sides of a split; none where there is no split. */
  compared: (answer: PathsAnswer) => AnswerTable[];
  all: (numbers: PathsNumbers, answer: PathsAnswer) => AnswerTable[];
}

export function usePathsTables(label: (name: string) => string, view: PathsView): PathsTables {
  const { t } = useTranslation();
  const format = useFormat();
  const shares = useShareText();
  const info = usePathInfo(label);
  const sides = useSides()(view);
  const count = (value: number, what?: FigureInfo): Cell => ({ value, text: format.whole(value), ...(what ? { info: what } : {}) });
  const part = (value: number): Cell => ({ value, text: format.percent(value) });
  const rate = (share: Share | null | undefined, what?: FigureInfo): Cell => {
    const at = share?.share == null || share.low == null || share.high == null ? null : { share: share.share, low: share.low, high: share.high };
    return { value: at?.share ?? null, text: format.percent(at?.share), note: shares.interval(at), ...(what ? { info: what } : {}) };
  };
  const time = (seconds: number | null | undefined): Cell => ({ value: seconds ?? null, text: format.duration(seconds) });
  const words = (path: readonly string[]) => path.map(label).join(" → ");

  const steps = (numbers: PathsNumbers): AnswerTable => {
    const { positions, counted_from: from, subjects } = numbers;
    const ended = t(from === "last" ? "paths.notBegun" : "paths.ended");
    const converts = hasConversion(view, numbers);
    const rows = positions.flatMap(({ position, labels, other, other_labels: others, rest, ended: over, ended_pick: overPick, ended_as: as }) => {
      const row = (text: string, value: number, what: "step" | "other" | "ended", pick: string): Cell[] => [
        { value: from === "last" ? -position : position, text: t("paths.stepN", { n: stepNumber(position, from) }) },
        named(text),
        count(value, info.step(position, from, text, what, pick)),
        part(value / subjects.instances),
      ];
      const ways = (["goal", "left", "open"] as const).filter((end) => as[end].subjects > 0);
      return [
        ...labels.map((each) => row(label(each.label), each.subjects, "step", each.pick)),
        ...(other > 0 ? [row(t("paths.otherOf", { n: others }), other, "other", rest.pick)] : []),
        ...(over > 0 ? [row(ended, over, "ended", overPick)] : []),
        ...(over > 0 && converts && ways.length > 0 ? ways.map((end) => row(`${ended} · ${t(`paths.end.${end}`)}`, as[end].subjects, "ended", as[end].pick)) : []),
      ];
    });
    return {
      id: "steps",
      title: t("paths.steps"),
      columns: [{ name: t("paths.step") }, { name: t("paths.name") }, { name: t("paths.subjects"), numeric: true }, { name: t("paths.shareOfAll"), numeric: true }],
      rows,
    };
  };

  const links = ({ links: all, subjects, counted_from: from, positions }: PathsNumbers): AnswerTable => {
    // Said once a step: there may be thousands of links.
    const said = positions.map((_, index) => {
      const position = index + 1;
      // Counted from the last a link has the number of the step it leads to; it begins one further back.
      const [at, next] = (from === "last" ? [position + 1, position] : [position, position + 1]).map((each) => stepNumber(each, from)) as [string, string];
      return { step: t("paths.stepN", { n: at }), definition: t("define.paths.link", { n: at, next }) };
    });
    const [begin, ended, rest] = [t("paths.begin"), t("paths.ended"), t("paths.other")];
    const name = (text: string | null | undefined, nothing: string) => (text == null ? nothing : text === REST ? rest : label(text));
    return {
      id: "links",
      title: t("paths.links"),
      columns: [{ name: t("paths.step") }, { name: t("paths.from") }, { name: t("paths.to") }, { name: t("paths.subjects"), numeric: true }, { name: t("paths.shareOfAll"), numeric: true }],
      rows: all
        .toSorted((a, b) => a.position - b.position || b.subjects - a.subjects)
        .map(({ position, from: one, to: other, subjects: n, pick }) => {
          const [begins, goes] = [name(one, begin), name(other, ended)];
          const { step, definition } = said[position - 1] ?? { step: "", definition: "" };
          return [
            { value: from === "last" ? -(position + 1) : position, text: step },
            named(begins),
            named(goes),
            count(n, { title: `${begins} → ${goes}`, definition, ...(pick == null ? {} : { pick }) }),
            part(n / subjects.instances),
          ];
        }),
    };
  };

  const variants = (numbers: PathsNumbers): AnswerTable => {
    const converts = hasConversion(view, numbers);
    return {
      id: "variants",
      title: t("paths.variants"),
      note: t("paths.variantsOf", { shown: format.whole(numbers.top.length), all: format.whole(numbers.variants) }),
      columns: [
        { name: t("paths.path") },
        ...[t("paths.subjects"), t("paths.customers"), t("paths.shareOfAll"), t("paths.median"), t("paths.p90"), ...(converts ? [t("totals.conversion"), t("paths.end.open")] : []), t("paths.longer")].map((name) => ({ name, numeric: true })),
      ],
      rows: numbers.top.map(({ path, people, share, duration, to_goal: toGoal, open, longer }) => [
        named(words(path)),
        count(people.instances, info.variant(path, people.pick)),
        count(people.customers),
        rate(share),
        time(duration.median_s),
        time(duration.p90_s),
        ...(converts ? [rate(toGoal), count(open)] : []),
        count(longer),
      ]),
    };
  };

  /** By their last step, how paths ended. */
  const last = ({ last: rows, subjects }: PathsNumbers, converts: boolean): AnswerTable => ({
    id: "last",
    title: t("paths.lastSteps"),
    note: t("paths.lastStepsNote"),
    columns: [{ name: t("paths.name") }, ...[t("paths.subjects"), t("paths.shareOfAll"), ...(converts ? (["goal", "left", "open"] as const).map((end) => t(`paths.end.${end}`)) : [])].map((name) => ({ name, numeric: true }))],
    rows: rows
      .map((row) => ({ ...row, all: row.goal + row.left + row.open }))
      .toSorted((a, b) => b.all - a.all)
      .map(({ label: name, goal, left, open, all }) => [named(label(name)), count(all), part(all / subjects.instances), ...(converts ? [count(goal), count(left), count(open)] : [])]),
  });

  const compared = (answer: PathsAnswer): AnswerTable[] => {
    const { comparison } = answer;
    if (!comparison) return [];
    const columns: Column[] = [sentence(sides.here), sentence(sides.there), t("paths.difference")].map((name) => ({ name, numeric: true }));
    const points = (value: number) => format.points(value, t("points.unit"));
    const three = ({ here, there, difference }: ShareDifference, own?: FigureInfo, other?: FigureInfo): Cell[] => [
      { ...rate(here, own), note: t("paths.hits", { hits: format.whole(here.hits), of: format.whole(here.of) }) },
      { ...rate(there, other), note: t("paths.hits", { hits: format.whole(there.hits), of: format.whole(there.of) }) },
      {
        value: difference?.value ?? null,
        text: difference ? points(difference.value) : format.percent(null),
        ...(difference ? { note: t("points.interval", { low: format.points(difference.low, "").trim(), high: points(difference.high) }) } : {}),
      },
    ];
    /** What opens a share of a side, where the answer lists it. */
    const variantInfo = (numbers: PathsNumbers, path: readonly string[], side: string): FigureInfo | undefined => {
      const found = numbers.top.find((each) => each.path.length === path.length && each.path.every((name, at) => name === path[at]));
      return found && aside(info.variant(path, found.people.pick), side);
    };
    const stepInfo = (numbers: PathsNumbers, position: number, name: string | null | undefined, side: string): FigureInfo | undefined => {
      const there = numbers.positions[position - 1];
      const pick = name == null ? there?.ended_pick : there?.labels.find((each) => each.label === name)?.pick;
      return pick === undefined ? undefined : aside(info.step(position, numbers.counted_from, name == null ? overName(numbers) : label(name), name == null ? "ended" : "step", pick), side);
    };
    const { numbers: other } = comparison;
    const goalRow =
      comparison.to_goal && hasConversion(view, answer)
        ? [[named(t("totals.conversion")), ...three(comparison.to_goal, aside(info.end("goal", answer.ends.goal.pick), sides.here), aside(info.end("goal", other.ends.goal.pick), sides.there))]]
        : [];
    return [
      {
        id: "compared-variants",
        title: t("paths.compared", sides),
        note: t("paths.comparedNote"),
        columns: [{ name: t("paths.path") }, ...columns],
        rows: [...goalRow, ...comparison.variants.map(({ path, ...both }) => [named(words(path)), ...three(both, variantInfo(answer, path, sides.here), variantInfo(other, path, sides.there))])],
      },
      {
        id: "compared-steps",
        title: t("paths.comparedSteps", sides),
        columns: [{ name: t("paths.step") }, { name: t("paths.name") }, ...columns],
        rows: comparison.positions.map(({ position, label: name, ...both }) => [
          { value: answer.counted_from === "last" ? -position : position, text: t("paths.stepN", { n: stepNumber(position, answer.counted_from) }) },
          named(name == null ? overName(answer) : label(name)),
          ...three(both, stepInfo(answer, position, name, sides.here), stepInfo(other, position, name, sides.there)),
        ]),
      },
    ];
  };
  const overName = ({ counted_from: from }: PathsNumbers) => t(from === "last" ? "paths.notBegun" : "paths.ended");

  return {
    variants,
    compared,
    all: (numbers, answer) => [steps(numbers), links(numbers), variants(numbers), last(numbers, hasConversion(view, numbers)), ...compared(answer)],
  };
}

/** The same number of one side. */
function aside(info: FigureInfo, side: string): FigureInfo {
  return { ...info, title: titled(info.title, side) };
}
