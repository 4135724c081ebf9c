// Both languages say the same things with the same values and marks. (That no key is missing, tsc checks.)
import { describe, expect, it } from "vitest";

import en from "./en";
import zhCN from "./zh-CN";

const keys = Object.keys(zhCN) as (keyof typeof zhCN)[];
const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).toSorted();
const marks = (text: string) => [...text.matchAll(/<(\w+)>/g)].map((match) => match[1]).toSorted();

describe("locales", () => {
  it("have the same keys, but for English's form for one", () => {
    const singulars = keys.filter((key) => key.endsWith("_other")).map((key) => key.replace(/_other$/, "_one"));
    expect(Object.keys(en).toSorted()).toEqual([...keys, ...singulars].toSorted());
  });

  it.each(keys)("%s has the same values and marks, and text", (key) => {
    expect(values(en[key])).toEqual(values(zhCN[key]));
    expect(marks(en[key])).toEqual(marks(zhCN[key]));
    expect(en[key].trim()).not.toBe("");
    expect(zhCN[key].trim()).not.toBe("");
  });

  it("keeps Chinese out of English", () => {
    expect(Object.values(en).filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([]);
  });
});
