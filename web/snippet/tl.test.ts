// The snippet in a page: what it sends, what it keeps, and when it does neither. Each load has a key of its own, since
// the listeners of earlier loads stay on the window.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

interface Message {
  event: string;
  time: string;
  channel: string;
  message_id: string;
  identifiers: { anonymous_id: string; user_id?: string };
  page: string;
  props?: Record<string, unknown>;
  [more: string]: unknown;
}

type Tl = (...call: unknown[]) => void;
const tl: Tl = (...call) => (window as unknown as { tl: Tl }).tl(...call);

let loads = 0;
let answer: () => Promise<Response>;
const requests: { url: string; body: string; by: "fetch" | "beacon" }[] = [];

/** Loads the snippet as a script tag with these `data-` attributes does. */
async function load(data: Record<string, string> = {}): Promise<string> {
  const key = `pk_${(loads += 1)}`;
  const script = document.createElement("script");
  Object.assign(script.dataset, { key, ...data });
  Object.defineProperty(script, "src", { value: "https://collect.example/tl.js" });
  Object.defineProperty(document, "currentScript", { value: script, configurable: true });
  vi.resetModules();
  await import("./tl");
  return key;
}

const sentBy = (key: string) => requests.filter(({ url }) => url === `https://collect.example/k/${key}/v1/events`);
const eventsOf = (body: string) => (JSON.parse(body) as { events: Message[] }).events;
const messages = (key: string): Message[] => sentBy(key).flatMap(({ body }) => eventsOf(body));
const named = (key: string, event: string) => messages(key).filter((message) => message.event === event);
/** Lets everything that waits be sent. */
const settle = () => vi.advanceTimersByTimeAsync(1100);
const forget = () => (document.cookie = "tl=;path=/;max-age=0");

function click(element: Element, { at = performance.now(), x = 5, y = 5 } = {}): void {
  const event = new MouseEvent("click", { bubbles: true, clientX: x, clientY: y });
  Object.defineProperties(event, { timeStamp: { value: at }, x: { value: x }, y: { value: y } });
  element.dispatchEvent(event);
}

function fail(message: string): void {
  window.dispatchEvent(new ErrorEvent("error", { message, filename: "https://shop.example/a.js", lineno: 7 }));
}

