// Addresses of the app. Pages are loaded when first visited, each with the texts of its feature.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";

import type { CustomerOrder } from "../api/types";
import { page } from "./i18n";
import { Root } from "./Root";
import { Broken, Home, Missing } from "./Shell";

const root = createRootRoute({ component: Root, notFoundComponent: Missing });

const home = createRoute({ getParentRoute: () => root, path: "/", component: Home });

const overview = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace",
  component: lazyRouteComponent(page("features/overview", () => import("../features/overview/OverviewPage")), "OverviewPage"),
});

const journeys = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/journeys",
  validateSearch: texts("new"),
  component: lazyRouteComponent(page("features/journeys", () => import("../features/journeys/JourneysPage")), "JourneysPage"),
});

const journey = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/journeys/$journey",
  validateSearch: texts("view"),
  component: lazyRouteComponent(page("features/journeys", () => import("../features/journeys/JourneyMapPage")), "JourneyMapPage"),
});

const journeyEditor = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/journeys/$journey/edit",
  validateSearch: texts("persona"),
  component: lazyRouteComponent(page("features/journeys", () => import("../features/journeys/editor/EditorPage")), "EditorPage"),
});

const personas = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/personas",
  component: lazyRouteComponent(page("features/journeys", () => import("../features/journeys/PersonasPage")), "PersonasPage"),
});

const customers = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/customers",
  validateSearch: (search: Record<string, unknown>): { value?: string; namespace?: string; sort?: CustomerOrder; up?: "1"; segment?: string } => ({
    ...text(search, "value"),
    ...text(search, "namespace"),
    ...text(search, "segment"),
    ...(CUSTOMER_ORDERS.some((order) => order === search["sort"]) ? { sort: search["sort"] as CustomerOrder } : {}),
    ...(search["up"] === "1" ? { up: "1" } : {}),
  }),
  component: lazyRouteComponent(page("features/customers", () => import("../features/customers/CustomersPage")), "CustomersPage"),
});

const customer = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/customers/$customer",
  validateSearch: (search: Record<string, unknown>): { journey?: string; version?: number; channel?: string; event?: string } => {
    const version = Number(search["version"]);
    return { ...text(search, "journey"), ...(Number.isInteger(version) && version > 0 ? { version } : {}), ...text(search, "channel"), ...text(search, "event") };
  },
  component: lazyRouteComponent(page("features/customers", () => import("../features/customers/CustomerPage")), "CustomerPage"),
});

const identity = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/identity",
  validateSearch: texts("why", "case"),
  component: lazyRouteComponent(page("features/identity", () => import("../features/identity/ReviewPage")), "ReviewPage"),
});

const identityDecisions = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/identity/decisions",
  component: lazyRouteComponent(page("features/identity", () => import("../features/identity/DecisionsPage")), "DecisionsPage"),
});

const identityPolicy = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/identity/policy",
  component: lazyRouteComponent(page("features/identity", () => import("../features/identity/PolicyPage")), "PolicyPage"),
});

const sources = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/sources",
  component: lazyRouteComponent(page("features/sources", () => import("../features/sources/SourcesPage")), "SourcesPage"),
});

const imports = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/imports",
  component: lazyRouteComponent(page("features/imports", () => import("../features/imports/ImportsPage")), "ImportsPage"),
});

const traffic = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/traffic",
  component: lazyRouteComponent(page("features/traffic", () => import("../features/traffic/TrafficPage")), "TrafficPage"),
});

const source = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/sources/$source",
  validateSearch: texts("setup"),
  component: lazyRouteComponent(page("features/sources", () => import("../features/sources/SourcePage")), "SourcePage"),
});

const keys = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/keys",
  component: lazyRouteComponent(page("features/sources", () => import("../features/sources/KeysPage")), "KeysPage"),
});

const live = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/live",
  validateSearch: texts("source", "channel", "event", "who", "rejected"),
  component: lazyRouteComponent(page("features/live", () => import("../features/live/LivePage")), "LivePage"),
});

const rejections = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/rejections",
  validateSearch: texts("source", "code"),
  component: lazyRouteComponent(page("features/rejections", () => import("../features/rejections/RejectionsPage")), "RejectionsPage"),
});

const dictionary = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/dictionary",
  validateSearch: texts("show", "find"),
  component: lazyRouteComponent(page("features/dictionary", () => import("../features/dictionary/DictionaryPage")), "DictionaryPage"),
});

const dictionaryEvent = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/dictionary/$event",
  component: lazyRouteComponent(page("features/dictionary", () => import("../features/dictionary/EventPage")), "EventPage"),
});

const pains = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/pains",
  validateSearch: texts("journey", "stage", "status", "kind"),
  component: lazyRouteComponent(page("features/pains", () => import("../features/pains/PainsPage")), "PainsPage"),
});

const pain = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/pains/$pain",
  component: lazyRouteComponent(page("features/pains", () => import("../features/pains/PainPage")), "PainPage"),
});

const proposals = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/proposals",
  validateSearch: texts("open", "pain", "cause", "idea", "owner", "against"),
  component: lazyRouteComponent(page("features/proposals", () => import("../features/proposals/BoardPage")), "BoardPage"),
});

const changes = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/changes",
  validateSearch: texts("open", "proposal"),
  component: lazyRouteComponent(page("features/changes", () => import("../features/changes/ChangesPage")), "ChangesPage"),
});

const change = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/changes/$change",
  validateSearch: texts("open"),
  component: lazyRouteComponent(page("features/changes", () => import("../features/changes/ChangePage")), "ChangePage"),
});

