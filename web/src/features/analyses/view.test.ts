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
  hold: ["channel", "props.item"],
  exclusions: [
    { match: [{ event: ["payment_error"] }], after: 1, before: 3, effect: "drop" },
    { match: [], after: null, before: null, effect: "remove" },
  ],
};
const paths: PathsView = { ...defaultView("paths"), only: { value: "web" }, collapse: false, depth: 8, top: 10, unit: { of: "journey", journey: "online-purchase" } };
const VIEWS: AnalysisView[] = [
  ...KINDS.map((kind) => defaultView(kind)),
  funnel,
  paths,
  { ...defaultView("transitions"), only: "other", period: { kind: "last", days: 28 } },
  { ...defaultView("transitions"), part: "next", after: ["a", "b"], target: "c", edges: 0, nodes: 25, weigh: "median", versus: { kind: "group", group: { by: "segment", segment: "vip" } } },
  { ...defaultView("segments"), segments: ["a", "b"], days: 0, versus: { kind: "previous" } },
  { ...defaultView("rfm"), match: [{ event: ["purchase"] }], last: "365d", high: 5, ties: "by_customer", value: "quantity" },
  { ...defaultView("sessions"), timeout: "5m", of: EVERYONE },
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
    expect(carried("transitions", funnel)).toEqual({ ...defaultView("transitions"), period, of, channels, versus, by: { dimension: "platform", at: "first", top: 3 } });
    expect(carried("sql", funnel)).toEqual(defaultView("sql"));
  });
});
