// All texts of a language, put together from their parts.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { Texts } from "../src/app/texts";
import type { Language } from "../src/ui/language";

const SOURCE = join(import.meta.dirname, "../src");

export async function textsOf(language: Language): Promise<Texts> {
  const parts = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(`texts.${language}.ts`));
  const texts = await Promise.all(parts.map((part) => import(pathToFileURL(join(SOURCE, part)).href) as Promise<{ default: Partial<Texts> }>));
  return Object.assign({}, ...texts.map((each) => each.default)) as Texts;
}
