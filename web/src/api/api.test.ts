// The app calls what the API describes, and the types are made from that description.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";

import { ApiError, address, keepCsrf, path, request, requestFile, whenSignedOut } from "./client";
import openapi from "../../../crates/server/tests/openapi.json";
import { PATHS } from "./paths";
import { follow, listen } from "./live";

const here = import.meta.dirname;

const answers = (code: string, status: number, headers = {}) => async () => new Response(JSON.stringify({ error: { code, message: code } }), { status, headers });

const named = (disposition: string) => async () => new Response("x", { headers: { "content-disposition": disposition } });

const FILE = "/v1/workspaces/{workspace}/journeys/{journey}/definition";

describe("api", () => {
  it("has every path the app calls", () => {
    expect(Object.values(PATHS).filter((each) => !(each in openapi.paths))).toEqual([]);
  });

  it("has types made from this description: run `npm run gen` after changing one", () => {
    const hash = createHash("sha256").update(readFileSync(join(here, "../../../crates/server/tests/openapi.json"))).digest("hex");
    expect(readFileSync(join(here, "api.d.ts"), "utf8")).toContain(hash);
  });

  it("writes addresses with what was given, escaped", () => {
    expect(path("/v1/a/{x}/b/{y}", { x: "门店/1", y: "k" })).toBe("/v1/a/%E9%97%A8%E5%BA%97%2F1/b/k");
    expect(address("/v1/a", { after: null, limit: 5, pick: "stage/a&b" })).toBe("/v1/a?limit=5&pick=stage%2Fa%26b");
  });

  it("tells failures by the server's envelope, and by status where there is none", async () => {
    const envelope = { error: { code: "journey_unknown", message: "no journey `x`", hint: "see the list", details: [], request_id: "r" } };
    globalThis.fetch = async () => new Response(JSON.stringify(envelope), { status: 404 });
    await expect(request("GET", "/v1/system", {})).rejects.toMatchObject({ code: "journey_unknown", status: 404, hint: "see the list", requestId: "r" });
    globalThis.fetch = async () => new Response("<html>", { status: 502 });
    await expect(request("GET", "/v1/system", {})).rejects.toMatchObject({ code: "http_502", retryable: true });
    globalThis.fetch = async () => Promise.reject(new TypeError("refused"));
    await expect(request("GET", "/v1/system", {})).rejects.toBeInstanceOf(ApiError);
    await expect(request("GET", "/v1/system", {})).rejects.toMatchObject({ code: "network", retryable: true });
  });

  it("takes files by the name the server gives them, and tells why there is none", async () => {
    globalThis.fetch = named("attachment; filename=\"shop-v2.pdf\"; filename*=UTF-8''%E5%BA%97-v2.pdf");
    expect((await requestFile("GET", FILE, { path: { workspace: "shop", journey: "buy" } })).name).toBe("店-v2.pdf");
    globalThis.fetch = named('attachment; filename="shop-v2.yaml"');
    expect((await requestFile("GET", FILE, { path: { workspace: "shop", journey: "buy" } })).name).toBe("shop-v2.yaml");
    globalThis.fetch = async () => new Response("x");
    expect(await requestFile("GET", FILE, { path: { workspace: "shop", journey: "buy" } }).then(async ({ name, content }) => [name, await content.text()])).toEqual([null, "x"]);
    globalThis.fetch = answers("picture_too_large", 422);
    await expect(requestFile("GET", FILE, { path: { workspace: "shop", journey: "buy" } })).rejects.toMatchObject({ code: "picture_too_large" });
  });

  it("shows with every change, and with nothing else, that it comes from the app", async () => {
    const sent: [string, string | null][] = [];
    globalThis.fetch = async (_, init) => {
      sent.push([init?.method ?? "", new Headers(init?.headers).get("x-csrf-token")]);
      return new Response("{}");
    };
    keepCsrf("token-1");
    const at = { workspace: "shop" };
    await request("GET", "/v1/system", {});
    await request("POST", "/v1/workspaces/{workspace}/imports", { path: at, body: {} });
    await request("PUT", "/v1/workspaces/{workspace}/traffic", { path: at, body: {} });
    await request("PATCH", "/v1/people/{person}", { path: { person: "lin" }, body: {} });
    await request("DELETE", "/v1/session", {});
    keepCsrf(null);
    await request("POST", "/v1/session", { body: {} });
    expect(sent).toEqual([["GET", null], ["POST", "token-1"], ["PUT", "token-1"], ["PATCH", "token-1"], ["DELETE", "token-1"], ["POST", null]]);
  });

  it("hears what the stream tells, and how much it does not", () => {
    const heard: unknown[] = [];
    const stream = new EventTarget();
    vi.stubGlobal("EventSource", function Stream() {
      return stream;
    });
    const hear = (value: unknown) => void heard.push(value);
    listen({ workspace: "shop" }, { open: () => hear("open"), event: hear, rejection: hear, passedOver: hear, lost: hear });
    vi.unstubAllGlobals();
    stream.dispatchEvent(new Event("open"));
    for (const [name, data] of [["event", '{"seq":1}'], ["rejection", '{"seq":2}'], ["passed_over", "1200"]] as const) {
      stream.dispatchEvent(new MessageEvent(name, { data }));
    }
    expect(heard).toEqual(["open", { seq: 1 }, { seq: 2 }, 1200]);
  });

  it("asks for one customer's stream, takes it up again when it is cut, and leaves it when told", () => {
    const opened: { url: string; closed: boolean; stream: EventTarget }[] = [];
    class Stream extends EventTarget {
      static readonly CONNECTING = 0;
      readonly readyState = 2;
      readonly made;
      constructor(url: string) {
        super();
        this.made = { url, closed: false, stream: this as EventTarget };
        opened.push(this.made);
      }
      close() {
        this.made.closed = true;
      }
    }
    vi.stubGlobal("EventSource", Stream);
    vi.useFakeTimers();
    const told: string[] = [];
    const following = follow({ workspace: "shop", customer: "42" }, { connection: (now) => void told.push(now), event: String, rejection: String, passedOver: String });
    expect(opened[0]?.url).toBe("/v1/workspaces/shop/live?customer=42");
    opened[0]?.stream.dispatchEvent(new Event("error"));
    vi.runOnlyPendingTimers();
    expect(opened).toHaveLength(2);
    opened[1]?.stream.dispatchEvent(new Event("open"));
    following.retry();
    following.stop();
    vi.runOnlyPendingTimers();
    expect(opened.map(({ closed }) => closed)).toEqual([true, true, true]);
    expect(told).toEqual(["lost", "open", "connecting"]);
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("tells when nobody is signed in, and not when a password was wrong", async () => {
    let told = 0;
    whenSignedOut(() => (told += 1));
    globalThis.fetch = answers("credentials_refused", 401);
    await expect(request("POST", "/v1/session", { body: {} })).rejects.toMatchObject({ code: "credentials_refused" });
    expect(told).toBe(0);
    globalThis.fetch = answers("sign_in_required", 401);
    await expect(request("GET", "/v1/workspaces", {})).rejects.toMatchObject({ code: "sign_in_required" });
    expect(told).toBe(1);
    const before = Date.now();
    globalThis.fetch = answers("sign_in_limited", 429, { "retry-after": "30" });
    const error = await request("POST", "/v1/session", { body: {} }).catch((cause: unknown) => cause);
    expect((error as ApiError).retryAtMs).toBeGreaterThanOrEqual(before + 30_000);
  });
});
