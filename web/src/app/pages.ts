// The pages of a workspace: where each lies in the loop, and what it takes to be of use. The navigation and the command
// menu show the same.
import { BookOpen, ChartNoAxesColumn, CircleAlert, CircleX, Database, FileUp, Fingerprint, GitCompareArrows, House, Key, Layers, Lightbulb, Map as MapIcon, Radio, ScrollText, Signpost, Store, UserRoundCog, Users, UsersRound } from "lucide-react";

import { OF_THE_WHOLE, useMay, useStores } from "../ui/rights";
import type { Ability } from "../ui/rights";

export const PAGES = {
  overview: { to: "/w/$workspace", icon: House },
  live: { to: "/w/$workspace/live", icon: Radio },
  sources: { to: "/w/$workspace/sources", icon: Database },
  imports: { to: "/w/$workspace/imports", icon: FileUp },
  rejections: { to: "/w/$workspace/rejections", icon: CircleX },
  dictionary: { to: "/w/$workspace/dictionary", icon: BookOpen },
  traffic: { to: "/w/$workspace/traffic", icon: Signpost },
  customers: { to: "/w/$workspace/customers", icon: Users },
  segments: { to: "/w/$workspace/segments", icon: Layers },
  personas: { to: "/w/$workspace/personas", icon: UsersRound },
  identity: { to: "/w/$workspace/identity", icon: Fingerprint },
  journeys: { to: "/w/$workspace/journeys", icon: MapIcon },
  sites: { to: "/w/$workspace/sites", icon: Store },
  pains: { to: "/w/$workspace/pains", icon: CircleAlert },
  analyses: { to: "/w/$workspace/analyses", icon: ChartNoAxesColumn },
  proposals: { to: "/w/$workspace/proposals", icon: Lightbulb },
  changes: { to: "/w/$workspace/changes", icon: GitCompareArrows },
  members: { to: "/w/$workspace/members", icon: UserRoundCog },
  keys: { to: "/w/$workspace/keys", icon: Key },
  audit: { to: "/w/$workspace/audit", icon: ScrollText },
} as const;

export type Page = keyof typeof PAGES;

export const STEPS: { step: "collect" | "identify" | "journey" | "find" | "improve" | "prove"; pages: Page[] }[] = [
  { step: "collect", pages: ["live", "sources", "imports", "rejections", "dictionary", "traffic"] },
  { step: "identify", pages: ["customers", "segments", "personas", "identity"] },
  { step: "journey", pages: ["journeys", "sites"] },
  { step: "find", pages: ["pains", "analyses"] },
  { step: "improve", pages: ["proposals"] },
  { step: "prove", pages: ["changes"] },
];

export const MANAGED: Page[] = ["members", "keys", "audit"];

/** Pages that are of no use to those who may not do this. */
const NEEDS: Partial<Record<Page, Ability>> = {
  live: "see_customers",
  rejections: "see_customers",
  customers: "see_customers",
  members: "manage_members",
  audit: "read_audit",
};

/** Whether a page is of use to the person in a workspace. */
export function useOpenPages(workspace: string | undefined): (page: Page) => boolean {
  const may = useMay(workspace);
  const stores = useStores(workspace);
  return (page) => (NEEDS[page] === undefined || may(NEEDS[page])) && !(stores !== null && page in OF_THE_WHOLE);
}
