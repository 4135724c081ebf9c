// The funnel: how many go from step to step, in order and in time, and where they are lost.
import { Trans, useTranslation } from "react-i18next";

import type { FunnelAnswer, WorkspaceInfo } from "../../api/types";
import { Picker, Segmented } from "../../ui/Controls";
import { Empty } from "../../ui/States";
import { AnalysisFrame } from "./AnalysisFrame";
import { Said } from "../../ui/answer/figure";
import { funnelFinding } from "./finding";
import { FunnelChart } from "./FunnelChart";
import { FunnelEditor } from "./FunnelEditor";
import { FunnelNext, FunnelTime, FunnelTrend } from "./FunnelParts";
import { useFunnelPartTables } from "./funnelPartTables";
import { useFunnelTables } from "./funnelTables";
import { FUNNEL_PARTS, TRENDS, countOf } from "./funnelView";
import type { FunnelView } from "./funnelView";
import { useGroupWords } from "./groups";
import { useLabels, usePeople } from "./labels";
import { Sentences, useShareText } from "./Sentence";
import { useStepInfo } from "./stepInfo";
import { useWithinWindow } from "./windowWords";

interface Props {
  workspace: WorkspaceInfo;
  view: FunnelView;
  onChange: (change: Partial<FunnelView>) => void;
}

export default function Funnel({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const label = useLabels(workspace.id, view.unit);
  const group = useGroupWords(view.by?.dimension);
  const tables = useFunnelTables({ label, group, apart: view.by !== null });
  const partTables = useFunnelPartTables(label, view.trend);
  const { part } = view;
  return (
    <AnalysisFrame<FunnelView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      label={label}
      editor={
        <>
          <FunnelEditor workspace={workspace} view={view} onChange={onChange} />
          <div className="parts">
            <Segmented label={t("funnel.parts")} value={part} choices={FUNNEL_PARTS.map((id) => ({ id, label: t(`funnel.part.${id}`) }))} onChange={(next) => onChange({ part: next })} />
            {part === "trend" && (
              <Picker label={t("funnel.trend")} value={view.trend} choices={TRENDS.map((id) => ({ id, label: t(`funnel.trend.${id}`) }))} onChange={(trend) => onChange({ trend })} />
            )}
          </div>
        </>
      }
      incomplete={
        <Empty title={t("funnel.incomplete")}>
          <p>{t("funnel.incompleteHow")}</p>
        </Empty>
      }
      everyone={(answer) => answer.subjects}
      finding={(answer) => <FunnelSentence answer={answer} view={view} label={label} />}
      chart={(answer, against) => {
        if (part === "time") return <FunnelTime answer={answer} label={label} group={group} />;
        if (part === "trend") return <FunnelTrend answer={answer} label={label} group={group} unit={view.trend} />;
        if (part === "next") return <FunnelNext answer={answer} label={label} group={group} />;
        return <FunnelChart answer={answer} against={against} label={label} group={group} />;
      }}
      drawn={part === "time" || part === "trend"}
      tables={(answer) => [...(part === "steps" ? [] : partTables[part](answer)), ...tables(answer)]}
    />
  );
}

function FunnelSentence({ answer, view, label }: { answer: FunnelAnswer; view: FunnelView; label: (name: string) => string }) {
  const { t } = useTranslation();
  const people = usePeople(view.unit, countOf(view));
  const group = useGroupWords(view.by?.dimension);
  const share = useShareText();
  const withinWindow = useWithinWindow();
  const info = useStepInfo(label);
  const found = funnelFinding(answer);
  if (found.kind === "nobody") return t("funnel.nobody");
  const { first, last, conversion, worst, spread } = found;
  const within = view.unit.of === "journey" ? t("funnel.inJourney") : view.window === "" ? t("funnel.anyTime") : withinWindow(view.window);
  const lastIndex = found.steps - 1;
  const lost = worst && info(worst.from, answer.steps.indexOf(worst.from), "dropped");
  const through = info(last, lastIndex, last.converted ? "converted" : "reached") ?? { title: "", definition: "" };
  const side = (of: NonNullable<typeof spread>["high"]) => {
    const name = group(of.group);
    const step = answer.groups?.find((each) => each.group === "value" && each.value === of.group.value)?.steps[lastIndex];
    const opened = step && info(step, lastIndex, "reached", name);
    return { name, said: opened ? <Said info={opened} text={share.share(of.at)} /> : <span /> };
  };
  const [high, low] = spread ? [side(spread.high), side(spread.low)] : [null, null];
  return (
    <Sentences
      of={[
        <Trans
          key="conversion"
          i18nKey={found.steps > 1 ? "finding.funnel" : "finding.funnelOne"}
          values={{ entered: people(first.reached), step: label(first.name), within, share: share.share(conversion), interval: share.interval(conversion), through: people(last.reached), steps: found.steps }}
          components={{
            entered: <Said info={info(first, 0, "reached") ?? through} text={people(first.reached)} />,
            share: <Said info={through} text={share.share(conversion)} />,
            through: <Said info={through} text={people(last.reached)} />,
            step: <strong />,
            n: <span className="nowrap" />,
          }}
        />,
        worst && lost && (
          <Trans
            key="worst"
            i18nKey="finding.funnelWorst"
            values={{ from: label(worst.from.name), to: label(worst.to.name), lost: people(worst.from.dropped), share: share.share(worst.lost), interval: share.interval(worst.lost) }}
            components={{ from: <strong />, to: <strong />, lost: <Said info={lost} text={people(worst.from.dropped)} />, n: <span className="nowrap" /> }}
          />
        ),
        spread && high && low && (
          <Trans
            key="spread"
            i18nKey={spread.apart ? "finding.spread" : "finding.spreadOverlap"}
            values={{ high: high.name, highShare: share.share(spread.high.at), low: low.name, lowShare: share.share(spread.low.at), highInterval: share.interval(spread.high.at), lowInterval: share.interval(spread.low.at) }}
            components={{ high: <strong />, low: <strong />, highShare: high.said, lowShare: low.said, n: <span className="nowrap" /> }}
          />
        ),
        answer.removed && (
          <Trans
            key="removed"
            i18nKey="finding.funnelRemoved"
            values={{ removed: people(answer.removed) }}
            components={{ removed: <Said info={{ title: t("funnel.removed"), definition: t("define.funnel.removed"), pick: answer.removed.pick }} text={people(answer.removed)} /> }}
          />
        ),
        found.few && <span key="few">{t("finding.few")}</span>,
      ]}
    />
  );
}
