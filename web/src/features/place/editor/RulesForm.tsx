// The rules of a site: what is said of each, and what holds where nothing is.
import { useTranslation } from "react-i18next";

import type { PlaceRules } from "../../../api/types";
import type { Patch } from "../../../ui/draft/same";
import { Fault } from "../../../ui/Fields";
import { DraftField } from "../../../ui/rule/DraftField";
import { NumberCell } from "./NumberCell";
import { GROUPS, NULLABLE, OFF, SHOWN_FROM, eventsOf, heldBy, namesIn, withField, written } from "./rules";
import type { Group } from "./rules";

interface Props {
  rules: PlaceRules | undefined;
  /** What other systems call the site. */
  knownAs: readonly string[];
  faults: readonly string[];
  onChange: (patch: Patch<PlaceRules>) => void;
  onKnownAs: (names: string[]) => void;
}

export function RulesForm({ rules, knownAs, faults, onChange, onKnownAs }: Props) {
  const { t } = useTranslation();
  const set = (group: Group, value: object | null) => onChange({ [group]: value } as Patch<PlaceRules>);
  return (
    <div className="place-rules">
      {faults.map((fault) => (
        <Fault key={fault} text={fault} />
      ))}
      <fieldset className="form-group">
        <legend>{t("place.rules.knownAs")}</legend>
        <p className="sub">{t("place.rules.knownAs.how")}</p>
        <DraftField label={t("place.rules.knownAs.names")} value={written(knownAs)} onCommit={(text) => onKnownAs(namesIn(text))} />
      </fieldset>
      {GROUPS.map(({ group, optional, fields }) => {
        const held = heldBy(rules, group);
        const events = eventsOf(rules, group);
        return (
          <fieldset key={group} className="form-group">
            <legend>{t(`place.rules.${group}`)}</legend>
            {OFF.includes(group) && <p className="sub">{t(`place.rules.${group}.how` as "place.rules.receipts.how")}</p>}
            {optional && (
              <label className="place-check">
                <input type="checkbox" checked={held !== null} onChange={(event) => set(group, event.target.checked ? {} : null)} />
                {t("place.rules.on")}
              </label>
            )}
            {held && events && <DraftField label={t("place.rules.events")} value={written(events)} onCommit={(text) => set(group, { ...rules?.[group], events: namesIn(text) })} />}
            {held &&
              Object.entries(fields).map(([field, normal]) => {
                const label = t(field.startsWith("matching.") ? (`place.rules.${field}` as "place.rules.matching.unseen") : (`place.rules.${group}.${field}` as "place.rules.cleaning.smooth"));
                const value = held[field] ?? null;
                if (typeof normal === "boolean") {
                  return (
                    <label key={field} className="place-check">
                      <input type="checkbox" checked={value === true} onChange={(event) => set(group, withField(rules, group, field, event.target.checked))} />
                      {label}
                    </label>
                  );
                }
                const free = NULLABLE.includes(`${group}.${field}`);
                return (
                  <Row key={field} label={label} hint={t(free ? "place.rules.defaultOrNone" : "place.editor.default", { value: normal })}>
                    <NumberCell label={label} value={value as number | null} optional={free} least={0} onCommit={(next) => set(group, withField(rules, group, field, next))} />
                  </Row>
                );
              })}
          </fieldset>
        );
      })}
      <fieldset className="form-group">
        <legend>{t("place.rules.few")}</legend>
        <Row label={t("place.rules.shown_from")} hint={t("place.editor.default", { value: SHOWN_FROM })}>
          <NumberCell label={t("place.rules.shown_from")} value={rules?.shown_from ?? SHOWN_FROM} least={1} onCommit={(next) => next !== null && onChange({ shown_from: Math.round(next) })} />
        </Row>
        <p className="sub">{t("place.rules.fewHow")}</p>
      </fieldset>
    </div>
  );
}

function Row({ label, hint, children }: { label: string; hint: string; children: React.ReactNode }) {
  return (
    <div className="place-rule">
      <span aria-hidden>{label}</span>
      {children}
      <span className="sub">{hint}</span>
    </div>
  );
}
