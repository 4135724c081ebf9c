// Makes the TypeScript types from the API's description that the server's tests keep.
//
// openapi-typescript needs TypeScript 5; run `npm ci --ignore-scripts` in tools/ once before.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const tools = dirname(fileURLToPath(import.meta.url));
const description = join(tools, "../../crates/server/tests/openapi.json");
const types = join(tools, "../src/api/api.d.ts");

execFileSync(process.execPath, [join(tools, "node_modules/openapi-typescript/bin/cli.js"), description, "-o", types], {
  stdio: "inherit",
});
// A test compares this with the description, so that neither changes without the other.
const hash = createHash("sha256").update(readFileSync(description)).digest("hex");
writeFileSync(types, `// Made from openapi.json (sha256 ${hash}) by \`npm run gen\`; not edited by hand.\n${readFileSync(types, "utf8")}`);
