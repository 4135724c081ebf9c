// The settings of attribution: what converts, what is a touch, what of it is credited, how far one looks back, what it cost.
import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { dimensionsQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { Button, Picker } from "../../ui/Controls";
import { useFacetWords } from "../../ui/facet";
import { useFormat } from "../../ui/format";
import { EARLIER, HALF_LIVES, LOOKBACKS, NEWEST, VALUES_TOPS, weightsOf, weightsText } from "./attributionView";
import type { AttributionView, Weights } from "./attributionView";
import { CheckedField } from "./CheckedField";
import { DraftField } from "../../ui/rule/DraftField";
import { RuleField } from "../../ui/rule/RuleField";
import { SpanPicker } from "./SpanPicker";

interface Props {
  workspace: WorkspaceInfo;
  view: AttributionView;
  onChange: (change: Partial<AttributionView>) => void;
}

/** Stands for no limit of touches. */
const ALL = "all";
/** Columns with numbers that conversions commonly have. */
const NUMBERS = ["amount", "quantity"];

export function AttributionEditor({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(isTuned(view));
  const list = useId();
  const counts = (offered: readonly number[], own: number | null) => [...new Set(own === null ? offered : [...offered, own])].toSorted((a, b) => a - b).map((n) => ({ id: String(n), label: format.whole(n) }));
  return (
    <section className="card editor" aria-label={t("attribution.edit")}>
      <RuleField workspace={workspace} label={t("attribution.conversion")} rule={view.conversion} onChange={(conversion) => onChange({ conversion })} />
      <RuleField workspace={workspace} label={t("attribution.touch")} rule={view.touches} unchosen={t("attribution.anyTouch")} onChange={(touches) => onChange({ touches })} />
      <div className="scope">
        <CreditPicker workspace={workspace.id} credit={view.credit} onChange={(credit) => onChange({ credit })} />
        <SpanPicker label={t("attribution.lookback")} value={view.lookback} offered={LOOKBACKS} onChange={(lookback) => onChange({ lookback })} />
        <datalist id={list}>
          {NUMBERS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </datalist>
        <DraftField label={t("attribution.valueColumn")} list={list} value={view.value} onCommit={(value) => onChange({ value: value.trim(), ...(value.trim() === "" && view.measure === "value" ? { measure: "conversions" as const } : {}) })} />
        <Button look="quiet" aria-expanded={open} onPress={() => setOpen(!open)}>
          {t("editor.more")}
        </Button>
      </div>
      {open && (
        <>
          <RuleField workspace={workspace} label={t("attribution.direct")} rule={view.direct} unchosen={t("attribution.noDirect")} onChange={(direct) => onChange({ direct })} />
          <div className="scope">
            <Picker label={t("attribution.earlier")} value={view.earlier} choices={EARLIER.map((id) => ({ id, label: t(`attribution.earlier.${id}`), note: t(`attribution.earlier.${id}.note`) }))} onChange={(earlier) => onChange({ earlier })} />
            <Picker
              label={t("attribution.newest")}
              value={view.newest === null ? ALL : String(view.newest)}
              choices={[{ id: ALL, label: t("attribution.newestAll") }, ...counts(NEWEST, view.newest)]}
              onChange={(id) => onChange({ newest: id === ALL ? null : Number(id) })}
            />
            <SpanPicker label={t("attribution.halfLife")} value={view.halfLife} offered={HALF_LIVES} onChange={(halfLife) => onChange({ halfLife })} />
            <CheckedField<Weights | "none">
              label={t("attribution.weights")}
              value={weightsText(view.weights)}
              read={(text) => (text.trim() === "" ? "none" : weightsOf(text))}
              hint={t("attribution.weightsHow")}
              onChange={(weights) => onChange({ weights: weights === "none" ? null : weights })}
            />
            <Picker label={t("attribution.top")} value={String(view.top)} choices={counts(VALUES_TOPS, view.top)} onChange={(top) => onChange({ top: Number(top) })} />
          </div>
          <Costs view={view} onChange={onChange} />
        </>
      )}
    </section>
  );
}

/** Whether anything behind the press is set. */
function isTuned({ direct, earlier, newest, halfLife, weights, top, costs }: AttributionView): boolean {
  return direct.length > 0 || earlier !== "reset" || newest !== null || halfLife !== "7d" || weights !== null || top !== 20 || costs.length > 0;
}

function CreditPicker({ workspace, credit, onChange }: { workspace: string; credit: string; onChange: (credit: string) => void }) {
  const { t } = useTranslation();
  const words = useFacetWords();
  const dimensions = useQuery(dimensionsQuery(workspace)).data?.dimensions ?? [];
  // Traits are of customers, not of touches.
  const columns = dimensions.flatMap(({ name }) => (name.startsWith("traits.") ? [] : [name]));
  const names = [...new Set(["channel", "event", ...columns, credit])];
  return <Picker label={t("attribution.credit")} value={credit} choices={names.map((id) => ({ id, label: id === "event" ? t("attribution.creditEvent") : words.title(id) }))} onChange={onChange} />;
}

function Costs({ view, onChange }: Omit<Props, "workspace">) {
  const { t } = useTranslation();
  const { costs } = view;
  return (
    <div className="rule-field" role="group" aria-label={t("attribution.costs")}>
      <span className="field-label" aria-hidden>
        {t("attribution.costs")}
      </span>
      <div className="rule">
        {costs.map(({ value, amount }, index) => (
          <span key={`${index} ${costs.length}`} className="rule-test">
            <DraftField label={t("attribution.costOf")} value={value} onCommit={(next) => onChange({ costs: costs.with(index, { value: next.trim(), amount }) })} />
            <CheckedField label={t("attribution.costAmount")} value={String(amount)} read={amountOf} hint={t("attribution.costHow")} onChange={(next) => onChange({ costs: costs.with(index, { value, amount: next }) })} />
            <Button look="quiet" icon aria-label={t("attribution.costRemove", { value })} onPress={() => onChange({ costs: costs.toSpliced(index, 1) })}>
              <X size={14} aria-hidden />
            </Button>
          </span>
        ))}
        <Button look="quiet" onPress={() => onChange({ costs: [...costs, { value: "", amount: 0 }] })}>
          <Plus size={14} aria-hidden />
          {t("attribution.costAdd")}
        </Button>
        {costs.length === 0 && <span className="sub">{t("attribution.costsNote")}</span>}
      </div>
    </div>
  );
}

function amountOf(text: string): number | null {
  const amount = Number(text.replaceAll(/[,，\s]/g, ""));
  return text.trim() !== "" && Number.isFinite(amount) && amount >= 0 ? amount : null;
}
