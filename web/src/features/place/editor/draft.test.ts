// Steps of a site being edited, faults at their place, and defaults that are the server's.
import { describe, expect, it } from "vitest";

import openapi from "../../../../../crates/server/tests/openapi.json";
import type { PlaceRules, ShapeText, Site } from "../../../api/types";
import { addPlan, addZone, changeRules, changeZone, floorAt, mergedSites, moved, removePlan, removeZone, renameZone, ringOf, setCorner, splitEdge, withoutCorner } from "./draft";
import { placed } from "./faults";
import { EVENTS, GROUPS, NULLABLE, SHOWN_FROM, eventsOf, heldBy, namesIn, withField, written } from "./rules";
import { ENGAGED } from "./ZoneForm";

/** With fields the editor does not show, and some that no model has yet. */
const SITE = {
  id: "s",
  name: { "zh-CN": "店", en: "Shop" },
  time_zone: "Asia/Shanghai",
  novel: 1,
  plans: [
    {
      from: "2026-01-01",
      note: "opening",
      floors: [
        {
          id: "f1",
          name: "F1",
          novel: 2,
          outline: [[0, 0], [10, 0], [10, 6], [0, 6]],
          zones: [
            { id: "wine", name: "Wine", kind: "display", shape: [[1, 1], [3, 1], [3, 2], [1, 2]], novel: 3 },
            { id: "red", name: "Red", kind: "display", parent: "wine", shape: { outer: [[1, 1], [2, 1], [2, 2], [1, 2]], holes: [[[1.2, 1.2], [1.4, 1.2], [1.4, 1.4]]] } },
          ],
          fixtures: [{ id: "shelf", name: "Shelf", zone: "wine", shape: [[1, 1], [2, 1], [2, 1.5]] }],
        },
      ],
    },
  ],
} as unknown as Site;
const AT = { plan: 0, floor: 0 };
const zonesOf = (site: Site) => floorAt(site, AT)?.zones ?? [];

describe("a site being edited", () => {
  it("keeps what a step is not about, and what it does not know", () => {
    const next = changeZone(SITE, AT, "wine", { name: "Wines", category: undefined });
    expect(zonesOf(next)[0]).toEqual({ ...zonesOf(SITE)[0], name: "Wines" });
    expect(zonesOf(next)[1]).toBe(zonesOf(SITE)[1]);
    expect({ ...next, plans: [] }).toEqual({ ...SITE, plans: [] });
    expect(floorAt(next, AT)).toMatchObject({ novel: 2, outline: floorAt(SITE, AT)?.outline });
  });

  it("gets zones with ids of their own, drawn or in the middle", () => {
    const first = addZone(SITE, AT, "New");
    expect(zonesOf(first.site).at(-1)).toEqual({ id: "zone-1", name: "New", kind: "display", shape: [[4, 2], [6, 2], [6, 4], [4, 4]] });
    const second = addZone(first.site, AT, "New", [[0.123, 0], [1, 0], [1, 1.005]]);
    expect(second.id).toBe("zone-2");
    expect(zonesOf(second.site).at(-1)?.shape).toEqual([[0.12, 0], [1, 0], [1, 1]]);
  });

  it("lets go of what lay in a zone that is deleted, and takes it along when it is called otherwise", () => {
    const gone = removeZone(SITE, AT, "wine");
    expect(zonesOf(gone).map(({ id, parent }) => [id, parent])).toEqual([["red", undefined]]);
    expect(floorAt(gone, AT)?.fixtures?.[0]).not.toHaveProperty("zone");
    const renamed = renameZone(SITE, AT, "wine", "wines");
    expect(zonesOf(renamed ?? SITE).map(({ id, parent }) => [id, parent])).toEqual([["wines", undefined], ["red", "wines"]]);
    expect(floorAt(renamed ?? SITE, AT)?.fixtures?.[0]?.zone).toBe("wines");
    expect(renameZone(SITE, AT, "wine", "red")).toBeNull();
  });

  it("moves shapes with their holes and parts, and corners of those that are one ring", () => {
    const [wine, red] = zonesOf(SITE).map(({ shape }) => shape);
    if (!wine || !red) throw new Error("there are two zones");
    expect(moved(wine, 0.5, -1)).toEqual([[1.5, 0], [3.5, 0], [3.5, 1], [1.5, 1]]);
    expect(moved(red, 1, 0)).toEqual({ outer: [[2, 1], [3, 1], [3, 2], [2, 2]], holes: [[[2.2, 1.2], [2.4, 1.2], [2.4, 1.4]]] });
    const both = [wine, red] as ShapeText;
    expect(moved(both, 0, 1)).toEqual([moved(wine, 0, 1), moved(red, 0, 1)]);
    expect([ringOf(red), ringOf(both)]).toEqual([null, null]);
    const ring = ringOf(wine) ?? [];
    expect(setCorner(ring, 1, [4, 0.999])).toEqual([[1, 1], [4, 1], [3, 2], [1, 2]]);
    expect(splitEdge(ring, 3)).toEqual([[1, 1], [3, 1], [3, 2], [1, 2], [1, 1.5]]);
    expect(withoutCorner(ring, 0)).toEqual([[3, 1], [3, 2], [1, 2]]);
    expect(withoutCorner(ring.slice(1), 0)).toBeNull();
  });

  it("gets plans that are copies of the one before, in order of their days", () => {
    const next = addPlan(SITE, "2026-06-01");
    expect(next?.plans.map(({ from, note }) => [from, note])).toEqual([["2026-01-01", "opening"], ["2026-06-01", undefined]]);
    expect(next?.plans[1]?.floors).toEqual(SITE.plans[0]?.floors);
    expect(addPlan(SITE, "2026-01-01")).toBeNull();
    expect(addPlan(SITE, "2025-01-01")?.plans[0]?.from).toBe("2025-01-01");
    expect([removePlan(SITE, 0), removePlan(next ?? SITE, 0).plans.length]).toEqual([SITE, 1]);
  });

  it("is put together with what somebody else changed meanwhile", () => {
    const mine = changeZone(SITE, AT, "wine", { name: "Mine" });
    const theirs = addPlan(changeZone(SITE, AT, "red", { kind: "promotion" }), "2026-06-01") ?? SITE;
    const both = mergedSites(SITE, mine, theirs);
    expect(zonesOf(both).map(({ name, kind }) => [name, kind])).toEqual([["Mine", "display"], ["Red", "promotion"]]);
    expect(both.plans.map((plan) => [plan.from, "id" in plan])).toEqual([["2026-01-01", false], ["2026-06-01", false]]);
  });
});

