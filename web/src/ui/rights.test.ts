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
    // What is taken away is something these roles have.
    expect(OF_THE_WHOLE.every((ability) => may("analyst", ability))).toBe(true);
  });

  it("are read off a refusal", () => {
    expect(neededRole("this needs the role `editor`")).toBe("editor");
    expect(neededRole("this needs the role `administrator`")).toBe("administrator");
    expect(neededRole("no column `amount`")).toBeNull();
  });
});
