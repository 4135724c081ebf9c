// @vitest-environment node
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { build } from "vite";
import type { Rolldown } from "vite";
import { expect, it } from "vitest";

const BYTES_MAX = 3000;

it("stays below 3 KB as it is sent without compression", async () => {
  const configFile = join(import.meta.dirname, "vite.config.ts");
  const [built] = (await build({ configFile, logLevel: "silent", build: { write: false } })) as Rolldown.RolldownOutput[];
  const [file, ...others] = built?.output ?? [];
  expect(others).toEqual([]);
  const code = Buffer.from(file?.code ?? "");
  expect(file?.fileName).toBe("tl.js");
  expect(code.length, `${gzipSync(code).length} bytes packed`).toBeLessThan(BYTES_MAX);
  expect(code.length).toBeGreaterThan(1000);
  // A page may load it as it likes: nothing is imported, and nothing is left behind but `tl`.
  expect(code.toString()).toMatch(/^\(function\(\)\{[^]*\}\)\(\);\s*$/);
});
