// One card of the lanes: what it says, where it stands, what it rests on, and whom it is about.
import { Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Card, Journey } from "../../../api/types";
import { Button, Picker } from "../../../ui/Controls";
import { LocalizedField } from "../../../ui/draft/LocalizedField";
import type { Patch } from "../../../ui/draft/same";
import { TextField } from "../../../ui/Fields";
import { LANES } from "../../../ui/lanes";
import { sentence, useLocalized } from "../../../ui/language";
import type { Cell, Stage } from "./draft";
import { cardsIn, changeCard, moveCard, removeCard, shiftCard } from "./draft";
import { samePart } from "./faults";
import { FaultList } from "./FaultList";
import { Shift } from "./Shift";
import type { Tried } from "./useTried";

const FEELINGS = ["", "-2", "-1", "0", "1", "2"] as const;

interface Props {
  draft: Journey;
  stage: Stage;
  card: Card;
  tried: Tried;
  onChange: (draft: Journey, about?: string) => void;
}

export function CardForm({ draft, stage, card, tried, onChange }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { id, lane } = card;
  const personas = draft.personas ?? [];
  const set = (patch: Patch<Card>, about?: string) => onChange(changeCard(draft, id, patch), about);
  const move = (to: Partial<Cell>) => {
    const cell = { stage: stage.id, lane, ...to };
    if (cell.stage !== stage.id || cell.lane !== lane) onChange(moveCard(draft, id, cell, cardsIn(draft, cell).length));
  };
  return (
    <div className="form editor-form" role="group" aria-label={t("thing.named", { thing: t("thing.card"), name: localized(card.text) })}>
      <FaultList faults={tried.faults.filter(({ part }) => samePart(part, { of: "card", id }))} />
      <LocalizedField label={sentence(t("field.text"))} text={card.text} lines={2} required onChange={(text) => set({ text }, `card ${id} text`)} />
      <Picker
        label={sentence(t("thing.stage"))}
        value={stage.id}
        choices={draft.stages.map((each) => ({ id: each.id, label: localized(each.name) }))}
        onChange={(to) => move({ stage: to })}
      />
      <Picker label={sentence(t("field.lane"))} value={lane} choices={LANES.map((each) => ({ id: each, label: t(`lane.${each}`) }))} onChange={(to) => move({ lane: to })} />
      <div className="form-actions">
        <Shift up={shiftCard(draft, id, -1)} down={shiftCard(draft, id, 1)} onChange={onChange} />
      </div>
      <Picker
        label={sentence(t("field.basis"))}
        value={card.basis ?? "assumption"}
        choices={(["assumption", "research"] as const).map((each) => ({ id: each, label: t(`basis.${each}`) }))}
        onChange={(basis) => set({ basis })}
      />
      {(card.basis === "research" || card.source != null) && (
        <TextField
          label={sentence(t("field.source"))}
          value={card.source ?? ""}
          required={card.basis === "research"}
          wrong={card.basis === "research" && (card.source ?? "").trim() === ""}
          onChange={(source) => set({ source: source === "" ? undefined : source }, `card ${id} source`)}
        />
      )}
      {lane === "emotion" && (
        <Picker
          label={sentence(t("field.feeling"))}
          value={FEELINGS.find((each) => each === String(card.feeling ?? "")) ?? ""}
          choices={FEELINGS.map((each) => ({ id: each, label: each === "" ? t("editor.none") : each.replace("-", "−") }))}
          onChange={(feeling) => set({ feeling: feeling === "" ? undefined : Number(feeling) })}
        />
      )}
      {personas.length > 0 && (
        <Picker
          label={sentence(t("field.persona"))}
          value={card.persona ?? ""}
          choices={[{ id: "", label: t("editor.everyone") }, ...personas.map((persona) => ({ id: persona.id, label: localized(persona.name) }))]}
          onChange={(persona) => set({ persona: persona === "" ? undefined : persona })}
        />
      )}
      <div className="form-actions">
        <Button look="quiet" onPress={() => onChange(removeCard(draft, id))}>
          <Trash2 size={14} aria-hidden />
          {t("editor.removeCard")}
        </Button>
      </div>
    </div>
  );
}
