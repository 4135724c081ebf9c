// A server of its own that asks people to sign in, with one sample workspace and nobody in it yet.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";
import { expect } from "@playwright/test";

import { SAMPLES, load, newFolder, serve } from "./server";
import type { Running } from "./server";
import { WORKSPACE } from "./story";

export interface Secured {
  url: string;
  /** The link that was printed for the first administrator, on this server's address. */
  setup: string;
  stop: () => Promise<void>;
}

export const OWNER = { name: "林晓", email: "lin@shop.example", password: "a sentence to remember" };
export const VIEWER = { name: "Wang Wei", email: "wang@shop.example", password: "another one, a little longer" };

/** `options`: further words of `throughline serve`. */
export async function secured(options: string[] = []): Promise<Secured> {
  const data = newFolder();
  const samples = newFolder();
  cpSync(join(SAMPLES, WORKSPACE), join(samples, WORKSPACE), { recursive: true });
  load(data, samples);
  const server = await serve(data, options);
  await expect.poll(() => link(server), "a link for the first administrator").toBeDefined();
  return {
    url: server.url,
    setup: `${server.url}${link(server)}`,
    stop: async () => {
      await server.stop();
      for (const folder of [data, samples]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Path and token of the printed link. */
function link({ lines }: Running): string | undefined {
  return lines.flatMap((line) => /\/setup\?token=[\w.~-]+/.exec(line)?.[0] ?? [])[0];
}

/** Fills fields by the names password managers know them by. */
export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await page.locator(`main input[name=${name}]`).fill(value);
}

export async function submit(page: Page): Promise<void> {
  await page.locator("main form button[type=submit]").click();
}

/** Waits until the app stands, whoever is signed in. */
export async function inside(page: Page): Promise<void> {
  // On a telephone the pages are folded away.
  await expect(page.locator(".sidebar .nav-link").first()).toBeAttached();
  await expect(page.locator(".sidebar .command-open")).toBeVisible();
}

export async function signIn(page: Page, url: string, { email, password }: { email: string; password: string }, to = "/"): Promise<void> {
  await page.goto(`${url}/sign-in?to=${encodeURIComponent(to)}`);
  await fill(page, { email, password });
  await submit(page);
  await inside(page);
}
