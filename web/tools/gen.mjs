// Takes the API's description from a running server (or a file) and makes the TypeScript types from it.
//
//   npm run gen -- http://127.0.0.1:8080        reads /v1/openapi.json of that server
//   npm run gen -- path/to/openapi.json
//   npm run gen                                 makes the types again from the committed description
//
// openapi-typescript needs TypeScript 5; run `npm ci --ignore-scripts` in tools/ once before.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const tools = dirname(fileURLToPath(import.meta.url));
const snapshot = join(tools, "../src/api/openapi.json");
const types = join(tools, "../src/api/api.d.ts");
const from = process.argv[2];

if (from?.startsWith("http")) {
  const answer = await fetch(new URL("/v1/openapi.json", from));
  if (!answer.ok) throw new Error(`${from} answered ${answer.status}; is the server running?`);
  writeFileSync(snapshot, `${JSON.stringify(await answer.json(), null, 2)}\n`);
} else if (from) {
  writeFileSync(snapshot, `${JSON.stringify(JSON.parse(readFileSync(from, "utf8")), null, 2)}\n`);
}
execFileSync(process.execPath, [join(tools, "node_modules/openapi-typescript/bin/cli.js"), snapshot, "-o", types], {
  stdio: "inherit",
});
// A test compares this with the description, so that neither changes without the other.
const hash = createHash("sha256").update(readFileSync(snapshot)).digest("hex");
writeFileSync(types, `// Made from openapi.json (sha256 ${hash}) by \`npm run gen\`; not edited by hand.\n${readFileSync(types, "utf8")}`);
