// A new journey: from a template of the trade, or from a definition file.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Radio, RadioGroup, Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { createJourney, journeyPreviewQuery, journeysQuery, matchesNothing, templateQuery, templatesQuery } from "../../api/queries";
import type { JourneyPreview, TemplateInfo } from "../../api/types";
import { Drawer } from "../../ui/Drawer";
import { TextField, focusFault } from "../../ui/Fields";
import { useCount } from "../../ui/count";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Failure } from "../../ui/States";
import { KEY, freeKey, keyOf } from "./newJourney";
import { UploadDefinition } from "./UploadDefinition";
import "./panels.css";

interface Props {
  workspace: string;
  /** `matches`: whether its rules match any of the workspace's events, as far as is known. */
  onMade: (journey: string, matches: boolean) => void;
  onClose: () => void;
}

export default function NewJourney({ workspace, onMade, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer title={t("newJourney.title")} onClose={onClose}>
      <Tabs className="tabs new-journey">
        <TabList className="tab-list" aria-label={t("newJourney.title")}>
          <Tab id="template" className="tab">
            {t("newJourney.fromTemplate")}
          </Tab>
          <Tab id="file" className="tab">
            {t("newJourney.fromFile")}
          </Tab>
        </TabList>
        <TabPanel id="template" className="tab-panel">
          <FromTemplate workspace={workspace} onMade={onMade} />
        </TabPanel>
        <TabPanel id="file" className="tab-panel form">
          <p>{t("newJourney.fileHow")}</p>
          <UploadDefinition workspace={workspace} journey={null} version={0} onSaved={(journey) => onMade(journey, true)} />
        </TabPanel>
      </Tabs>
    </Drawer>
  );
}

function FromTemplate({ workspace, onMade }: Omit<Props, "onClose">) {
  const { t } = useTranslation();
  const templates = useQuery(templatesQuery());
  const journeys = useQuery(journeysQuery(workspace)).data?.journeys;
  if (templates.error) return <Failure error={templates.error} retry={() => void templates.refetch()} />;
  const [first] = templates.data?.templates ?? [];
  if (!templates.data || !first || !journeys) return <div className="skeleton" aria-hidden />;
  return (
    <>
      <p className="sub">{t("newJourney.templateHow")}</p>
      <TemplateForm workspace={workspace} templates={templates.data.templates} first={first} taken={journeys.map(({ id }) => id)} onMade={onMade} />
    </>
  );
}

function TemplateForm({
  workspace,
  templates,
  first,
  taken,
  onMade,
}: {
  workspace: string;
  templates: readonly TemplateInfo[];
  first: TemplateInfo;
  taken: readonly string[];
  onMade: (journey: string, matches: boolean) => void;
}) {
  const { t } = useTranslation();
  const count = useCount();
  const localized = useLocalized();
  const client = useQueryClient();
  const [chosen, setChosen] = useState(first.id);
  // Null: as the template or the name suggests.
  const [name, setName] = useState("");
  const [typedKey, setKey] = useState<string | null>(null);
  const [asked, setAsked] = useState(false);
  const key = typedKey ?? freeKey(keyOf(name) || chosen, taken);
  const fault = !KEY.test(key) ? t("newJourney.keyFault") : taken.includes(key) ? t("newJourney.keyTaken") : undefined;
  const journey = useQuery(templateQuery(chosen)).data?.journey;
  const preview = useQuery({ ...journeyPreviewQuery(workspace, journey ?? null), placeholderData: undefined });
  const make = useMutation({
    mutationFn: () => createJourney(workspace, { template: chosen, id: key, ...(name.trim() ? { name: name.trim() } : {}) }),
    onSuccess: async () => {
      await Promise.all(["journeys", "hierarchy"].map((each) => client.invalidateQueries({ queryKey: [each] })));
      onMade(key, !matchesNothing(preview.data?.preview));
    },
  });
  const faults = make.error instanceof ApiError ? make.error.details : [];
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (fault === undefined) make.mutate();
        else focusFault(event.currentTarget);
      }}
    >
      <RadioGroup className="templates" aria-label={t("newJourney.template")} value={chosen} onChange={setChosen}>
        {templates.map((template) => (
          <Radio key={template.id} value={template.id} className="template">
            <span className="template-name">{localized(template.name)}</span>
            <span className="sub">{localized(template.description)}</span>
            <span className="sub">
              {t("journeys.shape", { stages: count("stages", template.stages), touchpoints: count("touchpoints", template.touchpoints) })}
            </span>
          </Radio>
        ))}
      </RadioGroup>
      <Matches preview={preview.data?.preview} />
      <TextField label={t("newJourney.name")} value={name} hint={t("newJourney.nameHint")} onChange={setName} />
      <TextField label={t("newJourney.key")} required value={key} hint={t("newJourney.keyHint")} fault={asked || typedKey !== null ? fault : undefined} onChange={setKey} />
      {make.error && <Failure error={make.error} listed={faults.length > 0} />}
      {faults.length > 0 && (
        <ul className="faults">
          {faults.map((each) => (
            <li key={each.path}>
              <code>{each.path}</code> {each.message}
            </li>
          ))}
        </ul>
      )}
      <div className="form-actions">
        <button type="submit" className="button button-primary" disabled={make.isPending}>
          {t("newJourney.make")}
        </button>
        {make.isPending && <span className="sub">{t("form.saving")}</span>}
      </div>
    </form>
  );
}

/** What the template's rules match here, before it is made a journey. */
function Matches({ preview }: { preview: JourneyPreview | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const matching = preview?.touchpoints.filter(({ matched }) => matched.events > 0).length ?? 0;
  return (
    <p role="status" className="sub">
      {preview &&
        preview.all.events > 0 &&
        (matchesNothing(preview) ? t("newJourney.matchesNothing") : t("newJourney.matches", { events: format.whole(preview.matched.events), n: matching, of: preview.touchpoints.length }))}
    </p>
  );
}
