// Fails when the built app grows past its budget. First load counts what index.html names and what that pulls in
// statically; everything else is a route chunk loaded when needed.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const KB = 1024;
const BUDGET = { initialJsGz: 220 * KB, routeChunkGz: 60 * KB, embeddedBr: 1536 * KB };

const dist = join(dirname(fileURLToPath(import.meta.url)), "../dist");
const assets = readdirSync(join(dist, "assets")).filter((name) => !name.endsWith(".br"));
const read = (name) => readFileSync(join(dist, "assets", name));
const gz = (name) => gzipSync(read(name), { level: 9 }).length;

/** Chunks a chunk imports statically. */
function staticImports(name) {
  const found = read(name).toString().matchAll(/(?:^|[;}])import(?:[^"'();]*?from)?["']\.\/([\w.-]+\.js)["']/g);
  return [...found].map((match) => match[1]);
}

const index = readFileSync(join(dist, "index.html"), "utf8");
const initial = new Set();
const queue = [...index.matchAll(/assets\/([\w.-]+\.js)/g)].map((match) => match[1]);
while (queue.length > 0) {
  const name = queue.pop();
  if (initial.has(name)) continue;
  initial.add(name);
  queue.push(...staticImports(name));
}

const initialJs = [...initial].reduce((sum, name) => sum + gz(name), 0);
const routes = assets.filter((name) => name.endsWith(".js") && !initial.has(name)).map((name) => [name, gz(name)]);
const embedded = [...assets.map(read), Buffer.from(index)].reduce((sum, file) => sum + brotliCompressSync(file).length, 0);

const lines = [
  ["initial JS (gz)", initialJs, BUDGET.initialJsGz],
  ...routes.map(([name, size]) => [`route chunk ${name} (gz)`, size, BUDGET.routeChunkGz]),
  ["all assets (br)", embedded, BUDGET.embeddedBr],
];
let over = 0;
for (const [what, size, limit] of lines) {
  const fits = size <= limit;
  if (!fits) over += 1;
  process.stdout.write(`${fits ? "ok  " : "OVER"} ${what}: ${(size / KB).toFixed(1)} of ${limit / KB} KB\n`);
}
process.exitCode = over > 0 ? 1 : 0;
