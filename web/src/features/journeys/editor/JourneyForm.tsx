// The journey as a whole: what it is called, what it follows, when it ends, what counts as arrival, who its customers are.
import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { AskedRule } from "../../../api/queries";
import { journeyQuery, journeysQuery } from "../../../api/queries";
import type { Journey, WorkspaceInfo } from "../../../api/types";
import { Button, MultiPicker, Picker } from "../../../ui/Controls";
import { DayField } from "../../../ui/DayField";
import { TextField } from "../../../ui/Fields";
import { sentence, useLocalized } from "../../../ui/language";
import { RuleField } from "../../../ui/rule/RuleField";
import { SpanField } from "../../../ui/SpanField";
import { zones } from "../../../ui/zones";
import { freeKey } from "../newJourney";
import type { Persona, Rule, Signal } from "./draft";
import { addPersona } from "./draft";
import { patched } from "../../../ui/draft/same";
import { samePart } from "./faults";
import { FaultList } from "./FaultList";
import { LocalizedField } from "../../../ui/draft/LocalizedField";
import { ShareField } from "./ShareField";
import type { Tried } from "./useTried";

/** Numeric columns a goal's value may be. */
const VALUES = ["amount", "quantity", "score", "duration_seconds"] as const;
const KINDS = ["error", "slow", "details", "help", "price", "contact", "on_time", "late", "return", "complaint", "dwell", "out_of_stock", "waiting"] as const satisfies readonly Signal["kind"][];

interface Props {
  workspace: WorkspaceInfo;
  draft: Journey;
  tried: Tried;
  /** The persona to begin with. */
  aim: string | undefined;
  onChange: (draft: Journey, about?: string) => void;
}

export function JourneyForm({ workspace, draft, tried, aim, onChange }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const set = (patch: { [Field in keyof Journey]?: Journey[Field] | undefined }, about?: string) => onChange(patched(draft, patch), about);
  const goal = (patch: { [Field in keyof Journey["goal"]]?: Journey["goal"][Field] | undefined }, about?: string) => set({ goal: patched(draft.goal, patch) }, about);
  const touchpoints = draft.stages.flatMap((stage) => stage.touchpoints.map(({ id, name }) => ({ id, label: localized(name), note: localized(stage.name) })));
  const nameOf = (id: string) => touchpoints.find((each) => each.id === id)?.label ?? id;
  const values = [...new Set([...VALUES, ...(draft.goal.value == null ? [] : [draft.goal.value])])];
  const planned = draft.planned ?? [];
  return (
    <div className="form editor-form" role="group" aria-label={t("thing.journey")}>
      <FaultList faults={tried.faults.filter(({ part }) => samePart(part, { of: "journey" }))} />
      <LocalizedField label={sentence(t("field.name"))} text={draft.name} required onChange={(name) => set({ name }, "name")} />
      <LocalizedField label={sentence(t("field.description"))} text={draft.description} lines={2} onChange={(description) => set({ description: description === "" ? undefined : description }, "description")} />
      <div>
        <SpanField label={t("editor.gap")} span={draft.gap} onChange={(gap) => set({ gap })} />
        <p className="sub">{t("editor.gapHow")}</p>
      </div>
      <Picker
        label={t("editor.subject")}
        value={draft.case ? "case" : "run"}
        choices={[
          { id: "run", label: t("editor.subject.run") },
          { id: "case", label: t("editor.subject.case") },
        ]}
        onChange={(subject) => set({ case: subject === "case" ? (draft.case ?? { key: "order_id" }) : undefined })}
      />
      {draft.case && (
        <>
          <TextField label={t("editor.caseKey")} required value={draft.case.key} hint={t("editor.caseKeyHow")} onChange={(key) => draft.case && set({ case: { ...draft.case, key } }, "case key")} />
          <TextField
            label={t("editor.caseUntil")}
            value={draft.case.until ?? ""}
            hint={t("editor.caseUntilHow")}
            onChange={(until) => draft.case && set({ case: patched(draft.case, { until: until === "" ? undefined : until }) }, "case until")}
          />
        </>
      )}
      <fieldset className="form-group">
        <legend>{t("goal.label")}</legend>
        <LocalizedField label={sentence(t("field.goal.name"))} text={draft.goal.name} required onChange={(name) => goal({ name }, "goal name")} />
        <MultiPicker
          label={sentence(t("field.goal.touchpoints"))}
          summary={draft.goal.touchpoints.length === 0 ? t("editor.chooseGoal") : draft.goal.touchpoints.map(nameOf).join(t("common.comma"))}
          values={draft.goal.touchpoints}
          choices={touchpoints}
          onChange={(ids) => goal({ touchpoints: ids })}
        />
        <Picker
          label={sentence(t("field.goal.value"))}
          value={draft.goal.value ?? ""}
          choices={[{ id: "", label: t("editor.none") }, ...values.map((id) => ({ id: id as string, label: id }))]}
          onChange={(value) => goal({ value: value === "" ? undefined : value })}
        />
        <ShareField label={sentence(t("field.goal.baseline"))} share={draft.goal.baseline} onChange={(baseline) => goal({ baseline })} />
        <ShareField label={sentence(t("field.goal.target"))} share={draft.goal.target} onChange={(target) => goal({ target })} />
        <DayField label={sentence(t("field.goal.by"))} value={draft.goal.by ?? ""} onChange={(by) => goal({ by: by === "" ? undefined : by })} />
      </fieldset>
      <MultiPicker
        label={sentence(t("field.planned"))}
        summary={planned.length === 0 ? t("editor.plannedAll") : draft.stages.filter(({ id }) => planned.includes(id)).map(({ name }) => localized(name)).join(" → ")}
        values={planned}
        choices={draft.stages.map(({ id, name }) => ({ id, label: localized(name) }))}
        onChange={(ids) => set({ planned: ids.length === 0 ? undefined : draft.stages.map(({ id }) => id).filter((id) => ids.includes(id)) })}
      />
      <RuleField
        workspace={workspace}
        label={t("editor.scope")}
        unchosen={t("editor.scopeAll")}
        rule={(draft.scope ?? []) as AskedRule}
        onChange={(scope) => set({ scope: scope.length === 0 ? undefined : (scope as Rule) })}
      />
      <TextField label={sentence(t("field.owner"))} value={draft.owner ?? ""} onChange={(owner) => set({ owner: owner === "" ? undefined : owner }, "owner")} />
      <DayField label={sentence(t("field.review"))} value={draft.review ?? ""} onChange={(review) => set({ review: review === "" ? undefined : review })} />
      <Zone zone={draft.zone ?? workspace.zone} onChange={(zone) => set({ zone })} />
      <Parent workspace={workspace.id} draft={draft} onChange={(parent) => set({ parent })} />
      <Signals workspace={workspace} draft={draft} onChange={(signals, about) => set({ signals: signals.length === 0 ? undefined : signals }, about)} />
      <Personas workspace={workspace} draft={draft} aim={aim} onAdd={() => onChange(addPersona(draft, sentence(t("thing.persona"))).journey)} onChange={(personas, about) => set({ personas: personas.length === 0 ? undefined : personas }, about)} />
    </div>
  );
}

