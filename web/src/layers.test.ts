// Who may import whom: features stand beside each other and on api, ui and charts; nothing imports upwards.
import { readFileSync, readdirSync } from "node:fs";
import { join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const source = import.meta.dirname;

const MAY_IMPORT: Record<string, string[]> = {
  api: ["api"],
  ui: ["ui", "api"],
  charts: ["charts", "ui"],
  features: ["api", "ui", "charts"],
  app: ["app", "api", "ui", "charts", "features"],
};

/** The API's description, which tests alone read: the app has the types made from it. */
const DESCRIPTION = "../../crates/server/tests/openapi.json";

/** `features/journeys/view.ts` is in room `features/journeys`, `ui/format.ts` in room `ui`. */
function room(file: string): string {
  const [first = "", second = ""] = file.split("/");
  return first === "features" ? `${first}/${second}` : first;
}

function imports(file: string): string[] {
  const text = readFileSync(join(source, file), "utf8");
  const found = text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g);
  return [...found].map((match) => normalize(join(file, "..", match[1] ?? "")));
}

const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
  (file) => /\.tsx?$/.test(file) && file.includes("/"),
);

describe("layers", () => {
  it.each(files)("%s imports only what its layer may", (file) => {
    const own = room(file);
    const allowed = MAY_IMPORT[own.split("/")[0] ?? ""] ?? [];
    const imported = imports(file).filter((target) => !(file.endsWith(".test.ts") && target === DESCRIPTION));
    const wrong = imported.filter((target) => room(target) !== own && !allowed.includes(room(target).split("/")[0] ?? ""));
    const sideways = imported.filter((target) => own.startsWith("features/") && room(target).startsWith("features/") && room(target) !== own);
    expect([...wrong, ...sideways]).toEqual([]);
  });
});
