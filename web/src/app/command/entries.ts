// What the command menu offers: pages, things of the workspace, and actions; each only where the person may have it.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Bookmark, Building2, ChartNoAxesColumn, CircleAlert, CircleUserRound, Database, Keyboard, Languages, Layers, Lightbulb, LogOut, Map as MapIcon, Plus, Printer, Store, SunMoon } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";

import { namedViewsQuery } from "../../api/namedViews";
import { openOnes } from "../../api/pains";
import { sitesQuery } from "../../api/places";
import { journeysQuery, painsQuery } from "../../api/queries";
import { segmentsQuery } from "../../api/segments";
import { sourcesQuery } from "../../api/sources";
import type { LocalizedText, WorkspaceInfo } from "../../api/types";
import { KINDS } from "../../features/analyses/view";
import { LANGUAGES, useLanguage, useLocalized } from "../../ui/language";
import { useAdministers, useMay, useSession } from "../../ui/rights";
import { THEMES, setTheme, useTheme } from "../../ui/theme";
import { setLanguage } from "../i18n";
import { MANAGED, PAGES, STEPS, useOpenPages } from "../pages";
import type { Page } from "../pages";
import type { Searchable } from "./match";

export type Kind = "page" | "action" | "analysis" | "journey" | "segment" | "view" | "pain" | "source" | "site" | "workspace" | "customer";

export interface Entry extends Searchable {
  kind: Kind;
  icon: LucideIcon;
  run: () => void;
  /** The menu stays open until it has run. */
  stays?: boolean;
  /** Not kept among what was used lately. */
  passing?: boolean;
}

interface Props {
  workspace: WorkspaceInfo | undefined;
  workspaces: readonly WorkspaceInfo[];
  onKeys: () => void;
  onLeave: () => void;
}

/** A text of the data in every language it has. */
const names = (text: LocalizedText) => (typeof text === "string" ? [text] : Object.values(text));

export function useEntries({ workspace, workspaces, onKeys, onLeave }: Props): Entry[] {
  const things = useThings(workspace?.id);
  const pages = usePages(workspace?.id);
  const actions = useActions(workspace?.id, onKeys, onLeave);
  const others = useWorkspaces(workspace?.id, workspaces);
  return [...pages, ...actions, ...things, ...others];
}

function usePages(workspace: string | undefined): Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const open = useOpenPages(workspace);
  const may = useMay(workspace);
  if (workspace === undefined) return [];
  const pages: Page[] = ["overview", ...STEPS.flatMap((step) => step.pages), ...MANAGED];
  return [
    ...pages.filter(open).map((page): Entry => ({
      id: `page:${page}`,
      kind: "page",
      label: t(`nav.${page}`),
      words: [page],
      icon: PAGES[page].icon,
      run: () => void navigate({ to: PAGES[page].to, params: { workspace }, search: {} }),
    })),
    ...KINDS.filter((kind) => kind !== "sql" || may("ask_sql")).map((kind): Entry => ({
      id: `analysis:${kind}`,
      kind: "analysis",
      label: t(`analysis.${kind}`),
      words: [kind],
      icon: ChartNoAxesColumn,
      run: () => void navigate({ to: "/w/$workspace/analyses/$analysis", params: { workspace, analysis: kind }, search: {} }),
    })),
  ];
}

