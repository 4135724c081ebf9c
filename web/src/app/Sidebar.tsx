// The six steps of the loop; under each the pages that work today and that the person may open. Then what owners manage.
import { Link, useNavigate } from "@tanstack/react-router";
import { BookOpen, ChartNoAxesColumn, CircleAlert, CircleX, Database, FileUp, Fingerprint, Layers, Lightbulb, Map as MapIcon, Plus, Radio, ScrollText, ServerCog, Signpost, UserRoundCog, Users } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../api/types";
import { Picker } from "../ui/Controls";
import { useLocalized } from "../ui/language";
import { OF_THE_WHOLE, useAdministers, useMay, useStores } from "../ui/rights";
import type { Ability } from "../ui/rights";
import { SampleBadge } from "../ui/SampleBadge";
import { StoresNote } from "../ui/Stores";
import { AccountMenu } from "./AccountMenu";
import { Brand } from "./Brand";
import { Settings } from "./Settings";

const PAGES = {
  live: { to: "/w/$workspace/live", icon: Radio },
  sources: { to: "/w/$workspace/sources", icon: Database },
  imports: { to: "/w/$workspace/imports", icon: FileUp },
  rejections: { to: "/w/$workspace/rejections", icon: CircleX },
  dictionary: { to: "/w/$workspace/dictionary", icon: BookOpen },
  traffic: { to: "/w/$workspace/traffic", icon: Signpost },
  customers: { to: "/w/$workspace/customers", icon: Users },
  segments: { to: "/w/$workspace/segments", icon: Layers },
  identity: { to: "/w/$workspace/identity", icon: Fingerprint },
  journeys: { to: "/w/$workspace/journeys", icon: MapIcon },
  pains: { to: "/w/$workspace/pains", icon: CircleAlert },
  analyses: { to: "/w/$workspace/analyses", icon: ChartNoAxesColumn },
  proposals: { to: "/w/$workspace/proposals", icon: Lightbulb },
  members: { to: "/w/$workspace/members", icon: UserRoundCog },
  audit: { to: "/w/$workspace/audit", icon: ScrollText },
} as const;

type Page = keyof typeof PAGES;

const STEPS: { step: "collect" | "identify" | "journey" | "find" | "improve" | "prove"; pages: Page[] }[] = [
  { step: "collect", pages: ["live", "sources", "imports", "rejections", "dictionary", "traffic"] },
  { step: "identify", pages: ["customers", "segments", "identity"] },
  { step: "journey", pages: ["journeys"] },
  { step: "find", pages: ["pains", "analyses"] },
  { step: "improve", pages: ["proposals"] },
  { step: "prove", pages: [] },
];

const MANAGED: Page[] = ["members", "audit"];

/** Pages that are of no use to those who may not do this. */
const NEEDS: Partial<Record<Page, Ability>> = {
  live: "see_customers",
  rejections: "see_customers",
  customers: "see_customers",
  members: "manage_members",
  audit: "read_audit",
};

export function Sidebar({ workspaces, current }: { workspaces: WorkspaceInfo[]; current: WorkspaceInfo | undefined }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const navigate = useNavigate();
  const may = useMay(current?.id);
  const stores = useStores(current?.id);
  const open = (page: Page) => (NEEDS[page] === undefined || may(NEEDS[page])) && !(stores !== null && page in OF_THE_WHOLE);
  const administers = useAdministers();
  const managed = current ? MANAGED.filter(open) : [];
  return (
    <aside className="sidebar">
      <Brand />
      {current && (
        <div className="workspace">
          <div className="workspace-choice">
            <Picker
              label={t("workspace.label")}
              labelHidden
              value={current.id}
              choices={workspaces.map((workspace) => ({
                id: workspace.id,
                label: localized(workspace.name),
                ...(workspace.fault != null ? { note: t("workspace.damaged") } : workspace.sample ? { note: t(`sample.${workspace.sample.kind}`) } : {}),
              }))}
              onChange={(id) => void navigate({ to: "/w/$workspace/journeys", params: { workspace: id } })}
            />
            {administers && (
              <Link to="/new-workspace" className="button button-quiet button-icon" aria-label={t("newWorkspace.title")} title={t("newWorkspace.title")}>
                <Plus size={15} aria-hidden />
              </Link>
            )}
          </div>
          {current.sample && <SampleBadge sample={current.sample} />}
          {stores !== null && <StoresNote stores={stores} />}
        </div>
      )}
      {current && (
        <nav aria-label={t("shell.loop")}>
          <ol className="steps">
            {STEPS.map(({ step, pages }) => ({ step, pages: pages.filter(open) })).map(({ step, pages }, index) => (
              <li key={step} className={pages.length > 0 ? "step" : "step step-later"}>
                <span className="step-name">
                  <span className="step-number" aria-hidden>
                    {index + 1}
                  </span>
                  {t(`step.${step}`)}
                </span>
                {pages.map((page) => (
                  <PageLink key={page} page={page} workspace={current.id} />
                ))}
              </li>
            ))}
          </ol>
        </nav>
      )}
      {(managed.length > 0 || administers) && (
        <nav className="manage" aria-label={t("shell.manage")}>
          <span className="step-name">{t("shell.manage")}</span>
          <ul>
            {current &&
              managed.map((page) => (
                <li key={page}>
                  <PageLink page={page} workspace={current.id} />
                </li>
              ))}
            {administers && (
              <li>
                <Link to="/system" className="nav-link" activeProps={{ className: "nav-link active", "aria-current": "page" }}>
                  <ServerCog size={15} aria-hidden />
                  {t("nav.system")}
                </Link>
              </li>
            )}
          </ul>
        </nav>
      )}
      <div className="sidebar-foot">
        <AccountMenu workspace={current} />
        <Settings />
      </div>
    </aside>
  );
}

function PageLink({ page, workspace }: { page: Page; workspace: string }) {
  const { t } = useTranslation();
  const { to, icon: Icon } = PAGES[page];
  return (
    <Link
      to={to}
      params={{ workspace }}
      search={{}}
      className="nav-link"
      activeProps={{ className: "nav-link active", "aria-current": "page" }}
      activeOptions={{ includeSearch: false }}
    >
      <Icon size={15} aria-hidden />
      {t(`nav.${page}`)}
    </Link>
  );
}
