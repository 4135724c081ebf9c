// Which events a test is about: any of some conditions, each of names, channels and properties.
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { AskedRule } from "../../../api/queries";
import type { WorkspaceInfo } from "../../../api/types";
import { Button } from "../../../ui/Controls";
import { EventPicker } from "../EventPicker";
import { Condition } from "../RuleEditor";

interface Props {
  workspace: WorkspaceInfo;
  /** Names the rule among others: 「第 2 步的事件」. */
  label: string;
  rule: AskedRule;
  onChange: (rule: AskedRule) => void;
}

export function RuleField({ workspace, label, rule, onChange }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const shown = open || rule.length > 1 || rule.some(({ channel, where }) => channel || where);
  return (
    <span className="rule">
      {rule.map((condition, at) => (
        <span key={at} className="rule-condition">
          {at > 0 && <span className="rule-or">{t("rule.or")}</span>}
          <EventPicker label={label} names={workspace.event_names} chosen={condition.event ?? []} onChange={(names) => {
            const { event: _, ...rest } = condition;
            onChange(rule.with(at, names.length > 0 ? { ...rest, event: names } : rest));
          }} />
          {shown && <Condition workspace={workspace} condition={condition} onChange={(next) => onChange(rule.with(at, next))} />}
          {rule.length > 1 && (
            <Button look="quiet" icon aria-label={t("who.removeOr", { of: label })} onPress={() => onChange(rule.toSpliced(at, 1))}>
              <X size={14} aria-hidden />
            </Button>
          )}
        </span>
      ))}
      {shown ? (
        <Button look="quiet" onPress={() => onChange([...rule, {}])}>
          <Plus size={14} aria-hidden />
          {t("rule.addOr")}
        </Button>
      ) : (
        <Button look="quiet" aria-expanded={false} onPress={() => setOpen(true)}>
          {t("rule.more")}
          <span className="visually-hidden">{label}</span>
        </Button>
      )}
    </span>
  );
}
