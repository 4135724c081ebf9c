// The form of a proposal: what to do, where, why it should help, what it should bring, what it costs, and who does it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { journeyQuery, journeysQuery, painQuery } from "../../api/queries";
import type { Proposal, ProposalStatus, WorkspaceInfo } from "../../api/types";
import { Picker } from "../../ui/Controls";
import { DayField } from "../../ui/DayField";
import { Fault, TextField, focusFault } from "../../ui/Fields";
import { useLocalized } from "../../ui/language";
import { usePlaces } from "../../ui/places";
import { Failure } from "../../ui/States";
import { read } from "./form";
import type { Draft, Range } from "./form";
import { useRestsOn } from "./words";

export function ProposalForm({
  workspace,
  start,
  asked: askedAtOnce = false,
  statuses,
  error,
  saving,
  onSave,
  onReload,
}: {
  workspace: WorkspaceInfo;
  start: Draft;
  /** Whether to say at once what is wrong. */
  asked?: boolean;
  /** What it may become; null for a new one. */
  statuses: readonly ProposalStatus[] | null;
  error: Error | null;
  saving: boolean;
  onSave: (proposal: Proposal, note: string) => void;
  onReload?: () => void;
}) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(start);
  const [asked, setAsked] = useState(askedAtOnce);
  const result = read(draft);
  const faults = asked && "faults" in result ? result.faults : {};
  const change = (fields: Partial<Draft>) => setDraft({ ...draft, ...fields });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAsked(true);
    if ("proposal" in result) onSave(result.proposal, draft.note.trim());
    else focusFault(event.currentTarget);
  };
  const conflict = error instanceof ApiError && error.status === 409;
  const { restsOn } = draft;
  return (
    <form className="form" onSubmit={submit} noValidate>
      <TextField
        label={t("proposal.title")}
        lines={2}
        required
        value={draft.title}
        hint={t("proposal.titleHint")}
        fault={faults.title && t("proposal.titleNeeded")}
        onChange={(title) => change({ title })}
      />
      {statuses && (
        <Picker
          label={t("proposal.status")}
          value={draft.status}
          choices={statuses.map((status) => ({ id: status, label: t(`proposal.status.${status}`) }))}
          onChange={(status) => change({ status })}
        />
      )}
      <TextField
        label={t("proposal.owner")}
        required={draft.status === "in_progress"}
        value={draft.owner}
        fault={faults.owner && t("proposal.ownerNeeded")}
        onChange={(owner) => change({ owner })}
      />
      <DayField label={t("proposal.due")} value={draft.due} onChange={(due) => change({ due })} />
      {draft.pain ? <AgainstPain workspace={workspace.id} draft={draft} /> : <Place workspace={workspace.id} draft={draft} onChange={change} />}
      {restsOn.on === "words" && (
        <TextField
          label={t("proposal.rests_on")}
          lines={2}
          required
          value={restsOn.text}
          hint={t("proposal.restsOnHint")}
          fault={faults.restsOn && t("proposal.restsOnNeeded")}
          onChange={(text) => change({ restsOn: { on: "words", text } })}
        />
      )}
      <RangeFields label={t("proposal.gainCustomers")} range={draft.customers} wrong={faults.customers === true} onChange={(customers) => change({ customers })} />
      <RangeFields label={t("proposal.gainMoney")} range={draft.money} wrong={faults.money === true} onChange={(money) => change({ money })} />
      {draft.pain && statuses === null && <p className="sub">{t("proposal.gainAtMost")}</p>}
      <fieldset className="form-group">
        <legend>{t("proposal.cost")}</legend>
        <div className="form-row">
          <TextField
            label={t("proposal.costAmount")}
            numeric
            value={draft.costAmount}
            fault={faults.costAmount && t("form.number")}
            onChange={(costAmount) => change({ costAmount })}
          />
          <TextField
            label={t("proposal.currency")}
            value={draft.currency}
            fault={faults.currency && t("proposal.currencyFault")}
            onChange={(currency) => change({ currency: currency.toUpperCase() })}
          />
        </div>
        <TextField
          label={t("proposal.costSource")}
          value={draft.costSource}
          hint={t("proposal.costSourceHint")}
          fault={faults.costSource && t("proposal.costSourceNeeded")}
          onChange={(costSource) => change({ costSource })}
        />
      </fieldset>
      {statuses && <TextField label={t("form.note")} lines={2} value={draft.note} hint={t("form.noteHint")} onChange={(note) => change({ note })} />}
      {error && <Failure error={error} {...(conflict && onReload ? { retry: onReload } : {})} />}
      <div className="form-actions">
        <button type="submit" className="button button-primary" disabled={saving}>
          {t("form.save")}
        </button>
        {saving && <span className="sub">{t("form.saving")}</span>}
      </div>
    </form>
  );
}

/** Where it helps and why, as the pain it is against says. */
function AgainstPain({ workspace, draft }: { workspace: string; draft: Draft }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const restsOn = useRestsOn();
  const key = draft.pain ?? "";
  const pain = useQuery(painQuery(workspace, key)).data;
  const definition = useQuery(journeyQuery(workspace, draft.journey, pain?.journey_version ?? null)).data?.journey;
  const places = usePlaces(definition);
  return (
    <dl className="proposal-basis">
      <div>
        <dt>{t("proposal.pain")}</dt>
        <dd>
          <Link to="/w/$workspace/pains/$pain" params={{ workspace, pain: key }}>
            {localized(pain?.pain.sentence) || key}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{t("proposal.stage")}</dt>
        <dd>
          {localized(definition?.name) || draft.journey} · {places.stage(draft.stage)}
        </dd>
      </div>
      {draft.restsOn.on === "cause" && (
        <div>
          <dt>{t("proposal.rests_on")}</dt>
          <dd>{restsOn(draft.restsOn, places)}</dd>
        </div>
      )}
    </dl>
  );
}

function Place({ workspace, draft, onChange }: { workspace: string; draft: Draft; onChange: (fields: Partial<Draft>) => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const journeys = useQuery(journeysQuery(workspace)).data?.journeys ?? [];
  const definition = useQuery(journeyQuery(workspace, draft.journey, null)).data?.journey;
  const stages = definition?.stages ?? [];
  // A stage belongs to its journey: with another journey it is its first, unless both have it.
  const stage = stages.length === 0 || stages.some(({ id }) => id === draft.stage) ? draft.stage : (stages[0]?.id ?? "");
  useEffect(() => {
    if (stage !== draft.stage) onChange({ stage });
  });
  return (
    <>
      <Picker
        label={t("proposal.journey")}
        value={draft.journey}
        choices={journeys.map(({ id, name }) => ({ id, label: localized(name) }))}
        onChange={(journey) => onChange({ journey })}
      />
      <Picker
        label={t("proposal.stage")}
        value={stage}
        choices={stages.map(({ id, name }) => ({ id, label: localized(name) }))}
        onChange={(id) => onChange({ stage: id })}
      />
    </>
  );
}

function RangeFields({ label, range, wrong, onChange }: { label: string; range: Range; wrong: boolean; onChange: (range: Range) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className="form-group">
      <legend>{label}</legend>
      <div className="form-row">
        {(["low", "value", "high"] as const).map((part) => (
          <TextField key={part} label={t(`proposal.${part}`)} numeric wrong={wrong} value={range[part]} onChange={(text) => onChange({ ...range, [part]: text })} />
        ))}
      </div>
      <Fault text={wrong ? t("proposal.order") : undefined} />
    </fieldset>
  );
}
