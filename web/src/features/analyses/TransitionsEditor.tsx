// What of the transitions is shown, and what that needs to be told.
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useQuery } from "@tanstack/react-query";

import { journeyQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { Button, Picker, Segmented } from "../../ui/Controls";
import { AFTER_MAX, DEPTHS, TRANSITIONS_PARTS, WEIGHS } from "./view";
import type { TransitionsView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: TransitionsView;
  onChange: (change: Partial<TransitionsView>) => void;
  label: (name: string) => string;
}

const NONE = "\u0001none";

export function TransitionsEditor({ workspace, view, onChange, label }: Props) {
  const { t } = useTranslation();
  return (
    <div className="parts">
      <Segmented label={t("transitions.parts")} value={view.part} choices={TRANSITIONS_PARTS.map((id) => ({ id, label: t(`transitions.part.${id}`) }))} onChange={(part) => onChange({ part })} />
      {view.part === "map" && <Picker label={t("process.weigh")} value={view.weigh} choices={WEIGHS.map((id) => ({ id, label: t(`process.weigh.${id}`) }))} onChange={(weigh) => onChange({ weigh })} />}
      {view.part === "steps" && (
        <Picker
          label={t("stepMatrix.depth")}
          value={String(view.depth)}
          choices={[...new Set([...DEPTHS, view.depth])].toSorted((a, b) => a - b).map((depth) => ({ id: String(depth), label: String(depth) }))}
          onChange={(depth) => onChange({ depth: Number(depth) })}
        />
      )}
      {view.part === "next" && <NextEditor workspace={workspace} view={view} onChange={onChange} label={label} />}
    </div>
  );
}

function NextEditor({ workspace, view, onChange, label }: Props) {
  const { t } = useTranslation();
  const { after, target, unit } = view;
  const definition = useQuery({ ...journeyQuery(workspace.id, unit.of === "journey" ? unit.journey : "", null), enabled: unit.of === "journey" }).data?.journey;
  const known = unit.of === "journey" ? (definition?.stages ?? []).map(({ id }) => id) : workspace.event_names.filter((name) => !name.startsWith("$"));
  const names = [...new Set([...known, ...after, ...(target ? [target] : [])])];
  const choices = names.map((id) => ({ id, label: label(id) }));
  return (
    <>
      {after.map((name, index) => (
        <span key={`${index} ${after.length}`} className="next-after">
          <Picker label={t(index === 0 ? "next.afterFirst" : "next.then")} value={name} choices={choices} onChange={(next) => onChange({ after: after.with(index, next) })} />
          <Button look="quiet" icon aria-label={t("next.remove", { name: label(name) })} onPress={() => onChange({ after: after.toSpliced(index, 1) })}>
            <X size={14} aria-hidden />
          </Button>
        </span>
      ))}
      {after.length < AFTER_MAX && (
        <Picker
          label={t(after.length === 0 ? "next.afterFirst" : "next.then")}
          value={NONE}
          choices={[{ id: NONE, label: t("who.choose") }, ...choices]}
          onChange={(next) => next !== NONE && onChange({ after: [...after, next] })}
        />
      )}
      <Picker label={t("next.target")} value={target || NONE} choices={[{ id: NONE, label: t("next.noTarget") }, ...choices]} onChange={(next) => onChange({ target: next === NONE ? "" : next })} />
    </>
  );
}
