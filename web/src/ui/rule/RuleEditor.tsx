// Which events do a step: any of some names, on some channels, with some properties; or others instead.
import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import type { AskedCondition, AskedRule } from "../../api/queries";
import { dimensionsQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { useChannelName } from "../channel";
import { Button, MultiPicker, Picker } from "../Controls";
import { DraftField } from "./DraftField";
import { EventPicker } from "./EventPicker";
import { EVENT_COLUMNS, OPS, says } from "./rules";
import { useProperties } from "./useProperties";
import "./rule.css";

/** A rule with its name. */
interface Step {
  name: string;
  match: AskedRule;
}

interface Props {
  workspace: WorkspaceInfo;
  step: Step;
  index: number;
  /** What the rule is for, where it is no step: 「起始事件」. It has no name of its own then. */
  of?: string;
  /** What is said where no event is chosen. */
  unchosen?: string;
  onChange: (step: Step) => void;
}

export function RuleEditor({ workspace, step, index, of, unchosen, onChange }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { match } = step;
  const put = (at: number, condition: AskedCondition) => onChange({ ...step, match: match.with(at, condition) });
  const plain = match.length <= 1 && !match[0]?.channel && !match[0]?.where && step.name === "";
  return (
    <div className="rule">
      {match.map((condition, at) => (
        <div key={at} className="rule-condition">
          {at > 0 && <span className="rule-or">{t("rule.or")}</span>}
          <EventPicker
            label={of ?? t("rule.events", { n: index + 1 })}
            {...(unchosen === undefined ? {} : { unchosen: says(condition) ? t("rule.anyEvent") : unchosen })}
            names={workspace.event_names}
            chosen={condition.event ?? []}
            onChange={(names) => {
              const { event: _, ...rest } = condition;
              put(at, names.length > 0 ? { ...rest, event: names } : rest);
            }}
          />
          {(open || condition.channel || condition.where) && <Condition workspace={workspace} condition={condition} onChange={(next) => put(at, next)} />}
          {match.length > 1 && (
            <Button look="quiet" icon aria-label={of ? t("rule.removeOrOf", { of }) : t("rule.removeOr", { n: index + 1 })} onPress={() => onChange({ ...step, match: match.toSpliced(at, 1) })}>
              <X size={14} aria-hidden />
            </Button>
          )}
        </div>
      ))}
      {(open || !plain) && (
        <div className="rule-more">
          {of === undefined && <DraftField label={t("rule.name")} value={step.name} onCommit={(name) => onChange({ ...step, name })} />}
          <Button look="quiet" onPress={() => onChange({ ...step, match: [...match, {}] })}>
            <Plus size={14} aria-hidden />
            {t("rule.addOr")}
          </Button>
        </div>
      )}
      {plain && (
        <Button look="quiet" aria-expanded={open} onPress={() => setOpen(!open)}>
          {t("rule.more")}
          <span className="visually-hidden">{of ?? t("rule.ofStep", { n: index + 1 })}</span>
        </Button>
      )}
    </div>
  );
}

export function Condition({ workspace, condition, onChange }: { workspace: WorkspaceInfo; condition: AskedCondition; onChange: (condition: AskedCondition) => void }) {
  const { t } = useTranslation();
  const channelName = useChannelName();
  const dimensions = useQuery(dimensionsQuery(workspace.id)).data?.dimensions ?? [];
  const list = useId();
  const { channel = [], where = [] } = condition;
  const put = (next: typeof where) => {
    const { where: _, ...rest } = condition;
    onChange(next.length > 0 ? { ...rest, where: next } : rest);
  };
  const properties = useProperties(workspace.id);
  const columns = [...new Set([...dimensions.map(({ name }) => name), ...EVENT_COLUMNS, ...properties.map(({ name }) => name).filter((name) => name.startsWith("props.") || name.startsWith("traits."))])];
  const valuesOf = (column: string) => dimensions.find(({ name }) => name === column)?.values ?? [];
  return (
    <>
      <MultiPicker
        label={t("scope.channels")}
        summary={channel.length === 0 ? t("scope.allChannels") : channel.map(channelName).join(t("common.comma"))}
        values={channel}
        choices={workspace.channels.map((id) => ({ id, label: channelName(id) }))}
        onChange={(ids) => {
          const { channel: _, ...rest } = condition;
          onChange(ids.length > 0 ? { ...rest, channel: ids } : rest);
        }}
      />
      <datalist id={list}>
        {columns.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </datalist>
      {where.map((test, at) => {
        const listed = test.op === "in" || test.op === "not_in";
        const valueless = test.op === "exists" || test.op === "missing";
        return (
          <span key={at} className="rule-test">
            <DraftField label={t("rule.column")} list={list} value={test.column} onCommit={(column) => put(where.with(at, { ...test, column: column.trim() }))} />
            <Picker
              label={t("rule.op")}
              labelHidden
              value={test.op}
              choices={OPS.map((op) => ({ id: op as string, label: t(`rule.op.${op}`) }))}
              onChange={(op) => put(where.with(at, testOf(test.column, op, texts(test.value))))}
            />
            {!valueless && (
              <DraftField
                label={t(listed ? "rule.values" : "rule.value")}
                list={`${list}-${at}`}
                value={texts(test.value).join(", ")}
                onCommit={(text) => put(where.with(at, testOf(test.column, test.op, listed ? text.split(/[,，、]/) : [text])))}
              />
            )}
            <datalist id={`${list}-${at}`}>
              {valuesOf(test.column).map(({ value }) => (
                <option key={value}>{value}</option>
              ))}
            </datalist>
            <Button look="quiet" icon aria-label={t("rule.removeTest", { column: test.column })} onPress={() => put(where.toSpliced(at, 1))}>
              <X size={14} aria-hidden />
            </Button>
          </span>
        );
      })}
      <Button look="quiet" onPress={() => put([...where, { column: "", op: "eq", value: "" }])}>
        <Plus size={14} aria-hidden />
        {t("rule.addTest")}
      </Button>
    </>
  );
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value ?? ""]).map(String);
}

/** A test whose value has the form its operator takes. */
function testOf(column: string, op: string, values: string[]): NonNullable<AskedCondition["where"]>[number] {
  if (op === "exists" || op === "missing") return { column, op };
  const given = values.map((value) => value.trim()).filter((value) => value !== "");
  return op === "in" || op === "not_in" ? { column, op, value: given } : { column, op, value: given[0] ?? "" };
}
