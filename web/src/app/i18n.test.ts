// What is loaded when: a page's texts beside its code, and a language with all parts that were asked for.
import i18next from "i18next";
import { beforeAll, describe, expect, it, vi } from "vitest";

import { page, setLanguage, startI18n } from "./i18n";

const OTHER = { "zh-CN": "en", en: "zh-CN" } as const;

beforeAll(async () => {
  localStorage.setItem("throughline.language", "zh-CN");
  await startI18n();
});

describe("texts", () => {
  it("of the frame are there from the beginning, those of features are not", () => {
    expect(i18next.t("common.cancel")).toBe("取消");
    expect(i18next.exists("customers.search")).toBe(false);
  });

  it("of a page are asked for together with its code, and there when it is", async () => {
    let asked = false;
    const code = () => {
      asked = true;
      return Promise.resolve("the page");
    };
    const loading = page("features/customers", code)();
    expect(asked).toBe(true);
    expect(await loading).toBe("the page");
    expect(i18next.exists("customers.search")).toBe(true);
    expect(i18next.exists("live.pause")).toBe(false);
  });

  it("of every part loaded so far follow the language", async () => {
    await setLanguage("en");
    expect(i18next.t("common.cancel")).toBe("Cancel");
    expect(i18next.t("customers.search")).toBe("Find");
    expect(document.documentElement.lang).toBe("en");
    expect(localStorage.getItem("throughline.language")).toBe("en");
  });

  it("of a page that loads while the language changes are there in both", async () => {
    const before = i18next.language as keyof typeof OTHER;
    const changing = setLanguage(OTHER[before]);
    const loading = page("features/live", () => Promise.resolve())();
    await loading;
    for (const lng of [before, OTHER[before]]) expect(i18next.exists("live.pause", { lng })).toBe(true);
    await changing;
    expect(i18next.language).toBe(OTHER[before]);
  });

  it("are in the language chosen last, whichever comes first", async () => {
    await Promise.all([setLanguage("en"), setLanguage("zh-CN")]);
    expect(i18next.language).toBe("zh-CN");
    expect(document.documentElement.lang).toBe("zh-CN");
  });

  it("that a screen did not load are told of", () => {
    const told: string[] = [];
    vi.stubGlobal("reportError", ({ message }: Error) => told.push(message));
    i18next.t("traffic.add");
    vi.unstubAllGlobals();
    expect(told).toEqual(["no text in zh-CN: traffic.add"]);
  });
});
