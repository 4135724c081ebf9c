// The six steps of the loop; under each the pages that work today.
import { Link, useNavigate } from "@tanstack/react-router";
import { ChartNoAxesColumn, CircleAlert, CircleX, Database, Layers, Lightbulb, Map as MapIcon, Radio, Users } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../api/types";
import { Picker, Segmented } from "../ui/Controls";
import { LANGUAGES, useLanguage, useLocalized } from "../ui/language";
import { SampleBadge } from "../ui/SampleBadge";
import { THEMES, setTheme, useTheme } from "../ui/theme";
import { setLanguage } from "./i18n";

const PAGES = {
  live: { to: "/w/$workspace/live", icon: Radio },
  sources: { to: "/w/$workspace/sources", icon: Database },
  rejections: { to: "/w/$workspace/rejections", icon: CircleX },
  customers: { to: "/w/$workspace/customers", icon: Users },
  segments: { to: "/w/$workspace/segments", icon: Layers },
  journeys: { to: "/w/$workspace/journeys", icon: MapIcon },
  pains: { to: "/w/$workspace/pains", icon: CircleAlert },
  analyses: { to: "/w/$workspace/analyses", icon: ChartNoAxesColumn },
  proposals: { to: "/w/$workspace/proposals", icon: Lightbulb },
} as const;

type Page = keyof typeof PAGES;

const STEPS: { step: "collect" | "identify" | "journey" | "find" | "improve" | "prove"; pages: Page[] }[] = [
  { step: "collect", pages: ["live", "sources", "rejections"] },
  { step: "identify", pages: ["customers", "segments"] },
  { step: "journey", pages: ["journeys"] },
  { step: "find", pages: ["pains", "analyses"] },
  { step: "improve", pages: ["proposals"] },
  { step: "prove", pages: [] },
];

export function Sidebar({ workspaces, current }: { workspaces: WorkspaceInfo[]; current: WorkspaceInfo | undefined }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const navigate = useNavigate();
  return (
    <aside className="sidebar">
      <div className="brand">
        <img src="/icon.svg" alt="" width={20} height={20} />
        <span className="brand-zh">动线</span>
        <span>Throughline</span>
      </div>
      {current && (
        <div className="workspace">
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
          {current.sample && <SampleBadge sample={current.sample} />}
        </div>
      )}
      {current && (
        <nav aria-label={t("shell.loop")}>
          <ol className="steps">
            {STEPS.map(({ step, pages }, index) => (
              <li key={step} className={pages.length > 0 ? "step" : "step step-later"}>
                <span className="step-name">
                  <span className="step-number" aria-hidden>
                    {index + 1}
                  </span>
                  {t(`step.${step}`)}
                </span>
                {pages.map((page) => {
                  const { to, icon: Icon } = PAGES[page];
                  return (
                    <Link
                      key={page}
                      to={to}
                      params={{ workspace: current.id }}
                      search={{}}
                      className="nav-link"
                      activeProps={{ className: "nav-link active", "aria-current": "page" }}
                      activeOptions={{ includeSearch: false }}
                    >
                      <Icon size={15} aria-hidden />
                      {t(`nav.${page}`)}
                    </Link>
                  );
                })}
              </li>
            ))}
          </ol>
        </nav>
      )}
      <Settings />
    </aside>
  );
}

function Settings() {
  const { t } = useTranslation();
  const language = useLanguage();
  const theme = useTheme();
  return (
    <div className="settings">
      <Segmented
        label={t("shell.language")}
        value={language}
        choices={LANGUAGES.map((id) => ({
          id,
          label: <span lang={id}>{id === "en" ? "English" : "中文"}</span>,
        }))}
        onChange={(id) => void setLanguage(id)}
      />
      <Segmented
        label={t("shell.theme")}
        value={theme}
        choices={THEMES.map((id) => ({ id, label: t(`theme.${id}`) }))}
        onChange={setTheme}
      />
    </div>
  );
}
