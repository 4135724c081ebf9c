// A family whose tablet and phone number two of them use: what identity stories are told on.
import type { PlaywrightWorkerArgs } from "@playwright/test";
import { expect } from "@playwright/test";

import { SHOP, addSource, send } from "./live";
import type { Running } from "./server";
import { startEmpty } from "./server";

/** Minute, what happened, and everybody it names. */
const EVENTS: [number, string, string[]][] = [
  [0, "page_view", ["anonymous_id:tablet"]],
  [1, "page_view", ["user_id:anna", "anonymous_id:tablet"]],
  [2, "purchase", ["user_id:anna", "phone:13800138000"]],
  [5, "page_view", ["anonymous_id:laptop"]],
  [6, "page_view", ["user_id:bob", "anonymous_id:laptop"]],
  [7, "purchase", ["user_id:bob", "anonymous_id:tablet"]],
  [9, "page_view", ["user_id:bob", "phone:13800138000"]],
];

/** A server whose shop has this family as its only customers. */
export async function startFamily(playwright: PlaywrightWorkerArgs["playwright"]): Promise<Running> {
  const server = await startEmpty(SHOP);
  const request = await playwright.request.newContext();
  const key = await addSource(request, server.url, "web", "Web");
  for (const [minute, event, who] of EVENTS) {
    const identifiers = who.map((one) => ({ namespace: one.split(":")[0], value: one.split(":")[1] }));
    const time = `2026-03-01T08:${String(minute).padStart(2, "0")}:00Z`;
    expect(await send(request, server.url, key, { event, time, message_id: `m${minute}`, identifiers })).toBeLessThan(300);
  }
  await request.dispose();
  return server;
}
