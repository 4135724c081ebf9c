// What rules rest on: groups and their names, lists of sources, and one's own sites.
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { SourceList } from "../../api/types";
import { Button } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { useLanguage, useLocalized } from "../../ui/language";
import { UNASSIGNED } from "../../ui/trafficGroup";
import type { Draft } from "./draft";
import { renamed, sourcesOf, sourcesText, valuesOf } from "./draft";

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
}

export function SourceLists({ draft, onChange }: Props) {
  const { t } = useTranslation();
  const list = (changed: SourceList) => onChange({ ...draft, lists: draft.lists.map((each) => (each.id === changed.id ? changed : each)) });
  return (
    <section className="card" aria-labelledby="sources-title">
      <header className="section-head">
        <h2 id="sources-title">{t("traffic.restsOn")}</h2>
      </header>
      <div className="traffic-lists">
        <Groups draft={draft} onChange={onChange} />
        <Lines
          label={t("traffic.ownHosts")}
          hint={t("traffic.ownHostsHint")}
          value={draft.ownHosts.join("\n")}
          onChange={(text) => onChange({ ...draft, ownHosts: text.split("\n").flatMap(valuesOf) })}
        />
        {draft.lists.map((each) => (
          <Sources key={each.id} list={each} onChange={list} />
        ))}
      </div>
    </section>
  );
}

function Groups({ draft, onChange }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const language = useLanguage();
  const [key, setKey] = useState("");
  const used = new Set(draft.rules.map(({ rule }) => rule.group));
  const known = draft.groups.some(({ id }) => id === key);
  const fits = /^[a-z0-9_-]+$/.test(key) && !known && key !== UNASSIGNED;
  const add = () => {
    onChange({ ...draft, groups: [...draft.groups, { id: key, name: key }] });
    setKey("");
  };
  return (
    <details>
      <summary>{t("traffic.groups", { n: draft.groups.length })}</summary>
      <ul className="traffic-groups">
        {draft.groups.map(({ id, name }) => (
          <li key={id}>
            <TextField
              label={t("traffic.groupName", { id })}
              value={localized(name)}
              onChange={(text) => onChange({ ...draft, groups: draft.groups.map((each) => (each.id === id ? { id, name: renamed(name, language, text) } : each)) })}
            />
            {!used.has(id) && (
              <Button look="quiet" icon aria-label={t("traffic.remove", { name: localized(name) })} onPress={() => onChange({ ...draft, groups: draft.groups.filter((each) => each.id !== id) })}>
                <Trash2 size={14} aria-hidden />
              </Button>
            )}
          </li>
        ))}
        <li>
          <TextField label={t("traffic.newGroup")} value={key} onChange={setKey} hint={t("segments.keyHow")} />
          <Button isDisabled={!fits} onPress={add}>
            <Plus size={14} aria-hidden />
            {t("traffic.addGroup")}
          </Button>
        </li>
      </ul>
    </details>
  );
}

function Sources({ list, onChange }: { list: SourceList; onChange: (list: SourceList) => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const name = localized(list.name) || list.id;
  return (
    <details>
      <summary>{t("traffic.list", { name, n: list.sources.length })}</summary>
      <Lines label={t("traffic.sourcesOf", { name })} hint={t("traffic.sourcesHint")} value={sourcesText(list)} onChange={(text) => onChange({ ...list, sources: sourcesOf(text) })} />
    </details>
  );
}

/** Lines as they are typed. */
function Lines({ label, hint, value, onChange }: { label: string; hint: string; value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  const type = (typed: string) => {
    setText(typed);
    onChange(typed);
  };
  return <TextField label={label} value={text} onChange={type} lines={value.split("\n").length > 4 ? 12 : 3} hint={hint} />;
}
