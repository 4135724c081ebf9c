// Puts `x.br` beside every built text file: the server sends it as it is instead of packing it at each request.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";

import type { Plugin } from "vite";

/** `mine`: which files of the folder, by their path in it, this build made. */
export function packed(mine: (file: string) => boolean = () => true): Plugin {
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
      const texts = files.filter((file) => /\.(js|css|html|svg)$/.test(file) && mine(file)).map((file) => join(folder, file));
      await Promise.all(texts.map(async (file) => writeFile(`${file}.br`, await pack(await readFile(file)))));
    },
  };
}
