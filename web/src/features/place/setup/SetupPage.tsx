// A site from files of its plan, or another plan of one that is there: files are handed in, what they come to is looked through,
// and saved as a version with the day it holds from.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useBlocker, useNavigate, useParams } from "@tanstack/react-router";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../../api/client";
import { throwAway } from "../../../api/imports";
import { OF_SITES, saveSite, siteQuery, sitesQuery } from "../../../api/places";
import { workspacesQuery } from "../../../api/queries";
import type { Fault, Floor, LocalizedText, PlanDraft, Site, SiteKind, SiteVersion, WorkspaceInfo } from "../../../api/types";
import { Allowed } from "../../../ui/Allowed";
import { Button, Picker } from "../../../ui/Controls";
import { DayField } from "../../../ui/DayField";
import { LeaveDialog } from "../../../ui/draft/LeaveDialog";
import { LocalizedField } from "../../../ui/draft/LocalizedField";
import { TextField, focusFault } from "../../../ui/Fields";
import { Steps } from "../../../ui/files/Steps";
import { useFormat } from "../../../ui/format";
import { KEY, keyOf } from "../../../ui/keys";
import { useLocalized } from "../../../ui/language";
import { Failure } from "../../../ui/States";
import { usePageTitle } from "../../../ui/title";
import { zones as timeZones } from "../../../ui/zones";
import { HandInZone } from "../data/HandInZone";
import { useHandIn } from "../data/useHandIn";
import { useFaultText } from "../editor/faultText";
import { placed } from "../editor/faults";
import { useListed, useZoneName } from "../names";
import { PartCard } from "./PartCard";
import type { Part } from "./parts";
import { assembled, partOf, withPlan, zonesChanged } from "./parts";
import "../../../charts/charts.css";
import "../place.css";
import "../editor/editor.css";
import "../data/data.css";
import "./setup.css";

/** The most a plan may have. */
const PLAN_BYTES_MAX = 16 << 20;
const KINDS = ["shop", "mall", "hall"] as const satisfies readonly SiteKind[];

