// The funnel's settings: its steps in order, the time they have, and how they are counted.
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../../api/types";
import { Button, Picker } from "../../ui/Controls";
import { FunnelOptions, isTuned } from "./FunnelOptions";
import { MODES, STEPS_MAX, WINDOWS, rearranged, takesOptions } from "./funnelView";
import type { FunnelView, FunnelViewStep } from "./funnelView";
import { CALENDAR_WINDOWS, SESSION_WINDOWS, windowParts } from "./funnelWindow";
import { SpanPicker } from "./SpanPicker";
import { useWindowName } from "./windowWords";
import { RuleEditor } from "../../ui/rule/RuleEditor";
import { stepName } from "../../ui/rule/rules";

interface Props {
  workspace: WorkspaceInfo;
  view: FunnelView;
  onChange: (change: Partial<FunnelView>) => void;
}

export function FunnelEditor({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const windowName = useWindowName();
  const [open, setOpen] = useState(isTuned(view));
  if (view.unit.of === "journey") return <p className="editor-note">{t("funnel.ofJourney")}</p>;
  const { steps } = view;
  const put = (next: FunnelViewStep[]) => onChange({ steps: next });
  const arrange = (order: number[]) => onChange(rearranged(view, order));
  const places = steps.map((_, index) => index);
  // The modes of ClickHouse know lengths of time alone.
  const offered = takesOptions(view) ? [...SESSION_WINDOWS, ...CALENDAR_WINDOWS] : [];
  const named = windowParts(view.window) === null ? offered : [...new Set<string>([...offered, view.window])];
  return (
    <section className="card editor" aria-label={t("funnel.edit")}>
      <ol className="editor-steps">
        {steps.map((step, index) => (
          <li key={`${index} ${steps.length}`} className="editor-step" aria-label={t("funnel.stepN", { n: index + 1, name: stepName(step) })}>
            <span className="stage-order" aria-hidden>
              {index + 1}
            </span>
            <RuleEditor workspace={workspace} step={step} index={index} onChange={(next) => put(steps.with(index, { ...step, ...next }))} />
            <span className="editor-move">
              <Button look="quiet" icon aria-label={t("funnel.up", { n: index + 1 })} isDisabled={index === 0} onPress={() => arrange(moved(places, index, -1))}>
                <ArrowUp size={14} aria-hidden />
              </Button>
              <Button look="quiet" icon aria-label={t("funnel.down", { n: index + 1 })} isDisabled={index === steps.length - 1} onPress={() => arrange(moved(places, index, 1))}>
                <ArrowDown size={14} aria-hidden />
              </Button>
              <Button look="quiet" icon aria-label={t("funnel.remove", { n: index + 1 })} onPress={() => arrange(places.toSpliced(index, 1))}>
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
        <SpanPicker label={t("funnel.window")} value={view.window} offered={WINDOWS} none={t("funnel.noWindow")} more={named.map((id) => ({ id, label: windowName(id) }))} onChange={(window) => onChange({ window })} />
        <Picker label={t("funnel.mode")} value={view.mode} choices={MODES.map((mode) => ({ id: mode, label: t(`funnel.mode.${mode}`), note: t(`funnel.mode.${mode}.note`) }))} onChange={(mode) => onChange({ mode })} />
        <Button look="quiet" aria-expanded={open} onPress={() => setOpen(!open)}>
          {t("editor.more")}
        </Button>
      </div>
      {open && <FunnelOptions workspace={workspace} view={view} onChange={onChange} />}
    </section>
  );
}

function moved(places: readonly number[], index: number, by: -1 | 1): number[] {
  const [from, to] = [places[index], places[index + by]];
  return from === undefined || to === undefined ? [...places] : places.with(index, to).with(index + by, from);
}
