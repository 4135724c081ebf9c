// Stories told in a real browser against the real binary (see `e2e/server.ts` for how it is found).
import { defineConfig } from "@playwright/test";

import { CHROMIUM_FLAGS, chromiumPath } from "./e2e/chromium";

export default defineConfig({
  testDir: "e2e",
  testIgnore: ["**/shots/**", "**/bench/**"],
  globalSetup: "./e2e/server.ts",
  outputDir: "test-results",
  // One browser at a time: the machine also runs the server.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    ...(process.env["THROUGHLINE_URL"] ? { baseURL: process.env["THROUGHLINE_URL"] } : {}),
    viewport: { width: 1440, height: 900 },
    timezoneId: "UTC",
    permissions: ["clipboard-read", "clipboard-write"],
    trace: "retain-on-failure",
    launchOptions: { executablePath: chromiumPath(), args: CHROMIUM_FLAGS },
  },
});