export function NewSitePage() {
  const { t } = useTranslation();
  const { workspace: id } = useParams({ from: "/w/$workspace/new-site" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const taken = useQuery(sitesQuery(id)).data?.sites.map((site) => site.id);
  usePageTitle(t("place.setup.newSite"));
  if (!workspace) return null;
  return (
    <div className="page">
      <nav className="crumbs" aria-label={t("common.breadcrumb")}>
        <Link to="/w/$workspace/sites" params={{ workspace: id }}>
          {t("nav.sites")}
        </Link>
      </nav>
      <Head title={t("place.setup.newSite")} note={t("place.setup.newSiteNote")} />
      <Allowed to="change_journeys" said>
        {taken && <Setup workspace={workspace} stored={null} taken={taken} />}
      </Allowed>
    </div>
  );
}

export function NewPlanPage() {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { workspace: id, site } = useParams({ from: "/w/$workspace/sites/$site/new-plan" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const stored = useQuery(siteQuery(id, site, null));
  const name = localized(stored.data?.site.name) || site;
  usePageTitle(t("place.setup.newPlan", { name }));
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
      <Head title={t("place.setup.newPlan", { name })} note={t("place.setup.newPlanNote")} />
      {stored.error && <Failure error={stored.error} retry={() => void stored.refetch()} />}
      {stored.data && (
        <Allowed to="change_journeys" said>
          <Setup key={`${id} ${site}`} workspace={workspace} stored={stored.data} taken={[]} />
        </Allowed>
      )}
    </div>
  );
}

function Head({ title, note }: { title: string; note: string }) {
  return (
    <header className="page-head">
      <div>
        <h1>{title}</h1>
        <p className="page-note">{note}</p>
      </div>
    </header>
  );
}

interface SetupProps {
  workspace: WorkspaceInfo;
  /** The site that gets another plan; null: a new one. */
  stored: SiteVersion | null;
  /** Ids of other sites. */
  taken: readonly string[];
}

function Setup({ workspace, stored, taken }: SetupProps) {
  const { t } = useTranslation();
  const [parts, setParts] = useState<readonly Part[]>([]);
  const [drafts, setDrafts] = useState<Readonly<Record<string, PlanDraft | null>>>({});
  const saved = useRef(false);
  const hand = useHandIn(workspace.id, (upload, file) => setParts((before) => [...before.filter((part) => part.upload.id !== upload.id), partOf(upload, file, Math.min(15, before.length))]), PLAN_BYTES_MAX);
  const onDraft = useCallback((upload: string, draft: PlanDraft | null) => setDrafts((before) => (before[upload] === draft ? before : { ...before, [upload]: draft })), []);
  const remove = (part: Part) => {
    setParts(parts.filter(({ upload }) => upload.id !== part.upload.id));
    // What nobody wants any more is thrown away; if that fails, it goes by itself in a week.
    void throwAway(workspace.id, part.upload).catch(() => undefined);
  };
  const blocker = useBlocker({ shouldBlockFn: () => parts.length > 0 && !saved.current, enableBeforeUnload: () => parts.length > 0 && !saved.current, withResolver: true });
  const read = parts.map(({ upload }) => drafts[upload.id] ?? null);
  const whole = parts.length > 0 && read.every((draft) => draft !== null);
  const floors = whole ? assembled(read.flatMap((draft) => (draft ? [draft.floors] : []))) : null;
  return (
    <>
      <section className="card wizard" aria-label={t("place.setup.files")}>
        <Steps names={[t("place.setup.step.file"), t("place.setup.step.look"), t("place.setup.step.save")]} at={parts.length === 0 ? 0 : floors === null ? 1 : 2} />
        <div className="wizard-body">
          <HandInZone hand={hand} title={t(parts.length === 0 ? "place.setup.drop" : "place.setup.dropMore")} note={t("place.setup.formats", { most: hand.most ?? "…" })} />
        </div>
      </section>
      {parts.map((part) => (
        <PartCard
          key={part.upload.id}
          workspace={workspace.id}
          part={part}
          onSay={(said) => setParts((before) => before.map((each) => (each.upload.id === part.upload.id ? { ...each, said } : each)))}
          onDraft={(draft) => onDraft(part.upload.id, draft)}
          onRemove={() => remove(part)}
        />
      ))}
      {parts.length > 0 && floors === null && <p className="sub">{t("place.setup.notYet")}</p>}
      {floors && (
        <SaveForm
          workspace={workspace}
          stored={stored}
          taken={taken}
          floors={floors}
          name={parts[0]?.said.name ?? ""}
          onSaved={() => {
            saved.current = true;
            for (const { upload } of parts) void throwAway(workspace.id, upload).catch(() => undefined);
          }}
        />
      )}
      {blocker.status === "blocked" && <LeaveDialog onLeave={blocker.proceed} onStay={blocker.reset} />}
    </>
  );
}

interface SaveProps extends SetupProps {
  floors: readonly Floor[];
  /** How the site may be called. */
  name: string;
  onSaved: () => void;
}

function SaveForm({ workspace, stored, taken, floors, name: suggested, onSaved }: SaveProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const listed = useListed();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typedName, setName] = useState<LocalizedText | null>(null);
  const name = typedName ?? suggested;
  const [typedKey, setKey] = useState<string | null>(null);
  const id = stored?.site.id ?? typedKey ?? keyOf(typeof name === "string" ? name : (Object.values(name)[0] ?? ""), taken, "site");
  const [kind, setKind] = useState<SiteKind>("shop");
  const [zone, setZone] = useState(stored?.site.time_zone ?? workspace.zone);
  const [from, setFrom] = useState("");
  const [note, setNote] = useState("");
  const [asked, setAsked] = useState(false);
  const plan = { from, ...(note.trim() === "" ? {} : { note: note.trim() }), floors: [...floors] };
  const next: Site | null = stored ? withPlan(stored.site, plan) : { id, name, kind, time_zone: zone, plans: [plan] };
  const keyFault = stored ? undefined : !KEY.test(id) ? t("segments.keyHow") : taken.includes(id) ? t("place.setup.keyTaken") : undefined;
  const dayFault = from === "" ? t("place.setup.dayMissing") : next === null ? t("place.editor.dayTaken") : undefined;
  const nameFault = !stored && typeof name === "string" && name.trim() === "" ? t("place.setup.nameMissing") : undefined;
  const before = stored?.site.plans.filter((each) => from === "" || each.from < from).at(-1);
  const changed = stored ? zonesChanged(before, floors) : null;
  const save = useMutation({
    mutationFn: (site: Site) => saveSite(workspace.id, site, stored?.version ?? 0, note.trim()),
    onSuccess: async () => {
      onSaved();
      await Promise.all(OF_SITES.map((key) => client.invalidateQueries({ queryKey: [key] })));
      await navigate({ to: "/w/$workspace/sites/$site", params: { workspace: workspace.id, site: id }, search: { view: JSON.stringify({ v: 1, show: "data" }) } });
    },
  });
  const faults = save.error instanceof ApiError ? save.error.details : [];
  return (
    <form
      className="card form place-save"
      aria-labelledby="save-title"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (next && !keyFault && !dayFault && !nameFault) save.mutate(next);
        else focusFault(event.currentTarget);
      }}
    >
      <h2 id="save-title">{t(stored ? "place.setup.savePlan" : "place.setup.saveSite")}</h2>
      {!stored && (
        <>
          <LocalizedField label={t("place.name")} text={name} required onChange={setName} />
          {asked && nameFault && <span className="form-fault">{nameFault}</span>}
          <TextField label={t("place.setup.key")} required value={id} hint={t("place.setup.keyHint")} fault={asked || typedKey !== null ? keyFault : undefined} onChange={setKey} />
          <Picker label={t("place.kind")} value={kind} choices={KINDS.map((each) => ({ id: each, label: t(`place.kind.${each}`) }))} onChange={setKind} />
          <Picker label={t("place.setup.zone")} value={zone} choices={timeZones().map((each) => ({ id: each, label: each }))} onChange={setZone} />
        </>
      )}
      <div className="form-field">
        <DayField label={t("place.editor.from")} value={from} onChange={setFrom} />
        <span className="sub">{t(stored ? "place.setup.fromPlanHint" : "place.setup.fromHint")}</span>
        {asked && dayFault && (
          <span className="form-fault" role="alert">
            {dayFault}
          </span>
        )}
      </div>
      {changed && (changed.gone.length > 0 || changed.come.length > 0) && (
        <div className="place-doubts">
          {changed.gone.length > 0 && <p>{t("place.setup.gone", { count: changed.gone.length, n: format.whole(changed.gone.length), zones: listed(changed.gone.slice(0, 12)) })}</p>}
          {changed.come.length > 0 && <p>{t("place.setup.come", { count: changed.come.length, n: format.whole(changed.come.length), zones: listed(changed.come.slice(0, 12)) })}</p>}
        </div>
      )}
      <TextField label={t("form.note")} value={note} hint={t("editor.noteHint")} onChange={setNote} />
      {save.error && faults.length === 0 && <Failure error={save.error} />}
      {faults.length > 0 && next && <Faults site={next} faults={faults} />}
      <div className="form-actions">
        <Button type="submit" look="primary" isDisabled={save.isPending}>
          {t(save.isPending ? "form.saving" : "place.setup.save", { version: (stored?.version ?? 0) + 1 })}
        </Button>
        <span className="sub">{t("place.setup.saveHow")}</span>
      </div>
    </form>
  );
}

/** What the server does not take, each at its zone. */
function Faults({ site, faults }: { site: Site; faults: readonly Fault[] }) {
  const { t } = useTranslation();
  const zoneName = useZoneName(site.plans.flatMap((plan) => plan.floors));
  const words = useFaultText(zoneName);
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{t("editor.saveFaults", { count: faults.length, n: faults.length })}</p>
      <ul className="fault-list">
        {faults.map((fault) => {
          const { zone } = placed(site, fault);
          return <li key={`${fault.path} ${fault.message}`}>{zone === null ? words(fault) : t("place.editor.faultOf", { zone: zoneName(zone), fault: words(fault) })}</li>;
        })}
      </ul>
    </div>
  );
}
