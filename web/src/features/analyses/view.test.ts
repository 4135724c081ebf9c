// A view of an analysis survives its way through the address and through a stored link; foreign ones are handled.
import { describe, expect, it } from "vitest";

import { EVERYONE } from "../../ui/scope/group";
import { canonical } from "../../ui/scope/stored";
import type { FunnelView } from "./funnelView";
import type { AnalysisView, PathsView } from "./view";
import { KINDS, VIEW_VERSION, addressForm, carried, defaultView, readAddress, readView, storedForm } from "./view";

const funnel: FunnelView = {
  kind: "funnel",
  period: { kind: "fixed", from: "2024-03-01", to: "2024-04-01" },
  of: { by: "value", dimension: "traits.city_tier", value: "一线" },
  channels: ["chat", "web"],
  by: { dimension: "platform", at: 2, top: 3 },
  versus: { kind: "channels", channels: ["app"] },
  show: "table",
  unit: { of: "session", timeout: "1h" },
  steps: [
    { name: "", match: [{ event: ["add_to_cart"] }] },
    { name: "付款", optional: true, match: [{ event: ["purchase"], channel: ["web"], where: [{ column: "amount", op: "gte", value: "100" }] }, { where: [{ column: "error", op: "missing" }] }] },
    { name: "", match: [{ event: ["thanks"] }] },
  ],
  window: "",
  mode: "strict_once",
  part: "trend",
  trend: "month",
  count: "sessions",
  entry: "first",
  reuse: true,
  tolerance: 500,
  hold: ["channel", "props.item"],
  exclusions: [
    { match: [{ event: ["payment_error"] }], after: 1, before: 3, effect: "drop" },
    { match: [], after: null, before: null, effect: "remove" },
  ],
};
const paths: PathsView = { ...defaultView("paths"), only: { value: "web" }, collapse: false, depth: 8, top: 10, unit: { of: "journey", journey: "online-purchase" } };
const anchored: PathsView = {
  ...paths,
  unit: { of: "session", timeout: "15m", longest: "4h", midnight: true, campaign: "utm_campaign", apart: [{ channels: ["store"], timeout: "2h", longest: "", instant: false }, { channels: ["pos"], timeout: "", longest: "", instant: true }] },
  anchors: "between",
  from: [{ event: ["cart"], channel: ["web"] }],
  each: true,
  to: [{ event: ["purchase"] }],
  last: true,
  orNot: true,
  window: "30m",
  hide: ["home"],
  keep: ["cart", "purchase"],
  expand: [{ event: "cart", by: "props.url", top: 3 }],
  goal: [{ event: ["purchase"] }, { where: [{ column: "amount", op: "gt", value: "9" }] }],
  having: [{ event: ["search"] }],
  without: true,
  split: [{ channel: ["chat"] }],
  against: true,
};
const VIEWS: AnalysisView[] = [
  anchored,
  ...KINDS.map((kind) => defaultView(kind)),
  funnel,
  paths,
  { ...defaultView("transitions"), only: "other", period: { kind: "last", days: 28 } },
  { ...defaultView("transitions"), part: "next", after: ["a", "b"], target: "c", edges: 0, nodes: 25, weigh: "median", versus: { kind: "group", group: { by: "segment", segment: "vip" } } },
  { ...defaultView("segments"), segments: ["a", "b"], days: 0, versus: { kind: "previous" } },
  { ...defaultView("sessions"), by: { dimension: "amount", at: "last", top: 5, bands: [100, 500] } },
  { ...defaultView("retention"), by: { dimension: "props.size", at: "first", top: 5, bands: 10 } },
  { ...defaultView("rfm"), match: [{ event: ["purchase"] }], last: "365d", high: 5, ties: "by_customer", value: "quantity" },
  { ...defaultView("sessions"), timeout: "5m", of: EVERYONE },
  { ...defaultView("sessions"), longest: "24h", midnight: true, campaign: "campaign", apart: [{ channels: ["chat", "call"], timeout: "5m", longest: "1h", instant: false }] },
  { kind: "sql", cells: ["SELECT 1", "SELECT '“'\nFROM events"] },
];

