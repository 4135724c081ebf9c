// The settings of survival: what starts, what ends, until when somebody is known of, and groups by rule.
import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../../api/types";
import { Button, Picker } from "../../ui/Controls";
import { CheckedField } from "./CheckedField";
import { DraftField } from "../../ui/rule/DraftField";
import { RuleField } from "../../ui/rule/RuleField";
import { CENSORS, GROUPS_MAX, timesOf } from "./timeViews";
import type { SurvivalView } from "./timeViews";

interface Props {
  workspace: WorkspaceInfo;
  view: SurvivalView;
  onChange: (change: Partial<SurvivalView>) => void;
}

export function SurvivalEditor({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const { groups } = view;
  return (
    <section className="card editor" aria-label={t("survival.edit")}>
      <RuleField workspace={workspace} label={t("survival.start")} rule={view.start} unchosen={t("survival.firstEvent")} onChange={(start) => onChange({ start })} />
      <RuleField workspace={workspace} label={t("survival.end")} rule={view.end} onChange={(end) => onChange({ end })} />
      {groups.map((group, index) => (
        <div key={`${index} ${groups.length}`} className="survival-group">
          <DraftField label={t("survival.groupName")} value={group.name} onCommit={(name) => onChange({ groups: groups.with(index, { ...group, name }) })} />
          <RuleField
            workspace={workspace}
            label={t("survival.groupN", { n: index + 1 })}
            rule={group.match}
            unchosen={t("rule.chooseEvents")}
            onChange={(match) => onChange({ groups: groups.with(index, { ...group, match }) })}
          />
          <Button look="quiet" icon aria-label={t("survival.groupRemove", { n: index + 1 })} onPress={() => onChange({ groups: groups.toSpliced(index, 1) })}>
            <X size={14} aria-hidden />
          </Button>
        </div>
      ))}
      <div className="scope">
        <Button onPress={() => onChange({ groups: [...groups, { name: "", match: [] }] })} isDisabled={groups.length >= GROUPS_MAX}>
          <Plus size={14} aria-hidden />
          {t("survival.groupAdd")}
        </Button>
        <CheckedField label={t("survival.times")} value={view.times.join(", ")} read={timesOf} hint={t("survival.timesHow")} onChange={(times) => onChange({ times })} />
        <Picker label={t("survival.censor")} value={view.censor} choices={CENSORS.map((id) => ({ id, label: t(`survival.censor.${id}`), note: t(`survival.censor.${id}.note`) }))} onChange={(censor) => onChange({ censor })} />
      </div>
    </section>
  );
}
