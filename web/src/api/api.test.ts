// The app calls what the API describes, and the types are made from that description.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { ApiError, address, path, request } from "./client";
import openapi from "./openapi.json";
import { PATHS } from "./paths";

const here = import.meta.dirname;

describe("api", () => {
  it("has every path the app calls", () => {
    expect(Object.values(PATHS).filter((each) => !(each in openapi.paths))).toEqual([]);
  });

  it("has types made from this description: run `npm run gen` after changing one", () => {
    const hash = createHash("sha256").update(readFileSync(join(here, "openapi.json"))).digest("hex");
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
});
