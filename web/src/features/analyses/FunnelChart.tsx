// The funnel as bars: one a step, each as long as the share of those who entered, with who stopped below it. With a
// breakdown a bar a group. Every number is a button, so the picture is read as the list it is.
import { useTranslation } from "react-i18next";

import type { FunnelAnswer, FunnelStep, Meta } from "../../api/types";
import { useFormat } from "../../ui/format";
import { AnswerProvider } from "./answer";
import { Figure } from "../../ui/answer/figure";
import type { GroupOf } from "./groups";
import { SHOWN_MAX, groupLook, shownGroups } from "./groups";
import { useShareText } from "./Sentence";
import { useStepInfo } from "./stepInfo";

interface Props {
  answer: FunnelAnswer;
  /** What it is compared with: a bar below each of its own. */
  against: { answer: FunnelAnswer; name: string } | null;
  label: (name: string) => string;
  group: (of: GroupOf) => string;
}

export function FunnelChart({ answer, against, label, group }: Props) {
  const { t } = useTranslation();
  const groups = shownGroups(answer.groups, ({ subjects }) => subjects.instances);
  const shown = groups.slice(0, SHOWN_MAX);
  return (
    <section className="card funnel-card" aria-label={t("analysis.funnel")}>
      <ol className="funnel">
        {answer.steps.map((step, index) => (
          <li key={`${index} ${step.name}`} className="funnel-step">
            <h2 className="funnel-name">
              <span className="stage-order" aria-hidden>
                {index + 1}
              </span>
              <span>
                {label(step.name)}
                {step.optional && <span className="sub"> {t("funnel.optionalStep")}</span>}
              </span>
            </h2>
            <div className="funnel-bars">
              <Bar step={step} index={index} label={label} look="of-category-all" />
              <Against step={against?.answer.steps[index]} index={index} name={against?.name ?? ""} meta={against?.answer.meta} label={label} />
              {shown.map((each, at) => {
                const own = each.steps[index];
                return own && <Bar key={`${each.group} ${each.value}`} step={own} index={index} label={label} look={groupLook(each, at)} name={group(each)} />;
              })}
            </div>
            {index < answer.steps.length - 1 && !step.optional && <Drop step={step} index={index} label={label} />}
          </li>
        ))}
      </ol>
      {groups.length > shown.length && <p className="chart-note">{t("groups.more", { shown: shown.length, all: groups.length })}</p>}
    </section>
  );
}

/** The same step of the other side, which opens to its own people. */
function Against({ step, meta, ...bar }: { step: FunnelStep | undefined; meta: Meta | undefined; index: number; name: string; label: Props["label"] }) {
  if (!step || !meta) return null;
  return (
    <AnswerProvider value={{ meta }}>
      <Bar step={step} {...bar} look="of-category-other" />
    </AnswerProvider>
  );
}

/** A share as a length. */
function part(value: number | null | undefined): string {
  return `${((value ?? 0) * 100).toFixed(2)}%`;
}

function Bar({ step, index, label, look, name }: { step: FunnelStep; index: number; look: string; name?: string } & Pick<Props, "label">) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = useStepInfo(label);
  const { share: at, low, high } = step.from_first;
  const reached = info(step, index, "reached", name);
  const previous = info(step, index, "previous", name);
  const { share: onward, low: onwardLow, high: onwardHigh } = step.from_previous;
  return (
    <div className={`funnel-bar ${look}`}>
      {name !== undefined && (
        <span className="funnel-group">
          <span className="swatch of-category" aria-hidden />
          {name}
        </span>
      )}
      <div className="funnel-track" aria-hidden>
        <span className="funnel-fill" style={{ width: part(at) }} />
        {index > 0 && low != null && high != null && <span className="funnel-interval" style={{ insetInlineStart: part(low), width: part(high - low) }} />}
      </div>
      <span className="funnel-numbers">
        {reached && <Figure info={reached} text={format.count(step.reached.instances)} full={format.whole(step.reached.instances)} className="funnel-count" />}
        {index > 0 && (
          <>
            <span className="funnel-share">
              {t("funnel.fromFirst")} {format.percent(at)}
            </span>
            {previous && (
              <span className="sub">
                {t("funnel.previous")} <Figure info={previous} text={format.percent(onward)} />
                {onward != null && onwardLow != null && onwardHigh != null && t("share.aside", { text: share.interval({ share: onward, low: onwardLow, high: onwardHigh }) })}
              </span>
            )}
            {step.time_from_previous.median_s != null && (
              <span className="sub">
                {t("funnel.median")} {format.duration(step.time_from_previous.median_s)}
              </span>
            )}
          </>
        )}
      </span>
    </div>
  );
}

/** Who came this far and no further, and who still may. */
function Drop({ step, index, label }: { step: FunnelStep; index: number; label: Props["label"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const info = useStepInfo(label);
  const dropped = info(step, index, "dropped");
  const open = info(step, index, "open");
  const of = step.reached.instances;
  return (
    <p className="funnel-drop">
      <span className="mark" aria-hidden>
        ▼
      </span>
      {t("funnel.dropped")} {dropped && <Figure info={dropped} text={format.count(step.dropped.instances)} full={format.whole(step.dropped.instances)} />}
      {of > 0 && <span className="sub">{format.percent(step.dropped.instances / of)}</span>}
      {step.open.instances > 0 && (
        <span className="sub">
          {t("funnel.open")} {open && <Figure info={open} text={format.count(step.open.instances)} full={format.whole(step.open.instances)} />}
        </span>
      )}
    </p>
  );
}
