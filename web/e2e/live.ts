// Steps of the stories in which events are sent to the server of an empty workspace.
import type { APIRequestContext } from "@playwright/test";
import { expect } from "@playwright/test";

import type { NewKey } from "../src/api/types";

export const SHOP = "shop";

/** Makes a source with a secret key. */
export async function addSource(request: APIRequestContext, url: string, id: string, name: string, origins: string[] = []): Promise<string> {
  const sources = `${url}/v1/workspaces/${SHOP}/sources`;
  const made = await request.post(sources, { data: { id, name, channel: "web", origins } });
  expect(made.ok(), await made.text()).toBe(true);
  return (await addKey(request, url, id, "secret")).key;
}

export async function addKey(request: APIRequestContext, url: string, source: string, kind: "public" | "secret"): Promise<NewKey> {
  const answer = await request.post(`${url}/v1/workspaces/${SHOP}/sources/${source}/keys`, { data: { kind } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as NewKey;
}

/** Sends one event as our own HTTP API takes it; the answer's status. */
export async function send(request: APIRequestContext, url: string, key: string, message: object): Promise<number> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return (await request.post(`${url}/v1/events`, { headers, data: JSON.stringify(message) })).status();
}

let sent = 0;

/** An event nobody finds fault with. */
export function event(name: string, user: string, more: object = {}): object {
  sent += 1;
  return { event: name, time: new Date().toISOString(), message_id: `story-${sent}`, identifiers: [{ namespace: "user_id", value: user }], ...more };
}

/** Events of customers who each walk some of the way: `steps` names of it, a week of days apart, half of them in the app. */
export function walkers(names: readonly string[], customers: number, steps: (customer: number) => number, more: (customer: number) => object = () => ({})): object[] {
  return Array.from({ length: customers }, (_, customer) =>
    names.slice(0, steps(customer)).map((name, at) => ({
      event: name,
      time: `2026-03-0${(customer % 7) + 1}T10:${String(at * 7).padStart(2, "0")}:00+08:00`,
      message_id: `${customer}-${at}`,
      identifiers: { member_no: `m${customer}` },
      channel: customer % 2 === 0 ? "web" : "app",
      ...more(customer),
    })),
  ).flat();
}
