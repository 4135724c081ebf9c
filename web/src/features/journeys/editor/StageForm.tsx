// One stage: its name, what the team expects of it, and its order. What the team wrote about it stands in the lanes.
import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Journey } from "../../../api/types";
import { Button } from "../../../ui/Controls";
import { TextField } from "../../../ui/Fields";
import { sentence, useLocalized } from "../../../ui/language";
import { SpanField } from "../../../ui/SpanField";
import type { Stage } from "./draft";
import { patched } from "../../../ui/draft/same";
import { addTouchpoint, changeStage, removeStage, shiftStage } from "./draft";
import { samePart } from "./faults";
import { FaultList } from "./FaultList";
import { LocalizedField } from "../../../ui/draft/LocalizedField";
import { ShareField } from "./ShareField";
import { Shift } from "./Shift";
import type { Tried } from "./useTried";

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
      <div className="form-actions">
        <Button look="quiet" onPress={() => onChange(removeStage(draft, id))}>
          <Trash2 size={14} aria-hidden />
          {t("editor.removeStage")}
        </Button>
      </div>
    </div>
  );
}
