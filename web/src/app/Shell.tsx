// The frame of every page: workspace, the loop as navigation, language and theme, the command menu, and the explain drawer.
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, Outlet, useParams } from "@tanstack/react-router";
import { Suspense, lazy, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";

import { workspacesQuery } from "../api/queries";
import type { WorkspaceInfo } from "../api/types";
import { ExplainContext } from "../ui/explain";
import type { Explained } from "../ui/explain";
import { useAdministers } from "../ui/rights";
import { Command, Empty, Failure } from "../ui/States";
import { useCommandKeys } from "./command/keys";
import { page } from "./i18n";
import { SheetHead } from "./SheetHead";
import { Sidebar } from "./Sidebar";

const ExplainDrawer = lazy(page("app/explain", () => import("./explain/ExplainDrawer")));
const CommandMenu = lazy(page("app/command", () => import("./command/CommandMenu")));
const Shortcuts = lazy(page("app/command", () => import("./command/Shortcuts")));

const LAST_WORKSPACE = "throughline.workspace";

export function Shell() {
  const { t } = useTranslation();
  const { workspace: id } = useParams({ strict: false });
  const workspaces = useQuery(workspacesQuery());
  /** Null once it was closed; undefined as long as nothing was asked. */
  const [explained, setExplained] = useState<Explained | null | undefined>(undefined);
  const explain = useCallback((next: Explained) => setExplained(next), []);
  const [command, setCommand] = useState<"menu" | "keys" | null>(null);
  const close = useCallback(() => setCommand(null), []);
  useCommandKeys(command, setCommand);
  const known = workspaces.data?.workspaces.find((workspace) => workspace.id === id);
  if (known) localStorage.setItem(LAST_WORKSPACE, known.id);
  // Pages of no workspace stand beside the one looked at last.
  const beside = id === undefined ? lastOf(workspaces.data?.workspaces ?? []) : known;

  return (
    <ExplainContext value={explain}>
      <a className="skip" href="#main">
        {t("shell.skip")}
      </a>
      <div className="shell">
        <Sidebar workspaces={workspaces.data?.workspaces ?? []} current={beside} onCommand={() => setCommand("menu")} />
        <main id="main" className="shell-main" tabIndex={-1}>
          {known && <SheetHead workspace={known} />}
          {workspaces.error ? (
            <Failure error={workspaces.error} retry={() => void workspaces.refetch()} />
          ) : workspaces.data && id !== undefined && !known ? (
            <div className="page">
              <Empty page title={t("workspace.unknown", { id })}>
                <a href="/">{t("page.home")}</a>
              </Empty>
            </div>
          ) : known?.fault != null ? (
            <Empty title={t("workspace.damagedTitle")}>
              <p className="wrap">{known.fault}</p>
              <p>{t("workspace.damagedHow")}</p>
              <Command>{`throughline lake verify -w ${known.id}`}</Command>
            </Empty>
          ) : (
            workspaces.data && <Outlet />
          )}
        </main>
      </div>
      <Suspense>{explained !== undefined && <ExplainDrawer workspace={known} explained={explained} onClose={() => setExplained(null)} />}</Suspense>
      <Suspense>
        {command === "menu" && <CommandMenu workspace={beside} workspaces={workspaces.data?.workspaces ?? []} onKeys={() => setCommand("keys")} onClose={close} />}
        {command === "keys" && <Shortcuts onClose={close} />}
      </Suspense>
    </ExplainContext>
  );
}

/** The overview of the workspace looked at last, else of the first; without any, how to make one. */
export function Home() {
  const { t } = useTranslation();
  const workspace = lastOf(useQuery(workspacesQuery()).data?.workspaces ?? []);
  const administers = useAdministers();
  if (workspace) return <Navigate to="/w/$workspace" params={{ workspace: workspace.id }} replace />;
  return (
    <div className="page">
      <Empty page title={t("workspace.none")}>
        {administers && (
          <Link className="button button-primary" to="/new-workspace">
            {t("newWorkspace.title")}
          </Link>
        )}
        <p>{t("workspace.noneDemo")}</p>
        <Command>{"throughline demo"}</Command>
        <p>{t("workspace.noneOwn")}</p>
        <Command>{"throughline import FILES… --mapping mapping.yaml -w WORKSPACE"}</Command>
      </Empty>
    </div>
  );
}

/** The workspace looked at last, else the first. */
function lastOf(workspaces: readonly WorkspaceInfo[]): WorkspaceInfo | undefined {
  const last = localStorage.getItem(LAST_WORKSPACE);
  return workspaces.find((other) => other.id === last) ?? workspaces[0];
}

/** A page that did not load, or failed as it was drawn. */
export function Broken({ error }: { error: unknown }) {
  return (
    <div className="page">
      <Failure error={error} retry={() => location.reload()} />
    </div>
  );
}

export function Missing() {
  const { t } = useTranslation();
  return (
    <div className="page">
      <Empty page title={t("page.unknown")}>
        <a href="/">{t("page.home")}</a>
      </Empty>
    </div>
  );
}
