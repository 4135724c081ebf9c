// A real OpenID provider (npm `oidc-provider`, one that is certified) on a free port of this machine, with people of the
// test's own. Its sign-in and consent pages are those it brings for development.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "@playwright/test";
import { Provider } from "oidc-provider";

export const PROVIDER_NAME = "Shop ID";
const CLIENT = { id: "throughline", secret: "a-secret-between-two-servers-0123456789" };

export interface Account {
  email: string;
  verified: boolean;
  name: string;
}

/** By what is typed into its sign-in page, which is their subject, too. */
export type Accounts = Record<string, Account>;

export interface RunningProvider {
  issuer: string;
  /** A settings file that names it. */
  config: string;
  /** Says where browsers may be sent back to; from here on it answers. */
  serves: (url: string) => void;
  stop: () => Promise<void>;
}

/** `more`: further lines of the settings' table `oidc`. */
export async function startProvider(accounts: Accounts, more: string[] = []): Promise<RunningProvider> {
  const http = createServer();
  await new Promise<void>((ready) => {
    http.listen(0, "127.0.0.1", ready);
  });
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), "throughline-oidc-"));
  const secret = join(folder, "secret");
  writeFileSync(secret, `${CLIENT.secret}\n`);
  const config = join(folder, "throughline.toml");
  const lines = ["[oidc]", `issuer = "${issuer}"`, `client_id = "${CLIENT.id}"`, `client_secret_file = "${secret}"`, `name = "${PROVIDER_NAME}"`, `domains = ["shop.example"]`, ...more];
  writeFileSync(config, lines.join("\n"));
  const serves = (url: string) => {
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${url}/sign-in/provider`],
          response_types: ["code"],
          grant_types: ["authorization_code"],
          application_type: "native",
          token_endpoint_auth_method: "client_secret_basic",
        },
      ],
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
      findAccount: (_, id) => {
        const account = accounts[id];
        if (!account) return undefined;
        const { email, verified, name } = account;
        return { accountId: id, claims: () => ({ sub: id, email, email_verified: verified, name }) };
      },
      cookies: { keys: ["one key of a test"] },
    });
    const answer = provider.callback();
    http.on("request", (request, response) => void answer(request, response));
  };
  const stop = async () => {
    http.closeAllConnections();
    await new Promise((closed) => {
      http.close(closed);
    });
    rmSync(folder, { recursive: true, force: true });
  };
  return { issuer, config, serves, stop };
}

/** Signs in at the provider's own pages, and consents. */
export async function passProvider(page: Page, account: string): Promise<void> {
  await page.locator("input[name=login]").fill(account);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
}