/** In whose days it is counted. */
function Zone({ zone, onChange }: { zone: string; onChange: (zone: string) => void }) {
  const { t } = useTranslation();
  const choices = useMemo(() => [...new Set([...zones(), zone])].map((id) => ({ id, label: id })), [zone]);
  return <Picker label={sentence(t("field.zone"))} value={zone} choices={choices} onChange={onChange} />;
}

/** The stage of another map that this one shows the inside of. */
function Parent({ workspace, draft, onChange }: { workspace: string; draft: Journey; onChange: (parent: Journey["parent"]) => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const journeys = useQuery(journeysQuery(workspace)).data?.journeys ?? [];
  const { parent } = draft;
  const above = useQuery({ ...journeyQuery(workspace, parent?.journey ?? "", null), enabled: parent != null }).data?.journey;
  const others = journeys.filter(({ id }) => id !== draft.id).map(({ id, name }) => ({ id, label: localized(name) }));
  const known = (choices: { id: string; label: string }[], id: string) => (choices.some((choice) => choice.id === id) ? choices : [...choices, { id, label: id === "" ? t("editor.chooseStage") : id }]);
  const stages = (above?.stages ?? []).map(({ id, name }) => ({ id, label: localized(name) }));
  return (
    <>
      <Picker
        label={sentence(t("field.parent"))}
        value={parent?.journey ?? ""}
        choices={[{ id: "", label: t("editor.none") }, ...(parent ? known(others, parent.journey) : others)]}
        onChange={(journey) => onChange(journey === "" ? undefined : journey === parent?.journey ? parent : { journey, stage: "" })}
      />
      {parent && <Picker label={t("editor.parentStage")} value={parent.stage} choices={known(stages, parent.stage)} onChange={(stage) => onChange({ ...parent, stage })} />}
    </>
  );
}

/** What events tell beside where they happened. */
function Signals({ workspace, draft, onChange }: { workspace: WorkspaceInfo; draft: Journey; onChange: (signals: Signal[], about?: string) => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const signals = draft.signals ?? [];
  const put = (id: string, patch: Partial<Signal>, about?: string) => onChange(signals.map((each) => (each.id === id ? { ...each, ...patch } : each)), about);
  return (
    <More title={t("editor.signals", { n: signals.length })} how={t("editor.signalsHow")} add={t("editor.addSignal")} onAdd={() => onChange([...signals, { id: freeKey("signal", signals.map(({ id }) => id)), name: t("thing.signal"), kind: "help", match: [] }])}>
      {signals.map((signal) => (
        <div key={signal.id} className="editor-card" role="group" aria-label={localized(signal.name)}>
          <LocalizedField label={sentence(t("field.name"))} text={signal.name} required onChange={(name) => put(signal.id, { name }, `signal ${signal.id}`)} />
          <Picker label={sentence(t("field.kind"))} value={signal.kind} choices={KINDS.map((kind) => ({ id: kind, label: t(`signal.${kind}`) }))} onChange={(kind) => put(signal.id, { kind })} />
          <RuleField workspace={workspace} label={sentence(t("field.match"))} rule={signal.match as AskedRule} onChange={(rule) => put(signal.id, { match: rule as Rule })} />
          <Remove name={localized(signal.name)} onPress={() => onChange(signals.filter(({ id }) => id !== signal.id))} />
        </div>
      ))}
    </More>
  );
}

interface PersonasProps {
  workspace: WorkspaceInfo;
  draft: Journey;
  aim: string | undefined;
  onAdd: () => void;
  onChange: (personas: Persona[], about?: string) => void;
}

function Personas({ workspace, draft, aim, onAdd, onChange }: PersonasProps) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const personas = draft.personas ?? [];
  const aimed = useRef<HTMLDivElement>(null);
  useEffect(() => aimed.current?.focus(), []);
  const put = (id: string, patch: { [Field in keyof Persona]?: Persona[Field] | undefined }, about?: string) => onChange(personas.map((each) => (each.id === id ? patched(each, patch) : each)), about);
  const isUsed = (id: string) => draft.stages.some(({ cards = [] }) => cards.some(({ persona }) => persona === id));
  return (
    <More title={t("editor.personas", { n: personas.length })} how={t("editor.personasHow")} add={t("editor.addPersona")} open={personas.some(({ id }) => id === aim)} onAdd={onAdd}>
      {personas.map((persona) => (
        <div key={persona.id} className="editor-card" role="group" aria-label={localized(persona.name)} tabIndex={-1} ref={persona.id === aim ? aimed : null}>
          <LocalizedField label={sentence(t("field.name"))} text={persona.name} required onChange={(name) => put(persona.id, { name }, `persona ${persona.id} name`)} />
          <LocalizedField
            label={sentence(t("field.description"))}
            text={persona.description}
            lines={2}
            onChange={(description) => put(persona.id, { description: description === "" ? undefined : description }, `persona ${persona.id} description`)}
          />
          <RuleField
            workspace={workspace}
            label={sentence(t("field.customers"))}
            rule={(persona.customers ?? []) as AskedRule}
            onChange={(rule) => put(persona.id, { customers: rule.length === 0 ? undefined : (rule as Rule) })}
          />
          {isUsed(persona.id) ? <p className="sub">{t("editor.personaUsed")}</p> : <Remove name={localized(persona.name)} onPress={() => onChange(personas.filter(({ id }) => id !== persona.id))} />}
        </div>
      ))}
    </More>
  );
}

function More({ title, how, add, open = false, onAdd, children }: { title: string; how: string; add: string; open?: boolean; onAdd: () => void; children: ReactNode }) {
  return (
    <details className="editor-more-of" open={open}>
      <summary>{title}</summary>
      <div className="form">
        <p className="sub">{how}</p>
        {children}
        <div className="form-actions">
          <Button onPress={onAdd}>
            <Plus size={14} aria-hidden />
            {add}
          </Button>
        </div>
      </div>
    </details>
  );
}

function Remove({ name, onPress }: { name: string; onPress: () => void }) {
  const { t } = useTranslation();
  return (
    <Button look="quiet" onPress={onPress} aria-label={t("action.of", { action: t("editor.remove"), of: name })}>
      <Trash2 size={14} aria-hidden />
      {t("editor.remove")}
    </Button>
  );
}