const sites = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/sites",
  component: lazyRouteComponent(page("features/place", () => import("../features/place/SitesPage")), "SitesPage"),
});

const site = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/sites/$site",
  validateSearch: texts("view"),
  component: lazyRouteComponent(page("features/place", () => import("../features/place/SitePage")), "SitePage"),
});

const newSite = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/new-site",
  component: lazyRouteComponent(page("features/place", () => import("../features/place/setup/SetupPage")), "NewSitePage"),
});

const newPlan = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/sites/$site/new-plan",
  component: lazyRouteComponent(page("features/place", () => import("../features/place/setup/SetupPage")), "NewPlanPage"),
});

const siteSensors = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/sites/$site/sensors",
  component: lazyRouteComponent(page("features/place", () => import("../features/place/SensorsPage")), "SensorsPage"),
});

const siteEditor = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/sites/$site/edit",
  component: lazyRouteComponent(page("features/place", () => import("../features/place/editor/PlanPage")), "PlanPage"),
});

const analyses = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/analyses",
  component: lazyRouteComponent(page("features/analyses", () => import("../features/analyses/AnalysisPage")), "AnalysesHome"),
});

const analysis = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/analyses/$analysis",
  validateSearch: texts("view"),
  component: lazyRouteComponent(page("features/analyses", () => import("../features/analyses/AnalysisPage")), "AnalysisPage"),
});

const segments = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/segments",
  component: lazyRouteComponent(page("features/analyses", () => import("../features/analyses/segments/SegmentsPage")), "SegmentsPage"),
});

const newSegment = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/new-segment",
  component: lazyRouteComponent(page("features/analyses", () => import("../features/analyses/segments/SegmentsPage")), "NewSegmentPage"),
});

const segment = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/segments/$segment",
  validateSearch: texts("edit"),
  component: lazyRouteComponent(page("features/analyses", () => import("../features/analyses/segments/SegmentPage")), "SegmentPage"),
});

const shared = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/s/$hash",
  component: lazyRouteComponent(page("app", () => import("./SharedView")), "SharedView"),
});

const members = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/members",
  component: lazyRouteComponent(page("features/access", () => import("../features/access/MembersPage")), "MembersPage"),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace/audit",
  validateSearch: texts("action", "person"),
  component: lazyRouteComponent(page("features/access", () => import("../features/access/AuditPage")), "AuditPage"),
});

const account = createRoute({
  getParentRoute: () => root,
  path: "/account",
  component: lazyRouteComponent(page("features/access", () => import("../features/access/AccountPage")), "AccountPage"),
});

const accounts = createRoute({
  getParentRoute: () => root,
  path: "/accounts",
  component: lazyRouteComponent(page("features/access", () => import("../features/access/AccountsPage")), "AccountsPage"),
});

const system = createRoute({
  getParentRoute: () => root,
  path: "/system",
  component: lazyRouteComponent(page("features/system", () => import("../features/system/SystemPage")), "SystemPage"),
});

const newWorkspace = createRoute({
  getParentRoute: () => root,
  path: "/new-workspace",
  component: lazyRouteComponent(page("features/workspaces", () => import("../features/workspaces/NewWorkspacePage")), "NewWorkspacePage"),
});

const kit = createRoute({
  getParentRoute: () => root,
  path: "/kit",
  component: lazyRouteComponent(page("app/kit", () => import("./kit/KitPage")), "KitPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  staticData: { door: true },
  validateSearch: texts("to"),
  component: lazyRouteComponent(page("features/access", () => import("../features/access/SignInPage")), "SignInPage"),
});

const provider = createRoute({
  getParentRoute: () => root,
  path: "/sign-in/provider",
  staticData: { door: true },
  validateSearch: texts("state", "code", "error", "iss"),
  component: lazyRouteComponent(page("features/access", () => import("../features/access/ProviderPage")), "ProviderPage"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  staticData: { door: true },
  validateSearch: texts("token"),
  component: lazyRouteComponent(page("features/access", () => import("../features/access/SetupPage")), "SetupPage"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation/$token",
  staticData: { door: true },
  component: lazyRouteComponent(page("features/access", () => import("../features/access/InvitationPage")), "InvitationPage"),
});

/** What an address may carry: texts by these names, and nothing that is empty. */
function texts<Key extends string>(...names: Key[]): (search: Record<string, unknown>) => { [K in Key]?: string } {
  return (search) => Object.assign({}, ...names.map((name) => text(search, name))) as { [K in Key]?: string };
}

function text<Key extends string>(search: Record<string, unknown>, key: Key): { [K in Key]?: string } {
  const value = search[key];
  return (typeof value === "string" && value !== "" ? { [key]: value } : {}) as { [K in Key]?: string };
}

const CUSTOMER_ORDERS: readonly CustomerOrder[] = ["last_seen", "first_seen", "events", "amount", "channels"];

/** Plain query strings: a value is text, never JSON of its own, so that addresses stay readable. */
const parseSearch = (search: string) => Object.fromEntries(new URLSearchParams(search));

function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return query ? `?${query}` : "";
}

export const router = createRouter({
  routeTree: root.addChildren([home, overview, journeys, journey, journeyEditor, customers, customer, identity, identityDecisions, identityPolicy, pains, pain, sites, newSite, site, newPlan, siteSensors, siteEditor, analyses, analysis, segments, newSegment, segment, personas, proposals, changes, change, sources, source, keys, imports, live, rejections, dictionary, dictionaryEvent, traffic, shared, members, audit, account, accounts, system, newWorkspace, kit, signIn, provider, setup, invitation]),
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultErrorComponent: Broken,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** A page in front of the app, for those who are not signed in. */
    door?: boolean;
  }
}
