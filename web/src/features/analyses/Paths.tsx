// The paths people take, step by step: names told apart, the rest, and who was gone before, each step all of them. Whole
// paths stand below with their time and conversion, and beside them those of the other side where paths are split.
import { Trans, useTranslation } from "react-i18next";

import type { PathsAnswer, PathsNumbers, WorkspaceInfo } from "../../api/types";
import { Segmented } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { sentence } from "../../ui/language";
import { AnalysisFrame } from "./AnalysisFrame";
import { Later } from "../../ui/Later";
import { Figure, Said } from "../../ui/answer/figure";
import type { FigureInfo } from "../../ui/answer/figure";
import { AnswerTables } from "../../ui/answer/AnswerTables";
import { pathsFinding, versusFinding } from "./finding";
import { GroupSwitch, numbersOf } from "./GroupSwitch";
import { useLabels } from "./labels";
import { PathsDiagram } from "./PathsDiagram";
import { PathsEditor } from "./PathsEditor";
import { isWhole } from "./pathsView";
import { usePathsTables } from "./pathsTables";
import { hasConversion, stepNumber, useGoalName, usePathInfo, usePathPeople, useSides, useWhere, useWithin } from "./pathsWords";
import { Sentences, useShareText } from "./Sentence";
import type { PathsView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: PathsView;
  onChange: (change: Partial<PathsView>) => void;
}

type Label = (name: string) => string;

/** The numbers the picture shows: of everyone or a group, or of the other side. */
function shownOf(answer: PathsAnswer, view: PathsView): PathsNumbers {
  const { comparison } = answer;
  return comparison && view.against ? comparison.numbers : numbersOf(answer, view.only);
}