function at(path: string) {
  const { at: where, zone, field } = placed(SITE, { path, message: "m" });
  return [where, zone, field];
}

describe("faults", () => {
  it("lie at the zone their path names", () => {
    expect(at("plans[0].floors[0].zones[1].shape")).toEqual([AT, "red", "shape"]);
    expect(at("plans[0].floors[0].outline")).toEqual([AT, null, "outline"]);
    expect(at("plans[0].from")).toEqual([AT, null, "from"]);
    expect(at("rules.visits")).toEqual([null, null, "rules.visits"]);
  });
});

/** Fields as the form names them. */
const flat = (matching: object) => Object.fromEntries(Object.entries(matching).map(([field, value]) => [`matching.${field}`, value]));

describe("rules", () => {
  const described = openapi.components.schemas.PlaceRules.properties as Record<string, { default: unknown }>;

  it("have the defaults of the server, and none is left out", () => {
    const held = [...GROUPS.map(({ group }) => [group, heldBy(undefined, group)]), ["shown_from", SHOWN_FROM]];
    expect(Object.fromEntries(held)).toEqual(Object.fromEntries(Object.entries(described).map(([group, { default: normal }]) => [group, normal])));
    const { PlaceReceiptRules: receipts, PlaceMemberRules: members } = openapi.components.schemas;
    expect(heldBy({ receipts: {} } as PlaceRules, "receipts")).toEqual(flat(receipts.properties.matching.default));
    expect(heldBy({ members: {} } as PlaceRules, "members")).toEqual({ return_minutes: members.properties.return_minutes.default, ...flat(members.properties.matching.default) });
    expect(EVENTS).toEqual({ receipts: receipts.properties.events.default, members: members.properties.events.default });
    expect(NULLABLE).toEqual(["speed_max_m_s", "snap_m"].map((field) => `cleaning.${field}`));
  });

  it("name events as they are said, else by default, and only where a rule is of events", () => {
    const said = { receipts: { events: ["order_paid"] } } as unknown as PlaceRules;
    expect([eventsOf(said, "receipts"), eventsOf(said, "members"), eventsOf(said, "stops")]).toEqual([["order_paid"], ["member_scan"], null]);
  });

  it("read names from a line as they are written there, each once", () => {
    expect(namesIn(" 西湖店、S0012，Order Completed,,西湖店\n")).toEqual(["西湖店", "S0012", "Order Completed"]);
    expect(namesIn(written(["a b", "c"]))).toEqual(["a b", "c"]);
    expect(namesIn(" , ")).toEqual([]);
  });

  it("hold as they are said, else by default, and not where they are off", () => {
    const site = changeRules(SITE, { stitching: null, visits: { least_seconds: 30, absence_seconds: 10_800 } });
    expect([heldBy(site.rules, "stitching"), heldBy(site.rules, "stops")]).toEqual([null, { radius_m: 1, least_seconds: 5 }]);
    expect(heldBy(site.rules, "visits")).toMatchObject({ least_seconds: 30 });
  });

  it("change in one field, and keep the rest as it is said", () => {
    const said = { receipts: { lane: "till", matching: { unseen: 0.1 } }, cleaning: { snap_m: null } } as unknown as PlaceRules;
    expect(withField(said, "receipts", "matching.window_seconds", 20)).toEqual({ lane: "till", matching: { unseen: 0.1, window_seconds: 20 } });
    expect(withField(said, "stops", "radius_m", 2)).toEqual({ radius_m: 2 });
    expect([heldBy(said, "cleaning")?.["snap_m"], heldBy(said, "receipts")?.["matching.unseen"]]).toEqual([null, 0.1]);
  });

  it("say the seconds that engage by kind, as the reference does", () => {
    expect(ENGAGED).toEqual({ promotion: 3, aisle: 5, display: 5, service: 30, fitting_room: 60, seating: 60, tenant: 300 });
  });
});
