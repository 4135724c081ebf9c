// Builds the app into `dist`, which the server embeds; in development it proxies the API to a running server.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { packed } from "./tools/packed.ts";
import { spoken } from "./tools/spoken.ts";

const server = process.env.THROUGHLINE_URL ?? "http://127.0.0.1:8080";

const proxy = { "/v1": { target: server, changeOrigin: true, headers: { origin: server } } };

export default defineConfig({
  plugins: [react(), spoken(["zh-CN", "en-US"]), packed()],
  build: {
    target: "es2022",
    // Nothing is inlined: the server's content security policy allows the app's own files and no others.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        // Texts are told apart by their part and language: `tools/size.mjs` counts those of the screen.
        chunkFileNames: ({ facadeModuleId }) => {
          const [, part, language] = /\/src\/(.*)\/texts\.([\w-]+)\.ts$/.exec(facadeModuleId ?? "") ?? [];
          return part === undefined ? "assets/[name]-[hash].js" : `assets/texts.${part.replaceAll("/", ".")}.${language}-[hash].js`;
        },
      },
    },
  },
  server: { proxy },
  // The built app before a server of this checkout embeds it.
  preview: { proxy },
  test: {
    environment: "happy-dom",
    // Generous: a busy machine is no failure.
    testTimeout: 60_000,
    include: ["src/**/*.test.{ts,tsx}", "snippet/**/*.test.ts"],
  },
});
