// Builds the app into `dist`, which the server embeds; in development it proxies the API to a running server.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";

import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.THROUGHLINE_URL ?? "http://127.0.0.1:8080";

/** Puts `x.br` beside every text file: the server sends it as it is instead of packing it at each request. */
function packed(): Plugin {
  let folder = "";
  return {
    name: "packed",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    async closeBundle() {
      const pack = promisify(brotliCompress);
      const files = await readdir(folder, { recursive: true });
      const texts = files.filter((file) => /\.(js|css|html|svg)$/.test(file)).map((file) => join(folder, file));
      await Promise.all(texts.map(async (file) => writeFile(`${file}.br`, await pack(await readFile(file)))));
    },
  };
}

const proxy = { "/v1": { target: server, changeOrigin: true, headers: { origin: server } } };

export default defineConfig({
  plugins: [react(), packed()],
  build: {
    target: "es2022",
    // Nothing is inlined: the server's content security policy allows the app's own files and no others.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
  },
  server: { proxy },
  // The built app before a server of this checkout embeds it.
  preview: { proxy },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
