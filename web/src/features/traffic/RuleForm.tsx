// One rule being written: its name, its group, and the conditions of which one has to hold.
import { Plus, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { TrafficRule, TrafficTest } from "../../api/types";
import { Button, MultiPicker, Picker } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { useLanguage, useLocalized } from "../../ui/language";
import { UNASSIGNED } from "../../ui/trafficGroup";
import type { Draft } from "./draft";
import { FIELDS, emptyTest, isListed, opsOf, renamed, valuesOf, valuesText } from "./draft";
import { useTrafficWords } from "./words";

interface Props {
  draft: Draft;
  clickIds: readonly string[];
  rule: TrafficRule;
  onChange: (rule: TrafficRule) => void;
  onDone: () => void;
}

export function RuleForm({ draft, clickIds, rule, onChange, onDone }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const language = useLanguage();
  const words = useTrafficWords(draft);
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const groups = [...draft.groups.map(({ id }) => id), UNASSIGNED].map((id) => ({ id, label: words.group(id) }));
  const conditions = (any: TrafficRule["any"]) => onChange({ ...rule, any });
  const tests = (at: number, all: TrafficTest[]) =>
    conditions(all.length > 0 ? rule.any.map((each, i) => (i === at ? { all } : each)) : rule.any.filter((_, i) => i !== at));
  return (
    <div className="traffic-form" ref={form} role="group" aria-label={t("traffic.edit", { name: localized(rule.name) })}>
      <div className="traffic-names">
        <TextField label={t("traffic.name")} value={localized(rule.name)} onChange={(name) => onChange({ ...rule, name: renamed(rule.name, language, name) })} required />
        <Picker label={t("traffic.group")} value={rule.group} choices={groups} onChange={(group) => onChange({ ...rule, group })} />
      </div>
      {rule.any.map(({ all }, at) => (
        <fieldset key={at} className="traffic-condition">
          <legend>{t(at === 0 ? "traffic.when" : "traffic.orWhen")}</legend>
          {all.map((test, i) => (
            <TestRow
              key={i}
              n={i + 1}
              test={test}
              lists={draft.lists}
              clickIds={clickIds}
              onChange={(changed) => tests(at, all.map((each, j) => (j === i ? changed : each)))}
              onRemove={rule.any.length > 1 || all.length > 1 ? () => tests(at, all.filter((_, j) => j !== i)) : null}
            />
          ))}
          <Button look="quiet" onPress={() => tests(at, [...all, emptyTest()])}>
            <Plus size={14} aria-hidden />
            {t("traffic.addTest")}
          </Button>
        </fieldset>
      ))}
      <div className="form-actions">
        <Button onPress={() => conditions([...rule.any, { all: [emptyTest()] }])}>
          <Plus size={14} aria-hidden />
          {t("traffic.addCondition")}
        </Button>
        <Button onPress={onDone}>{t("traffic.done")}</Button>
      </div>
    </div>
  );
}

interface TestProps {
  n: number;
  test: TrafficTest;
  lists: Draft["lists"];
  clickIds: readonly string[];
  onChange: (test: TrafficTest) => void;
  /** null: it is the rule's only one. */
  onRemove: (() => void) | null;
}

function TestRow({ n, test, lists, clickIds, onChange, onRemove }: TestProps) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { field, op, values } = test;
  const ops = opsOf(field);
  const listed = isListed(op);
  const choices = listed ? lists.map(({ id, name }) => ({ id, label: localized(name) })) : clickIds.map((id) => ({ id, label: id }));
  return (
    <div className="traffic-test" role="group" aria-label={t("traffic.testN", { n })}>
      <Picker
        label={t("traffic.field")}
        value={field}
        choices={FIELDS.map((id) => ({ id, label: t(`traffic.field.${id}`) }))}
        onChange={(next) => onChange({ field: next, op: opsOf(next).includes(op) ? op : "is", values: next === "click_id" || field === "click_id" || isListed(op) ? [] : values })}
      />
      <Picker
        label={t("traffic.op")}
        value={op}
        choices={ops.map((id) => ({ id, label: t(`traffic.op.${id}`) }))}
        onChange={(next) => onChange({ ...test, op: next, values: isListed(next) === isListed(op) ? values : [] })}
      />
      {listed || field === "click_id" ? (
        <MultiPicker
          label={t("traffic.values")}
          summary={values.length === 0 ? t("traffic.choose") : values.map((value) => choices.find(({ id }) => id === value)?.label ?? value).join(t("common.comma"))}
          values={values}
          choices={choices}
          onChange={(chosen) => onChange({ ...test, values: chosen })}
        />
      ) : (
        <Values one={op === "matches"} values={values} onChange={(typed) => onChange({ ...test, values: typed })} />
      )}
      {onRemove && (
        <Button look="quiet" icon aria-label={t("traffic.removeTest", { n })} onPress={onRemove}>
          <Trash2 size={14} aria-hidden />
        </Button>
      )}
    </div>
  );
}

/** Values as they are typed: a comma at the end stays until the next value. A pattern may hold commas, so it is one. */
function Values({ one, values, onChange }: { one: boolean; values: readonly string[]; onChange: (values: string[]) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(valuesText(values));
  const type = (typed: string) => {
    setText(typed);
    onChange(one ? (typed.trim() === "" ? [] : [typed.trim()]) : valuesOf(typed));
  };
  return <TextField label={t(one ? "traffic.pattern" : "traffic.values")} value={text} onChange={type} {...(one ? {} : { hint: t("traffic.valuesHint") })} />;
}
