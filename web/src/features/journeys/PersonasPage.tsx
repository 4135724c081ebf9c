// The personas of all journeys of a workspace: whom each stands for, how many that is, and how they feel along the journey.
// They are written where the journey is: in its editor.
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Map as MapIcon, Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { AskedRule } from "../../api/queries";
import { journeyQuery, journeysQuery, personasQuery, workspacesQuery } from "../../api/queries";
import type { JourneyInfo, JourneyVersion, PersonasAnswer, WorkspaceInfo } from "../../api/types";
import { EmotionCurve } from "../../charts/EmotionCurve";
import { Allowed } from "../../ui/Allowed";
import { Button, Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { SampleBadge } from "../../ui/SampleBadge";
import { Empty, Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { Working } from "../../ui/Working";
import { feelingOf } from "./Curve";
import { hasPoints } from "./lanes";
import { askOf } from "./otherSide";
import { PersonaFigures } from "./PersonaFigures";
import type { ListedPersona } from "./personaList";
import { NEW_PERSONA, isLive, personasOf } from "./personaList";
import { useRuleWords } from "./ruleWords";
import { addressForm, defaultView } from "./view";
import "../../charts/charts.css";
import "./journeys.css";
import "./panels.css";

export function PersonasPage() {
  const { t } = useTranslation();
  const { workspace: id } = useParams({ from: "/w/$workspace/personas" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const journeys = useQuery(journeysQuery(id));
  const listed = journeys.data?.journeys ?? [];
  const versions = useQueries({ queries: listed.map((journey) => journeyQuery(id, journey.id, null)) });
  const failed = versions.find((version) => version.error);
  const [choosing, setChoosing] = useState(false);
  usePageTitle(t("nav.personas"));
  if (!workspace) return null;
  const known = versions.every((version) => !version.isPending) && journeys.isSuccess;
  const told = listed.flatMap((journey, at) => {
    const version = versions[at]?.data;
    return version && (version.journey.personas ?? []).length > 0 ? [{ journey, version }] : [];
  });
  const add = (
    <Button look="primary" onPress={() => setChoosing(true)} aria-haspopup="dialog">
      <Plus size={14} aria-hidden />
      {t("editor.addPersona")}
    </Button>
  );
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.personas")}</h1>
          {workspace.sample && <SampleBadge sample={workspace.sample} />}
          <p className="page-note">{t("personas.pageNote")}</p>
        </div>
        <div className="page-actions">{listed.length > 0 && <Allowed to="change_journeys">{add}</Allowed>}</div>
      </header>
      {journeys.error && <Failure error={journeys.error} retry={() => void journeys.refetch()} />}
      {failed?.error && <Failure error={failed.error} retry={() => void failed.refetch()} />}
      {!known && !journeys.error && <div className="skeleton" aria-hidden />}
      {known && listed.length === 0 && (
        <Empty title={t("journeys.empty")}>
          <p>{t("personas.needJourney")}</p>
          <Allowed to="change_journeys" said>
            <Link className="button button-primary" to="/w/$workspace/journeys" params={{ workspace: id }} search={{ new: "journey" }}>
              {t("newJourney.title")}
            </Link>
          </Allowed>
        </Empty>
      )}
      {known && !failed && listed.length > 0 && told.length === 0 && (
        <Empty title={t("personas.empty")}>
          <p>{t("personas.emptyHow")}</p>
          <Allowed to="change_journeys" said>
            {add}
          </Allowed>
        </Empty>
      )}
      {told.map(({ journey, version }) => (
        <OfJourney key={journey.id} workspace={workspace} journey={journey} version={version} />
      ))}
      {choosing && <Choose workspace={id} journeys={listed} onClose={() => setChoosing(false)} />}
    </div>
  );
}

/** The personas of one journey. Each journey is its own question: one that takes long, or fails, holds up no other. */
function OfJourney({ workspace, journey, version }: { workspace: WorkspaceInfo; journey: JourneyInfo; version: JourneyVersion }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const listed = personasOf(version.journey);
  const query = personasQuery(askOf({ ...workspace, zone: journey.zone }, defaultView(journey.id), null, {}));
  const answer = useQuery({ ...query, enabled: listed.some(({ persona }) => isLive(persona)), placeholderData: undefined });
  const title = `personas-of-${journey.id}`;
  return (
    <section className="card section panel" aria-labelledby={title} aria-busy={answer.isFetching}>
      <header className="section-head">
        <h2 id={title}>
          <Link to="/w/$workspace/journeys/$journey" params={{ workspace: workspace.id, journey: journey.id }} search={{}}>
            {localized(journey.name)}
          </Link>
        </h2>
        <p className="section-note">{t("personas.count", { count: listed.length, n: listed.length })}</p>
      </header>
      <Working asked={answer} queryKey={query.queryKey} />
      <ul className="personas personas-wide">
        {listed.map((each) => (
          <Card key={each.persona.id} workspace={workspace.id} version={version} listed={each} answer={answer.data} computing={answer.isFetching} />
        ))}
      </ul>
    </section>
  );
}

interface CardProps {
  workspace: string;
  version: JourneyVersion;
  listed: ListedPersona;
  answer: PersonasAnswer | undefined;
  computing: boolean;
}

function Card({ workspace, version: { journey, version }, listed, answer, computing }: CardProps) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const ruleWords = useRuleWords();
  const { persona, cards } = listed;
  const name = localized(persona.name);
  const live = isLive(persona);
  const basis = live ? "live" : "assumption";
  const numbers = answer?.personas.find(({ id }) => id === persona.id)?.numbers;
  const view = addressForm({ ...defaultView(journey.id), of: { by: "persona", persona: persona.id } });
  return (
    <li className="persona">
      <p className="persona-head">
        <strong>{name}</strong>
        <span className={`badge basis of-${basis}`}>{t(`basis.${basis}`)}</span>
      </p>
      {persona.description && <p className="sub">{localized(persona.description)}</p>}
      <p className="sub">{live ? t("personas.who", { rule: ruleWords((persona.customers ?? []) as AskedRule) }) : t("personas.noRule")}</p>
      {numbers ? <PersonaFigures name={name} numbers={numbers} everyone={answer?.everyone} definition={journey} version={version} /> : live && computing && <p className="sub">{t("personas.computing")}</p>}
      <Feelings journey={journey} listed={listed} name={name} />
      <p className="persona-actions">
        <Allowed to="change_journeys">
          <Link className="button button-small" to="/w/$workspace/journeys/$journey/edit" params={{ workspace, journey: journey.id }} search={{ persona: persona.id }} aria-label={t("action.of", { action: t("personas.edit"), of: name })}>
            <Pencil size={13} aria-hidden />
            {t("personas.edit")}
          </Link>
        </Allowed>
        {live && (
          <Link className="button button-small" to="/w/$workspace/journeys/$journey" params={{ workspace, journey: journey.id }} search={view === undefined ? {} : { view }} aria-label={t("action.of", { action: t("personas.map"), of: name })}>
            <MapIcon size={13} aria-hidden />
            {t("personas.map")}
          </Link>
        )}
        <span className="sub">{t("personas.cards", { count: cards, n: cards })}</span>
      </p>
    </li>
  );
}

/** The curve of a persona; where no feeling is written of it, the one of everyone, and that it is so. */
function Feelings({ journey, listed: { persona, feelings, own }, name }: { journey: JourneyVersion["journey"]; listed: ListedPersona; name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  if (!hasPoints(feelings)) return <p className="sub">{t("personas.noFeelings")}</p>;
  const columns = journey.stages.map((stage) => localized(stage.name));
  return (
    <div className="persona-curve">
      <p className="sub">{t(own ? "personas.curve" : "personas.curveOfAll")}</p>
      <EmotionCurve
        lines={[{ key: persona.id, name, look: "average", values: feelings, text: (feeling) => feelingOf(format, feeling) }]}
        columns={columns}
        nothing={t("lane.nothing")}
        label={t("curve.picture", { lines: name, n: columns.length })}
      />
    </div>
  );
}

/** A persona belongs to a journey: which one the new one is for. */
function Choose({ workspace, journeys, onClose }: { workspace: string; journeys: readonly JourneyInfo[]; onClose: () => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState(journeys[0]?.id ?? "");
  return (
    <ModalOverlay className="scrim" isDismissable isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal className="ask">
        <Dialog className="ask-body">
          <Heading slot="title">{t("editor.addPersona")}</Heading>
          <p>{t("personas.choose")}</p>
          <Picker label={t("scope.journey")} value={chosen} choices={journeys.map(({ id, name }) => ({ id, label: localized(name) }))} onChange={setChosen} />
          <div className="form-actions">
            <Button look="primary" onPress={() => void navigate({ to: "/w/$workspace/journeys/$journey/edit", params: { workspace, journey: chosen }, search: { persona: NEW_PERSONA } })}>
              {t("personas.toEditor")}
            </Button>
            <Button onPress={onClose}>{t("common.cancel")}</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
