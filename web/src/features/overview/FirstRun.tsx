// The first run: asks the trade, what one wants to know and on whose data, and makes the matching journey. Nothing of it
// is kept but the journey.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Radio, RadioGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { createJourney, journeyPreviewQuery, journeysQuery, matchesNothing, templateQuery, templatesQuery, workspacesQuery } from "../../api/queries";
import type { Industry, TemplateInfo, WorkspaceInfo } from "../../api/types";
import { Button } from "../../ui/Controls";
import { useCount } from "../../ui/count";
import { keyOf } from "../../ui/keys";
import { useLocalized } from "../../ui/language";
import { may, roleIn, useSession } from "../../ui/rights";
import { Command, Failure } from "../../ui/States";
import { GOALS, INDUSTRIES, fitting, isIndustry, stagesOf } from "./firstRun";
import type { Goal } from "./firstRun";

/** Sample workspaces offered beside the own data. */
const SAMPLES_MAX = 3;

export function FirstRun({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const templates = useQuery(templatesQuery());
  return (
    <section className="card overview-first" aria-labelledby="first-run">
      <header>
        <h2 id="first-run">{t("firstRun.title")}</h2>
        <p>{t("firstRun.note")}</p>
      </header>
      {templates.error && <Failure error={templates.error} retry={() => void templates.refetch()} />}
      {templates.data ? <Questions workspace={workspace} templates={templates.data.templates} /> : <div className="skeleton" aria-hidden />}
    </section>
  );
}

function Questions({ workspace, templates }: { workspace: WorkspaceInfo; templates: readonly TemplateInfo[] }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const samples = useSamples(workspace.id);
  const industries = INDUSTRIES.filter((industry) => fitting(templates, industry).length > 0);
  const [industry, setIndustry] = useState<Industry>(industries[0] ?? "retail");
  const [goal, setGoal] = useState<Goal>("leaving");
  const [data, setData] = useState(workspace.id);
  const [chosen, setChosen] = useState<string | null>(null);
  const offered = fitting(templates, industry);
  const template = offered.find(({ id }) => id === chosen) ?? offered[0];
  const on = [workspace, ...samples].find(({ id }) => id === data) ?? workspace;
  const begin = useBegin();
  return (
    <form
      className="form overview-questions"
      onSubmit={(event) => {
        event.preventDefault();
        if (template) begin.mutate({ template: template.id, goal, on });
      }}
    >
      <Choices
        label={t("firstRun.industry")}
        value={industry}
        choices={industries.map((id) => ({ id, label: t(`industry.${id}`) }))}
        onChange={(id) => isIndustry(id) && setIndustry(id)}
      />
      <Choices
        label={t("firstRun.goal")}
        value={goal}
        choices={GOALS.map((id) => ({ id, label: t(`firstRun.goal.${id}`), note: t(`firstRun.goal.${id}.where`) }))}
        onChange={(id) => setGoal(GOALS.find((each) => each === id) ?? "leaving")}
      />
      <Choices
        label={t("firstRun.data")}
        value={on.id}
        choices={[
          { id: workspace.id, label: t("firstRun.own", { name: localized(workspace.name) }), note: t(workspace.events === 0 ? "firstRun.ownEmpty" : "firstRun.ownEvents") },
          ...samples.map((sample) => ({ id: sample.id, label: localized(sample.name), note: sample.sample ? t(`sample.${sample.sample.kind}`) : "" })),
        ]}
        onChange={setData}
      />
      {samples.length === 0 && (
        <div>
          <p className="sub">{t("firstRun.noSample")}</p>
          <Command>{"throughline demo"}</Command>
        </div>
      )}
      {offered.length > 1 && (
        <Choices label={t("newJourney.template")} value={template?.id ?? ""} choices={offered.map(({ id, name }) => ({ id, label: localized(name) }))} onChange={setChosen} />
      )}
      {template && <Preview template={template} />}
      {begin.error && <Failure error={begin.error} />}
      <div className="form-actions">
        <Button type="submit" look="primary" isDisabled={begin.isPending || template === undefined}>
          {t("firstRun.begin")}
        </Button>
        {begin.isPending && <span className="sub">{t("form.saving")}</span>}
      </div>
    </form>
  );
}

function Choices({ label, value, choices, onChange }: { label: string; value: string; choices: readonly { id: string; label: string; note?: string }[]; onChange: (id: string) => void }) {
  return (
    <RadioGroup className="overview-choices" aria-label={label} value={value} onChange={onChange}>
      <h3>{label}</h3>
      <div className="overview-choice-row">
        {choices.map((choice) => (
          <Radio key={choice.id} value={choice.id} className="overview-choice">
            <span>{choice.label}</span>
            {choice.note && <span className="sub">{choice.note}</span>}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

/** What the template is: its stages and what counts as arrival. */
function Preview({ template }: { template: TemplateInfo }) {
  const { t } = useTranslation();
  const count = useCount();
  const localized = useLocalized();
  const { data, error, refetch } = useQuery(templateQuery(template.id));
  const { planned, beside } = stagesOf(data?.journey);
  return (
    <div className="overview-preview">
      <h3>{t("firstRun.match", { name: localized(template.name) })}</h3>
      <p className="sub">{localized(template.description)}</p>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data && (
        <>
          <ol className="overview-stages">
            {planned.map((stage) => (
              <li key={stage.id} className="badge">
                {localized(stage.name)}
              </li>
            ))}
          </ol>
          {beside.length > 0 && <p className="sub">{t("firstRun.beside", { stages: beside.map(({ name }) => localized(name)).join(t("common.comma")) })}</p>}
          <p className="sub">
            {t("journeys.shape", { stages: count("stages", template.stages), touchpoints: count("touchpoints", template.touchpoints) })} · {t("goal.label")} {localized(data.journey.goal.name)}
          </p>
        </>
      )}
    </div>
  );
}

/** Samples in which the person may make a journey. */
function useSamples(own: string): WorkspaceInfo[] {
  const session = useSession();
  const workspaces = useQuery(workspacesQuery()).data?.workspaces ?? [];
  if (!session) return [];
  const open = workspaces.filter(({ id, sample, fault, events }) => id !== own && sample != null && fault == null && events !== 0 && may(roleIn(session, id), "change_journeys"));
  return open.slice(0, SAMPLES_MAX);
}

/** Makes the journey and goes to what answers the question; without events, to where they come from. */
function useBegin() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ template, on }: { template: string; goal: Goal; on: WorkspaceInfo }) => {
      const taken = (await client.fetchQuery({ ...journeysQuery(on.id), staleTime: 0 })).journeys.map(({ id }) => id);
      const id = keyOf(template, taken, template);
      await createJourney(on.id, { template, id });
      const { journey } = await client.fetchQuery(templateQuery(template));
      const nothing = on.events !== 0 && matchesNothing((await client.fetchQuery(journeyPreviewQuery(on.id, journey))).preview);
      return { journey: id, nothing };
    },
    onSuccess: async ({ journey, nothing }, { goal, on }) => {
      await Promise.all(["journeys", "hierarchy"].map((each) => client.invalidateQueries({ queryKey: [each] })));
      const workspace = on.id;
      if (on.events === 0) return navigate({ to: "/w/$workspace/sources", params: { workspace } });
      // Where its rules match nothing, what rests on them has no answer before they do.
      if (nothing && (goal === "leaving" || goal === "pains")) return navigate({ to: "/w/$workspace/journeys/$journey/edit", params: { workspace, journey } });
      if (goal === "pains") return navigate({ to: "/w/$workspace/pains", params: { workspace }, search: { journey } });
      if (goal === "return") return navigate({ to: "/w/$workspace/analyses/$analysis", params: { workspace, analysis: "retention" }, search: {} });
      if (goal === "channels") return navigate({ to: "/w/$workspace/analyses/$analysis", params: { workspace, analysis: "attribution" }, search: {} });
      return navigate({ to: "/w/$workspace/journeys/$journey", params: { workspace, journey }, search: {} });
    },
  });
}
