// Edits a site: zones on its floors, plans that hold from a day on, and the rules positions are read by. Every step can be undone,
// and is kept only by saving a version.
import { useQuery } from "@tanstack/react-query";
import { Link, useBlocker, useParams } from "@tanstack/react-router";
import { CalendarPlus, FileUp, History as HistoryIcon, PenTool, Plus, Redo2, Trash2, Undo2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { siteQuery } from "../../../api/places";
import { workspacesQuery } from "../../../api/queries";
import type { Fault, Site, SiteVersion, WorkspaceInfo } from "../../../api/types";
import { Allowed } from "../../../ui/Allowed";
import { Button, Picker } from "../../../ui/Controls";
import { DayField } from "../../../ui/DayField";
import { begun, changed, redone, undone } from "../../../ui/draft/history";
import { LeaveDialog } from "../../../ui/draft/LeaveDialog";
import { same } from "../../../ui/draft/same";
import { useUndoKeys } from "../../../ui/draft/undoKeys";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { Failure } from "../../../ui/States";
import { usePageTitle } from "../../../ui/title";
import { useZoneName } from "../names";
import { Board } from "./Board";
import type { At } from "./draft";
import { patched } from "../../../ui/draft/same";
import { addPlan, addZone, changeRules, changeZone, floorAt, mergedSites, removePlan, removeZone, renameZone } from "./draft";
import { placed } from "./faults";
import { useFaultText } from "./faultText";
import { ReadAnew } from "./ReadAnew";
import { RulesForm } from "./RulesForm";
import { SaveDialog } from "./SaveDialog";
import { SiteVersions } from "./SiteVersions";
import { ZoneForm } from "./ZoneForm";
import "../../../charts/charts.css";
import "../place.css";
import "./editor.css";

export function PlanPage() {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { workspace: id, site } = useParams({ from: "/w/$workspace/sites/$site/edit" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const stored = useQuery(siteQuery(id, site, null));
  const name = localized(stored.data?.site.name) || site;
  // A version that was gone back to is begun with anew.
  const [begin, setBegin] = useState(0);
  usePageTitle(t("place.editor.title", { name }));
  if (!workspace) return null;
  return (
    <div className="page">
      <nav className="crumbs" aria-label={t("common.breadcrumb")}>
        <ol>
          <li>
            <Link to="/w/$workspace/sites" params={{ workspace: id }}>
              {t("nav.sites")}
            </Link>
          </li>
          <li>
            <Link to="/w/$workspace/sites/$site" params={{ workspace: id, site }} search={{}}>
              {name}
            </Link>
          </li>
        </ol>
      </nav>
      {stored.error && <Failure error={stored.error} retry={() => void stored.refetch()} />}
      {stored.data && (
        <Allowed to="change_journeys" said>
          <Editor key={`${id} ${site} ${begin}`} workspace={workspace} stored={stored.data} onRestored={() => setBegin(begin + 1)} />
        </Allowed>
      )}
    </div>
  );
}

function Editor({ workspace, stored, onRestored }: { workspace: WorkspaceInfo; stored: SiteVersion; onRestored: () => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const format = useFormat();
  const [base, setBase] = useState({ site: stored.site, version: stored.version });
  const [history, setHistory] = useState(() => begun(stored.site));
  const draft = history.now;
  const [chosenAt, setAt] = useState<At>({ plan: stored.site.plans.length - 1, floor: 0 });
  const [chosenZone, setZone] = useState<string | null>(null);
  const [drawing, setDrawing] = useState(false);
  const [open, setOpen] = useState<"save" | "versions" | null>(null);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [said, setSaid] = useState("");
  const plan = Math.min(chosenAt.plan, draft.plans.length - 1);
  const at: At = { plan, floor: Math.min(chosenAt.floor, (draft.plans[plan]?.floors.length ?? 1) - 1) };
  const floor = floorAt(draft, at);
  const zone = floor?.zones?.find(({ id }) => id === chosenZone);
  const isChanged = !same(draft, base.site);
  const blocker = useBlocker({ shouldBlockFn: () => isChanged, enableBeforeUnload: () => isChanged, withResolver: true });
  const zoneName = useZoneName(draft.plans[at.plan]?.floors ?? []);
  useUndoKeys(setHistory);
  useEffect(() => {
    if (!drawing) return undefined;
    const press = (event: KeyboardEvent) => event.key === "Escape" && setDrawing(false);
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [drawing]);

  const change = (next: Site, about?: string) => setHistory((before) => changed(before, next, about ?? null));
  const add = (ring?: Parameters<typeof addZone>[3]) => {
    const made = addZone(draft, at, t("place.editor.newZone"), ring);
    change(made.site);
    setZone(made.id);
    setDrawing(false);
    setSaid(t("place.editor.added"));
  };
  const look = (next: At) => {
    setAt(next);
    setZone(null);
    setDrawing(false);
  };
  const faultText = useFaultText(zoneName);
  const told = faults.map((fault) => placed(draft, fault));
  const ofZone = (id: string) => told.filter((each) => each.zone === id && each.at?.plan === at.plan && each.at.floor === at.floor);
  const words = (fault: Fault) => {
    const where = placed(draft, fault);
    return where.zone === null ? faultText(fault) : t("place.editor.faultOf", { zone: zoneName(where.zone), fault: faultText(fault) });
  };
  const go = (fault: Fault) => {
    const where = placed(draft, fault);
    if (where.at) setAt(where.at);
    setZone(where.zone);
    setOpen(null);
  };
  const general = told.filter(({ zone: id, field }) => id === null && !field.startsWith("rules"));
  const overlaps = isChanged ? [] : stored.overlaps.filter((each) => each.floor === floor?.id);
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{t("place.editor.title", { name: localized(draft.name) })}</h1>
          <p className="page-note">{t("place.editor.note")}</p>
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
            <Link className="button" to="/w/$workspace/sites/$site/new-plan" params={{ workspace: workspace.id, site: draft.id }}>
              <FileUp size={14} aria-hidden />
              {t("place.editor.planFile")}
            </Link>
          )}
          <Button onPress={() => setOpen("versions")} isDisabled={isChanged}>
            <HistoryIcon size={14} aria-hidden />
            {t("versions.open")}
          </Button>
          <Button look="primary" isDisabled={!isChanged} onPress={() => setOpen("save")}>
            {t("editor.save")}
          </Button>
        </div>
      </header>
      <p role="status" className="visually-hidden">
        {said}
      </p>
      <PlanBar draft={draft} at={at} onLook={look} onChange={change} />
      {general.length > 0 && (
        <ul className="failure">
          {general.map(({ fault }) => (
            <li key={`${fault.path} ${fault.message}`} className="form-fault">
              {words(fault)}
            </li>
          ))}
        </ul>
      )}
      {floor && (
        <div className="place-editor">
          <section className="card" aria-labelledby="board-title">
            <header className="section-head">
              <h2 id="board-title">{localized(floor.name)}</h2>
              <div className="page-actions">
                <Button aria-pressed={drawing} onPress={() => setDrawing(!drawing)}>
                  <PenTool size={14} aria-hidden />
                  {t(drawing ? "place.editor.stopDrawing" : "place.editor.draw")}
                </Button>
                <Button onPress={() => add()}>
                  <Plus size={14} aria-hidden />
                  {t("place.editor.addZone")}
                </Button>
              </div>
            </header>
            <Board
              floor={floor}
              chosen={zone?.id ?? null}
              faulty={new Set((floor.zones ?? []).filter(({ id }) => ofZone(id).length > 0).map(({ id }) => id))}
              drawing={drawing}
              onChoose={setZone}
              onShape={(id, shape, drag) => change(changeZone(draft, at, id, { shape }), drag)}
              onDrawn={add}
            />
            <p className="flow-read">{t(drawing ? "place.editor.drawHow" : "place.editor.boardHow")}</p>
            {overlaps.length > 0 && (
              <ul className="place-overlaps">
                {overlaps.map(({ first, second, area_m2 }) => (
                  <li key={`${first} ${second}`} className="sub">
                    {t("place.editor.overlap", { first: zoneName(first), second: zoneName(second), area: format.decimal(area_m2) })}
                  </li>
                ))}
              </ul>
            )}
          </section>
          <div className="place-side">
            <section className="card" aria-labelledby="zones-list">
              <header className="section-head">
                <h2 id="zones-list">{t("place.zones")}</h2>
                <p className="section-note">{format.whole(floor.zones?.length ?? 0)}</p>
              </header>
              <ul className="place-zone-list">
                {(floor.zones ?? []).map((each) => (
                  <li key={each.id}>
                    <button type="button" className="place-zone-item" aria-pressed={each.id === zone?.id} onClick={() => setZone(each.id === zone?.id ? null : each.id)}>
                      <span>{localized(each.name) || each.id}</span>
                      <span className="sub">{t(`place.zoneKind.${each.kind}`)}</span>
                      {ofZone(each.id).length > 0 && <span className="badge badge-bad">{t("editor.faults", { count: ofZone(each.id).length, n: ofZone(each.id).length })}</span>}
                    </button>
                  </li>
                ))}
              </ul>
            </section>
            {zone && (
              <section className="card" aria-labelledby="zone-title">
                <header className="section-head">
                  <h2 id="zone-title">{localized(zone.name) || zone.id}</h2>
                </header>
                <ZoneForm
                  key={zone.id}
                  floor={floor}
                  zone={zone}
                  faults={ofZone(zone.id).map(({ fault }) => faultText(fault))}
                  onChange={(patch, about) => change(changeZone(draft, at, zone.id, patch), about)}
                  onRename={(id) => {
                    const next = renameZone(draft, at, zone.id, id);
                    if (!next) return false;
                    change(next);
                    setZone(id);
                    return true;
                  }}
                  onRemove={() => {
                    change(removeZone(draft, at, zone.id));
                    setZone(null);
                    setSaid(t("place.editor.removed", { zone: localized(zone.name) }));
                  }}
                />
              </section>
            )}
          </div>
        </div>
      )}
      <Allowed to="manage_sources">
        <ReadAnew workspace={workspace.id} site={draft.id} waits={isChanged} />
      </Allowed>
      <section className="card" aria-labelledby="rules-title">
        <header className="section-head">
          <h2 id="rules-title">{t("place.rules.title")}</h2>
          <p className="section-note">{t("place.rules.note")}</p>
        </header>
        <RulesForm
          rules={draft.rules}
          knownAs={draft.known_as ?? []}
          faults={told.filter(({ field }) => field.startsWith("rules") || field.startsWith("known_as")).map(({ fault }) => faultText(fault))}
          onChange={(patch) => change(changeRules(draft, patch))}
          onKnownAs={(names) => change(patched(draft, { known_as: names.length > 0 ? names : undefined }))}
        />
      </section>
      {open === "save" && (
        <SaveDialog
          workspace={workspace.id}
          draft={draft}
          base={base.version}
          words={words}
          onSaved={(version) => {
            setBase({ site: draft, version });
            setFaults([]);
            setOpen(null);
            setSaid(t("editor.saved", { version }));
          }}
          onFaults={setFaults}
          onGo={go}
          onMerge={(theirs) => {
            change(mergedSites(base.site, draft, theirs.site));
            setBase({ site: theirs.site, version: theirs.version });
            setOpen(null);
            setSaid(t("editor.merged", { version: theirs.version }));
          }}
          onClose={() => setOpen(null)}
        />
      )}
      {open === "versions" && <SiteVersions workspace={workspace} site={draft.id} onRestored={onRestored} onClose={() => setOpen(null)} />}
      {blocker.status === "blocked" && <LeaveDialog onLeave={blocker.proceed} onStay={blocker.reset} />}
    </>
  );
}

interface BarProps {
  draft: Site;
  at: At;
  onLook: (at: At) => void;
  onChange: (draft: Site) => void;
}

/** Which plan and floor are looked at, and a new plan from a day on. */
function PlanBar({ draft, at, onLook, onChange }: BarProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const [asking, setAsking] = useState(false);
  const [day, setDay] = useState("");
  const floors = draft.plans[at.plan]?.floors ?? [];
  const next = day === "" ? null : addPlan(draft, day);
  return (
    <>
      <div className="scope" role="group" aria-label={t("place.plan")}>
        <Picker label={t("place.plan")} value={String(at.plan)} choices={draft.plans.map(({ from }, index) => ({ id: String(index), label: t("place.editor.planFrom", { day: format.day(from) }) }))} onChange={(id) => onLook({ plan: Number(id), floor: 0 })} />
        {floors.length > 1 && <Picker label={t("place.floor")} value={String(at.floor)} choices={floors.map((floor, index) => ({ id: String(index), label: localized(floor.name) || floor.id }))} onChange={(id) => onLook({ ...at, floor: Number(id) })} />}
        <Button aria-expanded={asking} onPress={() => setAsking(!asking)}>
          <CalendarPlus size={14} aria-hidden />
          {t("place.editor.newPlan")}
        </Button>
        {draft.plans.length > 1 && (
          <Button
            look="quiet"
            onPress={() => {
              onChange(removePlan(draft, at.plan));
              onLook({ plan: 0, floor: 0 });
            }}
          >
            <Trash2 size={14} aria-hidden />
            {t("place.editor.removePlan")}
          </Button>
        )}
      </div>
      {asking && (
        <form
          className="card place-new-plan"
          onSubmit={(event) => {
            event.preventDefault();
            if (!next) return;
            onChange(next);
            onLook({ plan: next.plans.findIndex((plan) => plan.from === day), floor: 0 });
            setAsking(false);
            setDay("");
          }}
        >
          <p className="sub">{t("place.editor.newPlanHow")}</p>
          <DayField label={t("place.editor.from")} value={day} onChange={setDay} />
          {day !== "" && next === null && <p className="form-fault">{t("place.editor.dayTaken")}</p>}
          <div className="form-actions">
            <Button type="submit" look="primary" isDisabled={next === null}>
              {t("place.editor.makePlan")}
            </Button>
            <Button onPress={() => setAsking(false)}>{t("common.cancel")}</Button>
          </div>
        </form>
      )}
    </>
  );
}
