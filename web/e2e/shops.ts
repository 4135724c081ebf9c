// A workspace of three stores, and a member who is limited to two of them.
import type { Page } from "@playwright/test";
import { expect } from "@playwright/test";

import { VIEWER } from "./secured";
import type { Language } from "./story";
import { TEXTS } from "./story";

export const SHOPS = "shops";
const STORES = ["外滩店", "徐汇店", "静安店"];
export const THEIRS = STORES.slice(0, 2);
const CUSTOMERS = 30;

/** Everybody visits one store a day, in turn, and buys in every third of them. */
function events(): object[] {
  return Array.from({ length: CUSTOMERS * 6 }, (_, n) => {
    const [customer, day] = [Math.floor(n / 6), n % 6];
    const site = STORES[(customer + day) % 3];
    const bought = (customer + day) % 2 === 0;
    return {
      event: bought ? "purchase" : "visit",
      time: `2026-03-0${day + 1}T10:00:00+08:00`,
      message_id: `m-${customer}-${day}`,
      identifiers: { member_no: `m${customer}` },
      channel: "store",
      site,
      ...(bought ? { amount: 20 } : {}),
    };
  });
}

export const JOURNEY = {
  id: "in-store",
  name: { "zh-CN": "到店购买", en: "In store" },
  gap: "30d",
  stages: [
    { id: "come", name: { "zh-CN": "到店", en: "Come" }, touchpoints: [{ id: "visit", name: { "zh-CN": "到店", en: "Visit" }, match: [{ event: "visit" }] }] },
    { id: "buy", name: { "zh-CN": "购买", en: "Buy" }, touchpoints: [{ id: "order", name: { "zh-CN": "下单", en: "Order" }, match: [{ event: "purchase" }] }] },
  ],
  goal: { name: { "zh-CN": "下单", en: "Order" }, touchpoints: ["order"], value: "amount" },
};

/** Makes the workspace with its events, as the owner on the page. */
export async function fillShops(page: Page, url: string): Promise<void> {
  const { csrf } = (await (await page.request.get(`${url}/v1/session`)).json()) as { csrf: string };
  const headers = { "x-csrf-token": csrf };
  const send = async (method: "post" | "put", path: string, data: object) => {
    const answer = await page.request[method](`${url}${path}`, { headers, data });
    expect(answer.ok(), await answer.text()).toBe(true);
    return (await answer.json()) as { key: string };
  };
  await send("post", "/v1/workspaces", { id: SHOPS, name: "Shops", zone: "Asia/Shanghai", currency: "CNY" });
  await send("post", `/v1/workspaces/${SHOPS}/sources`, { id: "till", name: "Till", channel: "store" });
  const { key } = await send("post", `/v1/workspaces/${SHOPS}/sources/till/keys`, { kind: "secret" });
  const taken = await page.request.post(`${url}/v1/events`, { headers: { authorization: `Bearer ${key}` }, data: events() });
  expect(await taken.json()).toMatchObject({ accepted: CUSTOMERS * 6 });
  await send("put", `/v1/workspaces/${SHOPS}/journeys/${JOURNEY.id}`, JOURNEY);
}

/** Invites an analyst to two of the stores, by the form of an owner's page; the link. */
export async function inviteLimited(page: Page, url: string, language: Language): Promise<string> {
  const t = TEXTS[language];
  await page.goto(`${url}/w/${SHOPS}/members`);
  const form = page.locator("form.invite");
  await form.locator("input[type=email]").fill(VIEWER.email);
  await form.locator(".select-button").first().click();
  await page.getByRole("option", { name: t["role.analyst"] }).click();
  // The stores to choose from are asked for.
  await form.locator(".select-button").nth(1).click();
  for (const store of THEIRS) await page.getByRole("option", { name: store }).click();
  await page.keyboard.press("Escape");
  await expect(form).toContainText(t["stores.what"]);
  await form.locator("button[type=submit]").click();
  return (await page.locator(".invite-link code").innerText()).trim();
}