beforeEach(() => {
  vi.useFakeTimers();
  // A page that loads stands since a while already.
  vi.advanceTimersByTime(1000);
  requests.length = 0;
  answer = async () => new Response(null, { status: 202 });
  vi.stubGlobal("fetch", (url: URL, { body }: { body: string }) => {
    requests.push({ url: String(url), body, by: "fetch" });
    return answer();
  });
  navigator.sendBeacon = (url, body) => requests.push({ url: String(url), body: String(body), by: "beacon" }) > 0;
  forget();
  history.replaceState(null, "", "/shop?utm_source=wechat&utm_medium=social&utm_id=7");
  document.body.innerHTML = "";
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the snippet", () => {
  it("tells of a view in our own format, with the campaign the address names", async () => {
    const key = await load();
    await settle();
    const [view, ...more] = messages(key);
    expect(more).toEqual([]);
    expect(view).toMatchObject({ event: "page_view", channel: "web", page: location.href, utm_source: "wechat", utm_medium: "social" });
    expect(view).not.toHaveProperty("utm_id");
    expect(Math.abs(Date.parse(view?.time ?? "") - Date.now())).toBeLessThan(5000);
    expect(view?.identifiers).toEqual({ anonymous_id: expect.stringMatching(/^[\d-]{20,}$/) });
    // Text: a body with a media type of its own would have to be asked for first.
    expect(typeof sentBy(key)[0]?.body).toBe("string");
    // By which the server tells how wrong the visitor's clock is.
    const { sent_at } = JSON.parse(sentBy(key)[0]?.body ?? "") as { sent_at: string };
    expect(Date.parse(sent_at) - Date.parse(view?.time ?? "")).toBe(1000);
  });

  it("keeps the id for the next page, and every message has its own", async () => {
    const first = await load();
    tl("track", "order_paid", { coupon: "A1" }, { amount: 199, currency: "CNY" });
    const second = await load();
    await settle();
    const ids = new Set([...messages(first), ...messages(second)].map(({ identifiers }) => identifiers.anonymous_id));
    expect(ids.size).toBe(1);
    expect(new Set([...messages(first), ...messages(second)].map(({ message_id }) => message_id)).size).toBe(3);
    expect(named(first, "order_paid")).toMatchObject([{ props: { coupon: "A1" }, amount: 199, currency: "CNY" }]);
  });

  it("answers calls made before it had loaded", async () => {
    const waiting = Object.assign(() => undefined, { q: [["track", "early", { n: 1 }]] });
    Object.assign(window, { tl: waiting });
    const key = await load();
    await settle();
    expect(named(key, "early")).toMatchObject([{ props: { n: 1 } }]);
  });

  it("follows an app from page to page, and fragments only where they are pages", async () => {
    const key = await load();
    const before = location.href;
    history.pushState(null, "", "/cart");
    history.replaceState(null, "", "/cart#top");
    history.pushState(null, "", "/cart#/pay");
    await settle();
    expect(messages(key).map(({ event, page, referrer }) => [event, new URL(page).pathname + new URL(page).hash, referrer])).toEqual([
      ["page_view", "/shop", undefined],
      ["page_leave", "/shop", undefined],
      ["page_view", "/cart", before],
      ["page_leave", "/cart", before],
      ["page_view", "/cart#/pay", `${location.origin}/cart`],
    ]);
  });

  it("says what was clicked, and never what was typed or is private", async () => {
    document.body.innerHTML = `<main id="basket"><ul class="lines wide"><li><button class="pay now"> Pay\n now </button></li></ul>
      <input class="card" value="4111-secret"><div contenteditable><a href="#x">secret-note</a></div>
      <a data-private href="/me">secret-name</a><p>secret-text</p></main>`;
    const key = await load();
    for (const [n, selector] of [".pay", ".card", "[contenteditable] a", "[data-private]", "p"].entries()) {
      click(document.querySelector(selector) as Element, { at: 10_000 + n * 2000, x: n * 100 });
    }
    await settle();
    const clicks = named(key, "click");
    expect(clicks.map(({ props }) => props?.["selector"])).toEqual([
      "main#basket>ul.lines>li>button.pay",
      "main#basket>input.card",
      "main#basket>div>a",
      "main#basket>a",
    ]);
    expect(String(clicks[0]?.props?.["text"]).replace(/\s+/g, " ")).toBe("Pay now");
    expect(clicks[0]?.props?.["role"]).toBe("button");
    expect(JSON.stringify(messages(key))).not.toContain("secret");
  });

  it("tells rage from clicking: three in a second in one place, once", async () => {
    document.body.innerHTML = "<p>dead</p>";
    const dead = document.querySelector("p") as Element;
    const key = await load();
    const rages = async () => {
      await settle();
      return named(key, "rage_click").length;
    };
    for (const at of [1000, 1600, 2200, 2800]) click(dead, { at });
    expect(await rages()).toBe(0);
    for (const [x, at] of [[0, 5000], [100, 5300], [200, 5600]] as const) click(dead, { at, x });
    expect(await rages()).toBe(0);
    for (const at of [10_000, 10_400, 10_800, 11_200, 11_600]) click(dead, { at });
    expect(await rages()).toBe(1);
    for (const at of [20_000, 20_100, 20_200]) click(dead, { at });
    expect(await rages()).toBe(2);
    // A click on a label, and the one on its field that the browser adds.
    for (const at of [30_000, 30_001, 30_400, 30_401]) click(dead, { at });
    expect(await rages()).toBe(2);
  });

  it("tells of errors, each once, and of no more than ten on a page", async () => {
    const key = await load();
    fail("boom");
    fail("boom");
    for (let n = 0; n < 20; n += 1) fail(`boom ${n} ${"x".repeat(500)}`);
    await settle();
    const errors = named(key, "js_error");
    expect(errors).toHaveLength(10);
    expect(errors[0]).toMatchObject({ error: "boom", props: { at: "https://shop.example/a.js:7" } });
    expect(errors.every(({ error }) => String(error).length <= 200)).toBe(true);
  });

  it("says by beacon how long the page was in sight, and leaves nothing behind", async () => {
    const key = await load();
    for (let n = 0; n < 50; n += 1) tl("track", "step", { n });
    await vi.advanceTimersByTimeAsync(900);
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    window.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(50);
    Object.defineProperty(document, "hidden", { value: false, configurable: true });
    window.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("pagehide"));
    expect(sentBy(key).map(({ by, body }) => [by, eventsOf(body).length])).toEqual([
      ["beacon", 20],
      ["beacon", 20],
      ["beacon", 12],
    ]);
    const [left] = named(key, "page_leave");
    expect(left?.["duration_seconds"]).toBeGreaterThanOrEqual(0.9);
    expect(left?.["duration_seconds"]).toBeLessThan(0.95);
    expect(left?.props?.["scroll_percent"]).toBeLessThanOrEqual(100);
  });

  it("tries again where that can help, with the same messages, and not where it cannot", async () => {
    const answers = [() => Promise.reject(new TypeError("offline")), async () => new Response(null, { status: 503 }), async () => new Response(null, { status: 429 })];
    answer = () => (answers.shift() ?? (async () => new Response(null, { status: 202 })))();
    const key = await load();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sentBy(key)).toHaveLength(4);
    expect(new Set(messages(key).map(({ message_id }) => message_id)).size).toBe(1);
    answer = async () => new Response(null, { status: 400 });
    tl("track", "refused");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(named(key, "refused")).toHaveLength(1);
  });

  it("keeps the newest 200 while nobody answers", async () => {
    answer = () => Promise.reject(new TypeError("offline"));
    const key = await load();
    for (let n = 0; n < 500; n += 1) tl("track", "step", { n });
    requests.length = 0;
    window.dispatchEvent(new Event("pagehide"));
    const steps = named(key, "step").map(({ props }) => props?.["n"]);
    expect(steps).toHaveLength(199);
    expect(steps.at(-1)).toBe(499);
  });

  it("joins who signs in to who was there before, and keeps two people at one device apart", async () => {
    const key = await load();
    tl("identify", 42, { tier: "gold" });
    tl("track", "one");
    tl("identify", "43");
    tl("track", "two");
    tl("reset");
    tl("track", "nobody");
    await settle();
    const ids = (event: string) => Object.values(named(key, event)[0]?.identifiers ?? {});
    const [before] = ids("page_view");
    expect(named(key, "$profile_set")[0]).toMatchObject({ traits: { tier: "gold" } });
    expect(ids("one")).toEqual([before, "42"]);
    expect(ids("two")[1]).toBe("43");
    expect(ids("two")[0]).not.toBe(before);
    expect(ids("nobody")).toHaveLength(1);
    expect([before, ids("two")[0]]).not.toContain(ids("nobody")[0]);
  });
});

