// Builds the snippet into `dist/tl.js`, beside the app: one file without imports, since it runs on other people's pages.
import { join } from "node:path";

import { defineConfig } from "vite";

import { packed } from "../tools/packed.ts";

const folder = import.meta.dirname;

export default defineConfig({
  root: folder,
  publicDir: false,
  plugins: [packed((file) => file === "tl.js")],
  build: {
    target: "es2021",
    outDir: join(folder, "../dist"),
    emptyOutDir: false,
    lib: { entry: "tl.ts", formats: ["iife"], name: "throughline", fileName: () => "tl.js" },
  },
});
