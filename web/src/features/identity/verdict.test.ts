import { describe, expect, it } from "vitest";

import type { IdentityMember } from "../../api/types";
import { CHOICES, CHOICE_KEYS, stepped, verdictOf } from "./verdict";

const member = (profile: string): IdentityMember => ({ profile, namespace: "user_id", value: profile, masked: false, kind: "person", customer: profile, customer_profiles: 1 });

describe("verdicts", () => {
  it("are of both ends, but for blocking", () => {
    expect(verdictOf("join", member("1"), member("2"), [])).toEqual({ decision: "join", a: { profile: "1" }, b: { profile: "2" } });
    expect(verdictOf("block", member("1"), member("2"), [])).toEqual({ decision: "block", a: { profile: "1" } });
  });

  it("join the people who share a device, and keep the device itself apart", () => {
    const device: IdentityMember = { ...member("7"), kind: "device", customer: "1" };
    const members = [device, member("1"), member("2")];
    expect(verdictOf("join", device, member("2"), members)).toEqual({ decision: "join", a: { profile: "1" }, b: { profile: "2" } });
    expect(verdictOf("keep_apart", device, member("2"), members)).toEqual({ decision: "keep_apart", a: { profile: "7" }, b: { profile: "2" } });
    // Nobody's device is joined itself.
    expect(verdictOf("join", device, member("2"), [device])).toEqual({ decision: "join", a: { profile: "7" }, b: { profile: "2" } });
  });

  it("have a key each", () => {
    expect(new Set(CHOICES.map((choice) => CHOICE_KEYS[choice])).size).toBe(CHOICES.length);
  });

  it("steps stay in the list", () => {
    expect([stepped(0, -1, 3), stepped(1, 1, 3), stepped(2, 1, 3), stepped(0, 1, 0)]).toEqual([0, 2, 2, 0]);
  });
});
