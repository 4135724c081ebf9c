// The browser the tests drive: the system's Chromium, never one that is downloaded.
import { existsSync } from "node:fs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Path of the browser: `CHROMIUM` where set, else where distributions put it. */
export function chromiumPath(): string {
  const found = [process.env["CHROMIUM"], ...PLACES].find((path) => path !== undefined && existsSync(path));
  if (!found) throw new Error("there is no Chromium; install it (Debian: apt-get install chromium) or set CHROMIUM");
  return found;
}

/** Without a sandbox, since CI runs as root, and without anything that calls home. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
