// Forms ask for what the server wants, and the way back never leads out of the app.
import { describe, expect, it } from "vitest";

import { clock, emailFault, passwordFault, wayBack } from "./checks";

const HERE = "https://journeys.example:8080";

describe("the way back", () => {
  it("keeps a page with its view", () => {
    expect(wayBack("/w/shop/analyses/funnel?view=%7B%22v%22%3A1%7D#top", HERE)).toBe("/w/shop/analyses/funnel?view=%7B%22v%22%3A1%7D#top");
  });

  it.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\\/evil.example",
    "javascript:alert(1)",
    "/\u0000//evil.example".replace("\u0000", "\r"),
    "https://journeys.example:8080@evil.example/",
    "w/shop",
    "",
  ])("does not lead out by %j", (to) => {
    const back = wayBack(to, HERE);
    expect(back).toBe("/");
    expect(new URL(back, HERE).origin).toBe(HERE);
  });

  it("does not lead in circles", () => {
    expect(wayBack("/sign-in?to=%2F", HERE)).toBe("/");
    expect(wayBack("/x/../setup", HERE)).toBe("/");
    expect(wayBack("/invitation/abc", HERE)).toBe("/");
    expect(wayBack(undefined, HERE)).toBe("/");
  });
});

describe("forms", () => {
  it("count the characters of a password as people do", () => {
    expect(passwordFault("")).toBe("needed");
    expect(passwordFault("一二三四五六七八九")).toBe("short");
    expect(passwordFault("一二三四五六七八九十")).toBeNull();
    expect(passwordFault("🔑🔑🔑🔑🔑")).toBe("short");
  });

  it("know an address from a slip", () => {
    expect(["", " "].map(emailFault)).toEqual(["needed", "needed"]);
    expect(["lin", "lin@", "@shop", "li n@shop.cn", "a@b@c"].map(emailFault)).toEqual(Array(5).fill("email"));
    expect([" lin@shop.cn ", "林@例子.中国"].map(emailFault)).toEqual([null, null]);
  });

  it("tell the time that is left", () => {
    expect([0, 59, 61, 605].map(clock)).toEqual(["0:00", "0:59", "1:01", "10:05"]);
  });
});
