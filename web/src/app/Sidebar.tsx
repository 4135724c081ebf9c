// The six steps of the loop; under each the pages that work today and that the person may open. Then what owners manage.
import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { Menu, Plus, Search, ServerCog } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../api/types";
import { Button, Picker } from "../ui/Controls";
import { useLocalized } from "../ui/language";
import { useAdministers, useStores } from "../ui/rights";
import { SampleBadge } from "../ui/SampleBadge";
import { StoresNote } from "../ui/Stores";
import { AccountMenu } from "./AccountMenu";
import { Brand } from "./Brand";
import { COMMAND_KEYS, ariaKeys } from "./command/keys";
import { MANAGED, PAGES, STEPS, useOpenPages } from "./pages";
import type { Page } from "./pages";
import { Settings } from "./Settings";

interface Props {
  workspaces: WorkspaceInfo[];
  current: WorkspaceInfo | undefined;
  /** Opens the command menu. */
  onCommand: () => void;
}

export function Sidebar({ workspaces, current, onCommand }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const navigate = useNavigate();
  const stores = useStores(current?.id);
  const open = useOpenPages(current?.id);
  const administers = useAdministers();
  // On a narrow screen the pages are folded away until they are asked for, and again once one is opened.
  const here = useRouterState({ select: (state) => state.location.pathname });
  const [unfolded, setUnfolded] = useState<string | null>(null);
  const managed = current ? MANAGED.filter(open) : [];
  return (
    <aside className={unfolded === here ? "sidebar unfolded" : "sidebar"}>
      <Brand />
      <div className="command-open">
        <Button onPress={onCommand} aria-haspopup="dialog" aria-keyshortcuts={ariaKeys(COMMAND_KEYS)}>
          <Search size={14} aria-hidden />
          {t("command.open")}
          <kbd aria-hidden>{COMMAND_KEYS.join(" ")}</kbd>
        </Button>
      </div>
      <div className="unfold">
        <Button aria-expanded={unfolded === here} onPress={() => setUnfolded(unfolded === here ? null : here)}>
          <Menu size={14} aria-hidden />
          {t("shell.menu")}
        </Button>
      </div>
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
              onChange={(id) => void navigate({ to: "/w/$workspace", params: { workspace: id } })}
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
      <div className="sidebar-pages">
        {current && (
          <nav aria-label={t("shell.loop")}>
            <PageLink page="overview" workspace={current.id} />
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
                  <Link to="/system" className="nav-link" activeProps={HERE}>
                    <ServerCog size={15} aria-hidden />
                    {t("nav.system")}
                  </Link>
                </li>
              )}
            </ul>
          </nav>
        )}
      </div>
      <div className="sidebar-foot">
        <AccountMenu workspace={current} />
        <Settings />
      </div>
    </aside>
  );
}

/** The page one is on. */
const HERE = { className: "nav-link active", "aria-current": "page" } as const;
/** Where one more of what a page lists is made. */
const ADDS: Partial<Record<Page, string>> = { sites: "new-site", segments: "new-segment" };

function PageLink({ page, workspace }: { page: Page; workspace: string }) {
  const { t } = useTranslation();
  const { to, icon: Icon } = PAGES[page];
  const add = ADDS[page];
  const adding = useRouterState({ select: ({ location }) => add !== undefined && location.pathname === `/w/${workspace}/${add}` });
  return (
    <Link
      to={to}
      params={{ workspace }}
      search={{}}
      className="nav-link"
      {...(adding ? HERE : {})}
      activeProps={HERE}
      activeOptions={{ includeSearch: false, exact: page === "overview" }}
    >
      <Icon size={15} aria-hidden />
      {t(`nav.${page}`)}
    </Link>
  );
}
