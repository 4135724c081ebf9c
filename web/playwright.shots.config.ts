// Screenshots of every screen, in both languages and themes, into SHOTS_DIR (default `shots`).
import { defineConfig } from "@playwright/test";

import tests from "./playwright.config";

export default defineConfig({ ...tests, testDir: "e2e/shots", testIgnore: [] });
