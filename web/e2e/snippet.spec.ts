// The snippet on somebody's page, in a real browser: what it sends to another origin, when, and what it never sends.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import type { Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

const SNIPPET = readFileSync(join(import.meta.dirname, "../dist/tl.js"));
const TYPED = "6222 0200 typed by a visitor";

interface Message {
  event: string;
  message_id: string;
  identifiers: { anonymous_id: string; user_id?: string };
  page: string;
  props?: Record<string, unknown>;
  [more: string]: unknown;
}

/** A server of one address that answers by `answer`. */
async function serve(answer: Parameters<typeof createServer>[1]): Promise<{ origin: string; close: () => void }> {
  const server = createServer(answer as Parameters<typeof createServer>[0] & object);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** A receiver as the product is one: the snippet, and a door that takes text from any page. */
async function receiver() {
  const requests: { method: string; url: string; type: string; cookie: string; messages: Message[] }[] = [];
  const stub = await serve((request, response) => {
    if (request.method === "GET") return response.setHeader("content-type", "text/javascript").end(SNIPPET);
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      requests.push({ method, url, type: headers["content-type"] ?? "", cookie: headers.cookie ?? "", messages: body ? (JSON.parse(body) as { events: Message[] }).events : [] });
      response.setHeader("access-control-allow-origin", headers.origin ?? "*").writeHead(202).end();
    });
    return undefined;
  });
  // As in the product, a message that comes twice counts once.
  const messages = () => [...new Map(requests.flatMap((request) => request.messages).map((message) => [message.message_id, message])).values()];
  return { ...stub, requests, messages, named: (event: string) => messages().filter((message) => message.event === event) };
}

const shop = (origin: string, attributes = "") => `<!doctype html><title>Shop</title>
  <script>window.tl = window.tl || function () { (tl.q = tl.q || []).push(arguments) }; tl("track", "early")</script>
  <script defer src="${origin}/tl.js" data-key="pk_shop" ${attributes}></script>
  <main id="shop" style="height: 4000px">
    <button class="add" onclick="history.pushState(null, '', '/cart')">加入购物车</button>
    <label><input type="checkbox"> Wrap it as a gift</label>
    <input class="card" placeholder="card">
    <p class="dead">Nothing happens here</p>
    <button class="fail" onclick="undefinedFunction()">Fail</button>
    <a href="/thanks">Pay</a>
  </main>`;

async function visit(page: Page, origin: string, attributes = ""): Promise<{ origin: string; close: () => void }> {
  const site = await serve((_, response) => response.setHeader("content-type", "text/html; charset=utf-8").end(shop(origin, attributes)));
  await page.goto(`${site.origin}/?utm_source=wechat&utm_campaign=spring`);
  return site;
}

test("a visit arrives: views, clicks, rage, errors, depth and time in sight, without what was typed", async ({ page }) => {
  const door = await receiver();
  const site = await visit(page, door.origin);
  await expect.poll(() => door.named("page_view").length).toBe(1);
  expect(door.named("early")).toHaveLength(1);
  expect(door.named("page_view")[0]).toMatchObject({ channel: "web", utm_source: "wechat", utm_campaign: "spring" });

  await page.locator(".add").click();
  await page.locator("label").click({ position: { x: 80, y: 8 } });
  await page.locator(".card").fill(TYPED);
  await page.locator(".card").click();
  await page.locator(".dead").click({ clickCount: 4, delay: 20 });
  await page.locator(".fail").click();
  await page.evaluate(() => (window as unknown as { tl: (...call: unknown[]) => void }).tl("identify", "member-7", { tier: "gold" }));
  // Where a page stands is told once a frame: back in the same frame it was never at its end.
  await page.evaluate(
    () =>
      new Promise<void>((told) => {
        addEventListener("scroll", () => told(), { once: true });
        scrollTo(0, document.documentElement.scrollHeight);
      }),
  );
  await page.evaluate(() => scrollTo(0, 0));
  // Leaving: what waits goes by beacon.
  await page.getByRole("link", { name: "Pay" }).click();
  await expect.poll(() => door.named("page_view").length).toBe(3);
  await expect.poll(() => door.named("page_leave").length).toBe(2);

  const clicks = door.named("click").map(({ props }) => [props?.["role"], props?.["text"], props?.["selector"]]);
  // A label is clicked once, though the browser clicks its field as well.
  expect(clicks).toEqual([
    ["button", "加入购物车", "main#shop>button.add"],
    ["label", "Wrap it as a gift", "main#shop>label"],
    ["input", "", "main#shop>input.card"],
    ["button", "Fail", "main#shop>button.fail"],
    ["a", "Pay", "main#shop>a"],
  ]);
  expect(door.named("rage_click").map(({ props }) => props?.["selector"])).toEqual(["main#shop>p.dead"]);
  expect(door.named("js_error")[0]).toMatchObject({ error: expect.stringContaining("undefinedFunction is not defined") });
  const [home, cart] = door.named("page_leave");
  expect(home?.page).toContain("utm_source");
  expect(cart).toMatchObject({ page: `${site.origin}/cart`, props: { scroll_percent: 100 } });
  expect(cart?.["duration_seconds"]).toBeGreaterThan(0);
  const [anonymous] = new Set(door.messages().map(({ identifiers }) => identifiers.anonymous_id));
  expect(door.messages().every(({ identifiers }) => identifiers.anonymous_id === anonymous)).toBe(true);
  expect(door.named("$profile_set")[0]).toMatchObject({ traits: { tier: "gold" }, identifiers: { user_id: "member-7" } });

  // Each at least once, and no browser asked for permission first.
  expect(new Set(door.requests.map(({ method, type }) => `${method} ${type.split(";")[0]}`))).toEqual(new Set(["POST text/plain"]));
  expect(new Set(door.requests.map(({ url }) => url))).toEqual(new Set(["/k/pk_shop/v1/events"]));
  expect(JSON.stringify(door.requests)).not.toContain(TYPED);
  site.close();
  door.close();
});

test("before consent nothing is kept or sent; after it is withdrawn neither", async ({ page, context }) => {
  const door = await receiver();
  const site = await visit(page, door.origin, 'data-consent="required"');
  const tell = (...call: unknown[]) => page.evaluate((said) => (window as unknown as { tl: (...call: unknown[]) => void }).tl(...said), call);
  await page.locator(".add").click();
  await page.getByRole("link", { name: "Pay" }).click();
  await page.waitForURL("**/thanks");
  expect(await context.cookies()).toEqual([]);
  await tell("consent", true);
  await expect.poll(() => door.messages().map(({ event }) => event)).toEqual(["page_view"]);
  await page.goto(site.origin);
  await expect.poll(() => door.named("page_view").length).toBe(2);
  await tell("consent", false);
  expect(await context.cookies()).toEqual([]);
  const before = door.messages().length;
  await page.locator(".add").click();
  await page.goto(`${site.origin}/again`);
  await tell("consent", true);
  await expect.poll(() => door.named("page_view").length).toBe(3);
  // Between the two nothing was told, and the visitor who comes back is somebody new.
  expect(door.messages()).toHaveLength(before + 1);
  const ids = door.messages().map(({ identifiers }) => identifiers.anonymous_id);
  expect(ids.at(-1)).not.toBe(ids[0]);
  site.close();
  door.close();
});