describe("views of analyses", () => {
  it("come back from a stored link as they were", () => {
    for (const view of VIEWS) expect(readView(JSON.parse(canonical(storedForm(view))))).toEqual(view);
  });

  it("come back from an address as they were, and the default needs none", () => {
    for (const view of VIEWS) {
      const query = new URLSearchParams({ view: addressForm(view) ?? "" }).toString();
      expect(readAddress(view.kind, new URLSearchParams(query).get("view") || undefined)).toEqual(view);
    }
    for (const kind of KINDS) expect(addressForm(defaultView(kind))).toBeUndefined();
  });

  it("lose what makes no sense and keep the rest", () => {
    const stored = { ...storedForm(funnel), window: "soon", mode: "sideways", steps: [{ match: "all" }, 7, { name: 3, match: [{ event: ["a", 1], where: [{ column: "x", op: "like" }] }] }], by: { dimension: "", top: 3 } };
    expect(readView(stored)).toEqual({ ...funnel, window: "7d", mode: "ordered", by: null, steps: [{ name: "", match: [] }, { name: "", match: [{ event: ["a"] }] }] });
    expect(readAddress("paths", "{no json")).toEqual(defaultView("paths"));
  });

  it("that were stored before there were anchors and rules of sessions mean what they meant", () => {
    const before = { v: 1, page: "analysis", kind: "paths", unit: { of: "session", timeout: "5m" }, only: { value: "web" }, depth: 8 };
    expect(readView(before)).toEqual({ ...defaultView("paths"), unit: { of: "session", timeout: "5m" }, only: { value: "web" }, depth: 8 });
    expect(readView({ v: 1, page: "analysis", kind: "sessions", timeout: "1h" })).toEqual({ ...defaultView("sessions"), timeout: "1h" });
    expect(readAddress("sessions", '{"timeout":"2h","v":1}')).toEqual({ ...defaultView("sessions"), timeout: "2h" });
  });

  it("of paths and sessions lose what makes no sense, and keep the rest", () => {
    const wrong = { ...storedForm(anchored), anchors: "sideways", window: "soon", from: "all", expand: [7, { event: 3, by: "page", top: -1 }], hide: "home", each: "yes" };
    expect(readView(wrong)).toEqual({ ...anchored, anchors: "none", window: "", from: [], expand: [{ event: "", by: "page", top: 10 }], hide: [], each: false });
    expect(readView({ ...storedForm(defaultView("sessions")), timeout: "0m" })).toEqual(defaultView("sessions"));
    const rules = { ...storedForm(defaultView("sessions")), longest: 3, midnight: "yes", apart: [{ channels: ["a", 1], instant: true }, "b"] };
    expect(readView(rules)).toEqual({ ...defaultView("sessions"), apart: [{ channels: ["a"], timeout: "", longest: "", instant: true }] });
  });

  it("of a funnel made before there were options are read as they were", () => {
    const { count: _count, entry: _entry, reuse: _reuse, hold: _hold, exclusions: _exclusions, steps, ...rest } = storedForm(funnel) as unknown as FunnelView;
    const old = { ...rest, steps: steps.map(({ name, match }) => ({ name, match })) };
    const { count, entry, reuse, hold, exclusions } = defaultView("funnel");
    expect(readView(old)).toEqual({ ...funnel, steps: old.steps, count, entry, reuse, hold, exclusions });
  });

  it("of another page or a newer version are not read", () => {
    expect(readView({ ...storedForm(funnel), page: "journey_map" })).toBeNull();
    expect(readView({ ...storedForm(funnel), kind: "weather" })).toBeNull();
    expect(readView({ ...storedForm(funnel), v: VIEW_VERSION + 1 })).toBeNull();
  });

  it("carry what one looks at over to another analysis", () => {
    const { period, of, channels, versus } = funnel;
    const customers: FunnelView = { ...funnel, unit: { of: "customer" } };
    expect(carried("transitions", customers)).toEqual({ ...defaultView("transitions"), period, of, channels, versus, by: { dimension: "platform", at: "first", top: 3 } });
    expect(carried("sql", funnel)).toEqual(defaultView("sql"));
  });

  it("carry what a session is where somebody said so, and only there", () => {
    const rules = { timeout: "1h", longest: "4h", midnight: false, campaign: "", apart: [{ channels: ["store"], timeout: "2h", longest: "", instant: false }] };
    const sessions = { ...defaultView("sessions"), ...rules };
    const unit = { of: "session", timeout: "1h", longest: "4h", apart: rules.apart };
    expect(carried("funnel", sessions)).toEqual({ ...defaultView("funnel"), unit });
    expect(carried("paths", sessions)).toEqual({ ...defaultView("paths"), unit });
    expect(carried("sessions", carried("funnel", sessions))).toEqual(sessions);
    // Half an hour of silence is what paths and sessions are of anyway; nobody chose it.
    expect(carried("funnel", defaultView("paths"))).toEqual(defaultView("funnel"));
    expect(carried("transitions", defaultView("sessions"))).toEqual(defaultView("transitions"));
  });
});
