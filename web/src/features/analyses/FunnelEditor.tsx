// The funnel's settings: its steps in order, the time they have, and how they are counted.
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../../api/types";
import { Button, Picker } from "../../ui/Controls";
import { stepName } from "./ask";
import { RuleEditor } from "./RuleEditor";
import { useSpan } from "./span";
import { MODES, STEPS_MAX, WINDOWS } from "./view";
import type { FunnelView, Step } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: FunnelView;
  onChange: (change: Partial<FunnelView>) => void;
}

/** Stands for no limit. */
const NO_WINDOW = "none";

export function FunnelEditor({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const span = useSpan();
  if (view.unit.of === "journey") return <p className="editor-note">{t("funnel.ofJourney")}</p>;
  const { steps } = view;
  const put = (next: Step[]) => onChange({ steps: next });
  const windows = view.window === "" || WINDOWS.some((window) => window === view.window) ? WINDOWS : [view.window, ...WINDOWS];
  return (
    <section className="card editor" aria-label={t("funnel.edit")}>
      <ol className="editor-steps">
        {steps.map((step, index) => (
          <li key={`${index} ${steps.length}`} className="editor-step" aria-label={t("funnel.stepN", { n: index + 1, name: stepName(step) })}>
            <span className="stage-order" aria-hidden>
              {index + 1}
            </span>
            <RuleEditor workspace={workspace} step={step} index={index} onChange={(next) => put(steps.with(index, next))} />
            <span className="editor-move">
              <Button look="quiet" icon aria-label={t("funnel.up", { n: index + 1 })} isDisabled={index === 0} onPress={() => put(moved(steps, index, -1))}>
                <ArrowUp size={14} aria-hidden />
              </Button>
              <Button look="quiet" icon aria-label={t("funnel.down", { n: index + 1 })} isDisabled={index === steps.length - 1} onPress={() => put(moved(steps, index, 1))}>
                <ArrowDown size={14} aria-hidden />
              </Button>
              <Button look="quiet" icon aria-label={t("funnel.remove", { n: index + 1 })} onPress={() => put(steps.toSpliced(index, 1))}>
                <X size={14} aria-hidden />
              </Button>
            </span>
          </li>
        ))}
      </ol>
      <div className="scope">
        <Button onPress={() => put([...steps, { name: "", match: [{}] }])} isDisabled={steps.length >= STEPS_MAX}>
          <Plus size={14} aria-hidden />
          {t("funnel.add")}
        </Button>
        <Picker
          label={t("funnel.window")}
          value={view.window || NO_WINDOW}
          choices={[...windows.map((window) => ({ id: window as string, label: span(window) })), { id: NO_WINDOW, label: t("funnel.noWindow") }]}
          onChange={(window) => onChange({ window: window === NO_WINDOW ? "" : window })}
        />
        <Picker label={t("funnel.mode")} value={view.mode} choices={MODES.map((mode) => ({ id: mode, label: t(`funnel.mode.${mode}`), note: t(`funnel.mode.${mode}.note`) }))} onChange={(mode) => onChange({ mode })} />
      </div>
    </section>
  );
}

function moved(steps: readonly Step[], index: number, by: -1 | 1): Step[] {
  const [from, to] = [steps[index], steps[index + by]];
  return from && to ? steps.with(index, to).with(index + by, from) : [...steps];
}
