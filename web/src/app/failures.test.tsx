// A failure is shown in the reader's words as soon as they are there, and without them where they do not come.
import { act } from "react";
import { createRoot } from "react-dom/client";
import type { Root } from "react-dom/client";
import i18next from "i18next";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";

import { ApiError } from "../api/client";
import { codeOf, whenFailing } from "../ui/failures/words";
import { Failure } from "../ui/States";
import { startI18n } from "./i18n";

const unknown = new ApiError("journey_unknown", "there is no journey `x`", 404, "see the list");
let box: HTMLElement;
let root: Root;

beforeAll(async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  localStorage.setItem("throughline.language", "zh-CN");
  await startI18n();
});
beforeEach(() => {
  box = document.body.appendChild(document.createElement("div"));
  root = createRoot(box);
});
afterEach(() => {
  act(() => root.unmount());
  box.remove();
  vi.useRealTimers();
});

const show = (error: unknown) => act(async () => root.render(<Failure error={error} />));
const lines = () => [...box.querySelectorAll("p")].map((line) => line.textContent);

it("without the texts, in the server's words", async () => {
  whenFailing(() => Promise.reject(new TypeError("Failed to fetch dynamically imported module")));
  await show(unknown);
  expect(lines()).toEqual(["there is no journey `x`", "see the list"]);
});

it("where they are not there in time, in the server's words until they are", async () => {
  vi.useFakeTimers();
  let came: (() => void) | undefined;
  whenFailing(() => new Promise<void>((resolve) => (came = resolve)));
  await show(new ApiError("bell_broken", "the bell is broken", 500));
  expect(lines()).toEqual([]);
  await act(async () => vi.advanceTimersByTime(3000));
  expect(lines()[0]).toBe("the bell is broken");
  i18next.addResources("zh-CN", "ui", { "error.bell_broken": "门铃坏了", "error.bell_broken.remedy": "请敲门" });
  await act(async () => came?.());
  expect(lines()).toEqual(["门铃坏了", "请敲门"]);
});

it("of what fails where nothing can be fetched, at once", async () => {
  whenFailing(() => Promise.reject(new Error("asked")));
  for (const [error, code] of [
    [new ApiError("network", "", 0), "network"],
    [new ApiError("http_502", "Bad Gateway", 502), "http"],
    [new TypeError("Failed to fetch dynamically imported module: http://x/assets/a.js"), "unloaded"],
    [new TypeError("error loading dynamically imported module"), "unloaded"],
    [new TypeError("Importing a module script failed."), "unloaded"],
    [new TypeError("x is undefined"), "unexpected"],
  ] as const) {
    expect(codeOf(error)).toBe(code);
    await show(error);
    expect(lines()).toEqual([i18next.t(`error.${code}`, { status: 502 }), i18next.t(`error.${code}.remedy`)]);
  }
});

it("in the reader's words, with what the server says beyond them unless that stands beside", async () => {
  await startI18n();
  const error = new ApiError("question_invalid", "a funnel has at least 2 steps", 400);
  await show(error);
  await act(() => vi.waitFor(() => expect(i18next.exists("error.question_invalid")).toBe(true)));
  expect(lines()).toEqual([i18next.t("error.question_invalid"), i18next.t("error.question_invalid.remedy"), "详情： a funnel has at least 2 steps"]);
  await act(async () => root.render(<Failure error={error} listed />));
  expect(lines()).toHaveLength(2);
  await show(new ApiError("role_refused", "this needs the role `editor`", 403));
  expect(lines()[1]).toBe("这需要编辑者。请联系工作区的所有者或管理员。");
});