describe("consent", () => {
  it("where it is required nothing is kept or sent before it, or after it is withdrawn", async () => {
    document.body.innerHTML = "<button>Pay</button>";
    const key = await load({ consent: "required" });
    tl("track", "before");
    tl("identify", "42");
    click(document.querySelector("button") as Element);
    history.pushState(null, "", "/before");
    window.dispatchEvent(new Event("pagehide"));
    await settle();
    expect(sentBy(key)).toEqual([]);
    expect(document.cookie).not.toContain("tl=");

    tl("consent", true);
    await settle();
    expect(messages(key).map(({ event }) => event)).toEqual(["page_view"]);
    const again = await load({ consent: "required" });
    await settle();
    expect(named(again, "page_view")).toHaveLength(1);

    tl("track", "unsent");
    tl("consent", false);
    tl("track", "after");
    window.dispatchEvent(new Event("pagehide"));
    await settle();
    expect(messages(again).map(({ event }) => event)).toEqual(["page_view"]);
    expect(document.cookie).not.toContain("tl=");
    const later = await load({ consent: "required" });
    await settle();
    expect(sentBy(later)).toEqual([]);
  });

  it("refused once stays refused, until it is given", async () => {
    await load();
    tl("consent", false);
    const key = await load();
    tl("track", "no");
    await settle();
    expect(sentBy(key)).toEqual([]);
    tl("consent", true);
    await settle();
    expect(messages(key).map(({ event }) => event)).toEqual(["page_view"]);
  });

  it("the browser's own signals stop everything where the page respects them", async () => {
    vi.stubGlobal("navigator", Object.assign(Object.create(navigator) as Navigator, { globalPrivacyControl: true }));
    const heedless = await load();
    await settle();
    expect(sentBy(heedless)).toHaveLength(1);
    forget();
    const key = await load({ signals: "respect" });
    tl("consent", true);
    tl("track", "no");
    await settle();
    expect(sentBy(key)).toEqual([]);
  });
});
