// The last owner who can sign in is guarded, and details of the audit log are read as text.
import { describe, expect, it } from "vitest";

import type { Member, Role } from "../../api/types";
import { detailText } from "./audit";
import { isLastOwner } from "./members";

const member = (id: string, role: Role, disabled = false): Member => ({ person: { id, name: id, email: `${id}@shop.cn`, disabled }, role });

describe("the last owner", () => {
  it("is the only one who can sign in", () => {
    const two = [member("a", "owner"), member("b", "owner"), member("c", "editor")];
    expect(two.map(({ person }) => isLastOwner(two, person.id))).toEqual([false, false, false]);
    const one = [member("a", "owner"), member("b", "owner", true), member("c", "editor")];
    expect(one.map(({ person }) => isLastOwner(one, person.id))).toEqual([true, false, false]);
  });
});

describe("details", () => {
  it("are names and values, without what is not there", () => {
    expect(detailText({ role: "viewer", version: 3, note: null, ids: ["a", "b"] })).toBe('role: viewer · version: 3 · ids: ["a","b"]');
    expect(detailText(["a", 2])).toBe("a, 2");
    expect([null, undefined, "words", {}].map(detailText)).toEqual(["", "", "words", ""]);
  });
});