export default function Paths({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const label = useLabels(workspace.id, view.unit);
  const tables = usePathsTables(label, view);
  const sides = useSides()(view);
  return (
    <AnalysisFrame<PathsView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      label={label}
      editor={<PathsEditor workspace={workspace} view={view} onChange={onChange} />}
      everyone={(answer) => answer.subjects}
      {...(isWhole(view) ? {} : { nobodyHow: t("paths.nobodyHow") })}
      finding={(answer) => <PathsSentence answer={answer} view={view} label={label} />}
      chart={(answer) => {
        const shown = shownOf(answer, view);
        return (
          <div className="analysis-body">
            <Facts numbers={shown} view={view} label={label} />
            <section className="card chart-card">
              {answer.comparison ? (
                <div className="group-switch">
                  <Segmented
                    label={t("groups.shown")}
                    value={view.against ? "there" : "here"}
                    choices={(["here", "there"] as const).map((id) => ({ id, label: sentence(sides[id]) }))}
                    onChange={(id) => onChange({ against: id === "there" })}
                  />
                </div>
              ) : (
                <GroupSwitch groups={answer.groups} size={({ subjects }) => subjects.instances} by={view.by} only={view.only} onChange={(only) => onChange({ only })} />
              )}
              <PathsDiagram numbers={shown} label={label} view={view} />
            </section>
            <Later>
              <AnswerTables tables={[...tables.compared(answer).slice(0, 1), tables.variants(shown)]} />
            </Later>
          </div>
        );
      }}
      drawn
      tables={(answer) => tables.all(shownOf(answer, view), answer)}
    />
  );
}

function Facts({ numbers, view, label }: { numbers: PathsNumbers; view: PathsView; label: Label }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = usePathInfo(label);
  const { subjects, without, ends, to_goal: toGoal } = numbers;
  if (toGoal == null && without.instances === 0) return null;
  const all: FigureInfo = { title: t("paths.all"), definition: t("define.paths.all"), pick: subjects.pick };
  const customers = (of: number) => t("count.customers", { count: of, n: format.whole(of) });
  return (
    <dl className="card facts">
      <div>
        <dt>{t("paths.count")}</dt>
        <dd className="total-number">
          <Figure info={all} text={format.count(subjects.instances)} full={format.whole(subjects.instances)} />
        </dd>
        <dd className="sub">{customers(subjects.customers)}</dd>
      </div>
      {toGoal != null && hasConversion(view, numbers) && (
        <>
          <div>
            <dt>{t("totals.conversion")}</dt>
            <dd className="total-number">
              <Figure info={info.end("goal", ends.goal.pick)} text={format.percent(toGoal.share)} />
            </dd>
            <dd className="sub">{toGoal.share != null && toGoal.low != null && toGoal.high != null && share.interval({ share: toGoal.share, low: toGoal.low, high: toGoal.high })}</dd>
          </div>
          {(["goal", "left", "open"] as const).map((end) => (
            <div key={end}>
              <dt>{t(`paths.end.${end}`)}</dt>
              <dd className="total-number">
                <Figure info={info.end(end, ends[end].pick)} text={format.count(ends[end].subjects)} full={format.whole(ends[end].subjects)} />
              </dd>
            </div>
          ))}
        </>
      )}
      {without.instances > 0 && (
        <div>
          <dt>{t("paths.end.without")}</dt>
          <dd className="total-number">
            <Figure info={info.end("without", without.pick)} text={format.count(without.instances)} full={format.whole(without.instances)} />
          </dd>
          <dd className="sub">{customers(without.customers)}</dd>
        </div>
      )}
    </dl>
  );
}

function PathsSentence({ answer, view, label }: { answer: PathsAnswer; view: PathsView; label: Label }) {
  const { t } = useTranslation();
  const format = useFormat();
  const people = usePathPeople(view);
  const share = useShareText();
  const info = usePathInfo(label);
  const where = useWhere(label);
  const goal = useGoalName(label);
  const within = useWithin();
  const sides = useSides()(view);
  const { comparison } = answer;
  // With two sides the sentence is of the first and sets the other beside it.
  const numbers = comparison ? answer : numbersOf(answer, view.only);
  const found = pathsFinding(numbers);
  if (found.kind === "nobody") return t("analysis.nobody");
  const { start, commonest } = found;
  const converts = hasConversion(view, numbers);
  const { conversion } = found;
  const everyone: FigureInfo = { title: t("paths.all"), definition: t("define.paths.all"), pick: numbers.subjects.pick };
  const startInfo = info.step(1, numbers.counted_from, label(start?.label ?? ""), "step", start?.pick);
  const path = (commonest?.path ?? []).map(label).join(" → ");
  // Where all begin, or end, with the anchor, that they do says nothing.
  const anchored = start !== null && start.at.share === 1;
  return (
    <Sentences
      of={[
        conversion && converts && (
          <Trans
            key="goal"
            i18nKey={comparison ? "finding.pathsGoalSide" : "finding.pathsGoal"}
            values={{
              where: where(view),
              all: people(numbers.subjects),
              side: sides.here,
              reached: format.whole(conversion.reached),
              goal: goal(view),
              within: within(view),
              share: share.share(conversion.at),
              interval: share.interval(conversion.at),
            }}
            components={{
              all: <Said info={everyone} text={people(numbers.subjects)} />,
              reached: <Said info={info.end("goal", conversion.pick)} text={format.whole(conversion.reached)} />,
              goal: <strong />,
              share: <Said info={info.end("goal", conversion.pick)} text={share.share(conversion.at)} />,
              n: <span className="nowrap" />,
            }}
          />
        ),
        conversion && converts && conversion.open > 0 && (
          <Trans
            key="open"
            i18nKey={view.window === "" && view.unit.of === "customer" ? "finding.pathsOpenNoWindow" : "finding.pathsOpen"}
            values={{ open: format.whole(conversion.open) }}
            components={{ open: <Said info={info.end("open", conversion.openPick)} text={format.whole(conversion.open)} /> }}
          />
        ),
        !converts && start && !anchored && (
          <Trans
            key="start"
            i18nKey="finding.paths"
            values={{ all: people(numbers.subjects), label: label(start.label), share: share.share(start.at), interval: share.interval(start.at) }}
            components={{ all: <Said info={everyone} text={people(numbers.subjects)} />, label: <strong />, share: <Said info={startInfo} text={share.share(start.at)} />, n: <span className="nowrap" /> }}
          />
        ),
        !converts && anchored && (
          <Trans
            key="anchored"
            i18nKey="finding.pathsAnchored"
            values={{ where: where(view), all: people(numbers.subjects) }}
            components={{ all: <Said info={everyone} text={people(numbers.subjects)} /> }}
          />
        ),
        comparison && <Versus key="versus" answer={answer} view={view} label={label} converts={converts} />,
        commonest && (
          <Trans
            key="commonest"
            i18nKey={numbers.counted_from === "last" ? "finding.pathsCommonestLast" : "finding.pathsCommonest"}
            values={{ path, count: commonest.subjects, n: format.whole(commonest.subjects), share: share.share(commonest.at), variants: format.whole(found.variants), depth: view.depth }}
            components={{ path: <strong />, n: <Said info={info.variant(commonest.path, commonest.pick)} text={format.whole(commonest.subjects)} /> }}
          />
        ),
        found.few && <span key="few">{t("finding.few")}</span>,
      ]}
    />
  );
}

/** What the two sides of a split come to. */
function Versus({ answer, view, label, converts }: { answer: PathsAnswer; view: PathsView; label: Label; converts: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const sides = useSides()(view);
  const { comparison } = answer;
  const found = comparison ? versusFinding(comparison, converts) : null;
  if (found === null) return t("finding.pathsNoSide", sides);
  if (found.kind === "alike") return t("finding.pathsAlike", sides);
  const points = (value: number) => format.points(value, t("points.unit"));
  const values = {
    ...sides,
    hereShare: share.share(found.here),
    thereShare: share.share(found.there),
    by: points(found.difference.value),
    interval: t("points.interval", { low: format.points(found.difference.low, "").trim(), high: points(found.difference.high) }),
  };
  const components = { n: <span className="nowrap" />, step: <strong /> };
  return found.kind === "step" ? (
    <Trans i18nKey="finding.pathsVersusStep" values={{ ...values, step: label(found.label), position: stepNumber(found.position, answer.counted_from) }} components={components} />
  ) : (
    <Trans i18nKey={found.apart ? "finding.pathsVersus" : "finding.pathsVersusOverlap"} values={values} components={components} />
  );
}
