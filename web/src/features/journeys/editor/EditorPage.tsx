// Edits a journey's definition: the board of stages and touchpoints, the lanes of cards, the part that is chosen, and the events
// that have no touchpoint yet. Every step is tried on the events there are, can be undone, and is kept only by saving a version.
import { useQuery } from "@tanstack/react-query";
import { Link, useBlocker, useParams, useSearch } from "@tanstack/react-router";
import { CircleAlert, Plus, Redo2, Settings2, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { journeyQuery, matchesNothing, workspacesQuery } from "../../../api/queries";
import type { Journey, JourneyVersion, WorkspaceInfo } from "../../../api/types";
import { Allowed } from "../../../ui/Allowed";
import { Button } from "../../../ui/Controls";
import { sentence, useLocalized } from "../../../ui/language";
import { Failure, Progress } from "../../../ui/States";
import { usePageTitle } from "../../../ui/title";
import { Board } from "./Board";
import { CardForm } from "./CardForm";
import { Cards } from "./Cards";
import type { Part } from "./draft";
import { same } from "../../../ui/draft/same";
import { addPersona, addStage, addTouchpoint, cardOf, stageAround, standing, takeEvent, touchpointOf } from "./draft";
import { samePart } from "./faults";
import { begun, changed, redone, undone } from "../../../ui/draft/history";
import { useUndoKeys } from "../../../ui/draft/undoKeys";
import { NEW_PERSONA } from "../personaList";
import { JourneyForm } from "./JourneyForm";
import { LeaveDialog } from "../../../ui/draft/LeaveDialog";
import { merged } from "../../../ui/draft/merge";
import { SaveDialog } from "./SaveDialog";
import { StageForm } from "./StageForm";
import { TouchpointForm } from "./TouchpointForm";
import { Unmatched } from "./Unmatched";
import { useTried } from "./useTried";
import "../journeys.css";
import "../panels.css";
import "./editor.css";

export function EditorPage() {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { workspace: id, journey } = useParams({ from: "/w/$workspace/journeys/$journey/edit" });
  const { persona } = useSearch({ from: "/w/$workspace/journeys/$journey/edit" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const stored = useQuery(journeyQuery(id, journey, null));
  const name = localized(stored.data?.journey.name) || journey;
  usePageTitle(t("editor.title", { name }));
  if (!workspace) return null;
  return (
    <div className="page editor-page">
      <nav className="crumbs" aria-label={t("common.breadcrumb")}>
        <Link to="/w/$workspace/journeys/$journey" params={{ workspace: id, journey }} search={{}}>
          {name}
        </Link>
      </nav>
      {stored.error && <Failure error={stored.error} retry={() => void stored.refetch()} />}
      {stored.data && (
        <Allowed to="change_journeys" said>
          <Editor key={`${id} ${journey}`} workspace={workspace} stored={stored.data} persona={persona} />
        </Allowed>
      )}
    </div>
  );
}

/** `persona`: one that is looked at first, or [`NEW_PERSONA`]. */
function Editor({ workspace, stored, persona }: { workspace: WorkspaceInfo; stored: JourneyVersion; persona: string | undefined }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const [base, setBase] = useState({ journey: stored.journey, version: stored.version });
  const [first] = useState(() => (persona === NEW_PERSONA ? addPersona(stored.journey, sentence(t("thing.persona"))) : { journey: stored.journey, id: persona }));
  const [history, setHistory] = useState(() => (first.journey === stored.journey ? begun(stored.journey) : changed(begun(stored.journey), first.journey, null)));
  const [chosen, choose] = useState<Part>({ of: "journey" });
  /** The persona that is gone to, until something is chosen. */
  const [aim, setAim] = useState(first.id);
  const setChosen = (next: Part) => {
    setAim(undefined);
    choose(next);
  };
  const [saving, setSaving] = useState(false);
  const [said, setSaid] = useState("");
  const draft = history.now;
  const part = standing(draft, chosen);
  const isChanged = !same(draft, base.journey);
  const tried = useTried(workspace.id, draft);
  const blocker = useBlocker({ shouldBlockFn: () => isChanged, enableBeforeUnload: () => isChanged, withResolver: true });
  useUndoKeys(setHistory);

  const change = (next: Journey, about?: string) => setHistory((before) => changed(before, next, about ?? null));
  const take = (event: string, id: string) => {
    const touchpoint = touchpointOf(draft, id);
    if (!touchpoint) return;
    const { journey, signals } = takeEvent(draft, id, event);
    change(journey);
    const values = { event, touchpoint: localized(touchpoint.name), signals: signals.map(({ name }) => localized(name)).join(t("common.comma")) };
    setSaid(t(signals.length > 0 ? "editor.takenSignals" : "editor.taken", values));
  };
  const make = (event: string, stage: string, to?: number) => {
    const made = addTouchpoint(draft, stage, { name: event, match: [{ event: [event] }] }, to);
    change(made.journey);
    setChosen({ of: "touchpoint", id: made.id });
    setSaid(t("editor.made", { event, stage: localized(draft.stages.find(({ id }) => id === stage)?.name) }));
  };
  const makeStage = () => {
    const made = addStage(draft, t("editor.newStage"));
    change(made.journey);
    setChosen({ of: "stage", id: made.id });
  };
  const merge = (theirs: JourneyVersion) => {
    change(merged(base.journey, draft, theirs.journey));
    setBase({ journey: theirs.journey, version: theirs.version });
    setSaving(false);
    setSaid(t("editor.merged", { version: theirs.version }));
  };
  const { preview } = tried;
  const nothing = matchesNothing(preview);
  const own = tried.faults.filter((fault) => samePart(fault.part, { of: "journey" })).length;
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{t("editor.title", { name: localized(draft.name) })}</h1>
          <p className="page-note">{t("editor.note")}</p>
          <p className="sub" role="status">
            {t(isChanged ? "editor.changed" : "editor.unchanged", { version: base.version })}
          </p>
        </div>
        <div className="page-actions">
          <Button icon aria-label={t("editor.undo")} isDisabled={history.past.length === 0} onPress={() => setHistory(undone)}>
            <Undo2 size={14} aria-hidden />
          </Button>
          <Button icon aria-label={t("editor.redo")} isDisabled={history.future.length === 0} onPress={() => setHistory(redone)}>
            <Redo2 size={14} aria-hidden />
          </Button>
          {!isChanged && (
            <Link className="button" to="/w/$workspace/journeys/$journey" params={{ workspace: workspace.id, journey: draft.id }} search={{}}>
              {t("editor.toMap")}
            </Link>
          )}
          <Button look="primary" isDisabled={!isChanged} onPress={() => setSaving(true)}>
            {t("editor.save")}
          </Button>
        </div>
      </header>
      {nothing && (
        <div className="editor-notice" role="note">
          <CircleAlert size={16} aria-hidden />
          <p>{t("editor.nothing")}</p>
        </div>
      )}
      {tried.asking && <Progress key={JSON.stringify(tried.queryKey)} queryKey={tried.queryKey} />}
      {tried.error !== null && tried.error !== undefined && <Failure error={tried.error} retry={tried.retry} />}
      <p role="status" className="visually-hidden">
        {said}
      </p>
      <div className="editor">
        <div className="editor-main">
          <div className="editor-parts">
            <Unmatched draft={draft} part={part} preview={preview} stale={tried.stale} zone={draft.zone ?? workspace.zone} onTake={take} onMake={make} />
            <section className="card editor-board" aria-labelledby="board-title">
              <header className="section-head">
                <h2 id="board-title">{t("editor.board")}</h2>
                <div className="page-actions">
                  <Button look={part.of === "journey" ? "plain" : "quiet"} aria-pressed={part.of === "journey"} onPress={() => setChosen({ of: "journey" })}>
                    <Settings2 size={14} aria-hidden />
                    {t("editor.settings")}
                    {own > 0 && <span className="badge badge-bad">{t("editor.faults", { count: own, n: own })}</span>}
                  </Button>
                  <Button onPress={makeStage}>
                    <Plus size={14} aria-hidden />
                    {t("editor.addStage")}
                  </Button>
                </div>
              </header>
              <p className="sub editor-how">{t("editor.boardHow")}</p>
              <div className={tried.stale ? "editor-tried stale" : "editor-tried"}>
                <Board draft={draft} part={part} tried={tried} onChoose={setChosen} onChange={change} onTake={take} onMake={make} />
              </div>
            </section>
          </div>
          <section className="card editor-cards" aria-labelledby="cards-title">
            <header className="section-head">
              <h2 id="cards-title">{t("lanes.title")}</h2>
              <p className="section-note">{t("editor.cardsHow")}</p>
            </header>
            <Cards draft={draft} part={part} tried={tried} onChoose={setChosen} onChange={change} onSay={setSaid} />
          </section>
        </div>
        <Chosen workspace={workspace} draft={draft} part={part} tried={tried} aim={aim} onChange={change} onChoose={setChosen} />
      </div>
      {saving && (
        <SaveDialog
          workspace={workspace}
          draft={draft}
          base={base.version}
          tried={tried}
          onSaved={(version) => {
            setBase({ journey: draft, version });
            setSaving(false);
            setSaid(t("editor.saved", { version }));
          }}
          onMerge={merge}
          onChoose={(of) => {
            setChosen(of);
            setSaving(false);
          }}
          onClose={() => setSaving(false)}
        />
      )}
      {blocker.status === "blocked" && <LeaveDialog onLeave={blocker.proceed} onStay={blocker.reset} />}
    </>
  );
}

interface ChosenProps {
  workspace: WorkspaceInfo;
  draft: Journey;
  part: Part;
  tried: ReturnType<typeof useTried>;
  aim: string | undefined;
  onChange: (draft: Journey, about?: string) => void;
  onChoose: (part: Part) => void;
}

/** The form of what is chosen. */
function Chosen({ workspace, draft, part, tried, aim, onChange, onChoose }: ChosenProps) {
  const { t } = useTranslation();
  const stage = stageAround(draft, part);
  const touchpoint = part.of === "touchpoint" ? touchpointOf(draft, part.id) : undefined;
  const card = part.of === "card" ? cardOf(draft, part.id)?.card : undefined;
  return (
    <section className="card editor-chosen" aria-labelledby="chosen-title">
      <header className="section-head">
        <h2 id="chosen-title">{sentence(t(part.of === "journey" ? "editor.settings" : `thing.${part.of}`))}</h2>
      </header>
      {stage && touchpoint ? (
        <TouchpointForm key={touchpoint.id} workspace={workspace} draft={draft} stage={stage} touchpoint={touchpoint} tried={tried} onChange={onChange} />
      ) : stage && card ? (
        <CardForm key={card.id} draft={draft} stage={stage} card={card} tried={tried} onChange={onChange} />
      ) : stage ? (
        <StageForm key={stage.id} draft={draft} stage={stage} tried={tried} onChange={onChange} onChoose={(id) => onChoose({ of: "touchpoint", id })} />
      ) : (
        <JourneyForm workspace={workspace} draft={draft} tried={tried} aim={aim} onChange={onChange} />
      )}
    </section>
  );
}
