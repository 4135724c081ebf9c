// One stage: its name, what the team expects of it, its order, and what the team wrote about it.
import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Card, Journey, Lane } from "../../../api/types";
import { Button, Picker } from "../../../ui/Controls";
import { TextField } from "../../../ui/Fields";
import { LANES } from "../../../ui/lanes";
import { sentence, useLocalized } from "../../../ui/language";
import { SpanField } from "../../../ui/SpanField";
import type { Stage } from "./draft";
import { patched } from "../../../ui/draft/same";
import { addCard, addTouchpoint, changeCard, changeStage, removeCard, removeStage, shiftStage } from "./draft";
import { samePart } from "./faults";
import { FaultList } from "./FaultList";
import { LocalizedField } from "../../../ui/draft/LocalizedField";
import { ShareField } from "./ShareField";
import { Shift } from "./Shift";
import type { Tried } from "./useTried";

const FEELINGS = ["", "-2", "-1", "0", "1", "2"] as const;

interface Props {
  draft: Journey;
  stage: Stage;
  tried: Tried;
  onChange: (draft: Journey, about?: string) => void;
  onChoose: (touchpoint: string) => void;
}

export function StageForm({ draft, stage, tried, onChange, onChoose }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { id, expect } = stage;
  const [up, down] = [shiftStage(draft, id, -1), shiftStage(draft, id, 1)];
  const expected = (patch: Partial<Record<"time" | "conversion", string | number | undefined>>) => {
    const next = patched((expect ?? {}) as Record<string, unknown>, patch);
    onChange(changeStage(draft, id, { expect: Object.keys(next).length > 0 ? (next as Stage["expect"]) : undefined }));
  };
  const make = () => {
    const made = addTouchpoint(draft, id, { name: t("editor.newTouchpoint"), match: [] });
    onChange(made.journey);
    onChoose(made.id);
  };
  return (
    <div className="form editor-form" role="group" aria-label={t("thing.named", { thing: t("thing.stage"), name: localized(stage.name) })}>
      <FaultList faults={tried.faults.filter(({ part }) => samePart(part, { of: "stage", id }))} />
      <LocalizedField label={sentence(t("field.name"))} text={stage.name} required onChange={(name) => onChange(changeStage(draft, id, { name }), `stage ${id} name`)} />
      <div className="form-actions">
        <Shift up={up} down={down} onChange={onChange} />
        <Button onPress={make}>
          <Plus size={14} aria-hidden />
          {t("editor.addTouchpoint")}
        </Button>
      </div>
      <TextField label={sentence(t("field.owner"))} value={stage.owner ?? ""} onChange={(owner) => onChange(changeStage(draft, id, { owner: owner === "" ? undefined : owner }), `stage ${id} owner`)} />
      <div className="form-row">
        <SpanField label={t("editor.expectTime")} span={expect?.time ?? ""} onChange={(time) => expected({ time })} />
        {expect?.time != null && <Button look="quiet" onPress={() => expected({ time: undefined })}>{t("form.clear", { field: t("field.expect.time") })}</Button>}
      </div>
      <ShareField label={t("editor.expectShare")} share={expect?.conversion} onChange={(conversion) => expected({ conversion })} />
      <fieldset className="form-group">
        <legend>{t("editor.cards")}</legend>
        <p className="sub">{t("editor.cardsHow")}</p>
        {(stage.cards ?? []).map((card) => (
          <CardForm key={card.id} draft={draft} card={card} onChange={(patch, about) => onChange(changeCard(draft, id, card.id, patch), about)} onRemove={() => onChange(removeCard(draft, id, card.id))} />
        ))}
        <Picker<Lane | "">
          label={t("editor.addCard")}
          value=""
          choices={[{ id: "", label: t("editor.chooseLane") }, ...LANES.map((lane) => ({ id: lane, label: t(`lane.${lane}`) }))]}
          onChange={(lane) => lane !== "" && onChange(addCard(draft, id, lane, t("editor.newCard")))}
        />
      </fieldset>
      <div className="form-actions">
        <Button look="quiet" onPress={() => onChange(removeStage(draft, id))}>
          <Trash2 size={14} aria-hidden />
          {t("editor.removeStage")}
        </Button>
      </div>
    </div>
  );
}

interface CardProps {
  draft: Journey;
  card: Card;
  onChange: (patch: { [Field in keyof Card]?: Card[Field] | undefined }, about?: string) => void;
  onRemove: () => void;
}

function CardForm({ draft, card, onChange, onRemove }: CardProps) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const personas = draft.personas ?? [];
  const lane = t(`lane.${card.lane}`);
  return (
    <div className="editor-card" role="group" aria-label={t("action.of", { action: lane, of: localized(card.text) })}>
      <Picker
        label={sentence(t("field.lane"))}
        value={card.lane}
        choices={LANES.map((each) => ({ id: each, label: t(`lane.${each}`) }))}
        onChange={(to) => onChange({ lane: to, feeling: to === "emotion" ? (card.feeling ?? undefined) : undefined })}
      />
      <LocalizedField label={sentence(t("field.text"))} text={card.text} lines={2} required onChange={(text) => onChange({ text }, `card ${card.id} text`)} />
      <Picker
        label={sentence(t("field.basis"))}
        value={card.basis ?? "assumption"}
        choices={(["assumption", "research"] as const).map((each) => ({ id: each, label: t(`basis.${each}`) }))}
        onChange={(basis) => onChange({ basis })}
      />
      {(card.basis === "research" || card.source != null) && (
        <TextField
          label={sentence(t("field.source"))}
          value={card.source ?? ""}
          required={card.basis === "research"}
          wrong={card.basis === "research" && (card.source ?? "").trim() === ""}
          onChange={(source) => onChange({ source: source === "" ? undefined : source }, `card ${card.id} source`)}
        />
      )}
      {card.lane === "emotion" && (
        <Picker
          label={sentence(t("field.feeling"))}
          value={FEELINGS.find((each) => each === String(card.feeling ?? "")) ?? ""}
          choices={FEELINGS.map((each) => ({ id: each, label: each === "" ? t("editor.none") : each.replace("-", "−") }))}
          onChange={(feeling) => onChange({ feeling: feeling === "" ? undefined : Number(feeling) })}
        />
      )}
      {personas.length > 0 && (
        <Picker
          label={sentence(t("field.persona"))}
          value={card.persona ?? ""}
          choices={[{ id: "", label: t("editor.everyone") }, ...personas.map(({ id, name }) => ({ id, label: localized(name) }))]}
          onChange={(persona) => onChange({ persona: persona === "" ? undefined : persona })}
        />
      )}
      <Button look="quiet" onPress={onRemove} aria-label={t("action.of", { action: t("editor.removeCard"), of: localized(card.text) })}>
        <Trash2 size={14} aria-hidden />
        {t("editor.removeCard")}
      </Button>
    </div>
  );
}
