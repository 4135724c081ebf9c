// Readings as every dictionary has them.
import { expect, it } from "vitest";

import { keyOf } from "./keys";
import { spelled } from "./spell";

it.each([
  ["上海门店", "shanghaimendian"],
  ["线上商城", "xianshangshangcheng"],
  ["会员中心", "huiyuanzhongxin"],
  ["银行", "yinxing"],
  ["女装", "nvzhuang"],
  ["动线 Shop", "dongxian Shop"],
  ["Café", "Café"],
])("%s is spelled %s", (name, letters) => {
  expect(spelled(name)).toBe(letters);
});

it("makes an id of a Chinese name", () => {
  expect(keyOf(spelled("上海 门店（一）"), [], "workspace")).toBe("shanghai-mendian-yi");
  expect(keyOf(spelled("门店"), ["mendian"], "workspace")).toBe("mendian-2");
});
