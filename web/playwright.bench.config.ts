// Speed of the web app, by hand (`npm run bench`): a shared CI machine would only measure its neighbours.
import { defineConfig } from "@playwright/test";

import tests from "./playwright.config";

export default defineConfig({ ...tests, testDir: "e2e/bench", testIgnore: [], timeout: 1_800_000, use: { ...tests.use, trace: "off" } });
