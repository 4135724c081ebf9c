// The lists hold what browsers leave out, and nothing a server would refuse for its form.
import { expect, it } from "vitest";

import { keyOf } from "../../ui/keys";
import { ownZone, zones } from "../../ui/zones";
import { ID, currencies, currencyOf } from "./newWorkspace";

it("offers the person's own zone and UTC, and every zone once", () => {
  const offered = zones();
  expect(offered).toEqual(expect.arrayContaining(["Asia/Shanghai", "UTC", ownZone()]));
  expect(new Set(offered).size).toBe(offered.length);
});

it("names currencies in the language asked for", () => {
  expect(currencies("zh-CN")).toContainEqual({ id: "CNY", label: "CNY 人民币" });
  expect(currencies("en")).toContainEqual({ id: "CNY", label: "CNY Chinese Yuan" });
  expect(currencies("en").every(({ id }) => /^[A-Z]{3}$/.test(id))).toBe(true);
});

it("takes for an id what is made of a name, and no underscore", () => {
  expect(keyOf("Shop & Café", ["shop-cafe"], "workspace")).toMatch(ID);
  expect(keyOf("门店", [], "workspace")).toMatch(ID);
  for (const id of ["", "a_b", "Shop", "-shop", "shop/x"]) expect(id).not.toMatch(ID);
});

it.each([
  ["zh-CN", "CNY"],
  ["zh", "CNY"],
  ["zh-Hant-HK", "HKD"],
  ["en-US", "USD"],
  ["en-GB", "GBP"],
  ["de", "EUR"],
  ["en-001", null],
])("presets the currency of %s: %s", (tag, currency) => {
  expect(currencyOf(tag)).toBe(currency);
  if (currency !== null) expect(currencies("en").map(({ id }) => id)).toContain(currency);
});
