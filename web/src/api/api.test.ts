// The app calls what the API describes, and the types are made from that description.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";

import { ApiError, address, keepCsrf, path, request, requestFile, whenSignedOut } from "./client";
import openapi from "../../../crates/server/tests/openapi.json";
import { PATHS } from "./paths";
import { listen } from "./sources";

const here = import.meta.dirname;

const answers = (code: string, status: number, headers = {}) => async () => new Response(JSON.stringify({ error: { code, message: code } }), { status, headers });

const named = (disposition: string) => async () => new Response("x", { headers: { "content-disposition": disposition } });

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
    await expect(request("/v1/x")).rejects.toMatchObject({ code: "journey_unknown", status: 404, hint: "see the list", requestId: "r" });
    globalThis.fetch = async () => new Response("<html>", { status: 502 });
    await expect(request("/v1/x")).rejects.toMatchObject({ code: "http_502", retryable: true });
    globalThis.fetch = async () => Promise.reject(new TypeError("refused"));
    await expect(request("/v1/x")).rejects.toBeInstanceOf(ApiError);
    await expect(request("/v1/x")).rejects.toMatchObject({ code: "network", retryable: true });
  });

  it("takes files by the name the server gives them, and tells why there is none", async () => {
    globalThis.fetch = named("attachment; filename=\"shop-v2.pdf\"; filename*=UTF-8''%E5%BA%97-v2.pdf");
    expect((await requestFile("/v1/x", {})).name).toBe("店-v2.pdf");
    globalThis.fetch = named('attachment; filename="shop-v2.yaml"');
    expect((await requestFile("/v1/x", {})).name).toBe("shop-v2.yaml");
    globalThis.fetch = async () => new Response("x");
    expect(await requestFile("/v1/x", {}).then(async ({ name, content }) => [name, await content.text()])).toEqual([null, "x"]);
    globalThis.fetch = answers("picture_too_large", 422);
    await expect(requestFile("/v1/x", {})).rejects.toMatchObject({ code: "picture_too_large" });
  });

  it("shows with every change, and with nothing else, that it comes from the app", async () => {
    const sent: [string, string | null][] = [];
    globalThis.fetch = async (_, init) => {
      sent.push([init?.method ?? "", new Headers(init?.headers).get("x-csrf-token")]);
      return new Response("{}");
    };
    keepCsrf("token-1");
    await request("/v1/x");
    for (const method of ["POST", "PUT", "PATCH", "DELETE"] as const) await request("/v1/x", { method });
    keepCsrf(null);
    await request("/v1/x", { body: {} });
    expect(sent).toEqual([["GET", null], ["POST", "token-1"], ["PUT", "token-1"], ["PATCH", "token-1"], ["DELETE", "token-1"], ["POST", null]]);
  });

  it("hears what the stream tells, and how much it does not", () => {
    const heard: unknown[] = [];
    const stream = new EventTarget();
    vi.stubGlobal("EventSource", function Stream() {
      return stream;
    });
    const hear = (value: unknown) => void heard.push(value);
    listen("shop", { open: () => hear("open"), event: hear, rejection: hear, passedOver: hear, lost: hear });
    vi.unstubAllGlobals();
    stream.dispatchEvent(new Event("open"));
    for (const [name, data] of [["event", '{"seq":1}'], ["rejection", '{"seq":2}'], ["passed_over", "1200"]] as const) {
      stream.dispatchEvent(new MessageEvent(name, { data }));
    }
    expect(heard).toEqual(["open", { seq: 1 }, { seq: 2 }, 1200]);
  });

  it("tells when nobody is signed in, and not when a password was wrong", async () => {
    let told = 0;
    whenSignedOut(() => (told += 1));
    globalThis.fetch = answers("credentials_refused", 401);
    await expect(request("/v1/session", { body: {} })).rejects.toMatchObject({ code: "credentials_refused" });
    expect(told).toBe(0);
    globalThis.fetch = answers("sign_in_required", 401);
    await expect(request("/v1/workspaces")).rejects.toMatchObject({ code: "sign_in_required" });
    expect(told).toBe(1);
    const before = Date.now();
    globalThis.fetch = answers("sign_in_limited", 429, { "retry-after": "30" });
    const error = await request("/v1/session", { body: {} }).catch((cause: unknown) => cause);
    expect((error as ApiError).retryAtMs).toBeGreaterThanOrEqual(before + 30_000);
  });
});
