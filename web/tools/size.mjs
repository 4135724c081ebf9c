// Fails when the built app grows past its budget. First load counts what index.html names, what that pulls in statically,
// and the texts the frame says; a route its own chunk and the texts of its feature. Texts count in the larger language:
// a reader loads one.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const KB = 1024;
const BUDGET = { initialJsGz: 220 * KB, routeChunkGz: 60 * KB, embeddedBr: 1536 * KB };
/** The parts of texts that `src/app/texts.ts` calls those of the frame, the one that comes with the first page, and the one that comes with the first failure. */
const FRAME = ["app", "ui"];
const SHARED = "ui/words";
const FAILURES = "ui/failures";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(web, "dist");
const assets = readdirSync(join(dist, "assets")).filter((name) => !name.endsWith(".br"));
const read = (name) => readFileSync(join(dist, "assets", name));
const gz = (name) => gzipSync(read(name), { level: 9 }).length;

/** Chunks a chunk imports statically. */
function staticImports(name) {
  const found = read(name).toString().matchAll(/(?:^|[;}])import(?:[^"'();]*?from)?["']\.\/([\w.-]+\.js)["']/g);
  return [...found].map((match) => match[1]);
}

/** A part of the texts in the language in which it is larger. */
function texts(part) {
  // `texts.ui.en-….js`, and not `texts.ui.words.en-….js`.
  const own = new RegExp(`^texts\\.${part.replaceAll("/", "\\.")}\\.[\\w-]+\\.js$`);
  const files = assets.filter((name) => own.test(name));
  if (files.length === 0) throw new Error(`no texts of ${part} in dist/assets`);
  return Math.max(...files.map(gz));
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

/** Which part of the texts comes with a chunk, as the built app says it: `page("features/live", () => … import("./LivePage-….js"))`. */
const pages = [...initial].flatMap((name) => [
  ...read(name).toString().matchAll(/\(["'`]([\w/]+)["'`],\(\)=>\w+\(\(\)=>import\(["'`]\.\/([\w.-]+\.js)["'`]\)/g),
]);
const partOf = new Map(pages.map(([, part, chunk]) => [chunk, part]));
const written = ["router.tsx", "Shell.tsx"].flatMap((name) => [...readFileSync(join(web, "src/app", name), "utf8").matchAll(/\bpage\("/g)]);
if (pages.length !== written.length) throw new Error(`${written.length} pages are written, ${pages.length} were found in dist/assets`);

const chunks = assets.filter((name) => name.endsWith(".js") && !initial.has(name) && !name.startsWith("texts."));
const frameTexts = FRAME.reduce((sum, part) => sum + texts(part), 0);
const initialJs = [...initial].reduce((sum, name) => sum + gz(name), 0);
const embedded = [...assets.map(read), Buffer.from(index)].reduce((sum, file) => sum + brotliCompressSync(file).length, 0);

const lines = [
  [`initial JS (gz), ${(frameTexts / KB).toFixed(1)} of it texts`, initialJs + frameTexts, BUDGET.initialJsGz],
  ...chunks.map((name) => {
    const part = partOf.get(name);
    const own = part === undefined || FRAME.includes(part) ? 0 : texts(part);
    return [`route chunk ${name} (gz)${own > 0 ? `, ${(own / KB).toFixed(1)} of it texts` : ""}`, gz(name) + own, BUDGET.routeChunkGz];
  }),
  ["texts that come with the first page (gz)", texts(SHARED), BUDGET.routeChunkGz],
  ["texts that come with the first failure (gz)", texts(FAILURES), BUDGET.routeChunkGz],
  ["all assets (br)", embedded, BUDGET.embeddedBr],
];
let over = 0;
for (const [what, size, limit] of lines) {
  const fits = size <= limit;
  if (!fits) over += 1;
  process.stdout.write(`${fits ? "ok  " : "OVER"} ${what}: ${(size / KB).toFixed(1)} of ${limit / KB} KB\n`);
}
process.exitCode = over > 0 ? 1 : 0;
