// The rules in their order. Each can be moved, changed and removed by keyboard, and says where it went.
import { ArrowDown, ArrowUp, Pencil, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../../ui/Controls";
import { useLocalized } from "../../ui/language";
import type { Draft, KeyedRule } from "./draft";
import { changed, moved, removed } from "./draft";
import { RuleForm } from "./RuleForm";
import { useTrafficWords } from "./words";

interface Props {
  draft: Draft;
  clickIds: readonly string[];
  /** Key of the rule whose form is open. */
  editing: number | null;
  onEdit: (key: number | null) => void;
  onChange: (draft: Draft) => void;
}

export function RuleList({ draft, clickIds, editing, onEdit, onChange }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const words = useTrafficWords(draft);
  const [said, setSaid] = useState("");
  const list = useRef<HTMLOListElement>(null);
  // Which button has the focus once the list stands in its new order.
  const focus = useRef<string | null>(null);
  useEffect(() => {
    if (focus.current === null) return;
    list.current?.querySelector<HTMLElement>(focus.current)?.focus();
    focus.current = null;
  });
  const name = ({ rule }: KeyedRule) => localized(rule.name) || words.group(rule.group);
  const move = (own: KeyedRule, at: number, by: -1 | 1) => {
    const last = by === -1 ? at + by === 0 : at + by === draft.rules.length - 1;
    const way = last ? -by : by;
    focus.current = `[data-key="${own.key}"] [data-way="${way === -1 ? "up" : "down"}"]`;
    setSaid(t("traffic.movedTo", { name: name(own), n: at + by + 1 }));
    onChange(moved(draft, own.key, by));
  };
  const remove = (own: KeyedRule, at: number) => {
    const next = draft.rules[at + 1] ?? draft.rules[at - 1];
    focus.current = next ? `[data-key="${next.key}"] [data-way="edit"]` : null;
    setSaid(t("traffic.removed", { name: name(own) }));
    onChange(removed(draft, own.key));
  };
  const close = (key: number) => {
    focus.current = `[data-key="${key}"] [data-way="edit"]`;
    onEdit(null);
    list.current?.querySelector<HTMLElement>(focus.current)?.focus();
  };
  return (
    <>
      <ol className="traffic-rules" ref={list}>
        {draft.rules.map((own, at) => (
          <li key={own.key} data-key={own.key}>
            <div className="traffic-rule">
              <span className="traffic-number" aria-hidden>
                {at + 1}
              </span>
              <div className="traffic-words">
                <p>
                  <strong>{name(own)}</strong> <span className="badge">{words.group(own.rule.group)}</span>
                </p>
                <p className="sub">{words.rule(own.rule)}</p>
              </div>
              <div className="traffic-actions">
                <Button look="quiet" icon data-way="up" isDisabled={at === 0} aria-label={t("traffic.up", { name: name(own) })} onPress={() => move(own, at, -1)}>
                  <ArrowUp size={14} aria-hidden />
                </Button>
                <Button
                  look="quiet"
                  icon
                  data-way="down"
                  isDisabled={at === draft.rules.length - 1}
                  aria-label={t("traffic.down", { name: name(own) })}
                  onPress={() => move(own, at, 1)}
                >
                  <ArrowDown size={14} aria-hidden />
                </Button>
                <Button
                  look="quiet"
                  icon
                  data-way="edit"
                  aria-expanded={editing === own.key}
                  aria-label={t("traffic.edit", { name: name(own) })}
                  onPress={() => onEdit(editing === own.key ? null : own.key)}
                >
                  <Pencil size={14} aria-hidden />
                </Button>
                <Button look="quiet" icon aria-label={t("traffic.remove", { name: name(own) })} onPress={() => remove(own, at)}>
                  <Trash2 size={14} aria-hidden />
                </Button>
              </div>
            </div>
            {editing === own.key && (
              <RuleForm draft={draft} clickIds={clickIds} rule={own.rule} onChange={(rule) => onChange(changed(draft, own.key, rule))} onDone={() => close(own.key)} />
            )}
          </li>
        ))}
      </ol>
      <p className="sub traffic-how">{t("traffic.else")}</p>
      <span role="status" className="visually-hidden">
        {said}
      </span>
    </>
  );
}