/** Journeys, segments, sites, saved views, pains and sources. */
function useThings(workspace: string | undefined): Entry[] {
  const localized = useLocalized();
  const navigate = useNavigate();
  const open = useOpenPages(workspace);
  const id = workspace ?? "";
  const asked = workspace !== undefined;
  const journeys = useQuery({ ...journeysQuery(id), enabled: asked }).data?.journeys ?? [];
  const segments = useQuery({ ...segmentsQuery(id), enabled: asked }).data?.segments ?? [];
  const views = useQuery({ ...namedViewsQuery(id), enabled: asked }).data?.views ?? [];
  const pains = useQuery({ ...painsQuery(id, null), enabled: asked && open("pains") }).data?.pains ?? [];
  const sources = useQuery({ ...sourcesQuery(id), enabled: asked && open("sources"), refetchInterval: false }).data?.sources ?? [];
  const sites = useQuery({ ...sitesQuery(id), enabled: asked }).data?.sites ?? [];
  if (workspace === undefined) return [];
  return [
    ...journeys.map((journey): Entry => ({
      id: `journey:${workspace}/${journey.id}`,
      kind: "journey",
      label: localized(journey.name),
      words: [journey.id, ...names(journey.name)],
      icon: MapIcon,
      run: () => void navigate({ to: "/w/$workspace/journeys/$journey", params: { workspace, journey: journey.id }, search: {} }),
    })),
    ...segments.map(({ segment }): Entry => ({
      id: `segment:${workspace}/${segment.id}`,
      kind: "segment",
      label: localized(segment.name),
      words: [segment.id, ...names(segment.name)],
      icon: Layers,
      run: () => void navigate({ to: "/w/$workspace/segments/$segment", params: { workspace, segment: segment.id }, search: {} }),
    })),
    ...sites.map((site): Entry => ({
      id: `site:${workspace}/${site.id}`,
      kind: "site",
      label: localized(site.name),
      words: [site.id, ...names(site.name)],
      icon: Store,
      run: () => void navigate({ to: "/w/$workspace/sites/$site", params: { workspace, site: site.id }, search: {} }),
    })),
    ...views.map(({ id: key, named }): Entry => ({
      id: `view:${workspace}/${key}`,
      kind: "view",
      label: named.name,
      words: [],
      icon: Bookmark,
      run: () => void navigate({ to: "/w/$workspace/s/$hash", params: { workspace, hash: named.view } }),
    })),
    ...openOnes(pains).map(({ pain }): Entry => ({
      id: `pain:${workspace}/${pain.key}`,
      kind: "pain",
      label: localized(pain.sentence),
      words: [],
      icon: CircleAlert,
      run: () => void navigate({ to: "/w/$workspace/pains/$pain", params: { workspace, pain: pain.key } }),
    })),
    ...sources.map((source): Entry => ({
      id: `source:${workspace}/${source.id}`,
      kind: "source",
      label: source.name,
      words: [source.id],
      icon: Database,
      run: () => void navigate({ to: "/w/$workspace/sources/$source", params: { workspace, source: source.id }, search: {} }),
    })),
  ];
}

function useWorkspaces(current: string | undefined, workspaces: readonly WorkspaceInfo[]): Entry[] {
  const localized = useLocalized();
  const navigate = useNavigate();
  return workspaces
    .filter(({ id }) => id !== current)
    .map(({ id, name }): Entry => ({
      id: `workspace:${id}`,
      kind: "workspace",
      label: localized(name),
      words: [id, ...names(name)],
      icon: Building2,
      run: () => void navigate({ to: "/w/$workspace", params: { workspace: id } }),
    }));
}

function useActions(workspace: string | undefined, onKeys: () => void, onLeave: () => void): Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useMay(workspace);
  const administers = useAdministers();
  const person = useSession()?.person;
  const language = useLanguage();
  const theme = useTheme();
  const action = (id: string, label: string, icon: LucideIcon, run: () => void, more: Partial<Entry> = {}): Entry => ({ id: `action:${id}`, kind: "action", label, words: [id], icon, run, ...more });
  const made: Entry[] = [];
  if (workspace !== undefined) {
    const params = { workspace };
    if (may("change_journeys")) made.push(action("new-journey", t("newJourney.title"), Plus, () => void navigate({ to: "/w/$workspace/journeys", params, search: { new: "journey" } })));
    if (may("save_segments")) made.push(action("new-segment", t("segments.new"), Plus, () => void navigate({ to: "/w/$workspace/new-segment", params })));
    if (may("handle_proposals")) made.push(action("new-proposal", t("proposals.new"), Lightbulb, () => void navigate({ to: "/w/$workspace/proposals", params, search: { open: "new" } })));
  }
  if (administers) made.push(action("new-workspace", t("newWorkspace.title"), Plus, () => void navigate({ to: "/new-workspace" })));
  for (const other of LANGUAGES.filter((each) => each !== language)) made.push(action(`language-${other}`, t("command.language"), Languages, () => void setLanguage(other), { words: ["language", "中文", "English"] }));
  for (const other of THEMES.filter((each) => each !== theme)) made.push(action(`theme-${other}`, t("command.theme", { theme: t(`theme.${other}`) }), SunMoon, () => setTheme(other)));
  // After the menu is gone from the page.
  made.push(action("print", t("command.print"), Printer, () => setTimeout(() => print(), 0)));
  made.push(action("keys", t("shortcuts.title"), Keyboard, onKeys, { stays: true }));
  if (person) {
    made.push(action("account", t("account.page"), CircleUserRound, () => void navigate({ to: "/account" })));
    made.push(action("sign-out", t("account.signOut"), LogOut, onLeave, { stays: true, passing: true }));
  }
  return made;
}
