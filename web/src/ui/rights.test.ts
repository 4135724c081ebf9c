// Roles contain each other and allow what the server allows, and where no sign-in is asked for everybody is the owner.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { Session } from "../api/types";
import { ABILITIES, NEEDED, OF_THE_WHOLE, ROLES, canBeLimited, may, neededRole, roleIn, storesIn } from "./rights";

const session: Session = {
  person: { id: "p1", name: "林", email: "lin@shop.cn", administrator: true },
  open: false,
  setup: false,
  csrf: "t",
  roles: [{ workspace: "shop", role: "analyst" }],
};

/** `ReadAudit` as it is written here. */
const named = (camel: string) => camel.replaceAll(/(?<!^)[A-Z]/g, "_$&").toLowerCase();

describe("rights", () => {
  it("grow with the role", () => {
    const allowed = ROLES.map((role) => ABILITIES.filter((ability) => may(role, ability)));
    for (const [index, abilities] of allowed.entries()) {
      const before = allowed[index - 1] ?? [];
      expect(abilities).toEqual(expect.arrayContaining(before));
      expect(abilities.length).toBeGreaterThan(before.length);
    }
    expect(allowed[0]).toEqual(["read_answers"]);
    expect(allowed.at(-1)).toEqual(ABILITIES);
  });

  it("are those the server checks", () => {
    const source = readFileSync(join(import.meta.dirname, "../../../crates/model/src/access.rs"), "utf8");
    const table = /pub fn role\(self\)[^]*?\n {4}\}\n/.exec(source)?.[0] ?? "";
    const rules = table.matchAll(/((?:[\s|]*Ability::\w+)+)\s*=>[\s{]*Role::(\w+)/g);
    const checked = [...rules].flatMap(([, abilities = "", role = ""]) =>
      [...abilities.matchAll(/Ability::(\w+)/g)].map(([, ability = ""]) => [named(ability), named(role)]),
    );
    expect(Object.fromEntries(checked)).toEqual(NEEDED);
  });

  it("are those of the workspace, also for an administrator", () => {
    expect(roleIn(session, "shop")).toBe("analyst");
    expect(roleIn(session, "bank")).toBeNull();
    expect(may(roleIn(session, "bank"), "read_answers")).toBe(false);
    expect(roleIn({ ...session, person: null, open: true, roles: [] }, "bank")).toBe("owner");
  });

  it("end at stores for those who are limited to some", () => {
    const limited: Session = { ...session, roles: [{ workspace: "shop", role: "analyst", stores: ["s1"] }] };
    expect(storesIn(limited, "shop")).toEqual(["s1"]);
    expect(storesIn(session, "shop")).toBeNull();
    expect(storesIn({ ...limited, open: true }, "shop")).toBeNull();
    expect(ROLES.filter((role) => canBeLimited(role))).toEqual(["viewer", "analyst"]);
  });

  it("lose to a limit what the server refuses to limited members", () => {
    const source = readFileSync(join(import.meta.dirname, "../../../crates/server/src/rights.rs"), "utf8");
    const rows = [...source.matchAll(/(?:row|logged)\("(\w+)",\s*(READ|Need::\w+(?:\(Ability::(\w+)\))?)[^)]*\)(\.\w+)?/g)];
    expect(rows.length).toBeGreaterThan(50);
    const operations = rows.map(([, operation = "", need, ability = "", way]) => ({ operation, ability: need === "READ" ? "read_answers" : named(ability), refused: way !== ".untouched()" && way !== ".narrowed()" && way === undefined }));
    const refused = new Set(operations.filter((each) => each.refused).map(({ operation }) => operation));
    for (const operation of Object.values(OF_THE_WHOLE)) expect(refused).toContain(operation);
    for (const kept of ["listCustomers", "customerTimeline", "listSegments", "listJourneys", "journeyMap", "funnel", "listNamedViews"]) expect(refused).not.toContain(kept);
    // An ability is gone where nothing of what it allows is left.
    const lost = ABILITIES.filter((ability) => may("analyst", ability)).filter((ability) => operations.filter((each) => each.ability === ability).every((each) => each.refused));
    expect(ABILITIES.filter((ability) => ability in OF_THE_WHOLE)).toEqual(lost);
  });

  it("are read off a refusal", () => {
    expect(neededRole("this needs the role `editor`")).toBe("editor");
    expect(neededRole("this needs the role `administrator`")).toBe("administrator");
    expect(neededRole("no column `amount`")).toBeNull();
  });
});
